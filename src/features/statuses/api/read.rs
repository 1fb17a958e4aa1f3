//! Reading single statuses, threads and profiles over HTTP.

use std::sync::Arc;

use axum::Json;
use axum::extract::{OriginalUri, State};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::json;

use crate::features::accounts;
use crate::features::accounts::view::AccountView;
use crate::features::emoji::view::EmojiView;
use crate::features::media::view::MediaView;
use crate::features::oauth::auth::{User, Viewer};
use crate::features::oauth::scopes::{ReadAccounts, ReadStatuses};
use crate::features::relationships::circle;
use crate::features::statuses::context::{Reach, around};
use crate::features::statuses::edit::history as revisions;
use crate::features::statuses::page::{self, AccountWanted};
use crate::features::statuses::table::{REBLOGS, Revision, STATUSES};
use crate::features::statuses::view::{self, StatusView};
use crate::features::statuses::{get, get_visible, replies};
use crate::features::{async_refreshes, emoji, media};
use crate::platform::app::App;
use crate::platform::error::{Error, Result};
use crate::platform::http::paging::{Cursor, Next, link};
use crate::platform::http::params::Params;
use crate::platform::http::path::PathId;
use crate::platform::ids::{StatusId, kind};
use crate::platform::text::hashtag;

/// How many statuses can be asked for by id at once (behaviours §3).
const MOST_BY_ID: usize = 20;

/// `GET /api/v1/statuses/:id`
pub async fn one(
    viewer: Viewer<ReadStatuses>,
    State(app): State<App>,
    PathId(id): PathId<kind::Status>,
) -> Result<Json<StatusView>> {
    Ok(Json(view::one(&app, &app.read()?, viewer.id(), id)?))
}

/// `GET /api/v1/statuses?id[]=`
pub async fn many(
    viewer: Viewer<ReadStatuses>,
    State(app): State<App>,
    params: Params,
) -> Result<Json<Vec<StatusView>>> {
    let asked = params.list("id");
    if asked.len() > MOST_BY_ID {
        return Err(Error::invalid(format!("Cannot ask for more than {MOST_BY_ID} posts at once")));
    }
    let ids: Vec<StatusId> = asked.iter().filter_map(|id| id.parse().ok()).collect();
    Ok(Json(view::load(&app, &app.read()?, viewer.id(), &ids)?))
}

/// The Context entity.
#[derive(Debug, Serialize)]
pub struct ContextView {
    ancestors: Vec<StatusView>,
    descendants: Vec<StatusView>,
}

/// `GET /api/v1/statuses/:id/context`
pub async fn context(
    viewer: Viewer<ReadStatuses>,
    State(app): State<App>,
    PathId(id): PathId<kind::Status>,
) -> Result<Response> {
    let store = app.read()?;
    let status = get_visible(&store, viewer.id(), id)?;
    let reach = if viewer.id().is_some() { Reach::SIGNED_IN } else { Reach::ANONYMOUS };
    let around = around(&store, id, &status, reach)?;
    let mut shown = ContextView {
        ancestors: view::load(&app, &store, viewer.id(), &around.above)?,
        descendants: view::load(&app, &store, viewer.id(), &around.below)?,
    };
    let elsewhere = !status.local || shown.descendants.iter().any(|status| status.account.acct.contains('@'));
    if let Some(viewer) = viewer.id() {
        let (circle, now) = (circle(&app, viewer)?, app.now());
        let is_shown = |status: &StatusView| {
            let author = &status.account;
            let limited = author.limited && author.id != viewer && !circle.following.contains(&author.id);
            !limited && !circle.hides(author.id, now) && !circle.blocks_handle(&author.acct)
        };
        shown.ancestors.retain(is_shown);
        shown.descendants.retain(is_shown);
    }
    drop(store);
    let refresh = match viewer.id() {
        Some(_) => replies::refresh(&app, id, &status, elsewhere).await?,
        None => None,
    };
    let headers = refresh.map(|refresh| async_refreshes::header(&app, &refresh)).unwrap_or_default();
    Ok((headers, Json(shown)).into_response())
}

/// The StatusEdit entity.
#[derive(Debug, Serialize)]
pub struct EditView {
    content: String,
    spoiler_text: String,
    sensitive: bool,
    created_at: String,
    account: Arc<AccountView>,
    media_attachments: Vec<MediaView>,
    emojis: Vec<EmojiView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    poll: Option<serde_json::Value>,
}

