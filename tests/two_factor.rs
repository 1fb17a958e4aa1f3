//! Two-factor sign-in: set up at the web app, asked for at the sign-in, taken away by the operator.

mod proof;
mod setting_up;
mod signing_in;

use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use shop::features::users::two_factor::totp;

use crate::support::browser::{Browser, Page};
use crate::support::mailbox::Mailbox;
use crate::support::{Answer, PASSWORD, Person, Shop};

pub const TWO_FACTOR: &str = "/api/shop/v1/two_factor";
pub const CONFIRMATION: &str = "/api/shop/v1/two_factor/confirmation";
pub const RECOVERY_CODES: &str = "/api/shop/v1/two_factor/recovery_codes";
pub const CODE: &str = "/auth/sign_in/code";

/// An authenticator app with the secret of somebody.
pub struct Phone(Vec<u8>);

impl Phone {
    /// Reads the secret in base32 (RFC 4648).
    pub fn new(secret: &str) -> Self {
        let mut bits = String::new();
        for letter in secret.bytes() {
            let at = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".iter().position(|known| *known == letter).unwrap();
            bits.push_str(&format!("{at:05b}"));
        }
        Self(bits.as_bytes().chunks_exact(8).map(byte_of).collect())
    }

    /// What it shows so many steps from now.
    pub fn shows(&self, shop: &Shop, steps: i64) -> String {
        totp::code(&self.0, totp::step_at(shop.clock().now()).checked_add_signed(steps).unwrap())
    }

    /// The next code that was not used yet; the time goes on by a step.
    pub fn next(&self, shop: &Shop) -> String {
        step_on(shop, 1);
        self.shows(shop, 0)
    }
}

fn byte_of(bits: &[u8]) -> u8 {
    bits.iter().fold(0, |byte, bit| byte << 1 | (bit - b'0'))
}

/// Lets the time go on to the beginning of a later step.
pub fn step_on(shop: &Shop, steps: u64) {
    let period = totp::PERIOD * 1_000;
    let into = shop.clock().now().0 % period;
    shop.clock().advance(Duration::from_millis(steps * period - into));
}

/// A code that is not shown about now.
pub fn wrong(phone: &Phone, shop: &Shop) -> String {
    let near: Vec<_> = (-3..=3).map(|steps| phone.shows(shop, steps)).collect();
    (0..10).map(|n| format!("{n}{n}{n}{n}{n}{n}")).find(|code| !near.contains(code)).unwrap()
}

/// Whether a code is asked for.
pub async fn is_on(who: &Person) -> bool {
    who.get(TWO_FACTOR).await.ok()["enabled"].as_bool().unwrap()
}

pub async fn begin(who: &Person, password: &str) -> Answer {
    who.post(TWO_FACTOR, json!({ "current_password": password })).await
}

pub async fn switch_off(who: &Person, password: &str) -> Answer {
    let body = json!({ "current_password": password });
    who.send(who.request(Method::DELETE, TWO_FACTOR).json(&body)).await
}

/// Switches it on; gives the phone and the recovery codes.
pub async fn switched_on(shop: &Shop, who: &Person) -> (Phone, Vec<String>) {
    let offer = begin(who, PASSWORD).await.ok();
    let phone = Phone::new(offer["secret"].as_str().unwrap());
    step_on(shop, 1);
    let done = who.post(CONFIRMATION, json!({ "code": phone.shows(shop, 0) })).await.ok();
    (phone, codes(&done))
}

pub fn codes(answer: &Value) -> Vec<String> {
    answer["recovery_codes"].as_array().unwrap().iter().map(|one| one.as_str().unwrap().to_owned()).collect()
}

/// Fills in the second form with what stands in `page`.
pub async fn enter(browser: &mut Browser, page: &Page, code: &str) -> Page {
    let mut form = page.hidden(CODE);
    form.insert("code".into(), code.into());
    let form: Vec<_> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    browser.post(CODE, &form).await
}

/// Goes through the first form; gives the browser and the page that asks for the code.
pub async fn asked(shop: &Shop, login: &str, password: &str) -> (Browser, Page) {
    let mut browser = Browser::new(shop.base());
    let page = browser.sign_in(login, password).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    assert!(page.text.contains("autocomplete=\"one-time-code\""), "{}", page.text);
    assert!(!browser.cookies.contains_key("shop_session"), "the password alone signs nobody in");
    (browser, page)
}

/// Signs in with both; gives the last page.
pub async fn sign_in(shop: &Shop, login: &str, code: &str) -> Page {
    let (mut browser, page) = asked(shop, login, PASSWORD).await;
    enter(&mut browser, &page, code).await
}

pub async fn with_mail() -> (Shop, Mailbox) {
    let mailbox = Mailbox::start().await;
    let shop = Shop::start_with(&format!("[mail]\nsmtp_url = \"{}\"\n", mailbox.url)).await;
    (shop, mailbox)
}
