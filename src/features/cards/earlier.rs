//! Earlier shapes of the records of preview cards, so that every store that was ever written can be read.

use serde::{Deserialize, Serialize};
use shop_storage::record;

use super::table::{Card, CardImage, CardKind};
use crate::platform::clock::Millis;
use crate::platform::ids::AccountId;

/// A card before it was known which pages are articles.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CardV1 {
    url: String,
    kind: CardKind,
    title: String,
    description: String,
    language: Option<String>,
    author_name: String,
    author_url: String,
    creator: Option<AccountId>,
    provider_name: String,
    provider_url: String,
    html: String,
    width: u32,
    height: u32,
    image: Option<CardImage>,
    embed_url: String,
    published_at: Option<Millis>,
    fetched_at: Millis,
}
record!(CardV1, 1);

impl From<CardV1> for Card {
    /// Whether it is an article shows when the page is read again.
    fn from(old: CardV1) -> Self {
        Self {
            url: old.url,
            kind: old.kind,
            title: old.title,
            description: old.description,
            language: old.language,
            author_name: old.author_name,
            author_url: old.author_url,
            creator: old.creator,
            provider_name: old.provider_name,
            provider_url: old.provider_url,
            html: old.html,
            width: old.width,
            height: old.height,
            image: old.image,
            embed_url: old.embed_url,
            published_at: old.published_at,
            fetched_at: old.fetched_at,
            article: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use shop_storage::decode_record;

    use super::*;

    #[test]
    fn cards_of_the_first_version_stay_readable() {
        let hex = "010101000000000000007502000000010000000000000074000000000000000001020000000000000065\
                   6e0000000000000000000000000000000001050000000000000000000000000000000000000000000000\
                   000000000000000003000000020000000101000000000000006901000000000000006404000000050000\
                   000100000000000000620000000000000000000900000000000000";
        let bytes: Vec<u8> =
            (0..hex.len() / 2).map(|at| u8::from_str_radix(&hex[at * 2..at * 2 + 2], 16).unwrap()).collect();
        let card: Card = decode_record(&bytes).unwrap();
        assert_eq!((card.url.as_str(), card.fetched_at, card.article), ("u", Millis(9), false));
    }
}
