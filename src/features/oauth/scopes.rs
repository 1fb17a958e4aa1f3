//! Scopes: the words a token may carry, and which of them a route accepts.

/// Every scope that an application may ask for (behaviours §2).
pub const ALL: &[&str] = &[
    "read",
    "read:accounts",
    "read:blocks",
    "read:bookmarks",
    "read:collections",
    "read:favourites",
    "read:filters",
    "read:follows",
    "read:lists",
    "read:mutes",
    "read:notifications",
    "read:search",
    "read:statuses",
    "write",
    "write:accounts",
    "write:blocks",
    "write:bookmarks",
    "write:collections",
    "write:conversations",
    "write:favourites",
    "write:filters",
    "write:follows",
    "write:lists",
    "write:media",
    "write:mutes",
    "write:notifications",
    "write:reports",
    "write:statuses",
    "follow",
    "push",
    "profile",
    "admin:read",
    "admin:read:accounts",
    "admin:read:reports",
    "admin:read:domain_allows",
    "admin:read:domain_blocks",
    "admin:read:ip_blocks",
    "admin:read:email_domain_blocks",
    "admin:read:canonical_email_blocks",
    "admin:write",
    "admin:write:accounts",
    "admin:write:reports",
    "admin:write:domain_allows",
    "admin:write:domain_blocks",
    "admin:write:ip_blocks",
    "admin:write:email_domain_blocks",
    "admin:write:canonical_email_blocks",
];

/// What a route accepts: a token needs any one of the words.
pub trait Scope: Send + Sync + 'static {
    /// The words; empty accepts every token.
    const ANY_OF: &'static [&'static str];
    /// Whether somebody who has moved to another account may still call it, though it changes something.
    const AFTER_MOVING: bool = false;
}

macro_rules! scopes {
    ($($name:ident = [$($word:literal),*];)*) => {
        $(
            #[doc = concat!("Any one of:", $(" `", $word, "`"),*)]
            #[derive(Debug, Clone, Copy)]
            pub enum $name {}
            impl Scope for $name {
                const ANY_OF: &'static [&'static str] = &[$($word),*];
            }
        )*
    };
}

scopes! {
    AnyToken = [];
    Profile = ["profile", "read", "read:accounts"];
    UserInfo = ["profile"];
    AdminReadDomainAllows = ["admin:read", "admin:read:domain_allows"];
    AdminReadDomainBlocks = ["admin:read", "admin:read:domain_blocks"];
    AdminWriteDomainAllows = ["admin:write", "admin:write:domain_allows"];
    AdminWriteDomainBlocks = ["admin:write", "admin:write:domain_blocks"];
    Push = ["push"];
    Read = ["read"];
    ReadAccounts = ["read", "read:accounts"];
    ReadBlocks = ["follow", "read", "read:blocks"];
    ReadBookmarks = ["read", "read:bookmarks"];
    ReadCollections = ["read", "read:collections"];
    ReadFavourites = ["read", "read:favourites"];
    ReadFilters = ["read", "read:filters"];
    ReadFollows = ["read", "read:follows"];
    ReadFollowRequests = ["follow", "read", "read:follows"];
    ReadLists = ["read", "read:lists"];
    ReadMutes = ["follow", "read", "read:mutes"];
    ReadNotifications = ["read", "read:notifications"];
    ReadSearch = ["read", "read:search"];
    ReadStatuses = ["read", "read:statuses"];
    WriteAccounts = ["write", "write:accounts"];
    WriteBlocks = ["follow", "write", "write:blocks"];
    WriteBookmarks = ["write", "write:bookmarks"];
    WriteCollections = ["write", "write:collections"];
    WriteConversations = ["write", "write:conversations"];
    WriteFavourites = ["write", "write:favourites"];
    WriteFilters = ["write", "write:filters"];
    WriteFollows = ["follow", "write", "write:follows"];
    WriteLists = ["write", "write:lists"];
    WriteMedia = ["write", "write:media"];
    WriteMutes = ["follow", "write", "write:mutes"];
    WriteNotifications = ["write", "write:notifications"];
    WriteReports = ["write", "write:reports"];
    WriteStatuses = ["write", "write:statuses"];
}

/// Any one of: `write`, `write:accounts`; also after having moved: what a person decides about the account itself.
#[derive(Debug, Clone, Copy)]
pub enum WriteOwnAccount {}

impl Scope for WriteOwnAccount {
    const ANY_OF: &'static [&'static str] = WriteAccounts::ANY_OF;
    const AFTER_MOVING: bool = true;
}

/// Whether a route that accepts any of `wanted` changes something.
pub fn changes(wanted: &[&str]) -> bool {
    wanted.iter().any(|scope| *scope == "write" || scope.starts_with("write:"))
}

/// Whether a token with `held` may call a route that accepts any of `wanted`.
pub fn allows(held: &[String], wanted: &[&str]) -> bool {
    wanted.is_empty() || held.iter().any(|scope| wanted.contains(&scope.as_str()))
}

/// Splits a scope parameter; `None` when it names a scope that does not exist.
pub fn parse(text: &str) -> Option<Vec<String>> {
    let mut scopes = Vec::new();
    for word in text.split_whitespace() {
        if !ALL.contains(&word) {
            return None;
        }
        if !scopes.iter().any(|known| known == word) {
            scopes.push(word.to_owned());
        }
    }
    Some(scopes)
}

/// Whether `wanted` asks for nothing beyond `granted`, where a broad word grants its narrow ones.
pub fn within(wanted: &[String], granted: &[String]) -> bool {
    wanted.iter().all(|want| {
        granted.iter().any(|grant| {
            grant == want || want.strip_prefix(grant.as_str()).is_some_and(|rest| rest.starts_with(':'))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn any_listed_scope_is_enough() {
        assert!(allows(&words("read"), ReadStatuses::ANY_OF));
        assert!(allows(&words("follow"), WriteFollows::ANY_OF));
        assert!(!allows(&words("write:statuses"), WriteMedia::ANY_OF));
        assert!(allows(&words("push"), AnyToken::ANY_OF));
    }

    #[test]
    fn tokens_stay_within_their_application() {
        assert!(within(&words("read:statuses"), &words("read write")));
        assert!(!within(&words("push"), &words("read write")));
        assert!(!within(&words("read"), &words("read:statuses")));
        assert_eq!(parse("read everything"), None);
    }
}
