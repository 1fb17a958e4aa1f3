//! GET /api/v1/trends and what is below it, and the timeline of a trending link.

use axum::Json;
use axum::extract::{OriginalUri, State};
use axum::http::{HeaderMap, HeaderValue, Uri, header};
use axum::response::{IntoResponse, Response};

use super::table::Subject;
use crate::features::oauth::auth::Viewer;
use crate::features::oauth::scopes::{AnyToken, ReadStatuses};
use crate::features::relationships::circle;
use crate::features::timelines::Reader;
use crate::features::{statuses, tags};
use crate::platform::app::App;
use crate::platform::config::Config;
use crate::platform::error::{Error, Result};
use crate::platform::http::params::Params;
use crate::platform::text::language;

/// The day on which `/api/v1/trends` was given up for `/api/v1/trends/tags`: 30 March 2022.
const DEPRECATED: HeaderValue = HeaderValue::from_static("@1648598400");

/// Which part of a ranking is asked for.
struct Part {
    limit: usize,
    offset: usize,
}

impl Part {
    /// # Errors
    /// 400 for what is negative.
    fn read(params: &Params, default: usize, most: usize) -> Result<Self> {
        let negative = |name: &str| params.integer(name).is_some_and(|number| number < 0);
        for name in ["limit", "offset"] {
            if negative(name) {
                return Err(Error::bad_request(format!("{name} must not be negative")));
            }
        }
        let offset = usize::try_from(params.integer("offset").unwrap_or(0)).unwrap_or(0);
        Ok(Self { limit: params.limit(default, most), offset })
    }

    fn of<T>(&self, items: Vec<T>) -> Vec<T> {
        items.into_iter().skip(self.offset).take(self.limit).collect()
    }

    /// The `Link` header of behaviours §3: offset pages.
    fn link(&self, config: &Config, uri: &Uri, shown: usize) -> HeaderMap {
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

/// `GET /api/v1/trends/tags`
///
/// # Errors
/// 400 for negative pages.
pub async fn tags(
    State(app): State<App>,
    viewer: Viewer<AnyToken>,
    OriginalUri(uri): OriginalUri,
    params: Params,
) -> Result<Response> {
    let part = Part::read(&params, 10, 20)?;
    let store = app.read()?;
    let ranked = part.of(super::ranked(&app, &store, Subject::Tag, &[], false)?);
    let names: Vec<String> = ranked.into_iter().map(|(entry, _)| entry.name).collect();
    let shown = tags::view::load(&app, &store, viewer.id(), &names)?;
    Ok((part.link(&app.config, &uri, shown.len()), Json(shown)).into_response())
}

/// `GET /api/v1/trends`: the old name of [`tags()`].
///
/// # Errors
/// 400 for negative pages.
pub async fn old_tags(
    app: State<App>,
    viewer: Viewer<AnyToken>,
    uri: OriginalUri,
    params: Params,
) -> Result<Response> {
    let mut response = tags(app, viewer, uri, params).await?;
    response.headers_mut().insert("deprecation", DEPRECATED);
    Ok(response)
}

/// `GET /api/v1/trends/statuses`
///
/// # Errors
/// 400 for negative pages.
pub async fn statuses(
    State(app): State<App>,
    viewer: Viewer<AnyToken>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    params: Params,
) -> Result<Response> {
    let part = Part::read(&params, 20, 40)?;
    let (store, now) = (app.read()?, app.now());
    let languages = languages(&viewer, &headers, &params);
    let reader = match viewer.id() {
        Some(id) => Some((id, Reader { circle: circle(&app, id)?, languages: languages.clone(), now })),
        None => None,
    };
    let reader = reader.as_ref().map(|(id, reader)| (*id, reader));
    let ids = part.of(super::statuses(&app, &store, reader, &languages, now)?);
    let shown = statuses::view::load(&app, &store, viewer.id(), &ids)?;
    Ok((part.link(&app.config, &uri, ids.len()), Json(shown)).into_response())
}

/// The languages that a reader sees first: the chosen ones, else that of the interface, of `lang`, of the browser.
fn languages(viewer: &Viewer<AnyToken>, headers: &HeaderMap, params: &Params) -> Vec<String> {
    let asked = params.text("lang");
    let settings = viewer.0.as_ref().map(|user| &user.user.settings);
    if let Some(chosen) =
        settings.map(|settings| &settings.chosen_languages).filter(|chosen| !chosen.is_empty())
    {
        return chosen.clone();
    }
    let browser = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let browser = browser.and_then(|value| value.split([',', ';']).next()).map(str::trim);
    let code = asked.as_deref().or(settings.map(|settings| settings.locale.as_str())).or(browser);
    code.and_then(language::normalise).map(str::to_owned).into_iter().collect()
}

/// `GET /api/v1/trends/links`: links trend by their preview cards, and none are ranked here.
///
/// # Errors
/// 400 for negative pages.
pub async fn links(params: Params) -> Result<Json<[(); 0]>> {
    Part::read(&params, 10, 20)?;
    Ok(Json([]))
}

/// `GET /api/v1/timelines/link`: only trending links have one, and none are ranked here.
///
/// # Errors
/// 400 without an address, 404 for what does not trend.
pub async fn link_timeline(_viewer: Viewer<ReadStatuses>, params: Params) -> Result<Json<[(); 0]>> {
    params.required("url")?;
    Err(Error::not_found())
}
