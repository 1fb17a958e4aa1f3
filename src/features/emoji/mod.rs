//! Custom emoji: which shortcodes mean a picture.

pub mod api;
pub mod table;
pub mod tag;
pub mod view;

use std::ops::ControlFlow;

use shop_storage::{Read, Window};

use self::table::{EMOJIS, Emoji};
use crate::platform::error::Result;
use crate::platform::text::emoji::find;

/// Most emoji of our own that one list shows.
const MOST: usize = 5_000;
/// Most shortcodes of one text that are looked up.
const MOST_IN_TEXT: usize = 100;

/// The key of an emoji: the domain, "" for ours, and the shortcode.
pub fn key(domain: Option<&str>, shortcode: &str) -> (String, String) {
    (domain.unwrap_or_default().to_owned(), shortcode.to_owned())
}

/// One emoji that is not switched off.
///
/// # Errors
/// When the store fails.
pub fn get(from: &dyn Read, domain: Option<&str>, shortcode: &str) -> Result<Option<Emoji>> {
    Ok(EMOJIS.get(from, &key(domain, shortcode))?.filter(|emoji| !emoji.disabled))
}

/// The shortcodes in `texts` that name an emoji of `domain` (ours when `None`), each once, in order.
///
/// # Errors
/// When the store fails.
pub fn used(from: &dyn Read, domain: Option<&str>, texts: &[&str]) -> Result<Vec<String>> {
    let mut codes: Vec<String> = Vec::new();
    for code in texts.iter().flat_map(|text| find(text)).map(|found| found.code) {
        if codes.len() < MOST_IN_TEXT && !codes.iter().any(|known| known == code) {
            codes.push(code.to_owned());
        }
    }
    let keys: Vec<_> = codes.iter().map(|code| key(domain, code)).collect();
    let known = EMOJIS.get_many(from, &keys)?;
    Ok(codes
        .into_iter()
        .zip(known)
        .filter(|(_, emoji)| emoji.as_ref().is_some_and(|emoji| !emoji.disabled))
        .map(|(code, _)| code)
        .collect())
}

/// Our own emoji that people may pick, by shortcode.
///
/// # Errors
/// When the store fails.
pub fn ours(from: &dyn Read) -> Result<Vec<(String, Emoji)>> {
    let mut found = Vec::new();
    EMOJIS.visit_under(from, &String::new(), &Window::oldest(MOST), &mut |(_, code), emoji| {
        if emoji.visible && !emoji.disabled {
            found.push((code, emoji));
        }
        ControlFlow::Continue(())
    })?;
    Ok(found)
}
