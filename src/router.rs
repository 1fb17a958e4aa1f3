//! Every route of the server on one page: method, path, handler. Search here first.

use axum::Router;
use axum::routing::{get, post};

use crate::features::{oauth, users};
use crate::platform::app::App;
use crate::web;

/// All routes.
pub fn routes() -> Router<App> {
    Router::new()
        .merge(sign_in())
        .merge(people())
        .merge(posts())
        .merge(reading())
        .merge(community())
        .merge(federation())
}

/// Sign-up, sign-in, applications and tokens: `features/users`, `features/oauth`.
fn sign_in() -> Router<App> {
    Router::new()
        .route("/api/v1/apps", post(oauth::api::register))
        .route("/api/v1/apps/verify_credentials", get(oauth::api::verify_credentials))
        .route("/oauth/token", post(oauth::api::token))
        .route("/oauth/revoke", post(oauth::api::revoke))
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
}

/// Writing, and marks on what others wrote: `features/statuses`, `favourites`, `bookmarks`, `media`.
fn posts() -> Router<App> {
    Router::new()
}

/// Timelines, notifications, markers, streaming: `features/timelines`, `notifications`, `markers`, `streaming`.
fn reading() -> Router<App> {
    Router::new()
}

/// The community, its emoji, search and preferences: `features/instance`, `emoji`, `search`.
fn community() -> Router<App> {
    Router::new()
}

/// Other servers: discovery documents, actors, objects, inboxes.
fn federation() -> Router<App> {
    Router::new()
}
