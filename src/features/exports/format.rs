//! The files: what each holds, what it is called, and its columns, as other servers write and read them (behaviours §27).

use serde::{Deserialize, Serialize};

use super::filters;
use crate::platform::error::{Error, Result};

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// Whom one follows, and how.
    Following,
    /// Who is on one's lists.
    Lists,
    /// Whom one mutes.
    Muting,
    /// Whom one blocks.
    Blocking,
    /// Which servers one blocks.
    DomainBlocking,
    /// What one has bookmarked.
    Bookmarks,
    /// What one wants to be warned of.
    CustomFilters,
}

impl Kind {
    /// All of them, in the order in which they make sense to be read in.
    pub const ALL: [Self; 7] = [
        Self::Following,
        Self::Lists,
        Self::Muting,
        Self::Blocking,
        Self::DomainBlocking,
        Self::Bookmarks,
        Self::CustomFilters,
    ];

    /// The word of the API.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Following => "following",
            Self::Lists => "lists",
            Self::Muting => "muting",
            Self::Blocking => "blocking",
            Self::DomainBlocking => "domain_blocking",
            Self::Bookmarks => "bookmarks",
            Self::CustomFilters => "custom_filters",
        }
    }

    /// Reads the word of the API.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// The name of the file.
    pub const fn file_name(self) -> &'static str {
        match self {
            Self::Following => "following_accounts.csv",
            Self::Lists => "lists.csv",
            Self::Muting => "muted_accounts.csv",
            Self::Blocking => "blocked_accounts.csv",
            Self::DomainBlocking => "blocked_domains.csv",
            Self::Bookmarks => "bookmarks.csv",
            Self::CustomFilters => "custom_filters.json",
        }
    }

    /// What stands in the first line; nothing is written there where other servers write nothing.
    pub const fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Following => &["Account address", "Show boosts", "Notify on new posts", "Languages"],
            Self::Lists => &["List name", "Account address"],
            Self::Muting => &["Account address", "Hide notifications"],
            Self::Blocking => &["Account address"],
            Self::DomainBlocking => &["#domain"],
            Self::Bookmarks => &["#uri"],
            Self::CustomFilters => &[],
        }
    }

    /// The first line as it is written.
    pub const fn header(self) -> &'static [&'static str] {
        match self {
            Self::Following | Self::Muting => self.columns(),
            Self::Lists | Self::Blocking | Self::DomainBlocking | Self::Bookmarks | Self::CustomFilters => {
                &[]
            }
        }
    }

    /// The type of the file.
    pub const fn mime(self) -> &'static str {
        match self {
            Self::CustomFilters => "application/json; charset=utf-8",
            _ => "text/csv; charset=utf-8",
        }
    }

    /// How the file begins.
    ///
    /// # Errors
    /// As [`write()`].
    pub fn head(self) -> Result<Vec<u8>> {
        match self {
            Self::CustomFilters => Ok(filters::HEAD.into()),
            _ if self.header().is_empty() => Ok(Vec::new()),
            _ => write(&[self.header()]),
        }
    }

    /// Some lines of the file; whether they are its first ones.
    ///
    /// # Errors
    /// As [`write()`].
    pub fn lines(self, lines: &[Vec<String>], first: bool) -> Result<Vec<u8>> {
        match self {
            Self::CustomFilters => Ok(filters::write(lines, first)),
            _ => write(lines),
        }
    }

    /// How the file ends.
    pub const fn foot(self) -> &'static [u8] {
        match self {
            Self::CustomFilters => filters::FOOT,
            _ => &[],
        }
    }
}

/// Lines as CSV (RFC 4180).
///
/// # Errors
/// 500 when they cannot be written, which memory does not do.
pub fn write<L: AsRef<[C]>, C: AsRef<[u8]>>(lines: &[L]) -> Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    for line in lines {
        writer.write_record(line.as_ref()).map_err(Error::internal)?;
    }
    writer.into_inner().map_err(|error| Error::internal(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        let lines = [vec!["a, b", "c\"d"], vec!["plain"]];
        assert_eq!(write(&lines).unwrap(), b"\"a, b\",\"c\"\"d\"\nplain\n");
        assert_eq!(write::<&[&str], &str>(&[]).unwrap(), b"");
    }

    #[test]
    fn words_and_names_are_told_apart() {
        for kind in Kind::ALL {
            assert_eq!(Kind::parse(kind.word()), Some(kind));
            assert_eq!(Kind::ALL.iter().filter(|other| other.file_name() == kind.file_name()).count(), 1);
        }
        assert_eq!(Kind::parse("followers"), None);
    }
}
