//! Events: what cores tell inside their transaction, and who listens.
//!
//! *Durable* listeners run inside the transaction and turn an event into job rows, so that a crash loses
//! neither the change nor its consequences. *Live* listeners run after the commit, in commit order, on one
//! thread; all they keep can be rebuilt from the tables.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread::JoinHandle;

use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;

use super::app::{App, Tx};
use super::error::Result;
use super::ids::{
    AccountId, AnnouncementId, CollectionId, CollectionItemId, ConversationEntryId, MediaId, NotificationId,
    ReportId, StatusId, TokenId,
};

/// Something that has happened. Carries ids; and whatever cannot be looked up any more once it happened.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "each variant tells what its fields are")]
pub enum Event {
    /// A local account came to be, or a remote one became known.
    AccountCreated { account: AccountId },
    /// A profile changed.
    AccountUpdated { account: AccountId },
    /// The profile of a remote account was read from its server, changed or not. `following` is its collection of whom
    /// it follows, `tags` that of the tags on its profile.
    ProfileRead { account: AccountId, following: Option<String>, tags: Option<String> },
    /// A status or a boost was stored; `fresh` is false for old posts that were fetched or delivered late
    /// (older than 6 h: they reach no live timeline, behaviours §9).
    StatusPosted { status: StatusId, fresh: bool },
    /// A status was changed by its author.
    StatusEdited { status: StatusId },
    /// A status or a boost is gone.
    StatusDeleted(Box<DeletedStatus>),
    /// Numbers or marks beside a status changed without an edit (poll, counters of the origin).
    StatusRefreshed { status: StatusId },
    /// `account` voted in the poll of a status; `choices` are places of options.
    Voted { account: AccountId, status: StatusId, choices: Vec<u16> },
    /// The quote that a status makes was accepted by the quoted author.
    Quoted { status: StatusId },
    /// A quoted author who lives here took the agreement to a quote back; `status` is the one that quotes.
    QuoteRevoked { status: StatusId },
    /// A status shows a preview card now.
    CardShown { status: StatusId },
    /// A local status shall be told to other servers again, though it was not edited: its poll has other counts, or
    /// its quote is accepted.
    StatusRetold { status: StatusId },
    /// The poll of a status is over.
    PollEnded { status: StatusId },
    /// `account` favourited a status.
    Favourited { account: AccountId, status: StatusId },
    /// `account` took its favourite back. `uri` is the Like's id when it was a remote one.
    Unfavourited { account: AccountId, status: StatusId },
    /// A local account bookmarked a status; nobody else may ever hear of it.
    Bookmarked { account: AccountId, status: StatusId },
    /// A local account took its bookmark away.
    Unbookmarked { account: AccountId, status: StatusId },
    /// `from` asks to follow `to`, who must decide (or whose server must).
    FollowRequested { from: AccountId, to: AccountId },
    /// `from` follows `to` now. `asked` is true when a request stood before.
    Followed { from: AccountId, to: AccountId, asked: bool },
    /// `from` changed how it follows `to` (boosts, bell, languages).
    FollowChanged { from: AccountId, to: AccountId },
    /// `from` does not follow `to` any more, by his own wish. `uri` is the Follow's id.
    Unfollowed { from: AccountId, to: AccountId, uri: Option<String> },
    /// `to` refused or removed `from`. `uri` is the Follow's id.
    FollowRejected { from: AccountId, to: AccountId, uri: Option<String> },
    /// `from` blocks `to`.
    Blocked { from: AccountId, to: AccountId },
    /// `from` does not block `to` any more.
    Unblocked { from: AccountId, to: AccountId },
    /// `from` mutes `to`, or changed how.
    Muted { from: AccountId, to: AccountId },
    /// `from` does not mute `to` any more.
    Unmuted { from: AccountId, to: AccountId },
    /// A report was made. `repeated`: the staff knew of the account already. `forward_to`: further servers that shall
    /// hear of it.
    Reported { report: ReportId, repeated: bool, forward_to: Vec<String> },
    /// A tag (normalised) was put on the profile of an account, or taken off.
    TagFeatured { account: AccountId, name: String, featured: bool },
    /// What an account wants to read changed as a whole: a list, a followed tag or a blocked domain.
    ReadingChanged { account: AccountId },
    /// Somebody here has made a collection.
    CollectionCreated { collection: CollectionId },
    /// A collection says something else now; `noticeable` when those in it hear of that.
    CollectionUpdated { collection: CollectionId, noticeable: bool },
    /// A collection that was kept here is gone.
    CollectionDeleted(Box<DeletedCollection>),
    /// An account of another server is to be put into a collection here, and must agree.
    FeatureRequested { item: (CollectionId, CollectionItemId) },
    /// An account is in a collection now, with its agreement.
    Featured { item: (CollectionId, CollectionItemId) },
    /// An account is not in a collection here any more.
    Unfeatured(Box<Unfeatured>),
    /// An account that lives here took back its agreement to be in a collection.
    FeatureRevoked { item: (CollectionId, CollectionItemId) },
    /// A status was pinned to, or unpinned from, its author's profile.
    Pinned { account: AccountId, status: StatusId, pinned: bool },
    /// A notification was stored for a local account.
    Notified { account: AccountId, notification: NotificationId },
    /// A notification that was kept back stands among the others now.
    NotificationUnfiltered { account: AccountId, notification: NotificationId },
    /// A conversation of an account has a new post, or was marked.
    ConversationChanged { account: AccountId, entry: ConversationEntryId },
    /// Notifications that an account had not wanted to hear of stand among the others now.
    NotificationsMerged { account: AccountId },
    /// An account changed its filters.
    FiltersChanged { account: AccountId },
    /// The staff tells everybody something.
    AnnouncementPublished { announcement: AnnouncementId },
    /// An announcement is gone.
    AnnouncementRemoved { announcement: AnnouncementId },
    /// So many react to an announcement with this emoji now.
    AnnouncementReacted { announcement: AnnouncementId, name: String, count: u64 },
    /// An upload was processed or changed.
    MediaChanged { media: MediaId },
    /// A person used the server, for the first time of the day.
    UserSeen { account: AccountId },
    /// An access token ended; its streams end too.
    TokenRevoked { token: TokenId },
    /// A local account may not act any more, or not with the tokens it had; its streams end.
    AccountClosed { account: AccountId },
    /// A local account moved to another one; its followers shall come along.
    AccountMoved { from: AccountId, to: AccountId },
    /// `follower` has asked to follow `to`, where `from` has moved.
    FollowCarried { follower: AccountId, from: AccountId, to: AccountId },
    /// An account was suspended here; not told when its own server has done it.
    AccountSuspended { account: AccountId },
    /// An account is gone for good: what it wrote goes too, and other servers are told of a local one.
    AccountDeleted { account: AccountId },
    /// Follows of a local account ended without its own will.
    Severed(Box<Severed>),
    /// Another server has refused a delivery for good.
    DeliveryRefused { inbox: String, why: String },
    /// Somebody has confirmed the address and is a member now, or waits for the staff to say so.
    SignedUp { account: AccountId },
}

