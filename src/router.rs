//! Every route of the server on one page: method, path, handler. Search here first.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{delete, get, patch, post, put};

use crate::features::accounts::{self, api::credentials, api::profile};
use crate::features::announcements;
use crate::features::annual_reports;
use crate::features::async_refreshes;
use crate::features::bookmarks;
use crate::features::conversations;
use crate::features::directory;
use crate::features::emoji;
use crate::features::favourites;
use crate::features::filters;
use crate::features::instance;
use crate::features::lists;
use crate::features::markers;
use crate::features::media;
use crate::features::notifications;
use crate::features::oauth;
use crate::features::peers::api::{actors, discovery, inbox, objects};
use crate::features::polls;
use crate::features::push;
use crate::features::quotes;
use crate::features::relationships;
use crate::features::reports;
use crate::features::scheduled_statuses;
use crate::features::search;
use crate::features::statuses;
use crate::features::streaming;
use crate::features::suggestions;
use crate::features::tags;
use crate::features::timelines;
use crate::features::trends;
use crate::features::users;
use crate::platform::app::App;
use crate::platform::http::{health, upload};
use crate::web;

/// All routes.
pub fn routes() -> Router<App> {
    Router::new()
        .merge(sign_in())
        .merge(people())
        .merge(accounts_on_lists())
        .merge(hashtags())
        .merge(files())
        .merge(posts())
        .merge(reading())
        .merge(telling())
        .merge(direct())
        .merge(waking())
        .merge(filtering())
        .merge(community())
        .merge(federation())
        .merge(pages())
}

