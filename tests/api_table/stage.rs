//! The scripted community that the rows are driven against, and a good call of each route.

use reqwest::Method;
use serde_json::{Value, json};
use shop::features::media::table::{MEDIA, Media, MediaKind, Stage as MediaStage};
use shop::features::users::table::Role;
use shop::platform::ids::MediaId;
use shop::platform::place::Place;

use super::routes::Route;
use crate::support::{Answer, Person, SCOPES, Shop, pictures};

/// A number that nothing has.
pub const NOBODY: &str = "109999999999999999";

/// The community.
pub struct Stage {
    pub shop: Shop,
    /// The owner, with a token for everything: who makes the calls.
    pub alice: Person,
    /// A member with every scope.
    pub bob: Person,
    /// Follows alice, answers and favourites.
    pub(super) carol: Person,
    /// An application without a user.
    pub app: Person,
    /// Alice's post with a picture.
    pub(super) status: String,
    pub(super) client: Value,
    /// A film on another server.
    pub(super) far: String,
    /// A picture on alice's post.
    picture: String,
    /// Bob's quote of alice's post.
    quote: String,
    /// A collection of alice's, and her place in it.
    collection: (String, String),
    next: std::sync::atomic::AtomicU32,
}

/// Everything a token may have.
const ALL: &str = "read write follow push profile admin:read admin:write";

/// A call: who, path with its query, body.
pub struct Call {
    pub who: Person,
    pub path: String,
    pub body: Value,
}

pub(super) fn id(value: &Value) -> String {
    value["id"].as_str().map_or_else(|| value["id"].to_string(), str::to_owned)
}

/// Hangs a film on a post that lies elsewhere.
async fn film(shop: &Shop, owner: &Person, status: &str) -> String {
    let (account, status) = (owner.id.parse().unwrap(), status.parse().ok());
    let id: MediaId = shop.app().ids.next(shop.app().now());
    let made = shop.app().write(move |tx| {
        let media = Media {
            account,
            status,
            kind: MediaKind::Video,
            mime: "video/unheard-of".to_owned(),
            original: Place::Remote("http://localhost:1/film".to_owned()),
            preview: None,
            size: None,
            preview_size: None,
            focus: None,
            description: None,
            blurhash: None,
            created_at: tx.now(),
            stage: MediaStage::Done,
            clip: None,
            colours: None,
            bytes: 0,
        };
        MEDIA.put(tx, &id, &media)?;
        Ok(())
    });
    made.await.unwrap();
    id.to_string()
}

impl Stage {
    /// Sets it up.
    pub async fn set() -> Self {
        let shown = "[federation]\nshow_domain_blocks = \"all\"\nshow_domain_blocks_rationale = \"all\"";
        let terms = super::routes::root().join("tests/api_table/terms");
        let shop = Shop::start_with(&format!("{shown}\n[pages]\nterms = '{}'", terms.display())).await;
        let alice = shop.person("alice", Role::Owner, ALL).await;
        let (bob, carol) = (shop.person("bob", Role::User, ALL).await, shop.member("carol").await);
        let client = json!({ "client_name": "app", "redirect_uris": "urn:ietf:wg:oauth:2.0:oob" });
        let client = shop.anon().post("/api/v1/apps", client).await.ok();
        let profile = json!({ "note": "I am #alice", "discoverable": true,
            "fields_attributes": [{ "name": "web", "value": "https://localhost:9" }] });
        alice.patch("/api/v1/accounts/update_credentials", profile).await.ok();
        for (who, whom) in [(&alice, &bob), (&bob, &alice), (&carol, &alice)] {
            who.follows(whom).await;
        }
        let collection = json!({ "name": "x", "sensitive": false, "discoverable": true, "tag_name": "cats",
            "account_ids": [alice.id] });
        let collection = alice.post("/api/v1/collections", collection).await.ok()["collection"].clone();
        let picture = alice.picture().await;
        let text = format!("@bob look #cats {}", collection["url"].as_str().unwrap());
        let post = json!({ "status": text, "media_ids": [picture], "language": "en" });
        let status = id(&alice.post("/api/v1/statuses", post).await.ok());
        let reply = json!({ "status": "@alice nice", "in_reply_to_id": status });
        carol.post("/api/v1/statuses", reply).await.ok();
        for verb in ["favourite", "reblog", "bookmark"] {
            bob.post(&format!("/api/v1/statuses/{status}/{verb}"), json!({})).await.ok();
        }
        alice.post(&format!("/api/v1/statuses/{status}/favourite"), json!({})).await.ok();
        alice.post(&format!("/api/v1/statuses/{status}/bookmark"), json!({})).await.ok();
        let poll = json!({ "status": "well?", "poll": { "options": ["a", "b"], "expires_in": 600 } });
        bob.post("/api/v1/statuses", poll).await.ok();
        alice
            .put(
                &format!("/api/v1/statuses/{status}"),
                json!({ "status": format!("{text}!"), "media_ids": [picture] }),
            )
            .await
            .ok();
        alice.post("/api/v1/markers", json!({ "home": { "last_read_id": "1" } })).await.ok();
        let direct = json!({ "status": "@alice psst", "visibility": "direct" });
        bob.post("/api/v1/statuses", direct).await.ok();
        let quote = json!({ "status": "so true", "quoted_status_id": status });
        let quote = id(&bob.post("/api/v1/statuses", quote).await.ok());
        super::calls::emoji(&shop).await;
        shop.settle().await;
        let collection = (id(&collection), id(&collection["items"][0]));
        let app = shop.app_token(SCOPES).await;
        let far = film(&shop, &alice, &status).await;
        Self { shop, alice, bob, carol, app, status, client, far, picture, quote, collection, next: 0.into() }
    }

