//! Posting, editing and deleting over HTTP (behaviours §4).

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::features::accounts::view::AccountView;
use crate::features::accounts::{self, find_handle};
use crate::features::media::{self, processing::Thumbnail};
use crate::features::oauth::auth::User;
use crate::features::oauth::scopes::WriteStatuses;
use crate::features::polls::PollDraft;
use crate::features::statuses::edit::MediaEdit;
use crate::features::statuses::post::no_parent;
use crate::features::statuses::quote::no_quoted;
use crate::features::statuses::render::{check_length, remote_handles};
use crate::features::statuses::table::QuotePolicy;
use crate::features::statuses::view::{self, StatusView};
use crate::features::statuses::{Draft, Edit, get};
use crate::features::users::table::Visibility;
use crate::features::{scheduled_statuses, statuses};
use crate::platform::app::App;
use crate::platform::clock::Millis;
use crate::platform::error::{Error, Result};
use crate::platform::http::layers::count_deed;
use crate::platform::http::params::Params;
use crate::platform::http::path::PathId;
use crate::platform::http::rate::Family;
use crate::platform::http::upload::Slot;
use crate::platform::ids::{AccountId, MediaId, kind};
use crate::platform::text::idn::Acct;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// How long other servers may take to say who a mention means; the author waits for it.
const LONGEST_LOOKUP: Duration = Duration::from_secs(10);

/// `POST /api/v1/statuses`
pub async fn post(
    user: User<WriteStatuses>,
    State(app): State<App>,
    headers: HeaderMap,
    params: Params,
) -> Result<Response> {
    let at = later(&params, app.now())?;
    let draft = draft(&user, &headers, &params)?;
    meet(&app, &draft.text, &draft.spoiler).await?;
    let rate = count_deed(&app, Family::Statuses, user.id)?;
    statuses::resolve::mentioned(&app, &draft.text).await;
    if let Some(at) = at {
        return Ok((rate, schedule(&app, user.id, draft, at).await?).into_response());
    }
    let id = match app.write(move |tx| statuses::post(tx, user.id, draft)).await? {
        Ok(id) => id,
        Err(unexpected) => return refuse_mentions(&app, &unexpected),
    };
    let body = view::one(&app, &app.read()?, Some(user.id), id)?;
    Ok((rate, Json(body)).into_response())
}

fn draft(user: &User<WriteStatuses>, headers: &HeaderMap, params: &Params) -> Result<Draft> {
    let visibility = match params.text("visibility").filter(|word| !word.is_empty()) {
        None => None,
        Some(word) => {
            let known = Visibility::parse(&word);
            Some(known.ok_or_else(|| Error::invalid("Visibility is not included in the list"))?)
        }
    };
    let allowed = params
        .has("allowed_mentions")
        .then(|| params.list("allowed_mentions").iter().filter_map(|id| id.parse().ok()).collect());
    Ok(Draft {
        text: params.text("status").unwrap_or_default(),
        spoiler: params.text("spoiler_text").unwrap_or_default(),
        visibility,
        sensitive: params.flag("sensitive"),
        language: params.text("language"),
        in_reply_to: params.id("in_reply_to_id").map_err(no_parent)?,
        media: media_ids(params)?,
        app: Some(user.app),
        idempotency_key: headers.get(IDEMPOTENCY_KEY).and_then(|key| key.to_str().ok()).map(str::to_owned),
        allowed_mentions: allowed,
        poll: poll(params),
        quoted: params.id("quoted_status_id").map_err(no_quoted)?,
        quote_policy: quote_policy(params)?,
    })
}

/// The time ahead at which a post shall be made. A time that has passed means now (behaviours §4).
///
/// # Errors
/// 422 for what is no time.
fn later(params: &Params, now: Millis) -> Result<Option<Millis>> {
    let Some(at) = params.text("scheduled_at").filter(|at| !at.is_empty()) else { return Ok(None) };
    let at = Millis::parse(&at).ok_or_else(|| Error::unprocessable("Invalid date supplied"))?;
    Ok((at > now).then_some(at))
}

/// Keeps a post for later and answers with what is kept.
async fn schedule(app: &App, author: AccountId, draft: Draft, at: Millis) -> Result<Response> {
    let id = match app.write(move |tx| scheduled_statuses::schedule(tx, author, draft, at)).await? {
        Ok(id) => id,
        Err(unexpected) => return refuse_mentions(app, &unexpected),
    };
    let store = app.read()?;
    let row = scheduled_statuses::get(&store, author, id)?;
    let body = scheduled_statuses::view::load(app, &store, &[(id, row)])?.pop();
    Ok(Json(body).into_response())
}

/// The poll that a request asks for; one without options is none.
fn poll(params: &Params) -> Option<PollDraft> {
    let poll = params.group("poll")?;
    let options: Vec<String> = poll.list("options").iter().map(|option| option.trim().to_owned()).collect();
    // Clients that offer four fields send the unused ones empty.
    let options: Vec<String> = options.into_iter().filter(|option| !option.is_empty()).collect();
    (!options.is_empty()).then(|| PollDraft {
        options,
        expires_in: poll.integer("expires_in").unwrap_or(0),
        multiple: poll.flag("multiple").unwrap_or(false),
        hide_totals: poll.flag("hide_totals").unwrap_or(false),
    })
}

/// Who may quote, when the request says so.
///
/// # Errors
/// 422 for a word that is none.
fn quote_policy(params: &Params) -> Result<Option<QuotePolicy>> {
    let word = params.text("quote_approval_policy").filter(|word| !word.is_empty());
    let parse = |word: String| {
        QuotePolicy::parse(&word)
            .ok_or_else(|| Error::invalid("Quote approval policy is not included in the list"))
    };
    word.map(parse).transpose()
}

