//! Routes that other servers ask for.

use axum::Router;
use axum::routing::{get, post};

use crate::features::collections::api as collections;
use crate::features::emoji;
use crate::features::peers::api::{actors, contexts, discovery, inbox, objects};
use crate::features::quotes;
use crate::platform::app::App;

/// Other servers: discovery documents, actors, objects, inboxes.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/.well-known/webfinger", get(discovery::webfinger))
        .route("/.well-known/host-meta", get(discovery::host_meta))
        .route("/.well-known/host-meta.json", get(discovery::host_meta_json))
        .route("/.well-known/nodeinfo", get(discovery::nodeinfo_links))
        .route("/nodeinfo/{version}", get(discovery::nodeinfo))
        .route("/actor", get(actors::instance))
        .route("/actor/outbox", get(actors::instance_outbox))
        .route("/actor/inbox", post(inbox::post))
        .route("/inbox", post(inbox::post))
        .route("/users/{name}", get(actors::by_name))
        .route("/users/{name}/inbox", post(inbox::post))
        .route("/users/{name}/statuses/{status}", get(objects::by_name))
        .route("/emojis/{shortcode}", get(emoji::api::document))
        .route("/contexts/{context}", get(contexts::context))
        .route("/contexts/{context}/items", get(contexts::items))
        .route("/ap/users/{id}", get(actors::by_id))
        .route("/ap/users/{id}/inbox", post(inbox::post))
        .route("/ap/users/{id}/collections/tags", get(actors::featured_tags))
        .route("/ap/users/{id}/featured_collections", get(collections::peers::list))
        .route("/ap/users/{id}/collections/{collection}", get(collections::peers::collection))
        .route("/ap/users/{id}/collection_items/{item}", get(collections::peers::item))
        .route("/ap/users/{id}/feature_authorizations/{item}", get(collections::peers::agreement))
        .route("/ap/users/{id}/outbox", get(actors::outbox))
        .route("/ap/users/{id}/followers", get(actors::followers))
        .route("/ap/users/{id}/following", get(actors::following))
        .route("/ap/users/{id}/followers_synchronization", get(actors::followers_synchronization))
        .route("/ap/users/{id}/collections/featured", get(actors::featured_posts))
        .route("/ap/users/{id}/quote_authorizations/{quoting}", get(quotes::api::agreement))
        .route("/ap/users/{id}/statuses/{status}", get(objects::status))
        .route("/ap/users/{id}/statuses/{status}/activity", get(objects::activity))
        .route("/ap/users/{id}/statuses/{status}/replies", get(objects::replies))
        .route("/ap/users/{id}/statuses/{status}/likes", get(objects::likes))
        .route("/ap/users/{id}/statuses/{status}/shares", get(objects::shares))
}