    /// A path where every part stands for something that is there, as far as that is known.
    pub fn path(&self, route: &Route) -> String {
        let mut before = "";
        let mut parts = Vec::new();
        for part in route.path.split('/') {
            let filled = match (before, part) {
                (_, ":status_id") | ("statuses", ":id") => self.status.clone(),
                ("users", ":id") => self.alice.id.clone(),
                (_, ":collection_id") => self.collection.0.clone(),
                (_, ":item_id") => self.collection.1.clone(),
                ("accounts", ":id") | (_, ":account_id") => self.bob.id.clone(),
                ("users", ":username") | (_, "@:username") => part.replace(":username", "alice"),
                ("@:username", ":id") => self.status.clone(),
                (_, ":name" | ":hashtag") => "cats".to_owned(),
                ("embeds", ":id") => self.status.clone(),
                ("emojis", ":id") => "party".to_owned(),
                ("media", ":id") if !route.is_api() => self.picture.clone(),
                (_, ":quote_id") => self.quote.clone(),
                (_, ":context") => format!("{}-{}", self.alice.id, self.status),
                (_, ":date") => "2026-01-01".to_owned(),
                ("media_proxy", ":id") => self.far.clone(),
                (_, ":style") => "original".to_owned(),
                (_, part) if part.starts_with(':') => NOBODY.to_owned(),
                (_, part) => part.to_owned(),
            };
            before = part;
            parts.push(filled);
        }
        let path = parts.join("/");
        let query = match route.path.as_str() {
            "/.well-known/webfinger" => format!("?resource=acct:alice@{}", self.shop.domain()),
            "/api/v1/accounts/lookup" => "?acct=bob".to_owned(),
            "/api/oembed" => format!("?url={}/@alice/{}", self.shop.base(), self.status),
            "/.well-known/proxy" => "?uri=https://far.example/@bob".to_owned(),
            "/intent" => "?uri=web%2Bmastodon://follow?uri=acct:bob@far.example".to_owned(),
            "/api/v1/streaming/hashtag" | "/api/v1/streaming/hashtag/local" => "?tag=cats".to_owned(),
            _ => String::new(),
        };
        path + &query
    }

    /// Makes a call; uploads take the place of bodies where files are sent.
    pub async fn send(&self, route: &Route, call: Call) -> Answer {
        let Call { who, path, body } = call;
        let method = Method::from_bytes(route.method.as_bytes()).unwrap();
        if route.path.ends_with("/media") && method == Method::POST {
            let file = ("file", "cat.png", "image/png", pictures::png(32, 32));
            return who.upload(&path, &[], file).await;
        }
        let request = who.request(method, &path);
        who.send(if body.is_null() { request } else { request.json(&body) }).await
    }

    /// A good call of this route; `None` where there is no telling.
    pub async fn call(&self, route: &Route) -> Option<Call> {
        if let Some(call) = self.further(route).await {
            return Some(call);
        }
        let (path, body) = match route.method.as_str() {
            "GET" => (self.reading(&route.path).await?, Value::Null),
            _ => self.writing(&route.method, &route.path).await?,
        };
        let who = match route.path.as_str() {
            "/api/v1/accounts" if route.method == "POST" => &self.app,
            _ => &self.alice,
        };
        Some(Call { who: who.clone(), path, body })
    }

    pub(super) fn number(&self) -> u32 {
        self.next.fetch_add(1, std::sync::atomic::Ordering::Relaxed)
    }

