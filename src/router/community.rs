//! Routes of the community as a whole, and of what its staff decides.

use axum::Router;
use axum::routing::{get, post, put};

use crate::features::announcements;
use crate::features::annual_reports;
use crate::features::async_refreshes;
use crate::features::domain_rules;
use crate::features::emoji;
use crate::features::instance;
use crate::features::search;
use crate::features::statuses;
use crate::features::trends;
use crate::platform::app::App;
use crate::platform::http::deprecated::{SINCE_3_5, SINCE_4_0, since};
use crate::platform::http::health;

/// The community and its staff.
pub(super) fn routes() -> Router<App> {
    Router::new().merge(community()).merge(servers())
}

/// The community, its emoji, search and preferences: `features/instance`, `emoji`, `search`.
fn community() -> Router<App> {
    Router::new()
        .route("/api/v1_alpha/async_refreshes/{id}", get(async_refreshes::api::show))
        .route("/health", get(health::live))
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .route("/api/v2/instance", get(instance::api::second))
        .route("/api/v1/instance", get(instance::api::first).layer(since(SINCE_4_0)))
        .route("/api/v1/instance/rules", get(instance::api::rules))
        .route("/api/v1/instance/activity", get(instance::api::activity))
        .route("/api/v1/instance/peers", get(instance::api::peers))
        .route("/api/v1/peers/search", get(instance::api::find_peers))
        .route("/api/v1/instance/extended_description", get(instance::api::extended_description))
        .route("/api/v1/instance/languages", get(instance::api::languages))
        .route("/api/v1/instance/translation_languages", get(instance::api::translation_languages))
        .route("/api/v1/instance/privacy_policy", get(instance::api::policies::privacy))
        .route("/api/v1/instance/terms_of_service", get(instance::api::policies::terms))
        .route("/api/v1/instance/terms_of_service/{date}", get(instance::api::policies::terms_of))
        .route("/api/v1/instance/domain_blocks", get(domain_rules::api::public_list))
        .route("/api/v1/donation_campaigns", get(instance::api::policies::donation_campaigns))
        .route(
            "/api/v1/accounts/{id}/email_subscriptions",
            post(instance::api::policies::email_subscriptions),
        )
        .route("/api/v1/annual_reports", get(annual_reports::api::list))
        .route("/api/v1/annual_reports/{year}", get(annual_reports::api::one))
        .route("/api/v1/annual_reports/{year}/state", get(annual_reports::api::state))
        .route("/api/v1/annual_reports/{year}/generate", post(annual_reports::api::generate))
        .route("/api/v1/annual_reports/{year}/read", post(annual_reports::api::read))
        .route("/api/oembed", get(statuses::api::oembed::show))
        .route("/api/web/embeds/{id}", get(statuses::api::oembed::by_number))
        .route("/api/v1/custom_emojis", get(emoji::api::list))
        .route("/api/v2/search", get(search::api::search))
        .route("/api/v1/announcements", get(announcements::api::list))
        .route("/api/v1/announcements/{id}/dismiss", post(announcements::api::dismiss))
        .route(
            "/api/v1/announcements/{id}/reactions/{name}",
            put(announcements::api::react)
                .patch(announcements::api::react)
                .delete(announcements::api::unreact),
        )
        .route("/api/v1/trends", get(trends::api::tags).layer(since(SINCE_3_5)))
        .route("/api/v1/trends/tags", get(trends::api::tags))
        .route("/api/v1/trends/statuses", get(trends::api::statuses))
        .route("/api/v1/trends/links", get(trends::api::links))
        .route("/api/v1/timelines/link", get(trends::api::link_timeline))
}

/// What the staff says about other servers: `features/domain_rules`.
fn servers() -> Router<App> {
    Router::new()
        .route("/api/v1/admin/domain_blocks", get(domain_rules::api::rules).post(domain_rules::api::add_rule))
        .route(
            "/api/v1/admin/domain_blocks/{id}",
            get(domain_rules::api::rule)
                .put(domain_rules::api::change_rule)
                .patch(domain_rules::api::change_rule)
                .delete(domain_rules::api::lift_rule),
        )
        .route(
            "/api/v1/admin/domain_allows",
            get(domain_rules::api::allows).post(domain_rules::api::add_allow),
        )
        .route(
            "/api/v1/admin/domain_allows/{id}",
            get(domain_rules::api::allow).delete(domain_rules::api::lift_allow),
        )
}
