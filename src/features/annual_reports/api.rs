//! Annual reports over HTTP (entities: AnnualReports).

use axum::Json;
use axum::extract::Path;
use serde_json::{Value, json};

use crate::features::oauth::auth::User;
use crate::features::oauth::scopes::{ReadAccounts, WriteAccounts};
use crate::platform::error::{Error, Result};

/// `GET /api/v1/annual_reports`
pub async fn list(_user: User<ReadAccounts>) -> Json<Value> {
    Json(json!({ "annual_reports": [], "accounts": [], "statuses": [] }))
}

/// `GET /api/v1/annual_reports/:year`
///
/// # Errors
/// 404: there is none.
pub async fn one(_user: User<ReadAccounts>) -> Result<Json<Value>> {
    Err(Error::not_found())
}

/// `POST /api/v1/annual_reports/:year/read`
///
/// # Errors
/// 404: there is none.
pub async fn read(_user: User<WriteAccounts>) -> Result<Json<Value>> {
    Err(Error::not_found())
}

fn check(year: &str) -> Result<()> {
    year.parse::<u16>().map(drop).map_err(|_| Error::not_found())
}

/// `GET /api/v1/annual_reports/:year/state`
///
/// # Errors
/// 404 for what is no year.
pub async fn state(_user: User<ReadAccounts>, Path(year): Path<String>) -> Result<Json<Value>> {
    check(&year)?;
    Ok(Json(json!({ "state": "ineligible" })))
}

/// `POST /api/v1/annual_reports/:year/generate`: not applicable to anybody.
///
/// # Errors
/// 404 for what is no year.
pub async fn generate(_user: User<WriteAccounts>, Path(year): Path<String>) -> Result<Json<Value>> {
    check(&year)?;
    Ok(Json(json!({})))
}
