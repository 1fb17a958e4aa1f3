//! Activities that were passed on and bear a proof of their own (FEP-8b32): whose they are, and which of them that is
//! enough for.

use crate::features::accounts::table::{ASSERTION_KEYS, AssertionKey};
use crate::features::accounts::{find_uri, resolve};
use crate::features::peers::is_ours;
use crate::federation::proof::Proof;
use crate::federation::vocab::{Document, same_origin};
use crate::platform::app::App;
use crate::platform::error::{Kind, Result};
use crate::platform::ids::AccountId;

/// What may be passed on. A proof can be shown again by anybody, so nothing is in this list that would do harm when it
/// comes at another time: no follows, no blocks, no moves.
const PASSED_ON: [&str; 7] = ["Create", "Update", "Delete", "Announce", "Like", "EmojiReact", "Undo"];
/// What an Undo that was passed on may take back.
const TAKEN_BACK: [&str; 3] = ["Announce", "Like", "EmojiReact"];

/// The account whose own proof an activity bears, when it is one that may be passed on.
///
/// # Errors
/// 503 when the actor is unknown and its server cannot be reached; when the store fails.
pub async fn author(app: &App, activity: &Document) -> Result<Option<AccountId>> {
    let Some(actor) = activity.id_of("actor").filter(|actor| !is_ours(app, actor)) else { return Ok(None) };
    let own_id = activity.id().is_some_and(|id| same_origin(id, actor));
    if !own_id || !may_be_passed_on(activity) {
        return Ok(None);
    }
    let Some(proof) = Proof::read(activity, app.now().timestamp()) else { return Ok(None) };
    // The cheap question first: nobody is asked for keys that lie elsewhere than the actor.
    if !same_origin(&proof.key_id, actor) {
        return Ok(None);
    }
    let known = {
        let from = app.read()?;
        find_uri(app, &from, actor)?.map(|known| known.id)
    };
    if let Some(id) = known
        && holds(app, id, &proof)?
    {
        return Ok(Some(id));
    }
    let read = match resolve::refresh_for_key(app, actor, &proof.key_id).await {
        Err(error) if error.kind() == Kind::Unavailable && known.is_some() => return Ok(None),
        read => read?,
    };
    match read {
        Some(id) if holds(app, id, &proof)? => Ok(Some(id)),
        _ => Ok(None),
    }
}

fn may_be_passed_on(activity: &Document) -> bool {
    let kinds = activity.types();
    let known = !kinds.is_empty() && kinds.iter().all(|kind| PASSED_ON.contains(kind));
    let undoes = activity.object().is_some_and(|object| TAKEN_BACK.iter().any(|kind| object.is_a(kind)));
    known && (!activity.is_a("Undo") || undoes)
}

fn holds(app: &App, account: AccountId, proof: &Proof) -> Result<bool> {
    let Some(keys) = ASSERTION_KEYS.get(&app.read()?, &account)? else { return Ok(false) };
    let now = app.now();
    let fits = |key: &AssertionKey| key.id == proof.key_id && key.expires.is_none_or(|at| now < at);
    Ok(keys.0.iter().any(|key| fits(key) && proof.holds(&key.key)))
}
