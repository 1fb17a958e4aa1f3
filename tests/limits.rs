//! The numbers of behaviours §3 at their edge: what just fits is taken, one more is refused or cut. Those of posts, polls,
//! filters, threads and pages stand beside the tests of their features.

use std::time::Duration;

use serde_json::{Value, json};
use shop::features::accounts::table::{ACCOUNTS, STATS};
use shop::features::relationships::FOLLOW_LIMIT;
use shop::platform::ids::AccountId;

use crate::support::peer::Peer;
use crate::support::{Person, SCOPES, Shop, pictures};

const CREDENTIALS: &str = "/api/v1/accounts/update_credentials";

fn account(person: &Person) -> AccountId {
    person.id.parse().unwrap()
}

#[tokio::test]
async fn a_bio_counts_links_as_23_and_far_mentions_by_their_name() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let link = format!("https://example.com/{}", "x".repeat(900));
    let bio = |letters: usize, rest: &str| json!({ "note": format!("{} {rest}", "y".repeat(letters)) });
    alice.patch(CREDENTIALS, bio(476, &link)).await.ok();
    alice.patch(CREDENTIALS, bio(477, &link)).await.error(422);
    alice.patch(CREDENTIALS, bio(495, "@bob@far.example")).await.ok();
    alice.patch(CREDENTIALS, bio(496, "@bob@far.example")).await.error(422);
    alice.patch(CREDENTIALS, json!({ "header_description": "ä".repeat(150) })).await.ok();
    alice.patch(CREDENTIALS, json!({ "header_description": "ä".repeat(151) })).await.error(422);
    let sites = |count: usize| -> Value { (0..count).map(|n| format!("site{n}.example")).collect() };
    alice.patch(CREDENTIALS, json!({ "attribution_domains": sites(100) })).await.ok();
    alice.patch(CREDENTIALS, json!({ "attribution_domains": sites(101) })).await.error(422);
}

#[tokio::test]
async fn names_and_passwords_have_a_least_and_a_most() {
    let shop = Shop::start_with("[registrations]\nmode = \"approval\"").await;
    let app = shop.app_token(SCOPES).await;
    let draft = |name: &str, password: &str, reason: &str| {
        json!({ "username": name, "email": format!("{name}@example.com"), "password": password,
            "reason": reason, "agreement": true, "locale": "en" })
    };
    let (name, reason) = ("a".repeat(30), "é".repeat(420));
    app.post("/api/v1/accounts", draft(&name, "12345678", &reason)).await.ok();
    app.post("/api/v1/accounts", draft("b", &"x".repeat(72), "")).await.ok();
    for (name, password, reason) in [
        ("c".repeat(31), "12345678".to_owned(), String::new()),
        ("d".to_owned(), "1234567".to_owned(), String::new()),
        ("e".to_owned(), "x".repeat(73), String::new()),
        // Bytes count, not letters.
        ("f".to_owned(), "é".repeat(37), String::new()),
        ("g".to_owned(), "12345678".to_owned(), "é".repeat(421)),
    ] {
        app.post("/api/v1/accounts", draft(&name, &password, &reason)).await.error(422);
    }
}

#[tokio::test]
async fn applications_have_short_names_and_addresses() {
    let shop = Shop::start().await;
    let register = async |name: usize, back: usize, site: usize| {
        let long = |length: usize| format!("https://a.example/{}", "x".repeat(length - 18));
        let body =
            json!({ "client_name": "n".repeat(name), "redirect_uris": long(back), "website": long(site) });
        shop.anon().post("/api/v1/apps", body).await.status()
    };
    assert_eq!(register(60, 2_000, 2_000).await, 200);
    for (name, back, site) in [(61, 100, 100), (60, 2_001, 100), (60, 100, 2_001)] {
        assert_eq!(register(name, back, site).await, 422, "{name} {back} {site}");
    }
}

#[tokio::test]
async fn what_one_keeps_is_counted() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let note = format!("/api/v1/accounts/{}/note", bob.id);
    alice.post(&note, json!({ "comment": "é".repeat(2_000) })).await.ok();
    alice.post(&note, json!({ "comment": "é".repeat(2_001) })).await.error(422);
    let mut pictures = Vec::new();
    for _ in 0..5 {
        let file = ("file", "cat.png", "image/png", pictures::png(16, 16));
        pictures.push(alice.upload("/api/v2/media", &[], file).await.ok()["id"].clone());
    }
    let post = |ids: &[Value]| json!({ "status": "look", "media_ids": ids });
    alice.post("/api/v1/statuses", post(&pictures)).await.error(422);
    alice.post("/api/v1/statuses", post(&pictures[..4])).await.ok();
}

#[tokio::test]
async fn three_hundred_posts_wait_at_most() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let noon = Duration::from_secs(shop.clock().now().seconds() / 86_400 * 86_400 + 43_200);
    let schedule = async |day: u64, minute: u64| {
        let at =
            shop::platform::clock::Millis(0).plus(noon + Duration::from_secs(day * 86_400 + minute * 60));
        let body = json!({ "status": format!("{day} {minute}"), "scheduled_at": at.dt() });
        alice.post("/api/v1/statuses", body).await
    };
    for day in 1..=12 {
        for minute in 0..25 {
            schedule(day, minute).await.ok();
        }
        schedule(day, 25).await.error(422);
    }
    schedule(13, 0).await.error(422);
}

