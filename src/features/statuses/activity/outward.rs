//! Telling other servers of posts, edits, deletions, boosts and pins made here (behaviours §20).
//!
//! The listener only notes what happened; who has to hear of it is gathered by a job of the author's own lane, so
//! that posting stays as quick with many followers as with none.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use shop_storage::{Queue, Read, Window, record};

use crate::features::accounts::{self, table::ACCOUNTS};
use crate::features::favourites::table::FAVOURITED_BY;
use crate::features::peers::delivery::send;
use crate::features::polls;
use crate::features::quotes::table::{ACCEPTED, QUOTES};
use crate::features::relationships::reach;
use crate::features::relays;
use crate::features::statuses::note::Written;
use crate::features::statuses::table::{REBLOGS, REPLIES, STATUSES, Status};
use crate::features::users::table::Visibility;
use crate::federation::documents::with_context;
use crate::federation::vocab::PUBLIC;
use crate::platform::app::{App, Tx};
use crate::platform::error::{Error, Kind, Result};
use crate::platform::events::{DeletedStatus, Event};
use crate::platform::ids::{AccountId, StatusId};
use crate::platform::jobs::{self, Job, Outcome};

/// How many of those who boosted, favourited, quoted or answered hear of an edit; the newest.
const MOST_TOUCHED: usize = 1_000;

/// What happened.
#[derive(Debug, Clone, Serialize, Deserialize)]
enum What {
    Posted(StatusId),
    Edited(StatusId),
    Retold(StatusId),
    Deleted {
        status: StatusId,
        boosted: Option<StatusId>,
        public: bool,
        direct: bool,
        people: Vec<AccountId>,
    },
    Pinned {
        status: StatusId,
        pinned: bool,
    },
}

/// Sends what happened to everybody who has to hear of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Distribute {
    author: AccountId,
    what: What,
    /// Of a deletion: the author of what was openly answered.
    answered: Option<AccountId>,
}
record!(Distribute, 2, from DistributeV1);

/// As deletions did not know yet what had been answered.
#[derive(Deserialize, Serialize)]
struct DistributeV1 {
    author: AccountId,
    what: What,
}
record!(DistributeV1, 1);

impl From<DistributeV1> for Distribute {
    fn from(DistributeV1 { author, what }: DistributeV1) -> Self {
        Self { author, what, answered: None }
    }
}

/// Notes what other servers have to hear of. A durable listener.
///
/// # Errors
/// When the store fails.
pub fn tell(tx: &mut Tx<'_>, event: &Event) -> Result<()> {
    match event {
        Event::StatusPosted { status, .. } => note(tx, *status, What::Posted(*status)),
        Event::StatusEdited { status } => note(tx, *status, What::Edited(*status)),
        Event::StatusRetold { status } | Event::PollEnded { status } => {
            note(tx, *status, What::Retold(*status))
        }
        Event::Pinned { status, pinned, .. } => {
            note(tx, *status, What::Pinned { status: *status, pinned: *pinned })
        }
        Event::StatusDeleted(deleted) => note_deleted(tx, deleted),
        _ => Ok(()),
    }
}

fn note(tx: &mut Tx<'_>, id: StatusId, what: What) -> Result<()> {
    let Some(status) = STATUSES.get(&**tx, &id)?.filter(|status| status.local) else { return Ok(()) };
    let always = !matches!(what, What::Posted(_));
    if always || is_of_interest(&**tx, id, &status)? {
        tx.enqueue(&Distribute { author: status.account, what, answered: None })?;
    }
    Ok(())
}

fn note_deleted(tx: &mut Tx<'_>, deleted: &DeletedStatus) -> Result<()> {
    // Of a deleted account its Delete says everything.
    if deleted.uri.is_some() || ACCOUNTS.get(&**tx, &deleted.account)?.is_none_or(|author| author.deleted) {
        return Ok(());
    }
    let people: Vec<AccountId> = deleted.mentioned.iter().chain(&deleted.touched).copied().collect();
    let what = What::Deleted {
        status: deleted.status,
        boosted: deleted.reblog_of,
        public: deleted.public,
        direct: deleted.direct,
        people,
    };
    tx.enqueue(&Distribute { author: deleted.account, what, answered: deleted.answered })
}

