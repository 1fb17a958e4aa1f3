//! Links on profiles whose pages point back with `rel="me"`: the check mark beside a line (behaviours §5, profile link
//! verification).

use std::time::Duration;

use reqwest::header;
use serde::{Deserialize, Serialize};
use shop_storage::{Queue, record};
use url::Url;

use super::table::{ACCOUNTS, Account, Field};
use super::url;
use crate::platform::app::{App, Tx};
use crate::platform::clock::Millis;
use crate::platform::config::Config;
use crate::platform::error::{Error, Result};
use crate::platform::events::Event;
use crate::platform::ids::AccountId;
use crate::platform::jobs::{self, Failure, Job, Outcome};
use crate::platform::net::{FetchRequest, NetError};
use crate::platform::text::charset;
use crate::platform::text::plain::{anchors, from_html, me_links};

/// How many links of one profile are looked at.
const MOST: usize = 8;
/// How many links with `rel="me"` of one page are looked at.
const BACK_LINKS: usize = 512;
/// How long a page, and where its first link leads, may take, each.
const PATIENCE: Duration = Duration::from_secs(15);
/// How often a page that cannot be reached is asked for.
const TRIES: u32 = 3;
/// The longest wait before the links of an account of another server are looked at, in milliseconds: many servers hear
/// of the same profile at once.
const WAIT_MS: u64 = 10 * 60 * 1_000;
/// How many profiles are looked at at once.
const LANES: u64 = 2;

/// Durable listener: a profile with links that nobody has verified leaves a job behind.
///
/// # Errors
/// When the store fails.
pub fn hear(tx: &mut Tx<'_>, event: &Event) -> Result<()> {
    let (Event::AccountCreated { account } | Event::AccountUpdated { account }) = event else {
        return Ok(());
    };
    let Some(row) = ACCOUNTS.get(&**tx, account)? else { return Ok(()) };
    if open_links(&tx.app().config, &row).is_empty() {
        return Ok(());
    }
    let wait = if row.is_local() { 0 } else { rand::random_range(0..=WAIT_MS) };
    let due = tx.now().plus(Duration::from_millis(wait));
    tx.enqueue_at(&CheckLinks { account: *account }, due)
}

/// The lines of a profile whose link may be verified and is not, each with its address.
fn open_links(config: &Config, account: &Account) -> Vec<(String, Url)> {
    if account.deleted || account.suspended_at.is_some() {
        return Vec::new();
    }
    let open = account.fields.iter().filter(|field| field.verified_at.is_none());
    let open = open.filter_map(|field| {
        let written = if account.is_local() { Some(field.value.clone()) } else { lone_link(&field.value) };
        Some((field.value.clone(), verifiable(config, &written?)?))
    });
    open.take(MOST).collect()
}

/// The address in a line of a remote profile that is nothing but a link to what it shows.
fn lone_link(value: &str) -> Option<String> {
    let mut links = anchors(value, 2);
    let link = links.pop().filter(|_| links.is_empty())?;
    (from_html(value) == link.href).then_some(link.href)
}

/// An address as it must be written: `https`, nobody's name in it, no international domain, in normal form.
fn verifiable(config: &Config, written: &str) -> Option<Url> {
    let url = Url::parse(written).ok()?;
    let secure = url.scheme() == "https" || (config.federation.allow_insecure && url.scheme() == "http");
    let named = !url.username().is_empty() || url.password().is_some();
    let host = url.host_str()?;
    let international = host.split('.').any(|label| label.starts_with("xn--"));
    // The parser adds the slash of an empty path.
    let normal =
        url.as_str() == written || (url.path() == "/" && url.as_str().trim_end_matches('/') == written);
    (secure && !named && !international && normal).then_some(url)
}

/// Looks at the links of a profile that are not verified.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CheckLinks {
    /// The account.
    pub account: AccountId,
}
record!(CheckLinks, 1);

impl Job for CheckLinks {
    const NAME: &'static str = "check_links";
    const QUEUE: &'static Queue = &jobs::BULK;
    const PRIORITY: u8 = 6;

    fn lane(&self) -> Option<String> {
        Some(format!("check_links/{}", self.account.get() % LANES))
    }

    fn dedup(&self) -> Option<String> {
        Some(format!("check_links:{}", self.account))
    }

    fn backoff(tries: u32) -> Option<Duration> {
        (tries < TRIES).then(|| jobs::backoff(tries))
    }

