//! Reports between servers: Flag, out in the name of the server alone, and in (behaviours §19, §20).

use std::collections::BTreeSet;

use serde_json::json;

use super::table::{REPORTS, Report};
use super::{MOST_STATUSES, report_from_afar};
use crate::features::accounts::table::ACCOUNTS;
use crate::features::accounts::{self, INSTANCE_ACTOR, id_of_local_uri};
use crate::features::peers::delivery::{own_inbox, send, shared_inbox};
use crate::features::peers::processing::{Handled, Handler, Handling, Incoming};
use crate::features::statuses;
use crate::features::statuses::table::STATUSES;
use crate::federation::documents::with_context;
use crate::platform::app::{App, Tx};
use crate::platform::error::Result;
use crate::platform::events::Event;
use crate::platform::ids::{AccountId, ReportId, StatusId};
use crate::platform::text::plain;

/// What this feature does with activities.
pub const HANDLERS: [Handler; 1] = [Handler::of("Flag", receive_flag)];

/// How many accounts one Flag reports at most.
const MOST_TARGETS: usize = 10;

fn receive_flag<'a>(app: &'a App, incoming: &'a Incoming) -> Handling<'a> {
    Box::pin(async move {
        let Some(uri) = incoming.id().map(str::to_owned) else { return Ok(Handled::Done) };
        let targets = targets(app, incoming)?;
        let comment = plain::from_html(incoming.activity.str_of("content").unwrap_or_default());
        let by = incoming.sender;
        app.write(move |tx| {
            for (target, statuses) in targets {
                report_from_afar(tx, by, target, statuses, &comment, uri.clone())?;
            }
            Ok(())
        })
        .await?;
        Ok(Handled::Done)
    })
}

/// The local accounts that a Flag names, each with the posts of it that the Flag names.
fn targets(app: &App, incoming: &Incoming) -> Result<Vec<(AccountId, Vec<StatusId>)>> {
    let from = app.read()?;
    let mut targets: Vec<(AccountId, Vec<StatusId>)> = Vec::new();
    let ids = incoming.activity.ids_of("object");
    let accounts = ids.iter().filter_map(|uri| id_of_local_uri(&app.config, uri).map(|id| (uri, id)));
    for (uri, id) in accounts {
        // The address of a post begins like that of its author.
        let is_account = statuses::id_of_local_uri(&app.config, uri).is_none();
        let known = ACCOUNTS.get(&from, &id)?.is_some_and(|account| account.is_local() && !account.deleted);
        if is_account && known && targets.len() < MOST_TARGETS && !targets.iter().any(|(one, _)| *one == id) {
            targets.push((id, Vec::new()));
        }
    }
    let posts: Vec<StatusId> = ids
        .iter()
        .filter_map(|uri| statuses::id_of_local_uri(&app.config, uri))
        .take(MOST_STATUSES)
        .collect();
    for (id, status) in posts.iter().zip(STATUSES.get_many(&from, &posts)?) {
        let Some(status) = status.filter(|status| status.local) else { continue };
        if let Some((_, statuses)) = targets.iter_mut().find(|(target, _)| *target == status.account) {
            statuses.push(*id);
        } else if targets.len() < MOST_TARGETS {
            targets.push((status.account, vec![*id]));
        }
    }
    Ok(targets)
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
