//! Encryption of push messages: `aes128gcm` (RFC 8291), and `aesgcm` as the fourth draft of it had it, which most
//! clients still expect.

use aws_lc_rs::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::agreement::{ECDH_P256, PrivateKey, UnparsedPublicKey, agree};
use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Prk, Salt};

use crate::platform::error::{Error, Result};

/// Bytes of an uncompressed P-256 point.
pub const POINT: usize = 65;
/// Bytes of the client's secret.
pub const AUTH: usize = 16;
/// Size of the one record that a message is.
const RECORD: u32 = 4_096;
/// Longest message that every push service takes.
pub const LONGEST: usize = 3_992;

/// An encrypted message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// The body; with `aes128gcm` everything that is needed to open it stands in it.
    pub body: Vec<u8>,
    /// Our public key of this message.
    pub key: Vec<u8>,
    /// The salt of this message.
    pub salt: [u8; 16],
}

/// Keys of one message, fresh for each.
struct Ephemeral {
    private: PrivateKey,
    public: Vec<u8>,
    salt: [u8; 16],
}

impl Ephemeral {
    fn fresh() -> Result<Self> {
        Self::of(PrivateKey::generate(&ECDH_P256).map_err(broken)?, rand::random())
    }

    fn of(private: PrivateKey, salt: [u8; 16]) -> Result<Self> {
        let public = private.compute_public_key().map_err(broken)?.as_ref().to_vec();
        Ok(Self { private, public, salt })
    }

    /// What both sides know: the keys agreed, with the client's secret mixed in.
    fn agreed(&self, client: &[u8], auth: &[u8], info: &[&[u8]]) -> Result<[u8; 32]> {
        let peer = UnparsedPublicKey::new(&ECDH_P256, client);
        agree(&self.private, peer, Error::invalid("the key is no point of P-256"), |shared| {
            expand(&Salt::new(HKDF_SHA256, auth).extract(shared), info)
        })
    }
}

fn broken(_: aws_lc_rs::error::Unspecified) -> Error {
    Error::internal("a push message could not be encrypted")
}

struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

fn expand<const N: usize>(key: &Prk, info: &[&[u8]]) -> Result<[u8; N]> {
    let mut out = [0; N];
    key.expand(info, Length(N)).and_then(|okm| okm.fill(&mut out)).map_err(broken)?;
    Ok(out)
}

fn seal(key: [u8; 16], nonce: [u8; 12], mut text: Vec<u8>) -> Result<Vec<u8>> {
    let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key).map_err(broken)?);
    key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut text)
        .map_err(broken)?;
    Ok(text)
}

/// Encrypts `text` for the client with this key and secret, by RFC 8291 when `standard`.
///
/// # Errors
/// 422 for a key that is no point of the curve; 500 when the text is longer than [`LONGEST`].
pub fn encrypt(standard: bool, client: &[u8], auth: &[u8], text: &[u8]) -> Result<Sealed> {
    if text.len() > LONGEST {
        return Err(Error::internal("a push message is too long"));
    }
    let ephemeral = Ephemeral::fresh()?;
    if standard { aes128gcm(&ephemeral, client, auth, text) } else { aesgcm(&ephemeral, client, auth, text) }
}

fn aes128gcm(ours: &Ephemeral, client: &[u8], auth: &[u8], text: &[u8]) -> Result<Sealed> {
    let agreed = ours.agreed(client, auth, &[b"WebPush: info\0", client, &ours.public])?;
    let key = Salt::new(HKDF_SHA256, &ours.salt).extract(&agreed);
    // The last record, which is the only one, ends with a 2.
    let text = [text, &[2]].concat();
    let sealed = seal(
        expand(&key, &[b"Content-Encoding: aes128gcm\0"])?,
        expand(&key, &[b"Content-Encoding: nonce\0"])?,
        text,
    )?;
    let mut body = Vec::with_capacity(16 + 4 + 1 + POINT + sealed.len());
    body.extend(ours.salt);
    body.extend(RECORD.to_be_bytes());
    body.push(POINT as u8);
    body.extend(&ours.public);
    body.extend(sealed);
    Ok(Sealed { body, key: ours.public.clone(), salt: ours.salt })
}

fn aesgcm(ours: &Ephemeral, client: &[u8], auth: &[u8], text: &[u8]) -> Result<Sealed> {
    let agreed = ours.agreed(client, auth, &[b"Content-Encoding: auth\0"])?;
    let key = Salt::new(HKDF_SHA256, &ours.salt).extract(&agreed);
    let length = (POINT as u16).to_be_bytes();
    let context = [b"P-256\0".as_slice(), &length, client, &length, &ours.public].concat();
    // No padding: its length in two bytes comes first.
    let text = [&[0, 0], text].concat();
    let body = seal(
        expand(&key, &[b"Content-Encoding: aesgcm\0", &context])?,
        expand(&key, &[b"Content-Encoding: nonce\0", &context])?,
        text,
    )?;
    Ok(Sealed { body, key: ours.public.clone(), salt: ours.salt })
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;

    fn bytes(text: &str) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(text).unwrap()
    }

    #[test]
    fn the_example_of_rfc_8291_comes_out() {
        let private = bytes("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw");
        let private = PrivateKey::from_private_key(&ECDH_P256, &private).unwrap();
        let salt = bytes("DGv6ra1nlYgDCS1FRnbzlw").try_into().unwrap();
        let ours = Ephemeral::of(private, salt).unwrap();
        let client =
            bytes("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4");
        let auth = bytes("BTBZMqHH6r4Tts7J_aSIgg");
        let sealed = aes128gcm(&ours, &client, &auth, b"When I grow up, I want to be a watermelon").unwrap();
        assert_eq!(
            URL_SAFE_NO_PAD.encode(sealed.body),
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8w\
             EqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
        );
    }

    #[test]
    fn a_key_that_is_no_point_is_refused() {
        for bad in [vec![], vec![4; POINT], vec![0; POINT], vec![4; 33]] {
            for standard in [true, false] {
                assert!(encrypt(standard, &bad, &[1; AUTH], b"text").is_err());
            }
        }
    }

    #[test]
    fn no_two_messages_are_alike_and_none_is_too_long() {
        let client = Ephemeral::fresh().unwrap().public;
        let one = encrypt(true, &client, &[1; AUTH], b"text").unwrap();
        let other = encrypt(true, &client, &[1; AUTH], b"text").unwrap();
        assert!(one.key != other.key && one.salt != other.salt && one.body != other.body);
        assert!(encrypt(false, &client, &[1; AUTH], &[b'x'; LONGEST + 1]).is_err());
        assert!(encrypt(true, &client, &[1; AUTH], &[b'x'; LONGEST]).unwrap().body.len() <= 4_096);
    }
}
