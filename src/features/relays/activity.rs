//! What relays answer: Accept and Reject of our Follow.

use super::all;
use super::table::{RELAYS, Relay, RelayState};
use crate::features::accounts::{INSTANCE_ACTOR, local_uri};
use crate::features::peers::processing::{Handled, Handler, Handling, Incoming};
use crate::federation::vocab::{is_public, same_origin};
use crate::platform::app::App;
use crate::platform::error::Result;

/// What this feature does with activities; stands before that of `relationships`, to which a Follow is one of a person.
pub const HANDLERS: [Handler; 2] =
    [Handler::of("Accept", receive_accept), Handler::of("Reject", receive_reject)];

fn receive_accept<'a>(app: &'a App, incoming: &'a Incoming) -> Handling<'a> {
    Box::pin(answered(app, incoming, RelayState::Enabled))
}

fn receive_reject<'a>(app: &'a App, incoming: &'a Incoming) -> Handling<'a> {
    Box::pin(answered(app, incoming, RelayState::Rejected))
}

async fn answered(app: &App, incoming: &Incoming, state: RelayState) -> Result<Handled> {
    let known = all(&app.read()?)?;
    let Some((id, _)) = known.into_iter().find(|(_, relay)| is_about(app, incoming, relay)) else {
        return Ok(Handled::NotMine);
    };
    let actor = incoming.actor.clone();
    app.write(move |tx| {
        RELAYS.edit(tx, &id, |relay| {
            relay.state = state;
            relay.actor = Some(actor);
            relay.last_error = None;
        })?;
        Ok(())
    })
    .await?;
    Ok(Handled::Done)
}

/// Whether an answer is about our Follow of this relay. Some relays leave the id of the Follow out, or change it; then
/// it must be one of ours about everybody's posts.
fn is_about(app: &App, incoming: &Incoming, relay: &Relay) -> bool {
    if !same_origin(&relay.inbox, &incoming.actor) {
        return false;
    }
    if incoming.object_id() == Some(relay.follow.as_str()) {
        return true;
    }
    let ours = local_uri(&app.config, INSTANCE_ACTOR);
    let is_latest = relay.state == RelayState::Waiting;
    incoming.object().is_some_and(|object| {
        is_latest
            && object.is_a("Follow")
            && object.id_of("actor") == Some(&ours)
            && object.id_of("object").is_some_and(|object| is_public(object) || object == incoming.actor)
    })
}
