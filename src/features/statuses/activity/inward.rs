//! What other servers tell of posts: Create, Update, Delete, Announce, its Undo, Add and Remove (behaviours §19).

use std::time::Duration;

use shop_storage::{Read, Window};

use crate::features::accounts::table::{ACCOUNTS, Account};
use crate::features::accounts::{followers_uri, keys};
use crate::features::peers::processing::{Handled, Handler, Handling, Incoming};
use crate::features::relationships::table::FOLLOWERS;
use crate::features::statuses::incoming::{Note, is_post, visibility};
use crate::features::statuses::table::{BY_URI, PINS, Pin, REBLOG_BY, STATUSES};
use crate::features::statuses::{keep, marks::MOST_PINS, remove, resolve};
use crate::features::{peers, relays, statuses};
use crate::federation::fetch::{self, FetchError};
use crate::federation::vocab::{View, same_origin};
use crate::platform::app::{App, Tx};
use crate::platform::clock::{DAY, Millis};
use crate::platform::error::Result;
use crate::platform::events::Event;
use crate::platform::ids::{AccountId, StatusId};

/// An edit of a post that we do not have makes the post, when it is younger than this (behaviours §19).
const NEWS: Duration = DAY;

/// What this feature does with activities.
pub const HANDLERS: [Handler; 10] = [
    Handler::of("Create", receive_create),
    Handler::of("Update", receive_update),
    Handler::of("Delete", receive_delete),
    Handler::of("Announce", receive_announce),
    Handler::of("Undo", receive_undo),
    Handler::of("Add", receive_add),
    Handler::of("Remove", receive_remove),
    Handler::forwarded("Create", receive_forwarded),
    Handler::forwarded("Update", receive_forwarded),
    Handler::forwarded("Delete", receive_forwarded),
];

/// The embedded post, when it is the sender's own and lies on the sender's server.
fn own_note(incoming: &Incoming, object: View<'_>) -> Option<Note> {
    Note::read(object).filter(|note| note.author == incoming.actor && same_origin(&note.uri, &incoming.actor))
}

fn receive_create<'a>(app: &'a App, incoming: &'a Incoming) -> Handling<'a> {
    Box::pin(async move {
        let Some(object) = incoming.object() else {
            // Only named: fetched from where it lies, if we want anything of this author at all.
            if let Some(uri) = incoming.object_id().filter(|uri| same_origin(uri, &incoming.actor))
                && is_followed(&app.read()?, incoming.sender)?
            {
                resolve::object(app, uri).await?;
            }
            return Ok(Handled::Done);
        };
        if !is_post(object) {
            return Ok(Handled::NotMine);
        }
        if let Some(note) = own_note(incoming, object) {
            create(app, incoming, note).await?;
        }
        Ok(Handled::Done)
    })
}

async fn create(app: &App, incoming: &Incoming, note: Note) -> Result<()> {
    let is_wanted = {
        let from = app.read()?;
        is_related(app, &from, &note, incoming.sender)?
            || match &incoming.brought_by {
                Some(carrier) => is_passed_on(app, &from, carrier, note.parent.as_deref())?,
                None => false,
            }
    };
    if is_wanted && !note.is_vote {
        keep::received(app, note, incoming.sender).await?;
    }
    Ok(())
}

/// Whether a post that another account brings is wanted for that: from a relay, or as an answer to what is known here.
fn is_passed_on(app: &App, from: &dyn Read, carrier: &Account, parent: Option<&str>) -> Result<bool> {
    Ok(relays::is_relay(from, carrier)?
        || match parent {
            Some(parent) => resolve::known(app, from, parent)?.is_some(),
            None => false,
        })
}

fn is_followed(from: &dyn Read, account: AccountId) -> Result<bool> {
    Ok(!FOLLOWERS.page(from, &account, &Window::newest(1))?.is_empty())
}

/// Whether a post is any of our business (behaviours §19): somebody here follows the author or is addressed, or it
/// openly answers somebody who is followed here or lives here.
fn is_related(app: &App, from: &dyn Read, note: &Note, author: AccountId) -> Result<bool> {
    if is_followed(from, author)? {
        return Ok(true);
    }
    let addressed = note.mentions.iter().chain(&note.to).chain(&note.cc);
    if addressed.into_iter().any(|uri| crate::features::accounts::id_of_local_uri(&app.config, uri).is_some())
    {
        return Ok(true);
    }
    let Some(parent) = note.parent.as_deref().filter(|_| note.visibility(None).is_open()) else {
        return Ok(false);
    };
    let Some(parent) = resolve::known(app, from, parent)? else { return Ok(false) };
    let Some(parent) = STATUSES.get(from, &parent)? else { return Ok(false) };
    Ok(parent.local || is_followed(from, parent.account)?)
}

