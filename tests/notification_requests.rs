//! The notification policy, and what it keeps back, as behaviours §11 tells it.

use std::time::Duration;

use serde_json::{Value, json};
use shop::features::accounts::table::ACCOUNTS;
use shop::features::notifications::table::MERGING;
use shop::features::users::table::Role;

use crate::support::peer::Peer;
use crate::support::stream::Stream;
use crate::support::{Person, Shop};

const LIST: &str = "/api/v1/notifications";
const REQUESTS: &str = "/api/v1/notifications/requests";
const POLICY: &str = "/api/v2/notifications/policy";

async fn says_directly(who: &Person, text: &str) -> Value {
    who.post("/api/v1/statuses", json!({ "status": text, "visibility": "direct" })).await.ok()
}

async fn told(who: &Person, query: &str) -> Vec<Value> {
    let list = who.get(&format!("{LIST}{query}")).await.ok();
    list.as_array().unwrap().iter().map(|one| one["type"].clone()).collect()
}

async fn requests(who: &Person) -> Vec<Value> {
    who.get(REQUESTS).await.ok().as_array().unwrap().clone()
}

async fn policy(who: &Person, key: &str, word: &str) {
    who.put(POLICY, json!({ key: word })).await.ok();
}

fn path(request: &Value, verb: &str) -> String {
    format!("{REQUESTS}/{}{verb}", request["id"].as_str().unwrap())
}

#[tokio::test]
async fn the_policy_begins_mild_and_is_changed_key_by_key() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let policy = alice.get(POLICY).await.ok();
    assert_eq!(
        policy,
        json!({
            "for_not_following": "accept", "for_not_followers": "accept", "for_new_accounts": "accept",
            "for_private_mentions": "filter", "for_limited_accounts": "filter", "for_bots": "accept",
            "summary": { "pending_requests_count": 0, "pending_notifications_count": 0 },
        })
    );
    let changed = alice.patch(POLICY, json!({ "for_bots": "drop", "for_new_accounts": "filter" })).await.ok();
    assert_eq!((&changed["for_bots"], &changed["for_new_accounts"]), (&json!("drop"), &json!("filter")));
    assert_eq!(changed["for_private_mentions"], "filter");

    let first = "/api/v1/notifications/policy";
    let older = alice.get(first).await.ok();
    assert_eq!((&older["filter_bots"], &older["filter_not_following"]), (&json!(true), &json!(false)));
    assert!(older.get("filter_limited_accounts").is_none());
    let changed = alice.put(first, json!({ "filter_bots": false, "filter_not_following": "1" })).await.ok();
    assert_eq!((&changed["filter_bots"], &changed["filter_not_following"]), (&json!(false), &json!(true)));
    let newer = alice.get(POLICY).await.ok();
    assert_eq!((&newer["for_bots"], &newer["for_not_following"]), (&json!("accept"), &json!("filter")));
    assert_eq!(newer["for_new_accounts"], "filter", "what was not named stays");

    let refused =
        alice.put(POLICY, json!({ "for_bots": "maybe", "for_not_following": "drop" })).await.error(422);
    assert_eq!(refused, "Validation failed: For bots is not included in the list");
    assert_eq!(alice.get(POLICY).await.ok()["for_not_following"], "filter");
    shop.anon().get(POLICY).await.error(401);
    let reader = shop.person("rita", Role::User, "read").await;
    reader.put(POLICY, json!({})).await.error(403);
}

