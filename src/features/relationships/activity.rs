//! Follows and blocks between servers: Follow, Accept, Reject, Block and their Undo, in and out.

use serde_json::{Value, json};
use shop_storage::{Read, Window};

use super::table::{BLOCKS, BLOCKS_BY, Block, FOLLOW_URIS, FOLLOWS, Follow, REQUEST_URIS, REQUESTS};
use super::{Options, accept, block, follow, follow_uri, follows, reject, revoke, unblock, unfollow};
use crate::features::accounts::table::{ACCOUNTS, Account};
use crate::features::accounts::{INSTANCE_ACTOR, id_of_local_uri, local_uri, uri};
use crate::features::peers::delivery::{own_inbox, send};
use crate::features::peers::processing::{Handled, Handler, Handling, Incoming};
use crate::federation::documents::with_context;
use crate::federation::vocab::View;
use crate::platform::app::{App, Tx};
use crate::platform::error::{Kind, Result};
use crate::platform::events::Event;
use crate::platform::ids::AccountId;

/// How many blocks of one account are looked through for one that is only named by its id.
const MOST_BLOCKS: usize = 1_000;

/// What this feature does with activities.
pub const HANDLERS: [Handler; 5] = [
    Handler::of("Follow", receive_follow),
    Handler::of("Accept", receive_accept),
    Handler::of("Reject", receive_reject),
    Handler::of("Block", receive_block),
    Handler::of("Undo", receive_undo),
];

/// The local account that the activity is about.
fn target(app: &App, incoming: &Incoming) -> Option<AccountId> {
    id_of_local_uri(&app.config, incoming.object_id()?)
}

fn receive_follow<'a>(app: &'a App, incoming: &'a Incoming) -> Handling<'a> {
    Box::pin(async move {
        // A Follow without an id could never be taken back or accepted by its id.
        let (Some(to), Some(id)) = (target(app, incoming), incoming.id().map(str::to_owned)) else {
            return Ok(Handled::Done);
        };
        let from = incoming.sender;
        let done = app.write({
            let options = Options { uri: Some(id.clone()), ..Options::default() };
            move |tx| {
                let stood = follows(&**tx, from, to)?;
                follow(tx, from, to, options)?;
                // A repeated Follow is accepted again, with the new id (behaviours §19).
                if stood { send_accept(tx, from, to) } else { Ok(()) }
            }
        });
        match done.await {
            // Blocked, moved away, suspended or gone: the answer is no.
            Err(error) if matches!(error.kind(), Kind::Forbidden | Kind::NotFound) => {
                app.write(move |tx| send_answer(tx, "Reject", from, to, Some(id))).await?;
            }
            done => done?,
        }
        Ok(Handled::Done)
    })
}

/// Who follows by the Follow that `answer`, an Accept or Reject, is about: somebody here.
fn answered(app: &App, answer: View<'_>) -> Option<AccountId> {
    let follower = match answer.object_of("object").filter(|object| object.is_a("Follow")) {
        Some(object) => object.id_of("actor")?,
        // Only named: `<actor>#follows/<number>`.
        None => answer.id_of("object")?.split_once('#').filter(|(_, rest)| rest.starts_with("follows/"))?.0,
    };
    id_of_local_uri(&app.config, follower)
}

fn receive_accept<'a>(app: &'a App, incoming: &'a Incoming) -> Handling<'a> {
    Box::pin(async move {
        let Some(from) = answered(app, incoming.activity.view()) else { return Ok(Handled::NotMine) };
        let to = incoming.sender;
        app.write(move |tx| if REQUESTS.has(&**tx, &(from, to))? { accept(tx, from, to) } else { Ok(()) })
            .await?;
        Ok(Handled::Done)
    })
}

fn receive_reject<'a>(app: &'a App, incoming: &'a Incoming) -> Handling<'a> {
    Box::pin(async move {
        let Some(from) = answered(app, incoming.activity.view()) else { return Ok(Handled::NotMine) };
        let to = incoming.sender;
        app.write(move |tx| reject(tx, from, to)).await?;
        Ok(Handled::Done)
    })
}

