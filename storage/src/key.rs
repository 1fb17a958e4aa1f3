//! Order-preserving keys: bytes compare as the values do, so that a range scan is a page.
//!
//! Every encoding is prefix-free: no encoded value is the beginning of another one of the same type. That is what
//! makes tuples sort by their first part first, and lets a prefix scan meet its own rows only.

/// A stored key that its type cannot read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The bytes end inside the key.
    #[error("the key ends too early")]
    Short,
    /// Bytes are left after the key.
    #[error("bytes are left after the key")]
    Trailing,
    /// The bytes are no value of the type.
    #[error("not a {0}")]
    Invalid(&'static str),
}

/// A value that can be a key or a part of one.
///
/// Laws, which the property tests hold every implementation to: `a < b` exactly when `encode(a) < encode(b)`;
/// decoding gives back what was encoded and takes exactly its bytes; no encoding is a prefix of another.
pub trait Key: Sized {
    /// Appends the encoded key.
    fn encode(&self, out: &mut Vec<u8>);
    /// Takes one key off the front of `input`.
    ///
    /// # Errors
    /// When the bytes are too few or are no key of this type.
    fn decode(input: &mut &[u8]) -> Result<Self, KeyError>;
}

/// Decodes a key that must use up all of `input`.
pub(crate) fn decode_whole<K: Key>(mut input: &[u8]) -> Result<K, KeyError> {
    let key = K::decode(&mut input)?;
    if input.is_empty() { Ok(key) } else { Err(KeyError::Trailing) }
}

fn take<const N: usize>(input: &mut &[u8]) -> Result<[u8; N], KeyError> {
    let (head, rest) = input.split_first_chunk::<N>().ok_or(KeyError::Short)?;
    *input = rest;
    Ok(*head)
}

impl Key for () {
    fn encode(&self, _out: &mut Vec<u8>) {}
    fn decode(_input: &mut &[u8]) -> Result<Self, KeyError> {
        Ok(())
    }
}

impl Key for bool {
    fn encode(&self, out: &mut Vec<u8>) {
        out.push(u8::from(*self));
    }
    fn decode(input: &mut &[u8]) -> Result<Self, KeyError> {
        match take::<1>(input)? {
            [0] => Ok(false),
            [1] => Ok(true),
            _ => Err(KeyError::Invalid("bool")),
        }
    }
}

macro_rules! unsigned {
    ($($t:ty),*) => {$(
        impl Key for $t {
            fn encode(&self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.to_be_bytes());
            }
            fn decode(input: &mut &[u8]) -> Result<Self, KeyError> {
                take(input).map(<$t>::from_be_bytes)
            }
        }
    )*};
}
unsigned!(u8, u16, u32, u64, u128);

/// The sign bit is flipped, so that negative numbers sort before positive ones.
impl Key for i64 {
    fn encode(&self, out: &mut Vec<u8>) {
        self.cast_unsigned().wrapping_add(1 << 63).encode(out);
    }
    fn decode(input: &mut &[u8]) -> Result<Self, KeyError> {
        u64::decode(input).map(|raw| raw.wrapping_sub(1 << 63).cast_signed())
    }
}

impl<const N: usize> Key for [u8; N] {
    fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self);
    }
    fn decode(input: &mut &[u8]) -> Result<Self, KeyError> {
        take(input)
    }
}

const ESCAPE: u8 = 0x00;
const ESCAPED_ZERO: u8 = 0xff;
const END: u8 = 0x01;

/// A zero byte becomes `00 ff` and the end is `00 01`, which is less than any byte that could follow.
fn encode_bytes(bytes: &[u8], out: &mut Vec<u8>) {
    for part in bytes.split_inclusive(|byte| *byte == ESCAPE) {
        out.extend_from_slice(part);
        if part.last() == Some(&ESCAPE) {
            out.push(ESCAPED_ZERO);
        }
    }
    out.extend_from_slice(&[ESCAPE, END]);
}

fn decode_bytes(input: &mut &[u8]) -> Result<Vec<u8>, KeyError> {
    let mut bytes = Vec::new();
    loop {
        let zero = input.iter().position(|byte| *byte == ESCAPE).ok_or(KeyError::Short)?;
        let (part, rest) = input.split_at(zero);
        bytes.extend_from_slice(part);
        let (mark, rest) = rest.split_first_chunk::<2>().ok_or(KeyError::Short)?;
        *input = rest;
        match mark[1] {
            END => return Ok(bytes),
            ESCAPED_ZERO => bytes.push(0),
            _ => return Err(KeyError::Invalid("escaped byte string")),
        }
    }
}

impl Key for Vec<u8> {
    fn encode(&self, out: &mut Vec<u8>) {
        encode_bytes(self, out);
    }
    fn decode(input: &mut &[u8]) -> Result<Self, KeyError> {
        decode_bytes(input)
    }
}

impl Key for String {
    fn encode(&self, out: &mut Vec<u8>) {
        encode_bytes(self.as_bytes(), out);
    }
    fn decode(input: &mut &[u8]) -> Result<Self, KeyError> {
        String::from_utf8(decode_bytes(input)?).map_err(|_| KeyError::Invalid("UTF-8 string"))
    }
}

/// `None` sorts before every `Some`.
impl<K: Key> Key for Option<K> {
    fn encode(&self, out: &mut Vec<u8>) {
        self.is_some().encode(out);
        if let Some(key) = self {
            key.encode(out);
        }
    }
    fn decode(input: &mut &[u8]) -> Result<Self, KeyError> {
        if bool::decode(input)? { K::decode(input).map(Some) } else { Ok(None) }
    }
}

macro_rules! tuple {
    ($($name:ident . $at:tt),+) => {
        impl<$($name: Key),+> Key for ($($name,)+) {
            fn encode(&self, out: &mut Vec<u8>) {
                $(self.$at.encode(out);)+
            }
            fn decode(input: &mut &[u8]) -> Result<Self, KeyError> {
                Ok(($($name::decode(input)?,)+))
            }
        }
    };
}
tuple!(A.0, B.1);
tuple!(A.0, B.1, C.2);
tuple!(A.0, B.1, C.2, D.3);

/// A key whose order is reversed: what is greatest comes first in a scan. All bits are inverted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Newest<K>(
    /// The key in its own order.
    pub K,
);

impl<K: Key> Key for Newest<K> {
    fn encode(&self, out: &mut Vec<u8>) {
        let start = out.len();
        self.0.encode(out);
        out.iter_mut().skip(start).for_each(|byte| *byte = !*byte);
    }
    fn decode(input: &mut &[u8]) -> Result<Self, KeyError> {
        let inverted: Vec<u8> = input.iter().map(|byte| !byte).collect();
        let mut rest = inverted.as_slice();
        let key = K::decode(&mut rest)?;
        *input = input.get(inverted.len() - rest.len()..).ok_or(KeyError::Short)?;
        Ok(Newest(key))
    }
}

impl<K: Ord> Ord for Newest<K> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        other.0.cmp(&self.0)
    }
}

impl<K: PartialOrd> PartialOrd for Newest<K> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        other.0.partial_cmp(&self.0)
    }
}

/// The least byte string that is greater than everything that starts with `prefix`. Table numbers stay below
/// 255, so there always is one; an all-ones prefix gives one byte more than any key can have.
pub(crate) fn after_prefix(prefix: &[u8]) -> Vec<u8> {
    let mut end = prefix.to_vec();
    while let Some(last) = end.pop() {
        if last < u8::MAX {
            end.push(last + 1);
            return end;
        }
    }
    vec![u8::MAX; prefix.len() + 1]
}
