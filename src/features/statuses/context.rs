//! The thread around a status: what it answers, and what answers it (behaviours §9, context).

use std::collections::HashSet;

use shop_storage::{Read, Window};

use super::table::{REPLIES, STATUSES, Status};
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

/// What `status` answers, oldest first. What the viewer may not see is left to the view.
///
/// # Errors
/// When the store fails.
pub fn ancestors(from: &dyn Read, status: &Status, reach: Reach) -> Result<Vec<StatusId>> {
    let mut above = Vec::new();
    let mut seen = HashSet::new();
    let mut next = status.in_reply_to.map(|(parent, _)| parent);
    while let Some(id) = next.filter(|id| above.len() < reach.ancestors && seen.insert(*id)) {
        let Some(parent) = STATUSES.get(from, &id)? else { break };
        above.push(id);
        next = parent.in_reply_to.map(|(parent, _)| parent);
    }
    above.reverse();
    Ok(above)
}

/// What answers a status: depth first, siblings by id, an author's answers to himself before those of others.
///
/// # Errors
/// When the store fails.
pub fn descendants(from: &dyn Read, id: StatusId, author: AccountId, reach: Reach) -> Result<Vec<StatusId>> {
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
        let children = children(from, id, author, reach.descendants)?;
        open.extend(
            children.into_iter().rev().filter(|(id, _)| seen.insert(*id)).map(|(id, by)| (id, by, level + 1)),
        );
    }
    Ok(below)
}

fn children(
    from: &dyn Read,
    id: StatusId,
    author: AccountId,
    most: usize,
) -> Result<Vec<(StatusId, AccountId)>> {
    let ids = REPLIES.page(from, &id, &Window::oldest(most))?;
    let statuses = STATUSES.get_many(from, &ids)?;
    let mut children: Vec<_> =
        ids.into_iter().zip(statuses).filter_map(|(id, status)| Some((id, status?.account))).collect();
    children.sort_by_key(|(id, by)| (*by != author, *id));
    Ok(children)
}
