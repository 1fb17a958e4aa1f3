//! A closed network shows its pages to its members only (behaviours §25, limited federation).

use axum::extract::{FromRequestParts, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::browser::Browser;
use super::page::redirect;
use crate::federation::negotiation::wants_activity;
use crate::platform::app::App;

/// Leads guests from what people have written to the way in. Servers are looked at where their documents are.
pub async fn only(State(app): State<App>, request: Request, next: Next) -> Response {
    if !app.config.federation.is_closed() || !is_of_people(request.uri().path()) {
        return next.run(request).await;
    }
    if wants_activity(request.headers()) || request.uri().path().ends_with(".json") {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    let Ok(browser) = Browser::from_request_parts(&mut parts, &app).await;
    if browser.signed_in.is_some() {
        return next.run(Request::from_parts(parts, body)).await;
    }
    redirect("/auth/sign_in").unwrap_or_else(IntoResponse::into_response)
}

/// Pages and feeds of what people have written.
fn is_of_people(path: &str) -> bool {
    ["/@", "/tags/", "/collections/", "/interact"].iter().any(|start| path.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_in_stays_open() {
        for path in ["/@alice", "/@alice/1", "/@alice.rss", "/tags/cats", "/interact"] {
            assert!(is_of_people(path), "{path}");
        }
        for path in
            ["/", "/about", "/auth/sign_in", "/privacy-policy", "/assets/app.js", "/ap/users/1", "/inbox"]
        {
            assert!(!is_of_people(path), "{path}");
        }
    }
}
