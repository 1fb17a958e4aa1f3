//! Accessors for a document whose values may be a string, an object or a list of either.

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::ACTIVITY_STREAMS;
use super::origin::Origin;

/// Most entries taken from any list of a document: recipients, tags, attachments, types.
pub const MAX_ITEMS: usize = 1000;
/// Longest URI taken from a document, in bytes; longer ones are treated as absent.
const MAX_URI: usize = 2048;

/// A JSON object from a peer, or a part of one.
#[derive(Clone, Debug, PartialEq)]
pub struct Document(Map<String, Value>);

impl Document {
    /// Wraps a JSON object; None for any other value.
    pub fn new(value: Value) -> Option<Self> {
        match value {
            Value::Object(map) => Some(Self(map)),
            _ => None,
        }
    }

    /// The plain JSON object.
    pub fn as_map(&self) -> &Map<String, Value> {
        &self.0
    }

    /// The plain JSON value.
    pub fn into_value(self) -> Value {
        Value::Object(self.0)
    }

    /// A view on this document, with all the accessors.
    pub fn view(&self) -> View<'_> {
        View(&self.0)
    }

    /// See [`View::get`].
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.view().get(key)
    }

    /// See [`View::id`].
    pub fn id(&self) -> Option<&str> {
        self.view().id()
    }

    /// See [`View::types`].
    pub fn types(&self) -> Vec<&str> {
        self.view().types()
    }

    /// See [`View::is_a`].
    pub fn is_a(&self, kind: &str) -> bool {
        self.view().is_a(kind)
    }

    /// See [`View::str_of`].
    pub fn str_of(&self, key: &str) -> Option<&str> {
        self.view().str_of(key)
    }

    /// See [`View::link_of`].
    pub fn link_of(&self, key: &str) -> Option<&str> {
        self.view().link_of(key)
    }

    /// See [`View::id_of`].
    pub fn id_of(&self, key: &str) -> Option<&str> {
        self.view().id_of(key)
    }

    /// See [`View::ids_of`].
    pub fn ids_of(&self, key: &str) -> Vec<&str> {
        self.view().ids_of(key)
    }

    /// See [`View::object_of`].
    pub fn object_of(&self, key: &str) -> Option<View<'_>> {
        self.view().object_of(key)
    }

    /// The embedded `object` of an activity; None when it is only named (see [`View::id_of`]).
    pub fn object(&self) -> Option<View<'_>> {
        self.view().object_of("object")
    }

    /// See [`View::objects_of`].
    pub fn objects_of(&self, key: &str) -> Vec<View<'_>> {
        self.view().objects_of(key)
    }

    /// See [`View::bool_of`].
    pub fn bool_of(&self, key: &str) -> Option<bool> {
        self.view().bool_of(key)
    }

    /// See [`View::count_of`].
    pub fn count_of(&self, key: &str) -> Option<u64> {
        self.view().count_of(key)
    }

    /// See [`View::date_of`].
    pub fn date_of(&self, key: &str) -> Option<Timestamp> {
        self.view().date_of(key)
    }

    /// Whether `@context` names ActivityStreams, alone or in a list; without it a document is not processed
    /// (behaviours §19).
    pub fn has_activity_context(&self) -> bool {
        let named = |value: &Value| {
            value.as_str().is_some_and(|uri| {
                uri.strip_prefix("http:").or_else(|| uri.strip_prefix("https:"))
                    == ACTIVITY_STREAMS.strip_prefix("https:")
            })
        };
        self.get("@context").is_some_and(|context| items(context).any(named))
    }
}

impl From<View<'_>> for Document {
    fn from(view: View<'_>) -> Self {
        Self(view.0.clone())
    }
}

/// A borrowed object inside a document.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct View<'a>(&'a Map<String, Value>);

