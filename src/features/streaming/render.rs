//! From a note to the text a client gets, for one viewer.

use super::channel::Channel;
use super::hub::Note;
use crate::features::accounts::table::ACCOUNTS;
use crate::features::announcements;
use crate::features::conversations;
use crate::features::notifications::{self, view as notification_view};
use crate::features::oauth::scopes::allows;
use crate::features::relationships::circle;
use crate::features::statuses::{table::STATUSES, view as status_view};
use crate::features::timelines::{Reader, is_shown, speaks};
use crate::features::users::table::USERS;
use crate::platform::app::App;
use crate::platform::error::{Error, Result};
use crate::platform::ids::{AccountId, AnnouncementId, StatusId};

/// Who looks.
#[derive(Debug, Clone)]
pub struct Looker {
    /// The account.
    pub account: AccountId,
    /// The token's scopes.
    pub scopes: Vec<String>,
}

/// The event's name and payload; `None` when this viewer does not get it.
///
/// # Errors
/// When the store fails.
pub fn render(
    app: &App,
    looker: &Looker,
    channel: &Channel,
    note: &Note,
) -> Result<Option<(&'static str, String)>> {
    Ok(match note {
        Note::Update(id) => status(app, looker, channel, *id)?.map(|json| ("update", json)),
        Note::Changed(id) => status(app, looker, channel, *id)?.map(|json| ("status.update", json)),
        Note::Deleted(id) => Some(("delete", id.to_string())),
        // Says nothing, but as JSON: client libraries parse each payload but that of a deletion, and end the stream
        // at one that they cannot read.
        Note::FiltersChanged => Some(("filters_changed", "{}".into())),
        Note::Conversation(id) => {
            let store = app.read()?;
            let Ok(row) = conversations::get(&store, looker.account, *id) else { return Ok(None) };
            let shown = conversations::view::load(app, &store, looker.account, &[(*id, row)])?;
            shown.first().map(json).transpose()?.map(|json| ("conversation", json))
        }
        // The user stream carries notifications only if the token may read them (behaviours §15).
        Note::Notification(_) | Note::NotificationsMerged
            if !allows(&looker.scopes, &["read", "read:notifications"]) =>
        {
            None
        }
        Note::NotificationsMerged => Some(("notifications_merged", "1".to_owned())),
        Note::Announcement(id) => announcement(app, looker, *id)?.map(|json| ("announcement", json)),
        Note::AnnouncementReaction(id, name, count) => {
            let told = serde_json::json!({ "name": name, "count": count, "announcement_id": id });
            Some(("announcement.reaction", told.to_string()))
        }
        Note::AnnouncementGone(id) => Some(("announcement.delete", id.to_string())),
        Note::Notification(id) => {
            let store = app.read()?;
            let Ok(row) = notifications::get(&store, looker.account, *id) else { return Ok(None) };
            let shown = notification_view::load(app, &store, looker.account, &[(*id, row)], None)?;
            shown.first().map(json).transpose()?.map(|json| ("notification", json))
        }
    })
}

fn announcement(app: &App, looker: &Looker, id: AnnouncementId) -> Result<Option<String>> {
    let store = app.read()?;
    let Ok(found) = announcements::get(&store, id, app.now()) else { return Ok(None) };
    let shown = announcements::view::view(app, &store, looker.account, id, &found)?;
    json(&shown).map(Some)
}

fn status(app: &App, looker: &Looker, channel: &Channel, id: StatusId) -> Result<Option<String>> {
    let store = app.read()?;
    if channel.is_public() {
        let Some(record) = STATUSES.get(&store, &id)? else { return Ok(None) };
        let Some(author) = ACCOUNTS.get(&store, &record.account)? else { return Ok(None) };
        let user = USERS.get(&store, &looker.account)?;
        let languages = user.map(|user| user.settings.chosen_languages).unwrap_or_default();
        let reader = Reader { circle: circle(app, looker.account)?, languages, now: app.now() };
        let hidden = record.mentions.iter().any(|mention| reader.circle.hides(mention.account, reader.now));
        if hidden || !is_shown(Some(&reader), &record, &author) || !speaks(&reader.languages, &record) {
            return Ok(None);
        }
    }
    // Public streams are rendered without the viewer's own marks, but with what the filters match.
    let shown = if channel.is_public() {
        status_view::filtered_for(app, &store, looker.account, id)?
    } else {
        status_view::load(app, &store, Some(looker.account), &[id])?.pop()
    };
    shown.as_ref().map(json).transpose()
}

fn json(value: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(Error::internal)
}
