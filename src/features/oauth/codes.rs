//! Authorization codes: what an application asks for, the code it gets, and the token it gets for the code.

use std::time::Duration;

use shop_storage::{Read, Window};

use super::apps::{self, OUT_OF_BAND};
use super::jobs::ForgetCode;
use super::refusal::{self, Code as Refusal};
use super::scopes;
use super::table::{Application, CODES, CODES_FOR, Code};
use super::tokens::{self, Issued};
use crate::features::users::{self, SignIn, table::USERS};
use crate::platform::app::{App, Tx};
use crate::platform::error::Result;
use crate::platform::http::params::Params;
use crate::platform::ids::{AccountId, AppId};
use crate::platform::secret;

/// How long a code is good (behaviours §2).
pub const VALID: Duration = Duration::from_secs(10 * 60);

/// The longest `state` that is carried along, in bytes.
const STATE_MAX: usize = 4_096;

/// How the code travels back (OAuth 2.0 Multiple Response Types; Form Post Response Mode).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResponseMode {
    /// In the query of the redirect address.
    Query,
    /// In its fragment.
    Fragment,
    /// In a form that the browser posts.
    FormPost,
}

/// What an application asks of a person, checked.
#[derive(Debug, Clone)]
pub struct Ask {
    /// The application.
    pub app: AppId,
    /// Its record.
    pub application: Application,
    /// Where the answer goes: one of its registered addresses.
    pub redirect_uri: String,
    /// What it wants to do.
    pub scopes: Vec<String>,
    /// Given back unchanged.
    pub state: Option<String>,
    /// PKCE S256 challenge.
    pub challenge: Option<String>,
    /// How the answer goes.
    pub mode: ResponseMode,
}

impl Ask {
    /// Reads and checks an authorization request. Nothing of it is answered by redirect when it is wrong: anybody
    /// can register an application, so that would make an open redirector of this server.
    ///
    /// # Errors
    /// The refusal to show.
    pub fn read(from: &dyn Read, params: &Params) -> Result<std::result::Result<Self, Refusal>> {
        let client_id = params.text("client_id").unwrap_or_default();
        let Some((app, application)) = apps::find(from, &client_id)? else {
            return Ok(Err(Refusal::InvalidClient));
        };
        Ok(Self::check(app, application, params))
    }

    fn check(app: AppId, application: Application, params: &Params) -> std::result::Result<Self, Refusal> {
        let text = |name: &str| params.text(name).filter(|text| !text.is_empty());
        let redirect_uri = text("redirect_uri").ok_or(Refusal::InvalidRequest)?;
        if !application.redirect_uris.contains(&redirect_uri) {
            return Err(Refusal::InvalidRequest);
        }
        match text("response_type").as_deref() {
            Some("code") => {}
            None => return Err(Refusal::InvalidRequest),
            Some(_) => return Err(Refusal::UnsupportedResponseType),
        }
        let mode = match text("response_mode").as_deref() {
            None | Some("query") => ResponseMode::Query,
            Some("fragment") => ResponseMode::Fragment,
            Some("form_post") => ResponseMode::FormPost,
            Some(_) => return Err(Refusal::InvalidRequest),
        };
        let scopes = wanted_scopes(params, &application)?;
        let challenge = text("code_challenge");
        if let Some(challenge) = &challenge {
            // The default method of RFC 7636 is `plain`, which is refused here (behaviours §2).
            let method = text("code_challenge_method");
            if method.as_deref() != Some("S256")
                || challenge.len() != 43
                || !challenge.bytes().all(is_base64url)
            {
                return Err(Refusal::InvalidRequest);
            }
        }
        let state = params.text("state");
        if state.as_ref().is_some_and(|state| state.len() > STATE_MAX) {
            return Err(Refusal::InvalidRequest);
        }
        Ok(Self { app, application, redirect_uri, scopes, state, challenge, mode })
    }

    /// Whether the code is shown instead of sent.
    pub fn is_out_of_band(&self) -> bool {
        self.redirect_uri == OUT_OF_BAND
    }

    /// The parameters as they came, for the consent form.
    pub fn fields(&self) -> Vec<(&'static str, String)> {
        let mut fields = vec![
            ("response_type", "code".to_owned()),
            ("client_id", self.application.client_id.clone()),
            ("redirect_uri", self.redirect_uri.clone()),
            ("scope", self.scopes.join(" ")),
        ];
        fields.extend(self.state.clone().map(|state| ("state", state)));
        if let Some(challenge) = &self.challenge {
            fields.push(("code_challenge", challenge.clone()));
            fields.push(("code_challenge_method", "S256".to_owned()));
        }
        match self.mode {
            ResponseMode::Query => {}
            ResponseMode::Fragment => fields.push(("response_mode", "fragment".to_owned())),
            ResponseMode::FormPost => fields.push(("response_mode", "form_post".to_owned())),
        }
        fields
    }

