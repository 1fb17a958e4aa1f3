//! From what a person writes to what is stored: HTML, mentions, hashtags and emoji (behaviours §5).

use std::cell::RefCell;
use std::collections::HashMap;

use shop_storage::Read;

use super::table::{Hashtag, Mention};
use crate::features::accounts::{self, find_handle};
use crate::features::emoji;
use crate::features::relationships::table::BLOCKS;
use crate::platform::config::Config;
use crate::platform::error::{Error, Result};
use crate::platform::ids::AccountId;
use crate::platform::text::count;
use crate::platform::text::entities::{Kind, find};
use crate::platform::text::html::{Links, Mentioned, Rendered, render};
use crate::platform::text::idn::{Acct, to_ascii};

/// Text and warning together, in characters as people count them (behaviours §3).
pub const LONGEST: usize = 500;
/// How many different handles of one post are looked up at other servers.
pub const MOST_LOOKUPS: usize = 20;

/// A text ready to be stored.
#[derive(Debug, Default)]
pub struct Written {
    /// The text, with every mention that means somebody written as that account's handle (behaviours §5).
    pub text: String,
    /// Sanitised HTML.
    pub content: String,
    /// Whom it mentions.
    pub mentions: Vec<Mention>,
    /// Its hashtags.
    pub tags: Vec<Hashtag>,
    /// Shortcodes of our emoji in text and warning.
    pub emojis: Vec<String>,
}

/// Refuses texts that are too long.
///
/// # Errors
/// 422 beyond [`LONGEST`].
pub fn check_length(text: &str, spoiler: &str) -> Result<()> {
    if count::length(text) + count::length(spoiler) > LONGEST {
        return Err(Error::invalid(format!("Text character limit of {LONGEST} exceeded")));
    }
    Ok(())
}

/// The remote handles a text mentions, as `user@domain`, at most [`MOST_LOOKUPS`].
pub fn remote_handles(config: &Config, text: &str) -> Vec<String> {
    let mut handles: Vec<String> = Vec::new();
    for entity in find(text) {
        if let Kind::Mention { .. } = entity.kind
            && let Some(written) = text.get(entity.range.clone())
            && let Some(acct) = Acct::parse(written).map(|acct| acct.relative_to(config.domain()).key())
            && acct.domain.is_some()
        {
            let handle = acct.handle();
            if !handles.contains(&handle) {
                handles.push(handle);
            }
        }
    }
    handles.truncate(MOST_LOOKUPS);
    handles
}

/// Renders a text by `author`; `quote` is the page of what it quotes. Accounts that the author blocks are not mentioned.
///
/// # Errors
/// When the store fails.
pub fn write(
    config: &Config,
    from: &dyn Read,
    author: AccountId,
    text: &str,
    spoiler: &str,
    quote: Option<&str>,
) -> Result<Written> {
    let people = People {
        config,
        from,
        author,
        found: RefCell::default(),
        handles: RefCell::default(),
        failed: RefCell::default(),
    };
    let Rendered { html, hashtags, .. } = render(text, &people, quote);
    if let Some(error) = people.failed.into_inner() {
        return Err(error);
    }
    let text = respell(text, &people.handles.into_inner());
    let mentions =
        people.found.into_inner().into_iter().map(|account| Mention { account, silent: false }).collect();
    let tags = hashtags.into_iter().map(|(name, display)| Hashtag { name, display }).collect();
    let emojis = emoji::used(from, None, &[&text, spoiler])?;
    Ok(Written { text, content: html, mentions, tags, emojis })
}

/// Writes the mentions of a text by the handles they turned out to be.
fn respell(text: &str, handles: &HashMap<Acct, String>) -> String {
    let mut respelt = String::with_capacity(text.len());
    let mut from = 0;
    for entity in find(text) {
        if let Kind::Mention { username, domain } = entity.kind
            && let Some(handle) = handles.get(&written(username, domain))
        {
            respelt.push_str(text.get(from..entity.range.start).unwrap_or_default());
            respelt.push('@');
            respelt.push_str(handle);
            from = entity.range.end;
        }
    }
    respelt.push_str(text.get(from..).unwrap_or_default());
    respelt
}

/// A mention as it stands in the text.
fn written(username: &str, domain: Option<&str>) -> Acct {
    Acct { username: username.to_owned(), domain: domain.map(str::to_owned) }
}

/// Answers the renderer's question who a mention means, and remembers whom it found.
struct People<'a> {
    config: &'a Config,
    from: &'a dyn Read,
    author: AccountId,
    found: RefCell<Vec<AccountId>>,
    handles: RefCell<HashMap<Acct, String>>,
    failed: RefCell<Option<Error>>,
}

impl People<'_> {
    fn find(&self, username: &str, domain: Option<&str>) -> Result<Option<Mentioned>> {
        let domain_here = match domain.map(to_ascii) {
            Some(None) => return Ok(None),
            Some(ascii) => ascii,
            None => None,
        };
        let acct = Acct { username: username.to_owned(), domain: domain_here };
        let acct = acct.relative_to(self.config.domain()).key();
        let Some(known) = find_handle(self.from, &acct.username, acct.domain.as_deref())? else {
            return Ok(None);
        };
        if known.account.suspended_at.is_some() || BLOCKS.has(self.from, &(self.author, known.id))? {
            return Ok(None);
        }
        let mut found = self.found.borrow_mut();
        if !found.contains(&known.id) {
            found.push(known.id);
        }
        self.handles.borrow_mut().insert(written(username, domain), known.account.handle());
        let url = accounts::url(self.config, known.id, &known.account);
        Ok(Some(Mentioned { username: known.account.username, domain: known.account.domain, url }))
    }
}

impl Links for People<'_> {
    fn mention(&self, username: &str, domain: Option<&str>) -> Option<Mentioned> {
        self.find(username, domain).unwrap_or_else(|error| {
            self.failed.replace(Some(error));
            None
        })
    }

    fn base_url(&self) -> &str {
        self.config.base_url()
    }
}
