//! Parameters as Mastodon takes them: query, form, multipart or JSON, with arrays and nesting in brackets.
//!
//! All sources end up in one tree; accessors read it by the rules of behaviours §1 (loose booleans, numbers as
//! text, one element where an array is expected). Unknown parameters are ignored.

use axum::extract::multipart::MultipartError;
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::{StatusCode, header};
use bytes::Bytes;
use serde_json::{Map, Value, json};

use crate::platform::app::App;
use crate::platform::error::{Error, Kind, Result};

/// The largest body that is not an upload.
pub const BODY_LIMIT: usize = 1024 * 1024;
/// How many parameters one request may have.
pub(super) const MOST: usize = 2_000;
/// How deep brackets and JSON may nest.
const DEPTH: usize = 8;

/// An uploaded file.
#[derive(Debug, Clone)]
pub struct Upload {
    /// The name the client gave.
    pub file_name: String,
    /// The type the client claims; never trusted.
    pub content_type: String,
    /// The bytes.
    pub bytes: Bytes,
}

/// All parameters of a request.
#[derive(Debug, Clone, Default)]
pub struct Params {
    tree: Map<String, Value>,
    files: Vec<Upload>,
}

/// The key of what stands in the tree for a file: its place in the list. No text of a form is a number.
const FILE: &str = "\0file";

impl Params {
    /// Reads a query string or form body.
    ///
    /// # Errors
    /// 400 for too many parameters or too deep nesting.
    pub fn from_form(text: &str) -> Result<Self> {
        let mut params = Self::default();
        params.add_form(text)?;
        Ok(params)
    }

    fn add_form(&mut self, text: &str) -> Result<()> {
        for (count, (name, value)) in url::form_urlencoded::parse(text.as_bytes()).enumerate() {
            if count >= MOST {
                return Err(Error::bad_request("Too many parameters"));
            }
            insert(&mut self.tree, &name, Value::String(value.into_owned()))?;
        }
        Ok(())
    }

    fn add_json(&mut self, bytes: &[u8]) -> Result<()> {
        if bytes.is_empty() {
            return Ok(());
        }
        let value: Value = serde_json::from_slice(bytes).map_err(|error| {
            Error::bad_request("There was a problem in the JSON you submitted").because(error)
        })?;
        if depth(&value) > DEPTH {
            return Err(Error::bad_request("The parameters are nested too deeply"));
        }
        if let Value::Object(map) = value {
            self.tree.extend(map);
        }
        Ok(())
    }

    /// Adds a field of a form.
    ///
    /// # Errors
    /// 400 for too deep nesting.
    pub(super) fn add_text(&mut self, name: &str, value: String) -> Result<()> {
        insert(&mut self.tree, name, Value::String(value))
    }

    /// Adds the parameters of `other` that are not there yet.
    pub(super) fn add_missing(&mut self, other: Self) {
        for (name, value) in other.tree {
            self.tree.entry(name).or_insert(value);
        }
    }

    async fn add_multipart(&mut self, mut parts: Multipart) -> Result<()> {
        let mut count = 0;
        while let Some(part) = parts.next_field().await.map_err(malformed)? {
            count += 1;
            if count > MOST {
                return Err(Error::bad_request("Too many parameters"));
            }
            let name = part.name().unwrap_or_default().to_owned();
            if let Some(file_name) = part.file_name() {
                let file_name = file_name.to_owned();
                let content_type = part.content_type().unwrap_or_default().to_owned();
                let bytes = part.bytes().await.map_err(malformed)?;
                let place = json!({ FILE: self.files.len() });
                self.files.push(Upload { file_name, content_type, bytes });
                insert(&mut self.tree, &name, place)?;
            } else {
                let text = part.text().await.map_err(malformed)?;
                self.add_text(&name, text)?;
            }
        }
        Ok(())
    }