    async fn run(self, app: App) -> Outcome {
        let id = self.account;
        let Some(account) = ACCOUNTS.get(&app.read()?, &id)? else { return Ok(()) };
        let profile = url(&app.config, id, &account);
        let (mut proven, mut passing) = (Vec::new(), None);
        for (value, link) in open_links(&app.config, &account) {
            match points_back(&app, &link, &profile).await {
                Ok(true) => proven.push(value),
                Ok(false) => {}
                Err(error) if error.is_final() => tracing::debug!(%error, %link, "a link cannot be verified"),
                Err(error) => passing = Some(error),
            }
        }
        if !proven.is_empty() {
            app.write(move |tx| verify(tx, id, &profile, &proven)).await?;
        }
        match passing {
            Some(error) => Err(Failure::Later(Error::unreachable(error))),
            None => Ok(()),
        }
    }
}

/// Whether the page at `link` points to the profile, or its first link about its owner leads there.
async fn points_back(app: &App, link: &Url, profile: &str) -> Result<bool, NetError> {
    let accept = &["text/html", "application/xhtml+xml"];
    let asked = FetchRequest { accept, total_timeout: PATIENCE, ..FetchRequest::get(link.clone()) };
    let page = app.net.fetch(asked).await?;
    let kind = page.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let kind = kind.unwrap_or_default().to_owned();
    let body = page.body;
    let read =
        tokio::task::spawn_blocking(move || me_links(&charset::decode(&body, &kind), BACK_LINKS)).await;
    let links = read.map_err(|_| NetError::network("a page could not be read"))?;
    let is_profile = |address: &str| address.to_lowercase() == profile.to_lowercase();
    if links.iter().any(|link| is_profile(link)) {
        return Ok(true);
    }
    let first = links.first().and_then(|first| page.final_url.join(first).ok());
    let Some(first) = first.filter(|first| matches!(first.scheme(), "http" | "https")) else {
        return Ok(false);
    };
    Ok(app.net.destination(first, PATIENCE).await?.is_some_and(|found| is_profile(found.as_str())))
}

/// Marks the lines that still have these values, of an account that still has this profile page.
fn verify(tx: &mut Tx<'_>, id: AccountId, profile: &str, proven: &[String]) -> Result<()> {
    let Some(mut account) = ACCOUNTS.get(&**tx, &id)? else { return Ok(()) };
    if account.deleted || url(&tx.app().config, id, &account) != profile {
        return Ok(());
    }
    let now = tx.now();
    let is_new = |field: &&mut Field| field.verified_at.is_none() && proven.contains(&field.value);
    account.fields.iter_mut().filter(is_new).for_each(|field| field.verified_at = Some(now));
    // Rendered profiles are kept by this time: each change must move it.
    account.updated_at = now.max(Millis(account.updated_at.0 + 1));
    ACCOUNTS.put(tx, &id, &account)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_secure_addresses_may_be_verified() {
        let flags = [("server.url", "https://shop.example".to_owned())];
        let config = Config::load(&flags, [], None).unwrap();
        for good in [
            "https://a.example",
            "https://a.example/",
            "https://a.example/b?c=d#e",
            "https://a.example:8443/b",
        ] {
            assert!(verifiable(&config, good).is_some(), "{good}");
        }
        for bad in [
            "",
            "a.example",
            "http://a.example/",
            "ftp://a.example/",
            "https://",
            "https://me@a.example/",
            "https://me:secret@a.example/",
            "https://A.example/",
            "https://a.example/b/../c",
            "https://a.example/ b",
            "https://a.example:443/",
            "https://bücher.example/",
            "https://xn--bcher-kva.example/",
            "https://a.example/ and more",
            " https://a.example/",
        ] {
            assert!(verifiable(&config, bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn a_line_of_a_remote_profile_must_be_a_link_alone() {
        let link = |html: &str| lone_link(html);
        let whole = "<a href=\"https://a.example/b\" rel=\"me\"><span class=\"invisible\">https://</span>\
                     <span>a.example/b</span></a>";
        assert_eq!(link(whole).as_deref(), Some("https://a.example/b"));
        for bad in [
            "",
            "https://a.example/b",
            "<a href=\"https://a.example/b\">b.example</a>",
            "see <a href=\"https://a.example/b\">https://a.example/b</a>",
            "<a href=\"https://a.example/\">https://a.example/</a><a href=\"https://b.example/\">x</a>",
        ] {
            assert_eq!(link(bad), None, "{bad}");
        }
    }
}
