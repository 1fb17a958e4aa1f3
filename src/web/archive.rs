//! The archive of who is signed in with this browser, as a link that browsers follow: what is too large for a script to
//! hold goes from the server to the disk.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;

use super::browser::Browser;
use super::page::{self, PageResult};
use crate::features::archives;
use crate::platform::app::App;
use crate::platform::http::path::PathId;
use crate::platform::ids::kind;

/// `GET /settings/data/archives/:id`
pub async fn file(
    State(app): State<App>,
    browser: Browser,
    PathId(id): PathId<kind::Archive>,
    asked: HeaderMap,
) -> PageResult {
    let Some(who) = &browser.signed_in else {
        return Ok(page::redirect("/auth/sign_in?return_to=/settings/data")?);
    };
    let response: Response = archives::file::serve(&app, who.account, id, &asked).await?;
    Ok(response)
}
