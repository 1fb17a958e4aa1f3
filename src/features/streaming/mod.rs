//! Streaming: events to open clients, over WebSocket and server-sent events (behaviours §15).
//!
//! [`hub`] knows who listens to what and hands out small notes; each connection turns a note into JSON for
//! its own viewer ([`render`]), so that the work is spread and nothing is rendered for nobody.

pub mod api;
pub mod channel;
pub mod hub;
pub mod render;
pub mod sse;
pub mod websocket;

use crate::features::statuses::table::{STATUSES, Status};
use crate::features::timelines::feeds::{self, Name, Touched};
use crate::features::users::table::Visibility;
use crate::platform::app::App;
use crate::platform::error::{Kind, Result};
use crate::platform::events::{DeletedStatus, Event};
use crate::platform::ids::{AccountId, StatusId};

use self::channel::Channel;
use self::hub::{Hub, Note};

/// Live listener: keeps the feeds in memory current and tells those who stream.
pub fn on_event(app: &App, event: &Event) {
    let Touched { changed, dropped } = feeds::on_event(app, event);
    let hub = app.part::<Hub>();
    if hub.is_idle() {
        return;
    }
    build_anew(app, &hub, &dropped);
    let told = match event {
        Event::StatusPosted { status, fresh: true } => {
            readers(&hub, &changed, &Note::Update(*status));
            publics(app, &hub, *status, &Note::Update(*status))
        }
        Event::StatusEdited { status } | Event::StatusRefreshed { status } => {
            readers(&hub, &changed, &Note::Changed(*status));
            publics(app, &hub, *status, &Note::Changed(*status))
        }
        Event::StatusDeleted(gone) => {
            deleted(&hub, &changed, gone);
            Ok(())
        }
        Event::Notified { account, notification } => {
            hub.tell(&Channel::User(*account), &Note::Notification(*notification));
            hub.tell(&Channel::Notifications(*account), &Note::Notification(*notification));
            Ok(())
        }
        Event::ConversationChanged { account, entry } => {
            hub.tell(&Channel::Direct(*account), &Note::Conversation(*entry));
            Ok(())
        }
        Event::NotificationsMerged { account } => {
            hub.tell(&Channel::User(*account), &Note::NotificationsMerged);
            hub.tell(&Channel::Notifications(*account), &Note::NotificationsMerged);
            Ok(())
        }
        Event::FiltersChanged { account } => {
            hub.tell(&Channel::User(*account), &Note::FiltersChanged);
            Ok(())
        }
        Event::AnnouncementPublished { announcement } => {
            hub.tell_everybody(&Note::Announcement(*announcement));
            Ok(())
        }
        Event::AnnouncementReacted { announcement, name, count } => {
            hub.tell_everybody(&Note::AnnouncementReaction(*announcement, name.clone(), *count));
            Ok(())
        }
        Event::AnnouncementRemoved { announcement } => {
            hub.tell_everybody(&Note::AnnouncementGone(*announcement));
            Ok(())
        }
        Event::TokenRevoked { token } => {
            hub.end_token(*token);
            Ok(())
        }
        Event::AccountClosed { account } => {
            hub.end_account(*account);
            Ok(())
        }
        _ => Ok(()),
    };
    if let Err(error) = told {
        tracing::error!(?error, ?event, "cannot stream an event");
    }
}

/// A feed that somebody listens to stays in memory, or nothing more would be told of it.
fn build_anew(app: &App, hub: &Hub, dropped: &[(Name, Vec<StatusId>)]) {
    for (name, held) in dropped {
        let channel = Channel::of(*name);
        if !hub.is_heard(&channel) {
            continue;
        }
        match feeds::ensure(app, *name).and_then(|()| Ok(STATUSES.has_many(&app.read()?, held)?)) {
            // Deleted meanwhile, of which the news is still to come: the new feed does not know them any more.
            Ok(there) => {
                for (id, _) in held.iter().zip(there).filter(|(_, there)| !there) {
                    hub.tell(&channel, &Note::Deleted(*id));
                }
            }
            Err(error) if error.kind() == Kind::NotFound => {}
            Err(error) => tracing::error!(?error, ?name, "cannot build a feed that is streamed"),
        }
    }
}

fn readers(hub: &Hub, feeds: &[Name], note: &Note) {
    for name in feeds {
        hub.tell(&Channel::of(*name), note);
    }
}

/// Public streams carry public posts without replies to others; tag streams carry replies too.
fn publics(app: &App, hub: &Hub, id: StatusId, note: &Note) -> Result<()> {
    let Some(status) = STATUSES.get(&app.read()?, &id)? else { return Ok(()) };
    if status.visibility != Visibility::Public || status.reblog_of.is_some() {
        return Ok(());
    }
    for channel in channels_of(&status) {
        hub.tell(&channel, note);
    }
    Ok(())
}

fn channels_of(status: &Status) -> Vec<Channel> {
    let mut channels = Vec::new();
    if !status.answers_another() {
        for media in [false, true] {
            if media && status.media.is_empty() {
                continue;
            }
            channels.push(Channel::Public { media });
            channels.push(if status.local { Channel::Local { media } } else { Channel::Remote { media } });
        }
    }
    for tag in &status.tags {
        channels.push(Channel::Tag(tag.name.clone()));
        if status.local {
            channels.push(Channel::LocalTag(tag.name.clone()));
        }
    }
    channels
}

fn deleted(hub: &Hub, changed: &[Name], gone: &DeletedStatus) {
    let note = Note::Deleted(gone.status);
    readers(hub, changed, &note);
    let told = |account: &AccountId| changed.contains(&Name::Home(*account));
    for account in gone.mentioned.iter().filter(|account| !told(account)) {
        hub.tell(&Channel::User(*account), &note);
    }
    if gone.public && gone.reblog_of.is_none() {
        for media in [false, true] {
            hub.tell(&Channel::Public { media }, &note);
            let half = if gone.uri.is_none() { Channel::Local { media } } else { Channel::Remote { media } };
            hub.tell(&half, &note);
        }
        for tag in &gone.tags {
            hub.tell(&Channel::Tag(tag.clone()), &note);
            hub.tell(&Channel::LocalTag(tag.clone()), &note);
        }
    }
}
