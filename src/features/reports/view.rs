//! The JSON entity Report.

use std::sync::Arc;

use serde::Serialize;
use shop_storage::Read;

use super::table::{REPORTS, Report};
use crate::features::accounts;
use crate::features::accounts::view::AccountView;
use crate::platform::app::App;
use crate::platform::error::{Error, Result};
use crate::platform::ids::{CollectionId, ReportId, StatusId};

/// A report as the one who made it sees it, and as the staff is told of it (entities: Report).
#[derive(Debug, Clone, Serialize)]
pub struct ReportView {
    id: ReportId,
    action_taken: bool,
    action_taken_at: Option<String>,
    category: &'static str,
    comment: String,
    forwarded: bool,
    created_at: String,
    status_ids: Vec<StatusId>,
    rule_ids: Vec<String>,
    collection_ids: Vec<CollectionId>,
    target_account: Arc<AccountView>,
}

/// One report.
///
/// # Errors
/// 404 when there is none, or when the reported account is gone.
pub fn one(app: &App, from: &dyn Read, id: ReportId) -> Result<ReportView> {
    let report: Report = REPORTS.get(from, &id)?.ok_or_else(Error::not_found)?;
    Ok(ReportView {
        id,
        action_taken: report.action.is_some(),
        action_taken_at: report.action.map(|(at, _)| at.dt()),
        category: report.category.word(),
        comment: report.comment,
        forwarded: report.forwarded,
        created_at: report.created_at.dt(),
        status_ids: report.statuses,
        rule_ids: report.rules.iter().map(u32::to_string).collect(),
        collection_ids: report.collections,
        target_account: accounts::view::one(app, from, report.target)?,
    })
}
