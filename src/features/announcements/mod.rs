//! Announcements: what the staff tells everybody here, and what people think of it.

pub mod api;
pub mod jobs;
pub mod table;
pub mod view;

use shop_storage::{Read, Window};

use self::jobs::StripAnnouncement;
use self::table::{ANNOUNCEMENTS, Announcement, DISMISSED, REACTED, REACTIONS, Reaction};
use crate::features::emoji;
use crate::platform::app::Tx;
use crate::platform::clock::{DAY, Millis};
use crate::platform::error::{Error, Result};
use crate::platform::events::Event;
use crate::platform::ids::{AccountId, AnnouncementId};
use crate::platform::text::count::graphemes;

/// How many different reactions one announcement takes (behaviours §3).
pub const MOST_REACTIONS: usize = 8;
/// How many announcements are shown: the newest.
const SHOWN: usize = 100;
/// The longest text, in bytes.
const LONGEST: usize = 64 * 1024;
/// How many rows go in one transaction with a removed announcement; the rest follows in a job.
const STEP: usize = 5_000;

/// What somebody wants to tell.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    /// Plain text.
    pub text: String,
    /// When what it is about begins.
    pub starts_at: Option<Millis>,
    /// When that ends.
    pub ends_at: Option<Millis>,
    /// Beginning and end are days.
    pub all_day: bool,
}

impl Draft {
    /// A draft whose times are written as days (`2026-01-31`) or as times (`2026-01-31T18:00:00Z`).
    ///
    /// # Errors
    /// 422 for what is neither, and for a day beside a time.
    pub fn read(text: String, starts_at: Option<&str>, ends_at: Option<&str>) -> Result<Self> {
        let day = |given: &str| Millis::parse(&format!("{given}T00:00:00Z"));
        let given = [starts_at, ends_at].map(|given| given.map(str::trim));
        let all_day = given.iter().flatten().any(|given| day(given).is_some());
        let read = |given: &str| {
            let at = if all_day { day(given) } else { Millis::parse(given) };
            at.ok_or_else(|| Error::unprocessable(format!("{given} is no time, or no day beside a day")))
        };
        let [starts_at, ends_at] = given;
        let (starts_at, ends_at) = (starts_at.map(read).transpose()?, ends_at.map(read).transpose()?);
        Ok(Self { text, starts_at, ends_at, all_day })
    }
}

impl Announcement {
    /// Whether what it is about is over; a day that is named is over at its end.
    pub fn is_over(&self, now: Millis) -> bool {
        let last = if self.all_day { DAY } else { std::time::Duration::ZERO };
        self.ends_at.is_some_and(|end| end.plus(last) <= now)
    }
}

/// Publishes an announcement and tells everybody who listens.
///
/// # Errors
/// 422 without a text, with too long a one, and for an end before the beginning.
pub fn publish(tx: &mut Tx<'_>, draft: Draft) -> Result<AnnouncementId> {
    let text = draft.text.trim().to_owned();
    if text.is_empty() {
        return Err(Error::invalid("Text can't be blank"));
    }
    if text.len() > LONGEST {
        return Err(Error::invalid("Text is too long"));
    }
    if let (Some(start), Some(end)) = (draft.starts_at, draft.ends_at)
        && end < start
    {
        return Err(Error::invalid("Ends at is before the beginning"));
    }
    let id = tx.new_id();
    let now = tx.now();
    let announcement = Announcement {
        text,
        starts_at: draft.starts_at,
        ends_at: draft.ends_at,
        all_day: draft.all_day,
        published_at: now,
        updated_at: now,
    };
    ANNOUNCEMENTS.put(tx, &id, &announcement)?;
    tx.tell(Event::AnnouncementPublished { announcement: id });
    Ok(id)
}

/// Takes an announcement away.
///
/// # Errors
/// 404 when there is none.
pub fn remove(tx: &mut Tx<'_>, id: AnnouncementId) -> Result<()> {
    ANNOUNCEMENTS.delete(tx, &id)?.ok_or_else(Error::not_found)?;
    if strip(tx, id)? {
        tx.enqueue(&StripAnnouncement { announcement: id })?;
    }
    tx.tell(Event::AnnouncementRemoved { announcement: id });
    Ok(())
}

