//! Consent: a person lets an application in, or not. `/oauth/authorize`, `/oauth/authorize/native`.

use askama::Template;
use axum::extract::{OriginalUri, State};
use axum::http::StatusCode;
use axum::response::Response;
use shop_storage::Read;

use super::browser::Browser;
use super::page::{self, Leads, PageResult, Site};
use super::permissions::{self, Permission};
use super::words::applications::{CodeWords, ConsentWords, FormPostWords, refusal_of};
use crate::features::accounts;
use crate::features::oauth::codes::{self, Ask, ResponseMode};
use crate::features::oauth::refusal::{self, Code};
use crate::features::oauth::tokens;
use crate::platform::app::App;
use crate::platform::error::Result;
use crate::platform::http::params::Params;
use crate::platform::ids::AccountId;

#[derive(Template)]
#[template(path = "consent.html")]
struct ConsentPage {
    site: Site,
    words: &'static ConsentWords,
    csrf: String,
    name: String,
    website: Option<String>,
    account: String,
    permissions: Vec<Permission>,
    destination: String,
    fields: Vec<(&'static str, String)>,
    return_to: String,
}

#[derive(Template)]
#[template(path = "code.html")]
struct CodePage {
    site: Site,
    words: &'static CodeWords,
    code: String,
}

#[derive(Template)]
#[template(path = "form_post.html")]
struct FormPostPage {
    site: Site,
    words: &'static FormPostWords,
    name: String,
    action: String,
    fields: Vec<(&'static str, String)>,
}

/// `GET /oauth/authorize`
pub async fn form(
    State(app): State<App>,
    browser: Browser,
    OriginalUri(uri): OriginalUri,
    params: Params,
) -> PageResult {
    let store = app.read()?;
    let ask = match Ask::read(&store, &params)? {
        Ok(ask) => ask,
        Err(code) => return Ok(refuse(&app, &browser, code)?),
    };
    let here = uri.path_and_query().map_or("/", |path| path.as_str());
    let Some(who) = &browser.signed_in else {
        let query =
            url::form_urlencoded::Serializer::new(String::new()).append_pair("return_to", here).finish();
        return Ok(page::redirect(&format!("/auth/sign_in?{query}"))?);
    };
    // Nobody is asked twice, unless the application wishes so (behaviours §2, force_login).
    let asked = tokens::equal(&store, ask.app, Some(who.account), &ask.scopes)?.is_some();
    if asked && params.flag("force_login") != Some(true) {
        return Ok(allow(&app, &browser, ask, who.account).await?);
    }
    Ok(consent(&app, &store, &browser, &ask, who.account, here)?)
}

fn consent(
    app: &App,
    from: &dyn Read,
    browser: &Browser,
    ask: &Ask,
    account: AccountId,
    here: &str,
) -> Result<Response> {
    let username = accounts::get(from, account)?.username;
    let words = ConsentWords::of(browser.tongue);
    let page = ConsentPage {
        site: Site::of(app, from, browser)?,
        words,
        csrf: browser.csrf(app)?,
        name: ask.application.name.clone(),
        website: ask.application.website.clone(),
        account: format!("@{username}@{}", app.config.domain()),
        permissions: permissions::lines(browser.tongue, &ask.scopes),
        destination: if ask.is_out_of_band() {
            words.code_page.to_string()
        } else {
            ask.redirect_uri.clone()
        },
        fields: ask.fields(),
        return_to: here.to_owned(),
    };
    page::show(app, browser, StatusCode::OK, Leads::Away, &page)
}

/// `POST /oauth/authorize`, and its refusal: `decision=deny`, `_method=delete`, or `DELETE /oauth/authorize`.
pub async fn decide(State(app): State<App>, browser: Browser, params: Params) -> PageResult {
    let refused = params.text("decision").as_deref() == Some("deny")
        || params.text("_method").is_some_and(|method| method.eq_ignore_ascii_case("delete"));
    Ok(answer(&app, &browser, &params, !refused).await?)
}

/// `DELETE /oauth/authorize`
pub async fn deny(State(app): State<App>, browser: Browser, params: Params) -> PageResult {
    Ok(answer(&app, &browser, &params, false).await?)
}

async fn answer(app: &App, browser: &Browser, params: &Params, allowed: bool) -> Result<Response> {
    let Some(who) = &browser.signed_in else { return page::redirect("/auth/sign_in") };
    browser.check(app, params)?;
    let ask = match Ask::read(&app.read()?, params)? {
        Ok(ask) => ask,
        Err(code) => return refuse(app, browser, code),
    };
    if allowed {
        return allow(app, browser, ask, who.account).await;
    }
    if ask.is_out_of_band() {
        return refuse(app, browser, Code::AccessDenied);
    }
    let code = Code::AccessDenied;
    send(app, browser, &ask, &[("error", code.word()), ("error_description", code.description())])
}

async fn allow(app: &App, browser: &Browser, ask: Ask, account: AccountId) -> Result<Response> {
    let (ask, code) = app.write(move |tx| codes::grant(tx, &ask, account).map(|code| (ask, code))).await?;
    if ask.is_out_of_band() {
        return page::redirect(&format!("/oauth/authorize/native?code={code}"));
    }
    send(app, browser, &ask, &[("code", &code)])
}

/// Sends the answer to the application, the way it asked for.
fn send(app: &App, browser: &Browser, ask: &Ask, parameters: &[(&'static str, &str)]) -> Result<Response> {
    if ask.mode != ResponseMode::FormPost {
        return page::redirect(&ask.answer_uri(parameters));
    }
    let mut fields: Vec<_> = parameters.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    fields.extend(ask.state.clone().map(|state| ("state", state)));
    let page = FormPostPage {
        site: Site::of(app, &app.read()?, browser)?,
        words: FormPostWords::of(browser.tongue),
        name: ask.application.name.clone(),
        action: ask.redirect_uri.clone(),
        fields,
    };
    page::show(app, browser, StatusCode::OK, Leads::Away, &page)
}

fn refuse(app: &App, browser: &Browser, code: Code) -> Result<Response> {
    let status = refusal::error(code).status();
    let heading = ConsentWords::of(browser.tongue).refused;
    page::complain(app, browser, status, heading, refusal_of(browser.tongue, code))
}

/// `GET /oauth/authorize/native?code=…`
pub async fn native(State(app): State<App>, browser: Browser, params: Params) -> PageResult {
    if browser.signed_in.is_none() {
        return Ok(page::redirect("/auth/sign_in")?);
    }
    let code = params.text("code").unwrap_or_default();
    // Nothing but a code of ours is shown: the page must not say in our name what a link has put there.
    if code.len() != 43 || !code.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')) {
        return Ok(refuse(&app, &browser, Code::InvalidRequest)?);
    }
    let words = CodeWords::of(browser.tongue);
    let page = CodePage { site: Site::of(&app, &app.read()?, &browser)?, words, code };
    Ok(page::show(&app, &browser, StatusCode::OK, Leads::Here, &page)?)
}
