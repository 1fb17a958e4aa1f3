//! HTTP Signatures in the form every server of the fediverse speaks (draft-cavage-http-signatures-12, RSA with
//! SHA-256), made and checked by the rules of behaviours §21; and checked in the newer form (RFC 9421) where a request
//! carries it, by [`check_message`].
//!
//! A request is signed by [`sign_request`] (or by a [`RequestSigner`] inside the HTTP client) and checked in three
//! steps, the cheap ones first and the key found in between: [`parse_signature`]; [`check_request`], which needs no key
//! and leaves a [`Claim`]; [`Claim::verify`] with the key of [`SignatureHeader::key_id`]. [`verify()`] does the last two
//! at once. [`ReplayWindow`] recognises a request that has been here before.

mod digest;
mod error;
mod header;
mod key;
mod message;
mod outgoing;
mod replay;
mod verify;

pub use digest::digest_header;
pub use error::SignatureError;
pub use header::{Algorithm, SignatureHeader, parse_signature};
pub use key::{KeyError, KeyPair, SigningKey, VerifyingKey};
pub use message::{check_message, is_message_signature};
pub use outgoing::{Form, RequestSigner, sign_message, sign_request};
pub use replay::{ReplayKey, ReplayWindow};
pub use verify::{Claim, RequestParts, check_request, verify};

/// Whether the signature of a request, in whichever form, covers a header. Says nothing about whether it holds.
pub fn is_covered(headers: &reqwest::header::HeaderMap, name: &str) -> bool {
    if is_message_signature(headers) {
        message::covers(headers, name)
    } else {
        parse_signature(headers).is_ok_and(|header| header.covers(name))
    }
}

#[cfg(test)]
mod tests;
