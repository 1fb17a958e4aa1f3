//! What the operator says about other servers: rules by domain, and whom a closed network lets in.

use serde::{Deserialize, Serialize};
use shop_storage::{Catalog, IndexRows, Row, Table, Unique, record};

use crate::platform::clock::Millis;
use crate::platform::ids::DomainRuleId;

/// How hard a rule is (behaviours §25).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Severity {
    /// Only what else the rule says.
    Noop,
    /// Everybody there is limited.
    Silence,
    /// Everybody there is suspended, and nothing is exchanged.
    Suspend,
}

impl Severity {
    /// The word of the API.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Noop => "noop",
            Self::Silence => "silence",
            Self::Suspend => "suspend",
        }
    }

    /// Reads the word of the API.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Noop, Self::Silence, Self::Suspend].into_iter().find(|severity| severity.word() == word)
    }
}

/// A rule about a server and everything below its domain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DomainRule {
    /// ASCII form, with a port where it is about one port only.
    pub domain: String,
    /// How hard it is.
    pub severity: Severity,
    /// No pictures, sounds or videos are taken from there.
    pub reject_media: bool,
    /// Reports from there are not taken.
    pub reject_reports: bool,
    /// Why, for the staff.
    pub private_comment: Option<String>,
    /// Why, for those who may see the list of rules.
    pub public_comment: Option<String>,
    /// The list shows the domain only in part.
    pub obfuscate: bool,
    /// Since when. Accounts that the rule limits or suspends bear this very time, by which they are known when it is
    /// lifted.
    pub created_at: Millis,
}
record!(DomainRule, 1);

impl Row for DomainRule {
    type Key = DomainRuleId;

    fn index(&self, key: &DomainRuleId, rows: &mut IndexRows) {
        rows.unique(&BY_DOMAIN, &self.domain, key);
    }
}

/// A server that a closed network lets in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DomainAllow {
    /// ASCII form, with a port where it has one.
    pub domain: String,
    /// Since when.
    pub created_at: Millis,
}
record!(DomainAllow, 1);

impl Row for DomainAllow {
    type Key = DomainRuleId;
}

/// All rules.
pub const RULES: Table<DomainRule> = Table::new(0x95, "domain_rules");
/// Domain to rule.
pub const BY_DOMAIN: Unique<String, DomainRuleId> = Unique::new(0x96, "domain_rules_by_domain");
/// Who is let in; a few, so that they are looked through.
pub const ALLOWS: Table<DomainAllow> = Table::new(0x97, "domain_allows");

/// Lists the tables of this feature.
pub fn catalog(catalog: &mut Catalog) {
    catalog.table(&RULES);
    catalog.unique(&BY_DOMAIN);
    catalog.table(&ALLOWS);
}

#[cfg(test)]
mod tests {
    use shop_storage::{decode_record, encode_record};

    use super::*;

    #[test]
    fn stored_rules_stay_readable() {
        let rule = DomainRule {
            domain: "a".into(),
            severity: Severity::Suspend,
            reject_media: true,
            reject_reports: false,
            private_comment: Some("b".into()),
            public_comment: None,
            obfuscate: true,
            created_at: Millis(5),
        };
        let mut golden = vec![1, 1, 1, 0, 0, 0, 0, 0, 0, 0, b'a', 2, 0, 0, 0, 1, 0];
        golden.extend([1, 1, 0, 0, 0, 0, 0, 0, 0, b'b', 0, 1, 5, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(encode_record(&rule).unwrap(), golden);
        assert_eq!(decode_record::<DomainRule>(&golden).unwrap(), rule);

        let allow = DomainAllow { domain: "a".into(), created_at: Millis(5) };
        let golden = [1, 1, 1, 0, 0, 0, 0, 0, 0, 0, b'a', 5, 0, 0, 0, 0, 0, 0, 0];
        assert_eq!(encode_record(&allow).unwrap(), golden);
    }

    #[test]
    fn the_words_of_the_api() {
        for severity in [Severity::Noop, Severity::Silence, Severity::Suspend] {
            assert_eq!(Severity::parse(severity.word()), Some(severity));
        }
        assert_eq!(Severity::parse("block"), None);
        assert!(Severity::Suspend > Severity::Silence && Severity::Silence > Severity::Noop);
    }
}
