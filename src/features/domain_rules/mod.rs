//! Domain rules: with which servers this one talks, and on what terms (behaviours §25, domain blocks).
//!
//! Rules are rows; [`Book`] holds what counts of them in memory, where every path asks. What follows for accounts that
//! are known already is done by [`jobs::ApplyRules`]; the rest happens at once.

pub mod api;
mod book;
pub mod jobs;
pub mod table;
pub mod view;

use std::ops::ControlFlow;
use std::sync::Arc;

use shop_storage::{Read, Window};

pub use self::book::{Book, NOT_ALLOWED, Standing, above};
use self::jobs::ApplyRules;
use self::table::{ALLOWS, BY_DOMAIN, DomainAllow, DomainRule, RULES, Severity};
use crate::federation::vocab::Origin;
use crate::platform::app::{App, Tx};
use crate::platform::config::Config;
use crate::platform::error::{Error, Result};
use crate::platform::http::paging::Cursor;
use crate::platform::http::problems::Problems;
use crate::platform::ids::{DomainRuleId, kind};
use crate::platform::text::count::graphemes;
use crate::platform::text::idn::to_ascii;

/// How many rules there may be: they are all in memory.
const MOST_RULES: usize = 100_000;
/// How many servers a closed network may let in.
const MOST_ALLOWS: usize = 10_000;
/// Longest comment, in characters.
const COMMENT: usize = 5_000;

/// What to say about a server; `None` leaves as it is, or takes the default for a new rule.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Terms {
    /// How hard; limited when it is not told.
    pub severity: Option<Severity>,
    /// Take no media.
    pub reject_media: Option<bool>,
    /// Take no reports.
    pub reject_reports: Option<bool>,
    /// For the staff; blank takes it away.
    pub private_comment: Option<String>,
    /// For everybody who may see the list; blank takes it away.
    pub public_comment: Option<String>,
    /// Show the domain only in part.
    pub obfuscate: Option<bool>,
}

/// The rules in memory.
pub fn book(app: &App) -> Arc<Book> {
    app.part::<Book>()
}

/// Reads the rules into memory and has the network client ask them. Done once, when a server is put together.
///
/// # Errors
/// When the store fails.
pub fn open(app: &App) -> Result<()> {
    let store = app.read()?;
    let mut rules = Vec::new();
    RULES.visit(&store, &Window::all(), &mut |_, rule| {
        rules.push(rule);
        ControlFlow::Continue(())
    })?;
    let allowed = allows(&store)?.into_iter().map(|(_, allow)| allow.domain);
    let web = Origin::of(app.config.base_url()).map(|origin| origin.authority());
    let own = web.into_iter().chain([app.config.domain().to_owned()]).collect();
    let book = book(app);
    book.fill(app.config.federation.is_closed(), own, rules, allowed);
    app.net.ask_first(book);
    Ok(())
}

/// At the start: a network that was closed or opened while the server stood still treats the accounts that it knows
/// accordingly. Nothing is done where no network was ever closed.
///
/// # Errors
/// When the store fails.
pub fn settle(tx: &mut Tx<'_>) -> Result<()> {
    if tx.app().config.federation.is_closed() || !allows(&**tx)?.is_empty() {
        tx.enqueue(&ApplyRules::everywhere())?;
    }
    Ok(())
}

/// The domain that the operator names, in ASCII form.
///
/// # Errors
/// 422 for none, for what is no domain, and for this server's own.
pub fn named(config: &Config, text: &str) -> Result<String> {
    if text.trim().is_empty() {
        return Err(Error::invalid("Domain can't be blank"));
    }
    let own =
        [Some(config.domain().to_owned()), Origin::of(config.base_url()).map(|origin| origin.authority())];
    to_ascii(text.trim())
        .filter(|domain| !own.iter().flatten().any(|own| own == domain))
        .ok_or_else(|| Error::invalid("Domain is not a valid domain name"))
}

