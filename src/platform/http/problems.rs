//! Problems of a form, gathered field by field: the 422 answer with `details` (entities: Error).

use serde_json::{Map, Value, json};

use crate::platform::error::{Error, Result};

/// What is wrong with each field of a form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Problems(Vec<Problem>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Problem {
    field: &'static str,
    code: &'static str,
    words: String,
}

impl Problems {
    /// Notes a problem: the field's name in the API, a code such as `ERR_TOO_LONG`, and words that follow the
    /// field's name in a sentence.
    pub fn add(&mut self, field: &'static str, code: &'static str, words: impl Into<String>) {
        self.0.push(Problem { field, code, words: words.into() });
    }

    /// Notes `ERR_TOO_LONG` when `length` is beyond `most` characters.
    pub fn limit(&mut self, field: &'static str, length: usize, most: usize) {
        if length > most {
            self.add(field, "ERR_TOO_LONG", format!("is too long (maximum is {most} characters)"));
        }
    }

    /// Answers 422 when there are any problems.
    ///
    /// # Errors
    /// 422 with the full sentences in `error` and each problem under its field in `details`.
    pub fn check(self) -> Result<()> {
        match self.told() {
            Some((sentences, details)) => Err(Error::invalid(sentences).with("details", details)),
            None => Ok(()),
        }
    }

    /// As [`Problems::check`], with `error` and `details` together under one more `error`, as collections answer
    /// (entities: Error).
    ///
    /// # Errors
    /// 422.
    pub fn check_nested(self) -> Result<()> {
        let Some((sentences, details)) = self.told() else { return Ok(()) };
        let error = Error::invalid(sentences);
        let told = json!({ "error": error.words(), "details": details });
        Err(error.with("error", told))
    }

    /// The sentences, and the problems by their fields; `None` when there are none.
    fn told(self) -> Option<(String, Value)> {
        if self.0.is_empty() {
            return None;
        }
        let mut details = Map::new();
        let mut sentences = Vec::new();
        for problem in self.0 {
            sentences.push(format!("{} {}", spoken(problem.field), problem.words));
            let list = details.entry(problem.field).or_insert_with(|| Value::Array(Vec::new()));
            if let Value::Array(list) = list {
                list.push(json!({"error": problem.code, "description": problem.words}));
            }
        }
        Some((sentences.join(", "), Value::Object(details)))
    }
}

/// `display_name` as a sentence begins with it: `Display name`.
fn spoken(field: &str) -> String {
    let words = field.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_problem_stands_under_its_field_and_in_the_sentence() {
        let mut problems = Problems::default();
        problems.limit("display_name", 41, 40);
        problems.limit("note", 500, 500);
        problems.add("fields", "ERR_TOO_MANY", "are too many");
        let error = problems.check().unwrap_err();
        assert_eq!(
            error.words(),
            "Validation failed: Display name is too long (maximum is 40 characters), Fields are too many"
        );
        assert!(Problems::default().check().is_ok());
    }
}
