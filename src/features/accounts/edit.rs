//! Changing one's own profile: limits, and what a change leaves standing.

use super::table::{ACCOUNTS, Account, ActorKind, Field, Picture, Tabs};
use crate::features::emoji;
use crate::platform::app::Tx;
use crate::platform::clock::Millis;
use crate::platform::error::{Error, Result};
use crate::platform::events::Event;
use crate::platform::http::problems::Problems;
use crate::platform::ids::AccountId;
use crate::platform::text::count::{graphemes, length};
use crate::platform::text::idn::to_ascii;
use crate::platform::text::lookalike;

/// Longest display name, in characters (behaviours §3).
pub const DISPLAY_NAME: usize = 40;
/// Longest bio, in characters; links count 23, remote mentions as `@name`.
pub const NOTE: usize = 500;
/// Most profile lines.
pub const FIELDS: usize = 4;
/// Longest name, and longest value, of a profile line.
pub const FIELD: usize = 255;
/// Longest description of an avatar or header.
pub const PICTURE_DESCRIPTION: usize = 150;
/// Most websites that may name the account as an author.
pub const ATTRIBUTION_DOMAINS: usize = 100;

/// What to change; `None` leaves as it is.
#[derive(Debug, Clone, Default)]
pub struct Edit {
    /// The name shown.
    pub display_name: Option<String>,
    /// The bio, plain text.
    pub note: Option<String>,
    /// Follows need approval.
    pub locked: Option<bool>,
    /// An automated account.
    pub bot: Option<bool>,
    /// May be recommended.
    pub discoverable: Option<bool>,
    /// Followers and follows are not shown.
    pub hide_collections: Option<bool>,
    /// Public posts may be found in search.
    pub indexable: Option<bool>,
    /// Websites that may name the account as an author.
    pub attribution_domains: Option<Vec<String>>,
    /// All profile lines: name and value.
    pub fields: Option<Vec<(String, String)>>,
    /// A new avatar, or none any more.
    pub avatar: Option<Option<Picture>>,
    /// A new header, or none any more.
    pub header: Option<Option<Picture>>,
    /// The tab of media is shown.
    pub show_media: Option<bool>,
    /// Media of replies are among them.
    pub show_media_replies: Option<bool>,
    /// The tab of featured things is shown.
    pub show_featured: Option<bool>,
    /// Alternative text of the avatar.
    pub avatar_description: Option<String>,
    /// Alternative text of the header.
    pub header_description: Option<String>,
}

impl Edit {
    /// Checks every limit.
    ///
    /// # Errors
    /// 422 with `details`.
    pub fn check(&self) -> Result<()> {
        let mut problems = Problems::default();
        if let Some(name) = &self.display_name {
            problems.limit("display_name", graphemes(name.trim()), DISPLAY_NAME);
        }
        if let Some(note) = &self.note {
            problems.limit("note", length(note.trim()), NOTE);
        }
        for (field, text) in [
            ("avatar_description", &self.avatar_description),
            ("header_description", &self.header_description),
        ] {
            problems.limit(field, text.as_deref().map_or(0, graphemes), PICTURE_DESCRIPTION);
        }
        if let Some(fields) = &self.fields {
            check_fields(fields, &mut problems);
        }
        if let Some(domains) = &self.attribution_domains {
            if domains.len() > ATTRIBUTION_DOMAINS {
                problems.add(
                    "attribution_domains",
                    "ERR_TOO_MANY",
                    format!("may be {ATTRIBUTION_DOMAINS} at most"),
                );
            }
            if domains.iter().any(|domain| plain_domain(domain).is_none()) {
                problems.add("attribution_domains", "ERR_INVALID", "holds what is not a domain name");
            }
        }
        problems.check()
    }
}

fn check_fields(fields: &[(String, String)], problems: &mut Problems) {
    let filled = fields.iter().filter(|(name, value)| !(name.trim().is_empty() && value.trim().is_empty()));
    if filled.clone().count() > FIELDS {
        problems.add("fields", "ERR_TOO_MANY", format!("may be {FIELDS} at most"));
    }
    for (name, value) in filled {
        if name.trim().is_empty() {
            problems.add("fields", "ERR_BLANK", "with a value need a name");
        }
        for (part, text) in [("name", name), ("value", value)] {
            if graphemes(text.trim()) > FIELD {
                let words = format!("have a {part} that is too long (maximum is {FIELD} characters)");
                problems.add("fields", "ERR_TOO_LONG", words);
            }
        }
    }
}

/// The domain of `text`, which may be written as the start of an address.
fn plain_domain(text: &str) -> Option<String> {
    let text = text.trim();
    let text = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or(text);
    to_ascii(text.split('/').next()?).filter(|domain| domain.contains('.'))
}

/// What an edit of a profile brought about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Edited {
    /// The account no longer asks who may follow it: waiting requests are to be accepted.
    pub unlocked: bool,
    /// Blobs that nothing shows any more.
    pub dropped: Vec<String>,
}

