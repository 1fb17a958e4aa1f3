//! What the server answered.

use reqwest::header::HeaderMap;
use serde_json::Value;

use super::browser::Page;

/// An answer, read whole.
pub struct Answer {
    status: u16,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl From<Page> for Answer {
    fn from(page: Page) -> Self {
        Self { status: page.status.as_u16(), headers: page.headers, body: page.text.into_bytes() }
    }
}

impl Answer {
    /// Reads an answer whole.
    pub async fn of(response: reqwest::Response) -> Self {
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        Self { status, headers, body: response.bytes().await.unwrap().to_vec() }
    }

    /// An answer of which only status and body are known.
    pub fn made(status: u16, body: String) -> Self {
        Self { status, headers: HeaderMap::new(), body: body.into_bytes() }
    }

    pub fn status(&self) -> u16 {
        self.status
    }

    pub fn bytes(&self) -> &[u8] {
        &self.body
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|_| panic!("no JSON: {} {}", self.status, self.text()))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The JSON of a 200.
    #[track_caller]
    pub fn ok(&self) -> Value {
        assert_eq!(self.status, 200, "{}", self.text());
        self.json()
    }

    /// The `error` of a refusal.
    #[track_caller]
    pub fn error(&self, status: u16) -> String {
        assert_eq!(self.status, status, "{}", self.text());
        self.json()["error"].as_str().unwrap_or_else(|| panic!("no error text: {}", self.text())).to_owned()
    }

    /// The ids of a list, in order.
    #[track_caller]
    pub fn ids(&self) -> Vec<String> {
        let list = self.ok();
        list.as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
    }

    /// Path and query of a `Link` relation (`next`, `prev`).
    pub fn link(&self, rel: &str) -> Option<String> {
        let links = self.header("link")?;
        let found = links.split(", ").find(|part| part.ends_with(&format!("rel=\"{rel}\"")))?;
        let url = found.trim_start_matches('<').split('>').next()?;
        Some(url.to_owned())
    }
}
