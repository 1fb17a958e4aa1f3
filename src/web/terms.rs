//! `/terms-of-service`: what members agree to, in the version that holds and in those before and after it.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::HeaderMap;

use super::browser::Browser;
use super::page::{PageResult, Site};
use super::public::{self, Head, missing};
use super::words::community::TermsWords;
use crate::features::instance::terms::{self, Version};
use crate::platform::app::App;
use crate::platform::text::day;
use crate::platform::text::words::Sentence;

#[derive(Template)]
#[template(path = "terms.html")]
struct TermsPage<'a> {
    site: Site,
    words: &'static TermsWords,
    head: &'a Head,
    version: &'a Version,
    /// Since when it holds, or from when.
    since: Sentence,
    /// The day of the version, in words.
    day: String,
    /// The version that comes after it: its day for machines and in words.
    next: Option<(String, String)>,
    /// The other versions, likewise.
    others: Vec<(String, String)>,
}

/// `GET /terms-of-service`
///
/// # Errors
/// 404 when the operator has laid down none.
pub async fn show(State(app): State<App>, browser: Browser, headers: HeaderMap) -> PageResult {
    page(&app, &browser, &headers, None)
}

/// `GET /terms-of-service/:date`
///
/// # Errors
/// 404 when there are none of this day.
pub async fn of_day(
    State(app): State<App>,
    Path(day): Path<String>,
    browser: Browser,
    headers: HeaderMap,
) -> PageResult {
    page(&app, &browser, &headers, Some(&day))
}

fn page(app: &App, browser: &Browser, headers: &HeaderMap, day: Option<&str>) -> PageResult {
    let version = terms::version(app, day).map_err(|_| missing())?;
    let base = app.config.base_url();
    let words = TermsWords::of(browser.tongue);
    let head = Head {
        title: words.title.to_string(),
        description: words.description.to_string(),
        kind: "website",
        address: match day {
            Some(day) => format!("{base}/terms-of-service/{day}"),
            None => format!("{base}/terms-of-service"),
        },
        ..Head::default()
    };
    let all = terms::all(app);
    let named = |day: &String| (day.clone(), day::of_text(browser.tongue, day));
    let others = all.iter().map(|one| &one.day).filter(|day| **day != version.terms.day);
    let page = TermsPage {
        site: Site::of(app, &app.read()?, browser)?,
        head: &head,
        since: if version.effective { words.since } else { words.from },
        words,
        day: day::of_text(browser.tongue, &version.terms.day),
        next: version.succeeded_by.as_ref().map(named),
        others: others.map(named).collect(),
        version: &version,
    };
    Ok(public::page(browser, headers, &head, &page)?)
}
