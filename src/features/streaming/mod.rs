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
use crate::features::timelines::home;
use crate::features::users::table::Visibility;
use crate::platform::app::App;
use crate::platform::error::Result;
use crate::platform::events::{DeletedStatus, Event};
use crate::platform::ids::{AccountId, StatusId};

use self::channel::Channel;
use self::hub::{Hub, Note};

/// Live listener: keeps the home feeds current and tells those who stream.
pub fn on_event(app: &App, event: &Event) {
    let touched = home::on_event(app, event);
    let hub = app.part::<Hub>();
    if hub.is_idle() {
        return;
    }
    let told = match event {
        Event::StatusPosted { status, fresh: true } => {
            homes(&hub, &touched, &Note::Update(*status));
            publics(app, &hub, *status, &Note::Update(*status))
        }
        Event::StatusEdited { status } | Event::StatusRefreshed { status } => {
            homes(&hub, &touched, &Note::Changed(*status));
            publics(app, &hub, *status, &Note::Changed(*status))
        }
        Event::StatusDeleted(gone) => {
            deleted(&hub, &touched, gone);
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

fn homes(hub: &Hub, readers: &[AccountId], note: &Note) {
    for reader in readers {
        hub.tell(&Channel::User(*reader), note);
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

fn deleted(hub: &Hub, touched: &[AccountId], gone: &DeletedStatus) {
    let note = Note::Deleted(gone.status);
    homes(hub, touched, &note);
    for account in gone.mentioned.iter().filter(|account| !touched.contains(account)) {
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
