//! Our posts and boosts as ActivityPub documents, addressed by behaviours §8 and shaped by §18.

use serde_json::{Map, Value, json};
use shop_storage::Read;

use super::quote::{authorization_uri, quoted_uri};
use super::table::{PINS_OF, QuotePolicy, STATS, STATUSES, Status};
use super::{thread, uri, url};
use crate::features::accounts::{self, followers_uri, table::ACCOUNTS, table::Account, table::ActorKind};
use crate::features::collections::table::{COLLECTIONS, LINKED};
use crate::features::media::table::{MEDIA, Media, MediaKind};
use crate::features::polls::table::{POLLS, Poll};
use crate::features::quotes::table::{QUOTES, QuoteState};
use crate::features::users::table::Visibility;
use crate::features::{collections, emoji, relationships};
use crate::federation::documents;
use crate::federation::vocab::PUBLIC;
use crate::platform::app::App;
use crate::platform::clock::Millis;
use crate::platform::config::Config;
use crate::platform::error::{Error, Result};
use crate::platform::ids::{AccountId, StatusId};
use crate::platform::text::html::tag_url;

/// Whom a document is for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Audience {
    /// Primary.
    pub to: Vec<String>,
    /// Secondary.
    pub cc: Vec<String>,
}

/// A status with what its documents need.
pub struct Written<'a> {
    app: &'a App,
    from: &'a dyn Read,
    id: StatusId,
    status: Status,
    author: Account,
    mentioned: Vec<(AccountId, bool, Account)>,
}

impl<'a> Written<'a> {
    /// Loads a local status with its author and whom it names.
    ///
    /// # Errors
    /// 404 when the status or its author is gone; when the store fails.
    pub fn load(app: &'a App, from: &'a dyn Read, id: StatusId) -> Result<Self> {
        let status = STATUSES.get(from, &id)?.filter(|status| status.local).ok_or_else(Error::not_found)?;
        let author = accounts::get(from, status.account)?;
        let ids: Vec<AccountId> = status.mentions.iter().map(|mention| mention.account).collect();
        let rows = ACCOUNTS.get_many(from, &ids)?;
        let mentioned = status
            .mentions
            .iter()
            .zip(rows)
            .filter_map(|(mention, row)| Some((mention.account, mention.silent, row?)))
            .collect();
        Ok(Self { app, from, id, status, author, mentioned })
    }

    /// The record.
    pub fn status(&self) -> &Status {
        &self.status
    }

    /// Its ActivityPub id.
    pub fn uri(&self) -> String {
        uri(&self.app.config, self.id, &self.status)
    }

    fn actor(&self) -> String {
        accounts::local_uri(&self.app.config, self.status.account)
    }

    /// `to` and `cc` by behaviours §8. Of a limited author only followers among the mentioned are addressed.
    ///
    /// # Errors
    /// When the store fails.
    pub fn audience(&self) -> Result<Audience> {
        let mut named = Vec::new();
        for (id, _, account) in &self.mentioned {
            let limited = self.author.silenced_at.is_some();
            if limited && !relationships::follows(self.from, *id, self.status.account)? {
                continue;
            }
            named.push(accounts::uri(&self.app.config, *id, account));
            if account.kind == ActorKind::Group {
                named.extend(followers_uri(&self.app.config, *id, account));
            }
        }
        let followers = format!("{}/followers", self.actor());
        Ok(match self.status.visibility {
            Visibility::Public => Audience { to: vec![PUBLIC.into()], cc: [vec![followers], named].concat() },
            Visibility::Unlisted => {
                Audience { to: vec![followers], cc: [vec![PUBLIC.into()], named].concat() }
            }
            Visibility::Private => Audience { to: vec![followers], cc: named },
            Visibility::Direct | Visibility::Limited => Audience { to: named, cc: Vec::new() },
        })
    }

