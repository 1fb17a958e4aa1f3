//! Pages: the cursor parameters and the `Link` header of behaviours §3.

use axum::http::{HeaderMap, HeaderValue, Uri, header};
use shop_storage::{Key, Window};

use super::params::Params;
use crate::platform::config::Config;
use crate::platform::error::{Error, Result};
use crate::platform::ids::Id;

/// What part of a list the client asks for. All bounds are exclusive.
#[derive(Debug, Clone, Copy)]
pub struct Cursor<T> {
    /// Only smaller ids.
    pub max_id: Option<Id<T>>,
    /// Only larger ids, the newest of them first.
    pub since_id: Option<Id<T>>,
    /// The ids right after this one.
    pub min_id: Option<Id<T>>,
    /// How many.
    pub limit: usize,
}

impl<T> Cursor<T> {
    /// Reads `max_id`, `since_id`, `min_id` and `limit`.
    ///
    /// # Errors
    /// 404 for cursors that are no ids.
    pub fn read(params: &Params, default: usize, most: usize) -> Result<Self> {
        Ok(Self {
            max_id: params.id("max_id")?,
            since_id: params.id("since_id")?,
            min_id: params.id("min_id")?,
            limit: params.limit(default, most),
        })
    }

    /// The newest `limit` items.
    pub fn newest(limit: usize) -> Self {
        Self { max_id: None, since_id: None, min_id: None, limit }
    }

    /// Whether items are picked oldest first (they are still shown newest first).
    pub fn upwards(&self) -> bool {
        self.min_id.is_some()
    }

    /// The same as a window over an index.
    pub fn window(&self) -> Window<Id<T>>
    where
        Id<T>: Key,
    {
        let mut window = if self.upwards() { Window::oldest(self.limit) } else { Window::newest(self.limit) };
        window.below = self.max_id;
        window.above = self.min_id.or(self.since_id);
        window
    }

    /// The same over an index of hidden join rows, each with what it leads to (PAGE-B).
    pub fn pairs<B>(&self) -> Window<(Id<T>, Id<B>)>
    where
        (Id<T>, Id<B>): Key,
    {
        let mut window = if self.upwards() { Window::oldest(self.limit) } else { Window::newest(self.limit) };
        window.below = self.max_id.map(|id| (id, Id::new(0)));
        window.above = self.min_id.or(self.since_id).map(|id| (id, Id::new(u64::MAX)));
        window
    }

    /// The same over a table whose keys are these ids under a prefix.
    pub fn under<P: Copy>(&self, prefix: P) -> Window<(P, Id<T>)>
    where
        Id<T>: Key,
        (P, Id<T>): Key,
    {
        let window = self.window();
        let keyed = |id| (prefix, id);
        Window {
            below: window.below.map(keyed),
            above: window.above.map(keyed),
            order: window.order,
            limit: window.limit,
        }
    }

    /// Turns items picked through [`Cursor::window`] or [`Cursor::pairs`] into the order of the answer: newest first.
    pub fn arrange<I>(&self, mut items: Vec<I>) -> Vec<I> {
        if self.upwards() {
            items.reverse();
        }
        items
    }
}

/// When a page says that there is a next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Whenever the page is not empty: timelines, notifications, conversations.
    Always,
    /// When the page was full.
    WhenFull(usize),
}

/// The `Link` header of a page that runs from `first` (newest) to `last`, over the request's own URL.
///
/// `back` names the parameter of `prev`: `min_id`, or `since_id` for lists without `min_id` (PAGE-B).
pub fn link<T>(config: &Config, uri: &Uri, page: &[Id<T>], next: Next, back: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let (Some(first), Some(last)) = (page.first(), page.last()) else { return headers };
    let kept: Vec<(String, String)> = url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes())
        .filter(|(name, _)| {
            !matches!(name.as_ref(), "max_id" | "since_id" | "min_id" | "access_token" | "bearer_token")
        })
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    let to = |name: &str, id: Id<T>| {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(&kept).append_pair(name, &id.to_string());
        format!("{}{}?{}", config.base_url(), uri.path(), query.finish())
    };
    let mut links = Vec::new();
    if next == Next::Always || matches!(next, Next::WhenFull(limit) if page.len() >= limit) {
        links.push(format!("<{}>; rel=\"next\"", to("max_id", *last)));
    }
    links.push(format!("<{}>; rel=\"prev\"", to(back, *first)));
    if let Ok(value) = HeaderValue::from_str(&links.join(", ")) {
        headers.insert(header::LINK, value);
    }
    headers
}

/// A part of a list that has no cursors: so many, after so many others (behaviours §3, offset endpoints).
#[derive(Debug, Clone, Copy)]
pub struct Part {
    /// How many at most.
    pub limit: usize,
    /// How many are passed over.
    pub offset: usize,
}

impl Part {
    /// Reads `limit` and `offset`.
    ///
    /// # Errors
    /// 400 for what is negative.
    pub fn read(params: &Params, default: usize, most: usize) -> Result<Self> {
        if params.integer("limit").is_some_and(|limit| limit < 0) {
            return Err(Error::bad_request("limit must not be negative"));
        }
        Ok(Self { limit: params.limit(default, most), offset: params.offset()? })
    }

    /// This part of a whole list.
    pub fn of<T>(&self, items: Vec<T>) -> Vec<T> {
        items.into_iter().skip(self.offset).take(self.limit).collect()
    }

    /// The `Link` header to the parts before and after this one, of which `shown` items are shown.
    pub fn link(&self, config: &Config, uri: &Uri, shown: usize) -> HeaderMap {
        let mut headers = HeaderMap::new();
        let kept: Vec<(String, String)> =
            url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes())
                .filter(|(name, _)| !matches!(name.as_ref(), "offset" | "access_token" | "bearer_token"))
                .map(|(name, value)| (name.into_owned(), value.into_owned()))
                .collect();
        let to = |offset: usize, rel: &str| {
            let mut query = url::form_urlencoded::Serializer::new(String::new());
            query.extend_pairs(&kept).append_pair("offset", &offset.to_string());
            format!("<{}{}?{}>; rel=\"{rel}\"", config.base_url(), uri.path(), query.finish())
        };
        let mut links = Vec::new();
        if shown == self.limit {
            links.push(to(self.offset.saturating_add(self.limit), "next"));
        }
        if self.offset > 0 && shown > 0 {
            links.push(to(self.offset.saturating_sub(self.limit), "prev"));
        }
        if let Some(value) =
            (!links.is_empty()).then(|| HeaderValue::from_str(&links.join(", ")).ok()).flatten()
        {
            headers.insert(header::LINK, value);
        }
        headers
    }
}
