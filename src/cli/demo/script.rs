//! How the script of the sample community is written: posts with what others did about them.

use super::pictures::Scene;
use super::{days, threads};
use crate::features::users::table::Visibility;

/// A picture of a post.
#[derive(Debug, Clone, Copy)]
pub struct Shown {
    /// What it shows.
    pub scene: Scene,
    /// Which one of that kind.
    pub seed: u32,
    /// Width and height in pixels.
    pub size: (u32, u32),
    /// Alternative text.
    pub alt: &'static str,
}

/// A poll of a post.
#[derive(Debug, Clone, Copy)]
pub struct Asked {
    /// What can be chosen.
    pub options: &'static [&'static str],
    /// How many days it runs.
    pub days: u32,
}

/// A post of the script.
#[derive(Debug, Clone)]
pub struct Post {
    /// What other posts call it.
    pub label: &'static str,
    /// Who writes.
    pub by: &'static str,
    /// How many minutes before the demo starts.
    pub ago: u32,
    /// What is written.
    pub text: &'static str,
    /// The warning in front of it.
    pub warning: &'static str,
    /// The label of the post it answers; empty for none.
    pub answers: &'static str,
    /// Who may see it.
    pub visibility: Visibility,
    /// Its language; empty for English.
    pub language: &'static str,
    /// Its pictures.
    pub pictures: Vec<Shown>,
    /// Names of those who favourite it.
    pub liked: &'static str,
    /// Names of those who boost it.
    pub boosted: &'static str,
    /// Names of those who bookmark it.
    pub kept: &'static str,
    /// Whether it is pinned to the profile.
    pub pinned: bool,
    /// What it is changed to half an hour later; empty for nothing.
    pub edited: &'static str,
    /// The poll on it.
    pub poll: Option<Asked>,
    /// The label of the post it quotes; empty for none.
    pub quotes: &'static str,
}

/// A public post by `by`, `ago` = (days, hours, minutes) before the demo starts.
pub fn post(label: &'static str, by: &'static str, ago: (u32, u32, u32), text: &'static str) -> Post {
    Post {
        label,
        by,
        ago: (ago.0 * 24 + ago.1) * 60 + ago.2,
        text,
        warning: "",
        answers: "",
        visibility: Visibility::Public,
        language: "en",
        pictures: Vec::new(),
        liked: "",
        boosted: "",
        kept: "",
        pinned: false,
        edited: "",
        poll: None,
        quotes: "",
    }
}

impl Post {
    /// Answers another post.
    pub fn to(self, label: &'static str) -> Self {
        Self { answers: label, ..self }
    }

    /// Has a picture, 3:2.
    pub fn shows(self, scene: Scene, seed: u32, alt: &'static str) -> Self {
        self.shows_sized(scene, seed, (1080, 720), alt)
    }

    /// Has a picture of this size.
    pub fn shows_sized(mut self, scene: Scene, seed: u32, size: (u32, u32), alt: &'static str) -> Self {
        self.pictures.push(Shown { scene, seed, size, alt });
        self
    }

    /// Was favourited.
    pub fn liked(self, names: &'static str) -> Self {
        Self { liked: names, ..self }
    }

    /// Was boosted.
    pub fn boosted(self, names: &'static str) -> Self {
        Self { boosted: names, ..self }
    }

    /// Was bookmarked.
    pub fn kept(self, names: &'static str) -> Self {
        Self { kept: names, ..self }
    }

    /// Stands behind a warning.
    pub fn behind(self, warning: &'static str) -> Self {
        Self { warning, ..self }
    }

    /// Is in another language.
    pub fn in_language(self, language: &'static str) -> Self {
        Self { language, ..self }
    }

    /// Is for fewer people.
    pub fn for_eyes(self, visibility: Visibility) -> Self {
        Self { visibility, ..self }
    }

    /// Is pinned.
    pub fn pinned(self) -> Self {
        Self { pinned: true, ..self }
    }

    /// Asks something, for so many days.
    pub fn asks(self, options: &'static [&'static str], days: u32) -> Self {
        Self { poll: Some(Asked { options, days }), ..self }
    }

    /// Quotes another post.
    pub fn quotes(self, label: &'static str) -> Self {
        Self { quotes: label, ..self }
    }

    /// Was changed later.
    pub fn edited(self, text: &'static str) -> Self {
        Self { edited: text, ..self }
    }
}

/// All posts, oldest first.
pub fn posts() -> Vec<Post> {
    let mut posts = days::posts();
    posts.extend(threads::posts());
    posts.sort_by_key(|post| std::cmp::Reverse(post.ago));
    posts
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::cli::demo::people::PEOPLE;

    #[test]
    fn the_script_names_nobody_and_nothing_that_is_not_there() {
        let posts = posts();
        assert!(posts.len() >= 60, "{} posts", posts.len());
        let known = |name: &str| PEOPLE.iter().any(|person| person.name == name);
        let mut before: HashMap<&str, u32> = HashMap::new();
        for post in &posts {
            assert!(known(post.by), "{} by {}", post.label, post.by);
            for name in [post.liked, post.boosted, post.kept].join(" ").split_whitespace() {
                assert!(known(name), "{name} at {}", post.label);
            }
            for label in [post.answers, post.quotes].into_iter().filter(|label| !label.is_empty()) {
                assert!(before.get(label).is_some_and(|ago| *ago > post.ago), "{}", post.label);
            }
            let joined = PEOPLE.iter().find(|person| person.name == post.by).unwrap().joined;
            assert!(joined * 24 * 60 > post.ago, "{} wrote {} before joining", post.by, post.label);
            assert!(before.insert(post.label, post.ago).is_none(), "{} twice", post.label);
            assert!(post.text.chars().count() + post.warning.chars().count() <= 500, "{}", post.label);
            assert!(post.pictures.iter().all(|picture| !picture.alt.is_empty()), "{}", post.label);
        }
        for name in PEOPLE.iter().flat_map(|person| person.follows) {
            assert!(known(name), "{name} is followed");
        }
    }
}
