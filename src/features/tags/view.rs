//! The JSON entity Tag.

use std::sync::Arc;
use std::time::Duration;

use moka::sync::Cache;
use serde::Serialize;
use shop_storage::Read;

use super::table::{FEATURED, FOLLOWED, TAGS, Tag};
use super::{DAYS, Day, history};
use crate::platform::app::App;
use crate::platform::error::Result;
use crate::platform::ids::AccountId;
use crate::platform::text::html::tag_url;

/// How long a history is shown before it is counted anew.
const FRESH: Duration = Duration::from_secs(5 * 60);

/// A hashtag (entities: Tag).
#[derive(Debug, Clone, Serialize)]
pub struct TagView {
    /// Its number; "" for a tag that nobody has used.
    pub id: String,
    /// As it is spelled.
    pub name: String,
    /// Its page.
    pub url: String,
    /// Seven days, today first.
    pub history: Arc<[DayView]>,
    /// Whether the viewer follows it; absent for guests.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub following: Option<bool>,
    /// Whether the viewer shows it on the profile; absent for guests.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub featuring: Option<bool>,
}

/// One day of a history: all of it text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DayView {
    day: String,
    accounts: String,
    uses: String,
}

struct Histories(Cache<(String, u64), Arc<[DayView]>>);

impl Default for Histories {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(1_000).time_to_live(FRESH).build())
    }
}

/// A tag by its normalised name; `known` is absent when nobody has used it.
///
/// # Errors
/// When the store fails.
pub fn view(app: &App, from: &dyn Read, name: &str, known: Option<&Tag>) -> Result<TagView> {
    let now = app.now();
    // The server's own clock is part of the key: tests move it.
    let key = (name.to_owned(), now.seconds() / FRESH.as_secs());
    let kept = app.part::<Histories>();
    let history = match kept.0.get(&key).filter(|_| known.is_some()) {
        Some(history) => history,
        None => {
            let counted: Arc<[DayView]> = history(from, name, now)?.iter().map(DayView::of).collect();
            kept.0.insert(key, counted.clone());
            counted
        }
    };
    debug_assert_eq!(history.len(), DAYS);
    Ok(TagView {
        id: known.map(|tag| tag.id.to_string()).unwrap_or_default(),
        name: known.map_or_else(|| name.to_owned(), |tag| tag.display.clone()),
        url: tag_url(app.config.base_url(), name),
        history,
        following: None,
        featuring: None,
    })
}

/// Tags by their normalised names, in their order, as `viewer` sees them.
///
/// # Errors
/// When the store fails.
pub fn load(app: &App, from: &dyn Read, viewer: Option<AccountId>, names: &[String]) -> Result<Vec<TagView>> {
    let known = TAGS.get_many(from, names)?;
    let mut shown = Vec::with_capacity(names.len());
    for (name, known) in names.iter().zip(known) {
        shown.push(view(app, from, name, known.as_ref())?);
    }
    if let Some(viewer) = viewer {
        let keys: Vec<_> = names.iter().map(|name| (viewer, name.clone())).collect();
        let marks = FOLLOWED.get_many(from, &keys)?.into_iter().zip(FEATURED.get_many(from, &keys)?);
        for (tag, (followed, featured)) in shown.iter_mut().zip(marks) {
            tag.following = Some(followed.is_some());
            tag.featuring = Some(featured.is_some());
        }
    }
    Ok(shown)
}

impl DayView {
    /// Shows one day.
    pub fn of(day: &Day) -> Self {
        Self {
            day: day.at.seconds().to_string(),
            accounts: day.accounts.to_string(),
            uses: day.uses.to_string(),
        }
    }
}