#[tokio::test]
async fn direct_words_of_strangers_wait_for_a_decision() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let mut stream = Stream::open(&shop, &alice, "stream=user:notification").await;
    says_directly(&bob, "hello @alice").await;
    let second = says_directly(&bob, "are you there @alice").await;
    assert_eq!(told(&alice, "").await, [] as [Value; 0]);
    let kept = alice.get(&format!("{LIST}?include_filtered=true")).await.ok();
    assert_eq!(kept.as_array().unwrap().len(), 2);
    assert_eq!(kept[0]["filtered"], true);
    assert!(kept[0]["group_key"].as_str().unwrap().starts_with("ungrouped-"));
    assert_eq!(
        told(&alice, &format!("?account_id={}", bob.id)).await.len(),
        2,
        "an account implies the filtered"
    );
    assert_eq!(alice.get(&format!("{LIST}/unread_count")).await.ok()["count"], 0);

    let waiting = requests(&alice).await;
    assert_eq!(waiting.len(), 1);
    assert_eq!(
        (&waiting[0]["notifications_count"], &waiting[0]["account"]["id"]),
        (&json!("2"), &json!(bob.id))
    );
    assert_eq!(waiting[0]["last_status"]["id"], second["id"]);
    assert_eq!(alice.get(&path(&waiting[0], "")).await.ok()["id"], waiting[0]["id"]);
    let summary = alice.get(POLICY).await.ok()["summary"].clone();
    assert_eq!(summary, json!({ "pending_requests_count": 1, "pending_notifications_count": 2 }));
    assert_eq!(alice.get(&format!("{REQUESTS}/merged")).await.ok(), json!({ "merged": true }));

    assert_eq!(alice.post(&path(&waiting[0], "/accept"), json!({})).await.ok(), json!({}));
    shop.settle().await;
    let event = stream.next().await;
    assert_eq!((event.name.as_str(), &event.payload), ("notifications_merged", &json!(1)));
    let list = alice.get(LIST).await.ok();
    assert_eq!(list.as_array().unwrap().len(), 2);
    assert!(list[0].get("filtered").is_none());
    assert!(requests(&alice).await.is_empty());
    says_directly(&bob, "at last @alice").await;
    assert_eq!(stream.next().await.name, "notification", "from now on all is told");
    assert_eq!(told(&alice, "").await.len(), 3);
}

#[tokio::test]
async fn a_dismissed_request_takes_its_notifications_along() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    says_directly(&bob, "hello @alice").await;
    let request = requests(&alice).await.remove(0);
    assert_eq!(alice.post(&path(&request, "/dismiss"), json!({})).await.ok(), json!({}));
    shop.settle().await;
    assert_eq!(told(&alice, "?include_filtered=true").await.len(), 0);
    alice.post(&path(&request, "/dismiss"), json!({})).await.error(404);
    says_directly(&bob, "me again @alice").await;
    let again = requests(&alice).await;
    assert_eq!((again.len(), &again[0]["notifications_count"]), (1, &json!("1")));
}

#[tokio::test]
async fn many_requests_are_paged_and_decided_at_once() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    for name in ["bob", "carol", "dora"] {
        says_directly(&shop.member(name).await, "hello @alice").await;
    }
    let first = alice.get(&format!("{REQUESTS}?limit=2")).await;
    let page = first.ok();
    assert_eq!(page[0]["account"]["username"], "dora");
    let second = alice.get(&first.link("next").expect("a next page")).await;
    assert_eq!(second.ok()[0]["account"]["username"], "bob");
    let newer = alice.get(&format!("{REQUESTS}?min_id={}", second.ids()[0])).await;
    assert_eq!(newer.ids(), first.ids());

    let ids = json!({ "id": [page[0]["id"], page[1]["id"], "5", "x"] });
    alice.post(&format!("{REQUESTS}/accept"), ids).await.ok();
    alice.form(&format!("{REQUESTS}/dismiss"), &[("id[]", &second.ids()[0])]).await.ok();
    shop.settle().await;
    assert!(requests(&alice).await.is_empty());
    assert_eq!(told(&alice, "?include_filtered=true").await.len(), 2);
    assert_eq!(told(&alice, "").await.len(), 2);
    alice.post(&format!("{REQUESTS}/accept"), json!({})).await.error(400);
}

#[tokio::test]
async fn merging_is_told_while_it_lasts() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let (account, sender) = (alice.id.parse().unwrap(), bob.id.parse().unwrap());
    shop.app()
        .write(move |tx| {
            MERGING.add(tx, &account, &sender);
            Ok(())
        })
        .await
        .unwrap();
    assert_eq!(alice.get(&format!("{REQUESTS}/merged")).await.ok(), json!({ "merged": false }));
    assert_eq!(bob.get(&format!("{REQUESTS}/merged")).await.ok(), json!({ "merged": true }));
}