    /// The redirect address with these parameters and the state, by query or fragment.
    pub fn answer_uri(&self, parameters: &[(&str, &str)]) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(parameters);
        if let Some(state) = &self.state {
            query.append_pair("state", state);
        }
        let joint = match (self.mode, self.redirect_uri.contains('?')) {
            (ResponseMode::Fragment, _) => '#',
            (_, true) => '&',
            (_, false) => '?',
        };
        format!("{}{joint}{}", self.redirect_uri, query.finish())
    }
}

fn wanted_scopes(params: &Params, application: &Application) -> std::result::Result<Vec<String>, Refusal> {
    let text = params.text("scope").filter(|text| !text.trim().is_empty()).unwrap_or_else(|| "read".into());
    let scopes = scopes::parse(&text).ok_or(Refusal::InvalidScope)?;
    if scopes::within(&scopes, &application.scopes) { Ok(scopes) } else { Err(Refusal::InvalidScope) }
}

fn is_base64url(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

/// Makes the code for what a person has agreed to.
///
/// # Errors
/// When the store fails.
pub fn grant(tx: &mut Tx<'_>, ask: &Ask, account: AccountId) -> Result<String> {
    let text = secret::fresh();
    let key = secret::hash(&text);
    let expires_at = tx.now().plus(VALID);
    let code = Code {
        app: ask.app,
        account,
        scopes: ask.scopes.clone(),
        redirect_uri: ask.redirect_uri.clone(),
        challenge: ask.challenge.clone(),
        expires_at,
    };
    CODES.put(tx, &key, &code)?;
    tx.enqueue_at(&ForgetCode { key }, expires_at)?;
    Ok(text)
}

/// Ends the codes for an account that nobody has used yet, of the applications that `wanted` names.
///
/// # Errors
/// When the store fails.
pub fn end_all(tx: &mut Tx<'_>, account: AccountId, wanted: impl Fn(AppId) -> bool) -> Result<()> {
    for key in CODES_FOR.page(&**tx, &account, &Window::all())? {
        if CODES.get(&**tx, &key)?.is_some_and(|code| wanted(code.app)) {
            CODES.delete(tx, &key)?;
        }
    }
    Ok(())
}

/// Gives the token for a code. The code is used up by the first try that names it, good or bad.
///
/// # Errors
/// `invalid_request` for missing parameters, `invalid_grant` for everything that does not fit.
pub async fn exchange(app: &App, client: AppId, params: &Params) -> Result<Issued> {
    let text = |name: &str| params.text(name).filter(|text| !text.is_empty());
    let missing = || refusal::error(Refusal::InvalidRequest);
    let code = text("code").ok_or_else(missing)?;
    let redirect_uri = text("redirect_uri").ok_or_else(missing)?;
    let verifier = text("code_verifier");
    let issued = app
        .write(move |tx| {
            let now = tx.now();
            let Some(code) = CODES.delete(tx, &secret::hash(&code))? else { return Ok(None) };
            let fits = code.app == client && code.redirect_uri == redirect_uri && code.expires_at > now;
            if !fits || !verified(code.challenge.as_deref(), verifier.as_deref()) {
                return Ok(None);
            }
            let Some(user) = USERS.get(&**tx, &code.account)? else { return Ok(None) };
            if users::standing(&**tx, code.account, &user)? != SignIn::Welcome(code.account) {
                return Ok(None);
            }
            tokens::issue(tx, client, Some(code.account), &code.scopes).map(Some)
        })
        .await?;
    issued.ok_or_else(|| refusal::error(Refusal::InvalidGrant))
}

/// RFC 7636 §4.6; a verifier without a challenge is refused too, since somebody took the challenge away
/// (RFC 9700 §2.1.1).
fn verified(challenge: Option<&str>, verifier: Option<&str>) -> bool {
    match (challenge, verifier) {
        (None, None) => true,
        (Some(challenge), Some(verifier)) => {
            let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~');
            (43..=128).contains(&verifier.len())
                && verifier.bytes().all(plain)
                && secret::same(secret::text(&secret::hash(verifier)).as_bytes(), challenge.as_bytes())
        }
        _ => false,
    }
}

/// Gives the application its own token.
///
/// # Errors
/// `invalid_scope`.
pub async fn client_credentials(
    app: &App,
    client: AppId,
    application: &Application,
    params: &Params,
) -> Result<Issued> {
    let scopes = wanted_scopes(params, application).map_err(refusal::error)?;
    app.write(move |tx| tokens::issue(tx, client, None, &scopes)).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_verifier_of_rfc_7636_appendix_b() {
        let challenge = Some("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
        assert!(verified(challenge, Some("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")));
        assert!(!verified(challenge, Some("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXl")));
        assert!(!verified(challenge, Some("short")));
        assert!(!verified(challenge, None));
        assert!(!verified(None, Some("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")));
        assert!(verified(None, None));
    }
}
