//! Who may put an account into a collection: what it agrees to, and whom that means (behaviours §14; entities:
//! FeatureApproval).

use std::collections::HashMap;

use serde::Serialize;
use shop_storage::Read;

use super::table::{Account, FEATURING, Featuring, Whom};
use crate::features::relationships::table::FOLLOWS;
use crate::platform::error::Result;
use crate::platform::ids::AccountId;

/// Who looks at an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// Nobody who is signed in.
    Nobody,
    /// Somebody who is signed in and has nothing to do with the account.
    Somebody,
    /// This account.
    Account(AccountId),
}

impl From<Option<AccountId>> for Reader {
    fn from(viewer: Option<AccountId>) -> Self {
        viewer.map_or(Self::Nobody, Self::Account)
    }
}

/// What an account answers when it is to be put into a collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consent {
    /// It agrees at once.
    Automatic,
    /// It may be asked.
    Manual,
    /// It does not agree.
    Denied,
    /// Its server does not know collections.
    Missing,
    /// Only its server can tell.
    Unknown,
}

impl Consent {
    /// The word of the API.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Automatic => "automatic",
            Self::Manual => "manual",
            Self::Denied => "denied",
            Self::Missing => "missing",
            Self::Unknown => "unknown",
        }
    }

    /// Whether the account may be put into a collection, or asked for it.
    pub const fn may_feature(self) -> bool {
        matches!(self, Self::Automatic | Self::Manual)
    }
}

/// Whether the account may be put into a collection (entities: FeatureApproval).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FeatureApproval {
    automatic: Vec<&'static str>,
    manual: Vec<&'static str>,
    current_user: &'static str,
}

fn words(whom: Whom) -> Vec<&'static str> {
    let words = [
        (Whom::PUBLIC, "public"),
        (Whom::FOLLOWERS, "followers"),
        (Whom::FOLLOWING, "following"),
        (Whom::OTHERS, "unsupported_policy"),
        (Whom::NOBODY, "disabled"),
    ];
    words.into_iter().filter(|(bit, _)| whom.has(*bit)).map(|(_, word)| word).collect()
}

/// What accounts agree to, loaded for a whole page at once.
pub struct Consents {
    reader: Reader,
    featuring: HashMap<AccountId, Featuring>,
    /// Whom the reader follows, and who follows the reader.
    follows: HashMap<AccountId, (bool, bool)>,
}

impl Consents {
    /// What there is to know about `accounts`: nothing is read that none of them needs.
    ///
    /// # Errors
    /// When the store fails.
    pub fn load(from: &dyn Read, accounts: &HashMap<AccountId, Account>, reader: Reader) -> Result<Self> {
        let remote: Vec<AccountId> =
            accounts.iter().filter(|(_, account)| !account.is_local()).map(|(id, _)| *id).collect();
        let mut featuring = HashMap::new();
        if !remote.is_empty() {
            let rows = FEATURING.get_many(from, &remote)?;
            featuring.extend(remote.into_iter().zip(rows).filter_map(|(id, row)| Some((id, row?))));
        }
        let mut consents = Self { reader, featuring, follows: HashMap::new() };
        let Reader::Account(viewer) = reader else { return Ok(consents) };
        let depends = |(id, account): &(&AccountId, &Account)| {
            let (automatic, manual) = consents.policy(**id, account);
            let both = automatic.and(manual);
            !automatic.has(Whom::PUBLIC) && (both.has(Whom::FOLLOWERS) || both.has(Whom::FOLLOWING))
        };
        let ids: Vec<AccountId> = accounts.iter().filter(depends).map(|(id, _)| *id).collect();
        if !ids.is_empty() {
            let keys: Vec<_> = ids.iter().flat_map(|id| [(viewer, *id), (*id, viewer)]).collect();
            let stand = FOLLOWS.has_many(from, &keys)?;
            let pairs = stand.chunks(2).map(|pair| (pair.first() == Some(&true), pair.last() == Some(&true)));
            consents.follows = ids.into_iter().zip(pairs).collect();
        }
        Ok(consents)
    }

    /// Who gets agreement at once, and who may ask for it.
    fn policy(&self, id: AccountId, account: &Account) -> (Whom, Whom) {
        if !account.is_local() {
            return self.featuring.get(&id).map_or_else(Default::default, |row| (row.automatic, row.manual));
        }
        match (account.discoverable.filter(|_| account.suspended_at.is_none()), account.locked) {
            (Some(true), true) => (Whom::FOLLOWERS, Whom::default()),
            (Some(true), false) => (Whom::PUBLIC, Whom::default()),
            _ => Default::default(),
        }
    }

    /// What one of the accounts answers to the reader.
    pub fn of(&self, id: AccountId, account: &Account) -> Consent {
        let (automatic, manual) = self.policy(id, account);
        let viewer = match self.reader {
            Reader::Nobody => return Consent::Denied,
            Reader::Somebody => None,
            Reader::Account(viewer) => Some(viewer),
        };
        if account.suspended_at.is_some() || account.deleted {
            return Consent::Denied;
        }
        let discoverable = account.discoverable == Some(true);
        match (account.is_local(), viewer == Some(id)) {
            (true, own) if own && discoverable => return Consent::Automatic,
            (false, _) if automatic.and(manual) == Whom::default() => return Consent::Missing,
            _ => {}
        }
        let (follows, followed) = self.follows.get(&id).copied().unwrap_or_default();
        let covers = |whom: Whom| {
            whom.has(Whom::PUBLIC)
                || (follows && whom.has(Whom::FOLLOWERS))
                || (followed && whom.has(Whom::FOLLOWING))
        };
        if covers(automatic) {
            Consent::Automatic
        } else if covers(manual) {
            Consent::Manual
        } else if automatic.and(manual).has(Whom::OTHERS) {
            Consent::Unknown
        } else {
            Consent::Denied
        }
    }

    /// The same as the API shows it.
    pub fn view(&self, id: AccountId, account: &Account) -> FeatureApproval {
        let (automatic, manual) = self.policy(id, account);
        FeatureApproval {
            automatic: words(automatic),
            manual: words(manual),
            current_user: self.of(id, account).word(),
        }
    }
}

/// What `account` answers when `viewer` wants to put it into a collection.
///
/// # Errors
/// When the store fails.
pub fn of(from: &dyn Read, id: AccountId, account: &Account, viewer: AccountId) -> Result<Consent> {
    let accounts = HashMap::from([(id, account.clone())]);
    Ok(Consents::load(from, &accounts, Reader::Account(viewer))?.of(id, account))
}
