//! New local accounts: the record, its numbers and its key pair, in one transaction.
//!
//! An RSA key pair takes a tenth of a second and now and then several; so a running server keeps a few spare
//! pairs, made in the background after each one used. They live in memory only: an unused key is worth nothing.

use std::sync::{Mutex, PoisonError};

use super::table::{ACCOUNTS, Account, ActorKind, BY_HANDLE, KEYS, PrivateKey, Tabs};
use crate::federation::sign::KeyPair;
use crate::platform::app::{App, Tx};
use crate::platform::error::{Error, Result};
use crate::platform::events::Event;
use crate::platform::ids::AccountId;

/// How many key pairs wait for new accounts.
const SPARE: usize = 2;

/// Key pairs that wait for new accounts.
#[derive(Default)]
pub struct SpareKeys(Mutex<Vec<PrivateKey>>);

/// What a new local account starts with.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// Its name, valid already.
    pub username: String,
    /// The name it shows; may be empty.
    pub display_name: String,
}

/// A key pair: a spare one, or a fresh one made on a blocking thread.
///
/// # Errors
/// 500 when the machine gives no randomness.
pub async fn new_keys(app: &App) -> Result<PrivateKey> {
    let spare = app.part::<SpareKeys>().0.lock().unwrap_or_else(PoisonError::into_inner).pop();
    let keys = match spare {
        Some(keys) => keys,
        None => tokio::task::spawn_blocking(generate).await??,
    };
    Ok(keys)
}

/// Fills the store of spare key pairs, in the background. For servers that go on running.
pub fn make_spare_keys(app: &App) {
    // The task holds the spare keys alone: a server that stops need not wait for it.
    let spare = app.part::<SpareKeys>();
    tokio::spawn(async move {
        while spare.0.lock().unwrap_or_else(PoisonError::into_inner).len() < SPARE {
            match tokio::task::spawn_blocking(generate).await {
                Ok(Ok(keys)) => spare.0.lock().unwrap_or_else(PoisonError::into_inner).push(keys),
                _ => return,
            }
        }
    });
}

fn generate() -> Result<PrivateKey> {
    let keys = KeyPair::generate().map_err(Error::internal)?;
    Ok(PrivateKey { private: keys.private_pem, public: keys.public_pem })
}

/// Whether a local account has, or ever had, this name.
///
/// # Errors
/// When the store fails.
pub fn is_taken(from: &dyn shop_storage::Read, username: &str) -> Result<bool> {
    Ok(BY_HANDLE.get(from, &(username.to_lowercase(), String::new()))?.is_some())
}

/// Makes a local account with this key pair.
///
/// # Errors
/// 422 when the name is taken.
pub fn create_local(tx: &mut Tx<'_>, new: NewAccount, keys: &PrivateKey) -> Result<AccountId> {
    if is_taken(&**tx, &new.username)? {
        return Err(Error::invalid("Username has already been taken"));
    }
    let id: AccountId = tx.new_id();
    let now = tx.now();
    let account = Account {
        username: new.username,
        domain: None,
        display_name: new.display_name,
        note: String::new(),
        fields: Vec::new(),
        uri: None,
        url: None,
        kind: ActorKind::Person,
        locked: false,
        discoverable: None,
        indexable: false,
        hide_collections: None,
        created_at: now,
        updated_at: now,
        avatar: None,
        header: None,
        emojis: Vec::new(),
        also_known_as: Vec::new(),
        moved_to: None,
        suspended_at: None,
        silenced_at: None,
        sensitized: false,
        memorial: false,
        deleted: false,
        remote: None,
        attribution_domains: Vec::new(),
        badge: None,
        tabs: Tabs::default(),
    };
    ACCOUNTS.put(tx, &id, &account)?;
    KEYS.put(tx, &id, keys)?;
    tx.tell(Event::AccountCreated { account: id });
    Ok(id)
}
