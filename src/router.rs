//! Every route of the server on one page: method, path, handler. Search here first.

use axum::Router;

use crate::platform::app::App;

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
