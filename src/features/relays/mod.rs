//! Relays: following them, what they are given, and what is taken from them (behaviours §19, §20).
//!
//! A relay is followed by the server itself, with `as:Public` as what is followed. Once it has accepted, it gets the
//! public posts written here; what it passes on is fetched from where it was written, since nothing that others say of
//! it is believed.

pub mod activity;
pub mod table;

use serde_json::{Value, json};
use shop_storage::{Read, Window};
use url::Url;

use self::table::{RELAYS, Relay, RelayState};
use crate::features::accounts::table::Account;
use crate::features::accounts::{INSTANCE_ACTOR, local_uri};
use crate::features::domain_rules::book;
use crate::features::peers::delivery::send;
use crate::features::peers::{host_of, is_ours};
use crate::federation::documents::with_context;
use crate::federation::vocab::PUBLIC;
use crate::platform::app::Tx;
use crate::platform::error::{Error, Kind, Result};
use crate::platform::events::Event;
use crate::platform::ids::RelayId;

/// How many relays there may be.
const MOST: usize = 100;
/// Longest address of an inbox, in bytes.
const LONGEST: usize = 2_048;
/// What the operator is told when a relay does not take what it is sent: most often this is why.
const UNSIGNED: &str =
    "it may be one that passes on only what bears a Linked-Data signature, and this server makes none";

/// All relays, oldest first.
///
/// # Errors
/// When the store fails.
pub fn all(from: &dyn Read) -> Result<Vec<(RelayId, Relay)>> {
    Ok(RELAYS.page(from, &Window::oldest(MOST))?)
}

/// The inboxes of the relays that get our public posts.
///
/// # Errors
/// When the store fails.
pub fn inboxes(from: &dyn Read) -> Result<Vec<String>> {
    let enabled = all(from)?.into_iter().filter(|(_, relay)| relay.state == RelayState::Enabled);
    Ok(enabled.map(|(_, relay)| relay.inbox).collect())
}

/// Whether an account is that of an enabled relay.
///
/// # Errors
/// When the store fails.
pub fn is_relay(from: &dyn Read, account: &Account) -> Result<bool> {
    let Some(remote) = &account.remote else { return Ok(false) };
    // Not by the shared inbox: others than the relay may live behind it.
    let is_it = |relay: &Relay| {
        relay.state == RelayState::Enabled && (relay.actor == account.uri || relay.inbox == remote.inbox)
    };
    Ok(all(from)?.iter().any(|(_, relay)| is_it(relay)))
}

/// Asks a relay, by the address of its inbox, to take this server in. One that was asked before is asked anew.
///
/// # Errors
/// 422 for what is no address of another server, for one that the rules shut out, and beyond [`MOST`].
pub fn add(tx: &mut Tx<'_>, inbox: &str) -> Result<RelayId> {
    let inbox = checked(tx, inbox)?;
    let known = all(&**tx)?;
    let id = match known.iter().find(|(_, relay)| relay.inbox == inbox) {
        Some((id, _)) => *id,
        None if known.len() >= MOST => {
            return Err(Error::invalid(format!("There cannot be more than {MOST} relays")));
        }
        None => tx.new_id(),
    };
    let actor = local_uri(&tx.app().config, INSTANCE_ACTOR);
    let number = tx.new_id::<crate::platform::ids::kind::Activity>();
    let follow = format!("{actor}#relays/{number}");
    let document = with_context(follow_document(&follow, &actor));
    let created_at = tx.now();
    let relay = Relay {
        inbox: inbox.clone(),
        follow,
        actor: None,
        state: RelayState::Waiting,
        last_error: None,
        created_at,
    };
    RELAYS.put(tx, &id, &relay)?;
    send(tx, INSTANCE_ACTOR, &document, [inbox])?;
    Ok(id)
}

fn checked(tx: &Tx<'_>, inbox: &str) -> Result<String> {
    let config = &tx.app().config;
    let url = Url::parse(inbox.trim()).ok().filter(|url| {
        let scheme = url.scheme() == "https" || (url.scheme() == "http" && config.federation.allow_insecure);
        let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
        scheme && plain && inbox.len() <= LONGEST && url.path() != "/" && !is_ours(tx.app(), url.as_str())
    });
    let url = url.ok_or_else(|| Error::invalid("Inbox url is not the address of a relay's inbox"))?;
    match host_of(url.as_str()) {
        Some(host) if !book(tx.app()).shuts_out(&host) => Ok(url.into()),
        _ => Err(Error::invalid("Inbox url lies on a server that the rules shut out")),
    }
}

fn follow_document(id: &str, actor: &str) -> Value {
    json!({ "id": id, "type": "Follow", "actor": actor, "object": PUBLIC })
}

/// Leaves a relay: it is told, and forgotten.
///
/// # Errors
/// 404 when there is none with this inbox.
pub fn remove(tx: &mut Tx<'_>, inbox: &str) -> Result<()> {
    // As it was written when it was kept.
    let inbox = Url::parse(inbox.trim()).map_or_else(|_| inbox.trim().to_owned(), String::from);
    let found = all(&**tx)?.into_iter().find(|(_, relay)| relay.inbox == inbox);
    let (id, relay) = found
        .ok_or_else(|| Error::new(Kind::NotFound, format!("there is no relay with the inbox {inbox}")))?;
    RELAYS.delete(tx, &id)?;
    let actor = local_uri(&tx.app().config, INSTANCE_ACTOR);
    let undo = with_context(json!({
        "id": format!("{}/undo", relay.follow),
        "type": "Undo",
        "actor": actor,
        "object": follow_document(&relay.follow, &actor),
    }));
    send(tx, INSTANCE_ACTOR, &undo, [relay.inbox])
}

/// Durable listener: notes what a relay refuses for good, for the operator to read.
///
/// # Errors
/// When the store fails.
pub fn hear(tx: &mut Tx<'_>, event: &Event) -> Result<()> {
    let Event::DeliveryRefused { inbox, why } = event else { return Ok(()) };
    let Some((id, _)) = all(&**tx)?.into_iter().find(|(_, relay)| relay.inbox == *inbox) else {
        return Ok(());
    };
    RELAYS.edit(tx, &id, |relay| {
        relay.last_error = Some(match relay.state {
            RelayState::Enabled => format!("{why}; {UNSIGNED}"),
            RelayState::Waiting | RelayState::Rejected => why.clone(),
        });
    })?;
    Ok(())
}
