//! The languages in which the server itself speaks to its members: those of the web app.

/// A language of the server.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Tongue {
    /// English, for everybody whose language is not here.
    #[default]
    English,
    /// German.
    German,
    /// French.
    French,
    /// Spanish.
    Spanish,
    /// Japanese.
    Japanese,
    /// Arabic.
    Arabic,
}

/// The same words in all languages, in the order of [`Tongue::ALL`]: one language less does not compile.
pub type Words = Each<&'static str>;
/// Something for each language, in the order of [`Tongue::ALL`].
pub type Each<T> = [T; 6];

impl Tongue {
    /// All of them, in the order in which [`Words`] are written.
    pub const ALL: Each<Self> =
        [Self::English, Self::German, Self::French, Self::Spanish, Self::Japanese, Self::Arabic];

    /// The language of a person by the locale of their settings, whatever its region or script: `de-AT` is German.
    pub fn of(locale: &str) -> Self {
        Self::known(locale).unwrap_or_default()
    }

    /// The same; `None` for a language that is not here.
    pub fn known(locale: &str) -> Option<Self> {
        let language = locale.split(['-', '_']).next().unwrap_or_default();
        Self::ALL.into_iter().find(|one| one.code().eq_ignore_ascii_case(language))
    }

    /// The first language of `asked` that is here, else English. `*` is any language, so English too.
    pub fn first<'a>(asked: impl IntoIterator<Item = &'a str>) -> Self {
        let found =
            asked.into_iter().map(|one| if one == "*" { Some(Self::English) } else { Self::known(one) });
        found.flatten().next().unwrap_or_default()
    }

    /// ISO 639.
    pub const fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
            Self::French => "fr",
            Self::Spanish => "es",
            Self::Japanese => "ja",
            Self::Arabic => "ar",
        }
    }

    /// Which way it is written, as the attribute `dir` of HTML says it.
    pub const fn direction(self) -> &'static str {
        match self {
            Self::Arabic => "rtl",
            _ => "ltr",
        }
    }

    /// What there is for this language.
    pub const fn pick<T>(self, each: &Each<T>) -> &T {
        let [english, german, french, spanish, japanese, arabic] = each;
        match self {
            Self::English => english,
            Self::German => german,
            Self::French => french,
            Self::Spanish => spanish,
            Self::Japanese => japanese,
            Self::Arabic => arabic,
        }
    }

    /// The words in this language.
    pub const fn say(self, words: &Words) -> &'static str {
        self.pick::<&'static str>(words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locales_lead_to_languages_and_strange_ones_to_english() {
        for (locale, tongue) in [
            ("de", Tongue::German),
            ("de-AT", Tongue::German),
            ("FR_ca", Tongue::French),
            ("es-419", Tongue::Spanish),
            ("ja", Tongue::Japanese),
            ("ar-EG", Tongue::Arabic),
            ("en-GB", Tongue::English),
            ("pt", Tongue::English),
            ("", Tongue::English),
            ("-de", Tongue::English),
            ("deutsch", Tongue::English),
        ] {
            assert_eq!(Tongue::of(locale), tongue, "{locale}");
        }
    }

    #[test]
    fn the_first_language_that_is_here_counts() {
        for (asked, tongue) in [
            (["pt", "fr", "de"].as_slice(), Tongue::French),
            (&["pt", "*", "de"], Tongue::English),
            (&["de-CH"], Tongue::German),
            (&["pt", "nl"], Tongue::English),
            (&[], Tongue::English),
        ] {
            assert_eq!(Tongue::first(asked.iter().copied()), tongue, "{asked:?}");
        }
    }

    #[test]
    fn words_stand_in_the_order_of_the_languages() {
        let codes = Tongue::ALL.map(Tongue::code);
        assert_eq!(Tongue::ALL.map(|tongue| tongue.say(&codes)), codes);
    }
}
