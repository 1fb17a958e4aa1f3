//! The `@context` of the documents we send: only the terms that a document uses (behaviours §18).

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::ACTIVITY_STREAMS;

/// A group of terms that are used together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Term {
    /// `manuallyApprovesFollowers`.
    ManuallyApprovesFollowers,
    /// `sensitive`.
    Sensitive,
    /// The `Hashtag` type.
    Hashtag,
    /// `movedTo`.
    MovedTo,
    /// `alsoKnownAs`.
    AlsoKnownAs,
    /// `featured`.
    Featured,
    /// `featuredTags`.
    FeaturedTags,
    /// The `Emoji` type.
    Emoji,
    /// `blurhash`.
    Blurhash,
    /// `focalPoint`.
    FocalPoint,
    /// `discoverable`.
    Discoverable,
    /// `indexable`.
    Indexable,
    /// `memorial`.
    Memorial,
    /// `suspended`.
    Suspended,
    /// `votersCount`.
    VotersCount,
    /// `showFeatured`, `showMedia`, `showRepliesInMedia`.
    ProfileTabs,
    /// `attributionDomains`.
    AttributionDomains,
    /// `PropertyValue` with `value`, for profile fields.
    PropertyValue,
    /// `atomUri`, `inReplyToAtomUri`, `conversation`.
    Ostatus,
    /// `quote`, `quoteUri`, `_misskey_quote`, `quoteAuthorization`.
    Quote,
    /// The `QuoteRequest` type.
    QuoteRequest,
    /// The `QuoteAuthorization` type with `interactingObject` and `interactionTarget`.
    QuoteAuthorization,
    /// `interactionPolicy` with `canQuote`, `automaticApproval`, `manualApproval`.
    InteractionPolicy,
    /// `canFeature`.
    CanFeature,
    /// `featuredCollections`.
    FeaturedCollections,
    /// `FeatureRequest` and the other words of collections of accounts.
    Collections,
}

const TOOT: (&str, &str) = ("toot", "http://joinmastodon.org/ns#");
const GTS: (&str, &str) = ("gts", "https://gotosocial.org/ns#");

/// The terms of profiles' featured collections under `https://w3id.org/fep/7aa9#`.
const COLLECTION_TERMS: [&str; 5] =
    ["FeatureRequest", "FeaturedCollection", "FeaturedItem", "FeatureAuthorization", "topic"];

impl Term {
    /// All of them.
    const ALL: [Self; 26] = [
        Self::ManuallyApprovesFollowers,
        Self::Sensitive,
        Self::Hashtag,
        Self::MovedTo,
        Self::AlsoKnownAs,
        Self::Featured,
        Self::FeaturedTags,
        Self::Emoji,
        Self::Blurhash,
        Self::FocalPoint,
        Self::Discoverable,
        Self::Indexable,
        Self::Memorial,
        Self::Suspended,
        Self::VotersCount,
        Self::ProfileTabs,
        Self::AttributionDomains,
        Self::PropertyValue,
        Self::Ostatus,
        Self::Quote,
        Self::QuoteRequest,
        Self::QuoteAuthorization,
        Self::InteractionPolicy,
        Self::CanFeature,
        Self::FeaturedCollections,
        Self::Collections,
    ];

