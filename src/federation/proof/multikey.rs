//! Keys and signatures as short texts: Multikey and multibase with base58btc, the one spelling that proofs use.

/// The letters of base58btc in the order of their values.
const LETTERS: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
/// What stands before the 32 bytes of a public Ed25519 key.
const ED25519: [u8; 2] = [0xed, 0x01];
/// Longest text that is read; a signature of 64 bytes takes 88 letters.
const LONGEST: usize = 128;

/// The bytes of a multibase text in base58btc; `None` for everything else.
pub fn bytes(text: &str) -> Option<Vec<u8>> {
    let letters = text.strip_prefix('z').filter(|letters| letters.len() <= LONGEST)?.as_bytes();
    let zeros = letters.iter().take_while(|letter| **letter == LETTERS[0]).count();
    // Little end first: each letter multiplies what is there by 58 and adds its own value.
    let mut number: Vec<u8> = Vec::new();
    for letter in letters {
        let value = LETTERS.iter().position(|known| known == letter)?;
        let mut carry = u32::try_from(value).ok()?;
        for byte in &mut number {
            carry += u32::from(*byte) * 58;
            *byte = carry.to_le_bytes()[0];
            carry >>= 8;
        }
        while carry > 0 {
            number.push(carry.to_le_bytes()[0]);
            carry >>= 8;
        }
    }
    number.extend(std::iter::repeat_n(0, zeros));
    number.reverse();
    Some(number)
}

/// The public Ed25519 key of a `publicKeyMultibase`; `None` for other kinds of keys.
pub fn ed25519(text: &str) -> Option<[u8; 32]> {
    bytes(text)?.strip_prefix(&ED25519)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_texts_are_read() {
        // The examples of the draft on base58.
        assert_eq!(bytes("z2NEpo7TZRRrLZSi2U").as_deref(), Some(b"Hello World!".as_slice()));
        assert_eq!(bytes("z11233QC4").as_deref(), Some([0, 0, 0x28, 0x7f, 0xb4, 0xcd].as_slice()));
        assert_eq!(bytes("z").as_deref(), Some([].as_slice()));
        assert!(ed25519("z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2").is_some());
    }

    #[test]
    fn other_texts_are_refused() {
        for text in ["", "6Mk", "z0", "zO", "zl", "zé", "m6Mk", &format!("z{}", "2".repeat(LONGEST + 1))] {
            assert_eq!(bytes(text), None, "{text}");
        }
        // A key on another curve, and one that is cut off.
        assert_eq!(ed25519("zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme"), None);
        assert_eq!(ed25519("z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ"), None);
    }
}