impl<'a> View<'a> {
    /// The raw value of a key; None for absent and for null.
    pub fn get(self, key: &str) -> Option<&'a Value> {
        self.0.get(key).filter(|value| !value.is_null())
    }

    /// The `id` (or `@id`).
    pub fn id(self) -> Option<&'a str> {
        self.get("id").or_else(|| self.get("@id")).and_then(uri)
    }

    /// The types, one or several, in the order given.
    pub fn types(self) -> Vec<&'a str> {
        let types = self.get("type").or_else(|| self.get("@type"));
        types.into_iter().flat_map(items).filter_map(Value::as_str).collect()
    }

    /// Whether `kind` is among the types.
    pub fn is_a(self, kind: &str) -> bool {
        self.types().contains(&kind)
    }

    /// The text of a key: a string, or the first string of a list.
    pub fn str_of(self, key: &str) -> Option<&'a str> {
        items(self.get(key)?).find_map(Value::as_str)
    }

    /// The text of a key, else the first of its `…Map` of languages: for `content`, `contentMap`.
    pub fn text_of(self, key: &str) -> Option<&'a str> {
        self.str_of(key).or_else(|| self.map_of(key).map(|(_, text)| text))
    }

    /// Language and text that come first in the `…Map` of a key.
    pub fn map_of(self, key: &str) -> Option<(&'a str, &'a str)> {
        let map = self.get(&format!("{key}Map"))?.as_object()?;
        map.iter().find_map(|(language, text)| Some((language.as_str(), text.as_str()?)))
    }

    /// The first http(s) link of a key: a string, an object with `href` (or `url`), or a list of these. Links to HTML
    /// win over others, as `url` of a video lists its files as well.
    pub fn link_of(self, key: &str) -> Option<&'a str> {
        let links = || self.links_of(key).into_iter();
        links().find(|(_, kind)| *kind == Some("text/html")).or_else(|| links().next()).map(|(link, _)| link)
    }

    /// All http(s) links of a key with their `mediaType`.
    pub fn links_of(self, key: &str) -> Vec<(&'a str, Option<&'a str>)> {
        let link = |value: &'a Value| match value {
            Value::Object(map) => {
                let view = View(map);
                let href = view.get("href").or_else(|| view.get("url")).and_then(uri)?;
                Some((href, view.str_of("mediaType")))
            }
            other => Some((uri(other)?, None)),
        };
        let web = |(link, _): &(&str, _)| Origin::of(link).is_some();
        self.get(key).into_iter().flat_map(items).filter_map(link).filter(web).collect()
    }

    /// The id a key points to, whether named or embedded; of a list the first.
    pub fn id_of(self, key: &str) -> Option<&'a str> {
        items(self.get(key)?).find_map(id_of_value)
    }

    /// All ids a key points to, named or embedded, at most [`MAX_ITEMS`].
    pub fn ids_of(self, key: &str) -> Vec<&'a str> {
        self.get(key).into_iter().flat_map(items).filter_map(id_of_value).collect()
    }

    /// The object embedded under a key; of a list the first.
    pub fn object_of(self, key: &str) -> Option<View<'a>> {
        items(self.get(key)?).find_map(Value::as_object).map(View)
    }

    /// All objects embedded under a key, at most [`MAX_ITEMS`]; strings in the list are passed over.
    pub fn objects_of(self, key: &str) -> Vec<View<'a>> {
        self.get(key).into_iter().flat_map(items).filter_map(Value::as_object).map(View).collect()
    }

    /// A yes or no; also when it is written as a string.
    pub fn bool_of(self, key: &str) -> Option<bool> {
        match self.get(key)? {
            Value::Bool(value) => Some(*value),
            Value::String(text) => text.parse().ok(),
            _ => None,
        }
    }

    /// A number that cannot be negative; also when it is written as a string or with a fraction of zero.
    pub fn count_of(self, key: &str) -> Option<u64> {
        match self.get(key)? {
            Value::Number(number) => number.as_u64().or_else(|| whole(number.as_f64()?)),
            Value::String(text) => text.parse().ok(),
            _ => None,
        }
    }

    /// A number with a fraction.
    pub fn number_of(self, key: &str) -> Option<f64> {
        self.get(key)?.as_f64()
    }

    /// A moment in RFC 3339 (a missing zone is UTC), of the years 0 to 9999.
    pub fn date_of(self, key: &str) -> Option<Timestamp> {
        date(self.str_of(key)?)
    }
}

/// A fraction of zero is a whole number; 2^53 is where the others begin to lie.
fn whole(number: f64) -> Option<u64> {
    let fits = number.fract() == 0.0 && (0.0..9_007_199_254_740_992.0).contains(&number);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the line above has looked")]
    fits.then_some(number as u64)
}

fn date(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let moment = text.parse::<Timestamp>().ok().or_else(|| {
        let plain = text.parse::<jiff::civil::DateTime>().ok()?;
        jiff::tz::Offset::UTC.to_timestamp(plain).ok()
    })?;
    let year = jiff::tz::Offset::UTC.to_datetime(moment).year();
    (0..=9999).contains(&year).then_some(moment)
}

/// One value as a list of one, a list as its first [`MAX_ITEMS`] entries.
fn items(value: &Value) -> impl Iterator<Item = &Value> {
    let list = match value {
        Value::Array(list) => list.as_slice(),
        single => std::slice::from_ref(single),
    };
    list.iter().take(MAX_ITEMS)
}

fn uri(value: &Value) -> Option<&str> {
    value.as_str().map(str::trim).filter(|uri| !uri.is_empty() && uri.len() <= MAX_URI)
}

fn id_of_value(value: &Value) -> Option<&str> {
    match value {
        Value::Object(map) => {
            let view = View(map);
            // A Link or a mention names its target in `href`.
            view.id().or_else(|| view.get("href").and_then(uri))
        }
        other => uri(other),
    }
}

#[cfg(test)]
#[path = "document_tests.rs"]
mod tests;
