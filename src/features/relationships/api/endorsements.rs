//! The client API of endorsements and familiar followers.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use serde::Serialize;
use shop_storage::Window;

use super::{Shown, act};
use crate::features::accounts;
use crate::features::accounts::page::{self, Answer};
use crate::features::accounts::view::{self, AccountView};
use crate::features::oauth::auth::{User, Viewer};
use crate::features::oauth::scopes::{ReadAccounts, ReadFollows, WriteAccounts};
use crate::features::relationships::table::ENDORSED;
use crate::features::relationships::{blocks, circle, endorse, familiar};
use crate::platform::app::App;
use crate::platform::error::Result;
use crate::platform::http::params::Params;
use crate::platform::http::path::PathId;
use crate::platform::ids::{AccountId, kind::Account};

/// How many accounts one call asks about.
const MOST_ASKED: usize = 10;

/// `POST /api/v1/accounts/:id/endorse`, and `pin` of older clients
///
/// # Errors
/// 404 for an unknown account; 422 for one that is not followed.
pub async fn add(State(app): State<App>, user: User<WriteAccounts>, PathId(id): PathId<Account>) -> Shown {
    act(app, user.id, id, move |tx| endorse::endorse(tx, user.id, id)).await
}

/// `POST /api/v1/accounts/:id/unendorse`, and `unpin` of older clients
///
/// # Errors
/// 404 for an unknown account.
pub async fn remove(State(app): State<App>, user: User<WriteAccounts>, PathId(id): PathId<Account>) -> Shown {
    act(app, user.id, id, move |tx| endorse::unendorse(tx, user.id, id)).await
}

/// `GET /api/v1/endorsements`: `limit=0` gives everybody.
///
/// # Errors
/// 404 for cursors that are no ids.
pub async fn own(
    State(app): State<App>,
    user: User<ReadAccounts>,
    uri: Uri,
    params: Params,
) -> Result<Answer> {
    if params.integer("limit") != Some(0) {
        return page::accounts(&app, &app.read()?, &ENDORSED, user.id, &params, &uri, |_| true);
    }
    // As many as one follows may be thousands.
    let whole = tokio::task::spawn_blocking(move || {
        let store = app.read()?;
        let rows = ENDORSED.page(&store, &user.id, &Window::newest(usize::MAX))?;
        let ids: Vec<AccountId> = rows.into_iter().map(|(_, id)| id).collect();
        view::list(&app, &store, &ids)
    });
    Ok((HeaderMap::new(), Json(whole.await??)))
}

/// `GET /api/v1/accounts/:id/endorsements`
///
/// # Errors
/// 404 for the unknown and for cursors that are no ids.
pub async fn of(
    State(app): State<App>,
    viewer: Viewer<ReadAccounts>,
    PathId(id): PathId<Account>,
    uri: Uri,
    params: Params,
) -> Result<Answer> {
    let store = app.read()?;
    let account = accounts::get(&store, id)?;
    let blocked = viewer.id().map_or(Ok(false), |viewer| blocks(&store, id, viewer))?;
    if blocked || account.suspended_at.is_some() {
        return Ok(Answer::default());
    }
    page::accounts(&app, &store, &ENDORSED, id, &params, &uri, |_| true)
}

/// Whom one knows among the followers of an account (entities: FamiliarFollowers).
#[derive(Debug, Serialize)]
pub struct FamiliarView {
    id: AccountId,
    accounts: Vec<Arc<AccountView>>,
}

/// `GET /api/v1/accounts/familiar_followers`
///
/// # Errors
/// When the store fails.
pub async fn familiar(
    State(app): State<App>,
    user: User<ReadFollows>,
    params: Params,
) -> Result<Json<Vec<FamiliarView>>> {
    let mut ids: Vec<AccountId> = Vec::new();
    for id in params.list("id").iter().filter_map(|text| text.parse().ok()) {
        if ids.len() < MOST_ASKED && !ids.contains(&id) {
            ids.push(id);
        }
    }
    let shown = tokio::task::spawn_blocking(move || {
        let (store, circle) = (app.read()?, circle(&app, user.id)?);
        let known = accounts::table::ACCOUNTS.get_many(&store, &ids)?;
        let known =
            ids.into_iter().zip(known).filter(|(_, row)| row.as_ref().is_some_and(|row| !row.deleted));
        known
            .map(|(id, _)| {
                let friends = familiar::followers(&store, &circle, id)?;
                Ok(FamiliarView { id, accounts: view::list(&app, &store, &friends)? })
            })
            .collect::<Result<Vec<_>>>()
    });
    shown.await?.map(Json)
}
