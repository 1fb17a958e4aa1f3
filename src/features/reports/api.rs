//! Reporting over HTTP.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};

use super::table::Category;
use super::{Complaint, report, view};
use crate::features::oauth::auth::User;
use crate::features::oauth::scopes::WriteReports;
use crate::platform::app::App;
use crate::platform::error::{Error, Result};
use crate::platform::http::layers::count_deed;
use crate::platform::http::params::Params;
use crate::platform::http::rate::Family;
use crate::platform::ids::{CollectionId, StatusId, kind};

/// How many further servers one report may name.
const MOST_DOMAINS: usize = 20;

/// `POST /api/v1/reports`
pub async fn make(user: User<WriteReports>, State(app): State<App>, params: Params) -> Result<Response> {
    let complaint = complaint(&params)?;
    let rate = count_deed(&app, Family::Reports, user.id)?;
    let id = app.write(move |tx| report(tx, user.id, complaint)).await?;
    Ok((rate, Json(view::one(&app, &app.read()?, id)?)).into_response())
}

fn complaint(params: &Params) -> Result<Complaint> {
    params.required("account_id")?;
    let target = params.id::<kind::Account>("account_id")?.ok_or_else(Error::not_found)?;
    let ids = params.list("status_ids");
    let statuses: Option<Vec<StatusId>> = ids.iter().map(|id| id.parse().ok()).collect();
    let ids = params.list("collection_ids");
    let collections: Option<Vec<CollectionId>> = ids.iter().map(|id| id.parse().ok()).collect();
    let rules: Option<Vec<u32>> = params.list("rule_ids").iter().map(|id| id.parse().ok()).collect();
    let category = match params.text("category").filter(|word| !word.is_empty()) {
        None => Category::Other,
        Some(word) => {
            Category::parse(&word).ok_or_else(|| Error::invalid("Category is not included in the list"))?
        }
    };
    Ok(Complaint {
        target,
        statuses: statuses.ok_or_else(Error::not_found)?,
        collections: collections.ok_or_else(Error::not_found)?,
        comment: params.text("comment").unwrap_or_default().trim().to_owned(),
        category,
        rules: rules.ok_or_else(|| Error::invalid("Rules must reference valid rules"))?,
        forward: params.flag("forward").unwrap_or(false),
        forward_to: params.list("forward_to_domains").into_iter().take(MOST_DOMAINS).collect(),
    })
}
