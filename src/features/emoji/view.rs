//! The JSON entity CustomEmoji.

use std::collections::HashMap;

use serde::Serialize;
use shop_storage::Read;

use super::table::{EMOJIS, Emoji};
use super::{key, ours};
use crate::platform::app::App;
use crate::platform::config::Config;
use crate::platform::error::Result;
use crate::platform::files::blob_url;
use crate::platform::place::Place;

/// A custom emoji (entities: CustomEmoji).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EmojiView {
    /// The name between the colons.
    pub shortcode: String,
    /// The picture.
    pub url: String,
    /// Its still form.
    pub static_url: String,
    /// Offered in the picker.
    pub visible_in_picker: bool,
    /// The heading it stands under; only in the list of all emoji.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
}

/// The emoji of texts from one server (`None`: ours), in the order of `codes`, leaving out what is unknown.
///
/// # Errors
/// When the store fails.
pub fn load(app: &App, from: &dyn Read, domain: Option<&str>, codes: &[String]) -> Result<Vec<EmojiView>> {
    if codes.is_empty() {
        return Ok(Vec::new());
    }
    let keys: Vec<_> = codes.iter().map(|code| key(domain, code)).collect();
    Ok(pick(&load_many(app, from, keys)?, domain, codes))
}

/// Emoji by (domain or "", shortcode): one store round trip for the texts of a whole page.
///
/// # Errors
/// When the store fails.
pub fn load_many(
    app: &App,
    from: &dyn Read,
    mut keys: Vec<(String, String)>,
) -> Result<HashMap<(String, String), EmojiView>> {
    keys.sort_unstable();
    keys.dedup();
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let records = EMOJIS.get_many(from, &keys)?;
    Ok(keys
        .into_iter()
        .zip(records)
        .filter_map(|(key, emoji)| {
            let emoji = emoji.filter(|emoji| !emoji.disabled)?;
            let view = view(&app.config, &key.0, &key.1, &emoji);
            Some((key, view))
        })
        .collect())
}

/// Picks the emoji of one text out of those of a page.
pub fn pick(
    loaded: &HashMap<(String, String), EmojiView>,
    domain: Option<&str>,
    codes: &[String],
) -> Vec<EmojiView> {
    codes.iter().filter_map(|code| loaded.get(&key(domain, code)).cloned()).collect()
}

/// Our own emoji for the picker, with their headings.
///
/// # Errors
/// When the store fails.
pub fn picker(app: &App, from: &dyn Read) -> Result<Vec<EmojiView>> {
    Ok(ours(from)?
        .into_iter()
        .map(|(code, emoji)| EmojiView {
            category: emoji.category.clone(),
            ..view(&app.config, "", &code, &emoji)
        })
        .collect())
}

fn view(config: &Config, domain: &str, code: &str, emoji: &Emoji) -> EmojiView {
    let url = |place: &Place| match place {
        Place::Blob(path) => blob_url(config, path),
        Place::Remote(_) => format!("{}/media_proxy/emojis/{domain}/{code}", config.base_url()),
    };
    EmojiView {
        shortcode: code.to_owned(),
        url: url(&emoji.image),
        static_url: url(emoji.still.as_ref().unwrap_or(&emoji.image)),
        visible_in_picker: emoji.visible,
        category: None,
    }
}
