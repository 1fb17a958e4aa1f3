//! The applications that somebody has let in, without script: `/oauth/authorized_applications`.

use askama::Template;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::browser::Browser;
use super::page::{self, Leads, PageResult, Site};
use super::permissions::{self, Permission};
use super::words::applications::AuthorizedWords;
use crate::features::oauth::api::granted::GrantedView;
use crate::features::oauth::granted;
use crate::platform::app::App;
use crate::platform::error::Result;
use crate::platform::http::params::Params;
use crate::platform::http::path::PathId;
use crate::platform::ids::{AppId, kind};
use crate::platform::text::day::day;

/// Where the list stands.
const HERE: &str = "/oauth/authorized_applications";

#[derive(Template)]
#[template(path = "authorized.html")]
struct AuthorizedPage {
    site: Site,
    words: &'static AuthorizedWords,
    csrf: String,
    applications: Vec<Line>,
}

/// An application as the page shows it.
struct Line {
    id: AppId,
    name: String,
    website: Option<String>,
    permissions: Vec<Permission>,
    since: String,
    used: Option<String>,
}

fn enter_first() -> Result<Response> {
    page::redirect(&format!("/auth/sign_in?return_to={HERE}"))
}

fn wants_json(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accept.contains("application/json") && !accept.contains("text/html")
}

/// `GET /oauth/authorized_applications`: a page, or JSON for who asks for nothing else.
pub async fn list(State(app): State<App>, browser: Browser, headers: HeaderMap) -> PageResult {
    let Some(who) = &browser.signed_in else { return Ok(enter_first()?) };
    let from = app.read()?;
    let granted = granted::applications(&from, who.account)?;
    if wants_json(&headers) {
        let shown: Vec<_> = granted.into_iter().map(GrantedView::from).collect();
        return Ok(([(header::CACHE_CONTROL, "private, no-store")], Json(shown)).into_response());
    }
    let lines = granted.into_iter().map(|granted| Line {
        id: granted.app,
        name: granted.application.name,
        website: granted.application.website,
        permissions: permissions::lines(browser.tongue, &granted.scopes),
        since: day(browser.tongue, granted.since),
        used: granted.used_at.map(|at| day(browser.tongue, at)),
    });
    let page = AuthorizedPage {
        site: Site::of(&app, &from, &browser)?,
        words: AuthorizedWords::of(browser.tongue),
        csrf: browser.csrf(&app)?,
        applications: lines.collect(),
    };
    Ok(page::show(&app, &browser, StatusCode::OK, Leads::Here, &page)?)
}

/// `DELETE /oauth/authorized_applications/:id`, or POST from the form.
pub async fn revoke(
    State(app): State<App>,
    browser: Browser,
    PathId(id): PathId<kind::App>,
    params: Params,
) -> PageResult {
    let Some(who) = &browser.signed_in else { return Ok(enter_first()?) };
    browser.check(&app, &params)?;
    let account = who.account;
    app.write(move |tx| granted::revoke(tx, account, id)).await?;
    Ok(page::redirect(HERE)?)
}
