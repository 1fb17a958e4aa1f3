//! `/privacy-policy`: what the server keeps of people, for everybody to read.

use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;

use super::browser::Browser;
use super::page::{PageResult, Site};
use super::public::{self, Head};
use crate::features::instance::PRIVACY;
use crate::platform::app::App;

#[derive(Template)]
#[template(path = "privacy.html")]
struct PrivacyPage<'a> {
    site: Site,
    head: &'a Head,
    content: &'static str,
}

/// `GET /privacy-policy`
pub async fn show(State(app): State<App>, browser: Browser, headers: HeaderMap) -> PageResult {
    let head = Head {
        title: "Privacy policy".into(),
        description: "What this server keeps of people, who can read it, and for how long.".into(),
        kind: "website",
        address: format!("{}/privacy-policy", app.config.base_url()),
        ..Head::default()
    };
    let site = Site::of(&app, &app.read()?, &browser)?;
    Ok(public::page(&browser, &headers, &head, &PrivacyPage { site, head: &head, content: PRIVACY })?)
}
