//! Scopes in the words of the consent page: a line a topic, with what may be done there.

use super::words::applications::{ADMIN, EVERYTHING, FOLLOW, PROFILE, PUSH, access, topic};
use crate::platform::text::tongue::Tongue;
use crate::platform::text::words::Sentence;

/// One line.
#[derive(Debug)]
pub struct Permission {
    /// What it is about.
    pub topic: String,
    /// What the application may do there.
    pub access: Sentence,
}

/// The lines for these scopes, in their order.
pub fn lines(tongue: Tongue, scopes: &[String]) -> Vec<Permission> {
    let mut topics: Vec<(String, bool, bool)> = Vec::new();
    for scope in scopes {
        let (topic, read, write) = meaning(tongue, scope);
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
        .map(|(topic, reads, writes)| Permission { topic, access: access(tongue, reads, writes) })
        .collect()
}

/// Topic, reads, writes.
fn meaning(tongue: Tongue, scope: &str) -> (String, bool, bool) {
    let (admin, rest) = match scope.strip_prefix("admin:") {
        Some(rest) => (true, rest),
        None => (false, scope),
    };
    let (verb, noun) = rest.split_once(':').unwrap_or((rest, ""));
    let say = |words| tongue.say(&words).to_owned();
    match (verb, admin) {
        ("read" | "write", true) => {
            let topic = if noun.is_empty() { say(EVERYTHING) } else { noun.replace('_', " ") };
            let topic = Sentence::of(tongue, &ADMIN).with("topic", topic);
            (topic.into(), verb == "read", verb == "write")
        }
        ("read" | "write", false) => {
            let topic = topic(noun).map_or_else(|| noun.to_owned(), say);
            (topic, verb == "read", verb == "write")
        }
        ("follow", _) => (say(FOLLOW), true, true),
        ("push", _) => (say(PUSH), true, false),
        _ => (say(PROFILE), true, false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::oauth::scopes::ALL;

    #[test]
    fn reading_and_writing_share_a_line() {
        let scopes = ["read:statuses", "write:statuses", "push"].map(str::to_owned);
        let lines = lines(Tongue::English, &scopes);
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[0].access.to_string(), "read and change");
        assert_eq!(lines[1].access.to_string(), "read only");
    }

    #[test]
    fn every_scope_has_words_in_every_language() {
        for scope in ALL {
            let scopes = [(*scope).to_owned()];
            let topic = &lines(Tongue::English, &scopes)[0].topic;
            assert!(topic.starts_with(char::is_uppercase), "{scope}: {topic}");
            for tongue in Tongue::ALL.into_iter().skip(1) {
                assert_ne!(&lines(tongue, &scopes)[0].topic, topic, "{scope} in {tongue:?}");
            }
        }
    }
}
