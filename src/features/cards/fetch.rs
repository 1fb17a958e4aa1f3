//! Reads a linked page through the guarded client and keeps its card.

use moka::sync::Cache;
use reqwest::header::{self, HeaderMap, HeaderValue};
use url::Url;

use super::read::{self, Found};
use super::table::{CARDS, Card, CardImage, CardKind};
use super::{PAUSE, key_of, view};
use crate::features::accounts;
use crate::features::media::cache::{self, Wanted};
use crate::features::media::picture::{self, Limits};
use crate::features::media::processing::work;
use crate::platform::app::App;
use crate::platform::error::{Error, Result};
use crate::platform::ids::AccountId;
use crate::platform::net::{Download, FetchRequest, MAX_DOCUMENT_BYTES, NetError};
use crate::platform::text::charset;
use crate::platform::text::head::Head;

/// How long a page, its oEmbed data and its picture may take, each.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(15);
/// Largest page whose beginning is read; the rest of it is not.
const LARGEST_PAGE: usize = 64 * 1024 * 1024;
/// Most bytes of a picture (behaviours §5).
pub const IMAGE: usize = 8 * 1024 * 1024;
/// Pages without a card that are remembered.
const REMEMBERED: u64 = 10_000;

/// Pages that had no card a short while ago.
struct Barren(Cache<String, ()>);

impl Default for Barren {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(REMEMBERED).time_to_live(PAUSE).build())
    }
}

/// Reads the page at `url` and keeps its card; a page that has none leaves what is kept as it is.
///
/// # Errors
/// When the store fails. That a page cannot be read is no error.
pub async fn card(app: &App, url: &str) -> Result<()> {
    let barren = app.part::<Barren>();
    if barren.0.contains_key(url) {
        return Ok(());
    }
    let found = match read_page(app, url).await {
        Ok(Some(found)) => found,
        Ok(None) => {
            barren.0.insert(url.to_owned(), ());
            return Ok(());
        }
        Err(error) => {
            tracing::debug!(%error, url, "a linked page could not be read");
            barren.0.insert(url.to_owned(), ());
            return Ok(());
        }
    };
    let creator = creator(app, found.creator.as_deref()).await;
    let image = image(app, url, &found).await?;
    let (key, card) = (key_of(url), card_of(app, url, found, creator, image));
    app.write(move |tx| Ok(CARDS.put(tx, &key, &card)?)).await
}

fn card_of(app: &App, url: &str, found: Found, creator: Option<AccountId>, image: Option<CardImage>) -> Card {
    let (width, height) = match (&image, found.width) {
        (Some(image), 0) => image.size,
        _ => (found.width, found.height),
    };
    Card {
        url: url.to_owned(),
        kind: found.kind.unwrap_or(CardKind::Link),
        title: found.title,
        description: found.description,
        language: found.language,
        author_name: found.author_name,
        author_url: found.author_url,
        creator,
        provider_name: found.provider_name,
        provider_url: found.provider_url,
        html: found.html,
        width,
        height,
        image,
        embed_url: found.embed_url,
        published_at: found.published_at,
        fetched_at: app.now(),
        article: found.article,
    }
}

/// A request that says that nobody is looking yet (behaviours §5).
fn request(app: &App, url: Url, accept: &'static [&'static str], most: usize) -> Result<FetchRequest> {
    let agent = format!("{} Bot", app.config.user_agent());
    let agent = HeaderValue::from_str(&agent).map_err(Error::internal)?;
    let headers = HeaderMap::from_iter([(header::USER_AGENT, agent)]);
    Ok(FetchRequest { headers, accept, max_bytes: most, total_timeout: PATIENCE, ..FetchRequest::get(url) })
}

async fn read_page(app: &App, url: &str) -> Result<Option<Found>> {
    let Ok(url) = Url::parse(url) else { return Ok(None) };
    let asked = request(app, url, &["text/html", "application/xhtml+xml"], LARGEST_PAGE)?;
    let download = app.net.open(asked).await.map_err(Error::unreachable)?;
    let (at, kind) = (download.final_url().clone(), download.headers().get(header::CONTENT_TYPE).cloned());
    let bytes = beginning(download).await.map_err(Error::unreachable)?;
    let kind = kind.as_ref().and_then(|kind| kind.to_str().ok()).unwrap_or_default().to_owned();
    let found = tokio::task::spawn_blocking({
        let at = at.clone();
        move || read::page(&at, &Head::read(&charset::decode(&bytes, &kind)))
    })
    .await?;
    let found = match &found.oembed {
        Some(endpoint) => embedded(app, endpoint, &found).await?.unwrap_or(found),
        None => found,
    };
    Ok(found.is_card().then_some(found))
}

/// The first [`MAX_DOCUMENT_BYTES`] of a page: what it says about itself stands in front.
async fn beginning(mut download: Download) -> Result<Vec<u8>, NetError> {
    let mut bytes = Vec::new();
    while bytes.len() < MAX_DOCUMENT_BYTES {
        match download.chunk().await {
            Ok(Some(chunk)) => bytes.extend_from_slice(&chunk),
            Ok(None) => break,
            // What has arrived of a page that breaks off may be enough.
            Err(_) if !bytes.is_empty() => break,
            Err(error) => return Err(error),
        }
    }
    bytes.truncate(MAX_DOCUMENT_BYTES);
    Ok(bytes)
}

async fn embedded(app: &App, endpoint: &Url, page: &Found) -> Result<Option<Found>> {
    let accept = &["application/json", "application/json+oembed", "text/json"];
    let asked = request(app, endpoint.clone(), accept, MAX_DOCUMENT_BYTES)?;
    match app.net.fetch(asked).await {
        Ok(answer) => {
            let told = serde_json::from_slice(&answer.body).ok();
            Ok(told.and_then(|told| read::oembed(&answer.final_url, &told, page)))
        }
        Err(error) => {
            tracing::debug!(%error, %endpoint, "oEmbed data could not be read");
            Ok(None)
        }
    }
}

/// The account that the page names; whether it agrees is looked at when the card is shown.
async fn creator(app: &App, handle: Option<&str>) -> Option<AccountId> {
    let handle = handle?;
    match accounts::resolve::handle(app, handle).await {
        Ok(found) => found,
        Err(error) => {
            tracing::debug!(?error, handle, "the account of an author could not be found");
            None
        }
    }
}

/// Our copy of the picture, measured; a picture that cannot be read is none.
async fn image(app: &App, url: &str, found: &Found) -> Result<Option<CardImage>> {
    let Some(source) = &found.image else { return Ok(None) };
    let key = view::image_key(&key_of(url));
    let wanted = Wanted { key, url: source.clone(), most: IMAGE, reduced: true };
    let path = match cache::copy(app, wanted).await? {
        Ok(path) => path,
        Err(error) => {
            tracing::debug!(%error, url, "the picture of a card cannot be shown");
            return Ok(None);
        }
    };
    let bytes = app.blobs.get(&path).await?.bytes(IMAGE as u64).await?;
    let made = work(app, move || picture::measured(&bytes, &Limits::ATTACHMENT)).await?;
    Ok(made.ok().map(|(size, blurhash)| CardImage {
        url: source.clone(),
        description: found.image_description.clone(),
        size,
        blurhash,
    }))
}
