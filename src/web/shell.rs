//! The web app for people who are signed in: its shell, with the session that the app starts from inside.

use axum::extract::State;
use axum::http::{HeaderValue, Uri, header};
use axum::response::{Html, IntoResponse, Response};
use serde::Serialize;

use super::browser::Browser;
use super::page::{PageResult, redirect};
use super::words::frame::NO_APP;
use super::{assets, style};
use crate::features::instance::{self, streaming};
use crate::features::statuses::render::LONGEST;
use crate::platform::app::App;
use crate::platform::config::Registrations;
use crate::platform::error::{Error, Kind, Result};
use crate::platform::ids::AccountId;
use crate::platform::text::tongue::Tongue;

/// Where the session goes in the shell; `web-ui/index.html` has it.
const PLACE: &str = "<!--shop:session-->";

/// What the web app starts from (`web-ui/src/app/session.ts` reads it).
#[derive(Debug, Serialize)]
struct Session {
    token: Option<String>,
    account_id: Option<AccountId>,
    /// For the sign-out form.
    csrf: Option<String>,
    domain: String,
    title: String,
    streaming: String,
    registrations: &'static str,
    version: &'static str,
    max_characters: usize,
}

impl Session {
    fn of(app: &App, browser: &Browser) -> Result<Self> {
        let signed_in = browser.signed_in.as_ref();
        Ok(Self {
            token: signed_in.map(|signed_in| signed_in.token_text.clone()),
            account_id: signed_in.map(|signed_in| signed_in.account),
            csrf: signed_in.map(|_| browser.csrf(app)).transpose()?,
            domain: app.config.domain().to_owned(),
            title: instance::get(&app.read()?)?.title,
            streaming: streaming(&app.config),
            registrations: match app.config.registrations {
                Registrations::Open => "open",
                Registrations::Approval => "approval",
                Registrations::Closed => "closed",
            },
            version: env!("CARGO_PKG_VERSION"),
            max_characters: LONGEST,
        })
    }

    /// The block that browsers keep as data: no character in it can end the element or begin another.
    fn block(&self) -> Result<String> {
        let json = serde_json::to_string(self).map_err(Error::internal)?;
        let json = json.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026");
        Ok(format!("<script id=\"shop-session\" type=\"application/json\">{json}</script>"))
    }
}

/// The web app for this browser. Nothing may keep it: it carries a token.
///
/// # Errors
/// 503 in a build without the web app.
pub fn show(app: &App, browser: &Browser) -> Result<Response> {
    let shell = assets::shell().ok_or_else(|| Error::new(Kind::Unavailable, Tongue::English.say(&NO_APP)))?;
    let sheet = style::address(app).map(|at| format!("<link rel=\"stylesheet\" href=\"{at}\"></head>"));
    let shell = match sheet {
        Some(sheet) => shell.replacen("</head>", &sheet, 1),
        None => shell,
    };
    let mut response = Html(shell.replacen(PLACE, &Session::of(app, browser)?.block()?, 1)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    headers.insert(header::VARY, HeaderValue::from_static("Accept, Cookie"));
    Ok(response)
}

/// GET /home and the other pages of the app: for guests the sign-in form, which leads back here.
pub async fn page(State(app): State<App>, browser: Browser, uri: Uri) -> PageResult {
    if browser.signed_in.is_some() { Ok(show(&app, &browser)?) } else { Ok(sign_in(&uri)?) }
}

/// To the sign-in form and back to `uri`.
///
/// # Errors
/// None that a request could cause.
pub fn sign_in(uri: &Uri) -> Result<Response> {
    let back = uri.path_and_query().map_or("/home", |path| path.as_str());
    let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("return_to", back).finish();
    redirect(&format!("/auth/sign_in?{query}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_can_leave_the_block() {
        let session = Session {
            token: None,
            account_id: None,
            csrf: None,
            domain: "a.example".into(),
            title: "</script><script>alert(1)</script><!-- & \u{2028}".into(),
            streaming: "wss://a.example".into(),
            registrations: "open",
            version: "1",
            max_characters: 500,
        };
        let block = session.block().unwrap();
        let inside = block.split_once('>').unwrap().1.strip_suffix("</script>").unwrap();
        assert!(!inside.contains(['<', '>', '&']), "{inside}");
        let read: serde_json::Value = serde_json::from_str(inside).unwrap();
        assert_eq!(read["title"], session.title);
        assert!(read["token"].is_null());
    }
}
