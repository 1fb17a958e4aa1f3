//! RSA keys of actors: making them, keeping them as PEM, and the parsed forms that sign and verify.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeySize, PublicKey};
use aws_lc_rs::signature::{
    KeyPair as _, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair,
};
use base64::Engine as _;
use base64::alphabet::STANDARD as ALPHABET;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use rsa::pkcs8::{Document, LineEnding, SecretDocument};

/// Size of the keys made here and least size of a peer's, in bits; the one size that every server reads.
const KEY_BITS: usize = 2048;
/// Largest key of a peer, in bits; the work of checking grows with the size.
const MAX_KEY_BITS: usize = 8192;
/// Longest PEM text read, in bytes; an RSA key of 8192 bits needs less than half of it.
const MAX_PEM: usize = 16 * 1024;

/// Peers write PEM with and without padding and line ends, so all of that is read.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &ALPHABET,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// What is wrong with a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not the PEM text of a key.
    #[error("the key is not readable PEM")]
    Pem,
    /// Not an RSA key of 2048 to 8192 bits.
    #[error("the key is not an RSA key of at least 2048 bits")]
    Key,
    /// The system gave no randomness or the arithmetic failed.
    #[error("the key could not be made or used")]
    Failed,
}

/// A new pair of keys as text: what is stored with a local actor.
#[derive(Clone)]
pub struct KeyPair {
    /// PKCS#8 PEM; never leaves the store.
    pub private_pem: String,
    /// SubjectPublicKeyInfo PEM; what `publicKeyPem` of the actor shows.
    pub public_pem: String,
}

impl KeyPair {
    /// Makes an RSA-2048 pair. Takes a twentieth to a fifth of a second of one processor: call it on a blocking thread.
    ///
    /// # Errors
    /// [`KeyError::Failed`].
    pub fn generate() -> Result<Self, KeyError> {
        let key = RsaKeyPair::generate(KeySize::Rsa2048).map_err(|_| KeyError::Failed)?;
        let private = key.as_der().map_err(|_| KeyError::Failed)?;
        let private = SecretDocument::try_from(private.as_ref()).map_err(|_| KeyError::Failed)?;
        let public = key.public_key().as_der().map_err(|_| KeyError::Failed)?;
        let public = Document::try_from(public.as_ref()).map_err(|_| KeyError::Failed)?;
        let private = private.to_pem("PRIVATE KEY", LineEnding::LF).map_err(|_| KeyError::Failed)?;
        let public = public.to_pem("PUBLIC KEY", LineEnding::LF).map_err(|_| KeyError::Failed)?;
        Ok(Self { private_pem: private.to_string(), public_pem: public })
    }
}

impl fmt::Debug for KeyPair {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("KeyPair").field("public_pem", &self.public_pem).finish_non_exhaustive()
    }
}

/// A private key ready to sign. Clones share the parsed key.
#[derive(Clone)]
pub struct SigningKey(Arc<RsaKeyPair>);

impl SigningKey {
    /// Reads a PKCS#8 (or PKCS#1) PEM text.
    ///
    /// # Errors
    /// [`KeyError::Pem`], [`KeyError::Key`].
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        let (label, der) = read_pem(pem)?;
        let key = match label {
            "PRIVATE KEY" => RsaKeyPair::from_pkcs8(&der),
            "RSA PRIVATE KEY" => RsaKeyPair::from_der(&der),
            _ => return Err(KeyError::Pem),
        };
        key.map(|key| Self(Arc::new(key))).map_err(|_| KeyError::Key)
    }

    /// Signs a text by RSASSA-PKCS1-v1_5 with SHA-256. Takes most of a millisecond of one processor.
    ///
    /// # Errors
    /// [`KeyError::Failed`].
    pub fn sign(&self, text: &[u8]) -> Result<Vec<u8>, KeyError> {
        let mut signature = vec![0; self.0.public_modulus_len()];
        self.0
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text, &mut signature)
            .map_err(|_| KeyError::Failed)?;
        Ok(signature)
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("SigningKey(..)")
    }
}

/// A public key ready to verify. Clones share the parsed key.
#[derive(Clone, Debug)]
pub struct VerifyingKey(Arc<ParsedPublicKey>);

impl VerifyingKey {
    /// Reads the `publicKeyPem` of an actor, SubjectPublicKeyInfo or PKCS#1.
    ///
    /// # Errors
    /// [`KeyError::Pem`]; [`KeyError::Key`] for other kinds of keys and for RSA below 2048 or above 8192 bits.
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        let (label, der) = read_pem(pem)?;
        if !matches!(label, "PUBLIC KEY" | "RSA PUBLIC KEY") {
            return Err(KeyError::Pem);
        }
        // Parsing alone takes keys of any size; they would fail only when they are used.
        let public = PublicKey::from_der(&der).map_err(|_| KeyError::Key)?;
        let plain = rsa::pkcs1::RsaPublicKey::try_from(public.as_ref()).map_err(|_| KeyError::Key)?;
        let bits = plain.modulus.as_bytes().len() * 8;
        if !(KEY_BITS..=MAX_KEY_BITS).contains(&bits) {
            return Err(KeyError::Key);
        }
        ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, der)
            .map(|key| Self(Arc::new(key)))
            .map_err(|_| KeyError::Key)
    }

    /// Whether `signature` was made over `text` by the private half, by RSASSA-PKCS1-v1_5 with SHA-256.
    pub fn verifies(&self, text: &[u8], signature: &[u8]) -> bool {
        self.0.verify_sig(text, signature).is_ok()
    }
}

/// Takes the label and the bytes out of a PEM text, whatever its line lengths and blanks.
fn read_pem(pem: &str) -> Result<(&str, Vec<u8>), KeyError> {
    if pem.len() > MAX_PEM {
        return Err(KeyError::Pem);
    }
    let (_, rest) = pem.split_once("-----BEGIN ").ok_or(KeyError::Pem)?;
    let (label, rest) = rest.split_once("-----").ok_or(KeyError::Pem)?;
    let (body, rest) = rest.split_once("-----END ").ok_or(KeyError::Pem)?;
    if rest.split_once("-----").is_none_or(|(end, _)| end != label) {
        return Err(KeyError::Pem);
    }
    let body: String = body.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    Ok((label, LENIENT.decode(body).map_err(|_| KeyError::Pem)?))
}
