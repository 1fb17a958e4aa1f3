//! Statuses by what they say, for one reader: the library, and what everybody may find (behaviours §12).

use shop_storage::Read;
use shop_storage::search::{Query, Rank, has_words};

use super::syntax::{self, Clause, What};
use super::table::{AUTHOR, LANGUAGE, OPEN, PROPERTY, READER, STATUS_SHELF, TAG, TEXT};
use super::{cut, documents};
use crate::features::accounts;
use crate::features::accounts::table::ACCOUNTS;
use crate::features::bookmarks::table::BOOKMARKS;
use crate::features::favourites::table::FAVOURITES;
use crate::features::polls::table::VOTES;
use crate::features::relationships::{Circle, circle};
use crate::features::statuses::table::{REBLOG_BY, STATUSES, Status};
use crate::features::statuses::visible_to;
use crate::features::users::table::Visibility;
use crate::features::users::wishes;
use crate::platform::app::App;
use crate::platform::clock::Millis;
use crate::platform::error::Result;
use crate::platform::ids::{AccountId, StatusId};
use crate::platform::text::hashtag::normalise;
use crate::platform::text::idn::Acct;
use crate::platform::text::language;

/// How many hits are fetched at once.
const BATCH: usize = 64;
/// How many hits a page looks at: a reader who mutes almost everybody must not walk the whole index.
const LOOKED_AT: usize = 2_000;

/// Which statuses are wanted.
#[derive(Debug, Clone, Copy, Default)]
pub struct Page {
    /// How many.
    pub limit: usize,
    /// How many to leave out at the start.
    pub offset: usize,
    /// Only smaller ids.
    pub max_id: Option<StatusId>,
    /// Only larger ids.
    pub min_id: Option<StatusId>,
    /// Only of this author.
    pub author: Option<AccountId>,
}

/// Statuses that fit `words` and that `reader` may find, newest first. Blocks its thread.
///
/// # Errors
/// 422 for dates that are none; when the store or the index fails.
pub fn statuses(app: &App, reader: AccountId, words: &str, page: &Page) -> Result<Vec<StatusId>> {
    let store = app.read()?;
    let zone = wishes::zone(&store, reader)?;
    let Some(mut wanted) = conditions(app, &store, reader, &syntax::parse(cut(words), &zone)?)? else {
        return Ok(Vec::new());
    };
    if let Some(author) = page.author {
        wanted.push(Query::Number(AUTHOR, author.get()));
    }
    let circle = circle(app, reader)?;
    let reader = Reader { app, store: &store, id: reader, circle: &circle };
    let (mut found, mut below, mut skip) = (Vec::new(), page.max_id, page.offset);
    for _ in 0..LOOKED_AT / BATCH {
        let between = Query::Between(page.min_id.map(StatusId::get), below.map(StatusId::get));
        let query = Query::All(wanted.iter().cloned().chain([between]).collect());
        let hits = app.search.find(STATUS_SHELF, &query, Rank::Newest, BATCH, 0)?;
        let hits: Vec<StatusId> = hits.into_iter().map(StatusId::new).collect();
        for (id, status) in hits.iter().zip(STATUSES.get_many(&store, &hits)?) {
            let Some(status) = status else { continue };
            if found.len() < page.limit && reader.may_find(*id, &status)? {
                if skip > 0 {
                    skip -= 1;
                } else {
                    found.push(*id);
                }
            }
        }
        below = hits.last().copied();
        if hits.len() < BATCH || found.len() >= page.limit {
            break;
        }
    }
    Ok(found)
}

/// What the index is asked; `None` when nothing can be searched for.
fn conditions(
    app: &App,
    from: &dyn Read,
    reader: AccountId,
    clauses: &[Clause],
) -> Result<Option<Vec<Query>>> {
    let mut conditions = Vec::new();
    let (library, open) = (Query::Number(READER, reader.get()), Query::Number(OPEN, 1));
    let mut within = Query::Any(vec![library.clone(), open.clone()]);
    let mut asked = false;
    for Clause { negated, what } in clauses {
        let query = match what {
            // Emoji and the like stand beside words; alone they find nothing.
            What::Text(text) if !has_words(text) => continue,
            What::Text(text) => Query::Phrase(TEXT, text.clone()),
            What::Tag(tag) => Query::Word(TAG, normalise(tag)),
            What::From(who) => author(app, from, reader, who)?,
            What::Property(word) => Query::Word(PROPERTY, word.clone()),
            What::Language(code) => language::normalise(code)
                .map_or(Query::Nothing, |code| Query::Word(LANGUAGE, code.to_owned())),
            What::Library(only) => {
                asked = true;
                within = if *only == *negated { open.clone() } else { library.clone() };
                continue;
            }
            What::Within(start, end) => {
                let first = |at: &Millis| StatusId::floor(*at).get();
                Query::Between(
                    start.as_ref().map(first).map(|id| id.saturating_sub(1)),
                    end.as_ref().map(first),
                )
            }
        };
        asked = true;
        conditions.push(if *negated { Query::Not(Box::new(query)) } else { query });
    }
    conditions.push(within);
    Ok(asked.then_some(conditions))
}

fn author(app: &App, from: &dyn Read, reader: AccountId, who: &str) -> Result<Query> {
    if who.eq_ignore_ascii_case("me") {
        return Ok(Query::Number(AUTHOR, reader.get()));
    }
    let Some(acct) = Acct::parse(who) else { return Ok(Query::Nothing) };
    let acct = acct.relative_to(app.config.domain());
    let known = accounts::find_handle(from, &acct.username, acct.domain.as_deref())?;
    Ok(known.map_or(Query::Nothing, |known| Query::Number(AUTHOR, known.id.get())))
}

/// Who searches.
struct Reader<'a> {
    app: &'a App,
    store: &'a dyn Read,
    id: AccountId,
    circle: &'a Circle,
}

impl Reader<'_> {
    /// The index may be behind, or wrong: the store decides.
    fn may_find(&self, id: StatusId, status: &Status) -> Result<bool> {
        let own = status.account == self.id;
        if status.reblog_of.is_some() || !visible_to(self.store, Some(self.id), id, status)? {
            return Ok(false);
        }
        if own {
            return Ok(true);
        }
        let Some(author) = ACCOUNTS.get(self.store, &status.account)? else { return Ok(false) };
        let mentioned = status.mentions(self.id);
        let known = mentioned || self.circle.following.contains(&status.account);
        if self.circle.hides(status.account, self.app.now()) || (author.silenced_at.is_some() && !known) {
            return Ok(false);
        }
        Ok(mentioned
            || (status.visibility == Visibility::Public && documents::is_open(&author))
            || self.touched(id)?)
    }

    /// Whether the reader favourited, boosted, bookmarked or voted in it.
    fn touched(&self, id: StatusId) -> Result<bool> {
        Ok(FAVOURITES.has(self.store, &(self.id, id))?
            || BOOKMARKS.has(self.store, &(self.id, id))?
            || REBLOG_BY.get(self.store, &(id, self.id))?.is_some()
            || VOTES.has(self.store, &(id, self.id))?)
    }
}
