//! Federation: two servers of ours with each other, and with a scripted one.

mod closed;
mod contexts;
mod convergence;
mod collections;
mod conversion;
mod deletions;
mod discovery;
mod drain;
mod endings;
mod fetched;
mod follow;
mod forged;
mod hidden;
mod hostile;
mod inbox;
mod leaks;
mod linked_collections;
mod moves;
mod passed_on;
mod polls;
mod posts;
mod profiles;
mod quotes;
mod reactions;
mod relays;
mod replies;
mod rules;
mod secure;
mod software;
mod synchronisation;

use serde_json::{Value, json};

use crate::support::{Person, Shop};

/// Lets two servers talk until both are quiet.
async fn quiet(one: &Shop, other: &Shop) {
    for _ in 0..4 {
        one.settle().await;
        other.settle().await;
    }
}

/// The account that `who` finds under a whole address.
async fn find(who: &Person, address: &str) -> Value {
    let path = format!("/api/v1/accounts/search?resolve=true&q={address}");
    let found = who.get(&path).await.ok();
    assert_eq!(found.as_array().unwrap().len(), 1, "{address}: {found}");
    found[0].clone()
}

/// `who` follows the account with this address on another server.
async fn follow(who: &Person, address: &str) -> String {
    let id = find(who, address).await["id"].as_str().unwrap().to_owned();
    who.post(&format!("/api/v1/accounts/{id}/follow"), json!({})).await.ok();
    id
}

/// The newest status of a home timeline.
async fn newest(who: &Person) -> Value {
    who.get("/api/v1/timelines/home?limit=1").await.ok()[0].clone()
}
