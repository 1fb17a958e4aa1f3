//! Names that nobody gets by signing up: they would speak for the server.

/// Whether `username` is reserved. Digits count as the letters they look like (behaviours §2, account life).
pub fn is_reserved(username: &str) -> bool {
    let letters: String = username.to_lowercase().chars().filter(|c| *c != '_').map(letter).collect();
    NAMES.contains(&letters.as_str()) || PARTS.iter().any(|part| letters.contains(part))
}

fn letter(c: char) -> char {
    match c {
        '1' => 'i',
        '2' => 'z',
        '3' => 'e',
        '4' => 'a',
        '5' => 's',
        '7' => 't',
        '8' => 'b',
        '9' => 'g',
        '0' => 'o',
        other => other,
    }
}

/// Reserved as a whole; written as they look after the look-alike digits were replaced.
const NAMES: &[&str] = &[
    "abuse",
    "account",
    "accounts",
    "actor",
    "admins",
    "all",
    "announce",
    "announcement",
    "announcements",
    "anonymous",
    "api",
    "auth",
    "billing",
    "bot",
    "contact",
    "daemon",
    "everyone",
    "here",
    "help",
    "helpdesk",
    "hostmaster",
    "info",
    "instance",
    "legal",
    "login",
    "mail",
    "mailerdaemon",
    "me",
    "media",
    "mod",
    "mods",
    "news",
    "nobody",
    "noreply",
    "oauth",
    "official",
    "operator",
    "owner",
    "password",
    "postmaster",
    "privacy",
    "relay",
    "robot",
    "root",
    "security",
    "server",
    "service",
    "setup",
    "settings",
    "shop",
    "signin",
    "signup",
    "ssladmin",
    "staff",
    "status",
    "support",
    "sysop",
    "system",
    "team",
    "trustandsafety",
    "user",
    "users",
    "webmaster",
    "www",
];

/// Reserved wherever they stand in a name.
const PARTS: &[&str] = &["admin", "moderator"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn look_alikes_are_reserved_too() {
        for name in
            ["admin", "Admin", "4dm1n", "the_administrator", "r00t", "supp0rt", "web_master", "moderator_1"]
        {
            assert!(is_reserved(name), "{name}");
        }
        for name in ["alice", "rooty", "bob", "modest", "helper"] {
            assert!(!is_reserved(name), "{name}");
        }
    }
}
