//! Profiles between servers: Update of actors, theirs in and ours out.

use std::collections::BTreeSet;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::json;
use shop_storage::{Queue, Read, Window, record};

use super::remote::is_actor;
use super::table::ACCOUNTS;
use super::{actor, local_uri, resolve};
use crate::features::peers::delivery::send;
use crate::features::peers::processing::{Handled, Handler, Handling, Incoming};
use crate::features::relationships::reach;
use crate::features::relays;
use crate::features::statuses::table::{BY_ACCOUNT, STATUSES};
use crate::federation::documents::with_context;
use crate::federation::vocab::PUBLIC;
use crate::platform::app::{App, Tx};
use crate::platform::clock::{DAY, Millis};
use crate::platform::error::{Error, Kind, Result};
use crate::platform::events::Event;
use crate::platform::ids::{AccountId, StatusId};
use crate::platform::jobs::{self, Failure, Job, Outcome};

/// How long profile changes are collected before they are sent (behaviours §20).
const DEBOUNCE: Duration = Duration::from_secs(5);
/// How long those who were mentioned hear of the profile (behaviours §20), and in how many of the newest statuses they are
/// looked for.
const LATELY: Duration = DAY.saturating_mul(2);
const LOOKED_AT: usize = 200;

/// What this feature does with activities.
pub const HANDLERS: [Handler; 1] = [Handler::of("Update", receive_update)];

fn receive_update<'a>(app: &'a App, incoming: &'a Incoming) -> Handling<'a> {
    Box::pin(async move {
        match incoming.object() {
            Some(object) if is_actor(object) => {
                // Nobody changes the profile of another.
                if object.id() == Some(&incoming.actor) {
                    if incoming.brought_by.is_some() {
                        // It may be an old profile with old keys: its own server has the present one.
                        resolve::refresh(app, &incoming.actor).await?;
                    } else {
                        resolve::document(app, object).await?;
                    }
                }
                Ok(Handled::Done)
            }
            None if incoming.object_id() == Some(&incoming.actor) => {
                resolve::refresh(app, &incoming.actor).await?;
                Ok(Handled::Done)
            }
            _ => Ok(Handled::NotMine),
        }
    })
}

/// Notes profile changes that other servers have to hear of. A durable listener.
///
/// # Errors
/// When the store fails.
pub fn tell(tx: &mut Tx<'_>, event: &Event) -> Result<()> {
    let Event::AccountUpdated { account } = event else { return Ok(()) };
    if is_known_afar(&**tx, *account, tx.now())? {
        let due = tx.now().plus(DEBOUNCE);
        tx.enqueue_at(&SendProfile { account: *account }, due)?;
    }
    Ok(())
}

fn is_known_afar(from: &dyn Read, account: AccountId, now: Millis) -> Result<bool> {
    let local = ACCOUNTS.get(from, &account)?.is_some_and(|row| row.is_local());
    Ok(local
        && (reach::is_followed_from_afar(from, account)?
            || !relays::inboxes(from)?.is_empty()
            || !mentioned_lately(from, account, now)?.is_empty()))
}

/// The inboxes of those whom the account has mentioned lately: they look at its profile.
fn mentioned_lately(from: &dyn Read, account: AccountId, now: Millis) -> Result<BTreeSet<String>> {
    let window = Window::newest(LOOKED_AT).above(StatusId::floor(now.minus(LATELY)));
    let statuses = STATUSES.get_many(from, &BY_ACCOUNT.page(from, &account, &window)?)?;
    let mut people: Vec<AccountId> = statuses
        .iter()
        .flatten()
        .flat_map(|status| &status.mentions)
        .map(|mention| mention.account)
        .collect();
    people.sort_unstable();
    people.dedup();
    reach::people(from, &people)
}

/// Sends the profile of a local account to the servers of its followers and of those it mentioned lately.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SendProfile {
    account: AccountId,
}
record!(SendProfile, 1);

impl Job for SendProfile {
    const NAME: &'static str = "send_profile";
    const QUEUE: &'static Queue = &jobs::NOW;

    fn lane(&self) -> Option<String> {
        Some(format!("send_profile:{}", self.account))
    }

    fn dedup(&self) -> Option<String> {
        Some(format!("send_profile:{}", self.account))
    }

    async fn run(self, app: App) -> Outcome {
        let account = self.account;
        let mut document = match actor::document(&app, account).await {
            Ok(document) => document,
            Err(error) if matches!(error.kind(), Kind::NotFound | Kind::Gone) => return Ok(()),
            Err(error) => return Err(Failure::Later(error)),
        };
        if let Some(map) = document.as_object_mut() {
            map.shift_remove("@context");
        }
        let gathered = tokio::task::spawn_blocking({
            let app = app.clone();
            move || {
                let from = app.read()?;
                let mut inboxes = reach::followers(&from, account)?;
                inboxes.extend(relays::inboxes(&from)?);
                inboxes.extend(mentioned_lately(&from, account, app.now())?);
                Ok::<_, Error>(inboxes)
            }
        });
        let inboxes = gathered.await.map_err(Error::from)??;
        let uri = local_uri(&app.config, account);
        app.write(move |tx| {
            let update = with_context(json!({
                "id": format!("{uri}#updates/{}", tx.now().0),
                "type": "Update",
                "actor": uri,
                "to": [PUBLIC],
                "object": document,
            }));
            send(tx, account, &update, inboxes)
        })
        .await?;
        Ok(())
    }
}
