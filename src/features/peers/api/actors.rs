//! Our actors and their collections, as other servers read them (behaviours §18).

use axum::extract::{Path, State};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use percent_encoding::utf8_percent_encode;
use serde_json::{Value, json};
use shop_storage::{Index, Read, Window};

use crate::features::accounts::table::{ACCOUNTS, Account, BY_HANDLE};
use crate::features::accounts::{self, INSTANCE_ACTOR, actor, local_uri, uri, url};
use crate::features::peers::reader::{Passer, Reader, Visitor};
use crate::features::peers::synchronisation::followers_near;
use crate::features::relationships::table::{FOLLOWERS, FOLLOWING};
use crate::features::statuses::note::{Written, featured};
use crate::features::statuses::table::{BY_ACCOUNT, STATUSES};
use crate::features::tags::featured_view;
use crate::federation::documents::{Page, collection, with_context};
use crate::federation::negotiation::{Keep, answer};
use crate::platform::app::App;
use crate::platform::error::{Error, Kind, Result};
use crate::platform::http::params::Params;
use crate::platform::http::path::PathId;
use crate::platform::ids::kind;
use crate::platform::ids::{AccountId, LinkId, StatusId};
use crate::platform::text::html::SEGMENT;

/// How many followers or followed a page has (behaviours §18).
const PEOPLE: usize = 12;
/// How many activities a page of an outbox has.
const ACTIVITIES: usize = 20;
/// How many statuses are looked at for a page: boosts of vanished posts and private posts are passed over.
const LOOKED_AT: usize = 200;

/// GET /ap/users/{id}: the document; browsers are sent to the profile.
///
/// # Errors
/// 404 for nobody, 410 for who is gone.
pub async fn by_id(
    State(app): State<App>,
    PathId(id): PathId<kind::Account>,
    visitor: Visitor<Passer>,
) -> Result<Response> {
    let Visitor::Server(Passer(reader)) = visitor else {
        let account = local(&app.read()?, id)?;
        return Ok(Redirect::to(&url(&app.config, id, &account)).into_response());
    };
    Ok(answer(&actor::document(&app, id).await?, reader.keep))
}

/// GET /users/{name}: the older address, sent on to the newer one; browsers are sent to the profile, which tells people
/// in words when there is nobody.
///
/// # Errors
/// 404 for nobody.
pub async fn by_name(
    State(app): State<App>,
    Path(name): Path<String>,
    visitor: Visitor<Passer>,
) -> Result<Response> {
    let sent = match visitor {
        Visitor::Browser => {
            let name = utf8_percent_encode(&name, SEGMENT);
            Redirect::to(&format!("{}/@{name}", app.config.base_url()))
        }
        Visitor::Server(_) => Redirect::permanent(&local_uri(&app.config, named(&app.read()?, &name)?.0)),
    };
    Ok(sent.into_response())
}

/// The document of a profile that was asked for at its page, `/@name`.
///
/// # Errors
/// 404 for nobody, 410 for who is gone.
pub async fn document_of(app: &App, name: &str, parts: &Parts) -> Result<Response> {
    let reader = match Passer::of(app, parts).await {
        Ok(Passer(reader)) => reader,
        Err(refusal) => return Ok(refusal),
    };
    let (id, _) = named(&app.read()?, name)?;
    Ok(answer(&actor::document(app, id).await?, reader.keep))
}

fn named(from: &dyn Read, name: &str) -> Result<(AccountId, Account)> {
    let id = BY_HANDLE.get(from, &(name.to_lowercase(), String::new()))?.ok_or_else(Error::not_found)?;
    let account = ACCOUNTS.get(from, &id)?.ok_or_else(Error::not_found)?;
    if account.deleted { Err(Error::new(Kind::Gone, "Gone")) } else { Ok((id, account)) }
}

/// GET /actor: the instance actor.
///
/// # Errors
/// When its key cannot be made.
pub async fn instance(State(app): State<App>) -> Result<Response> {
    Ok(answer(&actor::document(&app, INSTANCE_ACTOR).await?, Keep::Shared))
}

/// GET /actor/outbox: the instance actor has said nothing.
pub async fn instance_outbox(State(app): State<App>) -> Response {
    let id = format!("{}/outbox", local_uri(&app.config, INSTANCE_ACTOR));
    answer(&collection(&id, 0, None, None), Keep::Shared)
}

