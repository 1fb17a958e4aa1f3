//! The language of status searches: words, phrases, tags and operators (behaviours §12).

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::platform::clock::Millis;
use crate::platform::error::{Error, Result};

/// A condition of a search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    /// It must not hold.
    pub negated: bool,
    /// What must hold.
    pub what: What,
}

/// What a condition asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// A word, or words one after another.
    Text(String),
    /// A hashtag, without its sign.
    Tag(String),
    /// Written by this account; `me` is the reader.
    From(String),
    /// `has:` and `is:`.
    Property(String),
    /// Written in this language.
    Language(String),
    /// Only the reader's library (true), or only what everybody may find (false).
    Library(bool),
    /// Written in this time: from the first, before the second.
    Within(Option<Millis>, Option<Millis>),
}

/// Marks of quotation that count as `"`.
const QUOTES: [char; 14] = ['“', '”', '„', '‟', '«', '»', '「', '」', '『', '』', '《', '》', '＂', '〝'];

/// Quotation marks of other languages become `"`.
pub fn plain_quotes(text: &str) -> String {
    text.replace(QUOTES, "\"")
}

/// Reads a search by somebody whose days are those of `zone`.
///
/// # Errors
/// 422 for dates that are none.
pub fn parse(text: &str, zone: &TimeZone) -> Result<Vec<Clause>> {
    let mut clauses = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (negated, after) = match rest.strip_prefix(['-', '+']) {
            Some(after) if !after.is_empty() && !after.starts_with(char::is_whitespace) => {
                (rest.starts_with('-'), after)
            }
            _ => (false, rest),
        };
        let (what, after) = clause(after, zone)?;
        if let Some(what) = what {
            clauses.push(Clause { negated, what });
        }
        rest = after.trim_start();
    }
    Ok(clauses)
}

/// One clause, and what comes after it.
fn clause<'t>(text: &'t str, zone: &TimeZone) -> Result<(Option<What>, &'t str)> {
    if let Some(inside) = text.strip_prefix('"') {
        let (phrase, after) = inside.split_once('"').unwrap_or((inside, ""));
        return Ok((text_of(phrase), after));
    }
    let (word, after) = word(text);
    if let Some(tag) = word.strip_prefix('#') {
        return Ok(((!tag.is_empty()).then(|| What::Tag(tag.to_owned())), after));
    }
    if let Some((prefix, inside)) = word.split_once(':') {
        // A value in quotation marks may have blanks in it.
        let (value, after) = match inside.strip_prefix('"') {
            Some(_) => {
                let start = text.get(prefix.len() + 2..).unwrap_or_default();
                start.split_once('"').unwrap_or((start, ""))
            }
            None => (inside, after),
        };
        if let Some(what) = operator(&prefix.to_lowercase(), value, zone)? {
            return Ok((Some(what), after));
        }
    }
    Ok((text_of(word), after))
}

fn text_of(text: &str) -> Option<What> {
    (!text.trim().is_empty()).then(|| What::Text(text.to_owned()))
}

/// Everything up to the next blank.
fn word(text: &str) -> (&str, &str) {
    let end = text.find(char::is_whitespace).unwrap_or(text.len());
    text.split_at(end)
}

fn operator(prefix: &str, value: &str, zone: &TimeZone) -> Result<Option<What>> {
    if value.is_empty() {
        return Ok(None);
    }
    Ok(Some(match prefix {
        "from" => What::From(value.to_owned()),
        "has" | "is" => What::Property(value.to_lowercase()),
        "language" => What::Language(value.to_owned()),
        "before" => What::Within(None, Some(day(value, zone)?.0)),
        "after" => What::Within(Some(day(value, zone)?.1), None),
        "during" => {
            let (start, end) = day(value, zone)?;
            What::Within(Some(start), Some(end))
        }
        "in" => match value.to_lowercase().as_str() {
            "library" => What::Library(true),
            "public" => What::Library(false),
            // Everything is searched anyway.
            "all" => What::Within(None, None),
            _ => return Ok(None),
        },
        _ => return Ok(None),
    }))
}

