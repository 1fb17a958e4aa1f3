//! Reports: what members, or other servers, tell the staff about an account.

use serde::{Deserialize, Serialize};
use shop_storage::{Catalog, Index, IndexRows, Row, Table, Unique, record};

use super::earlier::ReportV1;
use crate::platform::clock::Millis;
use crate::platform::ids::{AccountId, CollectionId, ReportId, StatusId};

/// What a report is about (entities: Report.category).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Category {
    /// Unwanted advertising.
    Spam,
    /// Against the law.
    Legal,
    /// Against a rule of the community.
    Violation,
    /// Anything else.
    Other,
}

impl Category {
    /// The word of the API.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Spam => "spam",
            Self::Legal => "legal",
            Self::Violation => "violation",
            Self::Other => "other",
        }
    }

    /// Reads the word of the API.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Spam, Self::Legal, Self::Violation, Self::Other].into_iter().find(|one| one.word() == word)
    }
}

/// A report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Who reports; for reports of other servers the account that sent them.
    pub account: AccountId,
    /// Who is reported.
    pub target: AccountId,
    /// Posts of the reported account that show what is meant.
    pub statuses: Vec<StatusId>,
    /// Plain text.
    pub comment: String,
    /// What it is about.
    pub category: Category,
    /// Numbers of the broken rules, as the API counts them (from 1).
    pub rules: Vec<u32>,
    /// Passed on to the reported account's server.
    pub forwarded: bool,
    /// The id of the Flag activity, for reports of other servers.
    pub uri: Option<String>,
    /// When it came.
    pub created_at: Millis,
    /// When anything about it last changed.
    pub updated_at: Millis,
    /// Who of the staff looks after it.
    pub assigned: Option<AccountId>,
    /// When it was settled, and by whom.
    pub action: Option<(Millis, AccountId)>,
    /// Collections of the reported account that are meant.
    pub collections: Vec<CollectionId>,
}
record!(Report, 2, from ReportV1);

impl Row for Report {
    type Key = ReportId;

    fn index(&self, key: &ReportId, rows: &mut IndexRows) {
        rows.add(&ABOUT, &self.target, key);
        if self.action.is_none() {
            rows.add(&OPEN, &(), key);
        }
        if let Some(uri) = &self.uri {
            rows.unique(&BY_URI, &(uri.clone(), self.target), key);
        }
    }
}

/// All reports.
pub const REPORTS: Table<Report> = Table::new(0x91, "reports");
/// Reports about an account.
pub const ABOUT: Index<AccountId, ReportId> = Index::new(0x92, "reports_about");
/// Reports that nobody has settled.
pub const OPEN: Index<(), ReportId> = Index::new(0x93, "reports_open");
/// (Id of a Flag activity, who is reported) to the report: one Flag may name several accounts.
pub const BY_URI: Unique<(String, AccountId), ReportId> = Unique::new(0x94, "reports_by_uri");

/// Lists the tables of this feature.
pub fn catalog(catalog: &mut Catalog) {
    catalog.table(&REPORTS);
    catalog.index(&ABOUT);
    catalog.index(&OPEN);
    catalog.unique(&BY_URI);
}