/// Why follows ended that nobody on either end had ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum SeveranceCause {
    /// A rule about the server.
    DomainBlock,
    /// The account blocks the server.
    UserDomainBlock,
    /// The other account was suspended here.
    AccountSuspension,
}

/// Follows of a local account that ended at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Severed {
    /// The local account.
    pub account: AccountId,
    /// Why.
    pub cause: SeveranceCause,
    /// The domain or handle that it is about.
    pub target: String,
    /// How many followers it lost.
    pub followers: usize,
    /// How many it followed.
    pub following: usize,
}

/// What is left of a deleted collection for those who must be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeletedCollection {
    /// Its id.
    pub collection: CollectionId,
    /// Whose it was.
    pub account: AccountId,
    /// Who was in it.
    pub members: Vec<AccountId>,
}

/// An account that is not in a collection any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfeatured {
    /// Its place.
    pub item: (CollectionId, CollectionItemId),
    /// Whose collection it is.
    pub account: AccountId,
    /// The account.
    pub member: Option<AccountId>,
}

/// What is left of a deleted status for those who must be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeletedStatus {
    /// Its id.
    pub status: StatusId,
    /// Its author.
    pub account: AccountId,
    /// The boosted status, when it was a boost.
    pub reblog_of: Option<StatusId>,
    /// The ActivityPub id when it came from another server; local ids are derived from the numbers.
    pub uri: Option<String>,
    /// Whether everybody could see it.
    pub public: bool,
    /// Whether only the mentioned could see it.
    pub direct: bool,
    /// The accounts it mentioned.
    pub mentioned: Vec<AccountId>,
    /// Its hashtags, normalised.
    pub tags: Vec<String>,
    /// Of a local status: remote accounts that had boosted, favourited, quoted or answered it or voted in it, and those whom
    /// it answered or quoted. Their servers hold a copy.
    pub touched: Vec<AccountId>,
    /// The author of the post that it answered for everybody to see; the followers of a local one had got it.
    pub answered: Option<AccountId>,
}

