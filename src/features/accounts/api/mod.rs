//! The client API of accounts: looking them up, and what can be seen of them.

pub mod credentials;
pub mod profile;
pub mod role;

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::Uri;
use shop_storage::Read;

use super::page::{self, Answer};
use super::table::{ACCOUNTS, Account};
use super::view::{self, AccountView};
use crate::features::oauth::auth::{User, Viewer};
use crate::features::oauth::scopes::{AnyToken, ReadAccounts};
use crate::features::relationships::table::{FOLLOWERS, FOLLOWING};
use crate::features::relationships::{self, circle};
use crate::features::search;
use crate::features::users::table::USERS;
use crate::platform::app::App;
use crate::platform::error::{Error, Result};
use crate::platform::http::params::Params;
use crate::platform::http::path::PathId;
use crate::platform::ids::{AccountId, LinkId, kind};
use crate::platform::text::idn::Acct;

/// Most ids of GET /api/v1/accounts (behaviours §3).
const MOST_IDS: usize = 40;

/// Whether the person behind a local account has been let in. Others are nobody's business yet.
fn let_in(from: &dyn Read, id: AccountId, account: &Account) -> Result<bool> {
    if !account.is_local() {
        return Ok(true);
    }
    Ok(USERS.get(from, &id)?.is_none_or(|user| user.confirmed_at.is_some() && user.approved))
}

/// An account that may be looked at.
fn seen(from: &dyn Read, id: AccountId) -> Result<Account> {
    let account = super::get(from, id)?;
    if let_in(from, id, &account)? { Ok(account) } else { Err(Error::not_found()) }
}

/// GET /api/v1/accounts/:id
///
/// # Errors
/// 404 for the unknown, and for local ones that are not confirmed and approved.
pub async fn show(
    State(app): State<App>,
    viewer: Viewer<ReadAccounts>,
    PathId(id): PathId<kind::Account>,
) -> Result<Json<Arc<AccountView>>> {
    let store = app.read()?;
    seen(&store, id)?;
    Ok(Json(view::one_for(&app, &store, viewer.id(), id)?))
}

/// GET /api/v1/accounts?id[]=…
///
/// # Errors
/// 422 for too many ids.
pub async fn list(
    State(app): State<App>,
    viewer: Viewer<ReadAccounts>,
    params: Params,
) -> Result<Json<Vec<Arc<AccountView>>>> {
    let texts = params.list("id");
    if texts.len() > MOST_IDS {
        return Err(Error::unprocessable(format!("Cannot fetch more than {MOST_IDS} accounts at once")));
    }
    let mut ids: Vec<AccountId> = Vec::new();
    for id in texts.iter().filter_map(|text| text.parse().ok()) {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    let store = app.read()?;
    let records = ACCOUNTS.get_many(&store, &ids)?;
    let mut shown = Vec::with_capacity(ids.len());
    for (id, account) in ids.into_iter().zip(records) {
        if account.is_some_and(|account| let_in(&store, id, &account).unwrap_or(false)) {
            shown.push(id);
        }
    }
    Ok(Json(view::list_for(&app, &store, viewer.id(), &shown)?))
}

/// GET /api/v1/accounts/lookup?acct=…
///
/// # Errors
/// 404 for handles we do not know: nothing is asked of other servers.
pub async fn lookup(
    State(app): State<App>,
    viewer: Viewer<ReadAccounts>,
    params: Params,
) -> Result<Json<Arc<AccountView>>> {
    let text = params.text("acct").unwrap_or_default();
    let acct = Acct::parse(&text).ok_or_else(Error::not_found)?.relative_to(app.config.domain());
    let store = app.read()?;
    let known = super::find_handle(&store, &acct.username, acct.domain.as_deref())?
        .filter(|known| known.id != super::INSTANCE_ACTOR)
        .ok_or_else(Error::not_found)?;
    seen(&store, known.id)?;
    Ok(Json(view::one_for(&app, &store, viewer.id(), known.id)?))
}

/// GET /api/v1/accounts/search
///
/// # Errors
/// 400 without words or with a negative offset.
pub async fn search(
    State(app): State<App>,
    user: User<ReadAccounts>,
    params: Params,
) -> Result<Json<Vec<Arc<AccountView>>>> {
    let words = params.required("q")?;
    let wanted = search::Wanted {
        viewer: Some(user.id),
        resolve: params.flag("resolve") == Some(true),
        following: params.flag("following") == Some(true),
        reviewed: false,
        limit: params.limit(40, 80),
        offset: search::offset(&params)?,
    };
    let ids = search::accounts(&app, &words, &wanted).await?;
    Ok(Json(view::list_for(&app, &app.read()?, Some(user.id), &ids)?))
}

/// GET /api/v1/accounts/:id/followers
///
/// # Errors
/// 404 for the unknown and for cursors that are no ids.
pub async fn followers(
    State(app): State<App>,
    viewer: Viewer<ReadAccounts>,
    PathId(id): PathId<kind::Account>,
    uri: Uri,
    params: Params,
) -> Result<Answer> {
    neighbours(&app, viewer.id(), id, &FOLLOWERS, &params, &uri)
}

/// GET /api/v1/accounts/:id/following
///
/// # Errors
/// 404 for the unknown and for cursors that are no ids.
pub async fn following(
    State(app): State<App>,
    viewer: Viewer<ReadAccounts>,
    PathId(id): PathId<kind::Account>,
    uri: Uri,
    params: Params,
) -> Result<Answer> {
    neighbours(&app, viewer.id(), id, &FOLLOWING, &params, &uri)
}

/// Nothing when the account hides its network, is suspended or blocks the viewer; never whom the viewer blocks
/// or mutes.
fn neighbours(
    app: &App,
    viewer: Option<AccountId>,
    id: AccountId,
    index: &shop_storage::Index<AccountId, (LinkId, AccountId)>,
    params: &Params,
    uri: &Uri,
) -> Result<Answer> {
    let store = app.read()?;
    let account = seen(&store, id)?;
    let own = viewer == Some(id);
    let blocked = match viewer {
        Some(viewer) => relationships::blocks(&store, id, viewer)?,
        None => false,
    };
    if account.suspended_at.is_some() || blocked || (account.hide_collections == Some(true) && !own) {
        return Ok(Answer::default());
    }
    let circle = match viewer {
        Some(viewer) if !own => Some(circle(app, viewer)?),
        _ => None,
    };
    let now = app.now();
    page::accounts(app, &store, index, id, params, uri, |id| {
        circle.as_ref().is_none_or(|circle| !circle.hides(id, now))
    })
}

/// GET /api/v1/accounts/:id/identity_proofs: given up everywhere, and always empty.
///
/// # Errors
/// 404 for the unknown.
pub async fn identity_proofs(
    State(app): State<App>,
    _user: User<AnyToken>,
    PathId(id): PathId<kind::Account>,
) -> Result<Json<[(); 0]>> {
    seen(&app.read()?, id)?;
    Ok(Json([]))
}
