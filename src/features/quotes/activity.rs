//! Quotes between servers: asking for agreement, giving it, and taking it back (behaviours §13, FEP-044f).

use std::collections::BTreeSet;

use serde_json::{Value, json};
use shop_storage::Window;

use super::table::{BY_AUTHORIZATION, QUOTES, Quote, QuoteState};
use crate::features::accounts::table::ACCOUNTS;
use crate::features::accounts::{self, local_uri};
use crate::features::peers::delivery::{own_inbox, send};
use crate::features::peers::processing::{Handled, Handler, Handling, Incoming};
use crate::features::relationships::reach;
use crate::features::statuses::incoming::Note;
use crate::features::statuses::note::Written;
use crate::features::statuses::quote::{
    Approval, approval, authorization_uri, local_target, quoted_uri, settle,
};
use crate::features::statuses::table::STATUSES;
use crate::features::statuses::{self, keep, resolve, visible_to};
use crate::federation::documents::with_context;
use crate::federation::vocab::{PUBLIC, same_origin};
use crate::platform::app::{App, Tx};
use crate::platform::error::Result;
use crate::platform::events::Event;
use crate::platform::ids::{AccountId, StatusId};

/// What this feature does with activities.
pub const HANDLERS: [Handler; 4] = [
    Handler::of("QuoteRequest", receive_request),
    Handler::of("Accept", receive_accept),
    Handler::of("Reject", receive_reject),
    Handler::of("Delete", receive_delete),
];

/// How many quotes one withdrawn agreement may end; each agreement is for one.
const MOST_ENDED: usize = 8;

fn receive_request<'a>(app: &'a App, incoming: &'a Incoming) -> Handling<'a> {
    Box::pin(async move {
        let Some(uri) = incoming.object_id() else { return Ok(Handled::Done) };
        let Some((quoted, status, _)) = local_target(&app.config, &app.read()?, uri)? else {
            return Ok(Handled::Done);
        };
        let (author, sender) = (status.account, incoming.sender);
        let allowed = {
            let from = app.read()?;
            visible_to(&from, Some(sender), quoted, &status)?
                && approval(&from, &status, sender)? == Approval::Automatic
        };
        let quoting = if allowed { instrument(app, incoming, uri).await? } else { None };
        let request = named(incoming, uri);
        app.write(move |tx| match quoting {
            Some(quoting) => {
                let authorization = authorization_uri(&tx.app().config, author, quoting);
                settle(tx, quoting, QuoteState::Accepted, None)?;
                answer(tx, author, sender, request, Some(authorization))
            }
            None => answer(tx, author, sender, request, None),
        })
        .await?;
        Ok(Handled::Done)
    })
}

/// The post that wants to quote, kept here; `None` when it does not quote what the request says.
async fn instrument(app: &App, incoming: &Incoming, quoted: &str) -> Result<Option<StatusId>> {
    let inlined = incoming.activity.object_of("instrument").and_then(Note::read);
    let own = |note: &Note| note.author == incoming.actor && same_origin(&note.uri, &incoming.actor);
    let found = match (inlined.filter(own), incoming.activity.id_of("instrument")) {
        (Some(note), _) => keep::received(app, note, incoming.sender).await?,
        (None, Some(uri)) if same_origin(uri, &incoming.actor) => resolve::object(app, uri).await?,
        _ => None,
    };
    let Some(id) = found else { return Ok(None) };
    let from = app.read()?;
    let by = STATUSES.get(&from, &id)?.filter(|status| status.account == incoming.sender);
    let quote = QUOTES.get(&from, &id)?.filter(|quote| quote.uri.as_deref() == Some(quoted));
    Ok(by.and(quote).map(|_| id))
}

/// The request as an answer repeats it.
fn named(incoming: &Incoming, quoted: &str) -> Value {
    json!({
        "id": incoming.id(),
        "type": "QuoteRequest",
        "actor": incoming.actor,
        "object": quoted,
        "instrument": incoming.activity.id_of("instrument"),
    })
}

/// Accepts the request with the address of the agreement, or rejects it.
fn answer(
    tx: &mut Tx<'_>,
    author: AccountId,
    asker: AccountId,
    request: Value,
    authorization: Option<String>,
) -> Result<()> {
    let Some(inbox) = ACCOUNTS.get(&**tx, &asker)?.and_then(|asker| own_inbox(&asker)) else { return Ok(()) };
    let actor = local_uri(&tx.app().config, author);
    let number = tx.new_id::<crate::platform::ids::kind::Activity>();
    let document = match authorization {
        Some(result) => json!({
            "id": format!("{actor}#accepts/quote_requests/{number}"),
            "type": "Accept",
            "actor": actor,
            "to": request["actor"],
            "object": request,
            "result": result,
        }),
        None => json!({
            "id": format!("{actor}#rejects/quote_requests/{number}"),
            "type": "Reject",
            "actor": actor,
            "to": request["actor"],
            "object": request,
        }),
    };
    send(tx, author, &with_context(document), [inbox])
}

/// The quote of ours that an Accept or Reject of the quoted author answers.
fn answered(app: &App, incoming: &Incoming) -> Result<Option<(StatusId, Quote)>> {
    let Some((_, number)) = incoming.object_id().and_then(|id| id.split_once("#quote_requests/")) else {
        return Ok(None);
    };
    let Ok(id) = number.parse::<StatusId>() else { return Ok(None) };
    let from = app.read()?;
    let local = STATUSES.get(&from, &id)?.is_some_and(|status| status.local);
    let quote = QUOTES.get(&from, &id)?.filter(|quote| local && quote.author == Some(incoming.sender));
    Ok(quote.map(|quote| (id, quote)))
}

