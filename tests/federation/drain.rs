//! A heap of activities that wait: worked off in order for each server, and no server waits behind another's heap.
//! The same with 100,000 of them, and with the memory it takes, is a row of `make bench`.

use std::collections::HashMap;
use std::time::Duration;

use serde_json::{Value, json};
use shop::features::peers::processing::Receive;

use super::find;
use crate::support::peer::Peer;
use crate::support::{Person, Shop};

/// Servers with a heap each, and how many activities lie on it.
const LOUD: usize = 4;
const HEAP: usize = 200;
/// How many come from the server that is not loud, behind all of these.
const QUIET: usize = 5;
const WAIT: Duration = Duration::from_secs(3_600);

/// A post of `name` to bob with this number.
fn post(peer: &Peer, bob: &str, number: usize) -> Value {
    let tag = json!([{ "type": "Mention", "href": bob, "name": "@bob" }]);
    let extra = json!({ "tag": tag, "cc": [bob], "content": format!("<p>{number}</p>") });
    peer.activity("carol", "Create", peer.note("carol", u32::try_from(number).unwrap(), extra))
}

/// Which server's post with which number told bob something, oldest first.
async fn told(bob: &Person) -> Vec<(String, usize)> {
    let mut told = Vec::new();
    let mut next = Some("/api/v1/notifications?limit=80".to_owned());
    while let Some(path) = next.take() {
        let page = bob.get(&path).await;
        for one in page.ok().as_array().unwrap() {
            let content = one["status"]["content"].as_str().unwrap();
            let number = content.trim_start_matches("<p>").trim_end_matches("</p>").parse().unwrap();
            told.push((one["account"]["acct"].as_str().unwrap().to_owned(), number));
        }
        next = page.link("next").filter(|_| page.ok() != json!([]));
    }
    told.reverse();
    told
}

#[tokio::test]
async fn heaps_are_worked_off_in_order_and_beside_each_other() {
    let shop = Shop::start().await;
    let bob = shop.member("bob").await;
    let me = format!("{}/ap/users/{}", shop.base(), bob.id);
    let mut jobs = Vec::new();
    let mut hosts = Vec::new();
    for number in 0..=LOUD {
        let peer = Peer::start().await;
        peer.person("carol");
        let carol = find(&bob, &format!("carol@{}", peer.domain())).await;
        let sender = carol["id"].as_str().unwrap().parse().unwrap();
        let heap = if number < LOUD { HEAP } else { QUIET };
        for number in 0..heap {
            let body = post(&peer, &me, number).to_string();
            jobs.push(Receive { body, sender, host: peer.domain().to_owned() });
        }
        hosts.push((format!("carol@{}", peer.domain()), heap));
    }
    shop.settle().await;
    // One heap behind the other, all due at once.
    let due = shop.app().now().plus(WAIT);
    shop.app().write(move |tx| jobs.iter().try_for_each(|job| tx.enqueue_at(job, due))).await.unwrap();
    shop.settle().await;
    assert!(told(&bob).await.is_empty());
    let shop = shop.restart().await;
    shop.clock().advance(WAIT + Duration::from_secs(1));
    shop.settle().await;

    let told = told(&bob).await;
    let mut seen: HashMap<&str, Vec<usize>> = HashMap::new();
    for (who, number) in &told {
        seen.entry(who).or_default().push(*number);
    }
    for (host, heap) in &hosts {
        assert_eq!(seen[host.as_str()], (0..*heap).collect::<Vec<_>>(), "{host}");
    }
    // Fair: when the quiet one is through, no heap is, though all of them lay before it.
    let quiet = &hosts[LOUD].0;
    let last = told.iter().rposition(|(who, _)| who == quiet).unwrap();
    assert!(last < told.len() / 2, "the quiet server's last post is number {last} of {}", told.len());
    for (host, heap) in &hosts[..LOUD] {
        let before = told[..last].iter().filter(|(who, _)| who == host).count();
        assert!(before < *heap, "{host} was through first");
    }
}
