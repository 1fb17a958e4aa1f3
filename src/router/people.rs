//! Routes of accounts, of what stands between them, and of what they are gathered in.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn;
use axum::routing::{delete, get, patch, post};

use crate::features::accounts::{self, api::credentials, api::profile};
use crate::features::collections::api as collections;
use crate::features::directory;
use crate::features::lists;
use crate::features::relationships;
use crate::features::suggestions;
use crate::features::tags;
use crate::platform::app::App;
use crate::platform::http::deprecated::{FIRST_SUGGESTIONS, SINCE_3_5, since};
use crate::platform::http::upload;

/// Accounts, lists, hashtags, collections.
pub(super) fn routes() -> Router<App> {
    Router::new().merge(people()).merge(accounts_on_lists()).merge(hashtags()).merge(collections())
}

/// Accounts and what stands between them: `features/accounts`, `features/relationships`.
fn people() -> Router<App> {
    Router::new()
        .route("/api/v1/accounts", get(accounts::api::list))
        .route("/api/v1/accounts/verify_credentials", get(credentials::verify))
        .route(
            "/api/v1/accounts/update_credentials",
            patch(credentials::update).put(credentials::update).layer(DefaultBodyLimit::max(upload::LIMIT)),
        )
        .route(
            "/api/v1/profile",
            get(profile::show)
                .patch(profile::update)
                .put(profile::update)
                .layer(DefaultBodyLimit::max(upload::LIMIT)),
        )
        .route("/api/v1/profile/avatar", delete(credentials::remove_avatar))
        .route("/api/v1/profile/header", delete(credentials::remove_header))
        .route("/api/v1/preferences", get(credentials::preferences))
        .route("/api/v1/accounts/search", get(accounts::api::search))
        .route("/api/v1/accounts/lookup", get(accounts::api::lookup))
        .route("/api/v1/accounts/relationships", get(relationships::api::list))
        .route("/api/v1/accounts/{id}", get(accounts::api::show))
        .route("/api/v1/accounts/{id}/followers", get(accounts::api::followers))
        .route("/api/v1/accounts/{id}/following", get(accounts::api::following))
        .route("/api/v1/accounts/{id}/endorsements", get(relationships::api::endorsements::of))
        .route(
            "/api/v1/accounts/{id}/identity_proofs",
            get(accounts::api::identity_proofs).layer(since(SINCE_3_5)),
        )
        .route("/api/v1/accounts/{id}/endorse", post(relationships::api::endorsements::add))
        .route("/api/v1/accounts/{id}/pin", post(relationships::api::endorsements::add))
        .route("/api/v1/accounts/{id}/unendorse", post(relationships::api::endorsements::remove))
        .route("/api/v1/accounts/{id}/unpin", post(relationships::api::endorsements::remove))
        .route("/api/v1/accounts/familiar_followers", get(relationships::api::endorsements::familiar))
        .route("/api/v1/accounts/{id}/follow", post(relationships::api::follow))
        .route("/api/v1/accounts/{id}/unfollow", post(relationships::api::unfollow))
        .route("/api/v1/accounts/{id}/remove_from_followers", post(relationships::api::remove_from_followers))
        .route("/api/v1/accounts/{id}/block", post(relationships::api::block))
        .route("/api/v1/accounts/{id}/unblock", post(relationships::api::unblock))
        .route("/api/v1/accounts/{id}/mute", post(relationships::api::mute))
        .route("/api/v1/accounts/{id}/unmute", post(relationships::api::unmute))
        .route("/api/v1/accounts/{id}/note", post(relationships::api::note))
        .route("/api/v1/follow_requests", get(relationships::api::requests))
        .route("/api/v1/follow_requests/{id}/authorize", post(relationships::api::authorize))
        .route("/api/v1/follow_requests/{id}/reject", post(relationships::api::reject))
        .route("/api/v1/blocks", get(relationships::api::blocks))
        .route("/api/v1/mutes", get(relationships::api::mutes))
        .route("/api/v1/endorsements", get(relationships::api::endorsements::own))
        .route(
            "/api/v1/domain_blocks",
            get(relationships::api::domains::list)
                .post(relationships::api::domains::block)
                .delete(relationships::api::domains::unblock),
        )
        .route("/api/v1/domain_blocks/preview", get(relationships::api::domains::preview))
        .route("/api/v1/directory", get(directory::api::list))
        .route("/api/v1/suggestions", get(suggestions::api::old_list).layer(since(FIRST_SUGGESTIONS)))
        .route("/api/v1/suggestions/{id}", delete(suggestions::api::dismiss))
        .route("/api/v2/suggestions", get(suggestions::api::list))
}

/// Lists of accounts: `features/lists`.
fn accounts_on_lists() -> Router<App> {
    let (one, members) = ("/api/v1/lists/{id}", "/api/v1/lists/{id}/accounts");
    Router::new()
        .route("/api/v1/lists", get(lists::api::all).post(lists::api::create))
        .route(
            one,
            get(lists::api::one).put(lists::api::edit).patch(lists::api::edit).delete(lists::api::remove),
        )
        .route(members, get(lists::api::members).post(lists::api::add).delete(lists::api::take_off))
        .route("/api/v1/accounts/{id}/lists", get(lists::api::with))
}

/// Hashtags, followed and on profiles: `features/tags`.
fn hashtags() -> Router<App> {
    Router::new()
        .route("/api/v1/tags/{name}", get(tags::api::show))
        .route("/api/v1/tags/{name}/follow", post(tags::api::follow_tag))
        .route("/api/v1/tags/{name}/unfollow", post(tags::api::unfollow_tag))
        .route("/api/v1/tags/{name}/feature", post(tags::api::feature_tag))
        .route("/api/v1/tags/{name}/unfeature", post(tags::api::unfeature_tag))
        .route("/api/v1/followed_tags", get(tags::api::followed))
        .route("/api/v1/featured_tags", get(tags::api::featured).post(tags::api::feature_new))
        .route("/api/v1/featured_tags/suggestions", get(tags::api::suggestions))
        .route("/api/v1/featured_tags/{id}", delete(tags::api::feature_no_more))
        .route("/api/v1/accounts/{id}/featured_tags", get(tags::api::featured_by))
}

/// Collections of accounts, and the older paths to them: `features/collections`.
fn collections() -> Router<App> {
    let older = collections_at("/api/v1_alpha").layer(from_fn(collections::deprecated));
    collections_at("/api/v1").merge(older)
}

fn collections_at(base: &str) -> Router<App> {
    let at = |path: &str| format!("{base}{path}");
    let one = get(collections::show).put(collections::update).patch(collections::update);
    Router::new()
        .route(&at("/accounts/{id}/collections"), get(collections::of_account))
        .route(&at("/accounts/{id}/in_collections"), get(collections::showing))
        .route(&at("/collections"), post(collections::create))
        .route(&at("/collections/{id}"), one.delete(collections::delete))
        .route(&at("/collections/{id}/items"), post(collections::add_item))
        .route(&at("/collections/{id}/items/{item}"), delete(collections::remove_item))
        .route(&at("/collections/{id}/items/{item}/revoke"), post(collections::revoke_item))
}
