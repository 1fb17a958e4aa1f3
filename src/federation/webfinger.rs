//! WebFinger (RFC 7033): asking other servers whom a handle means, and the answers we give.

use serde::{Deserialize, Serialize};
use url::Url;

use super::fetch::FetchError;
use crate::platform::app::App;
use crate::platform::net::{FetchRequest, Purpose};
use crate::platform::text::idn::{Acct, same_domain};

/// The type of our answers.
pub const JRD: &str = "application/jrd+json; charset=utf-8";
/// The relation whose template tells where a server wants its people sent to act on something elsewhere.
pub const SUBSCRIBE: &str = "http://ostatus.org/schema/1.0/subscribe";
/// Types that peers answer with.
const ACCEPT: &[&str] = &["application/jrd+json", "application/json"];
/// The longest answer read, in bytes.
const LONGEST: usize = 64 * 1024;

/// A JSON resource descriptor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Descriptor {
    /// Whom it is about, `acct:name@domain`.
    pub subject: String,
    /// Other addresses of the same.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// Where to go on.
    #[serde(default)]
    pub links: Vec<Link>,
}

/// A link of a descriptor.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// What kind of link.
    #[serde(default)]
    pub rel: String,
    /// The media type behind it.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Where it leads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub href: Option<String>,
    /// Where it leads, with a gap to fill.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
}

impl Descriptor {
    /// The ActivityPub actor that the descriptor names.
    pub fn actor(&self) -> Option<&str> {
        let is_activity = |kind: &str| {
            kind.starts_with("application/activity+json") || kind.contains("www.w3.org/ns/activitystreams")
        };
        let mut selves = self.links.iter().filter(|link| link.rel == "self");
        selves
            .find(|link| link.kind.as_deref().is_some_and(is_activity))
            .and_then(|link| link.href.as_deref())
    }
}

/// Where the server of `domain` wants `username` sent to act on something elsewhere: an address with the gap `{uri}`.
///
/// # Errors
/// As [`find`].
pub async fn subscribe_template(
    app: &App,
    username: &str,
    domain: &str,
) -> Result<Option<String>, FetchError> {
    let descriptor = ask(app, username, domain).await?;
    Ok(descriptor.links.into_iter().find(|link| link.rel == SUBSCRIBE).and_then(|link| link.template))
}

/// Whom a handle means, by the word of its own server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The name in its own letters.
    pub username: String,
    /// The domain, ASCII.
    pub domain: String,
    /// The actor's id.
    pub actor: String,
}

/// Asks the server of `domain` whom it calls `username`. A subject that names another handle is asked once more at
/// its own server, and must then stand by itself (behaviours §19, received actors).
///
/// # Errors
/// As [`FetchError`] says; 404 and 410 of the server come back as such.
pub async fn find(app: &App, username: &str, domain: &str) -> Result<Found, FetchError> {
    let first = ask(app, username, domain).await?;
    let subject = subject(&first)?;
    if is(&subject, username, domain) {
        return found(&first, subject);
    }
    let domain = subject.domain.clone().unwrap_or_default();
    let second = ask(app, &subject.username, &domain).await?;
    let confirmed = self::subject(&second)?;
    if is(&confirmed, &subject.username, &domain) {
        found(&second, confirmed)
    } else {
        Err(FetchError::Refused("the handle leads from one to another".into()))
    }
}

fn is(subject: &Acct, username: &str, domain: &str) -> bool {
    subject.username.eq_ignore_ascii_case(username)
        && subject.domain.as_deref().is_some_and(|other| same_domain(other, domain))
}

fn subject(descriptor: &Descriptor) -> Result<Acct, FetchError> {
    let subject = descriptor.subject.strip_prefix("acct:").and_then(Acct::parse);
    subject
        .filter(|subject| subject.domain.is_some())
        .ok_or_else(|| FetchError::Refused("the descriptor has no handle".into()))
}

fn found(descriptor: &Descriptor, subject: Acct) -> Result<Found, FetchError> {
    let actor = descriptor.actor().ok_or_else(|| FetchError::Refused("the handle has no actor".into()))?;
    let domain = subject.domain.unwrap_or_default();
    Ok(Found { username: subject.username, domain, actor: actor.to_owned() })
}

async fn ask(app: &App, username: &str, domain: &str) -> Result<Descriptor, FetchError> {
    let resource = format!("acct:{username}@{domain}");
    let mut last = FetchError::Missing;
    for scheme in schemes(app, domain) {
        let base = format!("{scheme}://{domain}/.well-known/webfinger");
        let mut url = Url::parse(&base).map_err(|_| FetchError::Refused("not a domain".into()))?;
        url.query_pairs_mut().append_pair("resource", &resource);
        match get(app, url).await {
            Ok(descriptor) => return Ok(descriptor),
            Err(error @ (FetchError::Gone | FetchError::Missing)) => {
                last = error;
                if let Some(descriptor) = by_host_meta(app, scheme, domain, &resource).await {
                    return Ok(descriptor);
                }
                break;
            }
            Err(error) => last = error,
        }
    }
    Err(last)
}

async fn get(app: &App, url: Url) -> Result<Descriptor, FetchError> {
    let mut request = FetchRequest::get(url);
    request.accept = ACCEPT;
    request.max_bytes = LONGEST;
    request.purpose = Purpose::Peer;
    let fetched = app.net.fetch(request).await?;
    serde_json::from_slice(&fetched.body).map_err(|error| FetchError::Refused(error.to_string()))
}

/// The older way: host-meta names the template (behaviours §22).
async fn by_host_meta(app: &App, scheme: &str, domain: &str, resource: &str) -> Option<Descriptor> {
    let url = Url::parse(&format!("{scheme}://{domain}/.well-known/host-meta")).ok()?;
    let mut request = FetchRequest::get(url);
    request.accept = &["application/xrd+xml", "application/xml", "text/xml"];
    request.max_bytes = LONGEST;
    request.purpose = Purpose::Peer;
    let fetched = app.net.fetch(request).await.ok()?;
    let text = String::from_utf8_lossy(&fetched.body).into_owned();
    let link = text.split("<Link").skip(1).find(|link| link.contains("lrdd"))?;
    let (_, after) = link.split_once("template=")?;
    let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let template = html_escape::decode_html_entities(after.get(1..)?.split(quote).next()?).into_owned();
    let encoded: String = url::form_urlencoded::byte_serialize(resource.as_bytes()).collect();
    let url = Url::parse(&template.replace("{uri}", &encoded)).ok()?;
    get(app, url).await.ok()
}

/// https, and where the settings allow plain http for tests and local networks, that: first for names that stand
/// for machines nearby.
fn schemes(app: &App, domain: &str) -> &'static [&'static str] {
    let nearby = domain.contains(':') || domain == "localhost" || domain.parse::<std::net::IpAddr>().is_ok();
    match (app.config.federation.allow_insecure, nearby) {
        (false, _) => &["https"],
        (true, true) => &["http", "https"],
        (true, false) => &["https", "http"],
    }
}