    /// The Note, without a context.
    ///
    /// # Errors
    /// 404 for boosts; when the store fails.
    pub fn note(&self) -> Result<Value> {
        let status = &self.status;
        if status.reblog_of.is_some() {
            return Err(Error::not_found());
        }
        let uri = self.uri();
        let audience = self.audience()?;
        let stats = STATS.get(self.from, &self.id)?.unwrap_or_default();
        let parent = self.parent()?;
        let mut note = json!({
            "id": uri,
            "type": "Note",
            "summary": if status.spoiler.is_empty() { Value::Null } else { status.spoiler.clone().into() },
            "inReplyTo": parent,
            "published": status.created_at.dt(),
            "url": url(&self.app.config, self.id, status, &self.author),
            "attributedTo": self.actor(),
            "to": audience.to,
            "cc": audience.cc,
            "sensitive": status.sensitive,
            "atomUri": uri,
            "inReplyToAtomUri": parent,
            "content": status.content,
            "attachment": self.attachments()?,
            "tag": self.tags()?,
            "replies": {
                "id": format!("{uri}/replies"),
                "type": "Collection",
                "first": {
                    "type": "CollectionPage",
                    "next": format!("{uri}/replies?page=true"),
                    "partOf": format!("{uri}/replies"),
                    "items": [],
                },
            },
            "likes": { "id": format!("{uri}/likes"), "type": "Collection", "totalItems": stats.favourites },
            "shares": { "id": format!("{uri}/shares"), "type": "Collection", "totalItems": stats.reblogs },
        });
        if let Value::Object(map) = &mut note {
            if let Some(edited) = status.edited_at {
                map.insert("updated".into(), edited.dt().into());
            }
            if let Some(language) = &status.language {
                map.insert("contentMap".into(), json!({ language.as_str(): status.content }));
            }
            if let Some(thread) = thread::of(&self.app.config, self.from, status)? {
                map.insert("conversation".into(), thread.clone().into());
                map.insert("context".into(), thread.into());
            }
            self.quote(map)?;
            map.insert("interactionPolicy".into(), json!({ "canQuote": self.quoters() }));
            if let Some(poll) = POLLS.get(self.from, &self.id)?.filter(|_| status.poll) {
                ask(map, &poll, self.app.now());
            }
        }
        Ok(note)
    }

    /// What it quotes, in the words of all who have words for it (behaviours §13).
    fn quote(&self, note: &mut Map<String, Value>) -> Result<()> {
        let quote = if self.status.quote { QUOTES.get(self.from, &self.id)? } else { None };
        let Some(quote) = quote else { return Ok(()) };
        let config = &self.app.config;
        let is_there = quote.state != QuoteState::Deleted;
        let uri = if is_there { quoted_uri(config, self.from, &quote)? } else { None };
        let Some(uri) = uri else {
            note.insert("quote".into(), json!({ "type": "Tombstone" }));
            return Ok(());
        };
        for name in ["quote", "quoteUri", "_misskey_quote"] {
            note.insert(name.into(), uri.clone().into());
        }
        let others = quote.author.filter(|author| *author != self.status.account);
        let ours = others.filter(|_| quote.uri.is_none() && quote.state == QuoteState::Accepted);
        let authorization =
            quote.authorization.or_else(|| ours.map(|a| authorization_uri(config, a, self.id)));
        if let Some(authorization) = authorization.filter(|_| quote.state == QuoteState::Accepted) {
            note.insert("quoteAuthorization".into(), authorization.into());
        }
        Ok(())
    }

    /// Who may quote it, by ids; the author may always.
    fn quoters(&self) -> Value {
        let policy = self.status.quote_policy.automatic;
        let who = if policy & QuotePolicy::EVERYBODY != 0 {
            PUBLIC.to_owned()
        } else if policy & QuotePolicy::FOLLOWERS != 0 {
            format!("{}/followers", self.actor())
        } else {
            self.actor()
        };
        json!({ "automaticApproval": [who] })
    }

