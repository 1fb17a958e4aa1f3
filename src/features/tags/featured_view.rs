//! The JSON entity FeaturedTag.

use serde::Serialize;
use shop_storage::Read;

use super::feature;
use super::table::{FeaturedTag, TAGS};
use crate::features::accounts::{self, table::Account};
use crate::platform::app::App;
use crate::platform::error::Result;
use crate::platform::ids::{AccountId, LinkId};

/// A tag on a profile (entities: FeaturedTag).
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs)]
pub struct FeaturedTagView {
    pub id: LinkId,
    pub name: String,
    pub url: String,
    pub statuses_count: String,
    pub last_status_at: Option<String>,
}

/// The tags on a profile.
///
/// # Errors
/// When the store fails.
pub fn of(app: &App, from: &dyn Read, id: AccountId, account: &Account) -> Result<Vec<FeaturedTagView>> {
    feature::all(from, id)?.into_iter().map(|(row, tag)| view(app, from, id, account, (row, tag))).collect()
}

/// One tag on a profile.
///
/// # Errors
/// When the store fails.
pub fn view(
    app: &App,
    from: &dyn Read,
    id: AccountId,
    account: &Account,
    (row, tag): (LinkId, FeaturedTag),
) -> Result<FeaturedTagView> {
    let (posts, last) = feature::usage(from, id, &tag.name)?;
    let known = TAGS.get(from, &tag.name)?;
    Ok(FeaturedTagView {
        id: row,
        url: url(app, id, account, &tag.name),
        name: known.map_or(tag.name, |known| known.display),
        statuses_count: posts.to_string(),
        last_status_at: last.map(|id| id.made_at().date()),
    })
}

/// The page of an account's posts with a tag.
pub fn url(app: &App, id: AccountId, account: &Account, name: &str) -> String {
    format!("{}/tagged/{name}", accounts::url(&app.config, id, account))
}
