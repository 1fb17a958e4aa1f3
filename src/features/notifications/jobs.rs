//! What follows a decision about what was kept back, in bounded steps.

use serde::{Deserialize, Serialize};
use shop_storage::{Queue, Window, record};

use super::table::{FILTERED_BY, MERGING, NOTIFICATIONS};
use crate::platform::app::{App, Tx};
use crate::platform::error::Result;
use crate::platform::events::Event;
use crate::platform::ids::{AccountId, NotificationId};
use crate::platform::jobs::{Job, NOW, Outcome};

/// How many rows one transaction moves or deletes.
const STEP: usize = 500;

/// Moves what was kept back of an accepted sender among the other notifications.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MergeFiltered {
    /// Who accepted.
    pub account: AccountId,
    /// Whom.
    pub sender: AccountId,
}
record!(MergeFiltered, 1);

impl Job for MergeFiltered {
    const NAME: &'static str = "notifications.merge_filtered";
    const QUEUE: &'static Queue = &NOW;

    fn lane(&self) -> Option<String> {
        Some(format!("notifications-{}", self.account))
    }

    async fn run(self, app: App) -> Outcome {
        let Self { account, sender } = self;
        while app.write(move |tx| merge(tx, account, sender)).await? {}
        Ok(())
    }
}

/// One step; true when more is left. After the last one those who listen are told.
fn merge(tx: &mut Tx<'_>, account: AccountId, sender: AccountId) -> Result<bool> {
    let ids = FILTERED_BY.page(&**tx, &(account, sender), &Window::oldest(STEP))?;
    for id in &ids {
        NOTIFICATIONS.edit(tx, &(account, *id), |notification| notification.filtered = false)?;
        tx.tell(Event::NotificationUnfiltered { account, notification: *id });
    }
    if ids.len() == STEP {
        return Ok(true);
    }
    MERGING.remove(tx, &account, &sender);
    if MERGING.page(&**tx, &account, &Window::newest(1))?.is_empty() {
        tx.tell(Event::NotificationsMerged { account });
    }
    Ok(false)
}

/// Deletes what was kept back of a dismissed sender.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DropFiltered {
    /// Who dismissed.
    pub account: AccountId,
    /// Whom.
    pub sender: AccountId,
    /// What came later belongs to a new request.
    pub before: NotificationId,
}
record!(DropFiltered, 1);

impl Job for DropFiltered {
    const NAME: &'static str = "notifications.drop_filtered";
    const QUEUE: &'static Queue = &NOW;

    fn lane(&self) -> Option<String> {
        Some(format!("notifications-{}", self.account))
    }

    async fn run(self, app: App) -> Outcome {
        let Self { account, sender, before } = self;
        while app.write(move |tx| drop_some(tx, account, sender, before)).await? {}
        Ok(())
    }
}

fn drop_some(tx: &mut Tx<'_>, account: AccountId, sender: AccountId, before: NotificationId) -> Result<bool> {
    let window = Window::oldest(STEP).below(before);
    let ids = FILTERED_BY.page(&**tx, &(account, sender), &window)?;
    for id in &ids {
        NOTIFICATIONS.delete(tx, &(account, *id))?;
    }
    Ok(ids.len() == STEP)
}
