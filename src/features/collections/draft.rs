//! What somebody wants a collection to say: read, and held against the limits (behaviours §3, §14).

use super::table::Collection;
use crate::features::tags::Named;
use crate::platform::error::Result;
use crate::platform::http::params::Params;
use crate::platform::http::problems::Problems;
use crate::platform::text::count::graphemes;
use crate::platform::text::language;

/// Longest name, in characters.
pub const NAME: usize = 40;
/// Longest description, in characters.
pub const DESCRIPTION: usize = 100;

/// What is to change; `None` leaves as it is, an inner `None` takes away.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// The name.
    pub name: Option<String>,
    /// The description.
    pub description: Option<Option<String>>,
    /// The language.
    pub language: Option<Option<String>>,
    /// Whether who looks at it should be warned.
    pub sensitive: Option<bool>,
    /// Whether it may be listed for everybody.
    pub discoverable: Option<bool>,
    /// What it is about.
    pub tag: Option<Option<Named>>,
}

impl Changes {
    /// Reads the parameters of an update.
    ///
    /// # Errors
    /// 422 with `details`.
    pub fn read(params: &Params) -> Result<Self> {
        let mut problems = Problems::default();
        let changes = Self::gather(params, &mut problems);
        problems.check_nested()?;
        Ok(changes)
    }

    /// Reads the parameters of a new collection, which must say more.
    ///
    /// # Errors
    /// 422 with `details`.
    pub fn read_new(params: &Params) -> Result<Self> {
        let mut problems = Problems::default();
        let changes = Self::gather(params, &mut problems);
        if changes.name.is_none() {
            problems.add("name", "ERR_BLANK", "can't be blank");
        }
        for (field, value) in [("sensitive", changes.sensitive), ("discoverable", changes.discoverable)] {
            if value.is_none() {
                problems.add(field, "ERR_INCLUSION", "is not included in the list");
            }
        }
        problems.check_nested()?;
        Ok(changes)
    }

    fn gather(params: &Params, problems: &mut Problems) -> Self {
        let text = |name: &str| params.has(name).then(|| params.text(name));
        let name = text("name").map(|name| one_line(&name.unwrap_or_default()));
        if let Some(name) = &name {
            if name.is_empty() {
                problems.add("name", "ERR_BLANK", "can't be blank");
            }
            problems.limit("name", graphemes(name), NAME);
        }
        let description = text("description").map(|text| text.map(|text| text.trim().to_owned()));
        if let Some(Some(description)) = &description {
            problems.limit("description", graphemes(description), DESCRIPTION);
        }
        let written = text("language").map(|code| code.filter(|code| !code.trim().is_empty()));
        let language =
            written.map(|code| code.map(|code| language::normalise(code.trim()).map(str::to_owned)));
        if language == Some(Some(None)) {
            problems.add("language", "ERR_INVALID", "is invalid");
        }
        let tag = text("tag_name").map(|name| name.unwrap_or_default().trim().to_owned());
        let tag =
            tag.map(|name| (!name.is_empty()).then(|| Named::parse(name.trim_start_matches(['#', '＃']))));
        if tag == Some(Some(None)) {
            problems.add("tag_name", "ERR_UNUSABLE", "is no hashtag");
        }
        Self {
            name,
            description,
            language: language.map(Option::flatten),
            sensitive: params.flag("sensitive"),
            discoverable: params.flag("discoverable"),
            tag: tag.map(Option::flatten),
        }
    }

    /// Makes the changes.
    pub fn apply(self, collection: &mut Collection) {
        if let Some(name) = self.name {
            collection.name = name;
        }
        if let Some(description) = self.description {
            collection.description = description;
        }
        if let Some(language) = self.language {
            collection.language = language;
        }
        collection.sensitive = self.sensitive.unwrap_or(collection.sensitive);
        collection.discoverable = self.discoverable.unwrap_or(collection.discoverable);
        if let Some(tag) = self.tag {
            collection.tag = tag.map(|tag| tag.name);
        }
    }
}

/// White space and control characters become single spaces.
fn one_line(text: &str) -> String {
    let words: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}
