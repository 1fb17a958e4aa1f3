//! Follows that ended without anybody's will: what an account is told of them (entities: RelationshipSeveranceEvent).

use std::collections::HashMap;

use serde::Serialize;
use shop_storage::Read;

use super::notify::notify_alone;
use super::table::{NotificationKind, SEVERANCES, Severance};
use crate::platform::app::Tx;
use crate::platform::error::Result;
use crate::platform::events::{SeveranceCause, Severed};
use crate::platform::ids::{AccountId, NotificationId};

/// What happened, as the API shows it.
#[derive(Debug, Clone, Serialize)]
pub struct SeveranceView {
    id: NotificationId,
    #[serde(rename = "type")]
    kind: &'static str,
    /// There is no list of the accounts to be had: only their number is kept.
    purged: bool,
    target_name: String,
    followers_count: u64,
    following_count: u64,
    created_at: String,
}

/// The word of the API.
const fn word(cause: SeveranceCause) -> &'static str {
    match cause {
        SeveranceCause::DomainBlock => "domain_block",
        SeveranceCause::UserDomainBlock => "user_domain_block",
        SeveranceCause::AccountSuspension => "account_suspension",
    }
}

/// Tells a local account which follows it has lost. The event bears the number of its notification.
///
/// # Errors
/// When the store fails.
pub(super) fn tell(tx: &mut Tx<'_>, severed: &Severed) -> Result<()> {
    let (account, kind) = (severed.account, NotificationKind::SeveredRelationships);
    let Some(id) = notify_alone(tx, account, account, kind)? else { return Ok(()) };
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    let severance = Severance {
        cause: severed.cause,
        target: severed.target.clone(),
        followers: count(severed.followers),
        following: count(severed.following),
        created_at: tx.now(),
    };
    SEVERANCES.put(tx, &(severed.account, id), &severance)?;
    Ok(())
}

/// The events of those among `rows` that tell of one.
///
/// # Errors
/// When the store fails.
pub(super) fn views(
    from: &dyn Read,
    account: AccountId,
    rows: impl Iterator<Item = (NotificationId, NotificationKind)>,
) -> Result<HashMap<NotificationId, SeveranceView>> {
    let told = rows.filter(|(_, kind)| *kind == NotificationKind::SeveredRelationships);
    let keys: Vec<_> = told.map(|(id, _)| (account, id)).collect();
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = SEVERANCES.get_many(from, &keys)?;
    Ok(keys.into_iter().zip(rows).filter_map(|((_, id), row)| Some((id, view(id, row?)))).collect())
}

fn view(id: NotificationId, row: Severance) -> SeveranceView {
    SeveranceView {
        id,
        kind: word(row.cause),
        purged: true,
        target_name: row.target,
        followers_count: row.followers,
        following_count: row.following,
        created_at: row.created_at.dt(),
    }
}
