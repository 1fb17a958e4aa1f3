//! The client API of relationships: what one account does about another, and the lists that come of it.

pub mod domains;
pub mod endorsements;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use serde::Serialize;

use crate::features::accounts;
use crate::features::accounts::page::{self, Answer};
use crate::features::accounts::view::AccountView;
use crate::features::oauth::auth::User;
use crate::features::oauth::scopes::{
    ReadBlocks, ReadFollowRequests, ReadFollows, ReadMutes, WriteAccounts, WriteBlocks, WriteFollows,
    WriteMutes,
};
use crate::features::relationships::table::{BLOCKS_BY, MUTES, MUTES_BY, REQUESTS_TO};
use crate::features::relationships::view::{self, RelationshipView};
use crate::features::relationships::{self, Options, Standing};
use crate::platform::app::{App, Tx};
use crate::platform::error::{Error, Result};
use crate::platform::http::layers::count_deed;
use crate::platform::http::params::Params;
use crate::platform::http::path::PathId;
use crate::platform::http::rate::Family;
use crate::platform::ids::AccountId;
use crate::platform::ids::kind::Account;
use crate::platform::text::language;

/// Most accounts that one call asks about.
const MOST: usize = 100;
/// Longest mute that ends by itself; longer ones are for ever.
const LONGEST_MUTE: u64 = 100 * 365 * 24 * 60 * 60;

/// The answer to nearly everything here.
type Shown = Result<Json<RelationshipView>>;

