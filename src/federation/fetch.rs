//! Fetching documents from the servers they belong to (behaviours §22).

use std::sync::Arc;

use axum::http::header;
use url::Url;

use super::vocab::{self, Document, Origin};
use crate::platform::app::App;
use crate::platform::error::Error;
use crate::platform::net::{FetchRequest, Fetched, NetError, Signer};

/// The types asked for when a person pasted an address that may be a page.
const DOCUMENT_OR_PAGE: &[&str] = &[
    "application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"",
    "application/activity+json",
    "text/html;q=0.1",
];
/// How much of a page is searched for the address of its document.
const HEAD_OF_PAGE: usize = 128 * 1024;

/// Why there is no document.
#[derive(Debug, Clone, thiserror::Error)]
pub enum FetchError {
    /// 410: it was there and is gone for good.
    #[error("gone")]
    Gone,
    /// 404: it is not there, or not for us to know of.
    #[error("not found")]
    Missing,
    /// What came is not what was asked for, or asking is forbidden. Trying again is pointless.
    #[error("refused: {0}")]
    Refused(String),
    /// It may work later.
    #[error(transparent)]
    Later(NetError),
}

impl From<NetError> for FetchError {
    fn from(error: NetError) -> Self {
        match error {
            NetError::Status(410) => Self::Gone,
            NetError::Status(404) => Self::Missing,
            NetError::Status(401 | 403) => Self::Refused(error.to_string()),
            error if error.is_final() => Self::Refused(error.to_string()),
            error => Self::Later(error),
        }
    }
}

impl From<FetchError> for Error {
    fn from(error: FetchError) -> Self {
        Self::unreachable(error)
    }
}

impl FetchError {
    fn refused(why: impl Into<String>) -> Self {
        Self::Refused(why.into())
    }
}

/// The document at `url`, signed for by `signer`. Its `id` is the address it came from: a document that names another
/// one is fetched from there, once.
///
/// # Errors
/// As [`FetchError`] says.
pub async fn document(app: &App, url: &str, signer: &Arc<dyn Signer>) -> Result<Document, FetchError> {
    let first = get(app, url, signer).await?;
    confirmed(app, url, first, signer).await
}

/// A page of a collection at `url`: what it says is only believed about the server it lies on, so its id is not asked
/// for again.
///
/// # Errors
/// As [`FetchError`] says.
pub async fn page(app: &App, url: &str, signer: &Arc<dyn Signer>) -> Result<Document, FetchError> {
    let request = FetchRequest::activity(parse(url)?).signed_by(Arc::clone(signer));
    let fetched = app.net.fetch(request).await?;
    if lies_on(&fetched.final_url, url) {
        read(&fetched)
    } else {
        Err(FetchError::refused("the page lies on another server"))
    }
}

/// As [`document`], for an address that a person typed: a page is asked for the address of its document.
///
/// # Errors
/// As [`FetchError`] says.
pub async fn pasted(app: &App, url: &str, signer: &Arc<dyn Signer>) -> Result<Document, FetchError> {
    let mut request = FetchRequest::activity(parse(url)?).signed_by(Arc::clone(signer));
    request.accept = DOCUMENT_OR_PAGE;
    let fetched = app.net.fetch(request).await?;
    let is_page = fetched
        .headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().to_ascii_lowercase().starts_with(b"text/html"));
    if !is_page {
        let first = read(&fetched)?;
        if first.id().is_some_and(|id| same(id, url) && !lies_on(&fetched.final_url, id)) {
            return Err(FetchError::refused("the document lies on another server than its id"));
        }
        return confirmed(app, url, first, signer).await;
    }
    let there = alternate(&fetched).ok_or_else(|| FetchError::refused("the page names no document"))?;
    document(app, &there, signer).await
}

async fn get(app: &App, url: &str, signer: &Arc<dyn Signer>) -> Result<Document, FetchError> {
    let request = FetchRequest::activity(parse(url)?).signed_by(Arc::clone(signer));
    let fetched = app.net.fetch(request).await?;
    let document = read(&fetched)?;
    // A server that leads elsewhere does not vouch for what lies there: only the server that answered does.
    match document.id().filter(|id| same(id, url) && !lies_on(&fetched.final_url, id)) {
        Some(_) => Err(FetchError::refused("the document lies on another server than its id")),
        None => Ok(document),
    }
}

/// Whether an id belongs to the host that answered; whether it says http or https is no matter.
fn lies_on(answered: &Url, id: &str) -> bool {
    let authority = |origin: Option<Origin>| origin.map(|origin| origin.authority());
    authority(Origin::of(id)) == authority(Origin::of_url(answered))
}

fn parse(url: &str) -> Result<Url, FetchError> {
    Url::parse(url).map_err(|_| FetchError::refused("not a URL"))
}

fn read(fetched: &Fetched) -> Result<Document, FetchError> {
    vocab::parse(&fetched.body).map_err(|error| FetchError::refused(error.to_string()))
}

async fn confirmed(
    app: &App,
    url: &str,
    first: Document,
    signer: &Arc<dyn Signer>,
) -> Result<Document, FetchError> {
    let id = first.id().ok_or_else(|| FetchError::refused("the document has no id"))?.to_owned();
    if same(&id, url) {
        return Ok(first);
    }
    let second = get(app, &id, signer).await?;
    if second.id().is_some_and(|confirmed| same(confirmed, &id)) {
        Ok(second)
    } else {
        Err(FetchError::refused("the document does not stand by its id"))
    }
}

/// Equal but for a fragment, which is never sent.
fn same(one: &str, other: &str) -> bool {
    let bare = |url: &str| {
        Url::parse(url).ok().map(|mut url| {
            url.set_fragment(None);
            url
        })
    };
    bare(one).is_some_and(|one| Some(one) == bare(other))
}

/// Where a page says that its document is: a `Link` header or a `link` element of kind alternate.
fn alternate(page: &Fetched) -> Option<String> {
    let of_header = page.headers.get_all(header::LINK).iter().filter_map(|value| value.to_str().ok());
    let of_header = of_header.flat_map(|value| value.split(',')).find_map(|link| {
        let (target, rest) = link.trim().strip_prefix('<')?.split_once('>')?;
        let rest = rest.to_ascii_lowercase();
        (rest.contains("alternate") && is_activity(&rest)).then(|| target.to_owned())
    });
    let target = of_header.or_else(|| {
        let head = String::from_utf8_lossy(page.body.get(..page.body.len().min(HEAD_OF_PAGE))?);
        head.split("<link").skip(1).find_map(|element| {
            let element = element.split('>').next()?;
            let lower = element.to_ascii_lowercase();
            (lower.contains("alternate") && is_activity(&lower)).then(|| attribute(element, "href"))?
        })
    })?;
    page.final_url.join(&target).ok().map(String::from)
}

fn is_activity(text: &str) -> bool {
    text.contains("application/activity+json") || text.contains("www.w3.org/ns/activitystreams")
}

fn attribute(element: &str, name: &str) -> Option<String> {
    let (_, after) = element.split_once(&format!("{name}="))?;
    let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let value = after.get(1..)?.split(quote).next()?;
    Some(html_escape::decode_html_entities(value).into_owned())
}
