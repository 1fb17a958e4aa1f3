//! Preview cards: one a web page, shared by all statuses that link it.

use serde::{Deserialize, Serialize};
use shop_storage::{Catalog, Index, IndexRows, Row, Table, record};

use super::earlier::CardV1;
use crate::platform::clock::Millis;
use crate::platform::ids::{AccountId, StatusId};

/// What a card shows (entities: PreviewCard.type).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum CardKind {
    /// A page.
    Link,
    /// A picture.
    Photo,
    /// Something that plays.
    Video,
}

impl CardKind {
    /// The word of the API.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Link => "link",
            Self::Photo => "photo",
            Self::Video => "video",
        }
    }
}

/// The picture of a card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardImage {
    /// Where it lies; people get our copy.
    pub url: String,
    /// Its description.
    pub description: String,
    /// Width and height of our copy in pixels.
    pub size: (u32, u32),
    /// A blurred stand-in.
    pub blurhash: String,
}

/// A preview card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// The address of the page.
    pub url: String,
    /// What it shows.
    pub kind: CardKind,
    /// Plain text.
    pub title: String,
    /// Plain text.
    pub description: String,
    /// ISO 639, where the page says.
    pub language: Option<String>,
    /// The author as the page names him, may be empty.
    pub author_name: String,
    /// The author's page, may be empty.
    pub author_url: String,
    /// The account that the page names as its author; shown when that account agrees.
    pub creator: Option<AccountId>,
    /// Who publishes the page, may be empty.
    pub provider_name: String,
    /// The publisher's page, may be empty.
    pub provider_url: String,
    /// Sanitised player, may be empty.
    pub html: String,
    /// Width of picture or player, 0 when unknown.
    pub width: u32,
    /// Height of picture or player, 0 when unknown.
    pub height: u32,
    /// Its picture.
    pub image: Option<CardImage>,
    /// The whole picture of a photo, may be empty.
    pub embed_url: String,
    /// When the page was published.
    pub published_at: Option<Millis>,
    /// When the page was read.
    pub fetched_at: Millis,
    /// The page says that it is an article: only such pages trend (behaviours §12).
    pub article: bool,
}
record!(Card, 2, from CardV1);

impl Card {
    /// Whether the page may trend: an article with a title, a description, a picture and a publisher (behaviours §12).
    pub fn may_trend(&self) -> bool {
        let told = [&self.title, &self.description, &self.provider_name];
        self.article
            && self.kind == CardKind::Link
            && self.image.is_some()
            && told.into_iter().all(|text| !text.is_empty())
    }
}

impl Row for Card {
    type Key = String;

    fn index(&self, _: &String, _: &mut IndexRows) {}
}

/// Which card a status has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardOf {
    /// The key of the card.
    pub card: String,
}
record!(CardOf, 1);

impl Row for CardOf {
    type Key = StatusId;

    fn index(&self, key: &StatusId, rows: &mut IndexRows) {
        rows.add(&STATUSES_OF, &self.card, key);
    }
}

/// All cards, by the hash of the address that statuses link.
pub const CARDS: Table<Card> = Table::new(0x84, "cards");
/// The card of each status that has one.
pub const CARD_OF: Table<CardOf> = Table::new(0x85, "card_of_status");
/// The statuses that show a card.
pub const STATUSES_OF: Index<String, StatusId> = Index::new(0x86, "statuses_of_card");

/// Lists the tables of this feature.
pub fn catalog(catalog: &mut Catalog) {
    catalog.table(&CARDS);
    catalog.table(&CARD_OF);
    catalog.index(&STATUSES_OF);
}

#[cfg(test)]
mod tests {
    use shop_storage::{decode_record, encode_record};

    use super::*;

    #[test]
    fn the_bytes_of_a_card_stay_as_they_are() {
        let card = Card {
            url: "u".into(),
            kind: CardKind::Video,
            title: "t".into(),
            description: String::new(),
            language: Some("en".into()),
            author_name: String::new(),
            author_url: String::new(),
            creator: Some(AccountId::new(5)),
            provider_name: String::new(),
            provider_url: String::new(),
            html: String::new(),
            width: 3,
            height: 2,
            image: Some(CardImage {
                url: "i".into(),
                description: "d".into(),
                size: (4, 5),
                blurhash: "b".into(),
            }),
            embed_url: String::new(),
            published_at: None,
            fetched_at: Millis(9),
            article: true,
        };
        let bytes = encode_record(&card).unwrap();
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let golden = "010201000000000000007502000000010000000000000074000000000000000001020000000000000065\
                      6e0000000000000000000000000000000001050000000000000000000000000000000000000000000000\
                      000000000000000003000000020000000101000000000000006901000000000000006404000000050000\
                      00010000000000000062000000000000000000090000000000000001";
        assert_eq!(hex, golden);
        assert_eq!(decode_record::<Card>(&bytes).unwrap(), card);
    }
}
