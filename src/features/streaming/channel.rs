//! Channels: what can be listened to, by the names of behaviours §15.

use serde_json::{Value, json};

use crate::features::oauth::scopes::allows;
use crate::platform::error::{Error, Kind, Result};
use crate::platform::ids::AccountId;
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
}

impl Channel {
    /// The channel a client names.
    ///
    /// # Errors
    /// 400 for unknown names and missing tags, 401 when the token lacks the scope.
    pub fn find(name: &str, tag: Option<&str>, account: AccountId, scopes: &[String]) -> Result<Self> {
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
        }
    }

    /// Whether posts on it are shown to everybody, so that the viewer's blocks and mutes must be applied here.
    pub fn is_public(&self) -> bool {
        !matches!(self, Self::User(_) | Self::Notifications(_) | Self::Direct(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(name: &str, tag: Option<&str>, scopes: &[&str]) -> Result<Channel> {
        let scopes: Vec<String> = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        Channel::find(name, tag, AccountId::new(7), &scopes)
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
