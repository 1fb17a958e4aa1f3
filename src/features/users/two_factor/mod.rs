//! Two-factor sign-in: after the password a code of an authenticator app, or one of ten recovery codes.

mod base32;
mod qr;
mod recovery;
pub mod table;
pub mod totp;

use std::time::Duration;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use shop_storage::Read;

use self::table::{SECRET_BYTES, TWO_FACTORS, TwoFactor};
use super::faults::Faults;
use super::jobs::{Letter, SendMail};
use crate::features::accounts;
use crate::platform::app::Tx;
use crate::platform::clock::{DAY, Millis};
use crate::platform::error::{Error, Result};
use crate::platform::ids::AccountId;

/// How long a begun set-up can be finished.
pub const SET_UP_WITHIN: Duration = Duration::from_secs(60 * 60);
/// So many wrong codes without a good one between lock the second step for a while.
pub const WRONG_MOST: u32 = 10;
/// How long the first lock holds; each further one twice as long as the one before, up to a day.
pub const LOCKED_FIRST: Duration = Duration::from_secs(10 * 60);
/// So many doublings of it are more than a day.
const DOUBLINGS: u32 = 8;

/// What stands unescaped in the address for the app (RFC 3986, unreserved).
const BARE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// How things stand with somebody's second factor.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct State {
    /// Since when it is asked for; none while it is not.
    pub enabled_at: Option<Millis>,
    /// How many recovery codes are left.
    pub recovery_codes: usize,
}

/// What an authenticator app needs; to be shown once.
#[derive(Clone)]
pub struct Offer {
    /// The secret in base32, to be typed.
    pub secret: String,
    /// The same as an address, for apps that open it.
    pub uri: String,
    /// The address as a QR code in SVG.
    pub qr: String,
}

/// What became of a code at the sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is good, and spent now.
    Good,
    /// It is not, or was used before.
    Wrong,
    /// There were too many wrong ones; none is looked at for so long.
    Locked(Duration),
}

/// Whether a code is asked for at the sign-in.
///
/// # Errors
/// When the store fails.
pub fn is_on(from: &dyn Read, id: AccountId) -> Result<bool> {
    Ok(state(from, id)?.enabled_at.is_some())
}

/// How things stand.
///
/// # Errors
/// When the store fails.
pub fn state(from: &dyn Read, id: AccountId) -> Result<State> {
    let kept = TWO_FACTORS.get(from, &id)?;
    let state = |kept: TwoFactor| State { enabled_at: kept.enabled_at, recovery_codes: kept.recovery.len() };
    Ok(kept.map(state).unwrap_or_default())
}

/// Makes a secret for an app. Nothing is asked for at the sign-in until [`confirm`]; beginning again makes another.
///
/// # Errors
/// 422 when it is on already.
pub fn begin(tx: &mut Tx<'_>, id: AccountId) -> Result<Offer> {
    if is_on(&**tx, id)? {
        return Err(Error::unprocessable("Two-factor sign-in is on already; switch it off first"));
    }
    let secret: [u8; SECRET_BYTES] = rand::random();
    let begun_at = tx.now();
    let begun = TwoFactor {
        secret,
        begun_at,
        enabled_at: None,
        last_step: 0,
        recovery: Vec::new(),
        wrong: 0,
        wrong_at: Millis(0),
    };
    TWO_FACTORS.put(tx, &id, &begun)?;
    let name = accounts::get(&**tx, id)?.username;
    let secret = base32::write(base32::STANDARD, &secret);
    let uri = address(tx.app().config.domain(), &name, &secret);
    let qr = qr::svg(&uri)?;
    Ok(Offer { secret, uri, qr })
}

/// The address that authenticator apps read.
fn address(domain: &str, name: &str, secret: &str) -> String {
    let issuer = utf8_percent_encode(domain, BARE);
    let name = utf8_percent_encode(name, BARE);
    let (digits, period) = (totp::DIGITS, totp::PERIOD);
    format!(
        "otpauth://totp/{issuer}:{name}?secret={secret}&issuer={issuer}&algorithm=SHA1&digits={digits}&period={period}"
    )
}

/// Switches it on by a code that shows that the app has the secret. Answers the recovery codes; only their hashes stay.
///
/// # Errors
/// 422 with `details` for a wrong code, and when nothing was begun within the hour.
pub fn confirm(tx: &mut Tx<'_>, id: AccountId, given: &str) -> Result<Vec<String>> {
    let now = tx.now();
    let begun = TWO_FACTORS.get(&**tx, &id)?;
    let begun = begun.filter(|begun| begun.enabled_at.is_none() && now.since(begun.begun_at) < SET_UP_WITHIN);
    let mut faults = Faults::default();
    let Some(begun) = begun else {
        faults.add("code", "ERR_EXPIRED", "belongs to a set-up that is over; begin again");
        return Err(faults.into());
    };
    let Some(step) = totp::matching(&begun.secret, &digits(given), now, begun.last_step) else {
        faults.add("code", "ERR_INVALID", "is wrong");
        return Err(faults.into());
    };
    let codes = recovery::fresh();
    let recovery = hashes(&codes);
    TWO_FACTORS.put(tx, &id, &TwoFactor { enabled_at: Some(now), last_step: step, recovery, ..begun })?;
    tell(tx, id, Letter::TwoFactorOn)?;
    Ok(codes)
}

