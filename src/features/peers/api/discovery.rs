//! How other servers find what is here: WebFinger, host-meta and NodeInfo (behaviours §17).

use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use shop_storage::Read;

use crate::features::accounts::actor::INSTANCE_ACTOR_NAME;
use crate::features::accounts::table::{ACCOUNTS, Account, BY_HANDLE};
use crate::features::accounts::{INSTANCE_ACTOR, id_of_local_uri, local_uri, url};
use crate::features::instance;
use crate::features::peers::{host_of, is_ours};
use crate::features::statistics;
use crate::federation::webfinger::{Descriptor, JRD, Link, SUBSCRIBE};
use crate::platform::app::App;
use crate::platform::config::Registrations;
use crate::platform::error::{Error, Kind, Result};
use crate::platform::http::params::Params;
use crate::platform::ids::AccountId;
use crate::platform::text::idn::{Acct, same_domain};

const PROFILE_PAGE: &str = "http://webfinger.net/rel/profile-page";
const ACTIVITY: &str = "application/activity+json";
const THREE_DAYS: &str = "max-age=259200, public";
const HALF_AN_HOUR: &str = "max-age=1800, public";

fn answer(kind: &'static str, keep: &'static str, body: String) -> Response {
    let headers = [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, keep)];
    (headers, body).into_response()
}

/// GET /.well-known/webfinger
///
/// # Errors
/// 400 without a resource that could be one, 404 for nobody, 410 for who is gone.
pub async fn webfinger(State(app): State<App>, params: Params) -> Result<Response> {
    let resource = params.required("resource").map_err(|_| Error::bad_request("No resource given"))?;
    let from = app.read()?;
    let id = find(&app, &from, resource.trim())?;
    let descriptor = if id == INSTANCE_ACTOR {
        instance_actor(&app)
    } else {
        let account = ACCOUNTS.get(&from, &id)?.ok_or_else(Error::not_found)?;
        if account.deleted {
            return Err(Error::new(Kind::Gone, "Gone"));
        }
        person(&app, id, &account)
    };
    let body = serde_json::to_string(&descriptor).map_err(Error::internal)?;
    Ok(answer(JRD, THREE_DAYS, body))
}

fn find(app: &App, from: &dyn Read, resource: &str) -> Result<AccountId> {
    if resource.starts_with("http://") || resource.starts_with("https://") {
        return by_url(app, from, resource);
    }
    let bare = resource.strip_prefix("acct:").unwrap_or(resource);
    if is_own_domain(app, bare) {
        return Ok(INSTANCE_ACTOR);
    }
    if let Some((name, domain)) = bare.rsplit_once('@')
        && is_own_domain(app, domain)
        && (name == INSTANCE_ACTOR_NAME || is_own_domain(app, name))
    {
        return Ok(INSTANCE_ACTOR);
    }
    let acct = Acct::parse(resource).ok_or_else(|| Error::bad_request("Not a resource"))?;
    let domain = acct.domain.ok_or_else(|| Error::bad_request("Not a resource"))?;
    if !is_own_domain(app, &domain) {
        return Err(Error::not_found());
    }
    by_name(from, &acct.username)
}

/// The handle's domain, and the web's where it is another.
fn is_own_domain(app: &App, domain: &str) -> bool {
    same_domain(domain, app.config.domain())
        || host_of(app.config.base_url()).is_some_and(|host| same_domain(domain, &host))
}

fn by_name(from: &dyn Read, name: &str) -> Result<AccountId> {
    BY_HANDLE.get(from, &(name.to_lowercase(), String::new()))?.ok_or_else(Error::not_found)
}

fn by_url(app: &App, from: &dyn Read, resource: &str) -> Result<AccountId> {
    if !is_ours(app, resource) {
        return Err(Error::not_found());
    }
    if let Some(id) = id_of_local_uri(&app.config, resource) {
        return match ACCOUNTS.get(from, &id)? {
            Some(account) if !account.is_local() => Err(Error::not_found()),
            None if id != INSTANCE_ACTOR => Err(Error::not_found()),
            _ => Ok(id),
        };
    }
    let path = resource.strip_prefix(app.config.base_url()).unwrap_or_default();
    match path.strip_prefix("/@").or_else(|| path.strip_prefix("/users/")) {
        Some(name) => by_name(from, name.trim_end_matches('/')),
        None if path.trim_end_matches('/').is_empty() => Ok(INSTANCE_ACTOR),
        None => Err(Error::not_found()),
    }
}

fn own(rel: &str, kind: &str, href: String) -> Link {
    Link { rel: rel.into(), kind: Some(kind.into()), href: Some(href), template: None }
}