/// A local account whose collections and posts may be read.
///
/// # Errors
/// 404 for nobody, 410 for who is gone, 403 for who is suspended.
pub(super) fn local(from: &dyn Read, id: AccountId) -> Result<Account> {
    let account = ACCOUNTS.get(from, &id)?.filter(Account::is_local).ok_or_else(Error::not_found)?;
    if account.deleted {
        return Err(Error::new(Kind::Gone, "Gone"));
    }
    if account.suspended_at.is_some() { Err(Error::forbidden()) } else { Ok(account) }
}

/// GET /ap/users/{id}/followers
///
/// # Errors
/// 403 for pages of a hidden network, 404 for nobody.
pub async fn followers(
    State(app): State<App>,
    PathId(id): PathId<kind::Account>,
    Passer(reader): Passer,
    params: Params,
) -> Result<Response> {
    network(&app, (id, reader), &params, "followers", &FOLLOWERS)
}

/// GET /ap/users/{id}/following
///
/// # Errors
/// 403 for pages of a hidden network, 404 for nobody.
pub async fn following(
    State(app): State<App>,
    PathId(id): PathId<kind::Account>,
    Passer(reader): Passer,
    params: Params,
) -> Result<Response> {
    network(&app, (id, reader), &params, "following", &FOLLOWING)
}

fn network(
    app: &App,
    (id, reader): (AccountId, Reader),
    params: &Params,
    name: &str,
    index: &Index<AccountId, (LinkId, AccountId)>,
) -> Result<Response> {
    let from = app.read()?;
    let hidden = local(&from, id)?.hide_collections == Some(true) || reader.is_shunned_by(&from, id)?;
    let of = format!("{}/{name}", local_uri(&app.config, id));
    let stats = accounts::stats(&from, id)?;
    let total = if name == "followers" { stats.followers } else { stats.following };
    if !params.has("page") {
        let first = (!hidden).then_some("page=true");
        return Ok(answer(&collection(&of, total, first, None), reader.keep));
    }
    if hidden {
        return Err(Error::forbidden());
    }
    let mut window = Window::newest(PEOPLE);
    let max: Option<LinkId> = params.id("max_id")?;
    if let Some(max) = max {
        window = window.below((max, AccountId::new(0)));
    }
    let rows = index.page(&from, &id, &window)?;
    let people: Vec<AccountId> = rows.iter().map(|(_, account)| *account).collect();
    let accounts = ACCOUNTS.get_many(&from, &people)?;
    let items = people
        .iter()
        .zip(accounts)
        .filter_map(|(id, account)| Some(Value::from(uri(&app.config, *id, &account?))))
        .collect();
    let next =
        rows.last().filter(|_| rows.len() == PEOPLE).map(|(link, _)| format!("page=true&max_id={link}"));
    let query = max.map_or_else(|| "page=true".to_owned(), |max| format!("page=true&max_id={max}"));
    let page = Page { of: &of, query: &query, ordered: true, next, prev: None, items };
    Ok(answer(&page.document(), reader.keep))
}

/// GET /ap/users/{id}/followers_synchronization: the followers on the caller's own server, for nobody but it.
///
/// # Errors
/// 401 without a signature that holds, 404 for nobody.
pub async fn followers_synchronization(
    State(app): State<App>,
    PathId(id): PathId<kind::Account>,
    reader: Reader,
) -> Result<Response> {
    local(&app.read()?, id)?;
    let unsigned = || Error::new(Kind::Unauthorized, "Request not signed");
    let caller = reader.account.ok_or_else(unsigned)?;
    let caller = ACCOUNTS.get(&app.read()?, &caller)?.and_then(|row| row.uri).ok_or_else(unsigned)?;
    let actor = local_uri(&app.config, id);
    let near = tokio::task::spawn_blocking(move || followers_near(&app.read()?, id, &caller));
    let items = near.await.map_err(Error::from)??;
    let document = with_context(json!({
        "id": format!("{actor}/followers_synchronization"),
        "type": "OrderedCollection",
        "totalItems": items.len(),
        "orderedItems": items,
    }));
    Ok(answer(&document, Keep::Private))
}

