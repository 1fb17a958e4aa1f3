//! Delete of actors between servers: theirs in, ours out (behaviours §20).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use shop_storage::{Queue, record};

use super::jobs::{ForgetKey, KEY_LIVES, TakeAway};
use crate::features::accounts::closing::close;
use crate::features::accounts::local_uri;
use crate::features::peers::delivery::send;
use crate::features::peers::processing::{Handled, Handler, Handling, Incoming};
use crate::features::relationships::reach;
use crate::federation::documents::with_context;
use crate::federation::vocab::PUBLIC;
use crate::platform::app::App;
use crate::platform::error::{Error, Result};
use crate::platform::ids::AccountId;
use crate::platform::jobs::{self, Job, Outcome};

/// How many inboxes one transaction addresses.
const INBOXES: usize = 500;

/// What this feature does with activities.
pub const HANDLERS: [Handler; 1] = [Handler::of("Delete", receive_delete)];

fn receive_delete<'a>(app: &'a App, incoming: &'a Incoming) -> Handling<'a> {
    Box::pin(async move {
        // Nobody deletes another.
        if incoming.object_id() != Some(&incoming.actor) {
            return Ok(Handled::NotMine);
        }
        let account = incoming.sender;
        app.write(move |tx| close(tx, account)).await?;
        Ok(Handled::Done)
    })
}

/// Tells every server we know that a local account is gone, those of its followers first. Done twice it sends the same
/// activity twice, which receivers know by its id.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SendFarewell {
    /// The account.
    pub account: AccountId,
}
record!(SendFarewell, 1);

impl Job for SendFarewell {
    const NAME: &'static str = "send_farewell";
    const QUEUE: &'static Queue = &jobs::BULK;

    fn dedup(&self) -> Option<String> {
        Some(format!("farewell-{}", self.account))
    }

    async fn run(self, app: App) -> Outcome {
        let account = self.account;
        let gathered = tokio::task::spawn_blocking({
            let app = app.clone();
            move || in_order(&app, account)
        });
        let inboxes = gathered.await.map_err(Error::from)??;
        let farewell = farewell(&local_uri(&app.config, account));
        for some in inboxes.chunks(INBOXES) {
            let (some, farewell) = (some.to_vec(), farewell.clone());
            app.write(move |tx| send(tx, account, &farewell, some)).await?;
        }
        app.write(move |tx| {
            let due = tx.now().plus(KEY_LIVES);
            tx.enqueue_at(&ForgetKey { account }, due)?;
            tx.enqueue(&TakeAway { account })
        })
        .await?;
        Ok(())
    }
}

/// The inboxes of followers, then all others that we know.
fn in_order(app: &App, account: AccountId) -> Result<Vec<String>> {
    let followers = reach::followers(&app.read()?, account)?;
    let everybody: BTreeSet<String> = reach::everybody(app)?;
    let others = everybody.difference(&followers).cloned().collect::<Vec<_>>();
    Ok(followers.into_iter().chain(others).collect())
}

fn farewell(actor: &str) -> Value {
    with_context(json!({
        "id": format!("{actor}#delete"),
        "type": "Delete",
        "actor": actor,
        "to": [PUBLIC],
        "object": actor,
    }))
}
