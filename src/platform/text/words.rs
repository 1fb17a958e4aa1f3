//! Words of the server in all its languages: tables in which each has a name, and sentences with places to fill.
//!
//! `words!` makes a struct of a table, so that templates say `{{ words.title }}`. Every entry is a [`Words`]: a language
//! less does not compile, and a test beside each table holds the places of all languages against each other.

use std::fmt::{self, Display, Write as _};

use super::tongue::{Tongue, Words};

/// Something that was said in one of the languages of the server.
///
/// Pages take nothing else for what they say themselves, so no sentence is English by oversight.
pub trait Said: Display {}

/// A sentence in one language.
#[derive(Debug, Clone, Copy)]
pub struct Sentence {
    tongue: Tongue,
    text: &'static str,
}

/// A sentence whose places are filled.
#[derive(Debug, Clone)]
pub struct Filled(String);

impl Said for Sentence {}
impl Said for Filled {}

impl Sentence {
    /// These words in this language.
    pub const fn of(tongue: Tongue, words: &Words) -> Self {
        Self { tongue, text: tongue.say(words) }
    }

    /// What stands before its one place, for templates that put an element there.
    pub fn before(self) -> &'static str {
        self.text.split_once('{').map_or(self.text, |(before, _)| before)
    }

    /// What stands after its one place.
    pub fn after(self) -> &'static str {
        self.text.split_once('}').map_or("", |(_, after)| after)
    }

    /// With `value` in the place `{name}`.
    pub fn with(self, name: &str, value: impl Display) -> Filled {
        self.fill(&[(name, &value)])
    }

    /// With each value in the place `{name}`. A value that looks like a place stays as it is.
    ///
    /// Where one reads from right to left, values stand in isolates (U+2068, U+2069), as in the web app: a Latin name
    /// does not turn its surroundings.
    pub fn fill(self, values: &[(&str, &dyn Display)]) -> Filled {
        let mut out = String::with_capacity(self.text.len() + 32);
        let mut rest = self.text;
        while let Some((before, (name, after))) =
            rest.split_once('{').and_then(|(before, place)| Some((before, place.split_once('}')?)))
        {
            out.push_str(before);
            if let Some((_, value)) = values.iter().find(|(known, _)| *known == name) {
                // Writing into a string does not fail.
                let _ = match self.tongue.direction() {
                    "rtl" => write!(out, "\u{2068}{value}\u{2069}"),
                    _ => write!(out, "{value}"),
                };
            }
            rest = after;
        }
        out.push_str(rest);
        Filled(out)
    }
}

impl Display for Sentence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text)
    }
}

impl Display for Filled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<Filled> for String {
    fn from(filled: Filled) -> Self {
        filled.0
    }
}

/// Makes structs of tables of words: a line for each entry, with the words in the order of [`Tongue::ALL`].
macro_rules! words {
    ($(
        $(#[$about:meta])*
        $table:ident { $($(#[$doc:meta])* $name:ident: $words:expr,)+ }
    )+) => {
        $(
            $(#[$about])*
            #[derive(Debug)]
            pub(crate) struct $table {
                $($(#[$doc])* pub(crate) $name: $crate::platform::text::words::Sentence,)+
            }

            impl $table {
                /// The table in one language.
                pub(crate) fn of(tongue: $crate::platform::text::tongue::Tongue) -> &'static Self {
                    use $crate::platform::text::tongue::{Each, Tongue};
                    static EACH: Each<$table> = [
                        $table::made(Tongue::ALL[0]),
                        $table::made(Tongue::ALL[1]),
                        $table::made(Tongue::ALL[2]),
                        $table::made(Tongue::ALL[3]),
                        $table::made(Tongue::ALL[4]),
                        $table::made(Tongue::ALL[5]),
                    ];
                    tongue.pick(&EACH)
                }

                const fn made(tongue: $crate::platform::text::tongue::Tongue) -> Self {
                    Self { $($name: $crate::platform::text::words::Sentence::of(tongue, &$words),)+ }
                }
            }
        )+

        #[cfg(test)]
        #[test]
        fn every_language_says_it_all() {
            $($($crate::platform::text::words::check(
                concat!(stringify!($table), ".", stringify!($name)),
                &$words,
            );)+)+
        }
    };
}
pub(crate) use words;

/// Fails where a language has no words, or other places than English.
#[cfg(test)]
#[track_caller]
pub(crate) fn check(name: &str, words: &Words) {
    let places = |text: &str| {
        let mut places: Vec<String> = text
            .split('{')
            .skip(1)
            .map(|rest| rest.split('}').next().unwrap_or_default().to_owned())
            .collect();
        places.sort();
        places
    };
    for tongue in Tongue::ALL {
        let text = tongue.say(words);
        assert!(!text.trim().is_empty(), "{name} is empty in {tongue:?}");
        assert_eq!(places(text), places(words[0]), "{name} in {tongue:?}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GREETING: Words = [
        "{a} greets {b}",
        "{a} grüßt {b}",
        "{a} salue {b}",
        "{a} saluda a {b}",
        "{a}が{b}に",
        "{a} يحيي {b}",
    ];

    #[test]
    fn places_are_filled_once_and_values_stay_as_they_are() {
        let filled = Sentence::of(Tongue::German, &GREETING).fill(&[("b", &"{a}"), ("a", &7)]);
        assert_eq!(filled.to_string(), "7 grüßt {a}");
        assert_eq!(Sentence::of(Tongue::English, &GREETING).with("b", "x").to_string(), " greets x");
        let moved = Sentence::of(Tongue::English, &["Moved to {place}."; 6]);
        assert_eq!((moved.before(), moved.after()), ("Moved to ", "."));
    }

    #[test]
    fn names_stand_apart_where_one_reads_from_the_right() {
        let filled = Sentence::of(Tongue::Arabic, &GREETING).fill(&[("a", &"Ann"), ("b", &"Bob")]);
        assert_eq!(filled.to_string(), "\u{2068}Ann\u{2069} يحيي \u{2068}Bob\u{2069}");
    }
}