#[tokio::test]
async fn one_follows_7500_or_a_tenth_more_than_follow_back() {
    let shop = Shop::start().await;
    let (alice, bob, carol) =
        (shop.member("alice").await, shop.member("bob").await, shop.member("carol").await);
    let id = account(&alice);
    let stand = async |following: u64, followers: u64| {
        let set = shop.app().write(move |tx| {
            STATS.edit(tx, &id, |stats| (stats.following, stats.followers) = (following, followers))?;
            Ok(())
        });
        set.await.unwrap();
    };
    let follow =
        async |who: &Person| alice.post(&format!("/api/v1/accounts/{}/follow", who.id), json!({})).await;
    alice.follows(&bob).await;
    alice.post(&format!("/api/v1/accounts/{}/unfollow", bob.id), json!({})).await.ok();
    stand(FOLLOW_LIMIT - 1, 0).await;
    follow(&bob).await.ok();
    follow(&carol).await.error(422);
    stand(8_799, 8_000).await;
    follow(&carol).await.ok();
    alice.post(&format!("/api/v1/accounts/{}/unfollow", carol.id), json!({})).await.ok();
    stand(8_800, 8_000).await;
    follow(&carol).await.error(422);
    follow(&bob).await.ok();
}

#[tokio::test]
async fn strangers_profiles_are_cut_at_their_own_limits() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let peer = Peer::start().await;
    let field = |n: usize| json!({ "type": "PropertyValue", "name": format!("n{n}"), "value": "v" });
    let uri = peer.person_like(
        "bob",
        json!({
            "name": "n".repeat(2_049),
            "summary": format!("<p>{}</p>", "s".repeat(30 * 1024)),
            "attachment": (0..51).map(field).collect::<Vec<_>>(),
            "alsoKnownAs": (0..257).map(|n| format!("https://far.example/{n}")).collect::<Vec<_>>(),
            "attributionDomains": (0..257).map(|n| format!("site{n}.example")).collect::<Vec<_>>(),
        }),
    );
    let path = format!("/api/v1/accounts/search?resolve=true&q=bob@{}", peer.domain());
    let bob = alice.get(&path).await.ok()[0].clone();
    assert_eq!(bob["uri"], uri);
    assert_eq!(bob["display_name"].as_str().unwrap().len(), 2_048);
    assert!(bob["note"].as_str().unwrap().len() <= 20 * 1024 + 16);
    assert!(bob["note"].as_str().unwrap().len() > 20 * 1024 - 16);
    assert_eq!(bob["fields"].as_array().unwrap().len(), 50);
    let id: AccountId = bob["id"].as_str().unwrap().parse().unwrap();
    let kept = ACCOUNTS.get(&shop.app().read().unwrap(), &id).unwrap().unwrap();
    assert_eq!((kept.also_known_as.len(), kept.attribution_domains.len()), (256, 256));
    peer.person(&"x".repeat(2_049));
    let path = format!("/api/v1/accounts/search?resolve=true&q={}@{}", "x".repeat(2_049), peer.domain());
    assert_eq!(alice.get(&path).await.ok(), json!([]));
}

#[tokio::test]
async fn strangers_posts_are_cut_at_their_own_limits() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let peer = Peer::start().await;
    peer.person("bob");
    let picture = |n: usize| {
        json!({ "type": "Document", "mediaType": "image/png", "url": peer.uri(&format!("/{n}.png")),
            "name": "d".repeat(10_001) })
    };
    let option =
        |n: usize| json!({ "type": "Note", "name": format!("option {n}"), "replies": { "totalItems": 0 } });
    let end = shop.clock().now().plus(Duration::from_secs(3_600)).dt0();
    let attached = json!({ "attachment": (0..5).map(picture).collect::<Vec<_>>() });
    let asked =
        json!({ "type": "Question", "oneOf": (0..501).map(option).collect::<Vec<_>>(), "endTime": end });
    let mut found = Vec::new();
    for (number, extra) in [(1, attached), (2, asked)] {
        let note = peer.note("bob", number, extra);
        let uri = note["id"].as_str().unwrap().to_owned();
        peer.show(&format!("/notes/{number}"), note);
        let path = format!("/api/v2/search?resolve=true&type=statuses&q={uri}");
        found.push(alice.get(&path).await.ok()["statuses"][0].clone());
    }
    let media = found[0]["media_attachments"].as_array().unwrap();
    assert_eq!(media.len(), 4);
    assert_eq!(media[0]["description"].as_str().unwrap().len(), 10_000);
    assert_eq!(found[1]["poll"]["options"].as_array().unwrap().len(), 500);
}

#[tokio::test]
async fn a_report_from_afar_has_5000_letters() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let peer = Peer::start().await;
    peer.person("mod");
    let me = alice.says("hm").await["account"]["uri"].clone();
    let mut flag = peer.activity("mod", "Flag", json!([me]));
    flag["content"] = json!("é".repeat(5_001));
    assert_eq!(peer.send(shop.base(), &flag).await, 202);
    shop.settle().await;
    let reports = shop::features::reports::table::REPORTS
        .page(&shop.app().read().unwrap(), &shop_storage::Window::all())
        .unwrap();
    assert_eq!(reports[0].1.comment.chars().count(), 5_000);
}
