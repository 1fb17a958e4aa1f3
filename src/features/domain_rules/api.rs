//! Rules over HTTP: for the staff, and the list that others may see.

use axum::Json;
use axum::extract::{OriginalUri, State};
use axum::http::HeaderMap;
use axum::response::IntoResponse;
use serde_json::{Value, json};

use super::table::Severity;
use super::view::{self, AdminRuleView, AllowView, RuleView};
use super::{Terms, named};
use crate::features::oauth::auth::{Federator, Viewer};
use crate::features::oauth::scopes::{
    AdminReadDomainAllows, AdminReadDomainBlocks, AdminWriteDomainAllows, AdminWriteDomainBlocks, AnyToken,
};
use crate::platform::app::{App, Tx};
use crate::platform::error::{Error, Result};
use crate::platform::http::paging::{Cursor, Next, link};
use crate::platform::http::params::Params;
use crate::platform::http::path::PathId;
use crate::platform::ids::{DomainRuleId, kind};

/// Rules on a page, and at most (the table of the API).
const PAGE: (usize, usize) = (100, 500);

/// Reads what a form says of a rule; what it leaves out is left as it is.
fn terms(params: &Params) -> Result<Terms> {
    let severity = match params.text("severity").filter(|word| !word.is_empty()) {
        None => None,
        Some(word) => Some(
            Severity::parse(&word).ok_or_else(|| Error::invalid("Severity is not included in the list"))?,
        ),
    };
    Ok(Terms {
        severity,
        reject_media: params.flag("reject_media"),
        reject_reports: params.flag("reject_reports"),
        private_comment: params.text("private_comment"),
        public_comment: params.text("public_comment"),
        obfuscate: params.flag("obfuscate"),
    })
}

/// A page with its links.
fn page<V: serde::Serialize>(
    app: &App,
    uri: &axum::http::Uri,
    ids: &[DomainRuleId],
    cursor: &Cursor<kind::DomainRule>,
    body: Vec<V>,
) -> (HeaderMap, Json<Vec<V>>) {
    (link(&app.config, uri, ids, Next::WhenFull(cursor.limit), "min_id"), Json(body))
}

/// `GET /api/v1/admin/domain_blocks`
pub async fn rules(
    _: Federator<AdminReadDomainBlocks>,
    State(app): State<App>,
    OriginalUri(uri): OriginalUri,
    params: Params,
) -> Result<impl IntoResponse> {
    let cursor = Cursor::read(&params, PAGE.0, PAGE.1)?;
    let rows = super::page(&app.read()?, &cursor)?;
    let ids: Vec<DomainRuleId> = rows.iter().map(|(id, _)| *id).collect();
    let body = rows.into_iter().map(|(id, rule)| AdminRuleView::of(id, rule)).collect();
    Ok(page(&app, &uri, &ids, &cursor, body))
}

/// `GET /api/v1/admin/domain_blocks/:id`
pub async fn rule(
    _: Federator<AdminReadDomainBlocks>,
    State(app): State<App>,
    PathId(id): PathId<kind::DomainRule>,
) -> Result<Json<AdminRuleView>> {
    Ok(Json(AdminRuleView::of(id, super::get(&app.read()?, id)?)))
}

/// `POST /api/v1/admin/domain_blocks`
///
/// # Errors
/// 422 with the rule that stands in the way: one about the same domain, or a harder one about a domain above it.
pub async fn add_rule(
    _: Federator<AdminWriteDomainBlocks>,
    State(app): State<App>,
    params: Params,
) -> Result<Json<AdminRuleView>> {
    let domain = named(&app.config, &params.text("domain").unwrap_or_default())?;
    let terms = terms(&params)?;
    let made = app.write(move |tx| add(tx, &domain, terms)).await?;
    Ok(Json(AdminRuleView::of(made, super::get(&app.read()?, made)?)))
}

