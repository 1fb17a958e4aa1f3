//! Posts that are no notes: articles, pages, pictures, films, sounds and events of other software, shown as title,
//! summary and link.

use serde_json::{Value, json};

use super::follow;
use crate::support::peer::Peer;
use crate::support::{Person, Shop};

async fn stage() -> (Shop, Person, Peer) {
    let shop = Shop::start().await;
    let bob = shop.member("bob").await;
    let peer = Peer::start().await;
    peer.person("carol");
    follow(&bob, &format!("carol@{}", peer.domain())).await;
    shop.settle().await;
    let asked = peer.received_of("Follow")[0].clone();
    peer.send(shop.base(), &peer.activity("carol", "Accept", asked)).await;
    shop.settle().await;
    (shop, bob, peer)
}

/// What bob reads at home once carol has published this.
async fn published(shop: &Shop, bob: &Person, peer: &Peer, object: Value) -> Value {
    assert_eq!(peer.send(shop.base(), &peer.activity("carol", "Create", object)).await, 202);
    shop.settle().await;
    bob.get("/api/v1/timelines/home?limit=1").await.ok()[0].clone()
}

#[tokio::test]
async fn each_kind_becomes_title_summary_and_link() {
    let (shop, bob, peer) = stage().await;
    for (number, kind) in ["Article", "Page", "Event", "Image", "Video", "Audio"].into_iter().enumerate() {
        let number = number as u32;
        let page = format!("https://peer.example/{kind}");
        let object = peer.note(
            "carol",
            number,
            json!({ "type": kind, "name": format!("A <b>{kind}</b>"),
            "summary": "<p>in <em>short</em><script>x</script></p>", "content": "<p>the whole of it</p>",
            "url": page, "tag": [{ "type": "Hashtag", "name": "#news" }] }),
        );
        let seen = published(&shop, &bob, &peer, object).await;
        let content = seen["content"].as_str().unwrap();
        assert!(content.contains(&format!("A &lt;b&gt;{kind}&lt;/b&gt;")), "{content}");
        assert!(content.contains("in <em>short</em>") && !content.contains("script"), "{content}");
        assert!(content.contains(&format!("href=\"{page}\"")), "{content}");
        assert!(!content.contains("the whole"), "{content}");
        assert_eq!(
            (&seen["url"], &seen["spoiler_text"], &seen["sensitive"]),
            (&json!(page), &json!(""), &json!(false))
        );
        assert_eq!(seen["tags"][0]["name"], "news");
    }
    // Without a title, a summary, a page.
    let bare = peer.note("carol", 50, json!({ "type": "Article", "name": null, "summary": null }));
    let seen = published(&shop, &bob, &peer, bare).await;
    assert!(seen["content"].as_str().unwrap().contains(&peer.uri("/notes/50")), "{seen}");
}

#[tokio::test]
async fn a_film_leads_to_its_page_and_shows_its_file() {
    let (shop, bob, peer) = stage().await;
    let film = peer.note("carol", 1, json!({
        "type": "Video", "name": "Waves", "content": null, "duration": "PT5M",
        "attributedTo": [{ "type": "Person", "id": peer.uri("/u/carol") }, { "type": "Group", "id": peer.uri("/c/sea") }],
        "icon": [{ "type": "Image", "url": peer.uri("/waves.jpg"), "mediaType": "image/jpeg" }],
        "url": [
            { "type": "Link", "mediaType": "application/x-mpegURL", "href": peer.uri("/waves.m3u8"), "tag": [] },
            { "type": "Link", "mediaType": "video/mp4", "href": peer.uri("/waves.mp4"), "height": 720 },
            { "type": "Link", "mediaType": "text/html", "href": peer.uri("/w/waves") },
        ],
    }));
    let seen = published(&shop, &bob, &peer, film).await;
    assert_eq!(seen["url"], peer.uri("/w/waves"));
    assert!(seen["content"].as_str().unwrap().contains(&peer.uri("/w/waves")), "{seen}");
    assert_eq!(seen["account"]["username"], "carol");
    assert_eq!(seen["media_attachments"].as_array().unwrap().len(), 1);

    let picture = peer.note(
        "carol",
        2,
        json!({ "type": "Image", "name": "A harbour", "content": null,
        "url": { "type": "Link", "mediaType": "image/png", "href": peer.uri("/harbour.png") } }),
    );
    let seen = published(&shop, &bob, &peer, picture).await;
    let media = &seen["media_attachments"][0];
    assert_eq!((&media["type"], &media["remote_url"]), (&json!("image"), &json!(peer.uri("/harbour.png"))));

    let article = peer.note("carol", 3, json!({ "type": "Article", "name": "Long", "url": peer.uri("/long"),
        "attachment": [{ "type": "Document", "mediaType": "image/jpeg", "url": peer.uri("/a.jpg"), "name": "a cat" }] }));
    let seen = published(&shop, &bob, &peer, article).await;
    assert_eq!(seen["media_attachments"][0]["description"], "a cat");
}

#[tokio::test]
async fn languages_come_from_the_maps() {
    let (shop, bob, peer) = stage().await;
    for (number, (extra, language, words)) in [
        (
            json!({ "contentMap": { "sr": "<p>zdravo</p>", "en": "<p>hi</p>" }, "content": null }),
            json!("sr"),
            "zdravo",
        ),
        (
            json!({ "contentMap": { "de": "<p>hallo</p>" }, "content": "<p>selbst</p>" }),
            json!("de"),
            "selbst",
        ),
        (
            json!({ "type": "Article", "name": null, "nameMap": { "fr": "Titre" }, "content": null }),
            json!("fr"),
            "Titre",
        ),
        (json!({ "summaryMap": { "es": "ojo" }, "content": "<p>x</p>" }), json!("es"), "x"),
        (json!({ "contentMap": { "nonsense-language": "<p>a</p>" } }), Value::Null, "note"),
        (json!({ "contentMap": [1], "content": "<p>b</p>" }), Value::Null, "b"),
        (json!({ "contentMap": { "en": 7 }, "content": "<p>c</p>" }), Value::Null, "c"),
    ]
    .into_iter()
    .enumerate()
    {
        let object = peer.note("carol", number as u32, extra.clone());
        let seen = published(&shop, &bob, &peer, object).await;
        assert_eq!(seen["language"], language, "{extra}");
        assert!(seen["content"].as_str().unwrap().contains(words), "{extra}: {seen}");
    }
}
