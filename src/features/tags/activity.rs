//! Tags on profiles between servers: Add and Remove, theirs in and ours out.

use serde::{Deserialize, Serialize};
use serde_json::json;
use shop_storage::{Queue, Window, record};

use super::feature;
use super::featured_view::url;
use super::table::TAGS;
use crate::features::accounts::local_uri;
use crate::features::accounts::table::ACCOUNTS;
use crate::features::peers::delivery::send;
use crate::features::peers::processing::{Handled, Handler, Handling, Incoming};
use crate::features::relationships::reach;
use crate::features::relationships::table::FOLLOWERS;
use crate::federation::documents::with_context;
use crate::federation::vocab::PUBLIC;
use crate::platform::app::{App, Tx};
use crate::platform::error::{Error, Result};
use crate::platform::events::Event;
use crate::platform::ids::AccountId;
use crate::platform::jobs::{self, Job, Outcome};

/// What this feature does with activities.
pub const HANDLERS: [Handler; 2] =
    [Handler::of("Add", receive_change), Handler::of("Remove", receive_change)];

/// A tag put on the sender's profile, or taken off: of accounts that somebody here follows.
fn receive_change<'a>(app: &'a App, incoming: &'a Incoming) -> Handling<'a> {
    Box::pin(async move {
        let Some(object) = incoming.object().filter(|object| object.is_a("Hashtag")) else {
            return Ok(Handled::NotMine);
        };
        let Some(named) = feature::written(object).filter(|_| incoming.is_featuring()) else {
            return Ok(Handled::Done);
        };
        let (account, adds) = (incoming.sender, incoming.activity.is_a("Add"));
        app.write(move |tx| {
            let followed = !FOLLOWERS.page(&**tx, &account, &Window::newest(1))?.is_empty();
            match adds {
                true if followed && feature::all(&**tx, account)?.len() < feature::MOST => {
                    feature::feature(tx, account, &named).map(drop)
                }
                true => Ok(()),
                false => feature::unfeature(tx, account, &named.name),
            }
        })
        .await?;
        Ok(Handled::Done)
    })
}

/// Notes changes that other servers have to hear of. A durable listener.
///
/// # Errors
/// When the store fails.
pub fn tell(tx: &mut Tx<'_>, event: &Event) -> Result<()> {
    let Event::TagFeatured { account, name, featured } = event else { return Ok(()) };
    if !reach::is_followed_from_afar(&**tx, *account)? {
        return Ok(());
    }
    tx.enqueue(&SendFeaturedTag { account: *account, name: name.clone(), featured: *featured })
}

/// Tells the servers of the followers that a tag was put on a profile, or taken off.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SendFeaturedTag {
    account: AccountId,
    name: String,
    featured: bool,
}
record!(SendFeaturedTag, 1);

impl Job for SendFeaturedTag {
    const NAME: &'static str = "send_featured_tag";
    const QUEUE: &'static Queue = &jobs::NOW;

    fn lane(&self) -> Option<String> {
        Some(format!("send_featured_tag:{}", self.account))
    }

    async fn run(self, app: App) -> Outcome {
        let Self { account, name, featured } = self;
        let gathered = tokio::task::spawn_blocking({
            let app = app.clone();
            move || reach::followers(&app.read()?, account)
        });
        let inboxes = gathered.await.map_err(Error::from)??;
        app.write(move |tx| {
            let Some(record) = ACCOUNTS.get(&**tx, &account)?.filter(|record| !record.deleted) else {
                return Ok(());
            };
            let actor = local_uri(&tx.app().config, account);
            let shown = TAGS.get(&**tx, &name)?.map_or_else(|| name.clone(), |tag| tag.display);
            let href = url(tx.app(), account, &record, &name);
            let number = tx.new_id::<crate::platform::ids::kind::Activity>();
            let activity = with_context(json!({
                "id": format!("{actor}#featured/{number}"),
                "type": if featured { "Add" } else { "Remove" },
                "actor": actor,
                "to": [PUBLIC],
                "object": { "type": "Hashtag", "href": href, "name": format!("#{shown}") },
                "target": format!("{actor}/collections/featured"),
            }));
            send(tx, account, &activity, inboxes)
        })
        .await?;
        Ok(())
    }
}
