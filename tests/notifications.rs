//! Notifications one by one and in groups, as behaviours §11 tells it.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Person, Shop};

const LIST: &str = "/api/v1/notifications";
const GROUPS: &str = "/api/v2/notifications";

fn id(value: &Value) -> String {
    value["id"].as_str().unwrap().to_owned()
}

async fn favourite(who: &Person, status: &Value) {
    who.post(&format!("/api/v1/statuses/{}/favourite", id(status)), json!({})).await.ok();
}

/// Members called a, b, c and so on.
async fn crowd(shop: &Shop, count: u8) -> Vec<Person> {
    let mut people = Vec::new();
    for letter in 0..count {
        people.push(shop.member(&format!("member_{}", char::from(b'a' + letter))).await);
    }
    people
}

fn groups(answer: &Value) -> Vec<Value> {
    answer["notification_groups"].as_array().unwrap().clone()
}

#[tokio::test]
async fn favourites_of_one_post_are_one_group() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let people = crowd(&shop, 10).await;
    let post = alice.says("like me").await;
    for person in &people {
        favourite(person, &post).await;
    }
    let answer = alice.get(GROUPS).await.ok();
    let groups = groups(&answer);
    assert_eq!(groups.len(), 1);
    let group = &groups[0];
    assert_eq!((&group["type"], &group["notifications_count"]), (&json!("favourite"), &json!(10)));
    assert_eq!(group["status_id"], post["id"]);
    let samples: Vec<_> = group["sample_account_ids"].as_array().unwrap().clone();
    let newest: Vec<_> = people.iter().rev().take(8).map(|person| json!(person.id)).collect();
    assert_eq!(samples, newest, "most recent first, at most eight");
    assert_eq!(answer["accounts"].as_array().unwrap().len(), 8);
    assert_eq!(answer["statuses"].as_array().unwrap().len(), 1);
    assert!(answer.get("partial_accounts").is_none());

    let listed = alice.get(LIST).await.ok();
    assert_eq!(listed[0]["group_key"], group["group_key"]);
    let newest = group["most_recent_notification_id"].as_u64().expect("a JSON number");
    assert_eq!(listed[0]["id"], newest.to_string());
    assert_eq!(newest as f64 as u64, newest, "as exact in JavaScript");
    assert_eq!((&group["page_max_id"], &group["page_min_id"]), (&listed[0]["id"], &listed[9]["id"]));
    assert_eq!(group["latest_page_notification_at"], listed[0]["created_at"]);

    let partial = alice.get(&format!("{GROUPS}?expand_accounts=partial_avatars")).await.ok();
    assert_eq!(partial["accounts"].as_array().unwrap().len(), 1);
    assert_eq!(partial["accounts"][0]["id"], json!(people[9].id));
    assert_eq!(partial["partial_accounts"].as_array().unwrap().len(), 7);
    let keys: Vec<_> = partial["partial_accounts"][0].as_object().unwrap().keys().cloned().collect();
    let all = ["id", "acct", "locked", "bot", "url", "avatar", "avatar_static", "avatar_description"];
    assert_eq!(keys, all);
}

#[tokio::test]
async fn a_group_takes_members_for_half_a_day() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let people = crowd(&shop, 4).await;
    let (post, other) = (alice.says("one").await, alice.says("two").await);
    favourite(&people[0], &post).await;
    favourite(&people[0], &other).await;
    shop.clock().advance(Duration::from_secs(11 * 3_600));
    favourite(&people[1], &post).await;
    shop.clock().advance(Duration::from_secs(3_600));
    favourite(&people[2], &post).await;
    favourite(&people[3], &post).await;
    let answer = alice.get(GROUPS).await.ok();
    let counts: Vec<_> = groups(&answer).iter().map(|group| group["notifications_count"].clone()).collect();
    assert_eq!(counts, [2, 2, 1]);
    let keys: Vec<_> = groups(&answer).iter().map(|group| group["group_key"].clone()).collect();
    assert!(keys.iter().all(|key| key.as_str().unwrap().starts_with("favourite-")));
    assert_ne!(keys[0], keys[1]);
}

#[tokio::test]
async fn kinds_are_grouped_as_the_client_wants() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let people = crowd(&shop, 3).await;
    let post = alice.says("like me").await;
    for person in &people {
        person.follows(&alice).await;
        favourite(person, &post).await;
        person.says("hello @alice").await;
    }
    let types =
        |answer: &Value| -> Vec<Value> { groups(answer).iter().map(|group| group["type"].clone()).collect() };
    let all = alice.get(GROUPS).await.ok();
    assert_eq!(types(&all), ["mention", "favourite", "follow", "mention", "mention"]);
    assert!(groups(&all)[0]["group_key"].as_str().unwrap().starts_with("ungrouped-"));
    assert!(groups(&all)[2].get("status_id").is_none());
    let some =
        alice.get(&format!("{GROUPS}?grouped_types[]=follow&types[]=follow&types[]=favourite")).await.ok();
    assert_eq!(types(&some), ["favourite", "follow", "favourite", "favourite"]);
    let none = alice.get(&format!("{GROUPS}?exclude_types[]=mention&grouped_types[]=mention")).await.ok();
    assert_eq!(types(&none).len(), 6);
    assert_eq!(groups(&alice.get(&format!("{GROUPS}?types[]=telepathy")).await.ok()).len(), 0);
}