/// Takes away what hangs on a removed announcement, in part; true when more is left.
///
/// # Errors
/// When the store fails.
fn strip(tx: &mut Tx<'_>, id: AnnouncementId) -> Result<bool> {
    for (key, _) in REACTIONS.page_under(&**tx, &id, &Window::oldest(MOST_REACTIONS))? {
        REACTIONS.delete(tx, &key)?;
    }
    let reacted = REACTED.page(&**tx, &id, &Window::oldest(STEP))?;
    for item in &reacted {
        REACTED.remove(tx, &id, item);
    }
    let dismissed = DISMISSED.page(&**tx, &id, &Window::oldest(STEP))?;
    for account in &dismissed {
        DISMISSED.remove(tx, &id, account);
    }
    Ok(reacted.len() == STEP || dismissed.len() == STEP)
}

/// The announcements that are not over, by the time they are about, or were published.
///
/// # Errors
/// When the store fails.
pub fn current(from: &dyn Read, now: Millis) -> Result<Vec<(AnnouncementId, Announcement)>> {
    let mut shown = ANNOUNCEMENTS.page(from, &Window::newest(SHOWN))?;
    shown.retain(|(_, announcement)| !announcement.is_over(now));
    shown
        .sort_by_key(|(id, announcement)| (announcement.starts_at.unwrap_or(announcement.published_at), *id));
    Ok(shown)
}

/// One announcement that is not over.
///
/// # Errors
/// 404 when there is none.
pub fn get(from: &dyn Read, id: AnnouncementId, now: Millis) -> Result<Announcement> {
    ANNOUNCEMENTS.get(from, &id)?.filter(|found| !found.is_over(now)).ok_or_else(Error::not_found)
}

/// Puts an announcement away for one reader; a second time changes nothing.
///
/// # Errors
/// 404 when there is none.
pub fn dismiss(tx: &mut Tx<'_>, reader: AccountId, id: AnnouncementId) -> Result<()> {
    get(&**tx, id, tx.now())?;
    DISMISSED.add(tx, &id, &reader);
    Ok(())
}

/// Reacts with an emoji of Unicode, or one of ours by its shortcode; a second time changes nothing.
///
/// # Errors
/// 404 without the announcement; 422 for what is no emoji, and for a ninth kind.
pub fn react(tx: &mut Tx<'_>, by: AccountId, id: AnnouncementId, name: &str) -> Result<()> {
    get(&**tx, id, tx.now())?;
    let key = (id, name.to_owned());
    let item = (name.to_owned(), by);
    if REACTED.contains(&**tx, &id, &item)? {
        return Ok(());
    }
    let mut reaction = match REACTIONS.get(&**tx, &key)? {
        Some(known) => known,
        None => {
            let custom = emoji::get(&**tx, None, name)?.is_some();
            if !custom && !is_emoji(name) {
                return Err(Error::invalid("Name is not a recognized emoji"));
            }
            let kinds = REACTIONS.page_under(&**tx, &id, &Window::oldest(MOST_REACTIONS))?;
            if kinds.len() >= MOST_REACTIONS {
                return Err(Error::invalid("Limit of different reactions reached"));
            }
            Reaction { first: tx.new_id(), count: 0, custom }
        }
    };
    reaction.count = reaction.count.saturating_add(1);
    REACTIONS.put(tx, &key, &reaction)?;
    REACTED.add(tx, &id, &item);
    tx.tell(Event::AnnouncementReacted { announcement: id, name: name.to_owned(), count: reaction.count });
    Ok(())
}

