//! What belongs into a feed: the rules of home and of lists (behaviours §9).

use std::collections::HashSet;
use std::ops::ControlFlow;
use std::sync::Arc;

use shop_storage::{Read, Window};

use super::feeds::Name;
use super::speaks;
use crate::features::accounts::table::{ACCOUNTS, Account};
use crate::features::lists;
use crate::features::lists::table::{List, MEMBERS, Replies};
use crate::features::relationships::{Circle, circle};
use crate::features::statuses::table::{STATUSES, Status};
use crate::features::statuses::visible_to;
use crate::features::users::table::{USERS, Visibility};
use crate::platform::app::App;
use crate::platform::clock::Millis;
use crate::platform::error::Result;
use crate::platform::ids::{AccountId, ListId, StatusId};

/// A list as its feed needs it.
#[derive(Debug)]
pub struct Members {
    list: List,
    accounts: HashSet<AccountId>,
}

impl Members {
    fn of(from: &dyn Read, owner: AccountId, id: ListId) -> Result<Self> {
        let list = lists::get(from, owner, id)?;
        let mut accounts = HashSet::new();
        MEMBERS.visit_under(from, &id, &Window::all(), &mut |(_, account), _| {
            accounts.insert(account);
            ControlFlow::Continue(())
        })?;
        Ok(Self { list, accounts })
    }

    /// Replies to others are shown as the list says; those to its owner always.
    fn takes_reply(&self, owner: AccountId, circle: &Circle, status: &Status) -> bool {
        let Some((_, to)) = status.in_reply_to else { return status.in_reply_to_uri.is_none() };
        to == owner
            || to == status.account
            || match self.list.replies {
                Replies::Followed => circle.following.contains(&to),
                Replies::List => self.accounts.contains(&to),
                Replies::None => false,
            }
    }
}

/// What of a feed's rules stays while the feed is in memory; whoever changes it tells
/// [`Event::ReadingChanged`](crate::platform::events::Event::ReadingChanged).
#[derive(Debug, Clone, Default)]
pub struct Fixed {
    /// The members, for the feed of a list.
    pub members: Option<Arc<Members>>,
    /// A second boost of a recent post is left out (the reader's choice).
    pub aggregate: bool,
}

impl Fixed {
    /// Reads them.
    ///
    /// # Errors
    /// 404 for a list that is gone.
    pub fn of(from: &dyn Read, name: Name) -> Result<Self> {
        let user = USERS.get(from, &name.reader())?;
        let members = match name {
            Name::Home(_) => None,
            Name::List(owner, id) => Some(Arc::new(Members::of(from, owner, id)?)),
        };
        Ok(Self { members, aggregate: user.is_none_or(|user| user.settings.aggregate_reblogs) })
    }
}

/// What decides whether a status belongs into one feed.
pub struct Rules {
    /// Who reads.
    pub reader: AccountId,
    /// Whom the reader follows, blocks and mutes.
    pub circle: Arc<Circle>,
    /// The rest.
    pub fixed: Fixed,
    /// The time at which mutes are judged.
    pub now: Millis,
}

impl Rules {
    /// The rules of a feed as they are now.
    ///
    /// # Errors
    /// When the store fails.
    pub fn of(app: &App, name: Name, fixed: Fixed) -> Result<Self> {
        let reader = name.reader();
        Ok(Self { reader, circle: circle(app, reader)?, fixed, now: app.now() })
    }

    /// Whose posts may come into the feed.
    pub fn authors(&self) -> Vec<AccountId> {
        let followed = |id: &AccountId| *id == self.reader || self.circle.following.contains(id);
        match &self.fixed.members {
            Some(members) => members.accounts.iter().copied().filter(followed).collect(),
            None => self.circle.following.iter().copied().chain([self.reader]).collect(),
        }
    }

    /// The tags whose public posts come into the feed too.
    pub fn tags(&self) -> Vec<String> {
        if self.fixed.members.is_some() { Vec::new() } else { self.circle.tags.iter().cloned().collect() }
    }

    /// Whether a status belongs into the feed.
    ///
    /// # Errors
    /// When the store fails.
    pub fn takes(&self, from: &dyn Read, id: StatusId, status: &Status) -> Result<bool> {
        match &self.fixed.members {
            None if status.account == self.reader => Ok(true),
            None => {
                let set_apart = self.circle.exclusive.contains(&status.account);
                Ok((!set_apart && self.takes_of_followed(from, id, status)? && self.takes_home_reply(status))
                    || self.takes_tagged(from, status)?)
            }
            Some(members) => Ok(members.accounts.contains(&status.account)
                && members.takes_reply(self.reader, &self.circle, status)
                && (status.account == self.reader || self.takes_of_followed(from, id, status)?)),
        }
    }

    fn hides(&self, account: AccountId) -> bool {
        self.circle.hides(account, self.now)
    }

    /// Whether somebody hidden wrote it or is mentioned in it.
    fn involves_hidden(&self, status: &Status) -> bool {
        self.hides(status.account) || status.mentions.iter().any(|mention| self.hides(mention.account))
    }

    fn takes_of_followed(&self, from: &dyn Read, id: StatusId, status: &Status) -> Result<bool> {
        let languages = self.circle.languages.get(&status.account);
        if !self.circle.following.contains(&status.account)
            || self.involves_hidden(status)
            || !languages.is_none_or(|languages| speaks(languages, status))
        {
            return Ok(false);
        }
        let Some(of) = status.reblog_of else { return visible_to(from, Some(self.reader), id, status) };
        if self.circle.without_reblogs.contains(&status.account) {
            return Ok(false);
        }
        let Some(original) = STATUSES.get(from, &of)? else { return Ok(false) };
        let author = ACCOUNTS.get(from, &original.account)?;
        let is_fine = |author: Account| author.suspended_at.is_none() && !self.circle.blocks_domain(&author);
        Ok(!self.hides(original.account)
            && author.is_some_and(is_fine)
            && visible_to(from, Some(self.reader), of, &original)?)
    }

    /// Replies to accounts that the reader does not follow stay out, unless to the reader or to oneself.
    fn takes_home_reply(&self, status: &Status) -> bool {
        if status.reblog_of.is_some() {
            return true;
        }
        match status.in_reply_to {
            Some((_, to)) => to == self.reader || to == status.account || self.circle.following.contains(&to),
            None => status.in_reply_to_uri.is_none(),
        }
    }

    /// Public posts with a followed tag: only blocks, mutes and blocked domains count.
    fn takes_tagged(&self, from: &dyn Read, status: &Status) -> Result<bool> {
        if status.visibility != Visibility::Public
            || status.reblog_of.is_some()
            || !status.tags.iter().any(|tag| self.circle.tags.contains(&tag.name))
            || self.involves_hidden(status)
        {
            return Ok(false);
        }
        let author = ACCOUNTS.get(from, &status.account)?;
        Ok(author.is_some_and(|author| {
            author.suspended_at.is_none()
                && author.silenced_at.is_none()
                && !author.deleted
                && !self.circle.blocks_domain(&author)
        }))
    }
}