fn receive_block<'a>(app: &'a App, incoming: &'a Incoming) -> Handling<'a> {
    Box::pin(async move {
        let Some(to) = target(app, incoming) else { return Ok(Handled::Done) };
        let (from, id) = (incoming.sender, incoming.id().map(str::to_owned));
        app.write(move |tx| block(tx, from, to, id)).await?;
        Ok(Handled::Done)
    })
}

fn receive_undo<'a>(app: &'a App, incoming: &'a Incoming) -> Handling<'a> {
    Box::pin(async move {
        let from = incoming.sender;
        if let Some(object) = incoming.object() {
            if object.is_a("Accept") {
                let Some(follower) = answered(app, object).filter(|_| incoming.is_own(object)) else {
                    return Ok(Handled::NotMine);
                };
                app.write(move |tx| revoke(tx, follower, from)).await?;
                return Ok(Handled::Done);
            }
            let blocks = object.is_a("Block");
            if !(blocks || object.is_a("Follow")) {
                return Ok(Handled::NotMine);
            }
            if let Some(to) = undone(app, incoming, object) {
                app.write(move |tx| if blocks { unblock(tx, from, to) } else { unfollow(tx, from, to) })
                    .await?;
            }
            return Ok(Handled::Done);
        }
        let Some(id) = incoming.object_id() else { return Ok(Handled::NotMine) };
        let (followed, blocked) = {
            let store = app.read()?;
            let followed = followed_by_id(&store, id)?.filter(|(follower, _)| *follower == from);
            (followed, blocked_by_id(&store, from, id)?)
        };
        let undone = match (followed, blocked) {
            (Some((_, to)), _) => app.write(move |tx| unfollow(tx, from, to)).await?,
            (_, Some(to)) => app.write(move |tx| unblock(tx, from, to)).await?,
            (None, None) => false,
        };
        Ok(if undone { Handled::Done } else { Handled::NotMine })
    })
}

fn undone(app: &App, incoming: &Incoming, object: View<'_>) -> Option<AccountId> {
    let to = object.id_of("object").filter(|_| incoming.is_own(object))?;
    id_of_local_uri(&app.config, to)
}

fn followed_by_id(from: &dyn Read, id: &str) -> Result<Option<(AccountId, AccountId)>> {
    let id = id.to_owned();
    Ok(match FOLLOW_URIS.get(from, &id)? {
        Some(pair) => Some(pair),
        None => REQUEST_URIS.get(from, &id)?,
    })
}

/// Whom `blocker` blocks by the Block with this id. Nearly all servers name the whole Block when they take one back, so
/// the rows are looked through; one account of another server has few.
fn blocked_by_id(from: &dyn Read, blocker: AccountId, id: &str) -> Result<Option<AccountId>> {
    let blocked = BLOCKS_BY.page(from, &blocker, &Window::newest(MOST_BLOCKS))?;
    let pairs: Vec<_> = blocked.into_iter().map(|(_, to)| (blocker, to)).collect();
    let rows = BLOCKS.get_many(from, &pairs)?;
    let is_it = |row: &Option<Block>| row.as_ref().is_some_and(|row| row.uri.as_deref() == Some(id));
    Ok(pairs.into_iter().zip(rows).find(|(_, row)| is_it(row)).map(|((_, to), _)| to))
}

