//! Where settings come from: flags, the environment, files. Says of each value who set it.

use std::collections::BTreeMap;
use std::fmt;
use std::io::Read;
use std::path::{Path, PathBuf};

use toml::Value;

use super::keys::{KEYS, Key, Kind, find, nearest};

/// Longest file that may hold the value of one setting, in bytes.
const MAX_VALUE_FILE_LEN: u64 = 64 * 1024;

/// Where a value was set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Nowhere: it is the default.
    Default,
    /// In the settings file.
    File(PathBuf),
    /// In this environment variable.
    Environment(String),
    /// In the file that an environment variable names.
    ValueFile {
        /// The variable.
        variable: String,
        /// The file.
        path: PathBuf,
    },
    /// By a command line flag.
    Flag,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("the default"),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Environment(variable) => write!(f, "environment variable {variable}"),
            Self::ValueFile { variable, path } => {
                write!(f, "{}, named by environment variable {variable}", path.display())
            }
            Self::Flag => f.write_str("command line"),
        }
    }
}

/// One thing that is wrong with the settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The setting, or what was taken for one.
    pub key: String,
    /// Its value, unless it is secret or there is none.
    pub value: Option<String>,
    /// What is wrong, and what would be right.
    pub reason: String,
    /// Where it was set.
    pub source: Source,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.key)?;
        if let Some(value) = &self.value {
            write!(f, " = {value:?}")?;
        }
        write!(f, " ({}): {}", self.source, self.reason)
    }
}

/// The settings cannot be used; all that is wrong with them at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// At least one.
    pub problems: Vec<Problem>,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, problem) in self.problems.iter().enumerate() {
            if at > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigError {}

/// A value that somebody set.
#[derive(Debug, Clone)]
pub(super) struct Given {
    pub value: String,
    pub source: Source,
}

/// All values set, the strongest source of each, and what was wrong on the way.
#[derive(Default)]
pub(super) struct Gathered {
    pub values: BTreeMap<&'static str, Given>,
    pub problems: Vec<Problem>,
}

impl Gathered {
    /// A later source wins: add the weakest first. An empty value counts as not set.
    fn set(&mut self, key: &'static Key, value: String, source: Source) {
        let value = value.trim().to_owned();
        if !value.is_empty() {
            self.values.insert(key.name, Given { value, source });
        }
    }

    fn problem(&mut self, key: &str, value: Option<String>, reason: impl Into<String>, source: Source) {
        self.problems.push(Problem { key: key.to_owned(), value, reason: reason.into(), source });
    }

    /// Adds the settings of a TOML file.
    pub fn file(&mut self, path: &Path, text: &str) {
        let source = Source::File(path.to_owned());
        let table: toml::Table = match text.parse() {
            Ok(table) => table,
            Err(error) => return self.problem("the file", None, no_excerpt(text, &error), source),
        };
        for (section, value) in table {
            let Value::Table(keys) = value else {
                self.unknown(&section, source.clone());
                continue;
            };
            for (name, value) in keys {
                let name = format!("{section}.{name}");
                match find(&name) {
                    None => self.unknown(&name, source.clone()),
                    Some(key) => match plain(&value, key) {
                        Ok(value) => self.set(key, value, source.clone()),
                        Err(reason) => self.problem(key.name, None, reason, source.clone()),
                    },
                }
            }
        }
    }

    /// Adds the settings among the environment variables; those of other programs are passed over.
    pub fn environment(&mut self, variables: impl IntoIterator<Item = (String, String)>) {
        let ours = |name: &String| name.starts_with("SHOP_");
        let mut variables: Vec<_> = variables.into_iter().filter(|(name, _)| ours(name)).collect();
        // A value given directly comes after, and so wins over, one given by file.
        variables.sort_by_key(|(name, _)| (!name.ends_with("_FILE"), name.clone()));
        for (variable, value) in variables {
            if let Some(key) = KEYS.iter().find(|key| key.env() == variable) {
                self.set(key, value, Source::Environment(variable));
            } else if let Some(key) = KEYS.iter().find(|key| key.env() + "_FILE" == variable) {
                self.value_file(key, variable, value.trim());
            } else if variable.contains("__") {
                let name = variable.trim_start_matches("SHOP_").replace("__", ".").to_lowercase();
                self.unknown(&name, Source::Environment(variable));
            } else if KEYS.iter().any(|key| key.env().replace("__", "_") == variable) {
                let reason = "two underscores part section and name (SHOP_SERVER__DOMAIN)";
                self.problem(&variable, None, reason, Source::Environment(variable.clone()));
            }
        }
    }

    fn value_file(&mut self, key: &'static Key, variable: String, path: &str) {
        if path.is_empty() {
            return;
        }
        let source = Source::ValueFile { variable, path: path.into() };
        let mut value = String::new();
        let read = std::fs::File::open(path)
            .and_then(|file| file.take(MAX_VALUE_FILE_LEN).read_to_string(&mut value));
        match read {
            Ok(_) => self.set(key, value, source),
            Err(error) => self.problem(key.name, None, format!("cannot be read: {error}"), source),
        }
    }

    /// Adds the settings that flags name.
    pub fn flags(&mut self, flags: &[(&str, String)]) {
        for (name, value) in flags {
            match find(name) {
                Some(key) => self.set(key, value.clone(), Source::Flag),
                None => self.unknown(name, Source::Flag),
            }
        }
    }

    fn unknown(&mut self, name: &str, source: Source) {
        let reason = match (nearest(name), &source) {
            (Some(key), Source::Environment(_)) => {
                format!("there is no such setting; did you mean {}?", key.env())
            }
            (Some(key), _) => format!("there is no such setting; did you mean {}?", key.name),
            (None, _) => "there is no such setting; `shop config example` lists all".to_owned(),
        };
        self.problem(name, None, reason, source);
    }
}

/// What is wrong with a file, by line, without repeating it: it may hold secrets.
fn no_excerpt(text: &str, error: &toml::de::Error) -> String {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    format!("line {}: {}", before.matches('\n').count() + 1, error.message())
}

/// The value as the environment would have it.
fn plain(value: &Value, key: &Key) -> Result<String, String> {
    match (value, key.kind) {
        (Value::String(text), _) => Ok(text.clone()),
        (Value::Integer(number), Kind::Number) => Ok(number.to_string()),
        (Value::Boolean(on), Kind::Switch) => Ok(on.to_string()),
        (Value::Array(items), Kind::List) => {
            let texts: Option<Vec<_>> = items.iter().map(Value::as_str).collect();
            texts.map(|texts| texts.join(",")).ok_or_else(|| "an array of strings is wanted".to_owned())
        }
        (other, kind) => {
            let wanted = match kind {
                Kind::Text => "a string",
                Kind::Number => "a whole number",
                Kind::Switch => "true or false",
                Kind::List => "an array of strings",
            };
            Err(format!("{wanted} is wanted here, this is of type {}", other.type_str()))
        }
    }
}
