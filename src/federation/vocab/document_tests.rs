//! Values in all the forms peers write them in.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::federation::vocab::{PUBLIC, is_public, parse};

fn document(value: Value) -> Document {
    Document::new(value).unwrap()
}

#[test]
fn ids_and_types_are_read_in_each_form() {
    let note = document(json!({"id": " https://peer.example/1 ", "type": ["Note", 3, "Article"]}));
    assert_eq!(note.id(), Some("https://peer.example/1"));
    assert_eq!(note.types(), ["Note", "Article"]);
    assert!(note.is_a("Article") && !note.is_a("Question"));
    let expanded = document(json!({"@id": "https://peer.example/1", "@type": "Note"}));
    assert_eq!((expanded.id(), expanded.types()), (Some("https://peer.example/1"), vec!["Note"]));
    for nothing in
        [json!({}), json!({"id": null}), json!({"id": 5}), json!({"id": ""}), json!({"id": "x".repeat(3000)})]
    {
        assert_eq!(document(nothing).id(), None);
    }
}

#[test]
fn recipients_are_strings_objects_or_lists() {
    let ids = |to: Value| {
        document(json!({"to": to})).ids_of("to").into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(ids(json!("a")), ["a"]);
    assert_eq!(ids(json!({"id": "a", "type": "Person"})), ["a"]);
    assert_eq!(
        ids(json!(["a", {"id": "b"}, {"type": "Link", "href": "c"}, null, 4, ["d"], ""])),
        ["a", "b", "c"]
    );
    assert!(ids(json!(null)).is_empty() && ids(json!({})).is_empty());
    assert_eq!(ids(json!(vec!["a"; 5000])).len(), MAX_ITEMS);
    for everybody in [PUBLIC, "as:Public", "Public"] {
        assert!(is_public(everybody));
    }
    assert!(!is_public("https://www.w3.org/ns/activitystreams#public") && !is_public(""));
}

#[test]
fn the_object_is_embedded_or_named() {
    let embedded = document(json!({"object": {"id": "https://peer.example/1", "type": "Note"}}));
    assert_eq!(embedded.object().unwrap().types(), ["Note"]);
    assert_eq!(embedded.id_of("object"), Some("https://peer.example/1"));
    assert!(Document::from(embedded.object().unwrap()).is_a("Note"));
    let named = document(json!({"object": "https://peer.example/1"}));
    assert_eq!((named.object(), named.id_of("object")), (None, Some("https://peer.example/1")));
    let listed = document(json!({"object": ["https://peer.example/1", {"id": "x"}]}));
    assert_eq!(listed.object().unwrap().id(), Some("x"));
    assert_eq!(listed.ids_of("object"), ["https://peer.example/1", "x"]);
    assert_eq!(document(json!({"tag": [{"a": 1}, "x", {"b": 2}]})).objects_of("tag").len(), 2);
}

#[test]
fn links_are_found_and_only_those_of_the_web() {
    let link = |url: Value| document(json!({"url": url})).link_of("url").map(str::to_owned);
    let page = Some("https://peer.example/p".to_owned());
    assert_eq!(link(json!("https://peer.example/p")), page);
    assert_eq!(link(json!({"type": "Link", "href": "https://peer.example/p"})), page);
    assert_eq!(link(json!({"type": "Image", "url": "https://peer.example/p"})), page);
    assert_eq!(link(json!(["magnet:?xt=1", {"href": "https://peer.example/p"}])), page);
    assert_eq!(
        link(json!([
            {"href": "https://peer.example/v.mp4", "mediaType": "video/mp4"},
            {"href": "https://peer.example/p", "mediaType": "text/html"}
        ])),
        page
    );
    for bad in
        [json!("javascript:alert(1)"), json!("/p"), json!(""), json!({"href": 4}), json!([[]]), json!(null)]
    {
        assert_eq!(link(bad.clone()), None, "{bad}");
    }
}

#[test]
fn texts_numbers_and_answers_are_read_leniently() {
    let d = document(json!({
        "name": ["x", "y"], "contentMap": {"de": "Hallo", "en": "Hello"}, "sensitive": "true", "discoverable": false,
        "totalItems": 7, "votersCount": "8", "width": 640.0, "height": -1, "half": 0.5, "huge": 1e300
    }));
    assert_eq!(d.str_of("name"), Some("x"));
    assert_eq!(
        (d.view().text_of("content"), d.view().map_of("content")),
        (Some("Hallo"), Some(("de", "Hallo")))
    );
    assert_eq!(
        (d.bool_of("sensitive"), d.bool_of("discoverable"), d.bool_of("name")),
        (Some(true), Some(false), None)
    );
    let count = |key| d.count_of(key);
    assert_eq!((count("totalItems"), count("votersCount"), count("width")), (Some(7), Some(8), Some(640)));
    assert_eq!((count("height"), count("half"), count("huge"), count("name")), (None, None, None, None));
    assert_eq!(d.view().number_of("half"), Some(0.5));
}

#[test]
fn dates_are_read_with_and_without_zone() {
    let read =
        |text: &str| document(json!({"published": text})).date_of("published").map(|date| date.to_string());
    for (text, expected) in [
        ("2024-02-29T12:30:00Z", "2024-02-29T12:30:00Z"),
        ("2024-02-29T12:30:00.123456Z", "2024-02-29T12:30:00.123456Z"),
        ("2024-02-29T12:30:00+02:00", "2024-02-29T10:30:00Z"),
        ("2024-02-29T12:30:00", "2024-02-29T12:30:00Z"),
        ("2024-02-29", "2024-02-29T00:00:00Z"),
    ] {
        assert_eq!(read(text).as_deref(), Some(expected), "{text}");
    }
    for bad in [
        "",
        "yesterday",
        "2024-02-30T00:00:00Z",
        "-000001-01-01T00:00:00Z",
        "1700000000",
        "99999-01-01T00:00:00Z",
    ] {
        assert_eq!(read(bad), None, "{bad}");
    }
}

#[test]
fn the_activity_context_is_recognised() {
    let has = |context: Value| document(json!({"@context": context})).has_activity_context();
    assert!(has(json!("https://www.w3.org/ns/activitystreams")));
    assert!(has(json!("http://www.w3.org/ns/activitystreams")));
    assert!(has(
        json!(["https://w3id.org/security/v1", {"x": "y"}, "https://www.w3.org/ns/activitystreams"])
    ));
    assert!(!has(json!("https://schema.org")) && !has(json!({})) && !has(json!(null)));
}

proptest! {
    #[test]
    fn no_document_makes_an_accessor_panic(
        parts in proptest::collection::vec("(\"id\"|\"type\"|\"url\"|\"to\"|\"x\"|:|,|[{}]|\\[|\\]|null|1e9|-1|\"https://é.example/\")", 0..20)
    ) {
        let inner = parts.concat();
        if let Ok(d) = parse(format!("{{\"url\":{inner}}}").as_bytes()) {
            let _ = (d.id(), d.types(), d.link_of("url"), d.ids_of("url"), d.object_of("url"), d.objects_of("url"));
            let _ = (d.str_of("url"), d.bool_of("url"), d.count_of("url"), d.date_of("url"), d.has_activity_context());
        }
    }
}