/// Sign-up, sign-in, applications and tokens: `features/users`, `features/oauth`.
fn sign_in() -> Router<App> {
    Router::new()
        .route("/api/v1/apps", post(oauth::api::register))
        .route("/api/v1/apps/verify_credentials", get(oauth::api::verify_credentials))
        .route("/oauth/token", post(oauth::api::token))
        .route("/oauth/revoke", post(oauth::api::revoke))
        .route("/oauth/introspect", post(oauth::api::introspect))
        .route("/oauth/token/info", get(oauth::api::token_info))
        .route("/oauth/userinfo", get(oauth::api::user_info).post(oauth::api::user_info))
        .route("/.well-known/oauth-authorization-server", get(oauth::api::metadata))
        .route(
            "/oauth/authorize",
            get(web::consent::form).post(web::consent::decide).delete(web::consent::deny),
        )
        .route("/oauth/authorize/native", get(web::consent::native))
        .route("/api/v1/accounts", post(users::api::sign_up))
        .route("/api/v1/emails/confirmations", post(users::api::resend_confirmation))
        .route("/api/v1/emails/check_confirmation", get(users::api::check_confirmation))
        .route("/auth/sign_in", get(web::sign_in::form).post(web::sign_in::submit))
        .route("/auth/sign_out", post(web::sign_in::out))
        .route("/auth/sign_up", get(web::sign_up::form).post(web::sign_up::submit))
        .route("/auth/password/new", get(web::password::ask).post(web::password::send))
        .route("/auth/password/edit", get(web::password::edit).post(web::password::save))
        .route("/auth/confirmation", get(web::confirmation::form).post(web::confirmation::confirm))
        .route("/auth/confirmation/new", get(web::confirmation::ask).post(web::confirmation::send))
        .route("/setup", get(web::setup::form).post(web::setup::submit))
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
        .route("/api/v1/accounts/{id}/identity_proofs", get(accounts::api::identity_proofs))
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
        .route("/api/v1/suggestions", get(suggestions::api::old_list))
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

/// Uploads, and the files that browsers get: `features/media`.
fn files() -> Router<App> {
    let large = || DefaultBodyLimit::max(upload::LARGE_LIMIT);
    Router::new()
        .route("/api/v2/media", post(media::api::upload).layer(large()))
        .route("/api/v1/media", post(media::api::upload_and_wait).layer(large()))
        .route(
            "/api/v1/media/{id}",
            get(media::api::show)
                .put(media::api::update)
                .patch(media::api::update)
                .delete(media::api::delete)
                .layer(DefaultBodyLimit::max(upload::LIMIT)),
        )
        .route("/media/{*path}", get(media::api::files::file))
        .route("/media_proxy/cards/{key}", get(media::api::proxy::card))
        .route("/media_proxy/{id}/{style}", get(media::api::proxy::attachment))
        .route("/media_proxy/accounts/{id}/{which}", get(media::api::proxy::profile))
        .route("/media_proxy/emojis/{domain}/{shortcode}", get(media::api::proxy::emoji))
        .route("/avatars/original/missing.png", get(media::api::missing::avatar))
        .route("/headers/original/missing.png", get(media::api::missing::header))
}

/// Writing, and marks on what others wrote: `features/statuses`, `favourites`, `bookmarks`, `media`.
fn posts() -> Router<App> {
    Router::new()
        .route("/api/v1/statuses", post(statuses::api::post).get(statuses::api::many))
        .route(
            "/api/v1/statuses/{id}",
            get(statuses::api::one)
                .put(statuses::api::put)
                .patch(statuses::api::put)
                .delete(statuses::api::delete)
                .layer(DefaultBodyLimit::max(upload::LIMIT)),
        )
        .route("/api/v1/statuses/{id}/context", get(statuses::api::context))
        .route("/api/v1/statuses/{id}/history", get(statuses::api::history))
        .route("/api/v1/statuses/{id}/source", get(statuses::api::source))
        .route("/api/v1/statuses/{id}/translate", post(statuses::api::translate))
        .route("/api/v1/statuses/{id}/reblogged_by", get(statuses::api::reblogged_by))
        .route("/api/v1/statuses/{id}/favourited_by", get(favourites::api::of_status))
        .route("/api/v1/statuses/{id}/favourite", post(statuses::api::favourite))
        .route("/api/v1/statuses/{id}/unfavourite", post(statuses::api::unfavourite))
        .route("/api/v1/statuses/{id}/reblog", post(statuses::api::reblog))
        .route("/api/v1/statuses/{id}/unreblog", post(statuses::api::unreblog))
        .route("/api/v1/statuses/{id}/bookmark", post(statuses::api::bookmark))
        .route("/api/v1/statuses/{id}/unbookmark", post(statuses::api::unbookmark))
        .route("/api/v1/statuses/{id}/pin", post(statuses::api::pin))
        .route("/api/v1/statuses/{id}/unpin", post(statuses::api::unpin))
        .route("/api/v1/statuses/{id}/mute", post(statuses::api::mute))
        .route("/api/v1/statuses/{id}/unmute", post(statuses::api::unmute))
        .route("/api/v1/accounts/{id}/statuses", get(statuses::api::of_account))
        .route("/api/v1/statuses/{id}/quotes", get(quotes::api::list))
        .route("/api/v1/statuses/{id}/quotes/{quoting}/revoke", post(quotes::api::revoke))
        .route(
            "/api/v1/statuses/{id}/interaction_policy",
            put(quotes::api::policy).patch(quotes::api::policy),
        )
        .route("/api/v1/scheduled_statuses", get(scheduled_statuses::api::list))
        .route(
            "/api/v1/scheduled_statuses/{id}",
            get(scheduled_statuses::api::one)
                .put(scheduled_statuses::api::put)
                .patch(scheduled_statuses::api::put)
                .delete(scheduled_statuses::api::cancel),
        )
        .route("/api/v1/reports", post(reports::api::make))
        .route("/api/v1/polls/{id}", get(polls::api::show))
        .route("/api/v1/polls/{id}/votes", post(polls::api::vote))
        .route("/api/v1/favourites", get(favourites::api::list))
        .route("/api/v1/bookmarks", get(bookmarks::api::list))
}

/// Timelines, markers, streaming: `features/timelines`, `markers`, `streaming`.
fn reading() -> Router<App> {
    Router::new()
        .route("/api/v1/timelines/home", get(timelines::api::home))
        .route("/api/v1/timelines/list/{id}", get(timelines::api::list))
        .route("/api/v1/timelines/public", get(timelines::api::public))
        .route("/api/v1/timelines/tag/{hashtag}", get(timelines::api::tag))
        .route("/api/v1/markers", get(markers::api::list).post(markers::api::save_all))
        .route("/api/v1/streaming", get(streaming::api::socket))
        .route("/api/v1/streaming/", get(streaming::api::socket))
        .route("/api/v1/streaming/health", get(streaming::api::health))
        .route("/api/v1/streaming/{*path}", get(streaming::api::events))
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
                .patch(requests::change_first_policy),
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
        .route("/api/v1/filters", get(filters::api::first::list).post(filters::api::first::create))
        .route(
            "/api/v1/filters/{id}",
            get(filters::api::first::show)
                .put(filters::api::first::update)
                .patch(filters::api::first::update)
                .delete(filters::api::first::remove),
        )
}

/// The community, its emoji, search and preferences: `features/instance`, `emoji`, `search`.
fn community() -> Router<App> {
    Router::new()
        .route("/api/v1_alpha/async_refreshes/{id}", get(async_refreshes::api::show))
        .route("/health", get(health::live))
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .route("/api/v2/instance", get(instance::api::second))
        .route("/api/v1/instance", get(instance::api::first))
        .route("/api/v1/instance/rules", get(instance::api::rules))
        .route("/api/v1/instance/activity", get(instance::api::activity))
        .route("/api/v1/instance/peers", get(instance::api::peers))
        .route("/api/v1/peers/search", get(instance::api::find_peers))
        .route("/api/v1/instance/extended_description", get(instance::api::extended_description))
        .route("/api/v1/instance/languages", get(instance::api::languages))
        .route("/api/v1/instance/translation_languages", get(instance::api::translation_languages))
        .route("/api/v1/instance/privacy_policy", get(instance::api::policies::privacy))
        .route("/api/v1/instance/terms_of_service", get(instance::api::policies::terms))
        .route("/api/v1/instance/terms_of_service/{date}", get(instance::api::policies::terms))
        .route("/api/v1/instance/domain_blocks", get(instance::api::policies::domain_blocks))
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
        .route("/api/v1/trends", get(trends::api::old_tags))
        .route("/api/v1/trends/tags", get(trends::api::tags))
        .route("/api/v1/trends/statuses", get(trends::api::statuses))
        .route("/api/v1/trends/links", get(trends::api::links))
        .route("/api/v1/timelines/link", get(trends::api::link_timeline))
}

/// Other servers: discovery documents, actors, objects, inboxes.
fn federation() -> Router<App> {
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
        .route("/ap/users/{id}", get(actors::by_id))
        .route("/ap/users/{id}/inbox", post(inbox::post))
        .route("/ap/users/{id}/collections/tags", get(actors::featured_tags))
        .route("/ap/users/{id}/outbox", get(actors::outbox))
        .route("/ap/users/{id}/followers", get(actors::followers))
        .route("/ap/users/{id}/following", get(actors::following))
        .route("/ap/users/{id}/collections/featured", get(actors::featured_posts))
        .route("/ap/users/{id}/quote_authorizations/{quoting}", get(quotes::api::agreement))
        .route("/ap/users/{id}/statuses/{status}", get(objects::status))
        .route("/ap/users/{id}/statuses/{status}/activity", get(objects::activity))
        .route("/ap/users/{id}/statuses/{status}/replies", get(objects::replies))
        .route("/ap/users/{id}/statuses/{status}/likes", get(objects::likes))
        .route("/ap/users/{id}/statuses/{status}/shares", get(objects::shares))
}

/// The web app, and what anybody may read without it: `web`.
fn pages() -> Router<App> {
    let app = ["/home", "/local", "/public", "/notifications", "/search", "/bookmarks", "/favourites"];
    let own = ["/follow_requests", "/publish", "/drafts", "/scheduled", "/catchup", "/conversations"];
    let kept = ["/lists", "/filters", "/followed_tags", "/blocks", "/mutes", "/domain_blocks", "/settings"];
    let below = ["/notifications/{*rest}", "/lists/{*rest}", "/filters/{*rest}", "/settings/{*rest}"];
    let router = [app.as_slice(), &own, &kept, &below]
        .concat()
        .into_iter()
        .fold(Router::new(), |router, path| router.route(path, get(web::shell::page)));
    router
        .route("/", get(web::about::front))
        .route("/about", get(web::about::about))
        .route("/privacy-policy", get(web::privacy::show))
        .route("/.well-known/change-password", get(web::password::change))
        .route("/explore", get(web::about::explore))
        .route("/assets/{*path}", get(web::assets::file))
        .route("/favicon.ico", get(web::assets::favicon))
        .route("/manifest", get(web::manifest::show))
        .route("/manifest.json", get(web::manifest::show))
        .route("/sw.js", get(web::assets::worker))
        .route("/robots.txt", get(web::assets::robots))
        .route("/@{name}", get(web::profile::posts))
        .route("/@{name}/{rest}", get(web::profile::below))
        .route("/@{name}/{id}/{list}", get(web::profile::lists))
        .route("/tags/{name}", get(web::tag::show))
        .route("/interact", get(web::interaction::form).post(web::interaction::submit))
        .route("/authorize_interaction", get(web::interaction::take_in))
        .route("/.well-known/proxy", get(web::interaction::proxy))
        .route("/intent", get(web::interaction::intent))
        .route("/share", get(web::interaction::share))
}
