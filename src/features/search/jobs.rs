//! Work that search leaves behind: posts whose author opens them to search, or closes them.

use serde::{Deserialize, Serialize};
use shop_storage::{Queue, Window, record};

use super::pending::note_status;
use crate::features::statuses::table::BY_ACCOUNT;
use crate::platform::app::App;
use crate::platform::ids::{AccountId, StatusId};
use crate::platform::jobs::{BULK, Job, Outcome};

/// How many posts one step takes.
const STEP: usize = 500;

/// Has the index look at all posts of an account again, newest first.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LookAgain {
    /// Whose.
    pub account: AccountId,
    /// Those below this one are left.
    pub below: Option<StatusId>,
}
record!(LookAgain, 1);

impl Job for LookAgain {
    const NAME: &'static str = "search.look_again";
    const QUEUE: &'static Queue = &BULK;

    fn lane(&self) -> Option<String> {
        Some(format!("search-{}", self.account))
    }

    async fn run(self, app: App) -> Outcome {
        let Self { account, below } = self;
        app.write_relaxed(move |tx| {
            let window = Window { below, ..Window::newest(STEP) };
            let posts = BY_ACCOUNT.page(&**tx, &account, &window)?;
            for post in &posts {
                note_status(tx, *post)?;
            }
            match posts.last() {
                Some(last) if posts.len() == STEP => tx.enqueue(&Self { account, below: Some(*last) }),
                _ => Ok(()),
            }
        })
        .await?;
        Ok(())
    }
}
