//! Reports: what may be reported, and what the staff is told (behaviours §25).

pub mod activity;
pub mod api;
mod earlier;
pub mod table;
pub mod view;

use shop_storage::{Read, Window};

use self::table::{ABOUT, BY_URI, Category, REPORTS, Report};
use crate::features::accounts::table::Account;
use crate::features::statuses::table::{STATUSES, Status};
use crate::features::statuses::visible_to;
use crate::features::{accounts, collections, instance};
use crate::platform::app::Tx;
use crate::platform::error::{Error, Kind, Result};
use crate::platform::events::Event;
use crate::platform::http::problems::Problems;
use crate::platform::ids::{AccountId, CollectionId, ReportId, StatusId};
use crate::platform::text::count::{graphemes, truncate};

/// Longest comment of a member, in characters (behaviours §3).
pub const COMMENT: usize = 1_000;
/// Longest comment of another server; longer ones are cut.
pub const REMOTE_COMMENT: usize = 5_000;
/// How many posts one report names at most.
pub const MOST_STATUSES: usize = 100;
/// How many collections one report names at most.
pub const MOST_COLLECTIONS: usize = collections::MOST_REMOTE;
/// How many open reports about an account are looked at to find out whether the staff knows of it already.
const LOOK_BACK: usize = 100;

/// What a member reports.
#[derive(Debug, Clone)]
pub struct Complaint {
    /// Who is reported.
    pub target: AccountId,
    /// Posts that show what is meant.
    pub statuses: Vec<StatusId>,
    /// Collections that are meant.
    pub collections: Vec<CollectionId>,
    /// Plain text.
    pub comment: String,
    /// What it is about; broken rules make it a violation.
    pub category: Category,
    /// Numbers of the broken rules, from 1.
    pub rules: Vec<u32>,
    /// Whether the reported account's server shall hear of it.
    pub forward: bool,
    /// Further servers that shall hear of it: of people whom the named posts answer.
    pub forward_to: Vec<String>,
}

/// What another server names to show what it means: posts and collections of the reported account.
#[derive(Debug, Clone, Default)]
pub struct Evidence {
    /// Posts.
    pub statuses: Vec<StatusId>,
    /// Collections.
    pub collections: Vec<CollectionId>,
}

/// Keeps the report of a member and tells the staff.
///
/// # Errors
/// 404 for an account that is not there and for posts and collections that are not that account's, or not for this
/// member; 422 for a comment that is too long, too many posts or collections, and rules that do not exist.
pub fn report(tx: &mut Tx<'_>, by: AccountId, complaint: Complaint) -> Result<ReportId> {
    let target = target(&**tx, complaint.target)?;
    let mut problems = Problems::default();
    problems.limit("comment", graphemes(&complaint.comment), COMMENT);
    problems.check()?;
    if complaint.statuses.len() > MOST_STATUSES {
        return Err(Error::invalid(format!("Cannot report more than {MOST_STATUSES} posts at once")));
    }
    if complaint.collections.len() > MOST_COLLECTIONS {
        return Err(Error::invalid(format!(
            "Cannot report more than {MOST_COLLECTIONS} collections at once"
        )));
    }
    let rules = instance::get(&**tx)?.rules.len();
    if complaint.rules.iter().any(|rule| *rule == 0 || usize::try_from(*rule).is_ok_and(|rule| rule > rules))
    {
        return Err(Error::invalid("Rules must reference valid rules"));
    }
    for id in &complaint.statuses {
        reported(&**tx, by, complaint.target, *id)?;
    }
    for id in &complaint.collections {
        reported_collection(&**tx, by, complaint.target, *id)?;
    }
    let forward = complaint.forward && !target.is_local();
    let now = tx.now();
    let report = Report {
        account: by,
        target: complaint.target,
        statuses: complaint.statuses,
        comment: complaint.comment,
        category: if complaint.rules.is_empty() { complaint.category } else { Category::Violation },
        rules: complaint.rules,
        forwarded: forward,
        uri: None,
        created_at: now,
        updated_at: now,
        assigned: None,
        action: None,
        collections: complaint.collections,
    };
    let to = if complaint.forward { complaint.forward_to } else { Vec::new() };
    store(tx, report, to)
}

/// Keeps what another server reports about a local account; the same Flag twice is one report.
///
/// # Errors
/// When the store fails.
pub fn report_from_afar(
    tx: &mut Tx<'_>,
    by: AccountId,
    target: AccountId,
    shown: Evidence,
    comment: &str,
    uri: String,
) -> Result<()> {
    if BY_URI.get(&**tx, &(uri.clone(), target))?.is_some() {
        return Ok(());
    }
    let now = tx.now();
    let report = Report {
        account: by,
        target,
        statuses: shown.statuses,
        comment: truncate(comment, REMOTE_COMMENT).to_owned(),
        category: Category::Other,
        rules: Vec::new(),
        forwarded: false,
        uri: Some(uri),
        created_at: now,
        updated_at: now,
        assigned: None,
        action: None,
        collections: shown.collections,
    };
    store(tx, report, Vec::new())?;
    Ok(())
}

fn store(tx: &mut Tx<'_>, report: Report, forward_to: Vec<String>) -> Result<ReportId> {
    let known = has_open(&**tx, report.target)?;
    let id: ReportId = tx.new_id();
    REPORTS.put(tx, &id, &report)?;
    tx.tell(Event::Reported { report: id, repeated: known, forward_to });
    Ok(id)
}

/// Whether the staff has an unsettled report about `target`: then it is not told again (behaviours §25).
fn has_open(from: &dyn Read, target: AccountId) -> Result<bool> {
    let ids = ABOUT.page(from, &target, &Window::newest(LOOK_BACK))?;
    Ok(REPORTS.get_many(from, &ids)?.into_iter().flatten().any(|report| report.action.is_none()))
}

fn target(from: &dyn Read, id: AccountId) -> Result<Account> {
    let account = accounts::get(from, id)?;
    if account.suspended_at.is_some() || account.deleted { Err(Error::not_found()) } else { Ok(account) }
}

/// A post of the reported account that the one who reports may see.
fn reported(from: &dyn Read, by: AccountId, target: AccountId, id: StatusId) -> Result<Status> {
    let status = STATUSES.get(from, &id)?.filter(|status| status.account == target);
    let status = status.ok_or_else(Error::not_found)?;
    if visible_to(from, Some(by), id, &status)? { Ok(status) } else { Err(Error::not_found()) }
}

/// Refuses a collection that is not of the reported account, or not for the one who reports.
fn reported_collection(from: &dyn Read, by: AccountId, target: AccountId, id: CollectionId) -> Result<()> {
    match collections::readable(from, Some(by), id) {
        Ok(collection) if collection.account == target => Ok(()),
        Err(error) if error.kind() != Kind::Forbidden => Err(error),
        _ => Err(Error::not_found()),
    }
}
