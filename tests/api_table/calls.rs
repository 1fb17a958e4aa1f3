//! Good calls of the routes that need something to be made first, and of everything that is no JSON of the client API.

use std::time::Duration;

use serde_json::{Value, json};
use shop::features::announcements::{self, Draft};
use shop::features::async_refreshes::{self, Begun};
use shop::features::emoji::table::{EMOJIS, Emoji};
use shop::platform::place::Place;

use super::routes::Route;
use super::stage::{Call, Stage, id};
use crate::support::wake::PushService;
use crate::support::{Person, Shop};

/// Working rows without a good call, by method and path, and why.
pub const NEVER_GOOD: [(&str, &str); 3] = [
    ("GET /api/v1/annual_reports/:year", "there are no annual reports: 404"),
    ("POST /api/v1/annual_reports/:year/read", "there are no annual reports: 404"),
    ("POST /api/v1/statuses/:id/translate", "nothing is translated: 404"),
];

/// Gives the community an emoji.
pub async fn emoji(shop: &Shop) {
    let made = shop.app().write(|tx| {
        let emoji = Emoji {
            image: Place::Blob("emojis/party.png".to_owned()),
            still: None,
            uri: None,
            visible: true,
            disabled: false,
            category: None,
            updated_at: tx.now(),
        };
        EMOJIS.put(tx, &(String::new(), "party".to_owned()), &emoji)?;
        Ok(())
    });
    made.await.unwrap();
}

/// The id of the first of a list.
async fn first(who: &Person, path: &str) -> String {
    id(&who.get(path).await.ok()[0])
}

impl Stage {
    /// A good call of a route that the stage has no simpler one for.
    pub async fn further(&self, route: &Route) -> Option<Call> {
        let by_alice = |path: String, body: Value| Some(Call { who: self.alice.clone(), path, body });
        let path = route.path.as_str();
        if route.method == "GET" {
            let document =
                matches!(route.returns.as_str(), "AP" | "html" | "css" | "xml" | "text" | "redirect");
            if document && matches!(route.auth.as_str(), "none" | "none+") {
                return by_alice(self.path(route), Value::Null);
            }
        }
        if let Some((path, body)) = self.telling(&route.method, path).await {
            return by_alice(path, body);
        }
        if let Some((path, body)) = self.keeping(&route.method, path).await {
            return by_alice(path, body);
        }
        let body = match (route.method.as_str(), path) {
            ("POST", "/oauth/introspect") => json!({ "token": self.alice.token }),
            ("POST", "/oauth/revoke") => {
                let (key, secret) = (&self.client["client_id"], &self.client["client_secret"]);
                json!({ "client_id": key, "client_secret": secret, "token": "of nobody" })
            }
            ("POST", "/oauth/userinfo") | ("GET", "/oauth/token/info") => Value::Null,
            ("GET", "/manifest" | "/manifest.json" | "/api/oembed" | "/api/web/embeds/:id") => Value::Null,
            ("GET", "/api/v1/instance/terms_of_service/:date") => Value::Null,
            ("DELETE", "/api/web/push_subscriptions/:token") => Value::Null,
            ("GET", "/api/v1/annual_reports/:year/state") => {
                return by_alice(path.replace(":year", "2025"), Value::Null);
            }
            ("POST", "/api/v1/annual_reports/:year/generate") => {
                return by_alice(path.replace(":year", "2025"), json!({}));
            }
            _ => return None,
        };
        by_alice(self.path(route), body)
    }

    /// What others tell alice: notifications, requests, conversations, announcements, pushes.
    async fn telling(&self, method: &str, path: &str) -> Option<(String, Value)> {
        Some(match (method, path) {
            (_, "/api/v1/push/subscription") => {
                let service = PushService::start().await.subscription(true, &["mention"]);
                if method != "POST" {
                    self.alice.post(path, service.clone()).await.ok();
                }
                (path.to_owned(), if matches!(method, "GET" | "DELETE") { Value::Null } else { service })
            }
            ("GET", "/api/v1/notifications/:id") | ("POST", "/api/v1/notifications/:id/dismiss") => {
                self.is_liked().await;
                (path.replace(":id", &first(&self.alice, "/api/v1/notifications").await), Value::Null)
            }
            (_, path) if path.starts_with("/api/v2/notifications/:group_key") => {
                self.is_liked().await;
                let groups = self.alice.get("/api/v2/notifications").await.ok();
                let key = groups["notification_groups"][0]["group_key"].as_str().unwrap();
                (path.replace(":group_key", key), Value::Null)
            }
            ("PUT" | "PATCH", "/api/v1/notifications/policy") => {
                (path.to_owned(), json!({ "filter_bots": true }))
            }
            ("PUT" | "PATCH", "/api/v2/notifications/policy") => {
                (path.to_owned(), json!({ "for_bots": "filter" }))
            }
            (_, path) if path.starts_with("/api/v1/notifications/requests/:id") => {
                (path.replace(":id", &self.request().await), Value::Null)
            }
            ("POST", "/api/v1/notifications/requests/accept" | "/api/v1/notifications/requests/dismiss") => {
                (path.to_owned(), json!({ "id": [self.request().await] }))
            }
            (_, path) if path.starts_with("/api/v1/conversations/:id") => {
                let writer = self.stranger("writer").await;
                self.alice.follows(&writer).await;
                direct(&writer).await;
                (path.replace(":id", &first(&self.alice, "/api/v1/conversations").await), Value::Null)
            }
            (_, path) if path.starts_with("/api/v1/announcements/:id") => {
                let draft = Draft { text: "Hear, hear".to_owned(), ..Draft::default() };
                let id = self.shop.app().write(move |tx| announcements::publish(tx, draft)).await.unwrap();
                let path = path.replace(":id", &id.to_string()).replace(":name", "%F0%9F%8E%89");
                if method == "DELETE" {
                    self.alice.put(&path, Value::Null).await.ok();
                }
                (path, Value::Null)
            }
            ("GET", "/api/v1_alpha/async_refreshes/:id") => {
                let subject = format!("call {}", self.number());
                let Begun::New(id) = async_refreshes::begin(self.shop.app(), &subject, Duration::ZERO) else {
                    return None;
                };
                (path.replace(":id", &id), Value::Null)
            }
            _ => return None,
        })
    }

