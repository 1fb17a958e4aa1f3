//! What is wrong with a form, field by field, in the shape of the API (entities: Error.details).

use serde_json::{Map, Value, json};

use crate::platform::error::Error;

/// One fault of one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The parameter.
    pub field: &'static str,
    /// `ERR_…`.
    pub code: &'static str,
    /// Goes on from the field's name: `is too short`.
    pub words: String,
}

/// All faults of a form; empty when it is good.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Faults(pub Vec<Fault>);

impl Faults {
    /// Notes a fault.
    pub fn add(&mut self, field: &'static str, code: &'static str, words: impl Into<String>) {
        self.0.push(Fault { field, code, words: words.into() });
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the field has a fault already.
    pub fn has(&self, field: &str) -> bool {
        self.0.iter().any(|fault| fault.field == field)
    }

    /// The sentence about one field, for people.
    pub fn of(&self, field: &str) -> Option<String> {
        self.0.iter().find(|fault| fault.field == field).map(Fault::sentence)
    }
}

impl Fault {
    /// `Username is too short`.
    pub fn sentence(&self) -> String {
        let name = match self.field {
            "username" => "Username",
            "email" => "E-mail address",
            "password" => "Password",
            "current_password" => "Current password",
            "code" => "Code",
            "agreement" => "Agreement",
            "reason" => "Reason",
            "title" => "Name of the community",
            "contact_email" => "Contact address",
            other => other,
        };
        format!("{name} {}", self.words)
    }
}

impl From<Faults> for Error {
    fn from(faults: Faults) -> Self {
        let sentences: Vec<String> = faults.0.iter().map(Fault::sentence).collect();
        let mut details: Map<String, Value> = Map::new();
        for fault in &faults.0 {
            let line = json!({ "error": fault.code, "description": fault.words });
            match details.entry(fault.field).or_insert_with(|| Value::Array(Vec::new())) {
                Value::Array(lines) => lines.push(line),
                _ => continue,
            }
        }
        Error::invalid(sentences.join(", ")).with("details", details)
    }
}
