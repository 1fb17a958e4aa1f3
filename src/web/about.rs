//! `/about`, and the front page of guests: what this community is, its rules, whom to write to.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::response::Response;
use shop_storage::Read;

use super::browser::Browser;
use super::page::{PageResult, Site, redirect};
use super::posts::Author;
use super::public::{self, Head, Preview, line};
use super::shell;
use super::words::community::AboutWords;
use crate::features::accounts;
use crate::features::accounts::view::AccountView;
use crate::features::domain_rules::view::{RuleView, list};
use crate::features::instance;
use crate::features::statistics::{self, Figures};
use crate::platform::app::App;
use crate::platform::config::Registrations;
use crate::platform::error::Result;
use crate::platform::text::words::Sentence;

#[derive(Template)]
#[template(path = "about.html")]
struct AboutPage<'a> {
    site: Site,
    words: &'static AboutWords,
    head: &'a Head,
    is_front: bool,
    description: String,
    rules: Vec<String>,
    contact: Option<Author>,
    email: String,
    figures: Figures,
    servers: Vec<RuleView>,
    registrations: Sentence,
    version: &'static str,
    source_url: Option<&'a str>,
}

/// `GET /`: the web app, or the front page of guests.
pub async fn front(State(app): State<App>, browser: Browser, request: Request) -> PageResult {
    if browser.signed_in.is_some() {
        return Ok(shell::show(&app, &browser)?);
    }
    Ok(show(&app, &browser, request.headers(), true).await?)
}

/// `GET /about`
pub async fn about(State(app): State<App>, browser: Browser, request: Request) -> PageResult {
    Ok(show(&app, &browser, request.headers(), false).await?)
}

/// `GET /explore` and what is below it: the web app, or the front page for guests.
pub async fn explore(State(app): State<App>, browser: Browser) -> PageResult {
    Ok(if browser.signed_in.is_some() { shell::show(&app, &browser)? } else { redirect("/")? })
}

async fn show(app: &App, browser: &Browser, asked: &HeaderMap, is_front: bool) -> Result<Response> {
    let figures = statistics::figures(app).await?;
    let from = app.read()?;
    let instance = instance::get(&from)?;
    let contact: Option<Arc<AccountView>> = match instance.contact {
        Some(id) => accounts::view::load(app, &from, &[id])?.remove(&id),
        None => None,
    };
    let base = app.config.base_url();
    let words = AboutWords::of(browser.tongue);
    let head = Head {
        title: if is_front { words.welcome } else { words.about }.to_string(),
        description: line(&instance.description),
        kind: "website",
        address: if is_front { format!("{base}/") } else { format!("{base}/about") },
        picture: Some(Preview {
            url: format!("{base}/headers/original/missing.png"),
            alt: String::new(),
            size: None,
            is_large: false,
        }),
        ..Head::default()
    };
    let page = AboutPage {
        site: Site::of(app, &from, browser)?,
        words,
        head: &head,
        is_front,
        description: instance.description,
        rules: instance.rules,
        contact: contact.filter(|account| !account.suspended).map(|account| Author::of(&account)),
        email: instance.contact_email,
        figures,
        servers: servers(app, &from, browser)?,
        registrations: match app.config.registrations {
            Registrations::Open => words.open,
            Registrations::Approval => words.approval,
            Registrations::Closed => words.closed,
        },
        version: env!("CARGO_PKG_VERSION"),
        source_url: app.config.server.source_url.as_deref(),
    };
    public::page(browser, asked, &head, &page)
}

/// The servers that are limited or suspended, for those to whom the operator shows them.
fn servers(app: &App, from: &dyn Read, browser: &Browser) -> Result<Vec<RuleView>> {
    let (federation, is_member) = (&app.config.federation, browser.signed_in.is_some());
    if !federation.show_rules.includes(is_member) {
        return Ok(Vec::new());
    }
    list(from, federation.show_reasons.includes(is_member))
}
