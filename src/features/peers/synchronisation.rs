//! Telling servers which of their people follow an account here (FEP-8fcf): a digest beside each delivery that is meant
//! for followers only, so that both sides notice when they have drifted apart.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use moka::sync::Cache;
use shop_storage::{Read, Window};

use crate::features::accounts::table::{ACCOUNTS, STATS};
use crate::features::accounts::{followers_uri, local_uri};
use crate::features::relationships::table::REMOTE_FOLLOWERS;
use crate::federation::vocab::{Origin, same_origin};
use crate::platform::app::App;
use crate::platform::error::{Error, Result};
use crate::platform::ids::{AccountId, ActivityId};

/// Accounts with as many followers or more tell nothing (behaviours §21).
const MOST_FOLLOWERS: u64 = 25_000;
/// How many followers are read in one step.
const STEP: usize = 500;
/// How many activities' digests are kept, and how long: their deliveries go out at about the same time.
const KEPT: u64 = 256;
const KEPT_FOR: Duration = Duration::from_secs(60);
/// Longest header that is read, in bytes.
const LONGEST: usize = 8 * 1024;

/// A digest of accounts: SHA-256 of each id, all laid over each other, so that no order counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest of these ids.
    pub fn of<'a>(ids: impl IntoIterator<Item = &'a str>) -> Self {
        let mut all = Self::default();
        ids.into_iter().for_each(|id| all.add(id));
        all
    }

    fn add(&mut self, id: &str) {
        for (mine, theirs) in self.0.iter_mut().zip(digest(&SHA256, id.as_bytes()).as_ref()) {
            *mine ^= theirs;
        }
    }

    /// In hexadecimal, as it stands in the header.
    pub fn text(self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Digests by origin of the followers, for each activity on its way.
struct Digests(Cache<ActivityId, Arc<HashMap<String, Digest>>>);

impl Default for Digests {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(KEPT).time_to_live(KEPT_FOR).build())
    }
}

/// The value of `Collection-Synchronization` for the delivery of an activity of the local `account` to an inbox; `None`
/// when the account has too many followers.
///
/// # Errors
/// When the store fails.
pub async fn header(
    app: &App,
    activity: ActivityId,
    account: AccountId,
    inbox: &str,
) -> Result<Option<String>> {
    let Some(origin) = Origin::of(inbox) else { return Ok(None) };
    if STATS.get(&app.read()?, &account)?.is_some_and(|stats| stats.followers >= MOST_FOLLOWERS) {
        return Ok(None);
    }
    let kept = app.part::<Digests>();
    let digests = match kept.0.get(&activity) {
        Some(digests) => digests,
        None => {
            let reader = app.clone();
            let read = tokio::task::spawn_blocking(move || digests(&reader.read()?, account));
            let read = Arc::new(read.await.map_err(Error::from)??);
            kept.0.insert(activity, Arc::clone(&read));
            read
        }
    };
    let digest = digests.get(&origin.to_string()).copied().unwrap_or_default().text();
    let actor = local_uri(&app.config, account);
    Ok(Some(format!(
        r#"collectionId="{actor}/followers", digest="{digest}", url="{actor}/followers_synchronization""#
    )))
}

fn digests(from: &dyn Read, account: AccountId) -> Result<HashMap<String, Digest>> {
    let mut digests: HashMap<String, Digest> = HashMap::new();
    for uri in remote_followers(from, account)? {
        if let Some(origin) = Origin::of(&uri) {
            digests.entry(origin.to_string()).or_default().add(&uri);
        }
    }
    Ok(digests)
}

/// Ids of the followers of a local account that live on the server of `caller`. Reads all followers; keep it away from
/// the async threads.
///
/// # Errors
/// When the store fails.
pub fn followers_near(from: &dyn Read, account: AccountId, caller: &str) -> Result<Vec<String>> {
    let mut near = remote_followers(from, account)?;
    near.retain(|uri| same_origin(uri, caller));
    Ok(near)
}

fn remote_followers(from: &dyn Read, account: AccountId) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let mut window = Window::oldest(STEP);
    loop {
        let step = REMOTE_FOLLOWERS.page(from, &account, &window)?;
        let Some(last) = step.last().copied() else { return Ok(found) };
        let rows = ACCOUNTS.get_many(from, &step)?.into_iter().flatten().filter(|row| !row.deleted);
        found.extend(rows.filter_map(|row| row.uri));
        window = Window::oldest(STEP).above(last);
    }
}

/// What a server says of the followers that one of its accounts has here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    /// The digest, in hexadecimal.
    pub digest: String,
    /// Where the list can be read.
    pub url: String,
}

/// Reads the header of a delivery by `sender`. `None` when it cannot be read, is about another collection than the
/// sender's followers, or leads to another server.
///
/// # Errors
/// When the store fails.
pub fn claimed(app: &App, from: &dyn Read, sender: AccountId, header: &str) -> Result<Option<Claimed>> {
    let Some(account) = ACCOUNTS.get(from, &sender)? else { return Ok(None) };
    let followers = followers_uri(&app.config, sender, &account);
    let Some(parts) = parts(header) else { return Ok(None) };
    let part = |name: &str| parts.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
    let (Some(collection), Some(digest), Some(url)) = (part("collectionId"), part("digest"), part("url"))
    else {
        return Ok(None);
    };
    let own = account.uri.as_deref().is_some_and(|uri| same_origin(uri, url));
    let is_digest = digest.len() == 64 && digest.bytes().all(|byte| byte.is_ascii_hexdigit());
    let fits = followers.as_deref() == Some(collection) && own && is_digest;
    Ok(fits.then(|| Claimed { digest: digest.to_ascii_lowercase(), url: url.to_owned() }))
}

/// `name="value"` parts with commas between them; URLs hold no quotation marks.
fn parts(header: &str) -> Option<Vec<(&str, &str)>> {
    let mut parts = Vec::new();
    let mut rest = header.trim();
    if rest.len() > LONGEST {
        return None;
    }
    while !rest.is_empty() {
        let (name, after) = rest.split_once("=\"")?;
        let (value, after) = after.split_once('"')?;
        parts.push((name.trim(), value));
        rest = after.trim_start();
        if !rest.is_empty() {
            rest = rest.strip_prefix(',')?.trim_start();
        }
    }
    Some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_is_that_of_the_proposal() {
        let text =
            Digest::of(["https://testing.example.org/users/1", "https://testing.example.org/users/2"]).text();
        assert_eq!(text, "c33f48cd341ef046a206b8a72ec97af65079f9a3a9b90eef79c5920dce45c61f");
        assert_eq!(Digest::of([]).text(), "0".repeat(64));
        assert_eq!(Digest::of(["a", "b", "a"]), Digest::of(["b"]));
    }

    #[test]
    fn headers_are_read_or_not() {
        let read = parts(r#"collectionId="a", digest="b",url="c?d=1,2""#);
        assert_eq!(read, Some(vec![("collectionId", "a"), ("digest", "b"), ("url", "c?d=1,2")]));
        for text in ["x", "a=b", "a=\"b", "a=\"b\" c=\"d\"", &"a".repeat(LONGEST + 1)] {
            assert_eq!(parts(text), None, "{text}");
        }
    }
}