fn is_about_quotes(incoming: &Incoming) -> bool {
    incoming.object().is_some_and(|object| object.is_a("QuoteRequest"))
        || incoming.object_id().is_some_and(|id| id.contains("#quote_requests/"))
}

fn receive_accept<'a>(app: &'a App, incoming: &'a Incoming) -> Handling<'a> {
    Box::pin(async move {
        if !is_about_quotes(incoming) {
            return Ok(Handled::NotMine);
        }
        let result = incoming.activity.id_of("result").filter(|uri| same_origin(uri, &incoming.actor));
        if let (Some((id, _)), Some(uri)) = (answered(app, incoming)?, result.map(str::to_owned)) {
            app.write(move |tx| settle(tx, id, QuoteState::Accepted, Some(uri))).await?;
        }
        Ok(Handled::Done)
    })
}

fn receive_reject<'a>(app: &'a App, incoming: &'a Incoming) -> Handling<'a> {
    Box::pin(async move {
        if !is_about_quotes(incoming) {
            return Ok(Handled::NotMine);
        }
        if let Some((id, quote)) = answered(app, incoming)? {
            let state = match quote.state {
                QuoteState::Accepted => QuoteState::Revoked,
                _ => QuoteState::Rejected,
            };
            app.write(move |tx| settle(tx, id, state, None)).await?;
        }
        Ok(Handled::Done)
    })
}

/// A quoted author of another server takes an agreement back.
fn receive_delete<'a>(app: &'a App, incoming: &'a Incoming) -> Handling<'a> {
    Box::pin(async move {
        let Some(uri) = incoming.object_id().map(str::to_owned) else { return Ok(Handled::NotMine) };
        let (quoting, sender) =
            (BY_AUTHORIZATION.page(&app.read()?, &uri, &Window::oldest(MOST_ENDED))?, incoming.sender);
        if quoting.is_empty() {
            return Ok(Handled::NotMine);
        }
        app.write(move |tx| {
            for id in quoting {
                if QUOTES.get(&**tx, &id)?.is_some_and(|quote| quote.author == Some(sender)) {
                    settle(tx, id, QuoteState::Revoked, None)?;
                }
            }
            Ok(())
        })
        .await?;
        Ok(Handled::Done)
    })
}

/// Asks for agreement to quotes made here, and tells of agreements taken back here. A durable listener.
///
/// # Errors
/// When the store fails.
pub fn tell(tx: &mut Tx<'_>, event: &Event) -> Result<()> {
    match event {
        Event::StatusPosted { status, .. } => ask(tx, *status),
        Event::QuoteRevoked { status } => withdraw(tx, *status),
        _ => Ok(()),
    }
}

fn ask(tx: &mut Tx<'_>, id: StatusId) -> Result<()> {
    let Some(status) = STATUSES.get(&**tx, &id)?.filter(|status| status.local && status.quote) else {
        return Ok(());
    };
    let Some(quote) = QUOTES.get(&**tx, &id)?.filter(|quote| quote.state == QuoteState::Pending) else {
        return Ok(());
    };
    let (Some(author), Some(uri)) = (quote.author, &quote.uri) else { return Ok(()) };
    let Some(inbox) = ACCOUNTS.get(&**tx, &author)?.and_then(|author| own_inbox(&author)) else {
        return Ok(());
    };
    let actor = local_uri(&tx.app().config, status.account);
    let note = Written::load(tx.app(), &**tx, id)?.note()?;
    let document = json!({
        "id": format!("{actor}#quote_requests/{id}"),
        "type": "QuoteRequest",
        "actor": actor,
        "object": uri,
        "instrument": note,
    });
    send(tx, status.account, &with_context(document), [inbox])
}

/// Both audiences hear of it: followers of the quoted author, and the one who quoted.
fn withdraw(tx: &mut Tx<'_>, quoting: StatusId) -> Result<()> {
    let (Some(quote), Some(by)) = (QUOTES.get(&**tx, &quoting)?, STATUSES.get(&**tx, &quoting)?) else {
        return Ok(());
    };
    let Some(author) = quote.author else { return Ok(()) };
    let config = &tx.app().config;
    let (actor, uri) = (local_uri(config, author), authorization_uri(config, author, quoting));
    let document = with_context(json!({
        "id": format!("{uri}#delete"),
        "type": "Delete",
        "actor": actor,
        "to": [PUBLIC],
        "object": uri,
    }));
    let mut inboxes: BTreeSet<String> = reach::followers(&**tx, author)?;
    inboxes.extend(reach::people(&**tx, &[by.account])?);
    send(tx, author, &document, inboxes)
}

/// The agreement to a quote of a local post, as others read it.
///
/// # Errors
/// 404 when there is none.
pub fn authorization(app: &App, author: AccountId, quoting: StatusId) -> Result<Value> {
    let from = app.read()?;
    let quote = QUOTES.get(&from, &quoting)?.filter(|quote| {
        quote.author == Some(author) && quote.state == QuoteState::Accepted && quote.quoted.is_some()
    });
    let (quote, by) = match (quote, STATUSES.get(&from, &quoting)?) {
        (Some(quote), Some(by)) if by.account != author => (quote, by),
        _ => return Err(crate::platform::error::Error::not_found()),
    };
    accounts::get(&from, author)?;
    Ok(with_context(json!({
        "id": authorization_uri(&app.config, author, quoting),
        "type": "QuoteAuthorization",
        "attributedTo": local_uri(&app.config, author),
        "interactingObject": statuses::uri(&app.config, quoting, &by),
        "interactionTarget": quoted_uri(&app.config, &from, &quote)?,
    })))
}
