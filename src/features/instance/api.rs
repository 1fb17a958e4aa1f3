//! What the community tells about itself, to anybody.

pub mod policies;
mod view;

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderName, header};
use serde::Serialize;

use self::view::{InstanceView, OldInstanceView, RuleView};
use crate::features::domain_rules::book;
use crate::features::{media, statistics};
use crate::platform::app::App;
use crate::platform::error::{Error, Result};
use crate::platform::http::params::Params;
use crate::platform::text::idn::to_unicode;
use crate::platform::text::language;

/// An answer that everybody may keep for five minutes (behaviours §1).
type Public<T> = ([(HeaderName, &'static str); 1], Json<T>);

const FIVE_MINUTES: &str = "max-age=300, public";
const A_DAY: &str = "max-age=86400, public";
/// Most names of other servers that one list shows.
const MOST_PEERS: usize = 100_000;
/// Most names that a search shows.
const FOUND_PEERS: usize = 10;

fn public<T>(value: T, how_long: &'static str) -> Public<T> {
    ([(header::CACHE_CONTROL, how_long)], Json(value))
}

/// GET /api/v2/instance
///
/// # Errors
/// When the store fails.
pub async fn second(State(app): State<App>) -> Result<Public<InstanceView>> {
    let figures = statistics::figures(&app).await?;
    let instance = super::get(&app.read()?)?;
    let types = media::supported(&app).await;
    Ok(public(view::second(&app, &instance, &figures, types)?, FIVE_MINUTES))
}

/// GET /api/v1/instance
///
/// # Errors
/// When the store fails.
pub async fn first(State(app): State<App>) -> Result<Public<OldInstanceView>> {
    let figures = statistics::figures(&app).await?;
    let instance = super::get(&app.read()?)?;
    let types = media::supported(&app).await;
    Ok(public(view::first(&app, &instance, &figures, types)?, FIVE_MINUTES))
}

/// GET /api/v1/instance/rules
///
/// # Errors
/// When the store fails.
pub async fn rules(State(app): State<App>) -> Result<Public<Vec<RuleView>>> {
    Ok(public(view::rules(&super::get(&app.read()?)?), FIVE_MINUTES))
}

/// One week of the community (entities: Instance activity): all of it text.
#[derive(Debug, Serialize)]
pub struct WeekView {
    week: String,
    statuses: String,
    logins: String,
    registrations: String,
}

/// GET /api/v1/instance/activity
///
/// # Errors
/// When the store fails.
pub async fn activity(State(app): State<App>) -> Result<Public<Vec<WeekView>>> {
    let weeks = statistics::weeks(&app.read()?, app.now())?;
    let views = weeks
        .into_iter()
        .map(|week| WeekView {
            week: week.start.to_string(),
            statuses: week.statuses.to_string(),
            logins: week.logins.to_string(),
            registrations: week.registrations.to_string(),
        })
        .collect();
    Ok(public(views, FIVE_MINUTES))
}

/// GET /api/v1/instance/peers
///
/// # Errors
/// 404 for a closed network; when the store fails.
pub async fn peers(State(app): State<App>) -> Result<Public<Vec<String>>> {
    if app.config.federation.is_closed() {
        return Err(Error::not_found());
    }
    let book = book(&app);
    let mut names =
        tokio::task::spawn_blocking(move || statistics::domains(&app.read()?, None, MOST_PEERS)).await??;
    names.retain(|name| !book.shuts_out(name));
    Ok(public(names, A_DAY))
}

/// GET /api/v1/peers/search
///
/// # Errors
/// When the store fails.
pub async fn find_peers(State(app): State<App>, params: Params) -> Result<Public<Vec<String>>> {
    let prefix = params.text("q").unwrap_or_default().trim().to_lowercase();
    if prefix.is_empty() {
        return Ok(public(Vec::new(), FIVE_MINUTES));
    }
    let store = app.read()?;
    let mut names: Vec<String> = statistics::domain(&store, &prefix)?.into_iter().collect();
    names.extend(statistics::domains(&store, Some(prefix.clone()), FOUND_PEERS)?);
    names.retain(|name| name.starts_with(&prefix) && !book(&app).shuts_out(name));
    names.truncate(FOUND_PEERS);
    Ok(public(names.iter().map(|name| to_unicode(name)).collect(), FIVE_MINUTES))
}

/// A longer text about the community (entities: ExtendedDescription).
#[derive(Debug, Serialize)]
pub struct DescriptionView {
    updated_at: Option<String>,
    content: String,
}

/// GET /api/v1/instance/extended_description: nobody can write one here yet, so it is the empty one.
///
/// # Errors
/// None.
pub async fn extended_description() -> Result<Public<DescriptionView>> {
    Ok(public(DescriptionView { updated_at: None, content: String::new() }, FIVE_MINUTES))
}

/// One language (entities: Language).
#[derive(Debug, Serialize)]
pub struct LanguageView {
    code: &'static str,
    name: &'static str,
}

/// GET /api/v1/instance/languages
///
/// # Errors
/// None.
pub async fn languages() -> Result<Public<Vec<LanguageView>>> {
    let views = language::ALL
        .iter()
        .map(|language| LanguageView { code: language.code, name: language.name })
        .collect();
    Ok(public(views, A_DAY))
}

/// GET /api/v1/instance/translation_languages: nothing is translated here.
///
/// # Errors
/// None.
pub async fn translation_languages() -> Result<Public<BTreeMap<String, Vec<String>>>> {
    Ok(public(BTreeMap::new(), FIVE_MINUTES))
}
