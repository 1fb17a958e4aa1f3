//! Links on profiles: verified when the page behind points back, and never because of anything else on it.

use std::time::Duration;

use serde_json::{Value, json};

use crate::cards::Site;
use crate::support::{Person, Shop};

async fn set(person: &Person, lines: &[(&str, &str)]) {
    let lines: Vec<Value> = lines.iter().map(|(name, value)| json!({"name": name, "value": value})).collect();
    let body = json!({"fields_attributes": lines});
    person.patch("/api/v1/accounts/update_credentials", body).await.ok();
}

/// Which lines of a profile bear a check mark.
async fn marks(reader: &Person, id: &str) -> Vec<bool> {
    let account = reader.get(&format!("/api/v1/accounts/{id}")).await.ok();
    account["fields"].as_array().unwrap().iter().map(|field| field["verified_at"].is_string()).collect()
}

fn back(shop: &Shop, name: &str) -> String {
    format!("<p>hi</p><a href='{}/@{name}' rel='nofollow ME'>me</a>", shop.base())
}

#[tokio::test]
async fn a_page_that_points_back_verifies_the_link_until_it_changes() {
    let (shop, site) = (Shop::start().await, Site::start().await);
    let alice = shop.member("alice").await;
    let home = site.page("/", &back(&shop, "Alice"));
    let other = site.page("/other", "<a href=/>nothing</a>");
    set(&alice, &[("home", &home), ("other", &other), ("word", "just text")]).await;
    shop.settle().await;
    assert_eq!(marks(&shop.anon(), &alice.id).await, [true, false, false]);
    let source = alice.get("/api/v1/accounts/verify_credentials").await.ok();
    assert_eq!(source["source"]["fields"][0]["value"], json!(home));
    let since = source["source"]["fields"][0]["verified_at"].clone();
    assert!(since.as_str().unwrap().ends_with('Z'), "{since}");
    // The mark stays with the value, and a page is not asked again for it.
    site.page("/", "gone");
    shop.clock().advance(Duration::from_secs(60));
    set(&alice, &[("web", &home), ("other", &other)]).await;
    shop.settle().await;
    let again = alice.get("/api/v1/accounts/verify_credentials").await.ok();
    assert_eq!(again["source"]["fields"][0]["verified_at"], since);
    assert_eq!((site.asked("/"), site.asked("/other")), (1, 2), "what is not verified is looked at again");
    // Another value begins anew, also when it is the former one that comes back.
    set(&alice, &[("web", &other)]).await;
    set(&alice, &[("web", &home)]).await;
    shop.settle().await;
    assert_eq!(marks(&shop.anon(), &alice.id).await, [false]);
}

#[tokio::test]
async fn the_first_link_about_the_owner_may_lead_to_the_profile() {
    let (shop, site) = (Shop::start().await, Site::start().await);
    let alice = shop.member("alice").await;
    site.redirect("/to-alice", &format!("{}/@alice", shop.base()));
    site.redirect("/to-bob", &format!("{}/@bob", shop.base()));
    site.redirect("/twice", "/to-alice");
    let first = site.page("/first", "<link rel=me href=/to-alice>");
    let second = site.page("/second", "<link rel=me href=/to-bob><a rel=me href=/to-alice>x</a>");
    let chain = site.page("/chain", "<link rel=me href=/twice>");
    let plain = site.page("/plain", "<link rel=me href=/first>");
    set(&alice, &[("1", &first), ("2", &second), ("3", &chain), ("4", &plain)]).await;
    shop.settle().await;
    assert_eq!(marks(&shop.anon(), &alice.id).await, [true, false, false, false]);
}

#[tokio::test]
async fn hostile_pages_verify_nothing() {
    let (shop, site) = (Shop::start().await, Site::start().await);
    let alice = shop.member("alice").await;
    let profile = format!("{}/@alice", shop.base());
    let link = format!("<a rel=me href='{profile}'>x</a>");
    let pages = [
        site.page("/large", &format!("{}{link}", " ".repeat(1024 * 1024))),
        site.show("/text", "text/plain", link.clone()),
        site.url("/nowhere"),
        site.redirect("/loop", "/loop"),
        site.page(
            "/script",
            &format!("<script>\"{link}\"</script><!-- {link} --><textarea>{link}</textarea>"),
        ),
        site.page("/no-rel", &format!("<a href='{profile}'>x</a><a rel=meme href='{profile}'>x</a>")),
        site.page("/near", &format!("<a rel=me href='{profile}2'>x</a><a rel=me href='{profile}/'>x</a>")),
        site.page("/odd", "<a rel=me href='javascript:x'>x</a><a rel=me href='http://['>x</a>"),
        site.page("/inward", "<a rel=me href='http://169.254.169.254/latest'>x</a>"),
        site.page("/deep", &format!("{}{link}", "<a rel=me href=/x>".repeat(20_000))),
        site.show("/bytes", "text/html", vec![0xff; 4096]),
        site.page("/broken", "<a rel=me href='"),
    ];
    for pages in pages.chunks(4) {
        let lines: Vec<(&str, &str)> = pages.iter().map(|page| ("x", page.as_str())).collect();
        set(&alice, &lines).await;
        shop.settle().await;
        assert_eq!(marks(&shop.anon(), &alice.id).await, [false; 4], "{pages:?}");
    }
}

#[tokio::test]
async fn what_is_no_plain_address_is_not_even_asked_for() {
    let (shop, site) = (Shop::start().await, Site::start().await);
    let alice = shop.member("alice").await;
    let home = site.page("/home", &back(&shop, "alice"));
    let named = home.replace("http://", "http://alice:secret@");
    let upper = home.replace("localhost", "LocalHost");
    let dots = home.replace("/home", "/x/../home");
    set(&alice, &[("a", &named), ("b", &upper), ("c", &dots), ("d", &format!("see {home}"))]).await;
    shop.settle().await;
    assert_eq!(marks(&shop.anon(), &alice.id).await, [false; 4]);
    assert_eq!(site.asked("/home"), 0);
}

#[tokio::test]
async fn links_of_other_servers_are_looked_at_too() {
    let (here, there) = Shop::pair().await;
    let site = Site::start().await;
    let (alice, bob) = (here.member("alice").await, there.member("bob").await);
    let home = site.page("/", &back(&there, "bob"));
    let other = site.page("/other", &back(&here, "bob"));
    set(&bob, &[("home", &home), ("other", &other), ("said", &format!("see {home}"))]).await;
    there.settle().await;
    let found = alice.get(&format!("/api/v2/search?q={}&resolve=true", bob.handle())).await.ok();
    let id = found["accounts"][0]["id"].as_str().unwrap().to_owned();
    here.settle().await;
    assert_eq!(marks(&alice, &id).await, [false; 3], "each server looks for itself, and not at once");
    here.clock().advance(Duration::from_secs(601));
    here.settle().await;
    assert_eq!(marks(&alice, &id).await, [true, false, false]);
    // An Update of the profile leaves the mark where the value stayed.
    bob.patch("/api/v1/accounts/update_credentials", json!({"display_name": "Bob"})).await.ok();
    there.settle().await;
    here.clock().advance(Duration::from_secs(2 * 24 * 60 * 60));
    let again = alice.get(&format!("/api/v2/search?q={}&resolve=true", bob.handle())).await.ok();
    assert_eq!(again["accounts"][0]["id"], json!(id));
    here.settle().await;
    assert_eq!(marks(&alice, &id).await, [true, false, false]);
}