fn receive_update<'a>(app: &'a App, incoming: &'a Incoming) -> Handling<'a> {
    Box::pin(async move {
        let Some(object) = incoming.object().filter(|object| is_post(*object)) else {
            return Ok(Handled::NotMine);
        };
        let Some(note) = own_note(incoming, object) else { return Ok(Handled::Done) };
        match mine(app, incoming, &note.uri)? {
            Some(id) => keep::edited(app, note, id).await?,
            None if note.published.is_some_and(|at| app.now().since(at) < NEWS) => {
                create(app, incoming, note).await?;
            }
            None => {}
        }
        Ok(Handled::Done)
    })
}

/// The status with this id, when the sender is its author.
fn mine(app: &App, incoming: &Incoming, uri: &str) -> Result<Option<StatusId>> {
    let from = app.read()?;
    let Some(id) = BY_URI.get(&from, &uri.to_owned())? else { return Ok(None) };
    Ok(STATUSES.get(&from, &id)?.filter(|status| status.account == incoming.sender).map(|_| id))
}

fn receive_delete<'a>(app: &'a App, incoming: &'a Incoming) -> Handling<'a> {
    Box::pin(async move {
        let Some(uri) = incoming.object_id().filter(|uri| *uri != incoming.actor) else {
            return Ok(Handled::NotMine);
        };
        let known = mine(app, incoming, uri)?;
        // It may come late, or again; then it stays away.
        let mark = same_origin(uri, &incoming.actor).then(|| resolve::deleted(uri));
        app.write(move |tx| {
            if let Some(mark) = mark {
                peers::remember(tx, &mark)?;
            }
            known.map_or(Ok(()), |id| remove(tx, id))
        })
        .await?;
        Ok(Handled::Done)
    })
}

/// Posts passed on by others than their author: nothing of it is believed, but their own server is asked again.
fn receive_forwarded<'a>(app: &'a App, incoming: &'a Incoming) -> Handling<'a> {
    Box::pin(async move {
        let Some(actor) = incoming.activity.id_of("actor") else { return Ok(Handled::Done) };
        let Some(uri) = incoming.object_id().filter(|uri| same_origin(uri, actor)) else {
            return Ok(Handled::Done);
        };
        let (known, wanted) = {
            let from = app.read()?;
            let parent = incoming.object().and_then(|object| object.id_of("inReplyTo"));
            let wanted = is_passed_on(app, &from, &incoming.account, parent)?;
            (BY_URI.get(&from, &uri.to_owned())?, wanted)
        };
        match known {
            Some(id) => ask_again(app, uri, id).await?,
            None if wanted && !incoming.activity.is_a("Delete") => {
                resolve::object(app, uri).await?;
            }
            None => {}
        }
        Ok(Handled::Done)
    })
}

