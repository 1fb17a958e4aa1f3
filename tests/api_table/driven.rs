//! Good calls of the routes that want more than a token: a form with its secret, a session, a signature, a mail, another
//! server. Streams are in [`super::streams`].

use serde_json::json;
use shop::features::media::table::{MEDIA, MediaKind};
use shop::features::users::links;
use shop::features::users::table::{LinkUse, USERS};
use shop::platform::ids::{AccountId, MediaId};
use shop::platform::place::Place;

use super::routes::Route;
use super::stage::Stage;
use crate::cards::Site;
use crate::support::browser::{Browser, Page};
use crate::support::mailbox::Mailbox;
use crate::support::peer::Peer;
use crate::support::{Answer, PASSWORD, Shop, pictures};
use crate::trends::{OPEN, members, rank};

/// The working rows that this file drives, by method and path.
pub const BY_HAND: [&str; 18] = [
    "GET /oauth/authorize",
    "POST /oauth/authorize",
    "DELETE /oauth/authorize",
    "GET /oauth/authorize/native",
    "GET /oauth/authorized_applications",
    "DELETE /oauth/authorized_applications/:id",
    "POST /auth/sign_in",
    "POST /auth/confirmation",
    "GET /share",
    "GET /authorize_interaction",
    "GET /api/v1/timelines/link",
    "POST /api/v1/emails/confirmations",
    "GET /media_proxy/:id/:style",
    "GET /ap/users/:id/followers_synchronization",
    "POST /inbox",
    "POST /users/:username/inbox",
    "POST /ap/users/:id/inbox",
    "POST /actor/inbox",
];

const CONSENT: &str = "/oauth/authorize";
const GRANTED: &str = "/oauth/authorized_applications";

/// What a good call of this route is answered.
pub async fn answer(stage: &Stage, route: &Route) -> Answer {
    let name = route.name();
    match name.as_str() {
        "GET /api/v1/timelines/link" => link_timeline().await,
        "POST /api/v1/emails/confirmations" => asked_again().await,
        "GET /media_proxy/:id/:style" => far_picture(stage, route).await,
        "GET /ap/users/:id/followers_synchronization" => followers(stage, route).await,
        _ if name.ends_with("inbox") => delivered(stage, route).await,
        _ => browse(stage, &name).await.into(),
    }
}

/// What bob's browser is shown.
async fn browse(stage: &Stage, name: &str) -> Page {
    let mut browser = Browser::new(stage.shop.base());
    let entered = browser.sign_in("bob", PASSWORD).await;
    let address = application(stage, "https://app.example/back").await;
    match name {
        "POST /auth/sign_in" => entered,
        "GET /oauth/authorize" => browser.open(&address).await,
        "POST /oauth/authorize" => allow(&mut browser, &address).await,
        "DELETE /oauth/authorize" => {
            let fields = browser.open(&address).await.hidden(CONSENT);
            let fields: Vec<_> = fields.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
            browser.delete(CONSENT, &fields).await
        }
        "GET /oauth/authorize/native" => {
            let address = application(stage, "urn:ietf:wg:oauth:2.0:oob").await;
            let code = allow(&mut browser, &address).await;
            browser.open(code.location()).await
        }
        "GET /oauth/authorized_applications" => browser.open(GRANTED).await,
        "DELETE /oauth/authorized_applications/:id" => revoke(&stage.shop).await,
        "POST /auth/confirmation" => {
            let link = unconfirmed(&stage.shop).await;
            browser.fill(&format!("/auth/confirmation?token={link}"), "/auth/confirmation", &[]).await
        }
        "GET /share" => {
            let composer = browser.open("/share?text=look").await;
            browser.open(composer.location()).await
        }
        "GET /authorize_interaction" => {
            browser.open("/authorize_interaction?uri=acct:alice@far.example").await
        }
        other => panic!("{other} is not driven here"),
    }
}

/// Where people are asked whether they let a new application in.
async fn application(stage: &Stage, back: &str) -> String {
    let body = json!({ "client_name": "Tool", "redirect_uris": back, "scopes": "read" });
    let client = stage.shop.anon().post("/api/v1/apps", body).await.ok();
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("response_type", "code")
        .append_pair("client_id", client["client_id"].as_str().unwrap())
        .append_pair("redirect_uri", back)
        .append_pair("scope", "read")
        .finish();
    format!("{CONSENT}?{query}")
}

