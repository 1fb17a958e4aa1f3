//! Move between servers: theirs in, ours out (behaviours §24).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::json;
use shop_storage::{Order, Queue, Window, record};

use super::jobs::LeaveOld;
use super::moved_afar;
use super::table::MOVES;
use crate::features::accounts::table::ACCOUNTS;
use crate::features::accounts::{id_of_local_uri, local_uri, resolve, uri};
use crate::features::peers::delivery::send;
use crate::features::peers::host_of;
use crate::features::peers::processing::{Handled, Handler, Handling, Incoming};
use crate::features::relationships::reach;
use crate::features::relationships::table::BLOCKERS_OF;
use crate::features::relays;
use crate::federation::documents::with_context;
use crate::platform::app::{App, Tx};
use crate::platform::error::{Error, Result};
use crate::platform::events::Event;
use crate::platform::ids::AccountId;
use crate::platform::jobs::{self, Job, Outcome};

/// How many blockers are read in one step.
const STEP: usize = 500;

/// What this feature does with activities.
pub const HANDLERS: [Handler; 1] = [Handler::of("Move", receive_move)];

fn receive_move<'a>(app: &'a App, incoming: &'a Incoming) -> Handling<'a> {
    Box::pin(async move {
        // Nobody moves another.
        let Some(target) = incoming.activity.id_of("target").filter(|target| *target != incoming.actor)
        else {
            return Ok(Handled::Done);
        };
        if incoming.object_id() != Some(&incoming.actor) {
            return Ok(Handled::Done);
        }
        // What we know of the target may be old, and what the activity says of it is the mover's word: its own server
        // is asked.
        let to = match id_of_local_uri(&app.config, target) {
            Some(id) => Some(id),
            None => resolve::refresh(app, target).await?,
        };
        let Some(to) = to else { return Ok(Handled::Done) };
        let from = incoming.sender;
        let believed = app.write(move |tx| moved_afar(tx, from, to)).await?;
        tracing::debug!(from = incoming.actor, target, believed, "an account says that it moved");
        Ok(Handled::Done)
    })
}

/// Tells other servers of moves from here, and lets followers leave what they were carried away from. A durable
/// listener; it stands behind the one that sends follows.
///
/// # Errors
/// When the store fails.
pub fn tell(tx: &mut Tx<'_>, event: &Event) -> Result<()> {
    match *event {
        Event::AccountMoved { from, .. } => tx.enqueue(&SendMove { account: from }),
        Event::FollowCarried { follower, from, to } => {
            let remote = ACCOUNTS.get(&**tx, &to)?.and_then(|target| target.remote);
            let Some(host) = remote.and_then(|remote| host_of(&remote.inbox)) else { return Ok(()) };
            tx.enqueue(&LeaveOld { follower, from, to, host })
        }
        _ => Ok(()),
    }
}

/// Tells the servers of the followers, of those who block the account, and the relays that it moved.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SendMove {
    account: AccountId,
}
record!(SendMove, 1);

impl Job for SendMove {
    const NAME: &'static str = "send_move";
    const QUEUE: &'static Queue = &jobs::NOW;

    fn lane(&self) -> Option<String> {
        Some(format!("send_move:{}", self.account))
    }

    async fn run(self, app: App) -> Outcome {
        let account = self.account;
        let read = app.clone();
        let gathered = tokio::task::spawn_blocking(move || audience(&read, account));
        let inboxes = gathered.await.map_err(Error::from)??;
        app.write(move |tx| {
            let Some(moved) = MOVES.get(&**tx, &account)? else { return Ok(()) };
            let Some(target) = ACCOUNTS.get(&**tx, &moved.to)? else { return Ok(()) };
            let actor = local_uri(&tx.app().config, account);
            let activity = with_context(json!({
                "id": format!("{actor}#moves/{}", moved.number),
                "type": "Move",
                "actor": actor,
                "object": actor,
                "target": uri(&tx.app().config, moved.to, &target),
                "to": [format!("{actor}/followers")],
            }));
            send(tx, account, &activity, inboxes)
        })
        .await?;
        Ok(())
    }
}

fn audience(app: &App, account: AccountId) -> Result<BTreeSet<String>> {
    let from = app.read()?;
    let mut inboxes = reach::followers(&from, account)?;
    inboxes.extend(relays::inboxes(&from)?);
    let mut above = None;
    loop {
        let window = Window { below: None, above, order: Order::Oldest, limit: STEP };
        let step = BLOCKERS_OF.page(&from, &account, &window)?;
        let Some(last) = step.last().copied() else { return Ok(inboxes) };
        inboxes.extend(reach::people(&from, &step)?);
        above = Some(last);
    }
}
