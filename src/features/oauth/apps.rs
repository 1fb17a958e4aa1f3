//! Client applications: registering one, and proving to be one.

use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use shop_storage::Read;
use url::Url;

use super::refusal::{self, Code};
use super::scopes;
use super::table::{APPS, Application, BY_CLIENT_ID};
use crate::platform::app::{App, Tx};
use crate::platform::error::{Error, Result};
use crate::platform::http::params::Params;
use crate::platform::ids::AppId;
use crate::platform::secret;

/// The redirect address of clients that have none: the code is shown to be copied (behaviours §2).
pub const OUT_OF_BAND: &str = "urn:ietf:wg:oauth:2.0:oob";

/// The longest name of an application, in characters (behaviours §3).
const NAME_MAX: usize = 60;
/// The longest website and list of redirect addresses, in characters (behaviours §3).
const ADDRESS_MAX: usize = 2_000;
/// Schemes that would run a script in the browser that follows them.
const SCRIPTS: [&str; 3] = ["data", "vbscript", "javascript"];

/// An application as it was just registered; its secret is shown this once.
#[derive(Debug, Clone)]
pub struct Registered {
    /// Its number.
    pub id: AppId,
    /// Its record.
    pub application: Application,
    /// Its secret.
    pub secret: String,
}

/// The applications of this server itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FirstParty {
    /// The web app.
    Web,
    /// Tokens made on the command line.
    CommandLine,
}

impl FirstParty {
    const fn client_id(self) -> &'static str {
        match self {
            Self::Web => "shop-web",
            Self::CommandLine => "shop-command-line",
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Web => "Web",
            Self::CommandLine => "Command line",
        }
    }
}

/// Registers an application.
///
/// # Errors
/// 422 for a bad name, website, redirect address or scope.
pub async fn register(app: &App, params: &Params) -> Result<Registered> {
    let name = params.text("client_name").unwrap_or_default().trim().to_owned();
    if name.is_empty() {
        return Err(Error::invalid("Application name is missing"));
    }
    if name.chars().count() > NAME_MAX {
        return Err(Error::invalid(format!("Application name is too long (at most {NAME_MAX} characters)")));
    }
    let website = website(params.text("website").unwrap_or_default().trim())?;
    let redirect_uris = redirect_uris(&params.list("redirect_uris"))?;
    let wanted =
        params.text("scopes").filter(|text| !text.trim().is_empty()).unwrap_or_else(|| "read".into());
    let scopes = scopes::parse(&wanted)
        .ok_or_else(|| Error::invalid("Scopes name a scope that this server does not know"))?;
    app.write(move |tx| add(tx, name, website, redirect_uris, scopes)).await
}

fn add(
    tx: &mut Tx<'_>,
    name: String,
    website: Option<String>,
    redirect_uris: Vec<String>,
    scopes: Vec<String>,
) -> Result<Registered> {
    let secret = secret::fresh();
    let application = Application {
        name,
        website,
        redirect_uris,
        scopes,
        client_id: secret::fresh(),
        secret_hash: secret::hash(&secret),
        first_party: false,
        created_at: tx.now(),
    };
    let id: AppId = tx.new_id();
    APPS.put(tx, &id, &application)?;
    Ok(Registered { id, application, secret })
}

/// The number of one of the server's own applications, made on first use. Nobody knows its secret.
///
/// # Errors
/// When the store fails.
pub fn first_party(tx: &mut Tx<'_>, which: FirstParty) -> Result<AppId> {
    if let Some(id) = BY_CLIENT_ID.get(&**tx, &which.client_id().to_owned())? {
        return Ok(id);
    }
    let application = Application {
        name: which.name().into(),
        website: None,
        redirect_uris: Vec::new(),
        scopes: scopes::ALL.iter().map(|scope| (*scope).to_owned()).collect(),
        client_id: which.client_id().into(),
        secret_hash: rand::random(),
        first_party: true,
        created_at: tx.now(),
    };
    let id: AppId = tx.new_id();
    APPS.put(tx, &id, &application)?;
    Ok(id)
}

/// The application with this public identifier.
///
/// # Errors
/// When the store fails.
pub fn find(from: &dyn Read, client_id: &str) -> Result<Option<(AppId, Application)>> {
    let Some(id) = BY_CLIENT_ID.get(from, &client_id.to_owned())? else { return Ok(None) };
    Ok(APPS.get(from, &id)?.map(|application| (id, application)))
}

