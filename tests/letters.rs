//! Mails about notifications: to whom, when, what they say, and how they are stopped.

use std::time::Duration;

use serde_json::{Value, json};
use shop::features::users::table::USERS;
use shop::platform::jobs;

use crate::support::mailbox::Mailbox;
use crate::support::stream::Stream;
use crate::support::wake::PushService;
use crate::support::{Person, Shop};

const PREFERENCES: &str = "/api/shop/v1/preferences";

async fn start() -> (Shop, Mailbox) {
    let mailbox = Mailbox::start().await;
    let shop = Shop::start_with(&format!("[mail]\nsmtp_url = \"{}\"", mailbox.url)).await;
    (shop, mailbox)
}

/// Lets the two minutes pass.
async fn later(shop: &Shop) {
    shop.settle().await;
    shop.clock().advance(Duration::from_secs(121));
    shop.settle().await;
}

async fn wishes(who: &Person, body: Value) -> Value {
    who.patch(PREFERENCES, body).await.ok()
}

fn header<'m>(mail: &'m str, name: &str) -> &'m str {
    let line = mail.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    line.unwrap_or_else(|| panic!("no {name}: {mail}"))
}

/// Path and query of the link that stops mails.
fn leave<'m>(mail: &'m str, shop: &Shop) -> &'m str {
    let link = header(mail, "List-Unsubscribe").trim_matches(['<', '>']);
    link.strip_prefix(shop.base()).unwrap()
}

#[tokio::test]
async fn a_mail_speaks_the_language_of_who_gets_it() {
    let (shop, mut mailbox) = start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let id = alice.id.parse().unwrap();
    let changed =
        shop.app().write(move |tx| Ok(USERS.edit(tx, &id, |user| user.settings.locale = "es".into())?));
    assert_eq!(changed.await.unwrap(), Some(()));
    bob.says("@alice the kettle is on").await;
    later(&shop).await;
    let mail = mailbox.next().await;
    assert_eq!(header(&mail, "Subject"), "bob te ha mencionado");
    assert!(mail.contains("bob te ha mencionado en "), "{mail}");
    assert!(mail.contains("> @alice the kettle is on"), "{mail}");
    assert!(mail.contains("menciones y respuestas"), "{mail}");
}

#[tokio::test]
async fn who_is_away_gets_a_mail_after_two_minutes_and_can_stop_that() {
    let (shop, mut mailbox) = start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let said = bob.says("@alice the kettle is on").await;
    shop.settle().await;
    assert!(mailbox.is_empty(), "not at once");
    later(&shop).await;
    let mail = mailbox.next().await;
    assert_eq!(header(&mail, "To"), "alice@example.org");
    assert_eq!(header(&mail, "Subject"), "bob mentioned you");
    assert!(mail.contains("> @alice the kettle is on"), "{mail}");
    assert!(mail.contains(&format!("{}/@bob/{}", shop.base(), said["id"].as_str().unwrap())), "{mail}");
    assert_eq!(header(&mail, "List-Unsubscribe-Post"), "List-Unsubscribe=One-Click");

    let link = leave(&mail, &shop);
    assert!(mail.contains(&format!("{}{link}", shop.base())), "it stands in the text as well: {mail}");
    let form = shop.anon().get(link).await;
    assert_eq!(form.status(), 200);
    assert!(form.text().contains("mentions and answers"));
    assert_eq!(
        alice.get(PREFERENCES).await.ok()["notification_emails"]["mention"],
        true,
        "looking is no click"
    );
    for _ in 0..2 {
        assert_eq!(shop.anon().form(link, &[("List-Unsubscribe", "One-Click")]).await.status(), 200);
    }
    let wished = alice.get(PREFERENCES).await.ok()["notification_emails"].clone();
    assert_eq!((&wished["mention"], &wished["follow"]), (&json!(false), &json!(true)));
    bob.says("@alice it is ready").await;
    later(&shop).await;
    assert!(mailbox.is_empty());
    bob.follows(&alice).await;
    later(&shop).await;
    let mail = mailbox.next().await;
    assert_eq!(header(&mail, "Subject"), "bob follows you");
}

#[tokio::test]
async fn who_hears_of_it_otherwise_gets_no_mail_unless_they_wish() {
    let (shop, mut mailbox) = start().await;
    let (alice, bob, carol) =
        (shop.member("alice").await, shop.member("bob").await, shop.member("carol").await);
    let stream = Stream::open(&shop, &alice, "stream=user").await;
    let service = PushService::start().await;
    carol.post("/api/v1/push/subscription", service.subscription(true, &["mention"])).await.ok();
    bob.says("@alice @carol are you there?").await;
    later(&shop).await;
    assert!(mailbox.is_empty());
    assert_eq!(wishes(&alice, json!({ "always_send_emails": true })).await["always_send_emails"], true);
    bob.says("@alice @carol and now?").await;
    later(&shop).await;
    assert_eq!(header(&mailbox.next().await, "To"), "alice@example.org");
    assert!(mailbox.is_empty(), "carol wished nothing");
    drop(stream);
}

