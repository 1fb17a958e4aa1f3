//! Bytes as letters that people read out and type: five bits a letter.

/// The letters of RFC 4648, which authenticator apps read secrets in.
pub(super) const STANDARD: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/// Letters of which none looks like another (Crockford's).
pub(super) const DISTINCT: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Writes bytes, whose number must be a multiple of five: then no bits are left over.
pub(super) fn write(letters: &[u8; 32], bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 8 / 5);
    let (mut held, mut bits) = (0_usize, 0_u32);
    for byte in bytes {
        held = held << 8 | usize::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            text.push(char::from(letters[held >> bits & 31]));
        }
        held &= (1 << bits) - 1;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_rfc_4648_come_out() {
        assert_eq!(write(STANDARD, b"fooba"), "MZXW6YTB");
        assert_eq!(write(STANDARD, b"12345678901234567890"), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(write(DISTINCT, &[0xff; 5]), "zzzzzzzz");
        assert_eq!(write(STANDARD, b""), "");
    }
}