/// Changes a local account's profile, and tells [`Event::AccountUpdated`].
///
/// # Errors
/// 404 when there is no such account; 422 with `details` when a limit is passed.
pub fn edit(tx: &mut Tx<'_>, id: AccountId, edit: Edit) -> Result<Edited> {
    edit.check()?;
    let mut account = super::get(&**tx, id)?;
    if !account.is_local() {
        return Err(Error::forbidden());
    }
    let mut edited = Edited { unlocked: account.locked && edit.locked == Some(false), dropped: Vec::new() };
    apply(&mut account, edit, &mut edited.dropped);
    let texts: Vec<&str> = [account.display_name.as_str(), account.note.as_str()]
        .into_iter()
        .chain(account.fields.iter().flat_map(|field| [field.name.as_str(), field.value.as_str()]))
        .collect();
    account.emojis = emoji::used(&**tx, None, &texts)?;
    // Rendered profiles are kept by this time: each change must move it.
    account.updated_at = tx.now().max(Millis(account.updated_at.0 + 1));
    ACCOUNTS.put(tx, &id, &account)?;
    tx.tell(Event::AccountUpdated { account: id });
    Ok(edited)
}

fn apply(account: &mut Account, edit: Edit, dropped: &mut Vec<String>) {
    if let Some(name) = edit.display_name {
        account.display_name = lookalike::name(&name);
    }
    if let Some(note) = edit.note {
        account.note = note.trim().replace("\r\n", "\n");
    }
    account.locked = edit.locked.unwrap_or(account.locked);
    if let Some(bot) = edit.bot {
        account.kind = if bot { ActorKind::Service } else { ActorKind::Person };
    }
    account.discoverable = edit.discoverable.or(account.discoverable);
    account.hide_collections = edit.hide_collections.or(account.hide_collections);
    account.indexable = edit.indexable.unwrap_or(account.indexable);
    account.tabs = Tabs {
        media: edit.show_media.unwrap_or(account.tabs.media),
        media_replies: edit.show_media_replies.unwrap_or(account.tabs.media_replies),
        featured: edit.show_featured.unwrap_or(account.tabs.featured),
    };
    if let Some(domains) = edit.attribution_domains {
        let mut domains: Vec<String> = domains.iter().filter_map(|domain| plain_domain(domain)).collect();
        let mut seen = std::collections::HashSet::new();
        domains.retain(|domain| seen.insert(domain.clone()));
        account.attribution_domains = domains;
    }
    if let Some(fields) = edit.fields {
        account.fields = new_fields(fields, &account.fields);
    }
    for (new, held, description) in [
        (edit.avatar, &mut account.avatar, edit.avatar_description),
        (edit.header, &mut account.header, edit.header_description),
    ] {
        if let Some(new) = new {
            dropped.extend(held.iter().flat_map(blobs));
            *held = new;
        }
        if let (Some(description), Some(held)) = (description, held.as_mut()) {
            held.description = description.trim().to_owned();
        }
    }
}

/// The blobs a picture takes up.
pub fn blobs(picture: &Picture) -> Vec<String> {
    [Some(&picture.place), picture.still.as_ref()]
        .into_iter()
        .flatten()
        .filter_map(|place| place.blob().map(str::to_owned))
        .collect()
}

/// A line that keeps its value keeps its check mark (behaviours §5, profile link verification).
fn new_fields(fields: Vec<(String, String)>, old: &[Field]) -> Vec<Field> {
    fields
        .into_iter()
        .map(|(name, value)| (one_line(&name), one_line(&value)))
        .filter(|(name, value)| !(name.is_empty() && value.is_empty()))
        .map(|(name, value)| {
            let verified_at =
                old.iter().find(|field| field.value == value).and_then(|field| field.verified_at);
            Field { name, value, verified_at }
        })
        .collect()
}

fn one_line(text: &str) -> String {
    let words: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    words.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_hold_at_the_edge() {
        let name = |length: usize| Edit { display_name: Some("é".repeat(length)), ..Edit::default() };
        assert!(name(DISPLAY_NAME).check().is_ok());
        assert!(name(DISPLAY_NAME + 1).check().is_err());
        let value = |length: usize| Edit {
            fields: Some(vec![("name".into(), "x".repeat(length))]),
            ..Edit::default()
        };
        assert!(value(FIELD).check().is_ok());
        assert!(value(FIELD + 1).check().is_err());
        let lines =
            |count: usize| Edit { fields: Some(vec![("a".into(), "b".into()); count]), ..Edit::default() };
        assert!(lines(FIELDS).check().is_ok());
        assert!(lines(FIELDS + 1).check().is_err());
    }

    #[test]
    fn a_long_link_counts_little_in_a_bio() {
        let note = format!("https://example.com/{} {}", "x".repeat(600), "y".repeat(NOTE - 24));
        assert!(Edit { note: Some(note.clone()), ..Edit::default() }.check().is_ok());
        assert!(Edit { note: Some(format!("{note}y")), ..Edit::default() }.check().is_err());
    }

    #[test]
    fn a_kept_value_keeps_its_check_mark() {
        let old =
            [Field { name: "site".into(), value: "https://a.example".into(), verified_at: Some(Millis(5)) }];
        let kept = new_fields(vec![("web".into(), " https://a.example ".into())], &old);
        assert_eq!(kept[0].verified_at, Some(Millis(5)));
        let changed = new_fields(vec![("web".into(), "https://b.example".into())], &old);
        assert_eq!(changed[0].verified_at, None);
    }
}