/// Asks the server of a post how it is now. Only for what everybody may read: of anything else it tells the server that
/// asks nothing, as if it were gone.
async fn ask_again(app: &App, uri: &str, id: StatusId) -> Result<()> {
    let row = STATUSES.get(&app.read()?, &id)?;
    if row.is_none_or(|row| !row.visibility.is_open() || row.reblog_of.is_some()) {
        return Ok(());
    }
    let signer = keys::instance_signer(app).await?;
    match fetch::document(app, uri, &signer).await {
        Ok(document) if document.is_a("Tombstone") => app.write(move |tx| remove(tx, id)).await,
        Ok(document) => match Note::read(document.view()) {
            Some(note) => keep::edited(app, note, id).await,
            None => Ok(()),
        },
        Err(FetchError::Gone | FetchError::Missing) => app.write(move |tx| remove(tx, id)).await,
        Err(FetchError::Refused(_)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

fn receive_announce<'a>(app: &'a App, incoming: &'a Incoming) -> Handling<'a> {
    Box::pin(async move {
        let Some(id) = incoming.id() else { return Ok(Handled::Done) };
        let uri = match announced(incoming) {
            Some(Announced::Post(uri)) => uri,
            Some(Announced::Change(uri)) => {
                // Nobody here would miss what nobody follows.
                let known =
                    if is_followed(&app.read()?, incoming.sender)? { known_afar(app, uri)? } else { None };
                if let Some(known) = known {
                    ask_again(app, uri, known).await?;
                }
                return Ok(Handled::Done);
            }
            None => return Ok(Handled::Done),
        };
        let local = statuses::id_of_local_uri(&app.config, uri).is_some();
        // A relay boosts nothing: it only tells that there is something.
        if relays::is_relay(&app.read()?, &incoming.account)? {
            if !local {
                resolve::object(app, uri).await?;
            }
            return Ok(Handled::Done);
        }
        if !local && !is_followed(&app.read()?, incoming.sender)? {
            return Ok(Handled::Done);
        }
        // An own private post travels inside; others are fetched from where they lie.
        let own = incoming.object().and_then(|object| own_note(incoming, object));
        let of = match own {
            Some(note) => keep::received(app, note, incoming.sender).await?,
            None => resolve::object(app, uri).await?,
        };
        if let Some(of) = of {
            boost(app, incoming, of, id.to_owned()).await?;
        }
        Ok(Handled::Done)
    })
}

/// What an Announce is about.
enum Announced<'a> {
    /// A post with this id, new or not.
    Post(&'a str),
    /// A change or the end of the post with this id.
    Change(&'a str),
}

/// A community passes on what its members did, as activities inside (FEP-1b12): of these only what happens to posts
/// matters. Nothing inside is believed; it only tells where to look.
fn announced(incoming: &Incoming) -> Option<Announced<'_>> {
    let Some(object) = incoming.object().filter(|object| !object.types().is_empty() && !is_post(*object))
    else {
        return incoming.object_id().map(Announced::Post);
    };
    let inside = object.id_of("object")?;
    if object.is_a("Create") {
        let is_wanted = object.object_of("object").is_none_or(is_post);
        return is_wanted.then_some(Announced::Post(inside));
    }
    let changes = object.is_a("Update") || object.is_a("Delete");
    changes.then_some(Announced::Change(inside))
}

fn known_afar(app: &App, uri: &str) -> Result<Option<StatusId>> {
    Ok(BY_URI.get(&app.read()?, &uri.to_owned())?)
}

async fn boost(app: &App, incoming: &Incoming, of: StatusId, uri: String) -> Result<()> {
    let list =
        |property| incoming.activity.ids_of(property).into_iter().map(str::to_owned).collect::<Vec<_>>();
    let (to, cc, account) = (list("to"), list("cc"), incoming.sender);
    let published = incoming.activity.date_of("published");
    let published = published.and_then(|at| u64::try_from(at.as_millisecond()).ok()).map(Millis);
    app.write(move |tx| {
        let Some(booster) = ACCOUNTS.get(&**tx, &account)? else { return Ok(()) };
        let Some(original) = STATUSES.get(&**tx, &of)? else { return Ok(()) };
        // A boost of a boost means what was boosted.
        let (of, original) = match original.reblog_of {
            None => (of, original),
            Some(first) => match STATUSES.get(&**tx, &first)? {
                Some(original) => (first, original),
                None => return Ok(()),
            },
        };
        let allowed = original.visibility.is_open() || original.account == account;
        if !allowed || REBLOG_BY.get(&**tx, &(of, account))?.is_some() {
            return Ok(());
        }
        let followers = followers_uri(&tx.app().config, account, &booster);
        keep::boosted(tx, account, of, &uri, visibility(&to, &cc, followers.as_deref()), published)
    })
    .await
}

fn receive_undo<'a>(app: &'a App, incoming: &'a Incoming) -> Handling<'a> {
    Box::pin(async move {
        let Some(uri) = incoming.object_id() else { return Ok(Handled::NotMine) };
        if let Some(object) = incoming.object()
            && !(object.is_a("Announce") && incoming.is_own(object))
        {
            return Ok(Handled::NotMine);
        }
        let Some(id) = mine(app, incoming, uri)? else { return Ok(Handled::NotMine) };
        app.write(move |tx| match STATUSES.get(&**tx, &id)? {
            Some(status) if status.reblog_of.is_some() => remove(tx, id),
            _ => Ok(()),
        })
        .await?;
        Ok(Handled::Done)
    })
}

fn receive_add<'a>(app: &'a App, incoming: &'a Incoming) -> Handling<'a> {
    Box::pin(async move {
        let Some(uri) = incoming.object_id().filter(|_| incoming.is_featuring()) else {
            return Ok(Handled::NotMine);
        };
        if !is_followed(&app.read()?, incoming.sender)? || !same_origin(uri, &incoming.actor) {
            return Ok(Handled::Done);
        }
        if let Some(id) = resolve::object(app, uri).await? {
            let account = incoming.sender;
            app.write(move |tx| pin(tx, account, id)).await?;
        }
        Ok(Handled::Done)
    })
}

fn pin(tx: &mut Tx<'_>, account: AccountId, id: StatusId) -> Result<()> {
    let own = STATUSES.get(&**tx, &id)?.is_some_and(|status| status.account == account);
    let pins = statuses::table::PINS_OF.page(&**tx, &account, &Window::newest(MOST_PINS))?;
    if own && pins.len() < MOST_PINS && !PINS.has(&**tx, &(account, id))? {
        let row = Pin { id: tx.new_id() };
        PINS.put(tx, &(account, id), &row)?;
        tx.tell(Event::Pinned { account, status: id, pinned: true });
    }
    Ok(())
}

fn receive_remove<'a>(app: &'a App, incoming: &'a Incoming) -> Handling<'a> {
    Box::pin(async move {
        let Some(uri) = incoming.object_id().filter(|_| incoming.is_featuring()) else {
            return Ok(Handled::NotMine);
        };
        if let Some(id) = mine(app, incoming, uri)? {
            let account = incoming.sender;
            app.write(move |tx| {
                if PINS.delete(tx, &(account, id))?.is_some() {
                    tx.tell(Event::Pinned { account, status: id, pinned: false });
                }
                Ok(())
            })
            .await?;
        }
        Ok(Handled::Done)
    })
}
