//! Suggestions over HTTP.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use serde_json::{Value, json};

use super::{Suggestion, of};
use crate::features::accounts::view::{self, AccountView};
use crate::features::oauth::auth::User;
use crate::features::oauth::scopes::{ReadAccounts, WriteAccounts};
use crate::platform::app::App;
use crate::platform::error::Result;
use crate::platform::http::params::Params;
use crate::platform::http::path::PathId;
use crate::platform::ids::{AccountId, kind};

/// A suggestion (entities: Suggestion).
#[derive(Debug, Serialize)]
pub struct SuggestionView {
    source: Option<&'static str>,
    sources: Vec<&'static str>,
    account: Arc<AccountView>,
}

async fn page(app: App, me: AccountId, params: &Params) -> Result<Vec<SuggestionView>> {
    let (offset, limit) = (params.offset()?, params.limit(40, 80));
    let shown = tokio::task::spawn_blocking(move || {
        let store = app.read()?;
        let found: Vec<Suggestion> = of(&app, &store, me)?.into_iter().skip(offset).take(limit).collect();
        let ids: Vec<AccountId> = found.iter().map(|suggestion| suggestion.account).collect();
        let accounts = view::load(&app, &store, &ids)?;
        let views = found.into_iter().filter_map(|suggestion| {
            Some(SuggestionView {
                account: accounts.get(&suggestion.account)?.clone(),
                source: suggestion.sources.first().map(|source| source.old_word()),
                sources: suggestion.sources.iter().map(|source| source.word()).collect(),
            })
        });
        Ok(views.collect())
    });
    shown.await?
}

/// `GET /api/v2/suggestions`
///
/// # Errors
/// 400 for a negative offset.
pub async fn list(
    user: User<ReadAccounts>,
    State(app): State<App>,
    params: Params,
) -> Result<Json<Vec<SuggestionView>>> {
    page(app, user.id, &params).await.map(Json)
}

/// `GET /api/v1/suggestions`: the accounts alone.
///
/// # Errors
/// 400 for a negative offset.
pub async fn old_list(
    user: User<ReadAccounts>,
    State(app): State<App>,
    params: Params,
) -> Result<Json<Vec<Arc<AccountView>>>> {
    let shown = page(app, user.id, &params).await?;
    Ok(Json(shown.into_iter().map(|suggestion| suggestion.account).collect()))
}

/// `DELETE /api/v1/suggestions/:account_id`
///
/// # Errors
/// 404 for an unknown account.
pub async fn dismiss(
    user: User<WriteAccounts>,
    State(app): State<App>,
    PathId(id): PathId<kind::Account>,
) -> Result<Json<Value>> {
    app.write(move |tx| super::dismiss(tx, user.id, id)).await?;
    Ok(Json(json!({})))
}