#[tokio::test]
async fn kinds_are_wished_for_one_by_one() {
    let (shop, mut mailbox) = start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let post = alice.says("like me").await;
    let path = |verb: &str| format!("/api/v1/statuses/{}/{verb}", post["id"].as_str().unwrap());
    bob.post(&path("favourite"), json!({})).await.ok();
    bob.post(&path("reblog"), json!({})).await.ok();
    later(&shop).await;
    assert!(mailbox.is_empty(), "these two are off at first");
    let changed =
        wishes(&alice, json!({ "notification_emails": { "favourite": true, "follow": "0" } })).await;
    let expected = json!({ "follow": false, "follow_request": true, "mention": true, "quote": true,
        "reblog": false, "favourite": true });
    assert_eq!(changed["notification_emails"], expected);
    let other = alice.says("like me, too").await;
    let like = format!("/api/v1/statuses/{}/favourite", other["id"].as_str().unwrap());
    bob.post(&like, json!({})).await.ok();
    bob.follows(&alice).await;
    later(&shop).await;
    let mail = mailbox.next().await;
    assert_eq!(header(&mail, "Subject"), "bob favourited your post");
    assert!(mail.contains("> like me, too") && mailbox.is_empty(), "{mail}");
    alice.patch(PREFERENCES, json!({ "notification_emails": "all" })).await.ok();
    assert_eq!(alice.get(PREFERENCES).await.ok()["notification_emails"], expected);
    shop.anon().get(PREFERENCES).await.error(401);
    alice.with_token(&shop.token(&alice, "read").await).patch(PREFERENCES, json!({})).await.error(403);
}

#[tokio::test]
async fn what_is_taken_back_or_read_in_time_is_not_mailed() {
    let (shop, mut mailbox) = start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let gone = bob.says("@alice oops").await;
    bob.delete(&format!("/api/v1/statuses/{}", gone["id"].as_str().unwrap())).await.ok();
    bob.says("@alice look").await;
    let newest = alice.get("/api/v1/notifications").await.ids().remove(0);
    alice.post("/api/v1/markers", json!({ "notifications": { "last_read_id": newest } })).await.ok();
    later(&shop).await;
    assert!(mailbox.is_empty());
    let warned = json!({ "status": "@alice the gardener did it", "spoiler_text": "the end" });
    bob.post("/api/v1/statuses", warned).await.ok();
    later(&shop).await;
    let mail = mailbox.next().await;
    assert!(mail.contains("[the end]") && !mail.contains("gardener"), "{mail}");
    let stranger = json!({ "status": "@alice psst", "visibility": "direct" });
    bob.post("/api/v1/statuses", stranger).await.ok();
    later(&shop).await;
    assert!(mailbox.is_empty(), "what the policy keeps back");
}

#[tokio::test]
async fn nobody_stops_the_mails_of_others() {
    let (shop, mut mailbox) = start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    bob.says("@alice hello").await;
    later(&shop).await;
    let mail = mailbox.next().await;
    let link = leave(&mail, &shop);
    for bad in [
        link.replace(&alice.id, &bob.id),
        link.replace("mention", "follow"),
        link.replace("mention", "poll"),
        link.trim_end_matches(|c| c != '-').to_owned(),
        "/unsubscribe".to_owned(),
        "/unsubscribe?ticket=".to_owned(),
        "/unsubscribe?ticket=--".to_owned(),
        "/unsubscribe?ticket[]=a".to_owned(),
    ] {
        assert_eq!(shop.anon().get(&bad).await.status(), 404, "{bad}");
        assert_eq!(shop.anon().form(&bad, &[]).await.status(), 404, "{bad}");
    }
    for who in [&alice, &bob] {
        let wished = who.get(PREFERENCES).await.ok()["notification_emails"].clone();
        assert_eq!((&wished["mention"], &wished["follow"]), (&json!(true), &json!(true)));
    }
    let id = alice.id.parse().unwrap();
    shop.app().write(move |tx| shop::features::users::closing::delete(tx, id)).await.unwrap();
    assert_eq!(shop.anon().form(link, &[]).await.status(), 404);
}

#[tokio::test]
async fn without_a_mail_server_nothing_is_written_to_the_log() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    assert_eq!(alice.get(PREFERENCES).await.ok()["emails_available"], false);
    shop.settle().await;
    let waiting = || jobs::BULK.depth(&shop.app().read().unwrap()).unwrap().waiting;
    let before = waiting();
    bob.says("@alice hello").await;
    shop.settle().await;
    assert_eq!(waiting(), before);
}