async fn allow(browser: &mut Browser, address: &str) -> Page {
    browser.fill(address, CONSENT, &[("decision", "allow")]).await
}

/// Somebody takes back what they let in: the command line, which has made their token.
async fn revoke(shop: &Shop) -> Page {
    shop.member("dora").await;
    let mut browser = Browser::new(shop.base());
    browser.sign_in("dora", PASSWORD).await;
    let page = browser.open(GRANTED).await;
    let (_, rest) = page.text.split_once(&format!("{GRANTED}/")).unwrap();
    let one = format!("{GRANTED}/{}", rest.split('"').next().unwrap());
    let fields = page.hidden(&one);
    let fields: Vec<_> = fields.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    browser.delete(&one, &fields).await
}

/// The secret in the link of somebody whose address waits to be confirmed.
async fn unconfirmed(shop: &Shop) -> String {
    let newcomer: AccountId = shop.member("unconfirmed").await.id.parse().unwrap();
    let link = shop.app().write(move |tx| {
        USERS.edit(tx, &newcomer, |user| user.confirmed_at = None)?;
        links::make(tx, LinkUse::Confirm(newcomer))
    });
    link.await.unwrap()
}

/// A mail that is asked for again, where there is a mail server.
async fn asked_again() -> Answer {
    let mailbox = Mailbox::start().await;
    let shop = Shop::start_with(&format!("[mail]\nsmtp_url = \"{}\"", mailbox.url)).await;
    let draft = json!({ "username": "newcomer", "email": "newcomer@example.com", "locale": "en",
        "password": "long enough to be good", "agreement": true });
    let app = shop.app_token("read write").await;
    let token = app.post("/api/v1/accounts", draft).await.ok();
    let newcomer = app.with_token(token["access_token"].as_str().unwrap());
    newcomer.post("/api/v1/emails/confirmations", json!({})).await
}

/// Posts about an article that many share.
async fn link_timeline() -> Answer {
    let (shop, site) = (Shop::start_with(OPEN).await, Site::start().await);
    let url = crate::trending_links::article(&site, "/news", "");
    for person in members(&shop, 6).await {
        person.patch("/api/v1/accounts/update_credentials", json!({ "discoverable": true })).await.ok();
        person.says(&format!("read {url}")).await;
    }
    rank(&shop).await;
    let answer = shop.anon().get(&crate::trending_links::timeline(&url)).await;
    assert!(!answer.ok().as_array().unwrap().is_empty(), "the link does not trend");
    answer
}

/// A picture that lies on another server.
async fn far_picture(stage: &Stage, route: &Route) -> Answer {
    let place = Site::start().await.show("/cat.png", "image/png", pictures::png(32, 32));
    let far: MediaId = stage.far.parse().unwrap();
    let moved = stage.shop.app().write(move |tx| {
        let moved = MEDIA.edit(tx, &far, |media| {
            media.kind = MediaKind::Image;
            media.original = Place::Remote(place);
        });
        Ok(moved?)
    });
    assert!(moved.await.unwrap().is_some());
    stage.shop.anon().get(&stage.path(route)).await
}

/// Who of a server follows alice, for that server.
async fn followers(stage: &Stage, route: &Route) -> Answer {
    let peer = Peer::start().await;
    peer.person("dora");
    let alice = format!("{}/ap/users/{}", stage.shop.base(), stage.alice.id);
    peer.send(stage.shop.base(), &peer.activity("dora", "Follow", json!(alice))).await;
    stage.shop.settle().await;
    let url = format!("{}{}", stage.shop.base(), stage.path(route));
    Answer::of(peer.ask_signed("dora", &url).await).await
}

/// An activity of another server, in this inbox.
async fn delivered(stage: &Stage, route: &Route) -> Answer {
    let peer = Peer::start().await;
    peer.person("dora");
    let alice = format!("{}/ap/users/{}", stage.shop.base(), stage.alice.id);
    let activity = peer.activity("dora", "Follow", json!(alice));
    let (status, body) = peer.send_to(stage.shop.base(), &stage.path(route), &activity).await;
    Answer::made(status, body)
}
