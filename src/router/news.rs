//! Routes of what somebody is told, and of what they do not want to hear.

use axum::Router;
use axum::routing::{delete, get, post};

use crate::features::conversations;
use crate::features::filters;
use crate::features::notifications;
use crate::features::push;
use crate::platform::app::App;
use crate::platform::http::deprecated::{SINCE_4_0, SINCE_4_3, since};

/// Notifications, conversations, push, filters.
pub(super) fn routes() -> Router<App> {
    Router::new().merge(telling()).merge(direct()).merge(waking()).merge(filtering())
}

/// Notifications, one by one, in groups, and kept back: `features/notifications`.
fn telling() -> Router<App> {
    use notifications::api::{self, groups, requests};
    Router::new()
        .route("/api/v1/notifications", get(api::list))
        .route("/api/v1/notifications/clear", post(api::clear))
        .route("/api/v1/notifications/unread_count", get(api::unread_count))
        .route("/api/v1/notifications/{id}", get(api::one))
        .route("/api/v1/notifications/{id}/dismiss", post(api::dismiss))
        .route("/api/v2/notifications", get(groups::list))
        .route("/api/v2/notifications/clear", post(api::clear))
        .route("/api/v2/notifications/unread_count", get(groups::unread_count))
        .route("/api/v2/notifications/{key}", get(groups::one))
        .route("/api/v2/notifications/{key}/dismiss", post(groups::dismiss))
        .route("/api/v2/notifications/{key}/accounts", get(groups::accounts))
        .route(
            "/api/v2/notifications/policy",
            get(requests::policy).put(requests::change_policy).patch(requests::change_policy),
        )
        .route(
            "/api/v1/notifications/policy",
            get(requests::first_policy)
                .put(requests::change_first_policy)
                .patch(requests::change_first_policy)
                .layer(since(SINCE_4_3)),
        )
        .route("/api/v1/notifications/requests", get(requests::list))
        .route("/api/v1/notifications/requests/merged", get(requests::merged))
        .route("/api/v1/notifications/requests/accept", post(requests::accept_many))
        .route("/api/v1/notifications/requests/dismiss", post(requests::dismiss_many))
        .route("/api/v1/notifications/requests/{id}", get(requests::one))
        .route("/api/v1/notifications/requests/{id}/accept", post(requests::accept))
        .route("/api/v1/notifications/requests/{id}/dismiss", post(requests::dismiss))
}

/// Direct posts by people: `features/conversations`.
fn direct() -> Router<App> {
    Router::new()
        .route("/api/v1/conversations", get(conversations::api::list))
        .route("/api/v1/conversations/{id}", delete(conversations::api::delete))
        .route("/api/v1/conversations/{id}/read", post(conversations::api::read))
        .route("/api/v1/conversations/{id}/unread", post(conversations::api::unread))
}

/// Web push: `features/push`.
fn waking() -> Router<App> {
    Router::new()
        .route(
            "/api/v1/push/subscription",
            get(push::api::show)
                .post(push::api::create)
                .put(push::api::update)
                .patch(push::api::update)
                .delete(push::api::delete),
        )
        .route("/api/web/push_subscriptions/{ticket}", delete(push::api::leave))
}

/// Filters: `features/filters`.
fn filtering() -> Router<App> {
    Router::new()
        .route("/api/v2/filters", get(filters::api::list).post(filters::api::create))
        .route(
            "/api/v2/filters/{id}",
            get(filters::api::show)
                .put(filters::api::update)
                .patch(filters::api::update)
                .delete(filters::api::remove),
        )
        .route("/api/v2/filters/{id}/keywords", get(filters::api::keywords).post(filters::api::add_keyword))
        .route(
            "/api/v2/filters/keywords/{id}",
            get(filters::api::keyword)
                .put(filters::api::update_keyword)
                .patch(filters::api::update_keyword)
                .delete(filters::api::remove_keyword),
        )
        .route("/api/v2/filters/{id}/statuses", get(filters::api::statuses).post(filters::api::add_status))
        .route("/api/v2/filters/statuses/{id}", get(filters::api::status).delete(filters::api::remove_status))
        .route(
            "/api/v1/filters",
            get(filters::api::first::list).post(filters::api::first::create).layer(since(SINCE_4_0)),
        )
        .route(
            "/api/v1/filters/{id}",
            get(filters::api::first::show)
                .put(filters::api::first::update)
                .patch(filters::api::first::update)
                .delete(filters::api::first::remove)
                .layer(since(SINCE_4_0)),
        )
}