/// `GET /api/v1/statuses/:id/history`
pub async fn history(
    viewer: Viewer<ReadStatuses>,
    State(app): State<App>,
    PathId(id): PathId<kind::Status>,
) -> Result<Json<Vec<EditView>>> {
    let store = app.read()?;
    let status = get_visible(&store, viewer.id(), id)?;
    let account = accounts::view::one(&app, &store, status.account)?;
    let domain = accounts::get(&store, status.account)?.domain;
    let mut shown = Vec::new();
    for revision in revisions(&store, id, &status)? {
        let Revision { content, spoiler, sensitive, created_at, media: files, emojis, poll } = revision;
        let ids: Vec<_> = files.iter().map(|(id, _)| *id).collect();
        let mut loaded = media::view::load(&app, &store, &ids)?;
        let media_attachments = files
            .into_iter()
            .filter_map(|(id, description)| loaded.remove(&id).map(|file| MediaView { description, ..file }));
        shown.push(EditView {
            content,
            spoiler_text: spoiler,
            sensitive,
            created_at: created_at.dt(),
            account: account.clone(),
            media_attachments: media_attachments.collect(),
            emojis: emoji::view::load(&app, &store, domain.as_deref(), &emojis)?,
            poll: poll.map(|titles| {
                let options: Vec<_> = titles.iter().map(|title| json!({ "title": title })).collect();
                json!({ "options": options })
            }),
        });
    }
    Ok(Json(shown))
}

/// The StatusSource entity.
#[derive(Debug, Serialize)]
pub struct SourceView {
    id: StatusId,
    text: String,
    spoiler_text: String,
}

/// `GET /api/v1/statuses/:id/source`: for the author.
pub async fn source(
    user: User<ReadStatuses>,
    State(app): State<App>,
    PathId(id): PathId<kind::Status>,
) -> Result<Json<SourceView>> {
    let status = get(&app.read()?, id)?;
    if status.account != user.id || status.reblog_of.is_some() {
        return Err(Error::not_found());
    }
    Ok(Json(SourceView { id, text: status.text, spoiler_text: status.spoiler }))
}

/// `POST /api/v1/statuses/:id/translate`: there is no translator, which the instance document says too.
///
/// # Errors
/// 404 always.
pub async fn translate(
    user: User<ReadStatuses>,
    State(app): State<App>,
    PathId(id): PathId<kind::Status>,
) -> Result<()> {
    get_visible(&app.read()?, Some(user.id), id)?;
    Err(Error::not_found())
}

/// `GET /api/v1/statuses/:id/reblogged_by`: only boosts that everybody may see.
pub async fn reblogged_by(
    viewer: Viewer<ReadAccounts>,
    State(app): State<App>,
    PathId(id): PathId<kind::Status>,
    OriginalUri(uri): OriginalUri,
    params: Params,
) -> Result<Response> {
    let cursor: Cursor<kind::Status> = Cursor::read(&params, 40, 80)?;
    let store = app.read()?;
    get_visible(&store, viewer.id(), id)?;
    let rows = cursor.arrange(REBLOGS.page(&store, &id, &cursor.pairs())?);
    let (boosts, people): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
    let open = STATUSES.get_many(&store, &boosts)?;
    let open = open.iter().map(|boost| boost.as_ref().is_some_and(|boost| boost.visibility.is_open()));
    let people: Vec<_> = people.into_iter().zip(open).filter(|(_, open)| *open).map(|(id, _)| id).collect();
    let body = accounts::view::present(&app, &store, &people)?;
    Ok((link(&app.config, &uri, &boosts, Next::WhenFull(cursor.limit), "since_id"), Json(body))
        .into_response())
}

/// `GET /api/v1/accounts/:id/statuses`
pub async fn of_account(
    viewer: Viewer<ReadStatuses>,
    State(app): State<App>,
    PathId(id): PathId<kind::Account>,
    OriginalUri(uri): OriginalUri,
    params: Params,
) -> Result<Response> {
    let cursor = Cursor::read(&params, 20, 40)?;
    let flag = |name| params.flag(name).unwrap_or(false);
    let wanted = AccountWanted {
        pinned: flag("pinned"),
        only_media: flag("only_media"),
        exclude_replies: flag("exclude_replies"),
        exclude_reblogs: flag("exclude_reblogs"),
        exclude_direct: flag("exclude_direct"),
        tagged: params.text("tagged").map(|name| hashtag::normalise(&name)).filter(|name| !name.is_empty()),
    };
    let store = app.read()?;
    accounts::get(&store, id)?;
    let circle = viewer.id().map(|viewer| circle(&app, viewer).map(|circle| (viewer, circle))).transpose()?;
    let reader = circle.as_ref().map(|(viewer, circle)| (*viewer, circle.as_ref()));
    let page = page::of_account(&store, reader, id, &wanted, &cursor, app.now())?;
    let body = view::load(&app, &store, viewer.id(), &page.shown)?;
    Ok((link(&app.config, &uri, &page.picked, Next::WhenFull(cursor.limit), "min_id"), Json(body))
        .into_response())
}