#[tokio::test]
async fn an_answer_to_a_direct_word_of_mine_is_no_stranger() {
    let shop = Shop::start().await;
    let (alice, bob, carol) =
        (shop.member("alice").await, shop.member("bob").await, shop.member("carol").await);
    let mine = says_directly(&alice, "what do you think @bob").await;
    let answer = json!({ "status": "well @alice", "visibility": "direct", "in_reply_to_id": mine["id"] });
    let answer = bob.post("/api/v1/statuses", answer).await.ok();
    assert_eq!(told(&alice, "").await, ["mention"]);
    let further = json!({ "status": "and @alice", "visibility": "direct", "in_reply_to_id": answer["id"] });
    bob.post("/api/v1/statuses", further).await.ok();
    assert_eq!(told(&alice, "").await.len(), 2, "further down the thread as well");
    let public = alice.says("hello all").await;
    let stranger = json!({ "status": "psst @alice", "visibility": "direct", "in_reply_to_id": public["id"] });
    carol.post("/api/v1/statuses", stranger).await.ok();
    assert_eq!(told(&alice, "").await.len(), 2, "an answer to what did not name the sender is unasked");
    alice.follows(&carol).await;
    says_directly(&carol, "again @alice").await;
    assert_eq!(told(&alice, "").await.len(), 3);
}

#[tokio::test]
async fn each_rule_keeps_back_or_drops_what_it_applies_to() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let post = alice.says("like me").await;
    let favourite = format!("/api/v1/statuses/{}/favourite", post["id"].as_str().unwrap());

    policy(&alice, "for_not_following", "filter").await;
    bob.post(&favourite, json!({})).await.ok();
    assert_eq!(told(&alice, "").await.len(), 0);
    assert_eq!(told(&alice, "?include_filtered=1").await, ["favourite"]);
    assert!(requests(&alice).await.is_empty(), "only words make a request");
    policy(&alice, "for_not_following", "accept").await;

    policy(&alice, "for_not_followers", "drop").await;
    bob.says("hello @alice").await;
    bob.follows(&alice).await;
    assert_eq!(told(&alice, "?include_filtered=1").await.len(), 1, "dropped, a fresh follow too");
    shop.clock().advance(Duration::from_secs(4 * 24 * 3_600));
    bob.says("hello again @alice").await;
    assert_eq!(told(&alice, "").await, ["mention"], "he has followed for long enough");
    policy(&alice, "for_not_followers", "accept").await;

    policy(&alice, "for_new_accounts", "drop").await;
    let nina = shop.member("nina").await;
    nina.says("hello @alice").await;
    assert_eq!(told(&alice, "").await.len(), 1);
    shop.clock().advance(Duration::from_secs(31 * 24 * 3_600));
    nina.says("hello again @alice").await;
    assert_eq!(told(&alice, "").await.len(), 2);

    policy(&alice, "for_bots", "filter").await;
    bob.patch("/api/v1/accounts/update_credentials", json!({ "bot": true })).await.ok();
    bob.says("beep @alice").await;
    assert_eq!(told(&alice, "").await.len(), 2);
    let waiting = requests(&alice).await;
    assert_eq!((waiting.len(), &waiting[0]["notifications_count"]), (1, &json!("1")));

    let nina_id: shop::platform::ids::AccountId = nina.id.parse().unwrap();
    shop.app()
        .write(move |tx| {
            let now = tx.now();
            ACCOUNTS.edit(tx, &nina_id, |account| account.silenced_at = Some(now))?;
            Ok(())
        })
        .await
        .unwrap();
    nina.says("limited @alice").await;
    assert_eq!(told(&alice, "").await.len(), 2);
    assert_eq!(requests(&alice).await.len(), 2);
    policy(&alice, "for_limited_accounts", "accept").await;
    nina.says("limited, but welcome @alice").await;
    assert_eq!(told(&alice, "").await.len(), 3);
    // Filter and drop apply at once: the harder wins.
    policy(&alice, "for_not_following", "drop").await;
    bob.says("beep again @alice").await;
    assert_eq!(requests(&alice).await.iter().filter(|one| one["notifications_count"] == "2").count(), 0);
}

