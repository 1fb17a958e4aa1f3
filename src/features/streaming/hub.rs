//! The hub: who listens to which channel. Slow listeners are dropped, never buffered without bound.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::channel::Channel;
use crate::platform::ids::{
    AccountId, AnnouncementId, ConversationEntryId, NotificationId, StatusId, TokenId,
};

/// How many notes may wait for one connection; one that falls further behind is closed.
const WAITING: usize = 256;
/// How many channels one connection may listen to.
const MOST_CHANNELS: usize = 64;

/// What is said on a channel. Ids only: each connection renders for its own viewer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// A new status.
    Update(StatusId),
    /// A status was edited, or its numbers changed.
    Changed(StatusId),
    /// A status is gone.
    Deleted(StatusId),
    /// Something that the staff tells everybody.
    Announcement(AnnouncementId),
    /// So many react to an announcement with this emoji now.
    AnnouncementReaction(AnnouncementId, String, u64),
    /// An announcement is gone.
    AnnouncementGone(AnnouncementId),
    /// A new notification.
    Notification(NotificationId),
    /// A conversation has a new post, or was marked.
    Conversation(ConversationEntryId),
    /// What was kept back stands among the other notifications now.
    NotificationsMerged,
    /// The filters of the account changed.
    FiltersChanged,
}

/// A note with the channel it came on.
pub type Heard = (Channel, Note);

struct Listener {
    account: AccountId,
    token: TokenId,
    sender: mpsc::Sender<Heard>,
    closed: CancellationToken,
    channels: Vec<Channel>,
}

#[derive(Default)]
struct Board {
    listeners: HashMap<u64, Listener>,
    channels: HashMap<Channel, Vec<u64>>,
}

/// All connections of the server.
#[derive(Default)]
pub struct Hub {
    board: Mutex<Board>,
    next: AtomicU64,
    count: AtomicUsize,
}

/// One connection's place at the hub; leaving scope leaves the hub.
pub struct Seat<'a> {
    hub: &'a Hub,
    number: u64,
    /// Notes for this connection.
    pub notes: mpsc::Receiver<Heard>,
    /// Ends when the connection must close: token revoked, account closed, or too slow.
    pub closed: CancellationToken,
}

impl Hub {
    /// Takes a seat for a connection.
    pub fn join(&self, account: AccountId, token: TokenId) -> Seat<'_> {
        let (sender, notes) = mpsc::channel(WAITING);
        let closed = CancellationToken::new();
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let listener = Listener { account, token, sender, closed: closed.clone(), channels: Vec::new() };
        self.with(|board| board.listeners.insert(number, listener));
        self.count.fetch_add(1, Ordering::Relaxed);
        Seat { hub: self, number, notes, closed }
    }

    /// Whether nobody is connected.
    pub fn is_idle(&self) -> bool {
        self.count.load(Ordering::Relaxed) == 0
    }

    /// Whether anybody listens to `channel`.
    pub fn is_heard(&self, channel: &Channel) -> bool {
        self.with(|board| board.channels.contains_key(channel))
    }

    /// How many connections there are.
    pub fn connections(&self) -> usize {
        self.count.load(Ordering::Relaxed)
    }

    /// Says something to all who listen to `channel`.
    pub fn tell(&self, channel: &Channel, note: &Note) {
        self.with(|board| {
            let Some(numbers) = board.channels.get(channel) else { return };
            for number in numbers {
                let Some(listener) = board.listeners.get(number) else { continue };
                if listener.sender.try_send((channel.clone(), note.clone())).is_err() {
                    tracing::debug!(account = %listener.account, "a stream was too slow and is closed");
                    listener.closed.cancel();
                }
            }
        });
    }

    /// Says something to all who listen to their own feed.
    pub fn tell_everybody(&self, note: &Note) {
        let own = self.with(|board| -> Vec<Channel> {
            board.channels.keys().filter(|channel| matches!(channel, Channel::User(_))).cloned().collect()
        });
        for channel in own {
            self.tell(&channel, note);
        }
    }

    /// Closes the connections of a token.
    pub fn end_token(&self, token: TokenId) {
        self.end(|listener| listener.token == token);
    }

    /// Closes the connections of an account.
    pub fn end_account(&self, account: AccountId) {
        self.end(|listener| listener.account == account);
    }

    fn end(&self, ends: impl Fn(&Listener) -> bool) {
        self.with(|board| {
            board.listeners.values().filter(|one| ends(one)).for_each(|one| one.closed.cancel())
        });
    }

    fn with<T>(&self, work: impl FnOnce(&mut Board) -> T) -> T {
        work(&mut self.board.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Seat<'_> {
    /// Listens to `channel` too; a second time is ignored. False when the seat listens to too many.
    pub fn listen(&self, channel: &Channel) -> bool {
        let number = self.number;
        self.hub.with(|board| {
            let Some(listener) = board.listeners.get_mut(&number) else { return false };
            if listener.channels.contains(channel) {
                return true;
            }
            if listener.channels.len() >= MOST_CHANNELS {
                return false;
            }
            listener.channels.push(channel.clone());
            board.channels.entry(channel.clone()).or_default().push(number);
            true
        })
    }

    /// Stops listening to `channel`.
    pub fn leave(&self, channel: &Channel) {
        let number = self.number;
        self.hub.with(|board| {
            if let Some(listener) = board.listeners.get_mut(&number) {
                listener.channels.retain(|one| one != channel);
            }
            leave_channel(board, channel, number);
        });
    }
}

fn leave_channel(board: &mut Board, channel: &Channel, number: u64) {
    if let Some(numbers) = board.channels.get_mut(channel) {
        numbers.retain(|one| *one != number);
        if numbers.is_empty() {
            board.channels.remove(channel);
        }
    }
}

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        let number = self.number;
        self.hub.with(|board| {
            if let Some(listener) = board.listeners.remove(&number) {
                for channel in &listener.channels {
                    leave_channel(board, channel, number);
                }
            }
        });
        self.hub.count.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_those_who_listen_hear() {
        let hub = Hub::default();
        let (home, tag) = (Channel::User(AccountId::new(1)), Channel::Tag("rust".into()));
        let mut seat = hub.join(AccountId::new(1), TokenId::new(1));
        assert!(seat.listen(&home));
        assert!(seat.listen(&home));
        hub.tell(&tag, &Note::Update(StatusId::new(5)));
        hub.tell(&home, &Note::Update(StatusId::new(6)));
        assert_eq!(seat.notes.recv().await, Some((home.clone(), Note::Update(StatusId::new(6)))));
        seat.leave(&home);
        hub.tell(&home, &Note::Update(StatusId::new(7)));
        assert!(seat.notes.try_recv().is_err());
        drop(seat);
        assert!(hub.is_idle());
    }

    #[tokio::test]
    async fn a_slow_listener_is_closed_and_its_memory_bounded() {
        let hub = Hub::default();
        let channel = Channel::Public { media: false };
        let seat = hub.join(AccountId::new(1), TokenId::new(1));
        seat.listen(&channel);
        for id in 0..=WAITING as u64 {
            hub.tell(&channel, &Note::Update(StatusId::new(id)));
        }
        assert!(seat.closed.is_cancelled());
        assert_eq!(seat.notes.len(), WAITING);
    }

    #[tokio::test]
    async fn a_revoked_token_ends_its_streams_only() {
        let hub = Hub::default();
        let one = hub.join(AccountId::new(1), TokenId::new(1));
        let two = hub.join(AccountId::new(1), TokenId::new(2));
        hub.end_token(TokenId::new(1));
        assert!(one.closed.is_cancelled() && !two.closed.is_cancelled());
    }
}