fn add(tx: &mut Tx<'_>, domain: &str, terms: Terms) -> Result<DomainRuleId> {
    let rule = super::draft(tx, domain, terms)?;
    match super::rule_for(&**tx, domain)? {
        Some((id, held)) if held.domain == domain || !super::is_stricter(&rule, &held) => {
            let words = format!("You have already imposed stricter limits on {}.", held.domain);
            let held = serde_json::to_value(AdminRuleView::of(id, held)).map_err(Error::internal)?;
            Err(Error::unprocessable(words).with("existing_domain_block", held))
        }
        _ => super::add(tx, &rule),
    }
}

/// `PUT /api/v1/admin/domain_blocks/:id`
pub async fn change_rule(
    _: Federator<AdminWriteDomainBlocks>,
    State(app): State<App>,
    PathId(id): PathId<kind::DomainRule>,
    params: Params,
) -> Result<Json<AdminRuleView>> {
    let terms = terms(&params)?;
    let rule = app.write(move |tx| super::change(tx, id, terms)).await?;
    Ok(Json(AdminRuleView::of(id, rule)))
}

/// `DELETE /api/v1/admin/domain_blocks/:id`
pub async fn lift_rule(
    _: Federator<AdminWriteDomainBlocks>,
    State(app): State<App>,
    PathId(id): PathId<kind::DomainRule>,
) -> Result<Json<Value>> {
    app.write(move |tx| super::lift(tx, id)).await?;
    Ok(Json(json!({})))
}

/// `GET /api/v1/admin/domain_allows`
pub async fn allows(
    _: Federator<AdminReadDomainAllows>,
    State(app): State<App>,
    OriginalUri(uri): OriginalUri,
    params: Params,
) -> Result<impl IntoResponse> {
    let cursor = Cursor::read(&params, PAGE.0, PAGE.1)?;
    let rows = super::page_of_allows(&app.read()?, &cursor)?;
    let ids: Vec<DomainRuleId> = rows.iter().map(|(id, _)| *id).collect();
    let body = rows.into_iter().map(|(id, allow)| AllowView::of(id, allow)).collect();
    Ok(page(&app, &uri, &ids, &cursor, body))
}

/// `GET /api/v1/admin/domain_allows/:id`
pub async fn allow(
    _: Federator<AdminReadDomainAllows>,
    State(app): State<App>,
    PathId(id): PathId<kind::DomainRule>,
) -> Result<Json<AllowView>> {
    Ok(Json(AllowView::of(id, super::get_allow(&app.read()?, id)?)))
}

/// `POST /api/v1/admin/domain_allows`: a server that is allowed already is the answer.
pub async fn add_allow(
    _: Federator<AdminWriteDomainAllows>,
    State(app): State<App>,
    params: Params,
) -> Result<Json<AllowView>> {
    let domain = named(&app.config, &params.text("domain").unwrap_or_default())?;
    let id = app.write(move |tx| super::allow(tx, &domain)).await?;
    Ok(Json(AllowView::of(id, super::get_allow(&app.read()?, id)?)))
}

/// `DELETE /api/v1/admin/domain_allows/:id`
pub async fn lift_allow(
    _: Federator<AdminWriteDomainAllows>,
    State(app): State<App>,
    PathId(id): PathId<kind::DomainRule>,
) -> Result<Json<Value>> {
    app.write(move |tx| super::disallow(tx, id)).await?;
    Ok(Json(json!({})))
}

/// `GET /api/v1/instance/domain_blocks`
///
/// # Errors
/// 404 for those to whom the operator does not show the list.
pub async fn public_list(viewer: Viewer<AnyToken>, State(app): State<App>) -> Result<Json<Vec<RuleView>>> {
    let (federation, is_member) = (&app.config.federation, viewer.0.is_some());
    if !federation.show_rules.includes(is_member) {
        return Err(Error::not_found());
    }
    let with_comments = federation.show_reasons.includes(is_member);
    let list = tokio::task::spawn_blocking(move || view::list(&app.read()?, with_comments)).await??;
    Ok(Json(list))
}