/// Runs one change and shows what stands between the two then.
async fn act(
    app: App,
    me: AccountId,
    id: AccountId,
    change: impl FnOnce(&mut Tx<'_>) -> Result<()> + Send + 'static,
) -> Shown {
    app.write(move |tx| {
        accounts::get(&**tx, id)?;
        change(tx)
    })
    .await?;
    Ok(Json(view::one(&app, &app.read()?, me, id)?))
}

/// GET /api/v1/accounts/relationships
///
/// # Errors
/// When the store fails.
pub async fn list(
    State(app): State<App>,
    user: User<ReadFollows>,
    params: Params,
) -> Result<Json<Vec<RelationshipView>>> {
    let mut ids: Vec<AccountId> = Vec::new();
    for id in params.list("id").iter().filter_map(|text| text.parse().ok()).take(MOST) {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    let store = app.read()?;
    let known = accounts::table::ACCOUNTS.get_many(&store, &ids)?;
    let suspended_too = params.flag("with_suspended") == Some(true);
    let shown: Vec<AccountId> = ids
        .into_iter()
        .zip(known)
        .filter(|(_, account)| {
            account.as_ref().is_some_and(|a| !a.deleted && (suspended_too || a.suspended_at.is_none()))
        })
        .map(|(id, _)| id)
        .collect();
    Ok(Json(view::load(&app, &store, user.id, &shown)?))
}

/// POST /api/v1/accounts/:id/follow
///
/// # Errors
/// Those of [`relationships::follow`]; 422 for what is no language; 429 beyond 400 a day.
pub async fn follow(
    State(app): State<App>,
    user: User<WriteFollows>,
    PathId(id): PathId<Account>,
    params: Params,
) -> Result<(HeaderMap, Json<RelationshipView>)> {
    let rate = count_deed(&app, Family::Follows, user.id)?;
    let options = Options {
        reblogs: params.flag("reblogs"),
        notify: params.flag("notify"),
        languages: languages(&params)?,
        uri: None,
    };
    let shown = act(app, user.id, id, move |tx| {
        let _: Standing = relationships::follow(tx, user.id, id, options)?;
        Ok(())
    })
    .await?;
    Ok((rate, shown))
}

fn languages(params: &Params) -> Result<Option<Vec<String>>> {
    if !params.has("languages") {
        return Ok(None);
    }
    let mut codes = Vec::new();
    for text in params.list("languages").iter().filter(|text| !text.is_empty()) {
        let code =
            language::normalise(text).ok_or_else(|| Error::invalid("Languages is invalid"))?.to_owned();
        if !codes.contains(&code) {
            codes.push(code);
        }
    }
    Ok(Some(codes))
}

/// POST /api/v1/accounts/:id/unfollow
///
/// # Errors
/// 404 for an unknown account.
pub async fn unfollow(
    State(app): State<App>,
    user: User<WriteFollows>,
    PathId(id): PathId<Account>,
) -> Shown {
    act(app, user.id, id, move |tx| relationships::unfollow(tx, user.id, id).map(drop)).await
}

/// POST /api/v1/accounts/:id/remove_from_followers
///
/// # Errors
/// 404 for an unknown account.
pub async fn remove_from_followers(
    State(app): State<App>,
    user: User<WriteFollows>,
    PathId(id): PathId<Account>,
) -> Shown {
    act(app, user.id, id, move |tx| relationships::remove_follower(tx, user.id, id).map(drop)).await
}

/// POST /api/v1/accounts/:id/block
///
/// # Errors
/// 404 for an unknown account.
pub async fn block(State(app): State<App>, user: User<WriteBlocks>, PathId(id): PathId<Account>) -> Shown {
    act(app, user.id, id, move |tx| relationships::block(tx, user.id, id, None)).await
}

/// POST /api/v1/accounts/:id/unblock
///
/// # Errors
/// 404 for an unknown account.
pub async fn unblock(State(app): State<App>, user: User<WriteBlocks>, PathId(id): PathId<Account>) -> Shown {
    act(app, user.id, id, move |tx| relationships::unblock(tx, user.id, id).map(drop)).await
}

/// POST /api/v1/accounts/:id/mute
///
/// # Errors
/// 404 for an unknown account; 422 for a negative duration.
pub async fn mute(
    State(app): State<App>,
    user: User<WriteMutes>,
    PathId(id): PathId<Account>,
    params: Params,
) -> Shown {
    let notifications = params.flag("notifications").unwrap_or(true);
    let seconds = u64::try_from(params.integer("duration").unwrap_or(0))
        .map_err(|_| Error::invalid("Duration must be greater than or equal to 0"))?;
    let length = (1..=LONGEST_MUTE).contains(&seconds).then(|| Duration::from_secs(seconds));
    act(app, user.id, id, move |tx| relationships::mute(tx, user.id, id, notifications, length)).await
}

/// POST /api/v1/accounts/:id/unmute
///
/// # Errors
/// 404 for an unknown account.
pub async fn unmute(State(app): State<App>, user: User<WriteMutes>, PathId(id): PathId<Account>) -> Shown {
    act(app, user.id, id, move |tx| relationships::unmute(tx, user.id, id).map(drop)).await
}

/// POST /api/v1/accounts/:id/note
///
/// # Errors
/// 404 for an unknown account; 422 for a note that is too long.
pub async fn note(
    State(app): State<App>,
    user: User<WriteAccounts>,
    PathId(id): PathId<Account>,
    params: Params,
) -> Shown {
    let text = params.text("comment").unwrap_or_default();
    act(app, user.id, id, move |tx| relationships::note(tx, user.id, id, &text)).await
}

/// GET /api/v1/follow_requests
///
/// # Errors
/// 404 for cursors that are no ids.
pub async fn requests(
    State(app): State<App>,
    user: User<ReadFollowRequests>,
    uri: Uri,
    params: Params,
) -> Result<Answer> {
    page::accounts(&app, &app.read()?, &REQUESTS_TO, user.id, &params, &uri, |_| true)
}

/// POST /api/v1/follow_requests/:account_id/authorize
///
/// # Errors
/// 404 when that account did not ask.
pub async fn authorize(
    State(app): State<App>,
    user: User<WriteFollows>,
    PathId(id): PathId<Account>,
) -> Shown {
    act(app, user.id, id, move |tx| relationships::accept(tx, id, user.id)).await
}

/// POST /api/v1/follow_requests/:account_id/reject
///
/// # Errors
/// 404 when that account did not ask.
pub async fn reject(State(app): State<App>, user: User<WriteFollows>, PathId(id): PathId<Account>) -> Shown {
    act(app, user.id, id, move |tx| {
        if !relationships::requested(&**tx, id, user.id)? {
            return Err(Error::not_found());
        }
        relationships::reject(tx, id, user.id).map(drop)
    })
    .await
}

/// GET /api/v1/blocks
///
/// # Errors
/// 404 for cursors that are no ids.
pub async fn blocks(
    State(app): State<App>,
    user: User<ReadBlocks>,
    uri: Uri,
    params: Params,
) -> Result<Answer> {
    page::accounts(&app, &app.read()?, &BLOCKS_BY, user.id, &params, &uri, |_| true)
}

/// An account in the list of mutes (entities: MutedAccount).
#[derive(Debug, Serialize)]
pub struct MutedAccountView {
    #[serde(flatten)]
    account: Arc<AccountView>,
    mute_expires_at: Option<String>,
}

/// GET /api/v1/mutes
///
/// # Errors
/// 404 for cursors that are no ids.
pub async fn mutes(
    State(app): State<App>,
    user: User<ReadMutes>,
    uri: Uri,
    params: Params,
) -> Result<(HeaderMap, Json<Vec<MutedAccountView>>)> {
    let store = app.read()?;
    let (headers, ids) = page::rows(&app, &store, &MUTES_BY, user.id, &params, &uri)?;
    let keys: Vec<_> = ids.iter().map(|id| (user.id, *id)).collect();
    let now = app.now();
    let held: HashMap<AccountId, Option<String>> = ids
        .iter()
        .zip(MUTES.get_many(&store, &keys)?)
        .filter_map(|(id, mute)| Some((*id, mute.filter(|mute| mute.holds(now))?)))
        .map(|(id, mute)| (id, mute.expires_at.map(|at| at.dt())))
        .collect();
    let shown: Vec<AccountId> = ids.into_iter().filter(|id| held.contains_key(id)).collect();
    let accounts = accounts::view::present(&app, &store, &shown)?;
    let views = accounts
        .into_iter()
        .map(|account| MutedAccountView {
            mute_expires_at: held.get(&account.id).cloned().flatten(),
            account,
        })
        .collect();
    Ok((headers, Json(views)))
}
