//! Routes of the web app, and of the pages that anybody may read without it.

use axum::Router;
use axum::routing::get;

use crate::platform::app::App;
use crate::web;

/// The web app, and what anybody may read without it: `web`.
pub(super) fn routes() -> Router<App> {
    let app = ["/home", "/local", "/public", "/notifications", "/search", "/bookmarks", "/favourites"];
    let own =
        ["/follow_requests", "/publish", "/drafts", "/scheduled", "/catchup", "/conversations", "/deck"];
    let kept = ["/lists", "/filters", "/followed_tags", "/blocks", "/mutes", "/domain_blocks", "/settings"];
    let below = ["/notifications/{*rest}", "/lists/{*rest}", "/filters/{*rest}", "/settings/{*rest}"];
    let further = ["/links/{*rest}", "/welcome"];
    let router = [app.as_slice(), &own, &kept, &below, &further]
        .concat()
        .into_iter()
        .fold(Router::new(), |router, path| router.route(path, get(web::shell::page)));
    router
        .route("/", get(web::about::front))
        .route("/about", get(web::about::about))
        .route("/privacy-policy", get(web::privacy::show))
        .route("/terms-of-service", get(web::terms::show))
        .route("/terms-of-service/{date}", get(web::terms::of_day))
        .route("/custom.css", get(web::style::show))
        .route("/css/{id}", get(web::style::show))
        .route("/.well-known/change-password", get(web::password::change))
        .route("/explore", get(web::about::explore))
        .route("/explore/{kind}", get(web::about::explore))
        .route("/assets/{*path}", get(web::assets::file))
        .route("/favicon.ico", get(web::assets::favicon))
        .route("/manifest", get(web::manifest::show))
        .route("/manifest.json", get(web::manifest::show))
        .route("/sw.js", get(web::assets::worker))
        .route("/robots.txt", get(web::assets::robots))
        .route("/@{name}", get(web::profile::posts))
        .route("/@{name}/{rest}", get(web::profile::below))
        .route("/@{name}/tagged/{tag}", get(web::profile::tagged))
        .route("/@{name}/{id}/embed", get(web::embed::show))
        .route("/@{name}/{id}/{list}", get(web::profile::lists))
        .route("/tags/{name}", get(web::tag::show))
        .route("/collections/{id}", get(web::collection::show))
        .route("/interact", get(web::interaction::form).post(web::interaction::submit))
        .route("/authorize_interaction", get(web::interaction::take_in))
        .route("/.well-known/proxy", get(web::interaction::proxy))
        .route("/unsubscribe", get(web::unsubscribe::form).post(web::unsubscribe::submit))
        .route("/intent", get(web::interaction::intent))
        .route("/share", get(web::interaction::share))
}
