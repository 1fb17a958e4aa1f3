//! Every route of the server, in one file for each part of it: method, path, handler. Search here first.

mod community;
mod federation;
mod news;
mod own;
mod pages;
mod people;
mod posts;

use axum::Router;

use crate::platform::app::App;

/// All routes.
pub fn routes() -> Router<App> {
    Router::new()
        .merge(own::routes())
        .merge(people::routes())
        .merge(posts::routes())
        .merge(news::routes())
        .merge(community::routes())
        .merge(federation::routes())
        .merge(pages::routes())
}
