//! Timelines over HTTP.

use axum::Json;
use axum::extract::{OriginalUri, Path, State};
use axum::http::Uri;
use axum::response::{IntoResponse, Response};
use shop_storage::Snapshot;

use super::feeds::{self, Name};
use super::{PublicWanted, Reader, TagWanted, public as public_page, tag as tag_page};
use crate::features::oauth::auth::{User, Viewer};
use crate::features::oauth::scopes::{ReadLists, ReadStatuses};
use crate::features::relationships::circle;
use crate::features::statuses;
use crate::platform::app::App;
use crate::platform::error::Result;
use crate::platform::http::paging::{Cursor, Next, link};
use crate::platform::http::params::Params;
use crate::platform::http::path::PathId;
use crate::platform::ids::{AccountId, StatusId, kind};
use crate::platform::text::hashtag;

/// How many further tags of each kind count (behaviours §9).
const MOST_TAGS: usize = 4;

/// `GET /api/v1/timelines/home`
pub async fn home(
    user: User<ReadStatuses>,
    State(app): State<App>,
    OriginalUri(uri): OriginalUri,
    params: Params,
) -> Result<Response> {
    let cursor = Cursor::read(&params, 20, 40)?;
    let ids = feeds::page(&app, Name::Home(user.id), &cursor)?;
    answer(&app, &app.read()?, Some(user.id), &uri, &ids)
}

/// `GET /api/v1/timelines/list/:list_id`
pub async fn list(
    user: User<ReadLists>,
    State(app): State<App>,
    OriginalUri(uri): OriginalUri,
    PathId(id): PathId<kind::List>,
    params: Params,
) -> Result<Response> {
    let cursor = Cursor::read(&params, 20, 40)?;
    let ids = feeds::page(&app, Name::List(user.id, id), &cursor)?;
    answer(&app, &app.read()?, Some(user.id), &uri, &ids)
}

/// `GET /api/v1/timelines/public`
pub async fn public(
    viewer: Viewer<ReadStatuses>,
    State(app): State<App>,
    OriginalUri(uri): OriginalUri,
    params: Params,
) -> Result<Response> {
    let cursor = Cursor::read(&params, 20, 40)?;
    let store = app.read()?;
    let reader = reader(&app, &viewer)?;
    let ids = public_page(&store, reader.as_ref(), &wanted(&params), &cursor)?;
    answer(&app, &store, viewer.id(), &uri, &ids)
}

/// `GET /api/v1/timelines/tag/:hashtag`
pub async fn tag(
    viewer: Viewer<ReadStatuses>,
    State(app): State<App>,
    OriginalUri(uri): OriginalUri,
    Path(name): Path<String>,
    params: Params,
) -> Result<Response> {
    let cursor = Cursor::read(&params, 20, 40)?;
    let names = |key: &str| -> Vec<String> {
        params.list(key).iter().take(MOST_TAGS).map(|name| hashtag::normalise(name)).collect()
    };
    let mut any = names("any");
    any.insert(0, hashtag::normalise(&name));
    let tags = TagWanted { any, all: names("all"), none: names("none"), public: wanted(&params) };
    let store = app.read()?;
    let reader = reader(&app, &viewer)?;
    let ids = tag_page(&store, reader.as_ref(), &tags, &cursor)?;
    answer(&app, &store, viewer.id(), &uri, &ids)
}

fn reader(app: &App, viewer: &Viewer<ReadStatuses>) -> Result<Option<Reader>> {
    let Some(user) = &viewer.0 else { return Ok(None) };
    let languages = user.user.settings.chosen_languages.clone();
    Ok(Some(Reader { circle: circle(app, user.id)?, languages, now: app.now() }))
}

fn wanted(params: &Params) -> PublicWanted {
    let flag = |name| params.flag(name).unwrap_or(false);
    PublicWanted { local: flag("local"), remote: flag("remote"), only_media: flag("only_media") }
}

fn answer(
    app: &App,
    store: &Snapshot,
    viewer: Option<AccountId>,
    uri: &Uri,
    ids: &[StatusId],
) -> Result<Response> {
    let body = statuses::view::load(app, store, viewer, ids)?;
    Ok((link(&app.config, uri, ids, Next::Always, "min_id"), Json(body)).into_response())
}