#[tokio::test]
async fn blocks_and_mutes_come_before_any_policy() {
    let shop = Shop::start().await;
    let (alice, bob, carol) =
        (shop.member("alice").await, shop.member("bob").await, shop.member("carol").await);
    says_directly(&bob, "hello @alice").await;
    assert_eq!(requests(&alice).await.len(), 1);
    let block = |verb: &str, who: &Person| format!("/api/v1/accounts/{}/{verb}", who.id);
    alice.post(&block("block", &bob), json!({})).await.ok();
    assert!(requests(&alice).await.is_empty(), "a block takes the request away");
    assert_eq!(told(&alice, "?include_filtered=1").await.len(), 0);
    carol.says("listen @alice and @bob").await;
    assert_eq!(told(&alice, "?include_filtered=1").await.len(), 0, "a mention that involves the blocked");
    alice.post(&block("unblock", &bob), json!({})).await.ok();
    alice.post(&block("mute", &bob), json!({})).await.ok();
    carol.says("listen @alice and @bob, muted").await;
    assert_eq!(told(&alice, "?include_filtered=1").await.len(), 0);
    alice.post(&block("unmute", &bob), json!({})).await.ok();
    carol.says("listen @alice and @bob, at last").await;
    assert_eq!(told(&alice, "").await.len(), 1);

    let owner = shop.person("owner", Role::Owner, "read write").await;
    alice.post(&block("block", &owner), json!({})).await.ok();
    owner.says("official words for @alice").await;
    assert_eq!(told(&alice, "").await.len(), 2, "staff reach everybody below them");
    let moderator = shop.person("mo", Role::Moderator, "read write").await;
    owner.post(&block("block", &moderator), json!({})).await.ok();
    moderator.says("no official words for @owner").await;
    assert_eq!(told(&owner, "").await.len(), 0);
}

#[tokio::test]
async fn a_deleted_message_leaves_its_request() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let first = says_directly(&bob, "one @alice").await;
    let second = says_directly(&bob, "two @alice").await;
    bob.delete(&format!("/api/v1/statuses/{}", second["id"].as_str().unwrap())).await.ok();
    let waiting = requests(&alice).await;
    assert_eq!(
        (&waiting[0]["notifications_count"], &waiting[0]["last_status"]["id"]),
        (&json!("1"), &first["id"])
    );
    bob.delete(&format!("/api/v1/statuses/{}", first["id"].as_str().unwrap())).await.ok();
    assert!(requests(&alice).await.is_empty());
}

#[tokio::test]
async fn who_is_named_without_being_addressed_need_not_listen() {
    let shop = Shop::start().await;
    let peer = Peer::start().await;
    let (alice, actor) = (shop.member("alice").await, peer.person("mallory"));
    let own = format!("{}/ap/users/{}", shop.base(), alice.id);
    let mention = json!({ "type": "Mention", "href": own, "name": alice.handle() });
    let named = peer.note("mallory", 1, json!({ "tag": [mention] }));
    assert_eq!(peer.send(shop.base(), &peer.activity("mallory", "Create", named)).await, 202);
    shop.settle().await;
    assert_eq!(told(&alice, "").await.len(), 0);
    assert_eq!(requests(&alice).await.len(), 1, "{actor}");
    let addressed = peer.note("mallory", 2, json!({ "tag": [mention], "cc": [own] }));
    assert_eq!(peer.send(shop.base(), &peer.activity("mallory", "Create", addressed)).await, 202);
    shop.settle().await;
    assert_eq!(told(&alice, "").await, ["mention"]);
}

#[tokio::test]
async fn requests_of_others_and_impossible_ones_are_not_there() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    says_directly(&bob, "hello @alice").await;
    let request = requests(&alice).await.remove(0);
    bob.get(&path(&request, "")).await.error(404);
    bob.post(&path(&request, "/accept"), json!({})).await.error(404);
    bob.post(&format!("{REQUESTS}/accept"), json!({ "id": [request["id"]] })).await.ok();
    shop.settle().await;
    assert_eq!(requests(&alice).await.len(), 1);
    for bad in ["5", "abc", "18446744073709551616", "-1"] {
        alice.get(&format!("{REQUESTS}/{bad}")).await.error(404);
        alice.post(&format!("{REQUESTS}/{bad}/accept"), json!({})).await.error(404);
        alice.post(&format!("{REQUESTS}/{bad}/dismiss"), json!({})).await.error(404);
    }
    alice.get(&format!("{REQUESTS}?max_id=x")).await.error(404);
    shop.anon().get(REQUESTS).await.error(401);
}
