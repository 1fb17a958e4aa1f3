//! Reading a file that somebody brings: its columns, its lines, and whether it is what it is said to be.

use csv::{ReaderBuilder, StringRecord, Trim};
use url::Url;

use super::filters;
use super::table::Entry;
use crate::features::exports::format::Kind;
use crate::features::lists;
use crate::features::relationships::domains;
use crate::platform::config::Config;
use crate::platform::error::{Error, Result};
use crate::platform::text::count::graphemes;
use crate::platform::text::idn::Acct;

/// The largest file, in lines (behaviours §27).
pub const MOST_LINES: usize = 20_000;
/// The longest text of one cell, in bytes; what is longer is no address.
pub(super) const CELL: usize = 2_048;

/// What a file holds.
#[derive(Debug, Default)]
pub struct Contents {
    /// Lines that can be tried.
    pub good: Vec<Entry>,
    /// Lines that make no sense.
    pub bad: Vec<Entry>,
}

/// Takes a file apart.
///
/// # Errors
/// 422 when it is empty, too long, no CSV (or JSON) in UTF-8, or clearly something else than it is said to be.
pub fn read(config: &Config, kind: Kind, bytes: &[u8]) -> Result<Contents> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let contents =
        if kind == Kind::CustomFilters { filters::read(bytes)? } else { read_csv(config, kind, bytes)? };
    if contents.good.is_empty() && contents.bad.is_empty() {
        return Err(Error::invalid("The file is empty"));
    }
    if contents.good.is_empty() {
        return Err(Error::invalid("The file does not hold what it is said to hold"));
    }
    Ok(contents)
}

fn read_csv(config: &Config, kind: Kind, bytes: &[u8]) -> Result<Contents> {
    let mut reader =
        ReaderBuilder::new().has_headers(false).flexible(true).trim(Trim::All).from_reader(bytes);
    let mut order: Vec<Option<usize>> = (0..kind.columns().len()).map(Some).collect();
    let mut contents = Contents::default();
    for (at, record) in reader.records().enumerate() {
        let record = record.map_err(|error| Error::invalid("The file is no CSV in UTF-8").because(error))?;
        if at == 0 && is_header(&record) {
            order = places(kind, &record)?;
            continue;
        }
        if record.iter().all(str::is_empty) {
            continue;
        }
        if contents.good.len() + contents.bad.len() >= MOST_LINES {
            return Err(Error::invalid(format!("The file has more than {MOST_LINES} lines")));
        }
        let cell = |place: &Option<usize>| place.and_then(|at| record.get(at)).unwrap_or_default();
        let line = record.position().map_or(0, csv::Position::line);
        let line = u32::try_from(line).unwrap_or(u32::MAX);
        let cells: Vec<&str> = order.iter().map(cell).collect();
        let fits = cells.iter().all(|cell| cell.len() <= CELL) && is_entry(config, kind, &cells);
        let cells = cells.into_iter().map(|cell| shortened(cell).to_owned()).collect();
        let list = if fits { &mut contents.good } else { &mut contents.bad };
        list.push(Entry { line, cells });
    }
    Ok(contents)
}

pub(super) fn shortened(cell: &str) -> &str {
    let mut end = cell.len().min(CELL);
    while !cell.is_char_boundary(end) {
        end -= 1;
    }
    &cell[..end]
}

fn is_header(record: &StringRecord) -> bool {
    let first = record.get(0).unwrap_or_default();
    Kind::ALL.iter().any(|kind| kind.columns().first().is_some_and(|name| name.eq_ignore_ascii_case(first)))
}

/// Where the columns of this kind stand in a file with this first line.
fn places(kind: Kind, header: &StringRecord) -> Result<Vec<Option<usize>>> {
    let place = |name: &str| header.iter().position(|cell| cell.eq_ignore_ascii_case(name));
    // The first column tells most kinds apart, a second one that no other kind has the rest.
    let same_first = |other: Kind| other.columns().first() == kind.columns().first();
    let told = |other: Kind| {
        let second = other.columns().get(1);
        second.is_some_and(|name| place(name).is_some() && !kind.columns().contains(name))
    };
    let other = Kind::ALL.into_iter().find(|other| {
        let first = other.columns().first();
        *other != kind
            && first.is_some_and(|name| place(name) == Some(0))
            && (!same_first(*other) || told(*other))
    });
    if let Some(other) = other {
        return Err(Error::invalid(format!("The file holds {}, not {}", other.word(), kind.word())));
    }
    let first = kind.columns().first().copied().unwrap_or_default();
    if place(first).is_none() {
        return Err(Error::invalid("The file does not hold what it is said to hold"));
    }
    Ok(kind.columns().iter().map(|name| place(name)).collect())
}

