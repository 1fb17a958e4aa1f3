//! GET /api/v1/trends and what is below it, and the timeline of a trending link.

use axum::Json;
use axum::extract::{OriginalUri, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};

use super::table::Subject;
use super::view;
use crate::features::oauth::auth::Viewer;
use crate::features::oauth::scopes::{AnyToken, ReadStatuses};
use crate::features::relationships::circle;
use crate::features::timelines::{self, Reader};
use crate::features::{statuses, tags};
use crate::platform::app::App;
use crate::platform::error::{Error, Result};
use crate::platform::http::accept_language;
use crate::platform::http::paging::{Cursor, Next, Part, link};
use crate::platform::http::params::Params;
use crate::platform::text::language;

/// `GET /api/v1/trends/tags`, and `/api/v1/trends`, its old name.
///
/// # Errors
/// 400 for negative pages.
pub async fn tags(
    State(app): State<App>,
    viewer: Viewer<AnyToken>,
    OriginalUri(uri): OriginalUri,
    params: Params,
) -> Result<Response> {
    let part = Part::read(&params, 10, 20)?;
    let store = app.read()?;
    let ranked = part.of(super::ranked(&app, &store, Subject::Tag, &[], false)?);
    let names: Vec<String> = ranked.into_iter().map(|(entry, _)| entry.name).collect();
    let shown = tags::view::load(&app, &store, viewer.id(), &names)?;
    Ok((part.link(&app.config, &uri, shown.len()), Json(shown)).into_response())
}

/// `GET /api/v1/trends/statuses`
///
/// # Errors
/// 400 for negative pages.
pub async fn statuses(
    State(app): State<App>,
    viewer: Viewer<AnyToken>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    params: Params,
) -> Result<Response> {
    let part = Part::read(&params, 20, 40)?;
    let (store, now) = (app.read()?, app.now());
    let languages = languages(&viewer, &headers, &params);
    let reader = match viewer.id() {
        Some(id) => Some((id, Reader { circle: circle(&app, id)?, languages: languages.clone(), now })),
        None => None,
    };
    let reader = reader.as_ref().map(|(id, reader)| (*id, reader));
    let ids = part.of(super::statuses(&app, &store, reader, &languages, now)?);
    let shown = statuses::view::load(&app, &store, viewer.id(), &ids)?;
    Ok((part.link(&app.config, &uri, ids.len()), Json(shown)).into_response())
}

/// The languages that a reader sees first: the chosen ones, else that of the interface, of `lang`, of the browser.
fn languages(viewer: &Viewer<AnyToken>, headers: &HeaderMap, params: &Params) -> Vec<String> {
    let asked = params.text("lang");
    let settings = viewer.0.as_ref().map(|user| &user.user.settings);
    if let Some(chosen) =
        settings.map(|settings| &settings.chosen_languages).filter(|chosen| !chosen.is_empty())
    {
        return chosen.clone();
    }
    let browser = accept_language::languages(headers).first().copied();
    let code = asked.as_deref().or(settings.map(|settings| settings.locale.as_str())).or(browser);
    code.and_then(language::normalise).map(str::to_owned).into_iter().collect()
}

/// `GET /api/v1/trends/links`
///
/// # Errors
/// 400 for negative pages.
pub async fn links(
    State(app): State<App>,
    viewer: Viewer<AnyToken>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    params: Params,
) -> Result<Response> {
    let part = Part::read(&params, 10, 20)?;
    let store = app.read()?;
    let cards = part.of(super::links::shown(&app, &store, &languages(&viewer, &headers, &params))?);
    let shown = cards.len();
    let body = view::links(&app, &store, viewer.id(), cards)?;
    Ok((part.link(&app.config, &uri, shown), Json(body)).into_response())
}

/// `GET /api/v1/timelines/link`: what is written about a trending link.
///
/// # Errors
/// 400 without an address, 404 for what does not trend.
pub async fn link_timeline(
    State(app): State<App>,
    viewer: Viewer<ReadStatuses>,
    OriginalUri(uri): OriginalUri,
    params: Params,
) -> Result<Response> {
    let url = params.required("url")?;
    let cursor = Cursor::read(&params, 20, 40)?;
    let store = app.read()?;
    let card = super::links::trending(&app, &store, &url)?.ok_or_else(Error::not_found)?;
    let reader = match &viewer.0 {
        Some(user) => Some(Reader {
            circle: circle(&app, user.id)?,
            languages: user.user.settings.chosen_languages.clone(),
            now: app.now(),
        }),
        None => None,
    };
    let ids = timelines::link(&store, reader.as_ref(), &card, &cursor)?;
    let body = statuses::view::load(&app, &store, viewer.id(), &ids)?;
    Ok((link(&app.config, &uri, &ids, Next::Always, "min_id"), Json(body)).into_response())
}
