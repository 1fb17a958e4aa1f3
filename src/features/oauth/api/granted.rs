//! Shop's own routes for what acts in somebody's name: browsers that are signed in, and applications.

use axum::Json;
use axum::extract::State;
use serde::Serialize;

use crate::features::oauth::auth::InPerson;
use crate::features::oauth::granted::{self, Granted};
use crate::features::oauth::scopes::{ReadAccounts, WriteOwnAccount};
use crate::features::oauth::sessions;
use crate::features::users::table::Session;
use crate::platform::app::App;
use crate::platform::clock::Millis;
use crate::platform::error::Result;
use crate::platform::http::path::PathId;
use crate::platform::ids::kind;
use crate::platform::ids::{AccountId, AppId, TokenId};

/// A browser that is signed in.
#[derive(Debug, Serialize)]
pub struct SessionView {
    /// What DELETE wants.
    id: TokenId,
    /// The browser that asks.
    current: bool,
    /// How the browser names itself; may be empty.
    user_agent: String,
    created_at: String,
    /// To within a day.
    last_used_at: String,
}

/// An application that was let in.
#[derive(Debug, Serialize)]
pub struct GrantedView {
    /// What DELETE wants.
    id: AppId,
    name: String,
    website: Option<String>,
    scopes: Vec<String>,
    /// When it was let in first.
    created_at: String,
    /// To within a day; null when it never called.
    last_used_at: Option<String>,
}

impl From<Granted> for GrantedView {
    fn from(granted: Granted) -> Self {
        Self {
            id: granted.app,
            name: granted.application.name,
            website: granted.application.website,
            scopes: granted.scopes,
            created_at: granted.since.dt(),
            last_used_at: granted.used_at.map(Millis::dt),
        }
    }
}

/// `GET /api/shop/v1/sessions`
///
/// # Errors
/// Those of the token.
pub async fn sessions(
    InPerson(user): InPerson<ReadAccounts>,
    State(app): State<App>,
) -> Result<Json<Vec<SessionView>>> {
    open(&app, user.id, user.token)
}

/// `DELETE /api/shop/v1/sessions/:id`: signs one browser out, this one too.
///
/// # Errors
/// 404 for one that is not signed in.
pub async fn end_session(
    InPerson(user): InPerson<WriteOwnAccount>,
    State(app): State<App>,
    PathId(id): PathId<kind::Token>,
) -> Result<Json<Vec<SessionView>>> {
    app.write(move |tx| sessions::end_one(tx, user.id, id)).await?;
    open(&app, user.id, user.token)
}

/// `DELETE /api/shop/v1/sessions`: signs all other browsers out.
///
/// # Errors
/// Those of the token.
pub async fn end_other_sessions(
    InPerson(user): InPerson<WriteOwnAccount>,
    State(app): State<App>,
) -> Result<Json<Vec<SessionView>>> {
    app.write(move |tx| sessions::end_others(tx, user.id, user.token)).await?;
    open(&app, user.id, user.token)
}

/// `GET /api/shop/v1/applications`
///
/// # Errors
/// Those of the token.
pub async fn applications(
    InPerson(user): InPerson<ReadAccounts>,
    State(app): State<App>,
) -> Result<Json<Vec<GrantedView>>> {
    let granted = granted::applications(&app.read()?, user.id)?;
    Ok(Json(granted.into_iter().map(GrantedView::from).collect()))
}

/// `DELETE /api/shop/v1/applications/:id`: ends all that an application may do.
///
/// # Errors
/// 404 for one that was not let in.
pub async fn revoke_application(
    InPerson(user): InPerson<WriteOwnAccount>,
    State(app): State<App>,
    PathId(id): PathId<kind::App>,
) -> Result<Json<Vec<GrantedView>>> {
    app.write(move |tx| granted::revoke(tx, user.id, id)).await?;
    let granted = granted::applications(&app.read()?, user.id)?;
    Ok(Json(granted.into_iter().map(GrantedView::from).collect()))
}

fn open(app: &App, account: AccountId, current: TokenId) -> Result<Json<Vec<SessionView>>> {
    let shown = sessions::all(&app.read()?, account)?.into_iter().map(|session| {
        let Session { token, created_at, seen_at, user_agent, .. } = session;
        SessionView {
            id: token,
            current: token == current,
            user_agent,
            created_at: created_at.dt(),
            last_used_at: seen_at.dt(),
        }
    });
    Ok(Json(shown.collect()))
}