/// Tells other servers what was done here to, or for, one of their accounts. A durable listener.
///
/// # Errors
/// When the store fails.
pub fn tell(tx: &mut Tx<'_>, event: &Event) -> Result<()> {
    match event {
        Event::FollowRequested { from, to } => send_follow(tx, *from, *to),
        Event::Followed { from, to, .. } => send_accept(tx, *from, *to),
        Event::FollowRejected { from, to, uri } => send_answer(tx, "Reject", *from, *to, uri.clone()),
        Event::Unfollowed { from, to, uri: Some(uri) } => between(tx, *from, *to, |_, actor, object| {
            let follow = json!({ "id": uri, "type": "Follow", "actor": actor, "object": object });
            Ok(Some(undo(format!("{uri}/undo"), actor, follow)))
        }),
        Event::Blocked { from, to } => between(tx, *from, *to, |tx, actor, object| {
            let row = BLOCKS.get(&**tx, &(*from, *to))?;
            Ok(row.map(|row| {
                json!({ "id": format!("{actor}#blocks/{}", row.id), "type": "Block", "actor": actor, "object": object })
            }))
        }),
        Event::Unblocked { from, to } => between(tx, *from, *to, |tx, actor, object| {
            let block = json!({ "type": "Block", "actor": actor, "object": object });
            let id = tx.new_id::<crate::platform::ids::kind::Activity>();
            Ok(Some(undo(format!("{actor}#blocks/undo/{id}"), actor, block)))
        }),
        _ => Ok(()),
    }
}

fn undo(id: String, actor: &str, object: Value) -> Value {
    json!({ "id": id, "type": "Undo", "actor": actor, "object": object })
}

fn loaded(from: &dyn Read, id: AccountId) -> Result<Option<Account>> {
    Ok(ACCOUNTS.get(from, &id)?.filter(|account| !account.deleted))
}

/// Sends what `write` makes of (local actor, remote object) to the remote account's own inbox; nothing when the two
/// are not a local and a remote account.
fn between(
    tx: &mut Tx<'_>,
    local: AccountId,
    remote: AccountId,
    write: impl FnOnce(&mut Tx<'_>, &str, &str) -> Result<Option<Value>>,
) -> Result<()> {
    let Some(there) = loaded(&**tx, remote)? else { return Ok(()) };
    // Of a deleted account its Delete says everything. The instance actor has no row.
    let speaks = local == INSTANCE_ACTOR || loaded(&**tx, local)?.is_some_and(|account| account.is_local());
    let Some(inbox) = own_inbox(&there).filter(|_| speaks) else { return Ok(()) };
    let actor = local_uri(&tx.app().config, local);
    let object = uri(&tx.app().config, remote, &there);
    match write(tx, &actor, &object)? {
        Some(document) => send(tx, local, &with_context(document), [inbox]),
        None => Ok(()),
    }
}

fn row_of(from: &dyn Read, pair: (AccountId, AccountId)) -> Result<Option<Follow>> {
    Ok(match REQUESTS.get(from, &pair)? {
        Some(request) => Some(request.0),
        None => FOLLOWS.get(from, &pair)?,
    })
}

fn send_follow(tx: &mut Tx<'_>, from: AccountId, to: AccountId) -> Result<()> {
    between(tx, from, to, |tx, actor, object| {
        let row = row_of(&**tx, (from, to))?;
        Ok(row.map(|row| {
            let id = follow_uri(&tx.app().config, from, &row);
            json!({ "id": id, "type": "Follow", "actor": actor, "object": object })
        }))
    })
}

/// Accepts the Follow of the remote account `from` by the local account `to`.
fn send_accept(tx: &mut Tx<'_>, from: AccountId, to: AccountId) -> Result<()> {
    let row = row_of(&**tx, (from, to))?;
    send_answer(tx, "Accept", from, to, row.and_then(|row| row.uri))
}

fn send_answer(
    tx: &mut Tx<'_>,
    answer: &str,
    from: AccountId,
    to: AccountId,
    follow: Option<String>,
) -> Result<()> {
    between(tx, to, from, |tx, actor, follower| {
        let id = tx.new_id::<crate::platform::ids::kind::Activity>();
        let word = if answer == "Accept" { "accepts" } else { "rejects" };
        Ok(Some(json!({
            "id": format!("{actor}#{word}/follows/{id}"),
            "type": answer,
            "actor": actor,
            "object": { "id": follow, "type": "Follow", "actor": follower, "object": actor },
        })))
    })
}
