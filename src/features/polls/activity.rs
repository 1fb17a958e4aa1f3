//! Votes between servers: a Note with a name that answers a Question (behaviours §7).

use serde_json::json;

use super::jobs::{TELL_EVERY, TellCounts};
use super::table::{POLLS, VOTES};
use super::vote;
use crate::features::accounts::table::ACCOUNTS;
use crate::features::accounts::{self, local_uri};
use crate::features::peers::delivery::{own_inbox, send};
use crate::features::peers::processing::{Handled, Handler, Handling, Incoming};
use crate::features::statuses;
use crate::features::statuses::table::STATUSES;
use crate::federation::documents::with_context;
use crate::federation::vocab::View;
use crate::platform::app::{App, Tx};
use crate::platform::error::{Kind, Result};
use crate::platform::events::Event;
use crate::platform::ids::{AccountId, StatusId};

/// Most choices read from one activity; polls here have fewer options.
const MOST_CHOICES: usize = 50;

/// What this feature does with activities; stands before that of `statuses`, which takes every other Note.
pub const HANDLERS: [Handler; 1] = [Handler::of("Create", receive_vote)];

fn receive_vote<'a>(app: &'a App, incoming: &'a Incoming) -> Handling<'a> {
    Box::pin(async move {
        // Several choices may come as several Notes in one Create.
        let objects = incoming.activity.objects_of("object").into_iter().take(MOST_CHOICES);
        let votes: Option<Vec<_>> = objects.map(|object| Some((object, read(app, object)?))).collect();
        let Some(votes) = votes.filter(|votes| !votes.is_empty()) else { return Ok(Handled::NotMine) };
        for (object, (title, asked)) in votes {
            if object.id_of("attributedTo") != Some(incoming.actor.as_str()) {
                continue;
            }
            let voter = incoming.sender;
            let cast = app.write(move |tx| receive(tx, asked, voter, &title)).await;
            // A vote too late, or a second one, is no fault of ours and no post either.
            cast.or_else(|error| if error.kind() == Kind::Internal { Err(error) } else { Ok(()) })?;
        }
        Ok(Handled::Done)
    })
}

/// The option and the poll of ours that an object votes for.
fn read(app: &App, object: View<'_>) -> Option<(String, StatusId)> {
    let title =
        object.str_of("name").filter(|_| object.is_a("Note") && object.text_of("content").is_none())?;
    let asked = statuses::id_of_local_uri(&app.config, object.id_of("inReplyTo")?)?;
    Some((title.to_owned(), asked))
}

fn receive(tx: &mut Tx<'_>, asked: StatusId, voter: AccountId, title: &str) -> Result<()> {
    statuses::get_visible(&**tx, Some(voter), asked)?;
    let Some(poll) = POLLS.get(&**tx, &asked)? else { return Ok(()) };
    let at = poll.options.iter().position(|option| option.title == title);
    let Some(choice) = at.and_then(|at| u16::try_from(at).ok()) else { return Ok(()) };
    vote(tx, asked, voter, &[choice])
}

/// Brings votes cast here to where the poll was asked, and lets the counts of our own polls be told. A durable
/// listener.
///
/// # Errors
/// When the store fails.
pub fn tell(tx: &mut Tx<'_>, event: &Event) -> Result<()> {
    let Event::Voted { account, status, choices } = event else { return Ok(()) };
    let Some(poll) = POLLS.get(&**tx, status)? else { return Ok(()) };
    if poll.local {
        let due = tx.now().plus(TELL_EVERY);
        return if poll.hide_totals { Ok(()) } else { tx.enqueue_at(&TellCounts { status: *status }, due) };
    }
    let titles = choices.iter().filter_map(|choice| poll.options.get(usize::from(*choice)));
    let titles: Vec<(u16, String)> =
        choices.iter().copied().zip(titles.map(|option| option.title.clone())).collect();
    send_votes(tx, *account, *status, &titles)
}

fn send_votes(tx: &mut Tx<'_>, voter: AccountId, status: StatusId, titles: &[(u16, String)]) -> Result<()> {
    let Some(asked) = STATUSES.get(&**tx, &status)? else { return Ok(()) };
    let Some(owner) = ACCOUNTS.get(&**tx, &asked.account)? else { return Ok(()) };
    let Some(inbox) = own_inbox(&owner) else { return Ok(()) };
    let Some(vote) = VOTES.get(&**tx, &(status, voter))? else { return Ok(()) };
    let config = &tx.app().config;
    let actor = local_uri(config, voter);
    let to = accounts::uri(config, asked.account, &owner);
    let question = statuses::uri(config, status, &asked);
    for (choice, title) in titles {
        let id = format!("{actor}#votes/{}-{choice}", vote.id);
        let document = with_context(json!({
            "id": format!("{id}/activity"),
            "type": "Create",
            "actor": actor,
            "published": tx.now().dt(),
            "to": to,
            "object": {
                "id": id,
                "type": "Note",
                "name": title,
                "attributedTo": actor,
                "inReplyTo": question,
                "to": to,
            },
        }));
        send(tx, voter, &document, [inbox.clone()])?;
    }
    Ok(())
}
