//! Filters as a file: `custom_filters.json`, as other servers write and read it (behaviours §27).

use serde::{Deserialize, Serialize};
use shop_storage::Read;

use crate::features::filters;
use crate::features::filters::table::{Filter, FilterAction};
use crate::features::statuses;
use crate::features::statuses::table::STATUSES;
use crate::platform::app::App;
use crate::platform::error::{Error, Result};
use crate::platform::ids::{AccountId, StatusId};

/// How the file begins.
pub const HEAD: &[u8] = b"{\"custom_filters\":[";
/// How it ends.
pub const FOOT: &[u8] = b"]}\n";
/// The cell of a line that holds the filter; the first one holds its title.
pub const CELL: usize = 1;

/// The whole file, to be read.
#[derive(Debug, Deserialize)]
pub struct FilterFile {
    /// The filters.
    pub custom_filters: Vec<FilterLine>,
}

/// A filter in the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilterLine {
    /// Its name.
    pub title: String,
    /// When it ends; null for never.
    #[serde(default)]
    pub expires_at: Option<String>,
    /// Where it works, in the words of the API.
    pub context: Vec<String>,
    /// What is done with matches, in the words of the API.
    #[serde(default = "warn")]
    pub action: String,
    /// Its words.
    #[serde(default)]
    pub keywords_attributes: Vec<KeywordLine>,
    /// The ids of its posts.
    #[serde(default)]
    pub statuses: Vec<String>,
}

/// A keyword in the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeywordLine {
    /// The words.
    pub keyword: String,
    /// Does not match inside of words.
    #[serde(default = "yes")]
    pub whole_word: bool,
}

fn warn() -> String {
    FilterAction::Warn.word().to_owned()
}

const fn yes() -> bool {
    true
}

/// All filters of an account, oldest first, each as its title and its JSON. The limits of filters bound how much that is.
///
/// # Errors
/// When the store fails.
pub fn lines(app: &App, from: &dyn Read, account: AccountId) -> Result<Vec<Vec<String>>> {
    let all = filters::all(from, account)?;
    all.into_iter().map(|(_, filter)| cells(&line(app, from, &filter)?)).collect()
}

fn line(app: &App, from: &dyn Read, filter: &Filter) -> Result<FilterLine> {
    let ids: Vec<StatusId> = filter.statuses.iter().map(|picked| picked.status).collect();
    let rows = STATUSES.get_many(from, &ids)?;
    let known = ids.iter().zip(rows).filter_map(|(id, row)| Some((*id, row?)));
    let keywords = filter.keywords.iter();
    Ok(FilterLine {
        title: filter.title.clone(),
        expires_at: filter.expires_at.map(|at| at.dt()),
        context: filter.contexts.iter().map(|context| context.word().to_owned()).collect(),
        action: filter.action.word().to_owned(),
        keywords_attributes: keywords
            .map(|keyword| KeywordLine { keyword: keyword.text.clone(), whole_word: keyword.whole_word })
            .collect(),
        statuses: known.map(|(id, status)| statuses::uri(&app.config, id, &status)).collect(),
    })
}

/// A filter as the cells of a line.
///
/// # Errors
/// 500 when it cannot be written, which strings can.
pub fn cells(line: &FilterLine) -> Result<Vec<String>> {
    Ok(vec![line.title.clone(), serde_json::to_string(line).map_err(Error::internal)?])
}

/// Some filters of the file; whether they are its first ones.
pub fn write(lines: &[Vec<String>], first: bool) -> Vec<u8> {
    let cells: Vec<&str> = lines.iter().filter_map(|line| line.get(CELL)).map(String::as_str).collect();
    let comma = if first || cells.is_empty() { "" } else { ",\n" };
    format!("{comma}{}", cells.join(",\n")).into_bytes()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn pieces_make_one_document() {
        let line = |text: &str| vec!["t".to_owned(), text.to_owned()];
        let pieces =
            [HEAD, &write(&[line("1"), line("2")], true), &write(&[line("3")], false), FOOT].concat();
        let read: Value = serde_json::from_slice(&pieces).unwrap();
        assert_eq!(read, json!({ "custom_filters": [1, 2, 3] }));
        let none = [HEAD, &write(&[], true), &write(&[], false), FOOT].concat();
        assert_eq!(serde_json::from_slice::<FilterFile>(&none).unwrap().custom_filters, []);
    }

    #[test]
    fn what_a_file_leaves_out_is_filled() {
        let line: FilterLine = serde_json::from_value(json!({
            "title": "a", "context": ["home"], "keywords_attributes": [{ "keyword": "b" }], "more": [[]],
        }))
        .unwrap();
        assert_eq!((line.action.as_str(), line.expires_at.as_deref()), ("warn", None));
        assert!(line.keywords_attributes[0].whole_word && line.statuses.is_empty());
        for wrong in
            [json!({}), json!({ "title": 1, "context": [] }), json!({ "title": "a", "context": "home" })]
        {
            assert!(serde_json::from_value::<FilterLine>(wrong).is_err());
        }
    }
}