/// GET /ap/users/{id}/collections/featured
///
/// # Errors
/// 404 for nobody.
pub async fn featured_posts(
    State(app): State<App>,
    PathId(id): PathId<kind::Account>,
    Passer(reader): Passer,
) -> Result<Response> {
    let from = app.read()?;
    local(&from, id)?;
    if reader.is_shunned_by(&from, id)? {
        let of = format!("{}/collections/featured", local_uri(&app.config, id));
        return Ok(answer(&collection(&of, 0, None, None), reader.keep));
    }
    Ok(answer(&featured(&app, &from, id)?, reader.keep))
}

/// GET /ap/users/{id}/collections/tags
///
/// # Errors
/// 404 for nobody.
pub async fn featured_tags(
    State(app): State<App>,
    PathId(id): PathId<kind::Account>,
    Passer(reader): Passer,
) -> Result<Response> {
    let from = app.read()?;
    let account = local(&from, id)?;
    let shunned = reader.is_shunned_by(&from, id)?;
    let tags = if shunned { Vec::new() } else { featured_view::of(&app, &from, id, &account)? };
    let items: Vec<Value> = tags
        .into_iter()
        .map(|tag| json!({ "type": "Hashtag", "href": tag.url, "name": format!("#{}", tag.name) }))
        .collect();
    let document = with_context(json!({
        "id": format!("{}/collections/tags", local_uri(&app.config, id)),
        "type": "Collection",
        "totalItems": items.len(),
        "items": items,
    }));
    Ok(answer(&document, reader.keep))
}

/// GET /ap/users/{id}/outbox: what everybody may see.
///
/// # Errors
/// 404 for nobody and for cursors that are no ids.
pub async fn outbox(
    State(app): State<App>,
    PathId(id): PathId<kind::Account>,
    Passer(reader): Passer,
    params: Params,
) -> Result<Response> {
    let from = app.read()?;
    local(&from, id)?;
    let of = format!("{}/outbox", local_uri(&app.config, id));
    if reader.is_shunned_by(&from, id)? {
        return Ok(answer(&collection(&of, 0, None, None), reader.keep));
    }
    if !params.has("page") {
        let total = accounts::stats(&from, id)?.statuses;
        let document = collection(&of, total, Some("page=true"), Some("min_id=0&page=true"));
        return Ok(answer(&document, reader.keep));
    }
    let (max, min): (Option<StatusId>, Option<StatusId>) = (params.id("max_id")?, params.id("min_id")?);
    let mut window = if min.is_some() { Window::oldest(LOOKED_AT) } else { Window::newest(LOOKED_AT) };
    window.below = max;
    window.above = min;
    let ids = BY_ACCOUNT.page(&from, &id, &window)?;
    let looked = ids.last().copied().filter(|_| ids.len() == LOOKED_AT);
    let mut shown = open_activities(&app, &from, ids)?;
    // A page that is not full although there may be more goes on behind all that was looked at.
    let beyond = looked.filter(|_| shown.len() < ACTIVITIES);
    if min.is_some() {
        shown.reverse();
    }
    let query = match (max, min) {
        (Some(max), _) => format!("max_id={max}&page=true"),
        (None, Some(min)) => format!("min_id={min}&page=true"),
        (None, None) => "page=true".to_owned(),
    };
    let (newest, oldest) = (shown.first().map(|(id, _)| *id), shown.last().map(|(id, _)| *id));
    let (newer, older) =
        if min.is_some() { (beyond.or(newest), oldest) } else { (newest, beyond.or(oldest)) };
    let next = older.map(|id| format!("max_id={id}&page=true"));
    let prev = newer.map(|id| format!("min_id={id}&page=true"));
    let items = shown.into_iter().map(|(_, activity)| activity).collect();
    let page = Page { of: &of, query: &query, ordered: true, next, prev, items };
    Ok(answer(&page.document(), reader.keep))
}

/// Create and Announce of the statuses that everybody may see, up to a page of them.
fn open_activities(app: &App, from: &dyn Read, ids: Vec<StatusId>) -> Result<Vec<(StatusId, Value)>> {
    let rows = STATUSES.get_many(from, &ids)?;
    let mut shown = Vec::new();
    for (id, row) in ids.into_iter().zip(rows) {
        if row.is_none_or(|status| !status.visibility.is_open()) {
            continue;
        }
        let Ok(mut activity) = Written::load(app, from, id).and_then(|written| written.activity()) else {
            continue;
        };
        if let Some(map) = activity.as_object_mut() {
            map.shift_remove("@context");
        }
        shown.push((id, activity));
        if shown.len() == ACTIVITIES {
            break;
        }
    }
    Ok(shown)
}
