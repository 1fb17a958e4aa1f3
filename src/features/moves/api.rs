//! Shop's own routes for aliases and moves: elsewhere these are pages only.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use shop_storage::Read;

use super::table::MOVES;
use crate::features::accounts::table::ACCOUNTS;
use crate::features::accounts::view::{self, AccountView};
use crate::features::accounts::{self, find_uri, resolve};
use crate::features::oauth::auth::User;
use crate::features::oauth::scopes::{ReadAccounts, WriteOwnAccount};
use crate::features::users;
use crate::platform::app::App;
use crate::platform::clock::Millis;
use crate::platform::error::{Error, Result};
use crate::platform::http::params::Params;
use crate::platform::ids::AccountId;

/// Another account of the same person.
#[derive(Debug, Serialize)]
pub struct AliasView {
    /// Its ActivityPub id; what DELETE wants.
    uri: String,
    /// The account, when it is known here.
    account: Option<Arc<AccountView>>,
}

/// Where an account has gone.
#[derive(Debug, Serialize)]
pub struct MigrationView {
    /// Where the profile points; null when it does not.
    moved_to: Option<Arc<AccountView>>,
    /// The last move with followers; null when there was none.
    last: Option<LastView>,
    /// When it may move again; null when it may now.
    next_at: Option<String>,
}

/// A move with followers.
#[derive(Debug, Serialize)]
pub struct LastView {
    account: Option<Arc<AccountView>>,
    at: String,
    followers_count: u64,
}

/// `GET /api/shop/v1/aliases`
///
/// # Errors
/// Those of the token.
pub async fn aliases(user: User<ReadAccounts>, State(app): State<App>) -> Result<Json<Vec<AliasView>>> {
    listed(&app, user.id)
}

/// `POST /api/shop/v1/aliases` with `acct`: a handle, or the address of an account.
///
/// # Errors
/// 422 without a handle, for one that leads to nobody, for oneself and beyond the limit; 503 when its server cannot be
/// reached.
pub async fn add_alias(
    user: User<WriteOwnAccount>,
    State(app): State<App>,
    params: Params,
) -> Result<Json<Vec<AliasView>>> {
    let other = named(&app, &params).await?;
    let id = user.id;
    app.write(move |tx| super::add_alias(tx, id, other)).await?;
    listed(&app, id)
}

/// `DELETE /api/shop/v1/aliases` with `uri`
///
/// # Errors
/// 400 without one, 404 for one that is not named.
pub async fn remove_alias(
    user: User<WriteOwnAccount>,
    State(app): State<App>,
    params: Params,
) -> Result<Json<Vec<AliasView>>> {
    let (id, named) = (user.id, params.required("uri")?);
    app.write(move |tx| super::remove_alias(tx, id, &named)).await?;
    listed(&app, id)
}

/// `GET /api/shop/v1/migration`
///
/// # Errors
/// Those of the token.
pub async fn migration(user: User<ReadAccounts>, State(app): State<App>) -> Result<Json<MigrationView>> {
    shown(&app, user.id)
}

/// `POST /api/shop/v1/migration` with `acct`, `current_password`, and `redirect_only` for a signpost alone.
///
/// # Errors
/// 422 for a wrong password, for an account that is nobody, oneself, where it points already or without the alias, and
/// within 30 days after the last move; 429 after too many passwords; 503 when the other server cannot be reached.
pub async fn migrate(
    user: User<WriteOwnAccount>,
    State(app): State<App>,
    params: Params,
) -> Result<Json<MigrationView>> {
    let given = params.text("current_password").unwrap_or_default();
    users::check_current(&app, &user.user, given).await?;
    let to = named(&app, &params).await?;
    let (id, redirects) = (user.id, params.flag("redirect_only") == Some(true));
    if !redirects {
        read_again(&app, to).await?;
    }
    app.write(move |tx| if redirects { super::redirect(tx, id, to) } else { super::migrate(tx, id, to) })
        .await?;
    shown(&app, id)
}

/// `DELETE /api/shop/v1/migration`: the profile points nowhere any more.
///
/// # Errors
/// 422 when it did not.
pub async fn cancel(user: User<WriteOwnAccount>, State(app): State<App>) -> Result<Json<MigrationView>> {
    let id = user.id;
    app.write(move |tx| super::cancel(tx, id)).await?;
    shown(&app, id)
}

/// The account that `acct` names.
async fn named(app: &App, params: &Params) -> Result<AccountId> {
    let text = params.required("acct")?;
    let text = text.trim();
    let found = if text.starts_with("https://") || text.starts_with("http://") {
        resolve::uri(app, text).await?
    } else {
        resolve::handle(app, text).await?
    };
    let found = found.filter(|id| *id != accounts::INSTANCE_ACTOR);
    found.ok_or_else(|| Error::invalid("No account was found under this name"))
}

/// Whether the target names its alias is asked of its own server now.
async fn read_again(app: &App, id: AccountId) -> Result<()> {
    let target = ACCOUNTS.get(&app.read()?, &id)?;
    match target.and_then(|target| target.uri) {
        Some(uri) => resolve::refresh(app, &uri).await.map(drop),
        None => Ok(()),
    }
}

fn listed(app: &App, id: AccountId) -> Result<Json<Vec<AliasView>>> {
    let from = app.read()?;
    let account = accounts::get(&from, id)?;
    let mut shown = Vec::new();
    for uri in account.also_known_as {
        let known = find_uri(app, &from, &uri)?;
        let account = known.map(|known| view::one(app, &from, known.id)).transpose()?;
        shown.push(AliasView { uri, account });
    }
    Ok(Json(shown))
}

fn shown(app: &App, id: AccountId) -> Result<Json<MigrationView>> {
    let from = app.read()?;
    let account = accounts::get(&from, id)?;
    let last = MOVES.get(&from, &id)?;
    let last = match last {
        Some(last) => Some(LastView {
            account: seen(app, &from, last.to)?,
            at: last.at.dt(),
            followers_count: last.followers,
        }),
        None => None,
    };
    let moved_to = match account.moved_to {
        Some(to) => seen(app, &from, to)?,
        None => None,
    };
    let next_at = super::next_move(&from, id, app.now())?.map(Millis::dt);
    Ok(Json(MigrationView { moved_to, last, next_at }))
}

/// The account as readers see it; `None` when it is gone.
fn seen(app: &App, from: &dyn Read, id: AccountId) -> Result<Option<Arc<AccountView>>> {
    Ok(view::load(app, from, &[id])?.remove(&id))
}
