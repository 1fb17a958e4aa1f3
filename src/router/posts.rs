//! Routes of posts, of what hangs on them, and of where they are read.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post, put};

use crate::features::bookmarks;
use crate::features::favourites;
use crate::features::markers;
use crate::features::media;
use crate::features::polls;
use crate::features::quotes;
use crate::features::reports;
use crate::features::scheduled_statuses;
use crate::features::statuses;
use crate::features::streaming;
use crate::features::timelines;
use crate::platform::app::App;
use crate::platform::http::upload;

/// Posts, media, timelines.
pub(super) fn routes() -> Router<App> {
    Router::new().merge(files()).merge(posts()).merge(reading())
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
