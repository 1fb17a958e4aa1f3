//! Hashtags: the ones that were ever used in a public post, who follows and features them, and who writes them.

use serde::{Deserialize, Serialize};
use shop_storage::{Catalog, Index, IndexRows, Row, Table, Unique, record};

use crate::platform::clock::Millis;
use crate::platform::ids::{AccountId, LinkId, StatusId};

/// A hashtag. Keyed by its normalised name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tag {
    /// Its number.
    pub id: LinkId,
    /// As its first writer spelled it (behaviours §5).
    pub display: String,
    /// When it was first used.
    pub created_at: Millis,
}
record!(Tag, 1);

impl Row for Tag {
    type Key = String;
}

/// A tag that an account follows. Keyed by (who follows, the row that pages run over).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TagFollow {
    /// The normalised name.
    pub name: String,
    /// Since when.
    pub created_at: Millis,
}
record!(TagFollow, 1);

impl Row for TagFollow {
    type Key = (AccountId, LinkId);

    fn index(&self, (account, id): &Self::Key, rows: &mut IndexRows) {
        rows.unique(&FOLLOWED, &(*account, self.name.clone()), id);
    }
}

/// A tag that an account shows on its profile. Keyed by (whose profile, its number).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeaturedTag {
    /// The normalised name.
    pub name: String,
    /// Since when.
    pub created_at: Millis,
}
record!(FeaturedTag, 1);

impl Row for FeaturedTag {
    type Key = (AccountId, LinkId);

    fn index(&self, (account, id): &Self::Key, rows: &mut IndexRows) {
        rows.unique(&FEATURED, &(*account, self.name.clone()), id);
    }
}

/// The tags of one post that a person here wrote for everybody to see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaggedPost {
    /// Who wrote it.
    pub account: AccountId,
    /// The normalised names.
    pub names: Vec<String>,
}
record!(TaggedPost, 1);

impl Row for TaggedPost {
    type Key = StatusId;

    fn index(&self, id: &StatusId, rows: &mut IndexRows) {
        for name in &self.names {
            rows.add(&TAGGED_BY, &(self.account, name.clone()), id);
        }
    }
}

/// How often a person here used a tag. Keyed by (who, the normalised name).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TagUse {
    /// In how many posts that everybody may see.
    pub posts: u64,
}
record!(TagUse, 1);

impl Row for TagUse {
    type Key = (AccountId, String);
}

/// All hashtags.
pub const TAGS: Table<Tag> = Table::new(0x70, "tags");

/// Tags that accounts follow.
pub const TAG_FOLLOWS: Table<TagFollow> = Table::new(0xC3, "tag_follows");
/// (account, tag) to the row of the follow.
pub const FOLLOWED: Unique<(AccountId, String), LinkId> = Unique::new(0xC4, "tag_follows_by_name");
/// Tags on profiles.
pub const FEATURED_TAGS: Table<FeaturedTag> = Table::new(0xC5, "featured_tags");
/// (account, tag) to the row on the profile.
pub const FEATURED: Unique<(AccountId, String), LinkId> = Unique::new(0xC6, "featured_tags_by_name");
/// Tags of open local posts.
pub const TAGGED_POSTS: Table<TaggedPost> = Table::new(0xC7, "tagged_posts");
/// The open posts of a local account with a tag.
pub const TAGGED_BY: Index<(AccountId, String), StatusId> = Index::new(0xC8, "tagged_posts_by_account");
/// How often local accounts use tags.
pub const TAG_USES: Table<TagUse> = Table::new(0xC9, "tag_uses");

/// Lists the tables of this feature.
pub fn catalog(catalog: &mut Catalog) {
    catalog.table(&TAGS);
    catalog.table(&TAG_FOLLOWS);
    catalog.unique(&FOLLOWED);
    catalog.table(&FEATURED_TAGS);
    catalog.unique(&FEATURED);
    catalog.table(&TAGGED_POSTS);
    catalog.index(&TAGGED_BY);
    catalog.table(&TAG_USES);
}

#[cfg(test)]
mod tests {
    use shop_storage::{decode_record, encode_record};

    use super::*;

    #[test]
    fn stored_tags_of_accounts_stay_readable() {
        let named = [1, 1, 1, 0, 0, 0, 0, 0, 0, 0, b'a', 5, 0, 0, 0, 0, 0, 0, 0];
        let followed = TagFollow { name: "a".into(), created_at: Millis(5) };
        assert_eq!(encode_record(&followed).unwrap(), named);
        assert_eq!(decode_record::<TagFollow>(&named).unwrap(), followed);
        let featured = FeaturedTag { name: "a".into(), created_at: Millis(5) };
        assert_eq!(encode_record(&featured).unwrap(), named);
        assert_eq!(decode_record::<FeaturedTag>(&named).unwrap(), featured);
        let post = TaggedPost { account: AccountId::new(7), names: vec!["a".into()] };
        let mut golden = vec![1, 1, 7, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0];
        golden.extend([1, 0, 0, 0, 0, 0, 0, 0, b'a']);
        assert_eq!(encode_record(&post).unwrap(), golden);
        assert_eq!(decode_record::<TaggedPost>(&golden).unwrap(), post);
        assert_eq!(encode_record(&TagUse { posts: 3 }).unwrap(), [1, 1, 3, 0, 0, 0, 0, 0, 0, 0]);
    }
}
