//! `/privacy-policy`: what the server keeps of people, for everybody to read.

use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;

use super::browser::Browser;
use super::page::{PageResult, Site};
use super::public::{self, Head};
use super::words::community::PrivacyWords;
use crate::features::instance::PRIVACY;
use crate::platform::app::App;

#[derive(Template)]
#[template(path = "privacy.html")]
struct PrivacyPage<'a> {
    site: Site,
    words: &'static PrivacyWords,
    head: &'a Head,
    content: &'static str,
}

/// `GET /privacy-policy`
pub async fn show(State(app): State<App>, browser: Browser, headers: HeaderMap) -> PageResult {
    let words = PrivacyWords::of(browser.tongue);
    let head = Head {
        title: words.title.to_string(),
        description: words.description.to_string(),
        kind: "website",
        address: format!("{}/privacy-policy", app.config.base_url()),
        ..Head::default()
    };
    let site = Site::of(&app, &app.read()?, &browser)?;
    let page = PrivacyPage { site, words, head: &head, content: browser.tongue.say(&PRIVACY) };
    Ok(public::page(&browser, &headers, &head, &page)?)
}