    fn parent(&self) -> Result<Value> {
        Ok(match (self.status.in_reply_to, &self.status.in_reply_to_uri) {
            (Some((parent, _)), _) => STATUSES
                .get(self.from, &parent)?
                .map_or(Value::Null, |row| uri(&self.app.config, parent, &row).into()),
            (None, Some(parent)) => parent.clone().into(),
            (None, None) => Value::Null,
        })
    }

    fn attachments(&self) -> Result<Vec<Value>> {
        let rows = MEDIA.get_many(self.from, &self.status.media)?;
        Ok(rows.into_iter().flatten().map(|media| attachment(&self.app.config, &media)).collect())
    }

    fn tags(&self) -> Result<Vec<Value>> {
        let config = &self.app.config;
        let mut tags = Vec::new();
        for (id, _, account) in self.mentioned.iter().filter(|(_, silent, _)| !silent) {
            let domain = account.domain.as_deref().unwrap_or(config.domain());
            tags.push(json!({
                "type": "Mention",
                "href": accounts::uri(config, *id, account),
                "name": format!("@{}@{domain}", account.username),
            }));
        }
        for tag in &self.status.tags {
            tags.push(json!({
                "type": "Hashtag",
                "href": tag_url(config.base_url(), &tag.name),
                "name": format!("#{}", tag.name),
            }));
        }
        tags.extend(emoji::tag::write(self.app, self.from, &self.status.emojis)?);
        let linked = LINKED.get(self.from, &self.id)?.map(|row| row.collections).unwrap_or_default();
        for (id, row) in linked.iter().zip(COLLECTIONS.get_many(self.from, &linked)?) {
            let uri = row.map(|row| collections::documents::uri(config, *id, &row));
            tags.extend(uri.map(|uri| json!({ "type": "FeaturedCollection", "id": uri })));
        }
        Ok(tags)
    }

    /// The activity that made the status: Create with the Note inside, or Announce.
    ///
    /// # Errors
    /// When the store fails.
    pub fn activity(&self) -> Result<Value> {
        let Some(boosted) = self.status.reblog_of else {
            return self.wrap("Create", format!("{}/activity", self.uri()), self.status.created_at.dt());
        };
        let (to, cc, object) = self.boost(boosted)?;
        Ok(documents::with_context(json!({
            "id": self.uri(),
            "type": "Announce",
            "actor": self.actor(),
            "published": self.status.created_at.dt(),
            "to": to,
            "cc": cc,
            "object": object,
        })))
    }

    fn boost(&self, boosted: StatusId) -> Result<(Vec<String>, Vec<String>, Value)> {
        let row = STATUSES.get(self.from, &boosted)?.ok_or_else(Error::not_found)?;
        let author = accounts::get(self.from, row.account)?;
        let author = accounts::uri(&self.app.config, row.account, &author);
        let followers = format!("{}/followers", self.actor());
        let (to, cc) = match self.status.visibility {
            Visibility::Public => (vec![PUBLIC.into()], vec![author, followers]),
            Visibility::Unlisted => (vec![followers], vec![PUBLIC.into(), author]),
            _ => (vec![followers], vec![author]),
        };
        // Others cannot fetch an own private post by themselves, so it travels inside (behaviours §20).
        let object = if row.local && row.visibility == Visibility::Private {
            Self::load(self.app, self.from, boosted)?.note()?
        } else {
            uri(&self.app.config, boosted, &row).into()
        };
        Ok((to, cc, object))
    }

    /// The activity that tells of an edit.
    ///
    /// # Errors
    /// When the store fails.
    pub fn update(&self) -> Result<Value> {
        let at = self.status.edited_at.unwrap_or(self.status.created_at);
        self.wrap("Update", format!("{}#updates/{}", self.uri(), at.0), at.dt())
    }

    /// The activity that tells the status again, though it was not edited: an Update without a new time of edit.
    ///
    /// # Errors
    /// When the store fails.
    pub fn retold(&self, now: Millis) -> Result<Value> {
        self.wrap("Update", format!("{}#updates/{}", self.uri(), now.0), now.dt())
    }

