//! Browsers and applications: listed, and ended with all that hangs on them.

use std::time::Duration;

use reqwest::StatusCode;
use serde_json::json;

use super::{APPLICATIONS, SESSIONS, at_a_browser, let_in, works};
use crate::oauth::client;
use crate::support::Shop;
use crate::support::stream::Stream;
use crate::support::wake::PushService;

#[tokio::test]
async fn browsers_are_listed_and_signed_out_from_afar() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let (mut library, at_library) = at_a_browser(&shop, &alice).await;
    shop.clock().advance(Duration::from_secs(60));
    let (mut home, at_home) = at_a_browser(&shop, &alice).await;
    let service = PushService::start().await;
    at_library.post("/api/v1/push/subscription", service.subscription(true, &["mention"])).await.ok();
    let stream = Stream::open(&shop, &at_library, "stream=user").await;

    let listed = at_home.get(SESSIONS).await.ok();
    let current: Vec<_> = listed.as_array().unwrap().iter().map(|one| one["current"].clone()).collect();
    assert_eq!(current, [json!(true), json!(false)], "{listed}");
    for field in ["id", "user_agent", "created_at", "last_used_at"] {
        assert!(listed[1][field].is_string(), "{listed}");
    }
    let id = listed[1]["id"].as_str().unwrap();
    let left = at_home.delete(&format!("{SESSIONS}/{id}")).await.ok();
    assert_eq!(left.as_array().unwrap().len(), 1);
    stream.closed().await;
    at_library.get("/api/v1/push/subscription").await.error(401);
    assert_eq!(library.open("/auth/sign_in").await.status, StatusCode::OK, "the cookie is worth nothing");
    assert!(works(&at_home).await && works(&alice).await, "nothing else ended");
    shop.settle().await;
    let bob = shop.member("bob").await;
    bob.says("@alice are you there?").await;
    shop.settle().await;
    assert!(service.messages().is_empty(), "nothing is pushed any more");

    let here = at_home.get(SESSIONS).await.ids().remove(0);
    at_home.delete(&format!("{SESSIONS}/{here}")).await.ok();
    assert!(!works(&at_home).await, "one may sign oneself out");
    assert_eq!(home.open("/auth/sign_in").await.status, StatusCode::OK);
}

#[tokio::test]
async fn all_other_browsers_go_at_once_and_nobody_ends_those_of_others() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let (_, one) = at_a_browser(&shop, &alice).await;
    let (_, two) = at_a_browser(&shop, &alice).await;
    let (_, of_bob) = at_a_browser(&shop, &bob).await;
    let id = of_bob.get(SESSIONS).await.ids().remove(0);
    for bad in [id.as_str(), "0", "nonsense", "99999999999999999999999", "-1"] {
        one.delete(&format!("{SESSIONS}/{bad}")).await.error(404);
    }
    let left = one.delete(SESSIONS).await.ok();
    assert_eq!((left.as_array().unwrap().len(), &left[0]["current"]), (1, &json!(true)));
    assert!(works(&one).await && !works(&two).await && works(&of_bob).await);
}

