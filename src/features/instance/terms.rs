//! The terms of service that the operator lays down: versions in a folder, each holding from its day on.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use jiff::civil::Date;

use crate::platform::app::App;
use crate::platform::error::{Error, Result};
use crate::platform::text::html::escape;

/// How many versions are read.
const MOST: usize = 100;
/// The longest text of one, in bytes.
const LONGEST: u64 = 1024 * 1024;

/// One version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// The day from which it holds, `YYYY-MM-DD`.
    pub day: String,
    /// HTML.
    pub content: String,
}

#[derive(Default)]
struct Kept(OnceLock<Arc<Vec<Terms>>>);

/// Reads the folder `pages.terms`, once.
///
/// # Errors
/// When there is something in it that is no version of the terms, or that cannot be read.
pub fn open(app: &App) -> Result<()> {
    let found = match &app.config.pages.terms {
        Some(folder) => {
            read(folder).map_err(|why| Error::internal(format!("pages.terms {}: {why}", folder.display())))?
        }
        None => Vec::new(),
    };
    app.part::<Kept>().0.get_or_init(|| Arc::new(found));
    Ok(())
}

fn read(folder: &Path) -> std::result::Result<Vec<Terms>, String> {
    let words = |error: std::io::Error| error.to_string();
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(words)? {
        let path = entry.map_err(words)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with('.') {
            continue;
        }
        let (day, ending) = name.split_once('.').unwrap_or((name.as_str(), ""));
        if !is_day(day) || !matches!(ending, "txt" | "html") {
            return Err(format!("{name} is not named like 2026-12-31.txt or 2026-12-31.html"));
        }
        if std::fs::metadata(&path).map_err(words)?.len() > LONGEST || found.len() >= MOST {
            return Err(format!("{name} is too much: at most {MOST} versions of {LONGEST} bytes"));
        }
        let text = std::fs::read_to_string(&path).map_err(|error| format!("{name}: {error}"))?;
        let content = if ending == "txt" { paragraphs(&text) } else { text };
        found.push(Terms { day: day.to_owned(), content });
    }
    found.sort_by(|one, other| one.day.cmp(&other.day));
    match found.windows(2).find(|pair| pair[0].day == pair[1].day) {
        Some(pair) => Err(format!("there are two versions of {}", pair[0].day)),
        None => Ok(found),
    }
}

fn is_day(text: &str) -> bool {
    text.len() == 10 && text.parse::<Date>().is_ok()
}

/// Plain text as HTML: blank lines part paragraphs.
fn paragraphs(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let paragraph = |part: &str| format!("<p>{}</p>", escape(part.trim()).replace('\n', "<br />"));
    text.split("\n\n").filter(|part| !part.trim().is_empty()).map(paragraph).collect()
}

/// All versions, oldest first.
pub fn all(app: &App) -> Arc<Vec<Terms>> {
    app.part::<Kept>().0.get_or_init(Arc::default).clone()
}

/// The version of a day as it stands among the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// It.
    pub terms: Terms,
    /// Whether it holds already.
    pub effective: bool,
    /// The day of the version that comes after it.
    pub succeeded_by: Option<String>,
}

/// The version of `day`; without a day the one that holds now, or the first to come (entities: TermsOfService).
///
/// # Errors
/// 404 when there is none.
pub fn version(app: &App, day: Option<&str>) -> Result<Version> {
    let (all, today) = (all(app), app.now().date());
    let at = match day {
        Some(day) => all.iter().position(|terms| terms.day == day),
        None => all.iter().rposition(|terms| terms.day <= today).or_else(|| (!all.is_empty()).then_some(0)),
    };
    let terms = at.and_then(|at| all.get(at)).ok_or_else(Error::not_found)?.clone();
    let succeeded_by = at.and_then(|at| all.get(at + 1)).map(|next| next.day.clone());
    Ok(Version { effective: terms.day <= today, terms, succeeded_by })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_becomes_paragraphs_and_no_markup() {
        assert_eq!(paragraphs("a\r\nb\n\n\n\n<script>\n"), "<p>a<br />b</p><p>&lt;script&gt;</p>");
        assert_eq!(paragraphs(" \n\n "), "");
    }

    #[test]
    fn days_are_whole_dates() {
        assert!(is_day("2026-12-31"));
        for bad in ["2026-02-30", "2026-1-1", "20261231", "2026-12-31T00", ""] {
            assert!(!is_day(bad), "{bad}");
        }
    }
}
