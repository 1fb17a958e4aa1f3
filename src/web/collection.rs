//! `/collections/ID`: a collection of accounts with everybody in it.

use askama::Template;
use axum::extract::{Path, Request, State};

use super::browser::Browser;
use super::page::{PageResult, Site};
use super::posts::{Author, plain_name};
use super::public::{self, Head};
use super::shell;
use super::words::community::CollectionWords;
use crate::features::accounts;
use crate::features::collections::view::visible;
use crate::features::collections::{documents, readable};
use crate::platform::app::App;
use crate::platform::ids::CollectionId;
use crate::platform::text::plain;

#[derive(Template)]
#[template(path = "collection.html")]
struct CollectionPage<'a> {
    site: Site,
    words: &'static CollectionWords,
    head: &'a Head,
    name: String,
    description: String,
    sensitive: bool,
    /// One: templates share the lines about a person.
    owner: [Author; 1],
    members: Vec<Author>,
}

/// `GET /collections/ID`: the web app for people who are signed in, else the page.
pub async fn show(
    State(app): State<App>,
    Path(id): Path<String>,
    browser: Browser,
    request: Request,
) -> PageResult {
    if browser.signed_in.is_some() {
        return Ok(shell::show(&app, &browser)?);
    }
    let id: CollectionId = id.parse().map_err(|_| public::missing())?;
    let from = app.read()?;
    let row = readable(&from, None, id).map_err(|_| public::missing())?;
    let ids: Vec<_> =
        visible(&from, None, id, &row)?.into_iter().filter_map(|(_, item)| item.account).collect();
    let owner = accounts::view::one(&app, &from, row.account)?;
    let members = accounts::view::present(&app, &from, &ids)?;
    let description = row.description.as_deref().map(plain::from_html).filter(|_| !row.is_local());
    let description = description.or_else(|| row.description.clone()).unwrap_or_default();
    let address = format!("{}/collections/{id}", app.config.base_url());
    let words = CollectionWords::of(browser.tongue);
    let head = Head {
        title: row.name.clone(),
        description: words.description.with("name", plain_name(&owner)).into(),
        kind: "website",
        document: row.is_local().then(|| documents::uri(&app.config, id, &row)),
        address,
        noindex: !row.discoverable || row.sensitive,
        ..Head::default()
    };
    let page = CollectionPage {
        site: Site::of(&app, &from, &browser)?,
        words,
        head: &head,
        name: row.name,
        description,
        sensitive: row.sensitive,
        owner: [Author::of(&owner)],
        members: members.iter().map(|member| Author::of(member)).collect(),
    };
    let (parts, _) = request.into_parts();
    Ok(public::page(&browser, &parts.headers, &head, &page)?)
}