/// The beginning of a day and that of the next; days are longer and shorter where clocks are put back and forth.
fn day(text: &str, zone: &TimeZone) -> Result<(Millis, Millis)> {
    let refused = || Error::unprocessable("Invalid date supplied");
    let looks_right = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    let date: Date = looks_right.then(|| text.parse().ok()).flatten().ok_or_else(refused)?;
    let start = |date: Date| -> Result<Millis> {
        let at = date.to_zoned(zone.clone()).map_err(|_| refused())?.timestamp();
        Ok(Millis(u64::try_from(at.as_millisecond()).unwrap_or(0)))
    };
    // After the last day of the calendar comes nothing.
    Ok((start(date)?, start(date.tomorrow().unwrap_or(date))?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::clock::DAY;

    fn one(text: &str) -> What {
        let mut clauses = parse(text, &TimeZone::UTC).unwrap();
        assert_eq!(clauses.len(), 1, "{text}: {clauses:?}");
        clauses.remove(0).what
    }

    #[test]
    fn words_phrases_and_signs() {
        let clauses =
            parse(&plain_quotes(" rain -snow +„heavy storm“ #Tag -\"no way\" "), &TimeZone::UTC).unwrap();
        let signs: Vec<bool> = clauses.iter().map(|clause| clause.negated).collect();
        assert_eq!(signs, [false, true, false, false, true]);
        let texts: Vec<&What> = clauses.iter().map(|clause| &clause.what).collect();
        assert_eq!(texts[2], &What::Text("heavy storm".into()));
        assert_eq!(texts[3], &What::Tag("Tag".into()));
    }

    #[test]
    fn operators() {
        assert_eq!(one("from:@bob@example.com"), What::From("@bob@example.com".into()));
        assert_eq!(one("HAS:Image"), What::Property("image".into()));
        assert_eq!(one("is:\"reply\""), What::Property("reply".into()));
        assert_eq!(one("in:library"), What::Library(true));
        let day = Millis::parse("2024-02-29T00:00:00Z").unwrap();
        assert_eq!(one("before:2024-02-29"), What::Within(None, Some(day)));
        assert_eq!(one("after:2024-02-29"), What::Within(Some(day.plus(DAY)), None));
        assert_eq!(one("during:2024-02-29"), What::Within(Some(day), Some(day.plus(DAY))));
    }

    #[test]
    fn what_is_no_operator_is_text() {
        for text in ["10:30", "from:", ":blob:", "http://example.com", "in:somewhere", "-", "+", "--x", "a-b"]
        {
            assert!(matches!(one(text), What::Text(_)), "{text}");
        }
        assert_eq!(one("\"open end"), What::Text("open end".into()));
        for nothing in ["", "  ", "\"\"", "#", "\" \""] {
            assert_eq!(parse(nothing, &TimeZone::UTC).unwrap(), [], "{nothing:?}");
        }
    }

    #[test]
    fn bad_dates_are_refused() {
        for date in ["2024-02-30", "2024-13-01", "yesterday", "2024", "24-01-01", "20240101", "2024-1-1 "] {
            let error = parse(&format!("before:{date}"), &TimeZone::UTC).unwrap_err();
            assert_eq!(error.status().as_u16(), 422, "{date}");
        }
        assert_eq!(one("before:0001-01-01"), What::Within(None, Some(Millis(0))));
    }

    #[test]
    fn days_begin_where_the_reader_is() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let during = |day: &str| match parse(&format!("during:{day}"), &zone).unwrap().remove(0).what {
            What::Within(Some(start), Some(end)) => (start.dt0(), end.dt0()),
            what => panic!("{what:?}"),
        };
        assert_eq!(during("2024-07-01"), ("2024-06-30T22:00:00Z".into(), "2024-07-01T22:00:00Z".into()));
        // The day on which the clocks were put forth had 23 hours.
        assert_eq!(during("2024-03-31"), ("2024-03-30T23:00:00Z".into(), "2024-03-31T22:00:00Z".into()));
    }
}