    fn define(self, terms: &mut Map<String, Value>) {
        let mut simple = |name: &str, iri: &str| {
            terms.insert(name.to_owned(), Value::from(iri));
        };
        match self {
            Self::ManuallyApprovesFollowers => {
                simple("manuallyApprovesFollowers", "as:manuallyApprovesFollowers")
            }
            Self::Sensitive => simple("sensitive", "as:sensitive"),
            Self::Hashtag => simple("Hashtag", "as:Hashtag"),
            Self::MovedTo => id(terms, "movedTo", "as:movedTo"),
            Self::AlsoKnownAs => id(terms, "alsoKnownAs", "as:alsoKnownAs"),
            Self::Featured => toot_id(terms, "featured"),
            Self::FeaturedTags => toot_id(terms, "featuredTags"),
            Self::Emoji => toot(terms, &["Emoji"]),
            Self::Blurhash => toot(terms, &["blurhash"]),
            Self::Discoverable => toot(terms, &["discoverable"]),
            Self::Indexable => toot(terms, &["indexable"]),
            Self::Memorial => toot(terms, &["memorial"]),
            Self::Suspended => toot(terms, &["suspended"]),
            Self::VotersCount => toot(terms, &["votersCount"]),
            Self::ProfileTabs => toot(terms, &["showFeatured", "showMedia", "showRepliesInMedia"]),
            Self::FocalPoint => {
                prefix(terms, TOOT);
                terms.insert("focalPoint".into(), json!({"@container": "@list", "@id": "toot:focalPoint"}));
            }
            Self::AttributionDomains => {
                prefix(terms, TOOT);
                let definition = json!({"@container": "@set", "@id": "toot:attributionDomains"});
                terms.insert("attributionDomains".into(), definition);
            }
            Self::PropertyValue => {
                // Not https and with the number sign, or peers cannot read the fields.
                simple("schema", "http://schema.org#");
                simple("PropertyValue", "schema:PropertyValue");
                simple("value", "schema:value");
            }
            Self::Ostatus => {
                simple("ostatus", "http://ostatus.org#");
                simple("atomUri", "ostatus:atomUri");
                simple("inReplyToAtomUri", "ostatus:inReplyToAtomUri");
                simple("conversation", "ostatus:conversation");
            }
            Self::Quote => {
                id(terms, "quote", "https://w3id.org/fep/044f#quote");
                terms.insert("quoteUri".into(), Value::from("http://fedibird.com/ns#quoteUri"));
                terms.insert(
                    "_misskey_quote".into(),
                    Value::from("https://misskey-hub.net/ns#_misskey_quote"),
                );
                id(terms, "quoteAuthorization", "https://w3id.org/fep/044f#quoteAuthorization");
            }
            Self::QuoteRequest => simple("QuoteRequest", "https://w3id.org/fep/044f#QuoteRequest"),
            Self::QuoteAuthorization => {
                simple("QuoteAuthorization", "https://w3id.org/fep/044f#QuoteAuthorization");
                gts_ids(terms, &["interactingObject", "interactionTarget"]);
            }
            Self::InteractionPolicy => {
                gts_ids(terms, &["interactionPolicy", "canQuote", "automaticApproval", "manualApproval"]);
            }
            Self::Collections => {
                for name in COLLECTION_TERMS {
                    simple(name, &format!("https://w3id.org/fep/7aa9#{name}"));
                }
                for name in ["featuredObject", "featureAuthorization"] {
                    id(terms, name, &format!("https://w3id.org/fep/7aa9#{name}"));
                }
            }
            Self::CanFeature => id(terms, "canFeature", "https://w3id.org/fep/7aa9#canFeature"),
            Self::FeaturedCollections => {
                id(terms, "featuredCollections", "https://w3id.org/fep/7aa9#featuredCollections");
            }
        }
    }
}

fn prefix(terms: &mut Map<String, Value>, (name, iri): (&str, &str)) {
    terms.insert(name.to_owned(), Value::from(iri));
}

fn id(terms: &mut Map<String, Value>, name: &str, iri: &str) {
    terms.insert(name.to_owned(), json!({"@id": iri, "@type": "@id"}));
}

fn toot(terms: &mut Map<String, Value>, names: &[&str]) {
    prefix(terms, TOOT);
    for name in names {
        terms.insert((*name).to_owned(), Value::from(format!("toot:{name}")));
    }
}

fn toot_id(terms: &mut Map<String, Value>, name: &str) {
    prefix(terms, TOOT);
    id(terms, name, &format!("toot:{name}"));
}

fn gts_ids(terms: &mut Map<String, Value>, names: &[&str]) {
    prefix(terms, GTS);
    for name in names {
        id(terms, name, &format!("gts:{name}"));
    }
}

/// Collects what a document needs and builds its `@context`.
#[derive(Clone, Debug, Default)]
pub struct Context {
    actor: bool,
    terms: BTreeSet<Term>,
}

