//! Codes of authenticator apps (RFC 6238): six digits out of a secret and the time.
//!
//! SHA-1, six digits and thirty seconds are what every app knows; many read nothing else from the address that they
//! are given. The weakness of SHA-1 is collisions, which do not matter inside an HMAC.

use aws_lc_rs::hmac;

use crate::platform::clock::Millis;
use crate::platform::secret;

/// How long a code is shown, in seconds.
pub const PERIOD: u64 = 30;
/// How many digits a code has.
pub const DIGITS: usize = 6;
/// How many steps the clock of a phone may be early or late.
const DRIFT: u64 = 1;

/// The number of the thirty seconds at this time.
pub const fn step_at(now: Millis) -> u64 {
    now.seconds() / PERIOD
}

/// The code of a step (RFC 4226 §5.3).
pub fn code(secret: &[u8], step: u64) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let start = tag.as_ref().last().map_or(0, |byte| usize::from(byte & 0x0f));
    let word = tag.as_ref().iter().skip(start).take(4).fold(0_u32, |word, byte| word << 8 | u32::from(*byte));
    format!("{:06}", (word & 0x7fff_ffff) % 1_000_000)
}

/// The step whose code was given, if it is about now and after the last one that was taken: each code is good once, and
/// none is that was shown before one that was used.
pub fn matching(secret: &[u8], given: &str, now: Millis, last: u64) -> Option<u64> {
    let now = step_at(now);
    let mut found = None;
    // All are compared, whichever it is: the time of the answer tells nothing.
    for step in now.saturating_sub(DRIFT)..=now.saturating_add(DRIFT) {
        if secret::same(code(secret, step).as_bytes(), given.as_bytes()) && step > last {
            found = Some(step);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"12345678901234567890";

    #[test]
    fn the_values_of_rfc_6238_come_out() {
        // Appendix B has eight digits; six are the last of them.
        for (second, eight) in [
            (59, "94287082"),
            (1_111_111_109, "07081804"),
            (1_111_111_111, "14050471"),
            (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"),
            (20_000_000_000, "65353130"),
        ] {
            assert_eq!(code(SECRET, step_at(Millis(second * 1_000))), eight[2..], "{second}");
        }
    }

    #[test]
    fn the_values_of_rfc_4226_come_out() {
        let expected = [
            "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871",
            "520489",
        ];
        let made: Vec<_> = (0..10).map(|step| code(SECRET, step)).collect();
        assert_eq!(made, expected);
    }

    #[test]
    fn a_clock_may_be_one_step_off_and_no_step_counts_twice() {
        let now = Millis(1_000 * PERIOD * 1_000);
        for (step, last, found) in [
            (998, 0, None),
            (999, 0, Some(999)),
            (1_000, 0, Some(1_000)),
            (1_001, 0, Some(1_001)),
            (1_002, 0, None),
            (1_000, 999, Some(1_000)),
            (1_000, 1_000, None),
            (999, 1_000, None),
        ] {
            assert_eq!(matching(SECRET, &code(SECRET, step), now, last), found, "{step} after {last}");
        }
        for bad in ["", "12345", "1234567", "abcdef", "００００００"] {
            assert_eq!(matching(SECRET, bad, now, 0), None, "{bad}");
        }
        assert_eq!(matching(SECRET, &code(SECRET, 0), Millis(0), 0), None, "the first step is never good");
    }
}
