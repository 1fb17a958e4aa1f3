//! The JSON entities of rules: for the staff, and in the list that others may see.

use aws_lc_rs::digest::{SHA256, digest};
use serde::Serialize;
use shop_storage::{Read, Window};

use super::table::{DomainAllow, DomainRule, RULES, Severity};
use crate::platform::error::Result;
use crate::platform::ids::DomainRuleId;
use crate::platform::text::idn::to_unicode;

/// Most rules that the public list shows.
const MOST: usize = 20_000;

/// A rule as the staff sees it (entities: Admin::DomainBlock).
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs, reason = "the keys are those of the entity")]
pub struct AdminRuleView {
    id: DomainRuleId,
    domain: String,
    digest: String,
    created_at: String,
    severity: &'static str,
    reject_media: bool,
    reject_reports: bool,
    private_comment: Option<String>,
    public_comment: Option<String>,
    obfuscate: bool,
}

impl AdminRuleView {
    /// A rule as the staff sees it.
    pub fn of(id: DomainRuleId, rule: DomainRule) -> Self {
        Self {
            id,
            digest: fingerprint(&rule.domain),
            domain: rule.domain,
            created_at: rule.created_at.dt(),
            severity: rule.severity.word(),
            reject_media: rule.reject_media,
            reject_reports: rule.reject_reports,
            private_comment: rule.private_comment,
            public_comment: rule.public_comment,
            obfuscate: rule.obfuscate,
        }
    }
}

/// A server that a closed network lets in (entities: Admin::DomainAllow).
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs, reason = "the keys are those of the entity")]
pub struct AllowView {
    id: DomainRuleId,
    domain: String,
    created_at: String,
}

impl AllowView {
    /// An allowed server as the staff sees it.
    pub fn of(id: DomainRuleId, allow: DomainAllow) -> Self {
        Self { id, domain: allow.domain, created_at: allow.created_at.dt() }
    }
}

/// A rule in the list that others may see (entities: DomainBlock).
#[derive(Debug, Clone, Serialize)]
pub struct RuleView {
    /// In its own script, in part `*` when the operator wants that.
    pub domain: String,
    digest: String,
    /// `silence` or `suspend`.
    pub severity: &'static str,
    /// Why, where that is shown.
    pub comment: Option<String>,
}

/// The list that others may see: who is limited or suspended, the limited first, each by name.
///
/// # Errors
/// When the store fails.
pub fn list(from: &dyn Read, with_comments: bool) -> Result<Vec<RuleView>> {
    let rules = RULES.page(from, &Window::oldest(MOST))?;
    let mut rules: Vec<DomainRule> =
        rules.into_iter().map(|(_, rule)| rule).filter(|rule| rule.severity > Severity::Noop).collect();
    rules.sort_unstable_by(|one, other| (one.severity, &one.domain).cmp(&(other.severity, &other.domain)));
    Ok(rules
        .into_iter()
        .map(|rule| RuleView {
            digest: fingerprint(&rule.domain),
            domain: if rule.obfuscate { veiled(&to_unicode(&rule.domain)) } else { to_unicode(&rule.domain) },
            severity: rule.severity.word(),
            comment: rule.public_comment.filter(|_| with_comments),
        })
        .collect())
}

/// The SHA-256 of a domain in hexadecimal: who knows a domain can look it up in the list.
fn fingerprint(domain: &str) -> String {
    digest(&SHA256, domain.as_bytes()).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A name of which the middle half is `*`, dots excepted.
fn veiled(domain: &str) -> String {
    let length = domain.chars().count();
    let shown = length / 4;
    let veil = |(at, letter): (usize, char)| {
        if at > shown && at < length - shown && letter != '.' { '*' } else { letter }
    };
    domain.chars().enumerate().map(veil).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_a_name_can_be_hidden() {
        assert_eq!(veiled("hateful.example"), "hate***.****ple");
        assert_eq!(veiled("a.b"), "a.*");
        assert_eq!(veiled(""), "");
        assert_eq!(fingerprint("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
