//! Filters over HTTP, version 1 of the API: every keyword is shown as a filter of its own (behaviours §10).

use axum::Json;
use axum::extract::State;

use super::{Done, contexts, expires_in};
use crate::features::filters::table::FilterAction;
use crate::features::filters::view::FirstFilterView;
use crate::features::filters::{self, Draft, KeywordDraft};
use crate::features::oauth::auth::User;
use crate::features::oauth::scopes::{ReadFilters, WriteFilters};
use crate::platform::app::App;
use crate::platform::error::{Error, Result};
use crate::platform::http::params::Params;
use crate::platform::http::path::PathId;
use crate::platform::ids::{AccountId, FilterKeywordId, kind};

/// `GET /api/v1/filters`
pub async fn list(user: User<ReadFilters>, State(app): State<App>) -> Result<Json<Vec<FirstFilterView>>> {
    let rows = filters::all(&app.read()?, user.id)?;
    let keywords = rows.iter().flat_map(|(_, filter)| filter.keywords.iter().map(move |word| (filter, word)));
    Ok(Json(keywords.map(|(filter, keyword)| FirstFilterView::of(filter, keyword)).collect()))
}

/// `GET /api/v1/filters/:id`
pub async fn show(
    user: User<ReadFilters>,
    State(app): State<App>,
    PathId(id): PathId<kind::FilterKeyword>,
) -> Result<Json<FirstFilterView>> {
    one(&app, user.id, id)
}

/// `POST /api/v1/filters`
pub async fn create(
    user: User<WriteFilters>,
    State(app): State<App>,
    params: Params,
) -> Result<Json<FirstFilterView>> {
    let mut draft = draft(&params)?;
    let phrase = params.text("phrase").unwrap_or_default();
    draft.keywords = vec![KeywordDraft {
        text: Some(phrase),
        whole_word: params.flag("whole_word"),
        ..KeywordDraft::default()
    }];
    let (_, filter) = app.write(move |tx| filters::save(tx, user.id, None, &draft)).await?;
    let keyword = filter.keywords.first().ok_or_else(Error::not_found)?;
    Ok(Json(FirstFilterView::of(&filter, keyword)))
}

/// `PUT /api/v1/filters/:id`
pub async fn update(
    user: User<WriteFilters>,
    State(app): State<App>,
    PathId(id): PathId<kind::FilterKeyword>,
    params: Params,
) -> Result<Json<FirstFilterView>> {
    filters::with_keyword(&app.read()?, user.id, id)?;
    let draft = draft(&params)?;
    app.write(move |tx| filters::change_by_keyword(tx, user.id, id, draft)).await?;
    one(&app, user.id, id)
}

/// `DELETE /api/v1/filters/:id`: takes the keyword away.
pub async fn remove(
    user: User<WriteFilters>,
    State(app): State<App>,
    PathId(id): PathId<kind::FilterKeyword>,
) -> Result<Json<Done>> {
    let draft = KeywordDraft { destroy: true, ..KeywordDraft::default() };
    app.write(move |tx| filters::change_keyword(tx, user.id, id, draft)).await?;
    Ok(Json(Done {}))
}

fn one(app: &App, account: AccountId, id: FilterKeywordId) -> Result<Json<FirstFilterView>> {
    let (_, filter, keyword) = filters::with_keyword(&app.read()?, account, id)?;
    Ok(Json(FirstFilterView::of(&filter, &keyword)))
}

/// The phrase is both the keyword and the title.
fn draft(params: &Params) -> Result<Draft> {
    let phrase = params.has("phrase").then(|| params.text("phrase").unwrap_or_default());
    let irreversible = params.flag("irreversible");
    Ok(Draft {
        title: phrase.clone(),
        contexts: contexts(params)?,
        action: irreversible.map(|hide| if hide { FilterAction::Hide } else { FilterAction::Warn }),
        expires_in: expires_in(params)?,
        keywords: vec![KeywordDraft {
            text: phrase,
            whole_word: params.flag("whole_word"),
            ..KeywordDraft::default()
        }],
    })
}
