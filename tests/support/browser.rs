//! A browser without script: keeps cookies, fills in forms, follows no redirect by itself.

use std::collections::BTreeMap;

use reqwest::header::{ACCEPT_LANGUAGE, COOKIE, LOCATION, SET_COOKIE};
use reqwest::{Client, RequestBuilder, StatusCode, redirect};

/// A browser with its cookies.
pub struct Browser {
    client: Client,
    base: String,
    /// What it asks for in `Accept-Language`; empty for nothing.
    pub languages: String,
    /// Its cookies.
    pub cookies: BTreeMap<String, String>,
}

/// What it shows.
pub struct Page {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: reqwest::header::HeaderMap,
    /// The body.
    pub text: String,
}

impl Browser {
    /// A fresh one for the server at `base`.
    pub fn new(base: &str) -> Self {
        let client = Client::builder().redirect(redirect::Policy::none()).no_proxy().build().unwrap();
        Self { client, base: base.to_owned(), languages: String::new(), cookies: BTreeMap::new() }
    }

    /// Opens an address.
    pub async fn open(&mut self, path: &str) -> Page {
        let request = self.client.get(format!("{}{path}", self.base));
        self.run(request).await
    }

    /// Posts a form as it stands.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let request = self.client.post(format!("{}{path}", self.base));
        self.run(with_form(request, fields)).await
    }

    /// Sends `DELETE` with a form.
    pub async fn delete(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let request = self.client.delete(format!("{}{path}", self.base));
        self.run(with_form(request, fields)).await
    }

    /// Opens a page with a form, changes or adds these fields and posts it to `action`.
    pub async fn fill(&mut self, page: &str, action: &str, fields: &[(&str, &str)]) -> Page {
        let mut form = self.open(page).await.hidden(action);
        for (name, value) in fields {
            form.insert((*name).to_owned(), (*value).to_owned());
        }
        let form: Vec<_> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.post(action, &form).await
    }

    /// Signs in with the form.
    pub async fn sign_in(&mut self, login: &str, password: &str) -> Page {
        self.fill("/auth/sign_in", "/auth/sign_in", &[("email", login), ("password", password)]).await
    }

    async fn run(&mut self, request: RequestBuilder) -> Page {
        let line: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = match self.languages.as_str() {
            "" => request,
            languages => request.header(ACCEPT_LANGUAGE, languages),
        };
        let answer = request.header(COOKIE, line.join("; ")).send().await.unwrap();
        for cookie in answer.headers().get_all(SET_COOKIE) {
            let (pair, rest) = cookie.to_str().unwrap().split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if rest.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let (status, headers) = (answer.status(), answer.headers().clone());
        Page { status, headers, text: answer.text().await.unwrap() }
    }
}

fn with_form(request: RequestBuilder, fields: &[(&str, &str)]) -> RequestBuilder {
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    request.header("content-type", "application/x-www-form-urlencoded").body(body)
}

impl Page {
    /// Where a redirect leads; empty when it is none.
    pub fn location(&self) -> &str {
        self.headers.get(LOCATION).map_or("", |value| value.to_str().unwrap())
    }

    /// A parameter of the address that a redirect leads to.
    pub fn parameter(&self, name: &str) -> Option<String> {
        let (_, query) = self.location().split_once(['?', '#'])?;
        url::form_urlencoded::parse(query.as_bytes())
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    }

    /// The hidden fields of the form with this action.
    pub fn hidden(&self, action: &str) -> BTreeMap<String, String> {
        let start = self
            .text
            .find(&format!("action=\"{action}\""))
            .unwrap_or_else(|| panic!("no form: {}", self.text));
        let form = self.text[start..].split("</form>").next().unwrap();
        form.split("<input type=\"hidden\" name=\"")
            .skip(1)
            .map(|input| {
                let (name, rest) = input.split_once("\" value=\"").unwrap();
                let value = rest.split('"').next().unwrap();
                (name.to_owned(), html_escape::decode_html_entities(value).into_owned())
            })
            .collect()
    }
}
