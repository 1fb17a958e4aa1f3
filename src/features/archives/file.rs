//! The file of an archive as an answer: to its owner only, kept by no cache.

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;

use super::table::{ARCHIVES, Stage};
use crate::features::accounts;
use crate::platform::app::App;
use crate::platform::error::{Error, Result};
use crate::platform::http::range;
use crate::platform::ids::{AccountId, ArchiveId};

/// What it is.
pub const TYPE: &str = "application/zip";

/// Answers with the file, whole or in the part that is asked for.
///
/// # Errors
/// 404 for what is not there, not ready, or another's.
pub async fn serve(app: &App, account: AccountId, id: ArchiveId, asked: &HeaderMap) -> Result<Response> {
    let (path, name) = {
        let from = app.read()?;
        let archive = ARCHIVES.get(&from, &(account, id))?;
        let archive = archive.filter(|archive| matches!(archive.stage, Stage::Ready { .. }));
        let archive = archive.ok_or_else(Error::not_found)?;
        let username = accounts::get(&from, account)?.username;
        (archive.path, format!("archive-{username}-{}.zip", archive.created_at.date()))
    };
    let text = |text: String| HeaderValue::from_str(&text).map_err(Error::internal);
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(TYPE));
    headers.insert(header::CONTENT_DISPOSITION, text(format!("attachment; filename=\"{name}\""))?);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    range::serve(app, &path, asked, text(format!("\"{id}\""))?, headers).await
}