    /// The parameter as it came, if it came and is not null.
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.tree.get(name).filter(|value| !value.is_null())
    }

    /// Whether the parameter was sent at all, even empty.
    pub fn has(&self, name: &str) -> bool {
        self.tree.contains_key(name)
    }

    /// Text; numbers and booleans count as their text. Absent, null, arrays and objects are `None`.
    pub fn text(&self, name: &str) -> Option<String> {
        self.value(name).and_then(text_of)
    }

    /// Text that must be there and not blank.
    ///
    /// # Errors
    /// 400 that names the parameter.
    pub fn required(&self, name: &str) -> Result<String> {
        self.text(name).filter(|text| !text.trim().is_empty()).ok_or_else(|| {
            Error::bad_request(format!("param is missing or the value is empty or invalid: {name}"))
        })
    }

    /// A boolean by the loose rule of behaviours §1; `None` when absent or empty.
    pub fn flag(&self, name: &str) -> Option<bool> {
        match self.value(name)? {
            Value::Bool(flag) => Some(*flag),
            Value::Number(number) => Some(number.as_f64() != Some(0.0)),
            Value::String(text) if text.is_empty() => None,
            Value::String(text) => {
                Some(!matches!(text.as_str(), "false" | "0" | "f" | "F" | "FALSE" | "off" | "OFF"))
            }
            _ => None,
        }
    }

    /// A whole number; `None` when absent or not one.
    pub fn integer(&self, name: &str) -> Option<i64> {
        let text = self.text(name)?;
        text.trim().parse().ok()
    }

    /// An id. Text that is no id is a record that does not exist.
    ///
    /// # Errors
    /// 404 for anything that is not an id.
    pub fn id<T>(&self, name: &str) -> Result<Option<crate::platform::ids::Id<T>>> {
        match self.text(name).filter(|text| !text.is_empty()) {
            None => Ok(None),
            Some(text) => text.parse().map(Some).map_err(|_| Error::not_found()),
        }
    }

    /// A list of texts: `name[]=a&name[]=b`, a JSON array, or one plain `name=a`.
    pub fn list(&self, name: &str) -> Vec<String> {
        match self.value(name) {
            None => Vec::new(),
            Some(Value::Array(items)) => items.iter().filter_map(text_of).collect(),
            Some(Value::Object(map)) => map.values().filter_map(text_of).collect(),
            Some(one) => text_of(one).into_iter().collect(),
        }
    }

    /// A nested group of parameters, such as `source[privacy]`.
    pub fn group(&self, name: &str) -> Option<Params> {
        match self.value(name)? {
            Value::Object(map) => Some(Self { tree: map.clone(), files: self.files.clone() }),
            _ => None,
        }
    }

    /// A list of groups: a JSON array of objects, `name[][key]`, or an index-keyed hash `name[0][key]`.
    pub fn groups(&self, name: &str) -> Vec<Params> {
        let items: Vec<&Value> = match self.value(name) {
            Some(Value::Array(items)) => items.iter().collect(),
            Some(Value::Object(map)) => {
                let mut items: Vec<_> = map.iter().collect();
                items.sort_by_key(|(index, _)| index.parse::<u64>().unwrap_or(u64::MAX));
                items.into_iter().map(|(_, value)| value).collect()
            }
            _ => Vec::new(),
        };
        items
            .into_iter()
            .filter_map(Value::as_object)
            .map(|map| Self { tree: map.clone(), files: self.files.clone() })
            .collect()
    }

    /// An uploaded file.
    pub fn file(&self, name: &str) -> Option<&Upload> {
        let place = self.value(name)?.get(FILE)?.as_u64()?;
        self.files.get(usize::try_from(place).ok()?)
    }

    /// `offset`: how many to leave out at the start.
    ///
    /// # Errors
    /// 400 when it is negative.
    pub fn offset(&self) -> Result<usize> {
        usize::try_from(self.integer("offset").unwrap_or(0))
            .map_err(|_| Error::bad_request("offset must not be negative"))
    }

    /// `limit` by behaviours §1: absolute value, capped, `default` when absent.
    pub fn limit(&self, default: usize, most: usize) -> usize {
        match self.integer("limit") {
            None | Some(0) => default,
            Some(limit) => usize::try_from(limit.unsigned_abs()).unwrap_or(most).min(most),
        }
    }
}

fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Value::Object(map) => 1 + map.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

/// Puts `a[b][][c]=value` into the tree.
fn insert(tree: &mut Map<String, Value>, name: &str, value: Value) -> Result<()> {
    let (head, rest) = match name.find('[') {
        Some(at) if at > 0 => name.split_at(at),
        _ => (name, ""),
    };
    let steps: Vec<&str> = rest.split_terminator(']').map(|step| step.trim_start_matches('[')).collect();
    if steps.len() > DEPTH {
        return Err(Error::bad_request("The parameters are nested too deeply"));
    }
    let slot = tree.entry(head.to_owned()).or_insert(Value::Null);
    place(slot, &steps, value);
    Ok(())
}

