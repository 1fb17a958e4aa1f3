//! Ways from one server to another: `/interact` sends guests with a handle elsewhere to their own server,
//! `/authorize_interaction` takes in our people whom others send so, and `/share` begins a post.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use url::Url;

use super::browser::Browser;
use super::page::{self, Leads, PageResult, Site, redirect};
use super::shell;
use super::words::frame::NO_ADDRESS;
use super::words::posts::InteractWords;
use crate::federation::webfinger;
use crate::platform::app::App;
use crate::platform::error::{Error, Result};
use crate::platform::http::params::Params;
use crate::platform::text::idn::{Acct, same_domain};
use crate::platform::text::tongue::Tongue;
use crate::platform::text::words::Sentence;

/// The longest address that is passed on, in bytes.
const LONGEST: usize = 2_048;

#[derive(Template)]
#[template(path = "interact.html")]
struct InteractPage {
    site: Site,
    words: &'static InteractWords,
    csrf: String,
    /// The sign-in form, for people of this server.
    sign_in: String,
    uri: String,
    handle: String,
    error: Option<Sentence>,
}

/// The thing that is meant: an ActivityPub id or a handle.
fn target(params: &Params) -> Result<String> {
    let uri = params.text("uri").unwrap_or_default().trim().to_owned();
    let fits = !uri.is_empty() && uri.len() <= LONGEST && !uri.contains(char::is_control);
    if fits { Ok(uri) } else { Err(Error::bad_request(Tongue::English.say(&NO_ADDRESS))) }
}

/// `GET /interact?uri=…`
pub async fn form(State(app): State<App>, browser: Browser, params: Params) -> PageResult {
    let uri = target(&params)?;
    if browser.signed_in.is_some() {
        return Ok(redirect(&with("/search", "q", &uri))?);
    }
    Ok(again(&app, &browser, uri, String::new(), None)?)
}

fn again(
    app: &App,
    browser: &Browser,
    uri: String,
    handle: String,
    error: Option<Sentence>,
) -> Result<Response> {
    let site = Site::of(app, &app.read()?, browser)?;
    let sign_in = with("/auth/sign_in", "return_to", &with("/authorize_interaction", "uri", &uri));
    let page = InteractPage {
        site,
        words: InteractWords::of(browser.tongue),
        csrf: browser.csrf(app)?,
        sign_in,
        uri,
        handle,
        error,
    };
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    page::show(app, browser, status, Leads::Away, &page)
}

/// `POST /interact`: asks the guest's server where it wants its people sent.
pub async fn submit(State(app): State<App>, browser: Browser, params: Params) -> PageResult {
    browser.check(&app, &params)?;
    let uri = target(&params)?;
    let handle = params.text("handle").unwrap_or_default().trim().to_owned();
    let acct = Acct::parse(&handle).map(|acct| acct.key());
    let Some((name, domain)) = acct.and_then(|acct| Some((acct.username, acct.domain?))) else {
        let words = InteractWords::of(browser.tongue).whole;
        return Ok(again(&app, &browser, uri, handle, Some(words))?);
    };
    if same_domain(&domain, app.config.domain()) {
        return Ok(redirect(&with("/authorize_interaction", "uri", &uri))?);
    }
    let template = webfinger::subscribe_template(&app, &name, &domain).await;
    match template.ok().flatten().and_then(|template| fill(&app, &template, &uri)) {
        Some(place) => Ok(redirect(place.as_str())?),
        None => {
            let words = InteractWords::of(browser.tongue).silent;
            Ok(again(&app, &browser, uri, handle, Some(words))?)
        }
    }
}

/// The template with the gap filled, if it leads to a web page.
fn fill(app: &App, template: &str, uri: &str) -> Option<Url> {
    let encoded: String = url::form_urlencoded::byte_serialize(uri.as_bytes()).collect();
    let place = Url::parse(&template.contains("{uri}").then(|| template.replace("{uri}", &encoded))?).ok()?;
    let is_safe =
        place.scheme() == "https" || (place.scheme() == "http" && app.config.federation.allow_insecure);
    (is_safe && place.username().is_empty() && place.password().is_none()).then_some(place)
}

/// `GET /authorize_interaction?uri=…`: finds what is meant, for people of this server.
pub async fn take_in(browser: Browser, uri: Uri, params: Params) -> PageResult {
    let target = target(&params)?;
    if browser.signed_in.is_none() {
        return Ok(shell::sign_in(&uri)?);
    }
    Ok(redirect(&with("/search", "q", target.strip_prefix("acct:").unwrap_or(&target)))?)
}

/// A path with one parameter.
fn with(path: &str, name: &str, value: &str) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new()).append_pair(name, value).finish();
    format!("{path}?{query}")
}

/// `GET /share?title=…&text=…&url=…`: to the composer, which reads the same parameters.
pub async fn share(RawQuery(query): RawQuery) -> PageResult {
    Ok(redirect(&query.map_or_else(|| "/publish".to_owned(), |query| format!("/publish?{query}")))?)
}

/// `GET /.well-known/proxy?uri=…`: an older name of [`take_in`].
pub async fn proxy(params: Params) -> PageResult {
    Ok(redirect(&with("/authorize_interaction", "uri", &target(&params)?))?)
}

/// `GET /intent?uri=web+mastodon://…`: links of other pages that mean following somebody or sharing something.
///
/// # Errors
/// 404 for every other link.
pub async fn intent(params: Params) -> PageResult {
    let link = Url::parse(&target(&params)?).ok().filter(|link| link.scheme() == "web+mastodon");
    let link = link.ok_or_else(Error::not_found)?;
    let named =
        |name: &str| link.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    match (link.host_str(), named("uri"), named("text")) {
        (Some("follow"), Some(uri), _) => Ok(redirect(&with("/authorize_interaction", "uri", &uri))?),
        (Some("share"), _, Some(text)) => Ok(redirect(&with("/share", "text", &text))?),
        _ => Err(Error::not_found().into()),
    }
}