    pub(super) async fn post(&self, who: &Person) -> String {
        let text = format!("post {}", self.number());
        id(&who.post("/api/v1/statuses", json!({ "status": text })).await.ok())
    }

    /// The id of something that this call makes.
    pub(super) async fn made(&self, path: &str, body: Value) -> Option<String> {
        let answer = self.alice.post(path, body).await;
        (answer.status() == 200).then(|| id(&answer.json()))
    }

    /// A list of alice's, where there are lists.
    pub async fn list(&self) -> Option<String> {
        self.made("/api/v1/lists", json!({ "title": format!("list {}", self.number()) })).await
    }

    /// A collection of alice's with herself in it, and her place there; all but the first one go before.
    async fn collection(&self) -> Option<(String, String)> {
        let list = self.alice.get(&format!("/api/v1/accounts/{}/collections", self.alice.id)).await.ok();
        for older in
            list["collections"].as_array()?.iter().map(id).filter(|older| *older != self.collection.0)
        {
            self.alice.delete(&format!("/api/v1/collections/{older}")).await;
        }
        let body =
            json!({ "name": "x", "sensitive": false, "discoverable": true, "account_ids": [self.alice.id] });
        let answer = self.alice.post("/api/v1/collections", body).await;
        let collection = (answer.status() == 200).then(|| answer.json()["collection"].clone())?;
        Some((id(&collection), id(&collection["items"][0])))
    }

    pub(super) fn filter() -> Value {
        json!({ "title": "dogs", "context": ["home"], "keywords_attributes": [{ "keyword": "dog" }] })
    }

    /// A rule about a server that nobody has heard of, or a leave for one.
    async fn domain(&self, path: &str) -> Option<String> {
        let domain = format!("far{}.example", self.number());
        self.made(path.trim_end_matches("/:id"), json!({ "domain": domain })).await
    }

    async fn poll(&self) -> String {
        let poll = json!({ "options": ["a", "b"], "expires_in": 600 });
        let body = json!({ "status": format!("poll {}", self.number()), "poll": poll });
        id(&self.bob.post("/api/v1/statuses", body).await.ok()["poll"])
    }

    async fn reading(&self, path: &str) -> Option<String> {
        let first = async |path: &str| {
            let list = self.alice.get(path).await;
            (list.status() == 200).then(|| list.json()).map(|list| id(&list[0]))
        };
        Some(match path {
            "/api/v1/accounts" => format!("{path}?id[]={}&id[]={}", self.bob.id, self.carol.id),
            "/api/v1/accounts/search" | "/api/v2/search" => format!("{path}?q=bob"),
            "/api/v1/accounts/lookup" => format!("{path}?acct=bob"),
            "/api/v1/accounts/relationships" | "/api/v1/accounts/familiar_followers" => {
                format!("{path}?id[]={}", self.bob.id)
            }
            "/api/v1/domain_blocks/preview" => format!("{path}?domain=far.example"),
            "/api/v1/statuses" => format!("{path}?id[]={}", self.status),
            _ if path.ends_with("/collections/:id") => path.replace(":id", &self.collection.0),
            _ if path.ends_with("ccounts/:account_id/collections") || path.ends_with("/in_collections") => {
                path.replace(":account_id", &self.alice.id)
            }
            // Nobody has asked for pushes.
            "/api/v1/push/subscription" => return None,
            // Shows nothing before a link is much talked about.
            "/api/v1/timelines/link" => return None,
            "/api/v1/scheduled_statuses/:id" => {
                let post = json!({ "status": "later", "scheduled_at": "2098-01-01T00:00:00Z" });
                path.replace(":id", &self.made("/api/v1/statuses", post).await?)
            }
            "/api/v1/admin/domain_blocks/:id" | "/api/v1/admin/domain_allows/:id" => {
                path.replace(":id", &self.domain(path).await?)
            }
            "/api/v1/polls/:id" => path.replace(":id", &self.poll().await),
            "/api/v1/media/:id" => path.replace(":id", &self.alice.picture().await),
            "/api/v1/notifications/:id" => path.replace(":id", &first("/api/v1/notifications").await?),
            "/api/v1/lists/:id" | "/api/v1/lists/:id/accounts" => path.replace(":id", &self.list().await?),
            "/api/v1/timelines/list/:list_id" => path.replace(":list_id", &self.list().await?),
            "/api/v2/filters/:id" => {
                path.replace(":id", &self.made("/api/v2/filters", Self::filter()).await?)
            }
            "/api/v2/filters/:filter_id/keywords" | "/api/v2/filters/:filter_id/statuses" => {
                path.replace(":filter_id", &self.made("/api/v2/filters", Self::filter()).await?)
            }
            "/oauth/userinfo"
            | "/.well-known/oauth-authorization-server"
            | "/nodeinfo/2.0"
            | "/.well-known/nodeinfo" => path.to_owned(),
            "/.well-known/webfinger" => format!("{path}?resource=acct:alice@{}", self.shop.domain()),
            "/api/v1/streaming/health" => path.to_owned(),
            _ if !path.starts_with("/api/v") || path.starts_with("/api/v1/streaming") => return None,
            _ if path.contains("/:") => {
                let known = [
                    "/api/v1/accounts/:id",
                    "/api/v1/statuses/:id",
                    "/api/v1/tags/",
                    "/api/v1/timelines/tag",
                ];
                if !known.iter().any(|start| path.starts_with(start)) {
                    return None;
                }
                path.replace("accounts/:id", &format!("accounts/{}", self.bob.id))
                    .replace("statuses/:id", &format!("statuses/{}", self.status))
                    .replace(":name", "cats")
                    .replace(":hashtag", "cats")
            }
            _ => path.to_owned(),
        })
    }