#[tokio::test]
async fn applications_are_listed_and_lose_everything() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let (mut browser, at_home) = at_a_browser(&shop, &alice).await;
    let (tool, other) = (client(&shop, "read write push").await, client(&shop, "read").await);
    let narrow = alice.with_token(&let_in(&shop, &tool, &mut browser, "read").await);
    let wide = alice.with_token(&let_in(&shop, &tool, &mut browser, "read push").await);
    let stranger = alice.with_token(&let_in(&shop, &other, &mut browser, "read").await);
    assert!(works(&wide).await);
    shop.settle().await;
    let service = PushService::start().await;
    wide.post("/api/v1/push/subscription", service.subscription(true, &["mention"])).await.ok();
    let stream = Stream::open(&shop, &narrow, "stream=user").await;
    // A code on its way is an application in its name as well.
    let code = tool.code(&mut browser, &[("scope", "read write")]).await;

    let listed = at_home.get(APPLICATIONS).await.ok();
    let tools: Vec<_> =
        listed.as_array().unwrap().iter().filter(|one| one["name"] == "Tool <i>").cloned().collect();
    assert_eq!(tools.len(), 2, "{listed}");
    let found = tools.iter().find(|one| one["scopes"].as_array().unwrap().len() == 2).unwrap();
    assert_eq!(found["website"], json!(null));
    assert!(found["created_at"].is_string());
    let id = found["id"].as_str().unwrap();
    at_home.delete(&format!("{APPLICATIONS}/{id}")).await.ok();
    stream.closed().await;
    assert!(!works(&narrow).await && !works(&wide).await, "both tokens ended");
    assert!(works(&stranger).await && works(&at_home).await);
    let (status, answer) = tool.token(&shop, &[("code", &code)]).await;
    assert_eq!((status, &answer["error"]), (400, &json!("invalid_grant")));
    at_home.delete(&format!("{APPLICATIONS}/{id}")).await.error(404);
    assert!(!at_home.get(APPLICATIONS).await.ids().contains(&id.to_owned()));
}

#[tokio::test]
async fn applications_may_not_look_after_themselves() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let (mut browser, at_home) = at_a_browser(&shop, &alice).await;
    let tool = client(&shop, "read write").await;
    let tool = alice.with_token(&let_in(&shop, &tool, &mut browser, "read write").await);
    for path in [SESSIONS, APPLICATIONS, super::EMAIL] {
        tool.get(path).await.error(403);
        shop.anon().get(path).await.error(401);
    }
    let session = at_home.get(SESSIONS).await.ids().remove(0);
    let application = at_home.get(APPLICATIONS).await.ids().remove(0);
    for path in
        [SESSIONS.to_owned(), format!("{SESSIONS}/{session}"), format!("{APPLICATIONS}/{application}")]
    {
        tool.delete(&path).await.error(403);
        shop.anon().delete(&path).await.error(401);
        alice.with_token(&shop.token(&alice, "read").await).delete(&path).await.error(403);
    }
    assert!(works(&at_home).await && works(&tool).await);
}

#[tokio::test]
async fn the_page_without_script_does_the_same() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let page = "/oauth/authorized_applications";
    let mut guest = crate::oauth::browser(&shop);
    assert_eq!(guest.open(page).await.location(), "/auth/sign_in?return_to=/oauth/authorized_applications");
    assert!(guest.delete(&format!("{page}/1"), &[]).await.location().starts_with("/auth/sign_in"));

    let (mut browser, at_home) = at_a_browser(&shop, &alice).await;
    let tool = client(&shop, "read write").await;
    let tool = alice.with_token(&let_in(&shop, &tool, &mut browser, "read write").await);
    let ids = at_home.get(APPLICATIONS).await.ids();
    let shown = browser.open(page).await;
    assert!(
        shown.text.contains("Tool &#60;i&#62;") || shown.text.contains("Tool &lt;i&gt;"),
        "{}",
        shown.text
    );
    assert!(!shown.text.contains("Tool <i>"));
    let mut ended = Vec::new();
    for id in &ids {
        let address = format!("{page}/{id}");
        assert_eq!(browser.delete(&address, &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY, "no proof");
        let form = browser.open(page).await.hidden(&address);
        let fields: Vec<_> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let done = if ended.is_empty() {
            browser.post(&address, &fields).await
        } else {
            browser.delete(&address, &fields).await
        };
        assert_eq!((done.status, done.location()), (StatusCode::FOUND, page), "{}", done.text);
        ended.push(id.clone());
    }
    assert_eq!(ended, ids);
    assert!(!works(&tool).await && works(&at_home).await);
    assert!(browser.open(page).await.text.contains("You have let no application in."));
}
