//! The JSON entity PreviewCard, loaded for a page of statuses at once.

use std::collections::HashMap;
use std::sync::Arc;

use serde::Serialize;
use shop_storage::Read;
use url::Url;

use super::is_attributed;
use super::table::{CARD_OF, CARDS, Card};
use crate::features::accounts;
use crate::features::accounts::table::{ACCOUNTS, Account};
use crate::features::accounts::view::AccountView;
use crate::features::domain_rules::book;
use crate::platform::app::App;
use crate::platform::error::Result;
use crate::platform::ids::{AccountId, StatusId};

/// A preview card (entities: PreviewCard; the notes on each key are there).
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs, reason = "the keys are those of the entity")]
pub struct CardView {
    pub url: String,
    pub title: String,
    pub description: String,
    pub language: Option<String>,
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub author_name: String,
    pub author_url: String,
    pub provider_name: String,
    pub provider_url: String,
    pub html: String,
    pub width: u32,
    pub height: u32,
    pub image: Option<String>,
    pub image_description: String,
    pub embed_url: String,
    pub blurhash: Option<String>,
    pub published_at: Option<String>,
    pub authors: Vec<AuthorView>,
    /// The page names the viewer as its author, and the viewer does not list the website. Absent for guests.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing_attribution: Option<bool>,
}

/// An author of a page.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs, reason = "the keys are those of the entity")]
pub struct AuthorView {
    pub name: String,
    pub url: String,
    pub account: Option<Arc<AccountView>>,
}

/// What our copy of a card's picture is called in the cache.
pub fn image_key(card: &str) -> String {
    format!("cards/{card}/image")
}

/// The cards of statuses: a constant number of store round trips however many they are. Pages of servers that the rules
/// shut out have none.
///
/// # Errors
/// When the store fails.
pub fn load(
    app: &App,
    from: &dyn Read,
    viewer: Option<AccountId>,
    statuses: &[StatusId],
) -> Result<HashMap<StatusId, CardView>> {
    let of = CARD_OF.get_many(from, statuses)?;
    let of: Vec<(StatusId, String)> =
        statuses.iter().zip(of).filter_map(|(status, of)| Some((*status, of?.card))).collect();
    if of.is_empty() {
        return Ok(HashMap::new());
    }
    let mut keys: Vec<String> = of.iter().map(|(_, key)| key.clone()).collect();
    keys.sort_unstable();
    keys.dedup();
    let records = CARDS.get_many(from, &keys)?;
    let cards = keys.into_iter().zip(records).filter_map(|(key, card)| Some((key, card?)));
    let shown = views(app, from, viewer, &cards.collect())?;
    Ok(of.into_iter().filter_map(|(status, key)| Some((status, shown.get(&key)?.clone()))).collect())
}

/// Cards by their keys, as `viewer` sees them; pages of servers that the rules shut out are left out.
///
/// # Errors
/// When the store fails.
pub fn views(
    app: &App,
    from: &dyn Read,
    viewer: Option<AccountId>,
    cards: &HashMap<String, Card>,
) -> Result<HashMap<String, CardView>> {
    let mut creators: Vec<AccountId> = cards.values().filter_map(|card| card.creator).collect();
    creators.sort_unstable();
    creators.dedup();
    let records: HashMap<AccountId, Account> = creators
        .iter()
        .zip(ACCOUNTS.get_many(from, &creators)?)
        .filter_map(|(id, account)| Some((*id, account?)))
        .collect();
    let authors = accounts::view::load(app, from, &creators)?;
    let book = book(app);
    let view = |(key, card): (&String, &Card)| {
        if book.forbids_page(&card.url) {
            return None;
        }
        let creator = card.creator.and_then(|id| Some((id, records.get(&id)?)));
        let agrees = creator.filter(|(_, account)| attributes(account, card)).map(|(id, _)| id);
        let missing = viewer.map(|viewer| card.creator == Some(viewer) && agrees.is_none());
        let author = agrees.and_then(|id| authors.get(&id).cloned());
        Some((key.clone(), shown(app, key, card, author, missing)))
    };
    Ok(cards.iter().filter_map(view).collect())
}

/// Whether an account lets the website of a card name it as an author (behaviours §5).
fn attributes(account: &Account, card: &Card) -> bool {
    let usable = account.suspended_at.is_none() && !account.deleted;
    let host = Url::parse(&card.url).ok().and_then(|url| {
        let host = url.host_str()?.to_owned();
        Some(url.port().map_or(host.clone(), |port| format!("{host}:{port}")))
    });
    usable && host.is_some_and(|host| is_attributed(&account.attribution_domains, &host))
}

fn shown(
    app: &App,
    key: &str,
    card: &Card,
    account: Option<Arc<AccountView>>,
    missing_attribution: Option<bool>,
) -> CardView {
    let named = !card.author_name.is_empty() || !card.author_url.is_empty() || account.is_some();
    let author = AuthorView { name: card.author_name.clone(), url: card.author_url.clone(), account };
    let base = app.config.base_url();
    CardView {
        url: card.url.clone(),
        title: card.title.clone(),
        description: card.description.clone(),
        language: card.language.clone(),
        kind: card.kind.word(),
        author_name: card.author_name.clone(),
        author_url: card.author_url.clone(),
        provider_name: card.provider_name.clone(),
        provider_url: card.provider_url.clone(),
        html: card.html.clone(),
        width: card.width,
        height: card.height,
        image: card.image.as_ref().map(|_| format!("{base}/media_proxy/cards/{key}")),
        image_description: card.image.as_ref().map(|image| image.description.clone()).unwrap_or_default(),
        embed_url: card.embed_url.clone(),
        blurhash: card.image.as_ref().map(|image| image.blurhash.clone()),
        published_at: card.published_at.map(|at| at.dt()),
        authors: if named { vec![author] } else { Vec::new() },
        missing_attribution,
    }
}
