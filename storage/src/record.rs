//! Versioned values: `[codec][version]` and a body. The only file that names bincode.
//!
//! Codec 1 is bincode with its legacy configuration (fixed-width little-endian integers, 64-bit lengths), whose
//! bytes several implementations read. A record type is frozen once released: a new field is a new version with
//! `From` the old one, and decoding walks that chain.

use serde::{Serialize, de::DeserializeOwned};

/// Codec 1: bincode, legacy configuration.
const CODEC: u8 = 1;

/// No value is larger than this, in bytes; media never lives in the store.
pub const MAX_RECORD_BYTES: usize = 16 << 20;

/// Why a value cannot be written or read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RecordError {
    /// Fewer than the two bytes every value starts with.
    #[error("the value is empty")]
    Empty,
    /// Written by a codec this program does not know.
    #[error("unknown codec {0}")]
    UnknownCodec(u8),
    /// Written by a version of the record this program does not know.
    #[error("unknown version {0}")]
    UnknownVersion(u8),
    /// The record has more than [`MAX_RECORD_BYTES`].
    #[error("{0} bytes are more than a record may have")]
    TooLarge(usize),
    /// Bytes are left after the record.
    #[error("{0} bytes are left after the record")]
    Trailing(usize),
    /// The body does not fit the record type.
    #[error("{0}")]
    Body(String),
}

/// A type that is stored as a value. Declare it with [`record!`](crate::record!).
///
/// Fields must not use serde's `untagged`, `flatten`, `skip_serializing_if` or `default`: the format is
/// positional. Foreign JSON is kept as bytes.
pub trait Record: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Number of this shape of the record, from 1.
    const VERSION: u8;

    /// Reads a body that an older version wrote.
    ///
    /// # Errors
    /// [`RecordError::UnknownVersion`] unless the type has a predecessor that knows `version`.
    fn upgrade(version: u8, body: &[u8]) -> Result<Self, RecordError> {
        let _ = body;
        Err(RecordError::UnknownVersion(version))
    }

    /// Reads a body of `version`, this one or an older.
    ///
    /// # Errors
    /// When the version is unknown or the body does not fit it.
    fn read(version: u8, body: &[u8]) -> Result<Self, RecordError> {
        if version == Self::VERSION { read_body(body) } else { Self::upgrade(version, body) }
    }
}

/// Declares a record: `record!(StatusV1, 1)`, and later `record!(Status, 2, from StatusV1)` where
/// `Status: From<StatusV1>`.
#[macro_export]
macro_rules! record {
    ($t:ty, $version:literal) => {
        impl $crate::Record for $t {
            const VERSION: u8 = $version;
        }
    };
    ($t:ty, $version:literal, from $old:ty) => {
        impl $crate::Record for $t {
            const VERSION: u8 = $version;
            fn upgrade(version: u8, body: &[u8]) -> ::std::result::Result<Self, $crate::RecordError> {
                <$old as $crate::Record>::read(version, body).map(::std::convert::From::from)
            }
        }
        const _: () = assert!(
            $version > <$old as $crate::Record>::VERSION,
            "a record's version must be greater than its predecessor's"
        );
    };
}

const fn config() -> impl bincode::config::Config {
    bincode::config::legacy().with_limit::<MAX_RECORD_BYTES>()
}

fn read_body<T: DeserializeOwned>(body: &[u8]) -> Result<T, RecordError> {
    if body.len() > MAX_RECORD_BYTES {
        return Err(RecordError::TooLarge(body.len()));
    }
    let (record, used) = bincode::serde::decode_from_slice(body, config())
        .map_err(|error| RecordError::Body(error.to_string()))?;
    match body.len() - used {
        0 => Ok(record),
        left => Err(RecordError::Trailing(left)),
    }
}

/// The bytes of a record: codec, version, body.
///
/// # Errors
/// When serde refuses the value or it is larger than [`MAX_RECORD_BYTES`].
pub fn encode_record<R: Record>(record: &R) -> Result<Vec<u8>, RecordError> {
    let mut bytes = Vec::with_capacity(128);
    bytes.extend_from_slice(&[CODEC, R::VERSION]);
    bincode::serde::encode_into_std_write(record, &mut bytes, config())
        .map_err(|error| RecordError::Body(error.to_string()))?;
    if bytes.len() - 2 > MAX_RECORD_BYTES {
        return Err(RecordError::TooLarge(bytes.len() - 2));
    }
    Ok(bytes)
}

/// Reads a record back, whichever of its versions wrote it. All bytes must be used.
///
/// # Errors
/// A named error for an unknown codec or version, a body that does not fit, or bytes left over.
pub fn decode_record<R: Record>(bytes: &[u8]) -> Result<R, RecordError> {
    let ([codec, version], body) = bytes.split_first_chunk::<2>().ok_or(RecordError::Empty)?;
    if *codec != CODEC {
        return Err(RecordError::UnknownCodec(*codec));
    }
    R::read(*version, body)
}
