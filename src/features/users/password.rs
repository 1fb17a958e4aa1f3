//! Passwords: argon2id, on blocking threads, a few at a time.
//!
//! One hash takes 19 MiB and some tens of milliseconds of a core, so a flood of sign-ins must neither fill the
//! memory nor starve the requests beside it.

use std::sync::OnceLock;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;

use crate::platform::app::App;
use crate::platform::error::{Error, Kind, Result};

/// How many hashes are computed at once.
const AT_ONCE: usize = 2;
/// How many more callers may wait; the next are told to come back.
const WAITING: usize = 64;

/// The longest password that is looked at, in bytes; a longer one is wrong without a hash.
pub const LONGEST: usize = 1_024;

/// The way in to the hashing threads.
pub struct Gate {
    running: Semaphore,
    room: Semaphore,
}

impl Default for Gate {
    fn default() -> Self {
        Self { running: Semaphore::new(AT_ONCE), room: Semaphore::new(AT_ONCE + WAITING) }
    }
}

/// The PHC string of a password.
///
/// # Errors
/// 503 when too many are waiting; 422 for a password beyond [`LONGEST`].
pub async fn hash(app: &App, password: String) -> Result<String> {
    if password.len() > LONGEST {
        return Err(Error::invalid("Password is too long"));
    }
    through(app, move || make(&password)).await?
}

/// Whether `password` is the one behind `hash`. Without a hash the answer is no, at the same cost, so that
/// the time does not tell which addresses are known.
///
/// # Errors
/// 503 when too many are waiting; 500 when the stored hash cannot be read.
pub async fn verify(app: &App, password: String, hash: Option<String>) -> Result<bool> {
    if password.len() > LONGEST {
        return Ok(false);
    }
    through(app, move || {
        let known = hash.is_some();
        let text = match hash {
            Some(text) => text,
            None => decoy()?,
        };
        let parsed = PasswordHash::new(&text).map_err(|error| Error::internal(error.to_string()))?;
        Ok(Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok() && known)
    })
    .await?
}

async fn through<T: Send + 'static>(app: &App, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let gate = app.part::<Gate>();
    let busy = || {
        Error::new(Kind::Unavailable, "There was a temporary problem serving your request, please try again")
    };
    let _room = gate.room.try_acquire().map_err(|_| busy())?;
    let _turn = gate.running.acquire().await.map_err(|_| busy())?;
    Ok(tokio::task::spawn_blocking(work).await?)
}

fn make(password: &str) -> Result<String> {
    Argon2::default()
        .hash_password(password.as_bytes())
        .map(|hash| hash.to_string())
        .map_err(|error| Error::internal(error.to_string()))
}

fn decoy() -> Result<String> {
    static DECOY: OnceLock<String> = OnceLock::new();
    if let Some(text) = DECOY.get() {
        return Ok(text.clone());
    }
    let text = make("nobody has this password")?;
    Ok(DECOY.get_or_init(|| text).clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_argon2id_and_salted() {
        let first = make("correct horse").unwrap();
        let second = make("correct horse").unwrap();
        assert!(first.starts_with("$argon2id$v=19$"), "{first}");
        assert_ne!(first, second);
        let parsed = PasswordHash::new(&first).unwrap();
        assert!(Argon2::default().verify_password(b"correct horse", &parsed).is_ok());
        assert!(Argon2::default().verify_password(b"correct hors", &parsed).is_err());
    }
}