#[tokio::test]
async fn pages_count_groups_and_run_over_ids_of_notifications() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let people = crowd(&shop, 3).await;
    let posts = [alice.says("0").await, alice.says("1").await, alice.says("2").await];
    for post in &posts {
        for person in &people {
            favourite(person, post).await;
        }
    }
    let first = alice.get(&format!("{GROUPS}?limit=2")).await;
    let page = groups(&first.ok());
    let about: Vec<_> = page.iter().map(|group| group["status_id"].clone()).collect();
    assert_eq!(about, [posts[2]["id"].clone(), posts[1]["id"].clone()]);
    let all = alice.get(LIST).await.ids();
    assert!(first.link("next").unwrap().ends_with(&format!("max_id={}", all[3])));
    assert!(first.link("prev").unwrap().ends_with(&format!("min_id={}", all[0])));
    // From the oldest member on the page everything older is another group's.
    let below = alice.get(&format!("{GROUPS}?limit=2&max_id={}", all[5])).await.ok();
    assert_eq!(groups(&below).len(), 1);
    assert_eq!(groups(&below)[0]["status_id"], posts[0]["id"]);
    assert_eq!(groups(&below)[0]["page_min_id"], all[8]);
    let after = alice.get(&format!("{GROUPS}?min_id={}", all[4])).await.ok();
    let counts: Vec<_> = groups(&after).iter().map(|group| group["notifications_count"].clone()).collect();
    assert_eq!(counts, [3, 3]);
    assert_eq!(groups(&after)[1]["page_min_id"], all[3]);
    let since = alice.get(&format!("{GROUPS}?since_id={}", all[4])).await.ok();
    assert_eq!(groups(&since)[1]["page_min_id"], all[3]);
    let nothing = alice.get(&format!("{GROUPS}?max_id=1")).await;
    assert_eq!(groups(&nothing.ok()).len(), 0);
    assert!(nothing.link("next").is_none());
}

#[tokio::test]
async fn one_group_is_shown_listed_and_dismissed() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let people = crowd(&shop, 3).await;
    let post = alice.says("like me").await;
    for person in &people {
        favourite(person, &post).await;
    }
    people[0].says("hello @alice").await;
    let all = groups(&alice.get(GROUPS).await.ok());
    let (alone, group) = (all[0]["group_key"].as_str().unwrap(), all[1]["group_key"].as_str().unwrap());
    let one = alice.get(&format!("{GROUPS}/{group}")).await.ok();
    let shown = &groups(&one)[0];
    assert_eq!(shown["notifications_count"], 3);
    assert!(shown.get("page_min_id").is_none() && shown.get("latest_page_notification_at").is_none());
    assert_eq!(groups(&alice.get(&format!("{GROUPS}/{alone}")).await.ok())[0]["type"], "mention");

    let first = alice.get(&format!("{GROUPS}/{group}/accounts?limit=2")).await;
    assert_eq!(first.ids(), [people[2].id.clone(), people[1].id.clone()]);
    let next = first.link("next").expect("a next page");
    assert_eq!(alice.get(&next).await.ids(), std::slice::from_ref(&people[0].id));
    assert_eq!(
        alice.get(&format!("{GROUPS}/{alone}/accounts")).await.ids(),
        std::slice::from_ref(&people[0].id)
    );

    people[1].post(&format!("{GROUPS}/{group}/dismiss"), json!({})).await.ok();
    alice.get(&format!("{GROUPS}/{group}")).await.ok();
    people[1].get(&format!("{GROUPS}/{group}")).await.error(404);
    assert_eq!(alice.post(&format!("{GROUPS}/{group}/dismiss"), json!({})).await.ok(), json!({}));
    alice.get(&format!("{GROUPS}/{group}")).await.error(404);
    alice.get(&format!("{GROUPS}/{group}/accounts")).await.error(404);
    alice.post(&format!("{GROUPS}/{group}/dismiss"), json!({})).await.ok();
    alice.post(&format!("{GROUPS}/{alone}/dismiss"), json!({})).await.ok();
    assert_eq!(alice.get(LIST).await.ok(), json!([]));
    favourite(&people[0], &alice.says("again").await).await;
    alice.post(&format!("{GROUPS}/clear"), json!({})).await.ok();
    assert_eq!(groups(&alice.get(GROUPS).await.ok()).len(), 0);
}