/// One rule.
///
/// # Errors
/// 404 when there is none.
pub fn get(from: &dyn Read, id: DomainRuleId) -> Result<DomainRule> {
    RULES.get(from, &id)?.ok_or_else(Error::not_found)
}

/// The rule about exactly this domain.
///
/// # Errors
/// When the store fails.
pub fn find(from: &dyn Read, domain: &str) -> Result<Option<(DomainRuleId, DomainRule)>> {
    let Some(id) = BY_DOMAIN.get(from, &domain.to_owned())? else { return Ok(None) };
    Ok(RULES.get(from, &id)?.map(|rule| (id, rule)))
}

/// The rule that counts for a domain: its own, or the one about the longest part of its name.
///
/// # Errors
/// When the store fails.
pub fn rule_for(from: &dyn Read, domain: &str) -> Result<Option<(DomainRuleId, DomainRule)>> {
    for name in above(domain) {
        if let Some(found) = find(from, &name)? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// A page of rules, newest first.
///
/// # Errors
/// When the store fails.
pub fn page(from: &dyn Read, cursor: &Cursor<kind::DomainRule>) -> Result<Vec<(DomainRuleId, DomainRule)>> {
    Ok(cursor.arrange(RULES.page(from, &cursor.window())?))
}

/// Whether `new` leaves nothing open that `old` shuts (behaviours §25).
pub fn is_stricter(new: &DomainRule, old: &DomainRule) -> bool {
    match (new.severity, old.severity) {
        (Severity::Suspend, _) => true,
        (new, old) if new < old => false,
        _ => (new.reject_media || !old.reject_media) && (new.reject_reports || !old.reject_reports),
    }
}

/// What a new rule about `domain` would be.
///
/// # Errors
/// 422 for comments that are too long.
pub fn draft(tx: &Tx<'_>, domain: &str, terms: Terms) -> Result<DomainRule> {
    let rule = DomainRule {
        domain: domain.to_owned(),
        severity: Severity::Silence,
        reject_media: false,
        reject_reports: false,
        private_comment: None,
        public_comment: None,
        obfuscate: false,
        created_at: tx.now(),
    };
    on_terms(rule, terms)
}

fn on_terms(mut rule: DomainRule, terms: Terms) -> Result<DomainRule> {
    let comment = |given: Option<String>, before: Option<String>| match given {
        Some(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        None => before,
    };
    rule.severity = terms.severity.unwrap_or(rule.severity);
    rule.reject_media = terms.reject_media.unwrap_or(rule.reject_media);
    rule.reject_reports = terms.reject_reports.unwrap_or(rule.reject_reports);
    rule.obfuscate = terms.obfuscate.unwrap_or(rule.obfuscate);
    rule.private_comment = comment(terms.private_comment, rule.private_comment);
    rule.public_comment = comment(terms.public_comment, rule.public_comment);
    let mut problems = Problems::default();
    let length = |text: &Option<String>| text.as_deref().map_or(0, graphemes);
    problems.limit("private_comment", length(&rule.private_comment), COMMENT);
    problems.limit("public_comment", length(&rule.public_comment), COMMENT);
    problems.check()?;
    Ok(rule)
}

/// Sets a new rule.
///
/// # Errors
/// 422 when there is one about this domain already, and beyond [`MOST_RULES`].
pub fn add(tx: &mut Tx<'_>, rule: &DomainRule) -> Result<DomainRuleId> {
    if BY_DOMAIN.get(&**tx, &rule.domain)?.is_some() {
        return Err(Error::invalid("Domain has already been taken"));
    }
    if book(tx.app()).len() >= MOST_RULES {
        return Err(Error::invalid(format!("There cannot be more than {MOST_RULES} rules")));
    }
    let id = tx.new_id();
    put(tx, id, rule)?;
    Ok(id)
}

/// Changes a rule.
///
/// # Errors
/// 404 when there is none, 422 for comments that are too long.
pub fn change(tx: &mut Tx<'_>, id: DomainRuleId, terms: Terms) -> Result<DomainRule> {
    let rule = on_terms(get(&**tx, id)?, terms)?;
    put(tx, id, &rule)?;
    Ok(rule)
}

/// Sets a rule about `domain`, or changes the one that there is.
///
/// # Errors
/// As [`add`] and [`change`].
pub fn block(tx: &mut Tx<'_>, domain: &str, terms: Terms) -> Result<DomainRuleId> {
    match find(&**tx, domain)? {
        Some((id, _)) => change(tx, id, terms).map(|_| id),
        None => {
            let rule = draft(tx, domain, terms)?;
            add(tx, &rule)
        }
    }
}

fn put(tx: &mut Tx<'_>, id: DomainRuleId, rule: &DomainRule) -> Result<()> {
    RULES.put(tx, &id, rule)?;
    let (book, domain, kept) = (book(tx.app()), rule.domain.clone(), rule.into());
    tx.on_commit(move || book.set_rule(domain, Some(kept)));
    tx.enqueue(&ApplyRules::at(&rule.domain, rule.created_at))
}

/// Takes a rule away: the accounts that it limited or suspended come back, what was deleted does not.
///
/// # Errors
/// 404 when there is none.
pub fn lift(tx: &mut Tx<'_>, id: DomainRuleId) -> Result<()> {
    let rule = RULES.delete(tx, &id)?.ok_or_else(Error::not_found)?;
    let (book, domain) = (book(tx.app()), rule.domain.clone());
    tx.on_commit(move || book.set_rule(domain, None));
    tx.enqueue(&ApplyRules::at(&rule.domain, rule.created_at))
}

/// Whom a closed network lets in, oldest first.
///
/// # Errors
/// When the store fails.
pub fn allows(from: &dyn Read) -> Result<Vec<(DomainRuleId, DomainAllow)>> {
    Ok(ALLOWS.page(from, &Window::oldest(MOST_ALLOWS))?)
}

/// A page of [`allows`], newest first.
///
/// # Errors
/// When the store fails.
pub fn page_of_allows(
    from: &dyn Read,
    cursor: &Cursor<kind::DomainRule>,
) -> Result<Vec<(DomainRuleId, DomainAllow)>> {
    Ok(cursor.arrange(ALLOWS.page(from, &cursor.window())?))
}

/// One server that a closed network lets in.
///
/// # Errors
/// 404 when there is none.
pub fn get_allow(from: &dyn Read, id: DomainRuleId) -> Result<DomainAllow> {
    ALLOWS.get(from, &id)?.ok_or_else(Error::not_found)
}

/// A closed network lets a server in; it is the same row when it does already.
///
/// # Errors
/// 422 beyond [`MOST_ALLOWS`].
pub fn allow(tx: &mut Tx<'_>, domain: &str) -> Result<DomainRuleId> {
    let known = allows(&**tx)?;
    if let Some((id, _)) = known.iter().find(|(_, allow)| allow.domain == domain) {
        return Ok(*id);
    }
    if known.len() >= MOST_ALLOWS {
        return Err(Error::invalid(format!("There cannot be more than {MOST_ALLOWS} allowed servers")));
    }
    let (id, created_at) = (tx.new_id(), tx.now());
    ALLOWS.put(tx, &id, &DomainAllow { domain: domain.to_owned(), created_at })?;
    admit(tx, domain, true)?;
    Ok(id)
}

/// A closed network lets a server in no longer; its accounts are suspended.
///
/// # Errors
/// 404 when it did not.
pub fn disallow(tx: &mut Tx<'_>, id: DomainRuleId) -> Result<()> {
    let allow = ALLOWS.delete(tx, &id)?.ok_or_else(Error::not_found)?;
    admit(tx, &allow.domain, false)
}

fn admit(tx: &mut Tx<'_>, domain: &str, allowed: bool) -> Result<()> {
    let (book, name) = (book(tx.app()), domain.to_owned());
    tx.on_commit(move || book.set_allowed(name, allowed));
    if tx.app().config.federation.is_closed() {
        tx.enqueue(&ApplyRules::at(domain, NOT_ALLOWED))?;
    }
    Ok(())
}
