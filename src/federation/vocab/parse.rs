//! Turning the bytes of a stranger into JSON within bounds of size, depth and number of values.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::Document;

/// Longest document read, in bytes; also the limit of the inbox (behaviours §19).
const MAX_BYTES: usize = 1024 * 1024;
/// Deepest nesting of arrays and objects; real documents stay below ten.
const MAX_DEPTH: usize = 32;
/// Most values in one document; keeps a megabyte of `[0,0,…]` from taking thirty in memory.
const MAX_VALUES: usize = 50_000;

/// Keys that decide who says what. Two of one would let two readers see two different activities.
const UNIQUE: [&str; 7] = ["id", "@id", "type", "@type", "actor", "object", "attributedTo"];

/// Why bytes are not a document.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// More than a mebibyte.
    #[error("the document is too large")]
    TooLarge,
    /// Not JSON, too deep, too many values, or a deciding key twice.
    #[error("the document cannot be read: {0}")]
    Json(String),
    /// JSON, but not an object.
    #[error("the document is not an object")]
    NotObject,
}

/// Reads a document. Of a repeated key the last value wins, except for those that decide who says what (`id`, `type`,
/// `actor`, `object`, `attributedTo`): these are refused at any depth.
///
/// # Errors
/// Every [`ParseError`].
pub fn parse(bytes: &[u8]) -> Result<Document, ParseError> {
    if bytes.len() > MAX_BYTES {
        return Err(ParseError::TooLarge);
    }
    let unreadable = |error: serde_json::Error| ParseError::Json(error.to_string());
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let mut left = MAX_VALUES;
    let value = Reader { depth: MAX_DEPTH, left: &mut left }.deserialize(&mut reader).map_err(unreadable)?;
    reader.end().map_err(unreadable)?;
    Document::new(value).ok_or(ParseError::NotObject)
}

/// Reads one value with what is left of depth and number.
struct Reader<'a> {
    depth: usize,
    left: &'a mut usize,
}

impl Reader<'_> {
    fn deeper<E: serde::de::Error>(&mut self) -> Result<Reader<'_>, E> {
        let depth = self.depth.checked_sub(1).ok_or_else(|| E::custom("nested too deeply"))?;
        Ok(Reader { depth, left: self.left })
    }
}

impl<'de> DeserializeSeed<'de> for Reader<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        *self.left = self.left.checked_sub(1).ok_or_else(|| D::Error::custom("too many values"))?;
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reader<'_> {
    type Value = Value;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut values = Vec::new();
        while let Some(value) =
            items.next_element_seed(Reader { depth: inner.depth, left: &mut *inner.left })?
        {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut entries: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut map = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            if map.contains_key(&key) && UNIQUE.contains(&key.as_str()) {
                return Err(A::Error::custom("a key that must be unique is repeated"));
            }
            let value = entries.next_value_seed(Reader { depth: inner.depth, left: &mut *inner.left })?;
            map.insert(key, value);
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn documents_keep_their_values_and_their_order() {
        let text = r#"{"type":"Note","contentMap":{"sr":"x","en":"y"},"n":[1,-2,1.5,null,true],"s":"é\n"}"#;
        let document = parse(text.as_bytes()).unwrap();
        assert_eq!(serde_json::to_string(document.as_map()).unwrap(), text);
    }

    #[test]
    fn hostile_documents_are_refused() {
        let nest = |depth: usize| format!("{}1{}", r#"{"a":"#.repeat(depth), "}".repeat(depth));
        assert!(parse(nest(MAX_DEPTH).as_bytes()).is_ok());
        assert!(matches!(parse(nest(MAX_DEPTH + 1).as_bytes()), Err(ParseError::Json(_))));
        assert!(matches!(parse("[".repeat(500_000).as_bytes()), Err(ParseError::Json(_))));
        let many = format!(r#"{{"a":[{}0]}}"#, "0,".repeat(MAX_VALUES));
        assert!(matches!(parse(many.as_bytes()), Err(ParseError::Json(_))));
        let large = format!(r#"{{"a":"{}"}}"#, "x".repeat(MAX_BYTES));
        assert_eq!(parse(large.as_bytes()).unwrap_err(), ParseError::TooLarge);
        for text in ["", "{", "{}{}", "{\"a\":1} x", "\u{feff}{}", "{\"a\":\"\\ud800\"}", "nul"] {
            assert!(matches!(parse(text.as_bytes()), Err(ParseError::Json(_))), "{text}");
        }
        assert!(parse(b"{\"a\":\"\xff\"}").is_err());
        for text in ["[]", "null", "\"https://peer.example/\"", "1"] {
            assert_eq!(parse(text.as_bytes()).unwrap_err(), ParseError::NotObject, "{text}");
        }
    }

    #[test]
    fn a_repeated_key_is_refused_where_it_decides_who_says_what() {
        for key in UNIQUE {
            let flat = format!(r#"{{"{key}":"a","x":1,"{key}":"b"}}"#);
            let deep = format!(r#"{{"x":[{{"{key}":"a","{key}":"a"}}]}}"#);
            assert!(parse(flat.as_bytes()).is_err() && parse(deep.as_bytes()).is_err(), "{key}");
        }
        assert!(parse(br#"{"id":"a","object":{"id":"b"}}"#).is_ok());
        assert!(parse(br#"{"i\u0064":"a","id":"b"}"#).is_err(), "also in another spelling");
        let last = parse(br#"{"name":"a","name":"b"}"#).unwrap();
        assert_eq!(last.str_of("name"), Some("b"));
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            ".{0,8}".prop_map(Value::from)
        ];
        leaf.prop_recursive(5, 60, 6, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::Array),
                proptest::collection::vec((".{0,5}", inner), 0..6)
                    .prop_map(|entries| Value::Object(entries.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(value in any_json()) {
            let whole = json!({"value": value});
            let read = parse(whole.to_string().as_bytes()).unwrap();
            prop_assert_eq!(read.as_map().get("value"), Some(&value));
        }

        #[test]
        fn no_bytes_make_the_reader_panic(text in "[\\[\\]{}\",:a0e.\\\\-]{0,60}") {
            let _ = parse(text.as_bytes());
        }
    }
}