impl Context {
    /// The context of anything but an actor.
    pub fn new() -> Self {
        Self::default()
    }

    /// The context of an actor: with the vocabularies of keys and of its handle.
    pub fn actor() -> Self {
        Self { actor: true, ..Self::default() }
    }

    /// The context of anything at all: every term that any document of ours uses.
    pub fn full() -> Self {
        Self { actor: true, terms: Term::ALL.into_iter().collect() }
    }

    /// Adds a term; adding it again changes nothing.
    pub fn with(mut self, term: Term) -> Self {
        self.add(term);
        self
    }

    /// Adds a term while a document is being built.
    pub fn add(&mut self, term: Term) {
        self.terms.insert(term);
    }

    /// Takes over the needs of an embedded object.
    pub fn merge(&mut self, other: &Self) {
        self.actor |= other.actor;
        self.terms.extend(&other.terms);
    }

    /// The value of `@context`: one string where nothing else is needed, else a list. The same terms always give the
    /// same value, in whatever order they were added.
    pub fn build(&self) -> Value {
        let mut parts = vec![Value::from(ACTIVITY_STREAMS)];
        if self.actor {
            parts.push(Value::from("https://w3id.org/security/v1"));
            parts.push(Value::from("https://purl.archive.org/socialweb/webfinger"));
        }
        if !self.terms.is_empty() {
            let mut terms = Map::new();
            for term in &self.terms {
                term.define(&mut terms);
            }
            parts.push(Value::Object(terms));
        }
        match <[Value; 1]>::try_from(parts) {
            Ok([only]) => only,
            Err(several) => Value::Array(several),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_needed_terms_are_defined() {
        assert_eq!(Context::new().build(), json!("https://www.w3.org/ns/activitystreams"));
        let mut note = Context::new().with(Term::Sensitive).with(Term::Blurhash);
        note.merge(&Context::new().with(Term::FocalPoint).with(Term::Sensitive));
        assert_eq!(
            note.build(),
            json!(["https://www.w3.org/ns/activitystreams", {
                "sensitive": "as:sensitive",
                "toot": "http://joinmastodon.org/ns#",
                "blurhash": "toot:blurhash",
                "focalPoint": {"@container": "@list", "@id": "toot:focalPoint"}
            }])
        );
    }

    #[test]
    fn actors_bring_the_vocabularies_of_keys_and_handles() {
        let actor = Context::actor().with(Term::PropertyValue).with(Term::Featured).build();
        assert_eq!(
            actor,
            json!(["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1",
                "https://purl.archive.org/socialweb/webfinger", {
                "toot": "http://joinmastodon.org/ns#",
                "featured": {"@id": "toot:featured", "@type": "@id"},
                "schema": "http://schema.org#",
                "PropertyValue": "schema:PropertyValue",
                "value": "schema:value"
            }])
        );
    }

    #[test]
    fn every_prefix_a_term_uses_is_defined_with_it() {
        for term in Term::ALL {
            let mut terms = Map::new();
            term.define(&mut terms);
            for (name, definition) in &terms {
                let iri = definition.as_str().or_else(|| definition["@id"].as_str()).unwrap_or_default();
                let (prefix, rest) = iri.split_once(':').unwrap_or_default();
                let known = matches!(prefix, "as" | "http" | "https") || terms.contains_key(prefix);
                assert!(known && !rest.is_empty(), "{term:?}: {name} is {iri:?}");
            }
        }
    }
    #[test]
    fn all_terms_are_listed_and_the_full_context_defines_them() {
        assert_eq!(Term::ALL.len(), Term::Collections as usize + 1);
        assert!(Term::ALL.is_sorted());
        let full = Context::full().build();
        let listed = full.as_array().unwrap();
        assert_eq!(listed[1], "https://w3id.org/security/v1");
        for name in ["toot", "blurhash", "quoteUri", "canFeature", "FeaturedItem", "atomUri", "Emoji"] {
            assert!(listed[3].get(name).is_some(), "{name}");
        }
    }
}
