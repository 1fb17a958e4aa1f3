//! Reports: how the staff is told of them (behaviours §25; entities: Notification, report).

use std::collections::HashMap;

use shop_storage::{Read, Window};

use super::notify::notify_alone;
use super::table::{NotificationKind, REPORTS_TOLD, ReportTold};
use crate::features::reports::table::REPORTS;
use crate::features::reports::view::{self, ReportView};
use crate::features::users::table::STAFF;
use crate::platform::app::{App, Tx};
use crate::platform::error::{Kind, Result};
use crate::platform::ids::{AccountId, NotificationId, ReportId};

/// How many of the staff are told.
const MOST_TOLD: usize = 1_000;

/// Tells the staff of a report: all who may manage reports, which every role beyond a member's may.
///
/// # Errors
/// When the store fails.
pub(super) fn tell(tx: &mut Tx<'_>, id: ReportId) -> Result<()> {
    let Some(report) = REPORTS.get(&**tx, &id)? else { return Ok(()) };
    for member in STAFF.page(&**tx, &(), &Window::newest(MOST_TOLD))? {
        let told = notify_alone(tx, member, report.account, NotificationKind::AdminReport)?;
        if let Some(notification) = told {
            REPORTS_TOLD.put(tx, &(member, notification), &ReportTold { report: id })?;
        }
    }
    Ok(())
}

/// The reports that those among `rows` tell of which tell of one. What is gone is left out.
///
/// # Errors
/// When the store fails.
pub(super) fn views(
    app: &App,
    from: &dyn Read,
    account: AccountId,
    rows: impl Iterator<Item = (NotificationId, NotificationKind)>,
) -> Result<HashMap<NotificationId, ReportView>> {
    let told = rows.filter(|(_, kind)| *kind == NotificationKind::AdminReport);
    let keys: Vec<_> = told.map(|(id, _)| (account, id)).collect();
    let mut views = HashMap::new();
    for ((_, id), row) in keys.iter().zip(REPORTS_TOLD.get_many(from, &keys)?) {
        let Some(row) = row else { continue };
        match view::one(app, from, row.report) {
            Ok(view) => {
                views.insert(*id, view);
            }
            Err(error) if error.kind() == Kind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(views)
}
