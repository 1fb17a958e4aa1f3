//! Reports between servers: Flag, out in the name of the server alone, and in (behaviours §19, §20).

use std::collections::BTreeSet;

use serde_json::json;

use super::table::{REPORTS, Report};
use super::{Evidence, MOST_COLLECTIONS, MOST_STATUSES, report_from_afar};
use crate::features::accounts::table::ACCOUNTS;
use crate::features::accounts::{self, INSTANCE_ACTOR, id_of_local_uri};
use crate::features::collections::table::{COLLECTIONS, Collection};
use crate::features::domain_rules::book;
use crate::features::peers::delivery::{own_inbox, send, shared_inbox};
use crate::features::peers::host_of;
use crate::features::peers::processing::{Handled, Handler, Handling, Incoming};
use crate::features::statuses::table::STATUSES;
use crate::features::{collections, statuses};
use crate::federation::documents::with_context;
use crate::platform::app::{App, Tx};
use crate::platform::error::Result;
use crate::platform::events::Event;
use crate::platform::ids::{AccountId, CollectionId, ReportId, StatusId};
use crate::platform::text::plain;

/// What this feature does with activities.
pub const HANDLERS: [Handler; 1] = [Handler::of("Flag", receive_flag)];

/// How many accounts one Flag reports at most.
const MOST_TARGETS: usize = 10;

fn receive_flag<'a>(app: &'a App, incoming: &'a Incoming) -> Handling<'a> {
    Box::pin(async move {
        let Some(uri) = incoming.id().map(str::to_owned) else { return Ok(Handled::Done) };
        let places = incoming.account.domain.clone().into_iter().chain(host_of(&incoming.actor));
        if places.into_iter().any(|place| book(app).rejects_reports(&place)) {
            return Ok(Handled::Done);
        }
        let targets = targets(app, incoming)?;
        let comment = plain::from_html(incoming.activity.str_of("content").unwrap_or_default());
        let by = incoming.sender;
        app.write(move |tx| {
            for (target, shown) in targets {
                report_from_afar(tx, by, target, shown, &comment, uri.clone())?;
            }
            Ok(())
        })
        .await?;
        Ok(Handled::Done)
    })
}

/// The local accounts that a Flag names, each with the posts and collections of it that the Flag names.
fn targets(app: &App, incoming: &Incoming) -> Result<Vec<(AccountId, Evidence)>> {
    let from = app.read()?;
    let config = &app.config;
    let mut targets: Vec<(AccountId, Evidence)> = Vec::new();
    let ids = incoming.activity.ids_of("object");
    let posts: Vec<StatusId> =
        ids.iter().filter_map(|uri| statuses::id_of_local_uri(config, uri)).take(MOST_STATUSES).collect();
    let lists: Vec<CollectionId> = ids
        .iter()
        .filter_map(|uri| collections::documents::id_of_local_uri(config, uri))
        .take(MOST_COLLECTIONS)
        .collect();
    // The addresses of posts and collections begin like that of their account.
    let is_account = |uri: &str| {
        statuses::id_of_local_uri(config, uri).is_none()
            && collections::documents::id_of_local_uri(config, uri).is_none()
    };
    let accounts = ids.iter().filter(|uri| is_account(uri));
    for id in accounts.filter_map(|uri| id_of_local_uri(config, uri)) {
        if ACCOUNTS.get(&from, &id)?.is_some_and(|account| account.is_local() && !account.deleted) {
            evidence(&mut targets, id);
        }
    }
    for (id, status) in posts.iter().zip(STATUSES.get_many(&from, &posts)?) {
        let Some(status) = status.filter(|status| status.local) else { continue };
        if let Some(evidence) = evidence(&mut targets, status.account) {
            evidence.statuses.push(*id);
        }
    }
    for (id, row) in lists.iter().zip(COLLECTIONS.get_many(&from, &lists)?) {
        let Some(row) = row.filter(Collection::is_local) else { continue };
        // A collection may be named by its id and by its page.
        if let Some(evidence) = evidence(&mut targets, row.account)
            && !evidence.collections.contains(id)
        {
            evidence.collections.push(*id);
        }
    }
    Ok(targets)
}

/// What is named of `account`, which is a target from now on; `None` when there are too many targets.
fn evidence(targets: &mut Vec<(AccountId, Evidence)>, account: AccountId) -> Option<&mut Evidence> {
    let place = match targets.iter().position(|(target, _)| *target == account) {
        Some(place) => place,
        None if targets.len() < MOST_TARGETS => {
            targets.push((account, Evidence::default()));
            targets.len() - 1
        }
        None => return None,
    };
    targets.get_mut(place).map(|(_, evidence)| evidence)
}

/// Passes a report on where its maker wants it. The server signs, so that nobody learns who reported. A durable
/// listener.
///
/// # Errors
/// When the store fails.
pub fn tell(tx: &mut Tx<'_>, event: &Event) -> Result<()> {
    let Event::Reported { report: id, forward_to, .. } = event else { return Ok(()) };
    let Some(report) = REPORTS.get(&**tx, id)?.filter(|report| report.uri.is_none()) else { return Ok(()) };
    let inboxes = inboxes(tx, &report, forward_to)?;
    if inboxes.is_empty() { Ok(()) } else { pass_on(tx, *id, &report, inboxes) }
}

fn inboxes(tx: &Tx<'_>, report: &Report, forward_to: &[String]) -> Result<BTreeSet<String>> {
    let mut inboxes = BTreeSet::new();
    if report.forwarded {
        inboxes.extend(ACCOUNTS.get(&**tx, &report.target)?.and_then(|target| own_inbox(&target)));
    }
    if forward_to.is_empty() {
        return Ok(inboxes);
    }
    let statuses = STATUSES.get_many(&**tx, &report.statuses)?;
    let answered: Vec<AccountId> =
        statuses.into_iter().flatten().filter_map(|status| status.in_reply_to.map(|(_, id)| id)).collect();
    for account in ACCOUNTS.get_many(&**tx, &answered)?.into_iter().flatten() {
        if account.domain.as_ref().is_some_and(|domain| forward_to.contains(domain)) {
            inboxes.extend(shared_inbox(&account));
        }
    }
    Ok(inboxes)
}

fn pass_on(tx: &mut Tx<'_>, id: ReportId, report: &Report, inboxes: BTreeSet<String>) -> Result<()> {
    let Some(target) = ACCOUNTS.get(&**tx, &report.target)? else { return Ok(()) };
    let config = &tx.app().config;
    let mut objects = vec![accounts::uri(config, report.target, &target)];
    let statuses = STATUSES.get_many(&**tx, &report.statuses)?;
    for (id, status) in report.statuses.iter().zip(statuses) {
        objects.extend(status.map(|status| statuses::uri(config, *id, &status)));
    }
    let lists = COLLECTIONS.get_many(&**tx, &report.collections)?;
    for (id, row) in report.collections.iter().zip(lists) {
        objects.extend(row.map(|row| collections::documents::uri(config, *id, &row)));
    }
    let actor = accounts::local_uri(config, INSTANCE_ACTOR);
    let document = with_context(json!({
        "id": format!("{actor}#flags/{id}"),
        "type": "Flag",
        "actor": actor,
        "content": report.comment,
        "to": objects.first(),
        "object": objects,
    }));
    send(tx, INSTANCE_ACTOR, &document, inboxes)
}
