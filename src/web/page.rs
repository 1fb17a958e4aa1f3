//! The frame around every page the server renders itself, its headers, and how errors look there.

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use shop_storage::Read;

use super::browser::Browser;
use super::cookies::Cookie;
use super::style;
use crate::features::accounts;
use crate::features::instance::{self, terms};
use crate::features::users::sign_up;
use crate::platform::app::App;
use crate::platform::error::{Error, Result};

/// What the browser may load and where forms may go; pages that lead to an application must leave out
/// `form-action`, since browsers apply it to the redirect after the form too.
const POLICY: &str = "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; frame-ancestors 'none'; \
                      base-uri 'none'";

/// What the frame shows.
#[derive(Debug, Clone, Default)]
pub struct Site {
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
    pub heading: String,
    /// What there is to say.
    pub text: String,
    /// Whether something went wrong.
    pub bad: bool,
    /// Where to go from here: address and words.
    pub next: Option<(&'static str, &'static str)>,
}

/// Good news, with the way on.
///
/// # Errors
/// When the store fails.
pub fn tell(
    app: &App,
    browser: &Browser,
    heading: &str,
    text: &str,
    next: (&'static str, &'static str),
) -> Result<Response> {
    let site = Site::of(app, &app.read()?, browser)?;
    let page = Message { site, heading: heading.into(), text: text.into(), bad: false, next: Some(next) };
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
    heading: &str,
    text: &str,
) -> Result<Response> {
    let site = Site::of(app, &app.read()?, browser)?;
    let page = Message { site, heading: heading.into(), text: text.into(), bad: true, next: None };
    show(app, browser, status, Leads::Here, &page)
}

/// What handlers of pages answer when something fails: the error as a page instead of JSON.
pub struct PageError(Error);

/// What handlers of pages return.
pub type PageResult = std::result::Result<Response, PageError>;

impl<E: Into<Error>> From<E> for PageError {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let status = self.0.status();
        if status.is_server_error() {
            tracing::error!(error = ?self.0, "page failed");
        }
        // The store may be what failed, so the frame shows nothing that would have to be read.
        let site = Site { title: "Shop".into(), ..Site::default() };
        let text = self.0.words().to_owned();
        let page = Message {
            site,
            heading: "That did not work".into(),
            text,
            bad: true,
            next: Some(("/", "Go on")),
        };
        let mut response = match page.render() {
            Ok(text) => (status, Html(text)).into_response(),
            Err(_) => status.into_response(),
        };
        protect(&mut response, Leads::Here);
        response
    }
}
