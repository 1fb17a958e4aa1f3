//! What stands around every route: request ids, rate limits, cross-origin rules, cache and safety headers.

use std::net::{IpAddr, SocketAddr};

use axum::Json;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::rate::{Caller, Family, Rate, RateKey, families_for};
use crate::platform::app::App;
use crate::platform::config::Config;
use crate::platform::error::{Error, Kind, Result};
use crate::platform::ids::AccountId;

/// Counters of rate limits, one set a server.
pub struct Limits(pub Rate);

/// Who a request counts for; features tell by their tokens.
pub type FindCaller = fn(&App, &Request) -> (Option<u64>, Option<u64>);

/// The address of the client: the socket's, or what a trusted proxy says (`server.trusted_proxies`).
pub fn client_ip(config: &Config, headers: &HeaderMap, socket: IpAddr) -> IpAddr {
    let trusted = |ip: IpAddr| {
        let ip = ip.to_canonical();
        config.server.trusted_proxies.iter().any(|net| net.contains(&ip))
    };
    if !trusted(socket) {
        return socket.to_canonical();
    }
    // The list grows to the right: the last address that is no proxy of ours is the client.
    let hops = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let hops: Vec<IpAddr> =
        hops.flat_map(|line| line.split(',')).filter_map(|hop| hop.trim().parse().ok()).collect();
    hops.iter()
        .rev()
        .copied()
        .find(|hop| !trusted(*hop))
        .or(hops.first().copied())
        .unwrap_or(socket)
        .to_canonical()
}

/// The client's address of a request, loopback when it did not come over a socket.
pub fn ip_of(app: &App, request: &Request) -> IpAddr {
    let socket = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    client_ip(&app.config, request.headers(), socket.unwrap_or(IpAddr::from([127, 0, 0, 1])))
}

/// Counts a request against the limits of behaviours §1 and refuses it with 429 when one is used up.
pub async fn limit(State((app, find)): State<(App, FindCaller)>, request: Request, next: Next) -> Response {
    if !app.config.rate_limits {
        return next.run(request).await;
    }
    let (account, token) = find(&app, &request);
    let caller = Caller { ip: ip_of(&app, &request), account, token };
    let hits = families_for(request.method(), request.uri().path(), request.uri().query(), &caller);
    let verdict = app.limits.0.check(&hits, app.now().timestamp());
    let mut response = match verdict {
        Some(verdict) if !verdict.allowed => {
            (StatusCode::TOO_MANY_REQUESTS, Json(json!({ "error": "Too many requests" }))).into_response()
        }
        _ => next.run(request).await,
    };
    if let Some(verdict) = verdict {
        for (name, value) in verdict.headers() {
            // A handler that counted a tighter limit of its own has spoken already.
            response.headers_mut().entry(name).or_insert(value);
        }
    }
    response
}

/// Counts a deed of an account (posts, follows, reports) against its family, and gives the headers to show.
///
/// # Errors
/// 429 when the family is used up.
pub fn count_deed(app: &App, family: Family, account: AccountId) -> Result<HeaderMap> {
    let mut headers = HeaderMap::new();
    let verdict = app.limits.0.count(family, &RateKey::Account(account.get()), app.now().timestamp());
    if let Some(verdict) = verdict {
        if !verdict.allowed {
            return Err(Error::new(Kind::TooMany, "Too many requests"));
        }
        headers.extend(verdict.headers());
    }
    Ok(headers)
}

/// What browsers of other origins may read of an answer (behaviours §1, CORS).
const EXPOSED: HeaderValue = HeaderValue::from_static(
    "Link, Mastodon-Async-Refresh, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, X-Request-Id",
);

fn is_shared(path: &str) -> bool {
    path.starts_with("/api/")
        || path.starts_with("/.well-known/")
        || path.starts_with("/nodeinfo/")
        || path.starts_with("/@")
        || path.starts_with("/users/")
        || path.starts_with("/ap/users/")
        || matches!(path, "/oauth/token" | "/oauth/revoke" | "/oauth/userinfo")
}

