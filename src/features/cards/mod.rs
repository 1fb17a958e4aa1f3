//! Preview cards: what lies behind the first link of a post (behaviours §5).
//!
//! A status that links a page leaves a job behind; the job reads the page, keeps its card under the address, and
//! hangs it on the status. Cards are shared by all statuses with the same link and read again when they are old.

mod earlier;
pub mod fetch;
pub mod jobs;
mod read;
pub mod table;
pub mod view;

use std::time::Duration;

use shop_storage::{Read, Window};
use url::Url;

use self::table::{CARD_OF, CARDS, STATUSES_OF};
use crate::features::media::cache;
use crate::features::statuses::table::{STATUSES, Status};
use crate::platform::app::Tx;
use crate::platform::clock::Millis;
use crate::platform::config::Config;
use crate::platform::error::Result;
use crate::platform::events::Event;
use crate::platform::ids::StatusId;
use crate::platform::secret;
use crate::platform::text::entities::{Kind, find};
use crate::platform::text::plain::anchors;

/// How long a card is good (behaviours §5).
const GOOD_FOR: Duration = Duration::from_secs(14 * 24 * 60 * 60);
/// How long a page without a card is left alone.
const PAUSE: Duration = Duration::from_secs(60 * 60);
/// How many links of a post are looked at.
const LINKS: usize = 64;
/// Longest address that is followed, in bytes.
const LONGEST_URL: usize = 2_048;
/// The longest wait before a page that a remote post links is read, in milliseconds: many servers get the same post
/// at once (behaviours §5).
const WAIT_MS: u64 = 60_000;

/// What a card is kept under.
pub fn key_of(url: &str) -> String {
    secret::hash(url).iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// The address of which a status shows a card; `None` when it shows none.
pub fn link_of(config: &Config, status: &Status) -> Option<Url> {
    if status.reblog_of.is_some() || status.quote || !status.media.is_empty() {
        return None;
    }
    if status.local {
        let urls = find(&status.text).into_iter().filter_map(|entity| match entity.kind {
            Kind::Url(url) => Some(url),
            _ => None,
        });
        return urls.take(LINKS).find_map(|url| usable(config, url));
    }
    let skipped = |class: &String| matches!(class.as_str(), "mention" | "hashtag" | "u-url" | "h-card");
    let links = anchors(&status.content, LINKS).into_iter();
    links
        .filter(|link| !link.rel.iter().any(|rel| rel == "tag") && !link.classes.iter().any(skipped))
        .find_map(|link| usable(config, &link.href))
}

/// The address without its fragment, when it is one of the web outside of this server.
fn usable(config: &Config, url: &str) -> Option<Url> {
    let mut url = Url::parse(url).ok().filter(|url| url.as_str().len() <= LONGEST_URL)?;
    url.set_fragment(None);
    let own = |base: &str| Url::parse(base).is_ok_and(|base| base.origin() == url.origin());
    let web = matches!(url.scheme(), "http" | "https") && url.has_host();
    let secretive = !url.username().is_empty() || url.password().is_some();
    (web && !secretive && !own(config.base_url())).then_some(url)
}

/// Durable listener: a status that links a page wants its card; one that is gone wants none any more.
///
/// # Errors
/// When the store fails.
pub fn hear(tx: &mut Tx<'_>, event: &Event) -> Result<()> {
    match event {
        Event::StatusPosted { status, .. } => want(tx, *status),
        Event::StatusEdited { status } => {
            let linked = STATUSES.get(&**tx, status)?.and_then(|found| link_of(&tx.app().config, &found));
            let shown = CARD_OF.get(&**tx, status)?.map(|of| of.card);
            if shown.is_some() && shown == linked.map(|url| key_of(url.as_str())) {
                return Ok(());
            }
            take_off(tx, *status)?;
            want(tx, *status)
        }
        Event::StatusDeleted(gone) => take_off(tx, gone.status),
        _ => Ok(()),
    }
}

fn want(tx: &mut Tx<'_>, id: StatusId) -> Result<()> {
    let Some(status) = STATUSES.get(&**tx, &id)? else { return Ok(()) };
    let Some(url) = link_of(&tx.app().config, &status) else { return Ok(()) };
    let job = jobs::FetchCard { status: id, url: url.into() };
    if status.local {
        return tx.enqueue(&job);
    }
    let due = tx.now().plus(Duration::from_millis(rand::random_range(0..=WAIT_MS)));
    tx.enqueue_at(&job, due)
}

/// Takes the card off a status; a card that nobody shows any more goes, with its picture.
fn take_off(tx: &mut Tx<'_>, status: StatusId) -> Result<()> {
    let Some(of) = CARD_OF.delete(tx, &status)? else { return Ok(()) };
    if STATUSES_OF.page(&**tx, &of.card, &Window::newest(1))?.is_empty() {
        CARDS.delete(tx, &of.card)?;
        cache::forget(tx, &view::image_key(&of.card))?;
    }
    Ok(())
}

/// Whether the card of this key is there and not old.
///
/// # Errors
/// When the store fails.
pub fn is_good(from: &dyn Read, key: &String, now: Millis) -> Result<bool> {
    Ok(CARDS.get(from, key)?.is_some_and(|card| now.since(card.fetched_at) < GOOD_FOR))
}

/// Hangs the card of `url` on a status, when it still links that and the card is there, and tells who looks.
///
/// # Errors
/// When the store fails.
pub fn hang(tx: &mut Tx<'_>, status: StatusId, url: &str) -> Result<()> {
    let key = key_of(url);
    let linked = STATUSES.get(&**tx, &status)?.and_then(|found| link_of(&tx.app().config, &found));
    if linked.is_none_or(|linked| linked.as_str() != url) {
        // Of a card that was made for this status alone nothing stays.
        if STATUSES_OF.page(&**tx, &key, &Window::newest(1))?.is_empty() {
            CARDS.delete(tx, &key)?;
            cache::forget(tx, &view::image_key(&key))?;
        }
        return Ok(());
    }
    if CARDS.get(&**tx, &key)?.is_some() {
        let shown = table::CardOf { card: key };
        if CARD_OF.get(&**tx, &status)?.as_ref() != Some(&shown) {
            CARD_OF.put(tx, &status, &shown)?;
            tx.tell(Event::CardShown { status });
        }
        tx.tell(Event::StatusRefreshed { status });
    }
    Ok(())
}

/// Whether `host` is one of these websites or below one (`a.example` stands for `www.a.example`, too).
pub fn is_attributed(domains: &[String], host: &str) -> bool {
    domains.iter().any(|domain| {
        let rest = host.strip_suffix(domain.as_str());
        rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.')) && !domain.is_empty()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_website_stands_for_what_is_below_it_and_for_nothing_else() {
        let domains = ["a.example".to_owned(), "b.example:8080".to_owned()];
        for host in ["a.example", "www.a.example", "b.example:8080"] {
            assert!(is_attributed(&domains, host), "{host}");
        }
        for host in ["example", "notmya.example", "a.example.evil.example", "b.example", ""] {
            assert!(!is_attributed(&domains, host), "{host}");
        }
        assert!(!is_attributed(&[String::new()], "a.example"));
    }

    #[test]
    fn keys_are_hexadecimal_and_belong_to_one_address() {
        assert_eq!(key_of("https://a.example/").len(), 32);
        assert_ne!(key_of("https://a.example/"), key_of("https://a.example/1"));
        assert!(key_of("x").bytes().all(|byte| byte.is_ascii_hexdigit()));
    }
}