/// The application that sends this request, by HTTP Basic or by `client_id` and `client_secret`.
///
/// # Errors
/// `invalid_client` for an unknown one or a wrong secret.
pub fn authenticate(from: &dyn Read, headers: &HeaderMap, params: &Params) -> Result<(AppId, Application)> {
    let refused = || refusal::error(Code::InvalidClient);
    let (client_id, secret) = match basic(headers) {
        Some(pair) => pair,
        None => {
            (params.text("client_id").ok_or_else(refused)?, params.text("client_secret").ok_or_else(refused)?)
        }
    };
    let (id, application) = find(from, &client_id)?.ok_or_else(refused)?;
    if !secret::same(&secret::hash(&secret), &application.secret_hash) {
        return Err(refused());
    }
    Ok((id, application))
}

/// RFC 6749 §2.3.1: both halves are form-encoded before they are joined.
fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    let decoded = |text: &str| {
        let spaced = text.replace('+', " ");
        percent_encoding::percent_decode_str(&spaced).decode_utf8().ok().map(|text| text.into_owned())
    };
    Some((decoded(id)?, decoded(secret)?))
}

fn website(text: &str) -> Result<Option<String>> {
    if text.is_empty() {
        return Ok(None);
    }
    let good = text.chars().count() <= ADDRESS_MAX
        && Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    if good { Ok(Some(text.to_owned())) } else { Err(Error::invalid("Website is not a web address")) }
}

/// Takes one address, several divided by white space, or an array of either.
fn redirect_uris(given: &[String]) -> Result<Vec<String>> {
    let refused = |why: &str| Err(Error::invalid(format!("Redirect URI {why}")));
    let mut uris: Vec<String> = Vec::new();
    for uri in given.iter().flat_map(|text| text.split_whitespace()) {
        if !uris.iter().any(|known| known == uri) {
            uris.push(uri.to_owned());
        }
    }
    if uris.is_empty() {
        return refused("is missing");
    }
    if uris.iter().map(|uri| uri.chars().count() + 1).sum::<usize>() > ADDRESS_MAX + 1 {
        return refused("is too long");
    }
    for uri in &uris {
        if uri == OUT_OF_BAND {
            continue;
        }
        // What goes into a Location header must be plain ASCII as it stands: it is compared and sent unchanged.
        let plain = uri.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'<' | b'>' | b'"' | b'\\'));
        let Ok(url) = Url::parse(uri) else { return refused("must be an absolute URI") };
        if !plain || (matches!(url.scheme(), "http" | "https") && !uri.contains("://")) {
            return refused("must be an absolute URI");
        }
        if SCRIPTS.contains(&url.scheme()) {
            return refused("has a scheme that is not allowed");
        }
        if url.fragment().is_some() {
            return refused("must not have a fragment");
        }
    }
    Ok(uris)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uris(text: &str) -> Result<Vec<String>> {
        redirect_uris(&[text.to_owned()])
    }

    #[test]
    fn redirect_addresses_of_every_good_kind() {
        for good in [
            "https://app.example/cb?x=1",
            "http://127.0.0.1:8080/",
            "myapp://oauth",
            "com.example.app:/cb",
            OUT_OF_BAND,
        ] {
            assert_eq!(uris(good).unwrap(), [good], "{good}");
        }
        assert_eq!(uris("a://b\nc://d\r\na://b").unwrap(), ["a://b", "c://d"]);
    }

    #[test]
    fn dangerous_redirect_addresses_are_refused() {
        for bad in [
            "",
            "  ",
            "/relative",
            "javascript:alert(1)",
            "JavaScript:alert(1)",
            "data:text/html,x",
            "vbscript:x",
            "https://app.example/#frag",
            "https:app.example",
            "https://",
            "https://bücher.example/",
            "myapp://a\\b",
            "myapp://\"onload",
        ] {
            assert!(uris(bad).is_err(), "{bad}");
        }
        assert!(uris(&format!("https://a.example/{}", "x".repeat(2_000))).is_err());
    }

    #[test]
    fn basic_credentials_are_form_decoded() {
        let mut headers = HeaderMap::new();
        headers.insert(
            header::AUTHORIZATION,
            format!("basic {}", STANDARD.encode("a%3Ab:c+d")).parse().unwrap(),
        );
        assert_eq!(basic(&headers), Some(("a:b".into(), "c d".into())));
        for bad in ["Basic", "Basic !!!", "Bearer abc", "Basic YQ=="] {
            headers.insert(header::AUTHORIZATION, bad.parse().unwrap());
            assert_eq!(basic(&headers), None, "{bad}");
        }
    }
}
