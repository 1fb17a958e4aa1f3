//! Shop's own routes for archives.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;

use super::view::{ArchiveView, ArchivesView};
use super::{file, next_at};
use crate::features::oauth::auth::InPerson;
use crate::features::oauth::scopes::{ReadAccounts, WriteOwnAccount};
use crate::platform::app::App;
use crate::platform::clock::Millis;
use crate::platform::error::Result;
use crate::platform::http::path::PathId;
use crate::platform::ids::{AccountId, kind};

/// `GET /api/shop/v1/archives`
///
/// # Errors
/// Those of the token.
pub async fn list(
    InPerson(user): InPerson<ReadAccounts>,
    State(app): State<App>,
) -> Result<Json<ArchivesView>> {
    shown(&app, user.id)
}

/// `POST /api/shop/v1/archives`: asks for one.
///
/// # Errors
/// 422 while another is being made, and within six days after the last.
pub async fn ask(
    InPerson(user): InPerson<WriteOwnAccount>,
    State(app): State<App>,
) -> Result<Json<ArchivesView>> {
    let account = user.id;
    app.write(move |tx| super::ask(tx, account)).await?;
    shown(&app, account)
}

fn shown(app: &App, account: AccountId) -> Result<Json<ArchivesView>> {
    let all = super::all(&app.read()?, account)?;
    let next_at = next_at(&all, app.now()).map(Millis::dt);
    let archives = all.iter().map(|(id, archive)| ArchiveView::of(*id, archive)).collect();
    Ok(Json(ArchivesView { archives, next_at }))
}

/// `GET /api/shop/v1/archives/:id/file`
///
/// # Errors
/// 404 for what is not there, not ready, or another's.
pub async fn file(
    InPerson(user): InPerson<ReadAccounts>,
    State(app): State<App>,
    PathId(id): PathId<kind::Archive>,
    asked: HeaderMap,
) -> Result<Response> {
    file::serve(&app, user.id, id, &asked).await
}
