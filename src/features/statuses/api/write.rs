//! Posting, editing and deleting over HTTP (behaviours §4).

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::features::accounts::view::AccountView;
use crate::features::accounts::{self, find_handle};
use crate::features::media;
use crate::features::oauth::auth::User;
use crate::features::oauth::scopes::WriteStatuses;
use crate::features::statuses;
use crate::features::statuses::edit::MediaEdit;
use crate::features::statuses::render::remote_handles;
use crate::features::statuses::view::{self, StatusView};
use crate::features::statuses::{Draft, Edit, get};
use crate::features::users::table::Visibility;
use crate::platform::app::App;
use crate::platform::error::{Error, Result};
use crate::platform::http::layers::count_deed;
use crate::platform::http::params::Params;
use crate::platform::http::path::PathId;
use crate::platform::http::rate::Family;
use crate::platform::ids::{AccountId, MediaId, kind};
use crate::platform::text::idn::Acct;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// `POST /api/v1/statuses`
pub async fn post(
    user: User<WriteStatuses>,
    State(app): State<App>,
    headers: HeaderMap,
    params: Params,
) -> Result<Response> {
    let draft = draft(&user, &headers, &params)?;
    meet(&app, &draft.text).await?;
    let rate = count_deed(&app, Family::Statuses, user.id)?;
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
        in_reply_to: params.id("in_reply_to_id")?,
        media: media_ids(params)?,
        app: Some(user.app),
        idempotency_key: headers.get(IDEMPOTENCY_KEY).and_then(|key| key.to_str().ok()).map(str::to_owned),
        allowed_mentions: allowed,
    })
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
async fn meet(app: &App, text: &str) -> Result<()> {
    let store = app.read()?;
    let mut unknown = Vec::new();
    for handle in remote_handles(&app.config, text) {
        let Some(acct) = Acct::parse(&handle) else { continue };
        if find_handle(&store, &acct.username, acct.domain.as_deref())?.is_none() {
            unknown.push(handle);
        }
    }
    drop(store);
    let asked = unknown.iter().map(|handle| accounts::resolve::handle(app, handle));
    for (handle, answer) in unknown.iter().zip(futures_util::future::join_all(asked).await) {
        if let Err(error) = answer {
            tracing::debug!(?error, handle, "a mentioned account could not be found");
        }
    }
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
    params: Params,
) -> Result<Response> {
    let edit = edit(&params)?;
    meet(&app, &edit.text).await?;
    let rate = count_deed(&app, Family::Statuses, user.id)?;
    app.write(move |tx| statuses::edit(tx, user.id, id, edit)).await?;
    let body = view::one(&app, &app.read()?, Some(user.id), id)?;
    Ok((rate, Json(body)).into_response())
}

fn edit(params: &Params) -> Result<Edit> {
    let mut attributes = Vec::new();
    for group in params.groups("media_attributes") {
        let Some(id) = group.id::<kind::Media>("id")? else { continue };
        let focus = group.text("focus").filter(|text| !text.is_empty());
        let focus = focus.map(|text| media::parse_focus(&text)).transpose()?;
        attributes.push(MediaEdit { id, description: group.text("description"), focus });
    }
    Ok(Edit {
        text: params.text("status").unwrap_or_default(),
        spoiler: params.text("spoiler_text").unwrap_or_default(),
        sensitive: params.flag("sensitive").unwrap_or(false),
        language: params.text("language"),
        media: media_ids(params)?,
        attributes,
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
    app.write(move |tx| {
        statuses::remove(tx, id)?;
        for file in &status.media {
            if discard { media::remove(tx, *file)? } else { media::detach(tx, *file)? }
        }
        Ok(())
    })
    .await?;
    Ok(Json(body))
}