/// Makes recovery codes anew; those from before end.
///
/// # Errors
/// 422 when it is off.
pub fn renew(tx: &mut Tx<'_>, id: AccountId) -> Result<Vec<String>> {
    if !is_on(&**tx, id)? {
        return Err(Error::unprocessable("Two-factor sign-in is off"));
    }
    let codes = recovery::fresh();
    let recovery = hashes(&codes);
    TWO_FACTORS.edit(tx, &id, |kept| kept.recovery = recovery)?;
    tell(tx, id, Letter::RecoveryCodesMade)?;
    Ok(codes)
}

/// Switches it off: from now on the password is enough. Does nothing when it is off.
///
/// # Errors
/// When the store fails.
pub fn switch_off(tx: &mut Tx<'_>, id: AccountId) -> Result<()> {
    match TWO_FACTORS.delete(tx, &id)? {
        Some(kept) if kept.enabled_at.is_some() => tell(tx, id, Letter::TwoFactorOff),
        _ => Ok(()),
    }
}

/// Forgets everything, without a word: the person goes.
///
/// # Errors
/// When the store fails.
pub(super) fn forget(tx: &mut Tx<'_>, id: AccountId) -> Result<()> {
    TWO_FACTORS.delete(tx, &id)?;
    Ok(())
}

/// Forgets wrong codes: whoever gave them knew a password that is no longer good.
///
/// # Errors
/// When the store fails.
pub(super) fn forgive(tx: &mut Tx<'_>, id: AccountId) -> Result<()> {
    TWO_FACTORS.edit(tx, &id, |kept| kept.wrong = 0)?;
    Ok(())
}

/// Looks at a code that was given at the sign-in, and spends it. Anything is good once it was switched off.
///
/// # Errors
/// When the store fails.
pub fn accept(tx: &mut Tx<'_>, id: AccountId, given: &str) -> Result<Verdict> {
    let now = tx.now();
    let kept = TWO_FACTORS.get(&**tx, &id)?.filter(|kept| kept.enabled_at.is_some());
    let Some(mut kept) = kept else { return Ok(Verdict::Good) };
    let left = locked_for(kept.wrong).saturating_sub(now.since(kept.wrong_at));
    if !left.is_zero() {
        return Ok(Verdict::Locked(left));
    }
    let verdict = match totp::matching(&kept.secret, &digits(given), now, kept.last_step) {
        Some(step) => {
            kept.last_step = step;
            Verdict::Good
        }
        None if recovery::spend(&mut kept.recovery, given) => Verdict::Good,
        None => Verdict::Wrong,
    };
    if verdict == Verdict::Good {
        kept.wrong = 0;
    } else {
        kept.wrong = kept.wrong.saturating_add(1);
        kept.wrong_at = now;
        if !locked_for(kept.wrong).is_zero() {
            tell(tx, id, Letter::WrongCodes)?;
        }
    }
    TWO_FACTORS.put(tx, &id, &kept)?;
    Ok(verdict)
}

/// How long no code is looked at after so many wrong ones.
fn locked_for(wrong: u32) -> Duration {
    if wrong == 0 || !wrong.is_multiple_of(WRONG_MOST) {
        return Duration::ZERO;
    }
    let doublings = (wrong / WRONG_MOST - 1).min(DOUBLINGS);
    LOCKED_FIRST.saturating_mul(1 << doublings).min(DAY)
}

/// Apps show a code in two halves; people type it so.
fn digits(given: &str) -> String {
    given.chars().filter(|c| !c.is_whitespace()).take(totp::DIGITS + 1).collect()
}

fn hashes(codes: &[String]) -> Vec<[u8; 32]> {
    codes.iter().map(|code| recovery::hash(code)).collect()
}

fn tell(tx: &mut Tx<'_>, account: AccountId, letter: Letter) -> Result<()> {
    if tx.app().mailer.reaches_people() { tx.enqueue(&SendMail { account, letter }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locks_grow_up_to_a_day() {
        let minutes = |wrong| locked_for(wrong).as_secs() / 60;
        for (wrong, locked) in [(0, 0), (1, 0), (9, 0), (10, 10), (11, 0), (20, 20), (80, 1_280), (90, 1_440)]
        {
            assert_eq!(minutes(wrong), locked, "{wrong}");
        }
        assert_eq!(minutes(u32::MAX - u32::MAX % WRONG_MOST), 1_440);
    }

    #[test]
    fn the_address_for_apps_names_server_and_person() {
        assert_eq!(
            address("shop.example:3000", "al_ice", "ABC"),
            "otpauth://totp/shop.example%3A3000:al_ice?secret=ABC&issuer=shop.example%3A3000&algorithm=SHA1&digits=6&period=30"
        );
    }
}