/// Takes a reaction back.
///
/// # Errors
/// 404 when there is none.
pub fn unreact(tx: &mut Tx<'_>, by: AccountId, id: AnnouncementId, name: &str) -> Result<()> {
    get(&**tx, id, tx.now())?;
    let key = (id, name.to_owned());
    let item = (name.to_owned(), by);
    if !REACTED.contains(&**tx, &id, &item)? {
        return Err(Error::not_found());
    }
    REACTED.remove(tx, &id, &item);
    let left = REACTIONS.edit(tx, &key, |reaction| {
        reaction.count = reaction.count.saturating_sub(1);
        reaction.count
    })?;
    let count = left.unwrap_or(0);
    if count == 0 {
        REACTIONS.delete(tx, &key)?;
    }
    tx.tell(Event::AnnouncementReacted { announcement: id, name: name.to_owned(), count });
    Ok(())
}

/// Whether this is one emoji of Unicode, by its characters: pictographs, flags and keycaps, with what joins and
/// varies them. Plain digits, letters and signs are none.
fn is_emoji(name: &str) -> bool {
    let chars: Vec<char> = name.chars().collect();
    let is_pictograph = |c: char| {
        matches!(u32::from(c), 0x1F000..=0x1FAFF | 0x2600..=0x27BF | 0x2300..=0x23FF | 0x2B00..=0x2BFF)
            || matches!(u32::from(c), 0x2190..=0x21FF | 0x2900..=0x297F | 0x25A0..=0x25FF)
            || matches!(c, '\u{203C}' | '\u{2049}' | '\u{2122}' | '\u{2139}' | '\u{24C2}')
            || matches!(c, '\u{00A9}' | '\u{00AE}' | '\u{3030}' | '\u{303D}' | '\u{3297}' | '\u{3299}')
    };
    let joins = |c: char| {
        matches!(c, '\u{200D}' | '\u{FE0F}' | '\u{20E3}') || matches!(u32::from(c), 0xE0020..=0xE007F)
    };
    let is_keycap = matches!(chars.as_slice(), ['0'..='9' | '#' | '*', .., '\u{20E3}']);
    let rest = if is_keycap { chars.get(1..).unwrap_or_default() } else { &chars };
    graphemes(name) == 1
        && name.len() <= 64
        && (is_keycap || chars.first().is_some_and(|c| is_pictograph(*c)))
        && rest.iter().all(|c| is_pictograph(*c) || joins(*c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emoji_are_told_from_text() {
        for emoji in ["😀", "❤️", "👩‍👩‍👧", "🏳️‍🌈", "🇩🇪", "1️⃣", "✅", "👍🏽", "™️", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"]
        {
            assert!(is_emoji(emoji), "{emoji}");
        }
        for text in ["", "a", "1", "ab", "😀😀", "😀a", "blobcat", "\u{200D}", "\u{FE0F}", "é", "<b>", "é😀"]
        {
            assert!(!is_emoji(text), "{text:?}");
        }
    }

    #[test]
    fn days_and_times_are_read() {
        let read = |start: Option<&str>, end: Option<&str>| Draft::read("x".into(), start, end);
        assert!(read(Some("2024-02-28"), Some("2024-02-29")).unwrap().all_day);
        let time = read(None, Some("2024-02-29T18:00:00+01:00")).unwrap();
        assert_eq!((time.all_day, time.ends_at.unwrap().dt().as_str()), (false, "2024-02-29T17:00:00.000Z"));
        for (start, end) in
            [("soon", "2024-02-29"), ("2024-02-30", "2024-03-01"), ("2024-02-28", "2024-02-29T18:00:00Z")]
        {
            assert!(read(Some(start), Some(end)).is_err(), "{start} {end}");
        }
    }

    #[test]
    fn days_are_over_at_their_end() {
        let end = Millis::parse("2024-02-29T00:00:00Z").unwrap();
        let mut announcement = Announcement {
            text: String::new(),
            starts_at: None,
            ends_at: Some(end),
            all_day: true,
            published_at: Millis(0),
            updated_at: Millis(0),
        };
        assert!(!announcement.is_over(end));
        assert!(announcement.is_over(end.plus(DAY)));
        announcement.all_day = false;
        assert!(announcement.is_over(end));
        announcement.ends_at = None;
        assert!(!announcement.is_over(end));
    }
}
