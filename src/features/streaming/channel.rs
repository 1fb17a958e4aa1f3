//! Channels: what can be listened to, by the names of behaviours §15.

use serde_json::{Value, json};

use crate::features::lists;
use crate::features::oauth::scopes::allows;
use crate::features::timelines::feeds::Name;
use crate::platform::app::App;
use crate::platform::error::{Error, Kind, Result};
use crate::platform::ids::{AccountId, ListId};
use crate::platform::text::hashtag;

/// Something to listen to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Channel {
    /// Home feed and notifications of an account.
    User(AccountId),
    /// Notifications of an account.
    Notifications(AccountId),
    /// Conversations of an account.
    Direct(AccountId),
    /// All public posts.
    Public {
        /// Only those with attachments.
        media: bool,
    },
    /// Public posts of this server.
    Local {
        /// Only those with attachments.
        media: bool,
    },
    /// Public posts of other servers.
    Remote {
        /// Only those with attachments.
        media: bool,
    },
    /// Public posts with a tag, normalised.
    Tag(String),
    /// The same, of this server.
    LocalTag(String),
    /// A list of an account.
    List(AccountId, ListId),
}

/// What a client asks to listen to.
#[derive(Debug, Clone, Copy, Default)]
pub struct Asked<'a> {
    /// The stream's name.
    pub name: &'a str,
    /// The tag, for streams of tags.
    pub tag: Option<&'a str>,
    /// The list, for streams of lists.
    pub list: Option<&'a str>,
}

impl Channel {
    /// The channel a client names, once it may listen to it.
    ///
    /// # Errors
    /// Those of [`Channel::find`]; 401 for the list of somebody else.
    pub fn open(app: &App, asked: Asked<'_>, account: AccountId, scopes: &[String]) -> Result<Self> {
        let channel = Self::find(asked, account, scopes)?;
        if let Self::List(owner, id) = channel {
            lists::get(&app.read()?, owner, id).map_err(|_| not_yours())?;
        }
        Ok(channel)
    }

    /// The channel a client names.
    ///
    /// # Errors
    /// 400 for unknown names and missing tags, 401 when the token lacks the scope and for what is no list.
    pub fn find(asked: Asked<'_>, account: AccountId, scopes: &[String]) -> Result<Self> {
        let Asked { name, tag, list } = asked;
        let needed: &[&str] = if name == "user:notification" {
            &["read", "read:notifications"]
        } else {
            &["read", "read:statuses"]
        };
        let tag = || {
            let name = tag.map(hashtag::normalise).filter(|name| !name.is_empty());
            name.ok_or_else(|| Error::bad_request("Missing tag name parameter"))
        };
        let channel = match name {
            "user" => Self::User(account),
            "user:notification" => Self::Notifications(account),
            "direct" => Self::Direct(account),
            "public" => Self::Public { media: false },
            "public:media" => Self::Public { media: true },
            "public:local" => Self::Local { media: false },
            "public:local:media" => Self::Local { media: true },
            "public:remote" => Self::Remote { media: false },
            "public:remote:media" => Self::Remote { media: true },
            "hashtag" => Self::Tag(tag()?),
            "hashtag:local" => Self::LocalTag(tag()?),
            "list" => {
                let list = list.and_then(|id| id.parse().ok()).ok_or_else(not_yours)?;
                Self::List(account, list)
            }
            _ => return Err(Error::bad_request("Unknown stream type")),
        };
        if !allows(scopes, needed) {
            let words = "Access token does not have the required scopes";
            return Err(Error::new(Kind::Unauthorized, words));
        }
        Ok(channel)
    }

    /// The `stream` array of a message.
    pub fn names(&self) -> Value {
        match self {
            Self::User(_) => json!(["user"]),
            Self::Notifications(_) => json!(["user:notification"]),
            Self::Direct(_) => json!(["direct"]),
            Self::Public { media: false } => json!(["public"]),
            Self::Public { media: true } => json!(["public:media"]),
            Self::Local { media: false } => json!(["public:local"]),
            Self::Local { media: true } => json!(["public:local:media"]),
            Self::Remote { media: false } => json!(["public:remote"]),
            Self::Remote { media: true } => json!(["public:remote:media"]),
            Self::Tag(tag) => json!(["hashtag", tag]),
            Self::LocalTag(tag) => json!(["hashtag:local", tag]),
            Self::List(_, list) => json!(["list", list]),
        }
    }

    /// Whether posts on it are shown to everybody, so that the viewer's blocks and mutes must be applied here.
    pub fn is_public(&self) -> bool {
        !matches!(self, Self::User(_) | Self::Notifications(_) | Self::Direct(_) | Self::List(..))
    }

    /// The feed behind it, which has to be in memory while somebody listens.
    pub fn feed(&self) -> Option<Name> {
        match *self {
            Self::User(account) => Some(Name::Home(account)),
            Self::List(owner, list) => Some(Name::List(owner, list)),
            _ => None,
        }
    }

    /// Where a feed is streamed.
    pub fn of(feed: Name) -> Self {
        match feed {
            Name::Home(account) => Self::User(account),
            Name::List(owner, list) => Self::List(owner, list),
        }
    }
}

fn not_yours() -> Error {
    Error::new(Kind::Unauthorized, "Not authorized to stream this list")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(name: &str, tag: Option<&str>, scopes: &[&str]) -> Result<Channel> {
        let scopes: Vec<String> = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        Channel::find(Asked { name, tag, list: None }, AccountId::new(7), &scopes)
    }

    #[test]
    fn names_and_scopes() {
        assert_eq!(find("hashtag", Some("Rust"), &["read"]).unwrap(), Channel::Tag("rust".into()));
        assert_eq!(
            find("user:notification", None, &["read:notifications"]).unwrap().names(),
            json!(["user:notification"])
        );
        assert_eq!(find("user", None, &["read:notifications"]).unwrap_err().kind(), Kind::Unauthorized);
        assert_eq!(find("hashtag", Some(""), &["read"]).unwrap_err().words(), "Missing tag name parameter");
        assert_eq!(find("encrypted", None, &["read"]).unwrap_err().words(), "Unknown stream type");
    }
}
