//! Documents we write: their context, and collections in the shapes of behaviours §18.

use serde_json::{Map, Value, json};

use super::vocab::{Context, Term};

/// How deep a document of ours is searched for terms; none nests deeper.
const DEPTH: usize = 6;

/// Puts the context in front of a document, with just the terms that it uses.
pub fn with_context(document: Value) -> Value {
    let Value::Object(body) = document else { return document };
    let base = if body.contains_key("publicKey") { Context::actor() } else { Context::new() };
    let context = body.iter().fold(base, |context, (name, value)| needs(context, name, value, DEPTH));
    let mut map = Map::with_capacity(body.len() + 1);
    map.insert("@context".into(), context.build());
    map.extend(body);
    Value::Object(map)
}

fn needs(mut context: Context, name: &str, value: &Value, depth: usize) -> Context {
    if let Some(term) = property(name) {
        context.add(term);
    }
    match value {
        Value::String(kind) if name == "type" => {
            if let Some(term) = class(kind) {
                context.add(term);
            }
            context
        }
        Value::Array(items) if depth > 0 => {
            items.iter().fold(context, |context, item| needs(context, "", item, depth - 1))
        }
        Value::Object(map) if depth > 0 => {
            map.iter().fold(context, |context, (name, value)| needs(context, name, value, depth - 1))
        }
        _ => context,
    }
}

fn property(name: &str) -> Option<Term> {
    Some(match name {
        "manuallyApprovesFollowers" => Term::ManuallyApprovesFollowers,
        "sensitive" => Term::Sensitive,
        "movedTo" => Term::MovedTo,
        "alsoKnownAs" => Term::AlsoKnownAs,
        "featured" => Term::Featured,
        "featuredTags" => Term::FeaturedTags,
        "showMedia" | "showRepliesInMedia" | "showFeatured" => Term::ProfileTabs,
        "blurhash" => Term::Blurhash,
        "focalPoint" => Term::FocalPoint,
        "discoverable" => Term::Discoverable,
        "indexable" => Term::Indexable,
        "memorial" => Term::Memorial,
        "suspended" => Term::Suspended,
        "attributionDomains" => Term::AttributionDomains,
        "votersCount" => Term::VotersCount,
        "quote" | "quoteUri" | "_misskey_quote" | "quoteAuthorization" => Term::Quote,
        "interactionPolicy" => Term::InteractionPolicy,
        "interactingObject" | "interactionTarget" => Term::QuoteAuthorization,
        "canFeature" => Term::CanFeature,
        "featuredCollections" => Term::FeaturedCollections,
        "topic" | "featuredObject" | "featureAuthorization" => Term::Collections,
        "atomUri" | "inReplyToAtomUri" | "conversation" => Term::Ostatus,
        _ => return None,
    })
}

fn class(kind: &str) -> Option<Term> {
    match kind {
        "Hashtag" => Some(Term::Hashtag),
        "Emoji" => Some(Term::Emoji),
        "PropertyValue" => Some(Term::PropertyValue),
        "QuoteRequest" => Some(Term::QuoteRequest),
        "QuoteAuthorization" => Some(Term::QuoteAuthorization),
        "FeaturedCollection" | "FeaturedItem" | "FeatureRequest" | "FeatureAuthorization" => {
            Some(Term::Collections)
        }
        _ => None,
    }
}

/// A collection that tells its size, and where its pages start when it shows any.
pub fn collection(id: &str, total: u64, first: Option<&str>, last: Option<&str>) -> Value {
    let mut map = Map::new();
    map.insert("id".into(), id.into());
    map.insert("type".into(), "OrderedCollection".into());
    map.insert("totalItems".into(), total.into());
    for (name, page) in [("first", first), ("last", last)] {
        if let Some(page) = page {
            map.insert(name.into(), format!("{id}?{page}").into());
        }
    }
    with_context(Value::Object(map))
}

/// A page of a collection.
#[derive(Debug, Default)]
pub struct Page<'a> {
    /// The collection.
    pub of: &'a str,
    /// This page's query.
    pub query: &'a str,
    /// Whether the order of the items means something.
    pub ordered: bool,
    /// The query of the page after this one.
    pub next: Option<String>,
    /// The query of the page before this one.
    pub prev: Option<String>,
    /// What is on the page.
    pub items: Vec<Value>,
}

impl Page<'_> {
    /// The document.
    pub fn document(self) -> Value {
        let (kind, items) = if self.ordered {
            ("OrderedCollectionPage", "orderedItems")
        } else {
            ("CollectionPage", "items")
        };
        let mut map = Map::new();
        map.insert("id".into(), format!("{}?{}", self.of, self.query).into());
        map.insert("type".into(), kind.into());
        map.insert("partOf".into(), self.of.into());
        for (name, page) in [("next", self.next), ("prev", self.prev)] {
            if let Some(page) = page {
                map.insert(name.into(), format!("{}?{page}", self.of).into());
            }
        }
        map.insert(items.into(), Value::Array(self.items));
        with_context(Value::Object(map))
    }
}

/// An unordered collection that tells only its size: likes and shares.
pub fn totals(id: &str, total: u64) -> Value {
    with_context(json!({ "id": id, "type": "Collection", "totalItems": total }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_names_the_terms_it_uses_and_no_others() {
        let plain = with_context(json!({ "type": "Follow", "actor": "https://a.example/1" }));
        assert_eq!(plain["@context"], "https://www.w3.org/ns/activitystreams");
        let create = with_context(json!({
            "type": "Create",
            "object": { "type": "Note", "sensitive": false, "tag": [{ "type": "Hashtag" }] },
        }));
        let terms = create["@context"][1].as_object().unwrap();
        assert!(terms.contains_key("sensitive") && terms.contains_key("Hashtag"));
        assert!(!terms.contains_key("blurhash"));
        assert_eq!(create.as_object().unwrap().keys().next().unwrap(), "@context");
    }
}