/// Lets any origin call the API, without credentials.
pub async fn cross_origin(request: Request, next: Next) -> Response {
    let shared = is_shared(request.uri().path()) && request.headers().contains_key(header::ORIGIN);
    let preflight = request.method() == Method::OPTIONS
        && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    let asked = request.headers().get(header::ACCESS_CONTROL_REQUEST_HEADERS).cloned();
    let mut response =
        if shared && preflight { StatusCode::OK.into_response() } else { next.run(request).await };
    if shared {
        let headers = response.headers_mut();
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
        if preflight {
            let methods = HeaderValue::from_static("POST, PUT, DELETE, GET, PATCH, OPTIONS, HEAD");
            headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, methods);
            headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("7200"));
            if let Some(asked) = asked {
                headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, asked);
            }
        }
    }
    response
}

/// The policy of every page (architecture §8). Media come from this server or from `media.public_url`.
const POLICY: &str = "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; style-src 'self'; \
    script-src 'self'; connect-src 'self' ws: wss:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

/// Goes with an answer that other sites may show in a frame; its handler says in its own policy what else it may do.
#[derive(Debug, Clone, Copy)]
pub struct Framable;

/// Request id, safety headers, and `private, no-store` where a handler said nothing of caching.
pub async fn finish(State(app): State<App>, request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let started = std::time::Instant::now();
    let id = format!("{:032x}", rand::random::<u128>());
    let mut response = next.run(request).await;
    let status = response.status();
    tracing::debug!(%method, path, status = status.as_u16(), ms = started.elapsed().as_secs_f64() * 1e3, id, "request");
    let is_framable = response.extensions().get::<Framable>().is_some();
    let headers = response.headers_mut();
    let fixed = |name: HeaderName, value: &'static str| (name, HeaderValue::from_static(value));
    for (name, value) in [
        fixed(header::CACHE_CONTROL, "private, no-store"),
        fixed(header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        fixed(header::REFERRER_POLICY, "same-origin"),
    ] {
        headers.entry(name).or_insert(value);
    }
    if !is_framable {
        headers.entry(header::X_FRAME_OPTIONS).or_insert(HeaderValue::from_static("DENY"));
    }
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert_with(|| policy(&app.config));
    if path.starts_with("/api/") {
        headers.append(header::VARY, HeaderValue::from_static("Authorization, Origin"));
    }
    if let Ok(value) = HeaderValue::from_str(&id) {
        headers.insert(HeaderName::from_static("x-request-id"), value);
    }
    response
}

/// The policy of pages that other sites may frame: nothing is sent from there, and the links in it open elsewhere.
pub fn framable_policy(config: &Config) -> HeaderValue {
    let usual = policy(config);
    let text = usual.to_str().unwrap_or(POLICY).replace("frame-ancestors 'none'", "frame-ancestors *");
    let text = text
        .replace("script-src 'self'", "script-src 'none'")
        .replace("form-action 'self'", "form-action 'none'");
    HeaderValue::from_str(&text).unwrap_or(usual)
}

fn policy(config: &Config) -> HeaderValue {
    let Some(media) = &config.media.public_url else { return HeaderValue::from_static(POLICY) };
    let text = POLICY.replace("img-src 'self'", &format!("img-src 'self' {media}"));
    let text = text.replace("media-src 'self'", &format!("media-src 'self' {media}"));
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(POLICY))
}

/// Anything without a route is `{"error":"Not Found"}` for programs.
pub async fn not_found() -> Response {
    (StatusCode::NOT_FOUND, Json(json!({ "error": "Not Found" }))).into_response()
}

/// A route that does not know the method is `{"error":"Method Not Allowed"}` for programs.
pub fn wrong_method() -> Response {
    (StatusCode::METHOD_NOT_ALLOWED, Json(json!({ "error": "Method Not Allowed" }))).into_response()
}
