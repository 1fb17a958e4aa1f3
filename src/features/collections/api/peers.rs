//! Collections as other servers read them: the documents and who may have them.

use axum::extract::{Path, State};
use axum::response::Response;
use serde_json::Value;
use shop_storage::Read;

use crate::features::accounts::table::{ACCOUNTS, Account};
use crate::features::collections::documents;
use crate::features::collections::items;
use crate::features::collections::table::{COLLECTIONS, ItemState};
use crate::features::peers::reader::Reader;
use crate::federation::documents::with_context;
use crate::federation::negotiation::answer;
use crate::platform::app::App;
use crate::platform::error::{Error, Kind, Result};
use crate::platform::http::params::Params;
use crate::platform::http::path::PathId;
use crate::platform::ids::{AccountId, CollectionId, CollectionItemId, kind};

/// A local account whose collections may be read by who has signed.
///
/// # Errors
/// 404 for nobody and for the blocked, 410 for who is gone, 403 for who is suspended.
fn admit(from: &dyn Read, account: AccountId, reader: Reader) -> Result<()> {
    let row = ACCOUNTS.get(from, &account)?.filter(Account::is_local).ok_or_else(Error::not_found)?;
    if row.deleted {
        return Err(Error::new(Kind::Gone, "Gone"));
    }
    if row.suspended_at.is_some() {
        return Err(Error::forbidden());
    }
    if reader.is_shunned_by(from, account)? { Err(Error::not_found()) } else { Ok(()) }
}

fn whole(document: Option<Value>, reader: Reader) -> Result<Response> {
    Ok(answer(&with_context(document.ok_or_else(Error::not_found)?), reader.keep))
}

/// `GET /ap/users/:id/featured_collections`
///
/// # Errors
/// 404 for nobody and for pages that are none, 410 for who is gone, 403 for who is suspended.
pub async fn list(
    State(app): State<App>,
    PathId(id): PathId<kind::Account>,
    reader: Reader,
    params: Params,
) -> Result<Response> {
    let from = app.read()?;
    admit(&from, id, reader)?;
    Ok(answer(&documents::list(&app, &from, id, params.text("page").as_deref())?, reader.keep))
}

/// `GET /ap/users/:id/collections/:collection_id`
///
/// # Errors
/// 404 for the unknown, 410 for who is gone, 403 for who is suspended.
pub async fn collection(
    State(app): State<App>,
    Path((owner, id)): Path<(String, String)>,
    reader: Reader,
) -> Result<Response> {
    let owner: AccountId = owner.parse().map_err(|_| Error::not_found())?;
    let id: CollectionId = id.parse().map_err(|_| Error::not_found())?;
    let from = app.read()?;
    admit(&from, owner, reader)?;
    let row = COLLECTIONS.get(&from, &id)?.filter(|row| row.account == owner && row.is_local());
    let document = row.map(|row| documents::collection(&app, &from, id, &row)).transpose()?;
    whole(document, reader)
}

/// `GET /ap/users/:id/collection_items/:item_id`
///
/// # Errors
/// 404 for the unknown and for what nobody has agreed to, 410 for who is gone, 403 for who is suspended.
pub async fn item(
    State(app): State<App>,
    Path((owner, id)): Path<(String, String)>,
    reader: Reader,
) -> Result<Response> {
    let owner: AccountId = owner.parse().map_err(|_| Error::not_found())?;
    let id: CollectionItemId = id.parse().map_err(|_| Error::not_found())?;
    let from = app.read()?;
    admit(&from, owner, reader)?;
    let document = match documents::find_item(&from, owner, id)? {
        Some((key, item)) => documents::item(&app, &from, owner, key, &item)?,
        None => None,
    };
    whole(document, reader)
}

/// `GET /ap/users/:id/feature_authorizations/:item_id`
///
/// # Errors
/// 404 for the unknown and for what was taken back, 410 for who is gone, 403 for who is suspended.
pub async fn agreement(
    State(app): State<App>,
    Path((member, id)): Path<(String, String)>,
    reader: Reader,
) -> Result<Response> {
    let member: AccountId = member.parse().map_err(|_| Error::not_found())?;
    let id: CollectionItemId = id.parse().map_err(|_| Error::not_found())?;
    let from = app.read()?;
    admit(&from, member, reader)?;
    let agreed = items::find(&from, member, id)?.filter(|(_, item)| item.state == ItemState::Accepted);
    let document = match agreed {
        Some((key, _)) => documents::authorization(&app, &from, member, key)?,
        None => None,
    };
    whole(document, reader)
}
