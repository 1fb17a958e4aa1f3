//! What a person decides about the account as such: browsers, applications, password, address, and the end of it.

mod access;
mod credentials;
mod ending;

use serde_json::Value;
use shop::features::oauth::sessions;

use crate::oauth::{CALLBACK, Client, browser};
use crate::support::browser::Browser;
use crate::support::{PASSWORD, Person, Shop};

pub const SESSIONS: &str = "/api/shop/v1/sessions";
pub const APPLICATIONS: &str = "/api/shop/v1/applications";
pub const EMAIL: &str = "/api/shop/v1/email";
pub const SET_PASSWORD: &str = "/api/shop/v1/password";
pub const ACCOUNT: &str = "/api/shop/v1/account";

/// Signs somebody in with a fresh browser; gives it, and the person as its web app calls.
pub async fn at_a_browser(shop: &Shop, person: &Person) -> (Browser, Person) {
    let mut browser = browser(shop);
    let page = browser.sign_in(&person.name, PASSWORD).await;
    assert_eq!(page.location(), "/home", "{}", page.text);
    let found = sessions::find(&shop.app().read().unwrap(), &browser.cookies["shop_session"]).unwrap();
    let caller = person.with_token(&found.unwrap().token_text);
    (browser, caller)
}

/// Lets an application in and gives its token.
pub async fn let_in(shop: &Shop, client: &Client, browser: &mut Browser, scope: &str) -> String {
    let code = client.code(browser, &[("scope", scope), ("redirect_uri", CALLBACK)]).await;
    let (status, token) = client.token(shop, &[("code", &code)]).await;
    assert_eq!(status, 200, "{token}");
    token["access_token"].as_str().unwrap().to_owned()
}

/// Whether a token is good.
pub async fn works(person: &Person) -> bool {
    person.get("/api/v1/accounts/verify_credentials").await.status() == 200
}

/// The `details` of a refusal by 422: the code of the first fault of a field.
#[track_caller]
pub fn fault(answer: &crate::support::Answer, field: &str) -> String {
    assert_eq!(answer.status(), 422, "{}", answer.text());
    let body: Value = answer.json();
    body["details"][field][0]["error"].as_str().unwrap_or_else(|| panic!("no {field}: {body}")).to_owned()
}
