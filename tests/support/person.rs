//! Somebody who calls the server over HTTP, with or without a token.

use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};

use super::Answer;

/// Stands between the parts of a multipart body.
const BOUNDARY: &str = "between-the-parts-of-this-body";

/// A caller.
#[derive(Clone)]
pub struct Person {
    client: Client,
    base: String,
    /// The name, empty for nobody.
    pub name: String,
    /// The access token.
    pub token: Option<String>,
    /// The account id, empty for nobody.
    pub id: String,
}

impl Person {
    pub(super) fn new(client: &Client, base: &str, name: String, token: Option<String>, id: String) -> Self {
        Self { client: client.clone(), base: base.to_owned(), name, token, id }
    }

    /// The same person with another token.
    pub fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    /// `@name@localhost:PORT`
    pub fn handle(&self) -> String {
        format!("@{}@{}", self.name, self.base.trim_start_matches("http://"))
    }

    /// A request to be shaped by hand; `path` may be a whole URL.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.base) };
        let request = self.client.request(method, url);
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// Sends a request made by [`Person::request`].
    pub async fn send(&self, request: RequestBuilder) -> Answer {
        Answer::of(request.send().await.unwrap()).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    pub async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let request = self.request(Method::GET, path);
        self.send(headers.iter().fold(request, |request, (name, value)| request.header(*name, *value))).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(self.request(Method::POST, path).json(&body)).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.send(self.request(Method::PUT, path).json(&body)).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.send(self.request(Method::PATCH, path).json(&body)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send(self.request(Method::DELETE, path)).await
    }

    /// Posts an urlencoded form.
    pub async fn form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request =
            self.request(Method::POST, path).header("content-type", "application/x-www-form-urlencoded");
        self.send(request.body(body)).await
    }

    /// Sends a multipart form with one file: (field, file name, type, bytes).
    pub async fn send_multipart(
        &self,
        method: &str,
        path: &str,
        fields: &[(&str, &str)],
        file: (&str, &str, &str, Vec<u8>),
    ) -> Answer {
        self.send_files(method, path, fields, vec![file]).await
    }

    /// As [`Person::upload`], with several files.
    pub async fn upload_all(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        files: Vec<(&str, &str, &str, Vec<u8>)>,
    ) -> Answer {
        self.send_files("POST", path, fields, files).await
    }

    async fn send_files(
        &self,
        method: &str,
        path: &str,
        fields: &[(&str, &str)],
        files: Vec<(&str, &str, &str, Vec<u8>)>,
    ) -> Answer {
        let mut body = Vec::new();
        for (name, value) in fields {
            let part =
                format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend(part.into_bytes());
        }
        for (field, name, kind, bytes) in files {
            let head = format!(
                "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\
                 Content-Type: {kind}\r\n\r\n"
            );
            body.extend(head.into_bytes());
            body.extend(bytes);
            body.extend(b"\r\n");
        }
        body.extend(format!("--{BOUNDARY}--\r\n").into_bytes());
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        self.send(self.request(method, path).header("content-type", kind).body(body)).await
    }

    /// Uploads a file through `POST`.
    pub async fn upload(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        file: (&str, &str, &str, Vec<u8>),
    ) -> Answer {
        self.send_multipart("POST", path, fields, file).await
    }

    /// Uploads a small picture and gives its id.
    pub async fn picture(&self) -> String {
        let file = ("file", "cat.png", "image/png", super::pictures::png(64, 48));
        let media = self.upload("/api/v2/media", &[("description", "a cat")], file).await.ok();
        media["id"].as_str().unwrap().to_owned()
    }

    /// Posts a public status and gives it.
    pub async fn says(&self, text: &str) -> Value {
        self.post("/api/v1/statuses", json!({ "status": text })).await.ok()
    }

    /// Follows a person of the same server.
    pub async fn follows(&self, other: &Self) {
        self.post(&format!("/api/v1/accounts/{}/follow", other.id), json!({})).await.ok();
    }
}
