//! Jobs of lists: the members of a removed one leave it.

use serde::{Deserialize, Serialize};
use shop_storage::{Queue, Window, record};

use super::table::MEMBERS;
use crate::platform::app::{App, Tx};
use crate::platform::error::Result;
use crate::platform::ids::ListId;
use crate::platform::jobs::{self, Job, Outcome};

/// How many members one transaction takes off.
const STEP: usize = 500;

/// Takes everybody off a list that is gone.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DropMembers {
    /// The list.
    pub list: ListId,
}
record!(DropMembers, 1);

impl Job for DropMembers {
    const NAME: &'static str = "drop_list_members";
    const QUEUE: &'static Queue = &jobs::BULK;

    async fn run(self, app: App) -> Outcome {
        let list = self.list;
        while app.write(move |tx| take_some(tx, list)).await? {}
        Ok(())
    }
}

/// Takes a step's worth of members off; whether there may be more.
fn take_some(tx: &mut Tx<'_>, list: ListId) -> Result<bool> {
    let rows = MEMBERS.page_under(&**tx, &list, &Window::oldest(STEP))?;
    for (key, _) in &rows {
        MEMBERS.delete(tx, key)?;
    }
    Ok(rows.len() == STEP)
}