    /// What alice keeps for herself: filters, featured tags, blocked servers.
    async fn keeping(&self, method: &str, path: &str) -> Option<(String, Value)> {
        let body = |body: Value| if matches!(method, "GET" | "DELETE") { Value::Null } else { body };
        Some(match (method, path) {
            ("POST" | "DELETE", "/api/v1/domain_blocks") => {
                (path.to_owned(), json!({ "domain": "far.example" }))
            }
            ("DELETE", "/api/v1/suggestions/:account_id") => {
                (path.replace(":account_id", &self.carol.id), Value::Null)
            }
            ("POST", "/api/v1/statuses/:id/quotes/:quoting_id/revoke") => {
                // By now alice may be locked, and her posts private.
                let post = json!({ "status": format!("post {}", self.number()), "visibility": "public" });
                let post = id(&self.alice.post("/api/v1/statuses", post).await.ok());
                let quote = json!({ "status": "hear her", "quoted_status_id": post });
                let quote = id(&self.bob.post("/api/v1/statuses", quote).await.ok());
                (path.replace(":id", &post).replace(":quoting_id", &quote), json!({}))
            }
            ("POST", "/api/v2/filters/:filter_id/keywords") => {
                (path.replace(":filter_id", &self.filtering().await), json!({ "keyword": "hamster" }))
            }
            ("POST", "/api/v2/filters/:filter_id/statuses") => {
                (path.replace(":filter_id", &self.filtering().await), json!({ "status_id": self.status }))
            }
            (_, "/api/v2/filters/keywords/:id") => {
                let filter = self.filtering().await;
                let keywords = format!("/api/v2/filters/{filter}/keywords");
                (
                    path.replace(":id", &first(&self.alice, &keywords).await),
                    body(json!({ "keyword": "newt" })),
                )
            }
            (_, "/api/v2/filters/statuses/:id") => {
                let statuses = format!("/api/v2/filters/{}/statuses", self.filtering().await);
                (
                    path.replace(":id", &self.made(&statuses, json!({ "status_id": self.status })).await?),
                    Value::Null,
                )
            }
            (_, "/api/v1/filters/:id") => {
                let change = json!({ "phrase": "dog", "context": ["home"] });
                (path.replace(":id", &self.made("/api/v1/filters", change.clone()).await?), body(change))
            }
            ("POST", "/api/v1/featured_tags") => {
                (path.to_owned(), json!({ "name": format!("tag{}", self.number()) }))
            }
            ("DELETE", "/api/v1/featured_tags/:id") => {
                let tag = json!({ "name": format!("tag{}", self.number()) });
                (path.replace(":id", &self.made("/api/v1/featured_tags", tag).await?), Value::Null)
            }
            _ => return None,
        })
    }

    async fn filtering(&self) -> String {
        self.made("/api/v2/filters", Self::filter()).await.unwrap()
    }

    async fn stranger(&self, name: &str) -> Person {
        self.shop.member(&format!("{name}{}", self.number())).await
    }

    /// Something new to tell alice.
    async fn is_liked(&self) {
        let post = self.post(&self.alice).await;
        self.carol.post(&format!("/api/v1/statuses/{post}/favourite"), json!({})).await.ok();
    }

    /// A stranger's message that alice has still to decide about.
    async fn request(&self) -> String {
        direct(&self.stranger("stranger").await).await;
        first(&self.alice, "/api/v1/notifications/requests").await
    }
}

async fn direct(who: &Person) {
    let post = json!({ "status": "@alice are you there?", "visibility": "direct" });
    who.post("/api/v1/statuses", post).await.ok();
}