fn instance_actor(app: &App) -> Descriptor {
    let uri = local_uri(&app.config, INSTANCE_ACTOR);
    Descriptor {
        subject: format!("acct:{INSTANCE_ACTOR_NAME}@{}", app.config.domain()),
        aliases: vec![uri.clone()],
        links: vec![
            own(PROFILE_PAGE, "text/html", format!("{}/about", app.config.base_url())),
            own("self", ACTIVITY, uri),
        ],
    }
}

fn person(app: &App, id: AccountId, account: &Account) -> Descriptor {
    let (page, uri) = (url(&app.config, id, account), local_uri(&app.config, id));
    Descriptor {
        subject: format!("acct:{}@{}", account.username, app.config.domain()),
        aliases: vec![page.clone(), uri.clone()],
        links: vec![
            own(PROFILE_PAGE, "text/html", page),
            own("self", ACTIVITY, uri),
            Link {
                rel: SUBSCRIBE.into(),
                template: Some(format!("{}/authorize_interaction?uri={{uri}}", app.config.base_url())),
                ..Link::default()
            },
        ],
    }
}

/// GET /.well-known/host-meta: XRD, or JSON for those who ask for it.
pub async fn host_meta(State(app): State<App>, headers: HeaderMap) -> Response {
    let wants_json = headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("json") && !accept.contains("xml"));
    if wants_json { host_meta_json(State(app)).await } else { host_meta_xml(&app) }
}

fn template(app: &App) -> String {
    format!("{}/.well-known/webfinger?resource={{uri}}", app.config.base_url())
}

fn host_meta_xml(app: &App) -> Response {
    let template = html_escape::encode_double_quoted_attribute(&template(app)).into_owned();
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<XRD xmlns=\"http://docs.oasis-open.org/ns/xri/xrd-1.0\">\n  \
         <Link rel=\"lrdd\" template=\"{template}\"/>\n</XRD>\n"
    );
    answer("application/xrd+xml; charset=utf-8", THREE_DAYS, body)
}

/// GET /.well-known/host-meta.json
pub async fn host_meta_json(State(app): State<App>) -> Response {
    let body = json!({ "links": [{ "rel": "lrdd", "template": template(&app) }] });
    answer("application/json; charset=utf-8", THREE_DAYS, body.to_string())
}

/// GET /.well-known/nodeinfo
pub async fn nodeinfo_links(State(app): State<App>) -> Response {
    let base = app.config.base_url();
    let links: Vec<Value> = ["2.0", "2.1"]
        .iter()
        .map(|version| {
            json!({
                "rel": format!("http://nodeinfo.diaspora.software/ns/schema/{version}"),
                "href": format!("{base}/nodeinfo/{version}"),
            })
        })
        .collect();
    answer("application/json; charset=utf-8", THREE_DAYS, json!({ "links": links }).to_string())
}

/// GET /nodeinfo/2.0 and /nodeinfo/2.1
///
/// # Errors
/// 404 for other versions; when the store fails.
pub async fn nodeinfo(State(app): State<App>, Path(version): Path<String>) -> Result<Response> {
    let version = version.trim_end_matches(".json");
    if !matches!(version, "2.0" | "2.1") {
        return Err(Error::not_found());
    }
    let settings = instance::get(&app.read()?)?;
    let figures = statistics::figures(&app).await?;
    let mut software = json!({ "name": "shop", "version": env!("CARGO_PKG_VERSION") });
    // The schema of 2.0 knows no such key, and allows none that it does not know.
    if version == "2.1"
        && let Some(url) = &app.config.server.source_url
    {
        software["repository"] = json!(url);
    }
    let document = json!({
        "version": version,
        "software": software,
        "protocols": ["activitypub"],
        "services": { "outbound": [], "inbound": [] },
        "usage": {
            "users": {
                "total": figures.users,
                "activeMonth": figures.active_month,
                "activeHalfyear": figures.active_half_year,
            },
            "localPosts": figures.statuses,
        },
        "openRegistrations": app.config.registrations == Registrations::Open,
        "metadata": { "nodeName": settings.title, "nodeDescription": settings.description },
    });
    let kind = if version == "2.1" {
        "application/json; profile=\"http://nodeinfo.diaspora.software/ns/schema/2.1#\"; charset=utf-8"
    } else {
        "application/json; profile=\"http://nodeinfo.diaspora.software/ns/schema/2.0#\"; charset=utf-8"
    };
    Ok(answer(kind, HALF_AN_HOUR, document.to_string()))
}
