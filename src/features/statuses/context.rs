//! The thread around a status: what it answers, and what answers it (behaviours §9, context).

use std::collections::{HashMap, HashSet};

use shop_storage::{Read, Window};

use super::table::{CONVERSATION, REPLIES, STATUSES, Status};
use crate::platform::error::Result;
use crate::platform::ids::{AccountId, StatusId};

/// How far a thread is shown (behaviours §3).
#[derive(Debug, Clone, Copy)]
pub struct Reach {
    /// Posts above.
    pub ancestors: usize,
    /// Posts below.
    pub descendants: usize,
    /// Levels below.
    pub depth: usize,
}

impl Reach {
    /// For signed-in readers.
    pub const SIGNED_IN: Self = Self { ancestors: 4_096, descendants: 4_096, depth: 4_096 };
    /// For everybody else.
    pub const ANONYMOUS: Self = Self { ancestors: 40, descendants: 60, depth: 20 };
}

/// Threads of up to so many posts are read in one piece; longer ones post by post, as far as they are shown.
const WHOLE: usize = 1_000;

/// What stands around a status. What the viewer may not see is left to the view.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Around {
    /// What it answers, oldest first.
    pub above: Vec<StatusId>,
    /// What answers it: depth first, siblings by id, an author's answers to himself before those of others.
    pub below: Vec<StatusId>,
}

/// The thread around a status: two store round trips unless it is a very long one.
///
/// # Errors
/// When the store fails.
pub fn around(from: &dyn Read, id: StatusId, status: &Status, reach: Reach) -> Result<Around> {
    let ids = CONVERSATION.page(from, &status.conversation, &Window::oldest(WHOLE))?;
    let thread = if ids.len() < WHOLE { Thread::whole(from, ids)? } else { Thread::Long(from) };
    Ok(Around { above: above(&thread, status, reach)?, below: below(&thread, id, status.account, reach)? })
}

/// Everything below a status, up to `most` posts, whatever thread they count to.
///
/// # Errors
/// When the store fails.
pub(super) fn all_below(
    from: &dyn Read,
    id: StatusId,
    author: AccountId,
    most: usize,
) -> Result<Vec<StatusId>> {
    below(&Thread::Long(from), id, author, Reach { ancestors: 0, descendants: most, depth: most })
}

/// Where the posts of a thread are looked up.
enum Thread<'a> {
    /// In memory: the parent of each post, and its answers with their authors.
    Whole {
        parents: HashMap<StatusId, Option<StatusId>>,
        answers: HashMap<StatusId, Vec<(StatusId, AccountId)>>,
    },
    /// In the store.
    Long(&'a dyn Read),
}

impl<'a> Thread<'a> {
    fn whole(from: &'a dyn Read, ids: Vec<StatusId>) -> Result<Self> {
        let statuses = STATUSES.get_many(from, &ids)?;
        let mut parents = HashMap::new();
        let mut answers: HashMap<StatusId, Vec<(StatusId, AccountId)>> = HashMap::new();
        for (id, status) in ids.into_iter().zip(statuses) {
            let Some(status) = status else { continue };
            let parent = status.in_reply_to.map(|(parent, _)| parent);
            parents.insert(id, parent);
            if let Some(parent) = parent {
                answers.entry(parent).or_default().push((id, status.account));
            }
        }
        Ok(Self::Whole { parents, answers })
    }

    /// The parent of a post; the outer `None` when there is no such post.
    fn parent(&self, id: StatusId) -> Result<Option<Option<StatusId>>> {
        match self {
            Self::Whole { parents, .. } => Ok(parents.get(&id).copied()),
            Self::Long(from) => {
                Ok(STATUSES.get(*from, &id)?.map(|status| status.in_reply_to.map(|(parent, _)| parent)))
            }
        }
    }

    fn answers(&self, id: StatusId, author: AccountId, most: usize) -> Result<Vec<(StatusId, AccountId)>> {
        let mut found = match self {
            Self::Whole { answers, .. } => answers.get(&id).cloned().unwrap_or_default(),
            Self::Long(from) => {
                let ids = REPLIES.page(*from, &id, &Window::oldest(most))?;
                let statuses = STATUSES.get_many(*from, &ids)?;
                ids.into_iter().zip(statuses).filter_map(|(id, status)| Some((id, status?.account))).collect()
            }
        };
        found.sort_by_key(|(id, by)| (*by != author, *id));
        Ok(found)
    }
}

fn above(thread: &Thread<'_>, status: &Status, reach: Reach) -> Result<Vec<StatusId>> {
    let mut above = Vec::new();
    let mut seen = HashSet::new();
    let mut next = status.in_reply_to.map(|(parent, _)| parent);
    while let Some(id) = next.filter(|id| above.len() < reach.ancestors && seen.insert(*id)) {
        let Some(parent) = thread.parent(id)? else { break };
        above.push(id);
        next = parent;
    }
    above.reverse();
    Ok(above)
}

fn below(thread: &Thread<'_>, id: StatusId, author: AccountId, reach: Reach) -> Result<Vec<StatusId>> {
    let mut below = Vec::new();
    let mut seen = HashSet::from([id]);
    // What is still to be opened, the next one last: (status, its author, its level).
    let mut open = vec![(id, author, 0)];
    while let Some((id, author, level)) = open.pop() {
        if level > 0 {
            below.push(id);
        }
        if below.len() >= reach.descendants {
            break;
        }
        if level >= reach.depth {
            continue;
        }
        let answers = thread.answers(id, author, reach.descendants)?;
        open.extend(
            answers.into_iter().rev().filter(|(id, _)| seen.insert(*id)).map(|(id, by)| (id, by, level + 1)),
        );
    }
    Ok(below)
}