/// Whether anybody elsewhere may have to hear of a new status: a few reads, however many followers there are.
fn is_of_interest(from: &dyn Read, id: StatusId, status: &Status) -> Result<bool> {
    if reach::is_followed_from_afar(from, status.account)? {
        return Ok(true);
    }
    if is_for_relays(status) && !relays::inboxes(from)?.is_empty() {
        return Ok(true);
    }
    let mut people: Vec<AccountId> = status.mentions.iter().map(|mention| mention.account).collect();
    people.extend(answered(from, status)?);
    if status.quote {
        people.extend(QUOTES.get(from, &id)?.and_then(|quote| quote.author));
    }
    for account in ACCOUNTS.get_many(from, &people)?.into_iter().flatten() {
        if !account.is_local() {
            return Ok(true);
        }
    }
    match status.in_reply_to {
        Some((_, author)) => reach::is_followed_from_afar(from, author),
        None => Ok(false),
    }
}

/// Relays get public posts, no boosts.
fn is_for_relays(status: &Status) -> bool {
    status.visibility == Visibility::Public && status.reblog_of.is_none()
}

/// The author of what was answered or boosted.
fn answered(from: &dyn Read, status: &Status) -> Result<Option<AccountId>> {
    match status.reblog_of {
        Some(boosted) => Ok(STATUSES.get(from, &boosted)?.map(|boosted| boosted.account)),
        None => Ok(status.in_reply_to.map(|(_, author)| author)),
    }
}

impl Job for Distribute {
    const NAME: &'static str = "distribute";
    const QUEUE: &'static Queue = &jobs::NOW;

    fn lane(&self) -> Option<String> {
        Some(format!("distribute:{}", self.author))
    }