/// Turns an event into job rows, in the transaction that told it.
pub type DurableListener = fn(&mut Tx<'_>, &Event) -> Result<()>;

/// Keeps what lives in memory in step, after the commit.
pub type LiveListener = fn(&App, &Event);

/// All listeners, registered in `features/mod.rs`.
#[derive(Clone, Copy)]
pub struct Listeners {
    /// Run inside the transaction, in this order.
    pub durable: &'static [DurableListener],
    /// Run after the commit, in this order.
    pub live: &'static [LiveListener],
}

impl Listeners {
    /// Nobody listens.
    pub const NONE: Self = Self { durable: &[], live: &[] };
}

enum Message {
    Events(App, Vec<Event>),
    Barrier(oneshot::Sender<()>),
    Stop,
}

/// How many committed batches may wait for the live listeners before the writer waits for them.
const WAITING: usize = 4_096;

/// The line from the writer to the live listeners.
pub struct LiveLine {
    sender: SyncSender<Message>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl LiveLine {
    /// Starts the thread that calls `listeners`.
    ///
    /// # Errors
    /// When the system refuses a thread.
    pub fn start(listeners: &'static [LiveListener]) -> std::io::Result<Self> {
        let (sender, receiver) = sync_channel(WAITING);
        let thread = std::thread::Builder::new()
            .name("live-events".into())
            .spawn(move || listen(receiver, listeners))?;
        Ok(Self { sender, thread: Mutex::new(Some(thread)) })
    }

    /// Hands committed events on; called in commit order.
    pub fn send(&self, app: App, events: Vec<Event>) {
        // The line is closed only after the store: an error here means that nobody is left to tell.
        let _ = self.sender.send(Message::Events(app, events));
    }

    /// Returns when everything sent before has been heard.
    pub async fn heard(&self) {
        let (done, waiting) = oneshot::channel();
        let sender = self.sender.clone();
        let sent = tokio::task::spawn_blocking(move || sender.send(Message::Barrier(done)).is_ok()).await;
        if matches!(sent, Ok(true)) {
            let _ = waiting.await;
        }
    }

    /// Ends the thread once it has heard everything sent before.
    pub fn stop(&self) {
        let _ = self.sender.send(Message::Stop);
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            let _ = thread.join();
        }
    }
}

fn listen(receiver: Receiver<Message>, listeners: &'static [LiveListener]) {
    while let Ok(message) = receiver.recv() {
        match message {
            Message::Events(app, events) => {
                for event in &events {
                    for listener in listeners {
                        // A listener that panics must not silence the others for the life of the process.
                        let call = std::panic::AssertUnwindSafe(|| listener(&app, event));
                        if std::panic::catch_unwind(call).is_err() {
                            tracing::error!(?event, "a live listener panicked");
                        }
                    }
                }
            }
            Message::Barrier(done) => {
                let _ = done.send(());
            }
            Message::Stop => return,
        }
    }
}
