//! The frame around every page the server renders itself, its headers, and how errors look there.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use shop_storage::Read;

use super::browser::Browser;
use super::cookies::Cookie;
use super::style;
use super::words::frame::{self, FailedWords, FrameWords};
use crate::features::accounts;
use crate::features::instance::{self, terms};
use crate::features::users::sign_up;
use crate::platform::app::App;
use crate::platform::error::{Error, Result};
use crate::platform::text::tongue::Tongue;
use crate::platform::text::words::{Said, Sentence};

/// What the browser may load and where forms may go; pages that lead to an application must leave out
/// `form-action`, since browsers apply it to the redirect after the form too.
const POLICY: &str = "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; frame-ancestors 'none'; \
                      base-uri 'none'";

/// What the frame shows.
#[derive(Debug, Clone)]
pub struct Site {
    /// The language of the page.
    pub tongue: Tongue,
    /// What the frame says, and what many pages say.
    pub(super) words: &'static FrameWords,
    /// The community's name.
    pub title: String,
    /// Its domain.
    pub domain: String,
    /// The handle of who is signed in.
    pub who: Option<String>,
    /// Whether sign-up is open.
    pub sign_up: bool,
    /// The operator's style sheet.
    pub style: Option<String>,
    /// Whether there are terms of service.
    pub terms: bool,
}

impl Site {
    /// The frame for this browser.
    ///
    /// # Errors
    /// When the store fails.
    pub fn of(app: &App, from: &dyn Read, browser: &Browser) -> Result<Self> {
        let who = match &browser.signed_in {
            Some(signed_in) => accounts::get(from, signed_in.account).ok().map(|account| account.username),
            None => None,
        };
        Ok(Self {
            tongue: browser.tongue,
            words: FrameWords::of(browser.tongue),
            title: instance::get(from)?.title,
            domain: app.config.domain().to_owned(),
            who,
            sign_up: sign_up::is_open(&app.config),
            style: style::address(app),
            terms: !terms::all(app).is_empty(),
        })
    }
}

/// Where the forms of a page may lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leads {
    /// To this server only.
    Here,
    /// On to an application, in the end.
    Away,
}

/// Renders a page for this browser.
///
/// # Errors
/// 500 when the template fails.
pub fn show(
    app: &App,
    browser: &Browser,
    status: StatusCode,
    leads: Leads,
    page: &impl Template,
) -> Result<Response> {
    let text = page.render().map_err(Error::internal)?;
    let mut response = (status, Html(text)).into_response();
    if browser.session.is_none()
        && browser.guest_is_new
        && let Some(cookie) = Cookie::Guest.set(&app.config, &browser.guest)
    {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    protect(&mut response, leads);
    Ok(response)
}

/// The headers of pages with forms: kept by no cache, framed by nobody, no address told to other sites.
fn protect(response: &mut Response, leads: Leads) {
    let headers = response.headers_mut();
    let policy = match leads {
        Leads::Here => HeaderValue::from_str(&format!("{POLICY}; form-action 'self'")),
        Leads::Away => HeaderValue::from_str(POLICY),
    };
    if let Ok(policy) = policy {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
}

/// 302 to an address: a path of ours, or the checked address of an application.
///
/// # Errors
/// 500 when the address cannot stand in a header.
pub fn redirect(to: &str) -> Result<Response> {
    let location = HeaderValue::from_str(to).map_err(Error::internal)?;
    let mut response = (StatusCode::FOUND, [(header::LOCATION, location)]).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    Ok(response)
}

/// A page with one thing to say.
#[derive(Template)]
#[template(path = "message.html")]
pub struct Message {
    /// The frame.
    pub site: Site,
    /// What it is about.
    pub heading: Sentence,
    /// What there is to say.
    pub text: String,
    /// Whether something went wrong.
    pub bad: bool,
    /// Where to go from here: address and words.
    pub next: Option<(&'static str, Sentence)>,
}

/// Good news, with the way on.
///
/// # Errors
/// When the store fails.
pub fn tell(
    app: &App,
    browser: &Browser,
    heading: Sentence,
    text: impl Said,
    next: (&'static str, Sentence),
) -> Result<Response> {
    let site = Site::of(app, &app.read()?, browser)?;
    let page = Message { site, heading, text: text.to_string(), bad: false, next: Some(next) };
    show(app, browser, StatusCode::OK, Leads::Here, &page)
}

/// Bad news.
///
/// # Errors
/// When the store fails.
pub fn complain(
    app: &App,
    browser: &Browser,
    status: StatusCode,
    heading: Sentence,
    text: impl Said,
) -> Result<Response> {
    let site = Site::of(app, &app.read()?, browser)?;
    let page = Message { site, heading, text: text.to_string(), bad: true, next: None };
    show(app, browser, status, Leads::Here, &page)
}

/// What handlers of pages answer when something fails: the error as a page instead of JSON.
///
/// Whoever returns it may not know the language; [`told`] does, and writes the page.
pub struct PageError(Error);

/// What handlers of pages return.
pub type PageResult = std::result::Result<Response, PageError>;

/// The error on its way to [`told`].
#[derive(Clone)]
struct Failed(Arc<Error>);

impl<E: Into<Error>> From<E> for PageError {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let mut response = self.0.status().into_response();
        response.extensions_mut().insert(Failed(Arc::new(self.0)));
        response
    }
}

/// Stands around every route: what went wrong with a page becomes one in the language of its reader.
pub async fn told(State(app): State<App>, request: Request, next: Next) -> Response {
    let mut asked = HeaderMap::new();
    for name in [header::ACCEPT_LANGUAGE, header::COOKIE] {
        for value in request.headers().get_all(&name) {
            asked.append(name.clone(), value.clone());
        }
    }
    let mut response = next.run(request).await;
    match response.extensions_mut().remove::<Failed>() {
        Some(Failed(error)) => failed(Browser::of(&app, &asked).tongue, &error),
        None => response,
    }
}

fn failed(tongue: Tongue, error: &Error) -> Response {
    let status = error.status();
    if status.is_server_error() {
        tracing::error!(?error, "page failed");
    }
    let words = FrameWords::of(tongue);
    // The store may be what failed, so the frame shows nothing that would have to be read.
    let site = Site {
        tongue,
        words,
        title: "Shop".into(),
        domain: String::new(),
        who: None,
        sign_up: false,
        style: None,
        terms: false,
    };
    let page = Message {
        site,
        heading: FailedWords::of(tongue).heading,
        text: frame::of_error(tongue, error).to_string(),
        bad: true,
        next: Some(("/", words.go_on)),
    };
    let mut response = match page.render() {
        Ok(text) => (status, Html(text)).into_response(),
        Err(_) => status.into_response(),
    };
    protect(&mut response, Leads::Here);
    response
}
