//! Routes of the person behind an account: getting in, and what of the account only its owner sees.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{delete, get, post};

use crate::features::archives;
use crate::features::exports;
use crate::features::imports;
use crate::features::moves;
use crate::features::oauth;
use crate::features::users;
use crate::platform::app::App;
use crate::platform::http::upload;
use crate::web;

/// Everything about one's own account.
pub(super) fn routes() -> Router<App> {
    Router::new().merge(sign_in()).merge(own_account()).merge(taking_along()).merge(moving())
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
        .route("/oauth/authorized_applications", get(web::authorized::list))
        .route(
            "/oauth/authorized_applications/{id}",
            delete(web::authorized::revoke).post(web::authorized::revoke),
        )
        .route("/api/v1/accounts", post(users::api::sign_up))
        .route("/api/v1/emails/confirmations", post(users::api::resend_confirmation))
        .route("/api/v1/emails/check_confirmation", get(users::api::check_confirmation))
        .route("/auth/sign_in", get(web::sign_in::form).post(web::sign_in::submit))
        .route("/auth/sign_in/code", get(web::second_step::form).post(web::second_step::submit))
        .route("/auth/sign_out", post(web::sign_in::out))
        .route("/auth/sign_up", get(web::sign_up::form).post(web::sign_up::submit))
        .route("/auth/password/new", get(web::password::ask).post(web::password::send))
        .route("/auth/password/edit", get(web::password::edit).post(web::password::save))
        .route("/auth/confirmation", get(web::confirmation::form).post(web::confirmation::confirm))
        .route("/auth/confirmation/new", get(web::confirmation::ask).post(web::confirmation::send))
        .route(
            "/api/shop/v1/preferences",
            get(users::api::preferences::show).patch(users::api::preferences::update),
        )
        .route("/setup", get(web::setup::form).post(web::setup::submit))
}

/// Password, address, second factor, browsers, applications and the end of the account: `features/users`, `features/oauth`. Shop's own
/// routes, for its web app alone.
fn own_account() -> Router<App> {
    use oauth::api::granted;
    use users::api::{own, two_factor};
    Router::new()
        .route("/api/shop/v1/sessions", get(granted::sessions).delete(granted::end_other_sessions))
        .route("/api/shop/v1/sessions/{id}", delete(granted::end_session))
        .route("/api/shop/v1/applications", get(granted::applications))
        .route("/api/shop/v1/applications/{id}", delete(granted::revoke_application))
        .route("/api/shop/v1/password", post(own::change_password))
        .route("/api/shop/v1/email", get(own::email).post(own::change_email).delete(own::keep_email))
        .route("/api/shop/v1/account", delete(own::delete))
        .route(
            "/api/shop/v1/two_factor",
            get(two_factor::show).post(two_factor::begin).delete(two_factor::switch_off),
        )
        .route("/api/shop/v1/two_factor/confirmation", post(two_factor::confirm))
        .route("/api/shop/v1/two_factor/recovery_codes", post(two_factor::renew))
}

/// Files to take along, and files that were: `features/exports`, `features/imports`, `features/archives`. Shop's own routes, for its web app
/// alone.
fn taking_along() -> Router<App> {
    let one = "/api/shop/v1/imports/{id}";
    Router::new()
        .route("/api/shop/v1/exports", get(exports::api::counts))
        .route("/api/shop/v1/exports/{file}", get(exports::api::file))
        .route(
            "/api/shop/v1/imports",
            get(imports::api::list).post(imports::api::start).layer(DefaultBodyLimit::max(upload::LIMIT)),
        )
        .route(one, get(imports::api::show).delete(imports::api::forget))
        .route("/api/shop/v1/imports/{id}/failures", get(imports::api::failed))
        .route("/api/shop/v1/imports/{id}/failures.csv", get(imports::api::failed_file))
        .route("/api/shop/v1/archives", get(archives::api::list).post(archives::api::ask))
        .route("/api/shop/v1/archives/{id}/file", get(archives::api::file))
        .route("/settings/data/archives/{id}", get(web::archive::file))
}

/// Other accounts of the same person, and moving there: `features/moves`. Shop's own routes.
fn moving() -> Router<App> {
    Router::new()
        .route(
            "/api/shop/v1/aliases",
            get(moves::api::aliases).post(moves::api::add_alias).delete(moves::api::remove_alias),
        )
        .route(
            "/api/shop/v1/migration",
            get(moves::api::migration).post(moves::api::migrate).delete(moves::api::cancel),
        )
}