    async fn run(self, app: App) -> Outcome {
        let author = self.author;
        let gathered = tokio::task::spawn_blocking({
            let app = app.clone();
            move || self.gather(&app)
        });
        match gathered.await.map_err(Error::from)? {
            Ok((document, inboxes)) => Ok(app.write(move |tx| send(tx, author, &document, inboxes)).await?),
            // Deleted meanwhile: its deletion is told by a job of its own.
            Err(error) if error.kind() == Kind::NotFound => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

impl Distribute {
    fn gather(&self, app: &App) -> Result<(Value, BTreeSet<String>)> {
        let from = app.read()?;
        match &self.what {
            What::Posted(id) => {
                let written = Written::load(app, &from, *id)?;
                Ok((written.activity()?, audience(&from, *id, written.status())?))
            }
            What::Retold(id) => {
                let written = Written::load(app, &from, *id)?;
                let mut inboxes = audience(&from, *id, written.status())?;
                inboxes.extend(reach::people(&from, &touched(&from, *id)?)?);
                inboxes.extend(reach::people(&from, &polls::voters(&from, *id)?)?);
                Ok((written.retold(app.now())?, inboxes))
            }
            What::Edited(id) => {
                let written = Written::load(app, &from, *id)?;
                let mut inboxes = audience(&from, *id, written.status())?;
                inboxes.extend(reach::people(&from, &touched(&from, *id)?)?);
                Ok((written.update()?, inboxes))
            }
            What::Pinned { status, pinned } => {
                let written = Written::load(app, &from, *status)?;
                Ok((self.pin(app, &written, *pinned), reach::followers(&from, self.author)?))
            }
            What::Deleted { direct, people, boosted, public, .. } => {
                let mut people = people.clone();
                if let Some(boosted) = boosted {
                    people.extend(STATUSES.get(&from, boosted)?.map(|boosted| boosted.account));
                }
                let mut inboxes = reach::people(&from, &people)?;
                if !direct {
                    inboxes.extend(reach::followers(&from, self.author)?);
                }
                if *public && boosted.is_none() {
                    inboxes.extend(relays::inboxes(&from)?);
                }
                if let Some(parent) = self.answered {
                    inboxes.extend(listeners(&from, self.author, parent)?);
                }
                Ok((self.delete(app, &from)?, inboxes))
            }
        }
    }

    fn pin(&self, app: &App, written: &Written<'_>, pinned: bool) -> Value {
        let actor = accounts::local_uri(&app.config, self.author);
        let number = app.ids.next::<crate::platform::ids::kind::Activity>(app.now());
        with_context(json!({
            "id": format!("{actor}#featured/{number}"),
            "type": if pinned { "Add" } else { "Remove" },
            "actor": actor,
            "target": format!("{actor}/collections/featured"),
            "object": written.uri(),
        }))
    }

    fn delete(&self, app: &App, from: &dyn Read) -> Result<Value> {
        let What::Deleted { status, boosted, public, .. } = &self.what else { return Ok(Value::Null) };
        let actor = accounts::local_uri(&app.config, self.author);
        let uri = format!("{actor}/statuses/{status}");
        let to = if *public { vec![PUBLIC.to_owned()] } else { vec![format!("{actor}/followers")] };
        let Some(boosted) = boosted else {
            return Ok(with_context(json!({
                "id": format!("{uri}#delete"),
                "type": "Delete",
                "actor": actor,
                "to": to,
                "object": { "id": uri, "type": "Tombstone", "atomUri": uri },
            })));
        };
        let object = STATUSES
            .get(from, boosted)?
            .map(|row| crate::features::statuses::uri(&app.config, *boosted, &row));
        let announce = format!("{uri}/activity");
        Ok(with_context(json!({
            "id": format!("{announce}#undo"),
            "type": "Undo",
            "actor": actor,
            "to": to,
            "object": { "id": announce, "type": "Announce", "actor": actor, "to": to, "object": object },
        })))
    }
}

/// The inboxes of a status: followers unless it is direct, whom it names, whose post it answers or boosts; and where
/// a public answer to a local post goes, that post's followers too (behaviours §20).
fn audience(from: &dyn Read, id: StatusId, status: &Status) -> Result<BTreeSet<String>> {
    let mut people: Vec<AccountId> = status.mentions.iter().map(|mention| mention.account).collect();
    let open = status.visibility.is_open();
    let by_followers = open || status.visibility == Visibility::Private;
    if open {
        people.extend(answered(from, status)?);
    }
    if status.quote && open {
        people.extend(QUOTES.get(from, &id)?.and_then(|quote| quote.author));
    }
    let mut inboxes = reach::people(from, &people)?;
    if by_followers {
        inboxes.extend(reach::followers(from, status.account)?);
    }
    if is_for_relays(status) {
        inboxes.extend(relays::inboxes(from)?);
    }
    if let Some((_, parent)) = status.in_reply_to.filter(|_| open) {
        inboxes.extend(listeners(from, status.account, parent)?);
    }
    Ok(inboxes)
}

/// Who follows the thread of a public answer: the followers of the answered author, when that is somebody else here.
fn listeners(from: &dyn Read, author: AccountId, parent: AccountId) -> Result<BTreeSet<String>> {
    let is_other = parent != author && ACCOUNTS.get(from, &parent)?.is_some_and(|parent| parent.is_local());
    if is_other { reach::followers(from, parent) } else { Ok(BTreeSet::new()) }
}

fn touched(from: &dyn Read, id: StatusId) -> Result<Vec<AccountId>> {
    let boosts = REBLOGS.page(from, &id, &Window::newest(MOST_TOUCHED))?;
    let likes = FAVOURITED_BY.page(from, &id, &Window::newest(MOST_TOUCHED))?;
    let quotes = ACCEPTED.page(from, &id, &Window::newest(MOST_TOUCHED))?;
    let answers = REPLIES.page(from, &id, &Window::newest(MOST_TOUCHED))?;
    let answers = STATUSES.get_many(from, &[answers, quotes].concat())?;
    let mut people: Vec<AccountId> = boosts.into_iter().map(|(_, account)| account).collect();
    people.extend(likes.into_iter().map(|(_, account)| account));
    people.extend(answers.into_iter().flatten().map(|answer| answer.account));
    Ok(people)
}
