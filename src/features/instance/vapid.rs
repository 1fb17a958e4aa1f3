//! The key that web push messages are signed with (RFC 8292). It is derived from the server's secret, so
//! that it never changes and nothing more has to be kept.

use aws_lc_rs::agreement::{ECDH_P256, PrivateKey};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};

use super::table::Instance;
use crate::platform::error::{Error, Result};
use crate::platform::secret;

/// The private number of the key with its public point.
fn key(instance: &Instance) -> Result<([u8; 32], Vec<u8>)> {
    // A derived number is out of range once in 2^32 servers; then the next one is taken.
    for attempt in 0_u8..8 {
        let scalar = secret::derive(&instance.token_secret, &[b"vapid", &[attempt]]);
        if let Ok(key) = PrivateKey::from_private_key(&ECDH_P256, &scalar) {
            let public = key.compute_public_key().map_err(|_| broken())?;
            return Ok((scalar, public.as_ref().to_vec()));
        }
    }
    Err(broken())
}

fn broken() -> Error {
    Error::internal("the web push key could not be made")
}

/// The public key as clients take it: an uncompressed P-256 point in base64url.
///
/// # Errors
/// 500 when the arithmetic fails.
pub fn public_key(instance: &Instance) -> Result<String> {
    key(instance).map(|(_, public)| secret::text(&public))
}

/// Signs `message` by ES256, as RFC 8292 wants it.
///
/// # Errors
/// 500 when the arithmetic fails.
pub fn sign(instance: &Instance, message: &[u8]) -> Result<Vec<u8>> {
    let (scalar, public) = key(instance)?;
    let pair =
        EcdsaKeyPair::from_private_key_and_public_key(&ECDSA_P256_SHA256_FIXED_SIGNING, &scalar, &public)
            .map_err(|_| broken())?;
    let signature = pair.sign(&SystemRandom::new(), message).map_err(|_| broken())?;
    Ok(signature.as_ref().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::clock::Millis;

    #[test]
    fn the_key_is_a_point_and_stays_the_same() {
        let mut instance = Instance {
            title: String::new(),
            description: String::new(),
            contact_email: String::new(),
            contact: None,
            rules: Vec::new(),
            languages: Vec::new(),
            token_secret: [3; 32],
            created_at: Millis(0),
        };
        let key = public_key(&instance).unwrap();
        assert_eq!(key.len(), 87);
        assert!(key.starts_with('B'), "an uncompressed point begins with 4: {key}");
        assert_eq!(key, public_key(&instance).unwrap());
        instance.token_secret = [4; 32];
        assert_ne!(key, public_key(&instance).unwrap());
    }
}