fn place(slot: &mut Value, steps: &[&str], value: Value) {
    let Some((step, rest)) = steps.split_first() else {
        *slot = value;
        return;
    };
    if step.is_empty() {
        if !slot.is_array() {
            *slot = Value::Array(Vec::new());
        }
        let Value::Array(items) = slot else { return };
        // `a[][x]=1&a[][y]=2` is one element until a key repeats.
        let same = match (rest.first(), items.last()) {
            (Some(key), Some(Value::Object(last))) => !last.contains_key(*key),
            _ => false,
        };
        if !same {
            items.push(Value::Null);
        }
        if let Some(last) = items.last_mut() {
            place(last, rest, value);
        }
    } else {
        if !slot.is_object() {
            *slot = Value::Object(Map::new());
        }
        let Value::Object(map) = slot else { return };
        place(map.entry((*step).to_owned()).or_insert(Value::Null), rest, value);
    }
}

/// Why a multipart body could not be read: 413 or 400.
pub(super) fn malformed(error: MultipartError) -> Error {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        Error::new(Kind::TooLarge, "Payload Too Large").because(error)
    } else {
        Error::bad_request("The multipart body could not be read").because(error)
    }
}

/// The type of the body, in lower case, without parameters; empty when none is given.
pub(super) fn essence(request: &Request) -> String {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let kind = kind.and_then(|value| value.parse::<mime::Mime>().ok());
    kind.map(|kind| kind.essence_str().to_ascii_lowercase()).unwrap_or_default()
}

impl FromRequest<App> for Params {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Self> {
        let mut params = Self::from_form(request.uri().query().unwrap_or_default())?;
        let essence = essence(&request);
        match essence.as_str() {
            "multipart/form-data" => {
                let parts = Multipart::from_request(request, app).await.map_err(|error| {
                    Error::bad_request("The multipart body could not be read").because(error)
                })?;
                params.add_multipart(parts).await?;
            }
            "application/json" | "text/json" => params.add_json(&body(request).await?)?,
            _ => {
                let bytes = body(request).await?;
                // Clients that send no type at all mean a form; other types carry no parameters.
                if !bytes.is_empty() && matches!(essence.as_str(), "" | "application/x-www-form-urlencoded") {
                    let text = std::str::from_utf8(&bytes)
                        .map_err(|error| Error::bad_request("The form is not UTF-8").because(error))?;
                    params.add_form(text)?;
                }
            }
        }
        Ok(params)
    }
}

async fn body(request: Request) -> Result<Bytes> {
    axum::body::to_bytes(request.into_body(), BODY_LIMIT)
        .await
        .map_err(|error| Error::new(Kind::TooLarge, "Payload Too Large").because(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_and_nesting_in_brackets() {
        let params = Params::from_form(
            "media_ids[]=1&media_ids[]=2&poll[options][]=a&poll[options][]=b&poll[multiple]=true&id=7\
             &fields_attributes[1][name]=b&fields_attributes[0][name]=a&m[][id]=1&m[][d]=x&m[][id]=2",
        )
        .unwrap();
        assert_eq!(params.list("media_ids"), ["1", "2"]);
        assert_eq!(params.list("id"), ["7"]);
        let poll = params.group("poll").unwrap();
        assert_eq!(poll.list("options"), ["a", "b"]);
        assert_eq!(poll.flag("multiple"), Some(true));
        let fields: Vec<_> = params.groups("fields_attributes").iter().map(|f| f.text("name")).collect();
        assert_eq!(fields, [Some("a".into()), Some("b".into())]);
        assert_eq!(params.groups("m").len(), 2);
    }

    #[test]
    fn loose_booleans() {
        for (text, flag) in [
            ("false", Some(false)),
            ("0", Some(false)),
            ("OFF", Some(false)),
            ("", None),
            ("yes", Some(true)),
        ] {
            assert_eq!(Params::from_form(&format!("x={text}")).unwrap().flag("x"), flag, "{text}");
        }
    }

    #[test]
    fn limits_are_absolute_and_capped() {
        for (query, limit) in [("", 20), ("limit=-5", 5), ("limit=900", 40), ("limit=x", 20)] {
            assert_eq!(Params::from_form(query).unwrap().limit(20, 40), limit, "{query}");
        }
    }

    #[test]
    fn hostile_nesting_is_refused() {
        assert!(Params::from_form(&format!("a{}=1", "[b]".repeat(50))).is_err());
        let mut params = Params::default();
        assert!(params.add_json(format!("{}1{}", "[".repeat(20), "]".repeat(20)).as_bytes()).is_err());
        assert!(params.add_json(b"{\"a\":").is_err());
    }

    proptest::proptest! {
        #[test]
        fn any_form_is_read_without_panic(text in ".{0,200}") {
            let _ = Params::from_form(&text);
        }
    }
}
