//! Custom emoji as peers write them: `Emoji` tags beside a text, ours out and theirs in.

use serde_json::{Value, json};
use shop_storage::Read;

use super::table::{EMOJIS, Emoji};
use crate::features::domain_rules::book;
use crate::federation::vocab::View;
use crate::platform::app::{App, Tx};
use crate::platform::clock::Millis;
use crate::platform::config::Config;
use crate::platform::error::Result;
use crate::platform::place::Place;
use crate::platform::text::emoji;

/// How many emoji of one document are taken.
const MOST: usize = 64;

/// `Emoji` tags for those of our own emoji that `codes` name.
///
/// # Errors
/// When the store fails.
pub fn write(app: &App, from: &dyn Read, codes: &[String]) -> Result<Vec<Value>> {
    let keys: Vec<(String, String)> = codes.iter().map(|code| (String::new(), code.clone())).collect();
    let rows = EMOJIS.get_many(from, &keys)?;
    let tags = codes.iter().zip(rows).filter_map(|(code, row)| {
        let emoji = row.filter(|emoji| !emoji.disabled)?;
        Some(tag(&app.config, code, &emoji))
    });
    Ok(tags.collect())
}

/// One of our emoji as an object.
pub fn tag(config: &Config, code: &str, emoji: &Emoji) -> Value {
    json!({
        "id": format!("{}/emojis/{code}", config.base_url()),
        "type": "Emoji",
        "name": format!(":{code}:"),
        "updated": emoji.updated_at.dt0(),
        "icon": { "type": "Image", "mediaType": "image/png", "url": emoji.image.url(config) },
    })
}

/// An emoji that a document names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    code: String,
    uri: Option<String>,
    image: String,
    updated_at: Option<Millis>,
}

impl Named {
    /// Its shortcode.
    pub fn code(&self) -> &str {
        &self.code
    }
}

/// The emoji among the tags of a document; what is malformed is left out.
pub fn read(document: View<'_>) -> Vec<Named> {
    let tags = document.objects_of("tag");
    let named = tags.into_iter().filter(|tag| tag.is_a("Emoji")).filter_map(|tag| {
        let code = tag.str_of("name")?.trim_matches(':').to_owned();
        let image = tag.object_of("icon")?.link_of("url")?;
        let updated_at = tag.str_of("updated").and_then(Millis::parse);
        let uri = tag.id().map(str::to_owned);
        emoji::is_valid_remote(&code).then(|| Named { code, uri, image: image.to_owned(), updated_at })
    });
    named.take(MOST).collect()
}

/// Keeps the emoji of a remote server: new ones, and those whose picture changed (behaviours §5). None of servers whose
/// media are not taken.
///
/// # Errors
/// When the store fails.
pub fn keep(tx: &mut Tx<'_>, domain: &str, named: &[Named]) -> Result<()> {
    if book(tx.app()).rejects_media(domain) {
        return Ok(());
    }
    for emoji in named {
        let key = (domain.to_owned(), emoji.code.clone());
        let known = EMOJIS.get(&**tx, &key)?;
        let image = Place::Remote(emoji.image.clone());
        let is_news = known.as_ref().is_none_or(|known| {
            known.image != image || emoji.updated_at.is_some_and(|updated| updated > known.updated_at)
        });
        if !is_news {
            continue;
        }
        let row = Emoji {
            image,
            still: None,
            uri: emoji.uri.clone(),
            visible: false,
            disabled: known.is_some_and(|known| known.disabled),
            category: None,
            updated_at: emoji.updated_at.unwrap_or(tx.now()),
        };
        EMOJIS.put(tx, &key, &row)?;
    }
    Ok(())
}