/// Whether the cells can mean something of this kind.
fn is_entry(config: &Config, kind: Kind, cells: &[&str]) -> bool {
    let first = cells.first().copied().unwrap_or_default();
    match kind {
        Kind::Following | Kind::Muting | Kind::Blocking => is_handle(first),
        Kind::Lists => {
            let title = !first.is_empty() && graphemes(first) <= lists::TITLE;
            title && cells.get(1).is_some_and(|handle| is_handle(handle))
        }
        Kind::DomainBlocking => first.contains(['.', ':']) && domains::named(config, first).is_ok(),
        Kind::Bookmarks => is_address(first),
        // Read elsewhere: they are no lines.
        Kind::CustomFilters => false,
    }
}

/// An address on the web.
pub(super) fn is_address(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

/// `user@domain`: a bare word may be anything.
fn is_handle(cell: &str) -> bool {
    Acct::parse(cell).is_some_and(|acct| acct.domain.is_some())
}

/// A cell that says yes or no; `None` when it says nothing.
pub fn flag(cell: &str) -> Option<bool> {
    match cell.to_ascii_lowercase().as_str() {
        "" => None,
        "false" | "f" | "0" | "off" | "no" => Some(false),
        _ => Some(true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> Config {
        Config::load(&[("server.domain", "here.example".into())], [], None).unwrap()
    }

    fn cells(kind: Kind, text: &str) -> Vec<Vec<String>> {
        let contents = read(&config(), kind, text.as_bytes()).unwrap();
        contents.good.into_iter().map(|entry| entry.cells).collect()
    }

    #[test]
    fn columns_are_found_by_their_names_or_their_places() {
        let wanted = [["a@b.example", "false", "true", "de, en"]];
        let named = "\u{feff}Account address,Languages,Notify on new posts,Show boosts,More\r\n\
                     a@b.example,\"de, en\",true,false,x\r\n";
        assert_eq!(cells(Kind::Following, named), wanted);
        assert_eq!(cells(Kind::Following, "a@b.example,false,true,\"de, en\""), wanted);
        assert_eq!(
            cells(Kind::Following, "Account address\n@a@b.example\n\n"),
            [["@a@b.example", "", "", ""]]
        );
        assert_eq!(cells(Kind::Bookmarks, "#uri\nhttps://a.example/1"), [["https://a.example/1"]]);
    }

    #[test]
    fn one_kind_is_not_taken_for_another() {
        let files = [
            (Kind::Muting, "Account address,Hide notifications\na@b.example,true"),
            (Kind::Following, "Account address,Show boosts\na@b.example,true"),
            (Kind::Lists, "List name,Account address\nfriends,a@b.example"),
            (Kind::DomainBlocking, "#domain\nb.example"),
            (Kind::Bookmarks, "#uri\nhttps://a.example/1"),
        ];
        for (kind, text) in files {
            assert!(read(&config(), kind, text.as_bytes()).is_ok(), "{kind:?}");
            for other in Kind::ALL.into_iter().filter(|other| *other != kind) {
                assert!(read(&config(), other, text.as_bytes()).is_err(), "{kind:?} as {other:?}");
            }
        }
    }

    #[test]
    fn what_is_no_file_of_ours_is_refused() {
        let long = "a@b.example\n".repeat(MOST_LINES + 1);
        for bad in [&b""[..], b"\n\n", b"\xff\xfe\x00", b"\x89PNG\r\n", b"Account address\n", long.as_bytes()]
        {
            assert!(read(&config(), Kind::Blocking, bad).is_err(), "{:?}", &bad[..bad.len().min(20)]);
        }
        let contents = read(&config(), Kind::Blocking, b"a@b.example\nno handle\n@\n\"open").unwrap();
        assert_eq!((contents.good.len(), contents.bad.len()), (1, 3));
        assert_eq!(contents.bad[0].line, 2);
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
            for kind in Kind::ALL {
                let _ = read(&config(), kind, &bytes);
            }
        }
    }
}