#[tokio::test]
async fn what_is_unread_comes_after_the_marker() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let people = crowd(&shop, 3).await;
    let post = alice.says("like me").await;
    for person in &people {
        favourite(person, &post).await;
        person.says("@alice").await;
    }
    let count = async |path: &str| alice.get(path).await.ok()["count"].clone();
    assert_eq!(count(&format!("{LIST}/unread_count")).await, 6);
    assert_eq!(count(&format!("{GROUPS}/unread_count")).await, 4);
    assert_eq!(count(&format!("{GROUPS}/unread_count?limit=2")).await, 2);
    assert_eq!(count(&format!("{GROUPS}/unread_count?grouped_types[]=mention")).await, 6);
    assert_eq!(count(&format!("{LIST}/unread_count?types[]=mention")).await, 3);
    assert_eq!(count(&format!("{LIST}/unread_count?account_id={}", people[0].id)).await, 2);
    let third = alice.get(LIST).await.ids()[2].clone();
    alice.post("/api/v1/markers", json!({ "notifications": { "last_read_id": third } })).await.ok();
    assert_eq!(count(&format!("{LIST}/unread_count")).await, 2);
    assert_eq!(count(&format!("{GROUPS}/unread_count")).await, 2);
}

#[tokio::test]
async fn kinds_that_a_client_does_not_know_come_with_words() {
    let shop = Shop::start().await;
    let owner = shop.person("owner", shop::features::users::table::Role::Owner, "read write").await;
    let newcomer = shop.member("nina").await;
    let account = newcomer.id.parse().unwrap();
    let joined = move |tx: &mut shop::platform::app::Tx<'_>| {
        tx.tell(shop::platform::events::Event::SignedUp { account });
        Ok(())
    };
    shop.app().write(joined).await.unwrap();
    let plain = listed(&owner, LIST).await;
    assert!(plain[0].get("fallback").is_none(), "only for those who tell what they know");
    let known = listed(&owner, &format!("{LIST}?supported_types[]=admin.sign_up")).await;
    assert!(known[0].get("fallback").is_none());
    let words = listed(&owner, &format!("{LIST}?supported_types[]=mention")).await;
    let fallback = &words[0]["fallback"];
    assert_eq!(fallback["summary"], "nina signed up");
    assert_eq!((&fallback["description"], &fallback["details"]), (&Value::Null, &Value::Null));
    let grouped = owner.get(&format!("{GROUPS}?supported_types[]=mention")).await.ok();
    assert_eq!(groups(&grouped)[0]["fallback"], *fallback);
    let baseline = newcomer.says("hello @owner").await;
    let mention = listed(&owner, &format!("{LIST}?supported_types[]=poll&types[]=mention")).await;
    assert_eq!(mention[0]["status"]["id"], baseline["id"]);
    assert!(mention[0].get("fallback").is_none(), "every client knows mentions");
}

async fn listed(who: &Person, path: &str) -> Value {
    who.get(path).await.ok()
}

#[tokio::test]
async fn a_deleted_post_takes_its_group_along() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let people = crowd(&shop, 2).await;
    let post = alice.says("soon gone").await;
    for person in &people {
        favourite(person, &post).await;
    }
    people[0].post(&format!("/api/v1/statuses/{}/unfavourite", id(&post)), json!({})).await.ok();
    assert_eq!(groups(&alice.get(GROUPS).await.ok())[0]["notifications_count"], 1);
    alice.delete(&format!("/api/v1/statuses/{}", id(&post))).await.ok();
    assert_eq!(groups(&alice.get(GROUPS).await.ok()).len(), 0);
}

#[tokio::test]
async fn bad_questions_are_refused() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let refused = alice.get(&format!("{GROUPS}?expand_accounts=all")).await.error(400);
    assert!(refused.contains("'expand_accounts'"), "{refused}");
    for bad in [
        "5",
        "ungrouped-",
        "ungrouped-x",
        "ungrouped-18446744073709551616",
        "favourite-1-2",
        "%00",
        "%F0%9F%90%88",
    ] {
        alice.get(&format!("{GROUPS}/{bad}")).await.error(404);
        alice.get(&format!("{GROUPS}/{bad}/accounts")).await.error(404);
        assert_eq!(alice.post(&format!("{GROUPS}/{bad}/dismiss"), json!({})).await.ok(), json!({}));
    }
    for bad in ["abc", "1", "18446744073709551616"] {
        alice.get(&format!("{LIST}/{bad}")).await.error(404);
        alice.post(&format!("{LIST}/{bad}/dismiss"), json!({})).await.error(404);
    }
    alice.get(&format!("{GROUPS}?max_id=x")).await.error(404);
    alice.get(&format!("{GROUPS}?limit=-5")).await.ok();
    alice.get(&format!("{GROUPS}?limit=100000&min_id=0&max_id=18446744073709551615")).await.ok();
    alice.get("/api/v2_alpha/notifications").await.error(404);
    shop.anon().get(GROUPS).await.error(401);
    let narrow = shop.person("nora", shop::features::users::table::Role::User, "read:statuses").await;
    narrow.get(GROUPS).await.error(403);
    let reader = shop.person("rita", shop::features::users::table::Role::User, "read").await;
    reader.post(&format!("{GROUPS}/clear"), json!({})).await.error(403);
}
