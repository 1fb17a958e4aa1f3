//! `/terms-of-service`: what members agree to, in the version that holds and in those before and after it.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::HeaderMap;

use super::browser::Browser;
use super::page::{PageResult, Site};
use super::public::{self, Head, missing};
use crate::features::instance::terms::{self, Version};
use crate::platform::app::App;

#[derive(Template)]
#[template(path = "terms.html")]
struct TermsPage<'a> {
    site: Site,
    head: &'a Head,
    version: &'a Version,
    /// The days of the other versions.
    others: Vec<String>,
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
    let head = Head {
        title: "Terms of service".into(),
        description: "What members of this community agree to.".into(),
        kind: "website",
        address: match day {
            Some(day) => format!("{base}/terms-of-service/{day}"),
            None => format!("{base}/terms-of-service"),
        },
        ..Head::default()
    };
    let all = terms::all(app);
    let others = all.iter().map(|one| one.day.clone()).filter(|day| *day != version.terms.day);
    let page = TermsPage {
        site: Site::of(app, &app.read()?, browser)?,
        head: &head,
        others: others.collect(),
        version: &version,
    };
    Ok(public::page(browser, headers, &head, &page)?)
}
