//! Applications, consent, codes and tokens.

mod authorize;
mod registration;
mod token;

use serde_json::{Value, json};
use shop::features::users::sign_up::{self, Draft};
use shop::features::users::table::Role;
use shop::platform::ids::AccountId;

use crate::support::Shop;
use crate::support::browser::{Browser, Page};

pub const PASSWORD: &str = "correct horse";
pub const CALLBACK: &str = "https://app.example/cb?keep=1";

/// The pair of RFC 7636, appendix B.
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// Somebody with a known password.
pub async fn person(shop: &Shop, name: &str) -> AccountId {
    let email = format!("{name}@example.com");
    let draft = Draft { username: name.into(), email, password: PASSWORD.into(), ..Draft::default() };
    sign_up::create_by_staff(shop.app(), draft, Role::User).await.unwrap()
}

/// A browser with alice signed in.
pub async fn alice(shop: &Shop) -> Browser {
    person(shop, "alice").await;
    let mut browser = browser(shop);
    let page = browser.sign_in("alice@example.com", PASSWORD).await;
    assert_eq!(page.location(), "/home", "{}", page.text);
    browser
}

pub fn browser(shop: &Shop) -> Browser {
    Browser::new(shop.app().config.base_url())
}

/// A registered application with every redirect address the tests use.
pub struct Client {
    pub id: String,
    pub secret: String,
}

pub async fn client(shop: &Shop, scopes: &str) -> Client {
    let uris = [CALLBACK, "myapp://cb", "urn:ietf:wg:oauth:2.0:oob"];
    let answer = shop
        .anon()
        .post("/api/v1/apps", json!({ "client_name": "Tool <i>", "redirect_uris": uris, "scopes": scopes }))
        .await
        .ok();
    let text = |name: &str| answer[name].as_str().unwrap().to_owned();
    Client { id: text("client_id"), secret: text("client_secret") }
}

impl Client {
    /// The address of the consent page, with changed or added parameters; an empty value leaves one out.
    pub fn authorize(&self, changes: &[(&str, &str)]) -> String {
        let mut fields = vec![
            ("response_type", "code"),
            ("client_id", self.id.as_str()),
            ("redirect_uri", CALLBACK),
            ("scope", "read write"),
        ];
        for (name, value) in changes {
            fields.retain(|(known, _)| known != name);
            if !value.is_empty() {
                fields.push((name, value));
            }
        }
        let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        format!("/oauth/authorize?{query}")
    }

    /// Goes through consent and gives the code.
    pub async fn code(&self, browser: &mut Browser, changes: &[(&str, &str)]) -> String {
        self.consent(browser, changes).await.parameter("code").expect("a code")
    }

    /// Goes through consent, whether it is asked for or skipped.
    pub async fn consent(&self, browser: &mut Browser, changes: &[(&str, &str)]) -> Page {
        let address = self.authorize(changes);
        let page = browser.open(&address).await;
        if !page.location().is_empty() {
            return page;
        }
        browser.fill(&address, "/oauth/authorize", &[("decision", "allow")]).await
    }

    /// `POST /oauth/token`, with changed or added parameters.
    pub async fn token(&self, shop: &Shop, changes: &[(&str, &str)]) -> (u16, Value) {
        let mut body = json!({
            "grant_type": "authorization_code", "client_id": self.id, "client_secret": self.secret,
            "redirect_uri": CALLBACK,
        });
        for (name, value) in changes {
            body[*name] = json!(value);
        }
        let answer = shop.anon().post("/oauth/token", body).await;
        (answer.status(), answer.json())
    }
}
