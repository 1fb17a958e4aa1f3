//! Recovery codes: each signs in once, when the phone is not at hand.
//!
//! A code has 80 random bits, so the plain SHA-256 that is kept cannot be turned back: there is no list of likely codes to
//! try, and none of them belongs to two people. Passwords need salt and a slow hash because people choose them.

use super::base32;
use crate::platform::secret;

/// How many a person gets (behaviours §2, account life).
pub const COUNT: usize = 10;
/// Random bytes of a code.
const BYTES: usize = 10;
/// Letters between two hyphens.
const GROUP: usize = 4;
/// The longest text that is looked at, in bytes.
const LONGEST: usize = 64;

/// New codes, as people get to see them: `xxxx-xxxx-xxxx-xxxx`.
pub(super) fn fresh() -> Vec<String> {
    (0..COUNT).map(|_| grouped(&base32::write(base32::DISTINCT, &rand::random::<[u8; BYTES]>()))).collect()
}

fn grouped(letters: &str) -> String {
    let mut text = String::with_capacity(letters.len() + letters.len() / GROUP);
    for (at, letter) in letters.chars().enumerate() {
        if at > 0 && at % GROUP == 0 {
            text.push('-');
        }
        text.push(letter);
    }
    text
}

/// What is kept of a code.
pub(super) fn hash(code: &str) -> [u8; 32] {
    secret::hash(&plain(code))
}

/// Takes a code from those that are left, if it is among them.
pub(super) fn spend(left: &mut Vec<[u8; 32]>, given: &str) -> bool {
    if given.len() > LONGEST {
        return false;
    }
    let given = hash(given);
    let before = left.len();
    left.retain(|kept| !secret::same(kept, &given));
    left.len() < before
}

/// A code as it is hashed: hyphens, blanks, case, and letters that were read for digits make no difference.
fn plain(code: &str) -> String {
    let letters =
        code.chars().filter(char::is_ascii_alphanumeric).map(|letter| match letter.to_ascii_lowercase() {
            'o' => '0',
            'i' | 'l' => '1',
            letter => letter,
        });
    letters.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_many_different_and_easy_to_type() {
        let mut codes = fresh();
        assert_eq!(codes.len(), COUNT);
        for code in &codes {
            assert_eq!((code.len(), code.matches('-').count()), (19, 3), "{code}");
        }
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), COUNT);
        assert_eq!(grouped("0123456789ab"), "0123-4567-89ab");
    }

    #[test]
    fn a_code_is_spent_once_however_it_is_written() {
        let code = "0123-1abc-defg-hjkm";
        let mut left = vec![hash(code), hash("zzzz-zzzz-zzzz-zzzz")];
        for wrong in ["", "-", "0123-1abc-defg-hjkn", "0123-1abc-defg", &"0".repeat(100_000)] {
            assert!(!spend(&mut left, wrong), "{wrong}");
        }
        assert!(spend(&mut left, " O123 lABC DEFG HJKM "));
        assert!(!spend(&mut left, code));
        assert_eq!(left.len(), 1);
    }
}
