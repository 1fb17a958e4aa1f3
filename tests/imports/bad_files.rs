//! Files and wishes that are not good: told at once, or line by line.

use serde_json::json;

use super::{EXPORTS, IMPORTS, bring, brought, lines, numbers, reasons};
use crate::oauth::client;
use crate::own_account::{at_a_browser, let_in};
use crate::support::peer::Peer;
use crate::support::{PASSWORD, Shop};

#[tokio::test]
async fn what_is_no_such_file_is_refused_whole() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let too_long = "a@b.example\n".repeat(20_001);
    for (kind, text) in [
        ("following", ""),
        ("following", "\n\n  \n"),
        ("following", "Account address\n"),
        ("following", "no address\nnone either\n"),
        ("following", "alice\nbob\n"),
        ("following", "Account address,Hide notifications\na@b.example,true\n"),
        ("following", "friends,a@b.example\n"),
        ("muting", "Account address,Show boosts,Notify on new posts,Languages\na@b.example,true,false,\n"),
        ("blocking", "#domain\nb.example\n"),
        ("lists", "Account address\na@b.example\n"),
        ("domain_blocking", "a@b.example\n"),
        ("domain_blocking", "#uri\nhttps://b.example/1\n"),
        ("bookmarks", "javascript:alert(1)\nfile:///etc/passwd\n"),
        ("bookmarks", "b.example\n"),
        ("blocking", too_long.as_str()),
    ] {
        let words = bring(&alice, kind, "merge", text).await.error(422);
        assert!(words.starts_with("Validation failed: The file "), "{kind}: {words}");
    }
    for (kind, mode) in [("followers", "merge"), ("custom_filters", "merge"), ("following", "delete")] {
        bring(&alice, kind, mode, "a@b.example").await.error(422);
    }
    let binary = ("data", "cat.png", "image/png", crate::support::pictures::png(8, 8));
    alice.upload(IMPORTS, &[("type", "blocking")], binary).await.error(422);
    alice.post(IMPORTS, json!({ "type": "blocking", "data": "a@b.example" })).await.error(400);
    alice.post(IMPORTS, json!({})).await.error(400);
    let huge = ("data", "huge.csv", "text/csv", vec![b'a'; 21 * 1024 * 1024]);
    assert_eq!(alice.upload(IMPORTS, &[("type", "blocking")], huge).await.status(), 413);
    assert_eq!(alice.get(IMPORTS).await.ok(), json!([]), "nothing of it was kept");
}

#[tokio::test]
async fn lines_that_cannot_be_done_are_told_and_can_be_brought_again() {
    let shop = Shop::start().await;
    let peer = Peer::start().await;
    peer.person("carol");
    let (alice, bob, mallory) =
        (shop.member("alice").await, shop.member("bob").await, shop.member("mallory").await);
    mallory.post(&format!("/api/v1/accounts/{}/block", alice.id), json!({})).await.ok();
    let (here, there) = (shop.domain(), peer.domain());
    let text = format!(
        "Account address,Show boosts,Notify on new posts,Languages\n\
         bob@{here},false,true,\"de, xx-nonsense\"\n\
         carol@{there},true,,\n\
         nobody@{here},true,false,\n\
         nobody@{there},true,false,\n\
         \"<script>, \"\"x\"\"\",true,false,\n\
         mallory@{here},,,\n\
         alice@{here},,,\n\
         {},,,\n",
        "x".repeat(5_000)
    );
    let done = brought(&shop, &alice, "following", "merge", &text).await;
    assert_eq!(numbers(&done), [8, 8, 3, 5], "oneself is passed over: {done}");
    assert_eq!(reasons(&alice, &done).await, ["not_found", "not_found", "invalid", "refused", "invalid"]);
    assert_eq!(lines(&alice, "following_accounts.csv").await[1..], [format!("bob@{here},false,true,de")]);
    let asked = alice.get("/api/v1/accounts/search?q=carol&resolve=true").await;
    assert_eq!(asked.status(), 200);
    assert_eq!(peer.received_of("Follow").len(), 1);
    drop(bob);

    let id = done["id"].as_str().unwrap();
    let failed = alice.get(&format!("{IMPORTS}/{id}/failures")).await.ok();
    assert_eq!(failed[0]["line"], 4, "{failed}");
    assert_eq!(failed[3]["message"], "This action is not allowed");
    let file = alice.get(&format!("{IMPORTS}/{id}/failures.csv")).await;
    assert_eq!(file.header("content-type"), Some("text/csv; charset=utf-8"));
    let again = file.text();
    assert!(again.starts_with("Account address,"), "{again}");
    assert_eq!(again.lines().count(), 6, "{again}");
    mallory.post(&format!("/api/v1/accounts/{}/unblock", alice.id), json!({})).await.ok();
    let second = brought(&shop, &alice, "following", "merge", &again).await;
    assert_eq!(numbers(&second), [5, 5, 1, 4], "{second}");
}

#[tokio::test]
async fn files_belong_to_their_owner_and_to_no_application() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let done = brought(&shop, &alice, "blocking", "merge", &format!("bob@{}\n", shop.domain())).await;
    let one = format!("{IMPORTS}/{}", done["id"].as_str().unwrap());
    for path in [one.clone(), format!("{one}/failures"), format!("{one}/failures.csv")] {
        bob.get(&path).await.error(404);
        shop.anon().get(&path).await.error(401);
        alice.get(&path.replace(done["id"].as_str().unwrap(), "nonsense")).await.error(404);
    }
    bob.delete(&one).await.error(404);
    assert_eq!(bob.get(IMPORTS).await.ok(), json!([]));
    let (mut browser, _) = at_a_browser(&shop, &alice).await;
    let tool = client(&shop, "read write").await;
    let tool = alice.with_token(&let_in(&shop, &tool, &mut browser, "read write").await);
    tool.get(IMPORTS).await.error(403);
    tool.get(EXPORTS).await.error(403);
    tool.get(&format!("{EXPORTS}/bookmarks.csv")).await.error(403);
    bring(&tool, "blocking", "merge", "a@b.example").await.error(403);
    shop.anon().get(&format!("{EXPORTS}/bookmarks.csv")).await.error(401);
    for name in ["followers.csv", "bookmarks", "..%2Fbookmarks.csv", "BOOKMARKS.CSV"] {
        alice.get(&format!("{EXPORTS}/{name}")).await.error(404);
    }
    alice.delete(&one).await.ok();
    alice.get(&one).await.error(404);
    assert_eq!(lines(&alice, "blocked_accounts.csv").await.len(), 1, "what was done stays");

    // Who has moved keeps what there is, and brings nothing here any more.
    let wanted = json!({ "acct": "bob", "current_password": PASSWORD, "redirect_only": true });
    let carol = shop.member("carol").await;
    carol.post("/api/shop/v1/migration", wanted).await.ok();
    bring(&carol, "blocking", "merge", "a@b.example").await.error(403);
    carol.get(EXPORTS).await.ok();
}
