//! Reading the `Signature` header: a list of parameters from a stranger, so everything about it is bounded and strict.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::HeaderMap;

use super::SignatureError;

/// Longest header read, in bytes.
pub(super) const MAX_HEADER: usize = 8 * 1024;
/// Longest key id, in bytes.
pub(super) const MAX_KEY_ID: usize = 2048;
/// Most headers one signature may cover.
pub(super) const MAX_COVERED: usize = 32;

/// How a signature was made. Both are RSASSA-PKCS1-v1_5 with SHA-256; only `hs2019` may carry its own times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// `rsa-sha256`.
    RsaSha256,
    /// `hs2019`, also meant when no algorithm is given.
    Hs2019,
}

/// What a `Signature` header says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureHeader {
    /// Whose key it is: the URI of a key, or `acct:user@domain`.
    pub key_id: String,
    /// The algorithm.
    pub algorithm: Algorithm,
    /// What is covered, in order, in lower case, with the pseudo-headers in brackets.
    pub covered: Vec<String>,
    /// The signature itself.
    pub signature: Vec<u8>,
    /// Unix time of the signature in seconds.
    pub created: Option<i64>,
    /// Unix time after which the signature is void, in seconds.
    pub expires: Option<i64>,
}

impl SignatureHeader {
    /// Whether a header (lower case) or pseudo-header is covered.
    pub fn covers(&self, name: &str) -> bool {
        self.covered.iter().any(|covered| covered == name)
    }
}

/// Reads the `Signature` header of a request.
///
/// # Errors
/// [`SignatureError::Unsigned`] without one; [`SignatureError::Malformed`] when it is given twice, too long, not in
/// the form `name="value",…`, repeats a parameter or lacks `keyId` or `signature`; [`SignatureError::Algorithm`].
pub fn parse_signature(headers: &HeaderMap) -> Result<SignatureHeader, SignatureError> {
    let mut values = headers.get_all("signature").iter();
    let value = values.next().ok_or(SignatureError::Unsigned)?;
    if values.next().is_some() {
        return Err(SignatureError::Malformed("more than one Signature header"));
    }
    let text = value.to_str().map_err(|_| SignatureError::Malformed("not ASCII"))?;
    if text.len() > MAX_HEADER {
        return Err(SignatureError::Malformed("too long"));
    }
    Parameters::read(text)?.into_header()
}

/// The parameters as they stand in the header.
#[derive(Default)]
struct Parameters {
    key_id: Option<String>,
    algorithm: Option<String>,
    headers: Option<String>,
    signature: Option<String>,
    created: Option<String>,
    expires: Option<String>,
}

impl Parameters {
    fn read(text: &str) -> Result<Self, SignatureError> {
        let mut found = Self::default();
        let mut unknown = Vec::new();
        let mut rest = text.trim();
        while !rest.is_empty() {
            let (name, after) =
                rest.split_once('=').ok_or(SignatureError::Malformed("a parameter has no value"))?;
            let name = name.trim();
            if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
            {
                return Err(SignatureError::Malformed("bad parameter name"));
            }
            let (value, after) = take_value(after.trim_start())?;
            let place = match name {
                "keyId" => &mut found.key_id,
                "algorithm" => &mut found.algorithm,
                "headers" => &mut found.headers,
                "signature" => &mut found.signature,
                "created" => &mut found.created,
                "expires" => &mut found.expires,
                other if unknown.contains(&other) => {
                    return Err(SignatureError::Malformed("repeated parameter"));
                }
                other => {
                    unknown.push(other);
                    &mut None
                }
            };
            if place.replace(value).is_some() {
                return Err(SignatureError::Malformed("repeated parameter"));
            }
            rest = match after.trim_start() {
                "" => "",
                more => more
                    .strip_prefix(',')
                    .ok_or(SignatureError::Malformed("no comma between parameters"))?
                    .trim_start(),
            };
        }
        Ok(found)
    }

    fn into_header(self) -> Result<SignatureHeader, SignatureError> {
        let algorithm = match self.algorithm.as_deref() {
            Some("rsa-sha256") => Algorithm::RsaSha256,
            Some("hs2019") | None => Algorithm::Hs2019,
            Some(_) => return Err(SignatureError::Algorithm),
        };
        let key_id = self.key_id.filter(|id| !id.is_empty()).ok_or(SignatureError::Malformed("no keyId"))?;
        if key_id.len() > MAX_KEY_ID {
            return Err(SignatureError::Malformed("keyId too long"));
        }
        let signature = self.signature.ok_or(SignatureError::Malformed("no signature"))?;
        let signature =
            STANDARD.decode(signature).map_err(|_| SignatureError::Malformed("signature is not base64"))?;
        let covered = self.headers.unwrap_or_else(|| match algorithm {
            Algorithm::RsaSha256 => "date".to_owned(),
            Algorithm::Hs2019 => "(created)".to_owned(),
        });
        let mut names: Vec<String> = Vec::new();
        for name in covered.split_ascii_whitespace().map(str::to_ascii_lowercase) {
            if names.len() == MAX_COVERED {
                return Err(SignatureError::Malformed("too many headers"));
            }
            if names.contains(&name) {
                return Err(SignatureError::Malformed("a header is covered twice"));
            }
            names.push(name);
        }
        if names.is_empty() {
            return Err(SignatureError::Malformed("no headers"));
        }
        Ok(SignatureHeader {
            key_id,
            algorithm,
            covered: names,
            signature,
            created: self.created.as_deref().map(unix_time).transpose()?,
            expires: self.expires.as_deref().map(unix_time).transpose()?,
        })
    }
}

/// Splits a value, quoted (with `\` before quotes and backslashes) or bare, from what follows it.
fn take_value(text: &str) -> Result<(String, &str), SignatureError> {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find(|c: char| c == ',' || c.is_ascii_whitespace()).unwrap_or(text.len());
        let (value, rest) = text.split_at(end);
        if value.is_empty() || value.contains('"') {
            return Err(SignatureError::Malformed("bad value"));
        }
        return Ok((value.to_owned(), rest));
    };
    let mut value = String::new();
    let mut characters = quoted.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Ok((value, quoted.get(at + 1..).unwrap_or_default())),
            '\\' => match characters.next() {
                Some((_, escaped)) => value.push(escaped),
                None => break,
            },
            other => value.push(other),
        }
    }
    Err(SignatureError::Malformed("a quote is not closed"))
}

fn unix_time(text: &str) -> Result<i64, SignatureError> {
    // Some senders write fractions of a second.
    let whole = text.split_once('.').map_or(text, |(whole, _)| whole);
    whole.parse().map_err(|_| SignatureError::Malformed("bad time"))
}

#[cfg(test)]
#[path = "header_tests.rs"]
mod tests;