    async fn writing(&self, method: &str, path: &str) -> Option<(String, Value)> {
        let none = || json!({});
        Some(match (method, path) {
            ("POST", "/api/v1/apps") => {
                (path.to_owned(), json!({ "client_name": "x", "redirect_uris": "https://app.example/back" }))
            }
            ("POST", "/oauth/token") => {
                let (key, secret) = (&self.client["client_id"], &self.client["client_secret"]);
                let grant =
                    json!({ "grant_type": "client_credentials", "client_id": key, "client_secret": secret });
                (path.to_owned(), grant)
            }
            ("POST", "/api/v1/accounts") => {
                let name = format!("newcomer{}", self.number());
                let draft = json!({ "username": name, "email": format!("{name}@example.com"), "locale": "en",
                    "password": "long enough to be good", "agreement": true });
                (path.to_owned(), draft)
            }
            ("PATCH" | "PUT", "/api/v1/accounts/update_credentials" | "/api/v1/profile") => {
                (path.to_owned(), json!({ "display_name": "Alice" }))
            }
            ("POST", "/api/v1/admin/domain_blocks" | "/api/v1/admin/domain_allows") => {
                (path.to_owned(), json!({ "domain": format!("far{}.example", self.number()) }))
            }
            (
                "PUT" | "PATCH" | "DELETE",
                "/api/v1/admin/domain_blocks/:id" | "/api/v1/admin/domain_allows/:id",
            ) => (path.replace(":id", &self.domain(path).await?), json!({ "severity": "suspend" })),
            ("POST", "/api/v1/accounts/:id/note") => {
                (path.replace(":id", &self.bob.id), json!({ "comment": "nice" }))
            }
            ("POST", "/api/v1/accounts/:id/pin" | "/api/v1/accounts/:id/endorse") => {
                self.alice.follows(&self.bob).await;
                (path.replace(":id", &self.bob.id), none())
            }
            ("POST", path) if path.starts_with("/api/v1/accounts/:id/") => {
                (path.replace(":id", &self.bob.id), none())
            }
            ("POST", path) if path.starts_with("/api/v1/follow_requests/:account_id/") => {
                self.alice.patch("/api/v1/accounts/update_credentials", json!({ "locked": true })).await.ok();
                let asking = self.shop.member(&format!("asking{}", self.number())).await;
                asking.follows(&self.alice).await;
                (path.replace(":account_id", &asking.id), none())
            }
            ("POST", "/api/v1/statuses") => (path.to_owned(), json!({ "status": "hello" })),
            ("PUT" | "PATCH", "/api/v1/statuses/:id") => {
                let edit = json!({ "status": format!("edit {}", self.number()) });
                (path.replace(":id", &self.post(&self.alice).await), edit)
            }
            ("DELETE", "/api/v1/statuses/:id") => {
                (path.replace(":id", &self.post(&self.alice).await), Value::Null)
            }
            ("POST", path) if is_mark(path) => {
                let post = self.post(&self.alice).await;
                (path.replace(":id", &post), none())
            }
            ("PUT" | "PATCH", "/api/v1/statuses/:id/interaction_policy") => (
                path.replace(":id", &self.post(&self.alice).await),
                json!({ "quote_approval_policy": "followers" }),
            ),
            ("PUT" | "PATCH" | "DELETE", "/api/v1/scheduled_statuses/:id") => {
                let post = json!({ "status": "later", "scheduled_at": "2098-01-01T00:00:00Z" });
                let waiting = self.made("/api/v1/statuses", post).await?;
                (path.replace(":id", &waiting), json!({ "scheduled_at": "2099-01-01T00:00:00Z" }))
            }
            ("POST", "/api/v1/reports") => {
                let list = json!({ "name": "y", "sensitive": false, "discoverable": true });
                let list = self.bob.post("/api/v1/collections", list).await.ok()["collection"]["id"].clone();
                let body =
                    json!({ "account_id": self.bob.id, "comment": "too loud", "collection_ids": [list] });
                (path.to_owned(), body)
            }
            ("POST", "/api/v1/polls/:id/votes") => {
                (path.replace(":id", &self.poll().await), json!({ "choices": [0] }))
            }
            ("POST", "/api/v1/media" | "/api/v2/media") => (path.to_owned(), Value::Null),
            ("PUT" | "PATCH", "/api/v1/media/:id") => {
                (path.replace(":id", &self.alice.picture().await), json!({ "description": "x" }))
            }
            ("DELETE", "/api/v1/media/:id") => {
                (path.replace(":id", &self.alice.picture().await), Value::Null)
            }
            ("POST", "/api/v1/markers") => (path.to_owned(), json!({ "home": { "last_read_id": "2" } })),
            ("POST", "/api/v1/lists") => (path.to_owned(), json!({ "title": "friends" })),
            ("PUT" | "PATCH", "/api/v1/lists/:id") => {
                (path.replace(":id", &self.list().await?), json!({ "title": "others" }))
            }
            ("POST" | "DELETE", "/api/v1/lists/:id/accounts") => {
                self.alice.follows(&self.bob).await;
                (path.replace(":id", &self.list().await?), json!({ "account_ids": [self.bob.id] }))
            }
            ("DELETE", "/api/v1/lists/:id") => (path.replace(":id", &self.list().await?), Value::Null),
            ("POST", "/api/v2/filters") => (path.to_owned(), Self::filter()),
            ("PUT" | "PATCH", "/api/v2/filters/:id") => {
                let filter = self.made("/api/v2/filters", Self::filter()).await?;
                (path.replace(":id", &filter), json!({ "title": "cats" }))
            }
            ("DELETE", "/api/v2/filters/:id") => {
                (path.replace(":id", &self.made("/api/v2/filters", Self::filter()).await?), Value::Null)
            }
            ("POST", "/api/v1/filters") => (path.to_owned(), json!({ "phrase": "dog", "context": ["home"] })),
            (
                "POST",
                "/api/v1/tags/:name/follow"
                | "/api/v1/tags/:name/unfollow"
                | "/api/v1/tags/:name/feature"
                | "/api/v1/tags/:name/unfeature",
            ) => (path.replace(":name", "cats"), none()),
            ("POST", path) if path.ends_with("/collections") => {
                (path.to_owned(), json!({ "name": "x", "sensitive": false, "discoverable": false }))
            }
            ("PUT" | "PATCH" | "DELETE", path) if path.ends_with("/collections/:id") => {
                let body = json!({ "name": "y", "description": "z", "tag_name": "cats" });
                (path.replace(":id", &self.collection().await?.0), body)
            }
            ("POST", path) if path.ends_with("/collections/:collection_id/items") => {
                let stranger = self.shop.member(&format!("shown{}", self.number())).await;
                let open = json!({ "discoverable": true });
                stranger.patch("/api/v1/accounts/update_credentials", open).await.ok();
                (
                    path.replace(":collection_id", &self.collection().await?.0),
                    json!({ "account_id": stranger.id }),
                )
            }
            ("POST" | "DELETE", path) if path.contains("/collections/:collection_id/items/:id") => {
                let (collection, item) = self.collection().await?;
                let path = path.replace(":collection_id", &collection).replace(":id", &item);
                (path, Value::Null)
            }
            ("DELETE", "/api/v1/profile/avatar" | "/api/v1/profile/header") => (path.to_owned(), Value::Null),
            ("POST", "/api/v1/notifications/clear" | "/api/v2/notifications/clear") => {
                (path.to_owned(), none())
            }
            _ => return None,
        })
    }
}

/// The verbs that mark a post.
fn is_mark(path: &str) -> bool {
    let verbs = [
        "favourite",
        "unfavourite",
        "reblog",
        "unreblog",
        "bookmark",
        "unbookmark",
        "mute",
        "unmute",
        "pin",
        "unpin",
    ];
    path.strip_prefix("/api/v1/statuses/:id/").is_some_and(|verb| verbs.contains(&verb))
}