    fn wrap(&self, kind: &str, id: String, published: String) -> Result<Value> {
        let audience = self.audience()?;
        Ok(documents::with_context(json!({
            "id": id,
            "type": kind,
            "actor": self.actor(),
            "published": published,
            "to": audience.to,
            "cc": audience.cc,
            "object": self.note()?,
        })))
    }
}

/// Makes a Note a Question (behaviours §18).
fn ask(note: &mut Map<String, Value>, poll: &Poll, now: Millis) {
    let hidden = poll.hide_totals && !poll.expired(now);
    let option = |option: &crate::features::polls::table::PollOption| {
        let votes = if hidden { 0 } else { option.votes };
        json!({
            "type": "Note",
            "name": option.title,
            "replies": { "type": "Collection", "totalItems": votes },
        })
    };
    let options: Vec<Value> = poll.options.iter().map(option).collect();
    note.insert("type".into(), "Question".into());
    note.insert(if poll.multiple { "anyOf" } else { "oneOf" }.into(), options.into());
    if let Some(end) = poll.expires_at {
        note.insert("endTime".into(), end.dt0().into());
        if poll.expired(now) {
            note.insert("closed".into(), end.dt0().into());
        }
    }
    note.insert("votersCount".into(), poll.voters.unwrap_or(0).into());
}

fn attachment(config: &Config, media: &Media) -> Value {
    let mut document = json!({
        "type": "Document",
        "mediaType": media.mime,
        "url": media.original.url(config),
        "name": media.description,
    });
    if let Value::Object(map) = &mut document {
        if let Some(blurhash) = &media.blurhash {
            map.insert("blurhash".into(), blurhash.clone().into());
        }
        if let Some((x, y)) = media.focus {
            map.insert("focalPoint".into(), json!([x, y]));
        }
        if let Some(size) = media.size {
            map.insert("width".into(), size.width.into());
            map.insert("height".into(), size.height.into());
        }
        if let Some(length) = media.clip.map(|clip| clip.duration_ms).filter(|length| *length > 0) {
            map.insert("duration".into(), iso8601(length).into());
        }
        if let (MediaKind::Video | MediaKind::Audio, Some(preview)) = (media.kind, &media.preview) {
            map.insert("icon".into(), json!({ "type": "Image", "url": preview.url(config) }));
        }
    }
    document
}

/// Milliseconds as a duration of ISO 8601 in seconds alone, such as `PT83.5S`.
fn iso8601(milliseconds: u64) -> String {
    let fraction = format!("{:03}", milliseconds % 1_000);
    let fraction = fraction.trim_end_matches('0');
    let point = if fraction.is_empty() { "" } else { "." };
    format!("PT{}{point}{fraction}S", milliseconds / 1_000)
}

/// The Note of a status with its context, as it is served at its own address.
///
/// # Errors
/// 404 when it is gone, remote or a boost; when the store fails.
pub fn document(app: &App, from: &dyn Read, id: StatusId) -> Result<Value> {
    Ok(documents::with_context(Written::load(app, from, id)?.note()?))
}

/// The pinned posts of a local account, as its featured collection: Notes, or bare ids of private ones.
///
/// # Errors
/// When the store fails.
pub fn featured(app: &App, from: &dyn Read, account: AccountId) -> Result<Value> {
    let pins = PINS_OF.page(from, &account, &shop_storage::Window::newest(super::marks::MOST_PINS))?;
    let mut items = Vec::new();
    for (_, status) in pins {
        let Ok(written) = Written::load(app, from, status) else { continue };
        let open = written.status.visibility.is_open();
        items.push(if open { written.note()? } else { written.uri().into() });
    }
    let id = format!("{}/collections/featured", accounts::local_uri(&app.config, account));
    Ok(documents::with_context(json!({
        "id": id,
        "type": "OrderedCollection",
        "totalItems": items.len(),
        "orderedItems": items,
    })))
}