fn media_ids(params: &Params) -> Result<Vec<MediaId>> {
    let mut ids: Vec<MediaId> = Vec::new();
    for text in params.list("media_ids") {
        let id = text.parse().map_err(|_| Error::invalid(format!("Media with ids {text} not found")))?;
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    Ok(ids)
}

/// Asks other servers for mentioned accounts that are not known yet; who does not answer stays plain text.
async fn meet(app: &App, text: &str, spoiler: &str) -> Result<()> {
    if check_length(text.trim(), spoiler.trim()).is_err() {
        // The post itself will say so; nobody is asked for the sake of a text that is refused.
        return Ok(());
    }
    let store = app.read()?;
    let mut unknown = Vec::new();
    for handle in remote_handles(&app.config, text) {
        let Some(acct) = Acct::parse(&handle) else { continue };
        if find_handle(&store, &acct.username, acct.domain.as_deref())?.is_none() {
            unknown.push(handle);
        }
    }
    drop(store);
    let asked = unknown.iter().map(|handle| async move {
        match tokio::time::timeout(LONGEST_LOOKUP, accounts::resolve::handle(app, handle)).await {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => tracing::debug!(?error, handle, "a mentioned account could not be found"),
            Err(_) => tracing::debug!(handle, "a mentioned account was not found in time"),
        }
    });
    futures_util::future::join_all(asked).await;
    Ok(())
}

/// 422 with the accounts that the author did not expect to reach (behaviours §1).
fn refuse_mentions(app: &App, unexpected: &[AccountId]) -> Result<Response> {
    let accounts: Vec<std::sync::Arc<AccountView>> = accounts::view::list(app, &app.read()?, unexpected)?;
    let body =
        json!({ "error": "Post would be sent to unexpected accounts", "unexpected_accounts": accounts });
    Ok((axum::http::StatusCode::UNPROCESSABLE_ENTITY, Json(body)).into_response())
}

/// `PUT /api/v1/statuses/:id`: a full replacement.
pub async fn put(
    user: User<WriteStatuses>,
    State(app): State<App>,
    PathId(id): PathId<kind::Status>,
    _slot: Slot,
    params: Params,
) -> Result<Response> {
    let mut edit = edit(&params)?;
    meet(&app, &edit.text, &edit.spoiler).await?;
    let rate = count_deed(&app, Family::Statuses, user.id)?;
    statuses::resolve::mentioned(&app, &edit.text).await;
    let made = thumbnails(&app, user.id, &params, &mut edit).await?;
    let edited = app.write(move |tx| statuses::edit(tx, user.id, id, edit)).await;
    media::processing::undo(&app, edited, &made).await?;
    let body = view::one(&app, &app.read()?, Some(user.id), id)?;
    Ok((rate, Json(body)).into_response())
}

/// Makes the thumbnails that an edit brings along, each for a video or sound of the caller.
///
/// # Errors
/// 404 for others' media; 422 for pictures, and for what is no picture.
async fn thumbnails(
    app: &App,
    author: AccountId,
    params: &Params,
    edit: &mut Edit,
) -> Result<Vec<Thumbnail>> {
    let mut made = Vec::new();
    for group in params.groups("media_attributes") {
        let (Some(file), Some(id)) = (group.file("thumbnail"), group.id::<kind::Media>("id")?) else {
            continue;
        };
        let Some(wanted) = edit.attributes.iter_mut().find(|wanted| wanted.id == id) else { continue };
        let found = media::get(&app.read()?, id)?;
        if found.account != author {
            return Err(Error::not_found());
        }
        let thumbnail = media::processing::thumbnail_for(app, id, &found, file.bytes.clone()).await;
        let thumbnail = media::processing::undo(app, thumbnail, &made).await?;
        made.push(thumbnail.clone());
        wanted.thumbnail = Some(thumbnail);
    }
    Ok(made)
}

fn edit(params: &Params) -> Result<Edit> {
    let mut attributes = Vec::new();
    for group in params.groups("media_attributes") {
        let Some(id) = group.id::<kind::Media>("id")? else { continue };
        let focus = group.text("focus").filter(|text| !text.is_empty());
        let focus = focus.map(|text| media::parse_focus(&text)).transpose()?;
        attributes.push(MediaEdit { id, description: group.text("description"), focus, thumbnail: None });
        if attributes.len() == media::PER_STATUS {
            break;
        }
    }
    Ok(Edit {
        text: params.text("status").unwrap_or_default(),
        spoiler: params.text("spoiler_text").unwrap_or_default(),
        sensitive: params.flag("sensitive").unwrap_or(false),
        language: params.text("language"),
        media: media_ids(params)?,
        attributes,
        poll: poll(params),
        quote_policy: quote_policy(params)?,
    })
}

/// `DELETE /api/v1/statuses/:id`: the answer carries the source, for those who want to write it anew.
pub async fn delete(
    user: User<WriteStatuses>,
    State(app): State<App>,
    PathId(id): PathId<kind::Status>,
    params: Params,
) -> Result<Json<StatusView>> {
    let store = app.read()?;
    let status = get(&store, id)?;
    if status.account != user.id {
        return Err(Error::not_found());
    }
    let mut body = view::one(&app, &store, Some(user.id), id)?;
    body.content = None;
    body.text = Some(status.text);
    let discard = params.flag("delete_media").unwrap_or(false);
    app.write(move |tx| if discard { statuses::remove_with_media(tx, id) } else { statuses::remove(tx, id) })
        .await?;
    Ok(Json(body))
}
