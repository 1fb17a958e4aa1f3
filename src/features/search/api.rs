//! GET /api/v2/search

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Serialize;

use super::statuses::Page;
use super::{Wanted, syntax};
use crate::features::accounts;
use crate::features::accounts::view::{self, AccountView};
use crate::features::collections;
use crate::features::collections::view::CollectionView;
use crate::features::oauth::auth::Viewer;
use crate::features::oauth::scopes::ReadSearch;
use crate::features::statuses;
use crate::features::statuses::view::StatusView;
use crate::features::tags;
use crate::features::tags::view::TagView;
use crate::platform::app::App;
use crate::platform::error::{Error, Kind, Result};
use crate::platform::http::params::Params;
use crate::platform::ids::{AccountId, CollectionId, StatusId};

/// What was found (entities: Search v2). Collections are found by their address alone.
#[derive(Default, Serialize)]
pub struct SearchView {
    accounts: Vec<Arc<AccountView>>,
    statuses: Vec<StatusView>,
    hashtags: Vec<TagView>,
    collections: Vec<CollectionView>,
}

/// Accounts by name or address, hashtags by prefix, statuses by what they say, and whatever a pasted address leads
/// to.
///
/// # Errors
/// 400 without words and for negative pages; 401 when nobody is signed in and asks for more than the first page of
/// what is known here; 422 for dates that are none.
pub async fn search(
    State(app): State<App>,
    viewer: Viewer<ReadSearch>,
    params: Params,
) -> Result<Json<SearchView>> {
    let words = syntax::plain_quotes(params.required("q")?.trim());
    let kind = params.text("type").filter(|kind| !kind.is_empty());
    let wanted = wanted(&viewer, kind.is_some(), &params)?;
    let wants = |name: &str| kind.as_deref().is_none_or(|kind| kind == name);
    if words.starts_with("https://") || words.starts_with("http://") {
        return Ok(Json(pasted(&app, &words, &wanted, &wants).await?));
    }
    let mut found = SearchView::default();
    if wants("accounts") && !words.starts_with('#') {
        let ids = super::accounts(&app, &words, &wanted).await?;
        found.accounts = view::list_for(&app, &app.read()?, wanted.viewer, &ids)?;
    }
    if wants("hashtags") {
        found.hashtags = hashtags(&app, &words, &wanted)?;
    }
    if wants("statuses") {
        found.statuses = said(&app, words, &wanted, &params).await?;
    }
    Ok(Json(found))
}

fn wanted(viewer: &Viewer<ReadSearch>, one_kind: bool, params: &Params) -> Result<Wanted> {
    // Without a type, offset is ignored.
    let offset = super::offset(params)?;
    let resolve = params.flag("resolve") == Some(true);
    if viewer.0.is_none() && (resolve || offset > 0) {
        return Err(Error::new(Kind::Unauthorized, "This method requires an authenticated user"));
    }
    Ok(Wanted {
        viewer: viewer.id(),
        resolve,
        following: params.flag("following") == Some(true),
        reviewed: params.flag("exclude_unreviewed") == Some(true),
        limit: params.limit(20, 40),
        offset: if one_kind { offset } else { 0 },
    })
}

fn hashtags(app: &App, words: &str, wanted: &Wanted) -> Result<Vec<TagView>> {
    let store = app.read()?;
    let found = super::hashtags(&store, words, wanted)?;
    let names: Vec<String> = found.into_iter().map(|(name, _)| name).collect();
    tags::view::load(app, &store, wanted.viewer, &names)
}

/// Statuses by what they say; nobody finds any without signing in.
async fn said(app: &App, words: String, wanted: &Wanted, params: &Params) -> Result<Vec<StatusView>> {
    let page = Page {
        limit: wanted.limit,
        offset: wanted.offset,
        max_id: params.id("max_id")?,
        min_id: params.id("min_id")?,
        author: params.id("account_id")?,
    };
    let Some(reader) = wanted.viewer else { return Ok(Vec::new()) };
    let app = app.clone();
    tokio::task::spawn_blocking(move || {
        let ids = super::statuses(&app, reader, &words, &page)?;
        statuses::view::load(&app, &app.read()?, Some(reader), &ids)
    })
    .await?
}

/// What an address leads to: just that one thing, or nothing.
async fn pasted(
    app: &App,
    url: &str,
    wanted: &Wanted,
    wants: &(dyn Fn(&str) -> bool + Sync),
) -> Result<SearchView> {
    let mut found = SearchView::default();
    if wants("statuses")
        && let Some(id) = status_at(app, url, wanted.resolve).await?
    {
        let store = app.read()?;
        found.statuses = statuses::view::load(app, &store, wanted.viewer, &[id])?;
    }
    if wants("accounts")
        && found.statuses.is_empty()
        && let Some(id) = account_at(app, url, wanted.resolve).await?
    {
        found.accounts = view::list_for(app, &app.read()?, wanted.viewer, &[id])?;
    }
    if wants("collections")
        && found.statuses.is_empty()
        && found.accounts.is_empty()
        && let Some(id) = collection_at(app, url, wanted.resolve).await?
    {
        let store = app.read()?;
        // Whom the owner blocks finds nothing.
        if let Ok(row) = collections::readable(&store, wanted.viewer, id) {
            found.collections.extend(collections::view::one(app, &store, wanted.viewer, id, row)?);
        }
    }
    Ok(found)
}

async fn collection_at(app: &App, url: &str, resolve: bool) -> Result<Option<CollectionId>> {
    let known = collections::linked::known(&app.config, &app.read()?, url)?;
    if known.is_some() || !resolve || own_path(app, url).is_some() {
        return Ok(known);
    }
    Ok(collections::remote::at(app, url).await.unwrap_or_default())
}

async fn account_at(app: &App, url: &str, resolve: bool) -> Result<Option<AccountId>> {
    if let Some(name) = own_path(app, url).and_then(|path| path.strip_prefix("/@"))
        && !name.contains('/')
    {
        return Ok(accounts::find_handle(&app.read()?, name, None)?.map(|known| known.id));
    }
    if let Some(known) = accounts::find_uri(app, &app.read()?, url)? {
        return Ok(Some(known.id));
    }
    if !resolve || own_path(app, url).is_some() {
        return Ok(None);
    }
    Ok(accounts::resolve::uri(app, url).await.unwrap_or_default())
}

async fn status_at(app: &App, url: &str, resolve: bool) -> Result<Option<StatusId>> {
    if let Some(path) = own_path(app, url) {
        let number = path.strip_prefix("/@").and_then(|rest| rest.split_once('/')).map(|(_, id)| id);
        return Ok(number
            .and_then(|id| id.parse().ok())
            .or_else(|| statuses::id_of_local_uri(&app.config, url)));
    }
    if let Some(id) = statuses::table::BY_URI.get(&app.read()?, &url.to_owned())? {
        return Ok(Some(id));
    }
    if !resolve {
        return Ok(None);
    }
    Ok(statuses::resolve::uri(app, url).await.unwrap_or_default())
}

/// The path of an address on this server.
fn own_path<'a>(app: &App, url: &'a str) -> Option<&'a str> {
    url.strip_prefix(app.config.base_url()).filter(|path| path.starts_with('/'))
}
