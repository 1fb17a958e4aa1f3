//! Favourites between servers: Like and its Undo, in and out.

use serde_json::json;
use shop_storage::Read;

use super::table::{FAVOURITES, LIKE_URIS};
use crate::features::accounts::local_uri;
use crate::features::accounts::table::ACCOUNTS;
use crate::features::peers::delivery::{own_inbox, send};
use crate::features::peers::processing::{Handled, Handler, Handling, Incoming};
use crate::features::statuses::marks::{favourite, unfavourite};
use crate::features::statuses::table::STATUSES;
use crate::features::statuses::{self, resolve};
use crate::federation::documents::with_context;
use crate::federation::vocab::View;
use crate::platform::app::{App, Tx};
use crate::platform::error::Result;
use crate::platform::events::Event;
use crate::platform::ids::{AccountId, StatusId};

/// What this feature does with activities.
pub const HANDLERS: [Handler; 3] = [
    Handler::of("Like", receive_like),
    Handler::of("EmojiReact", receive_like),
    Handler::of("Undo", receive_undo),
];

/// A Like, with an emoji or without, or an EmojiReact: each is a favourite, and all of one account are one. Only likes of our own posts are kept; others are counted by their own servers.
fn receive_like<'a>(app: &'a App, incoming: &'a Incoming) -> Handling<'a> {
    Box::pin(async move {
        let Some(object) = incoming.object_id() else { return Ok(Handled::Done) };
        let Some(id) = statuses::id_of_local_uri(&app.config, object) else { return Ok(Handled::Done) };
        let (account, uri) = (incoming.sender, incoming.id().map(str::to_owned));
        app.write(move |tx| favourite(tx, account, id, uri)).await?;
        Ok(Handled::Done)
    })
}

fn receive_undo<'a>(app: &'a App, incoming: &'a Incoming) -> Handling<'a> {
    Box::pin(async move {
        let account = incoming.sender;
        let liked = match incoming.object() {
            Some(object) if !(object.is_a("Like") || object.is_a("EmojiReact")) => {
                return Ok(Handled::NotMine);
            }
            Some(object) => match object.id_of("object").filter(|_| incoming.is_own(object)) {
                Some(uri) => {
                    let from = app.read()?;
                    let status = resolve::known(app, &from, uri)?;
                    status.filter(|status| !is_another(&from, account, *status, object))
                }
                None => None,
            },
            None => {
                let Some(id) = incoming.object_id() else { return Ok(Handled::NotMine) };
                match LIKE_URIS.get(&app.read()?, &id.to_owned())? {
                    Some((liker, status)) if liker == account => Some(status),
                    _ => return Ok(Handled::NotMine),
                }
            }
        };
        if let Some(status) = liked {
            app.write(move |tx| unfavourite(tx, account, status)).await?;
        }
        Ok(Handled::Done)
    })
}

/// Whether the reaction that is taken back is known not to be the one that the favourite stands for: of several emoji of
/// one account on one post, the first counts.
fn is_another(from: &dyn Read, account: AccountId, status: StatusId, object: View<'_>) -> bool {
    let held = FAVOURITES.get(from, &(account, status)).ok().flatten().and_then(|row| row.uri);
    object.is_a("EmojiReact") && held.is_some() && object.id().is_some() && held.as_deref() != object.id()
}

/// Tells the author's server of a favourite given or taken back here. A durable listener.
///
/// # Errors
/// When the store fails.
pub fn tell(tx: &mut Tx<'_>, event: &Event) -> Result<()> {
    match event {
        Event::Favourited { account, status } => send_like(tx, *account, *status, false),
        Event::Unfavourited { account, status } => send_like(tx, *account, *status, true),
        _ => Ok(()),
    }
}

fn send_like(tx: &mut Tx<'_>, account: AccountId, id: StatusId, undo: bool) -> Result<()> {
    let (Some(liker), Some(status)) = (ACCOUNTS.get(&**tx, &account)?, STATUSES.get(&**tx, &id)?) else {
        return Ok(());
    };
    let Some(author) = ACCOUNTS.get(&**tx, &status.account)? else { return Ok(()) };
    // Of a deleted account its Delete says everything.
    let speaks = liker.is_local() && !liker.deleted;
    let Some(inbox) = own_inbox(&author).filter(|_| speaks) else { return Ok(()) };
    let config = &tx.app().config;
    let actor = local_uri(config, account);
    let object = statuses::uri(config, id, &status);
    let document = if undo {
        let number = tx.new_id::<crate::platform::ids::kind::Activity>();
        // The row with its number is gone; who and what name the Like just as well.
        let like = json!({ "type": "Like", "actor": actor, "object": object });
        json!({ "id": format!("{actor}#likes/undo/{number}"), "type": "Undo", "actor": actor, "object": like })
    } else {
        let Some(row) = FAVOURITES.get(&**tx, &(account, id))? else { return Ok(()) };
        json!({ "id": format!("{actor}#likes/{}", row.id), "type": "Like", "actor": actor, "object": object })
    };
    send(tx, account, &with_context(document), [inbox])
}
