//! Addresses that mean nothing here, or nothing by this method: a page for people, the error of the client API for programs.

use axum::extract::{FromRequestParts, Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::browser::Browser;
use super::page::{PageError, complain};
use super::shell;
use super::words::frame::UnknownWords;
use crate::platform::app::App;
use crate::platform::http::layers;

/// Where programs ask; a browser that is shown such an address sees the error as they do.
const FOR_PROGRAMS: [&str; 4] = ["/api/", "/ap/", "/oauth/", "/.well-known/"];

/// Any method, any path without a route. Whoever is signed in gets the app, which says so itself.
pub async fn answer(State(app): State<App>, request: Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) || !is_for_people(&request) {
        return layers::not_found().await;
    }
    let (mut parts, _) = request.into_parts();
    let Ok(browser) = Browser::from_request_parts(&mut parts, &app).await;
    if browser.signed_in.is_some()
        && let Ok(mut shown) = shell::show(&app, &browser)
    {
        *shown.status_mut() = StatusCode::NOT_FOUND;
        return shown;
    }
    let words = UnknownWords::of(browser.tongue);
    match complain(&app, &browser, StatusCode::NOT_FOUND, words.nothing, words.nothing_text) {
        Ok(page) => page,
        Err(error) => PageError::from(error).into_response(),
    }
}

/// A path that has routes, but none for this method. The header `Allow` is added by whoever knows the others.
pub async fn wrong_method(State(app): State<App>, request: Request) -> Response {
    if !is_for_people(&request) {
        return layers::wrong_method();
    }
    let (mut parts, _) = request.into_parts();
    let Ok(browser) = Browser::from_request_parts(&mut parts, &app).await;
    let words = UnknownWords::of(browser.tongue);
    match complain(&app, &browser, StatusCode::METHOD_NOT_ALLOWED, words.not_so, words.not_so_text) {
        Ok(page) => page,
        Err(error) => PageError::from(error).into_response(),
    }
}

/// Whether a browser asks, where people go.
fn is_for_people(request: &Request) -> bool {
    let path = request.uri().path();
    wants_page(request.headers()) && !FOR_PROGRAMS.iter().any(|start| path.starts_with(start))
}

/// Only browsers name this type; programs say `*/*` or nothing.
fn wants_page(headers: &HeaderMap) -> bool {
    headers
        .get_all(header::ACCEPT)
        .iter()
        .any(|value| value.to_str().is_ok_and(|accepted| accepted.contains("text/html")))
}
