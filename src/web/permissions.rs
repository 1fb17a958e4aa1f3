//! Scopes in the words of the consent page: a line a topic, with what may be done there.

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permission {
    /// What it is about.
    pub topic: String,
    /// What the application may do there.
    pub access: &'static str,
}

/// The lines for these scopes, in their order.
pub fn lines(scopes: &[String]) -> Vec<Permission> {
    let mut topics: Vec<(String, bool, bool)> = Vec::new();
    for scope in scopes {
        let (topic, read, write) = meaning(scope);
        match topics.iter_mut().find(|(known, ..)| *known == topic) {
            Some(line) => {
                line.1 |= read;
                line.2 |= write;
            }
            None => topics.push((topic, read, write)),
        }
    }
    topics
        .into_iter()
        .map(|(topic, read, write)| {
            let access = match (read, write) {
                (true, true) => "read and change",
                (true, false) => "read only",
                _ => "change only",
            };
            Permission { topic, access }
        })
        .collect()
}

/// Topic, reads, writes.
fn meaning(scope: &str) -> (String, bool, bool) {
    let (admin, rest) = match scope.strip_prefix("admin:") {
        Some(rest) => (true, rest),
        None => (false, scope),
    };
    let (verb, noun) = rest.split_once(':').unwrap_or((rest, ""));
    match (verb, admin) {
        ("read" | "write", true) => {
            let topic = if noun.is_empty() { "everything".to_owned() } else { noun.replace('_', " ") };
            (format!("Administration of the server: {topic}"), verb == "read", verb == "write")
        }
        ("read" | "write", false) => (topic(noun).to_owned(), verb == "read", verb == "write"),
        ("follow", _) => ("Follows, mutes and blocks".to_owned(), true, true),
        ("push", _) => ("Notifications pushed to your device".to_owned(), true, false),
        _ => ("Your name, address and profile".to_owned(), true, false),
    }
}

fn topic(noun: &str) -> &str {
    match noun {
        "" => "Everything in your account",
        "accounts" => "Your account and profile",
        "blocks" => "Whom you block",
        "bookmarks" => "Your bookmarks",
        "collections" => "Your collections",
        "conversations" => "Your conversations",
        "favourites" => "Your favourites",
        "filters" => "Your filters",
        "follows" => "Whom you follow",
        "lists" => "Your lists",
        "media" => "Your pictures and other files",
        "mutes" => "Whom you mute",
        "notifications" => "Your notifications",
        "reports" => "Reports to the staff",
        "search" => "Searching in your name",
        "statuses" => "Your posts and what you can see",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::oauth::scopes::ALL;

    #[test]
    fn reading_and_writing_share_a_line() {
        let scopes = ["read:statuses", "write:statuses", "push"].map(str::to_owned);
        let lines = lines(&scopes);
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[0].access, "read and change");
        assert_eq!(lines[1].access, "read only");
    }

    #[test]
    fn every_scope_has_words() {
        for scope in ALL {
            let line = &lines(&[(*scope).to_owned()])[0];
            assert!(line.topic.starts_with(char::is_uppercase), "{scope}: {}", line.topic);
        }
    }
}
