//! The policy: from whom an account wants notifications, and what is done with the others (behaviours §11).

use std::time::Duration;

use shop_storage::{Read, Window};

use super::table::{NotificationKind, PERMISSIONS, POLICIES, Policy, REQUESTS, Treatment};
use crate::features::accounts;
use crate::features::accounts::table::ActorKind;
use crate::features::relationships::follows;
use crate::features::relationships::table::FOLLOWS;
use crate::features::statuses::table::{STATUSES, Status, UNADDRESSED};
use crate::features::users::table::Visibility;
use crate::platform::app::Tx;
use crate::platform::clock::DAY;
use crate::platform::error::Result;
use crate::platform::ids::{AccountId, StatusId};

/// Who has followed for a shorter time counts as no follower.
const FOLLOWER_AGE: Duration = Duration::from_secs(3 * DAY.as_secs());
/// An account younger than this is new.
const NEW_ACCOUNT: Duration = Duration::from_secs(30 * DAY.as_secs());
/// How far up a thread it is looked for an earlier mention of the sender.
const THREAD_DEPTH: usize = 100;
/// Beyond this nothing is counted (behaviours §11).
pub const MOST_COUNTED: usize = 100;

/// What somebody did that concerns a local account.
#[derive(Debug, Clone, Copy)]
pub(super) struct Deed<'a> {
    /// Whom it concerns.
    pub to: AccountId,
    /// Who did it.
    pub from: AccountId,
    /// What it was.
    pub kind: NotificationKind,
    /// The status it is about.
    pub about: Option<(StatusId, &'a Status)>,
}

/// Whether something applies to what somebody did.
type Rule = fn(&Tx<'_>, &Deed<'_>) -> Result<bool>;

/// The policy of an account.
///
/// # Errors
/// When the store fails.
pub fn get(from: &dyn Read, account: AccountId) -> Result<Policy> {
    Ok(POLICIES.get(from, &account)?.unwrap_or_default())
}

/// Changes the policy of an account. What was kept back stays so.
///
/// # Errors
/// Those of `change`, and when the store fails.
pub fn change(
    tx: &mut Tx<'_>,
    account: AccountId,
    change: impl FnOnce(Policy) -> Result<Policy>,
) -> Result<()> {
    let policy = change(get(&**tx, account)?)?;
    POLICIES.put(tx, &account, &policy)?;
    Ok(())
}

/// How many requests wait, and how many notifications behind them; both stop at a hundred requests.
///
/// # Errors
/// When the store fails.
pub fn summary(from: &dyn Read, account: AccountId) -> Result<(usize, u64)> {
    let rows = REQUESTS.page_under(from, &account, &Window::newest(MOST_COUNTED))?;
    Ok((rows.len(), rows.iter().map(|(_, request)| request.count).sum()))
}

/// What the policy of the one who is told says: the hardest of all rules that apply.
pub(super) fn treatment(tx: &Tx<'_>, deed: &Deed<'_>) -> Result<Treatment> {
    if !deed.kind.is_filterable() || PERMISSIONS.has(&**tx, &(deed.to, deed.from))? {
        return Ok(Treatment::Accept);
    }
    let policy = get(&**tx, deed.to)?;
    let rules: [(Treatment, Rule); 6] = [
        (policy.not_following, is_not_followed),
        (policy.not_followers, is_no_follower),
        (policy.new_accounts, is_new),
        (policy.private_mentions, is_unasked),
        (policy.limited_accounts, is_limited),
        (policy.bots, is_bot),
    ];
    let mut hardest = Treatment::Accept;
    for (treatment, applies) in rules {
        if treatment > hardest && applies(tx, deed)? {
            hardest = treatment;
        }
    }
    Ok(hardest)
}

fn is_not_followed(tx: &Tx<'_>, deed: &Deed<'_>) -> Result<bool> {
    Ok(!follows(&**tx, deed.to, deed.from)?)
}

fn is_no_follower(tx: &Tx<'_>, deed: &Deed<'_>) -> Result<bool> {
    let follow = FOLLOWS.get(&**tx, &(deed.from, deed.to))?;
    Ok(follow.is_none_or(|follow| tx.now().since(follow.created_at) < FOLLOWER_AGE))
}

fn is_new(tx: &Tx<'_>, deed: &Deed<'_>) -> Result<bool> {
    let age = tx.now().since(accounts::get(&**tx, deed.from)?.created_at);
    Ok(age < NEW_ACCOUNT && is_not_followed(tx, deed)?)
}

fn is_bot(tx: &Tx<'_>, deed: &Deed<'_>) -> Result<bool> {
    let kind = accounts::get(&**tx, deed.from)?.kind;
    Ok(matches!(kind, ActorKind::Service | ActorKind::Application) && is_not_followed(tx, deed)?)
}

fn is_limited(tx: &Tx<'_>, deed: &Deed<'_>) -> Result<bool> {
    let unaddressed = match deed.about {
        Some((id, _)) if deed.kind == NotificationKind::Mention => {
            UNADDRESSED.contains(&**tx, &id, &deed.to)?
        }
        _ => false,
    };
    let limited = unaddressed || accounts::get(&**tx, deed.from)?.silenced_at.is_some();
    Ok(limited && is_not_followed(tx, deed)?)
}

/// A direct mention that answers nothing in which the one who is told had mentioned the sender.
fn is_unasked(tx: &Tx<'_>, deed: &Deed<'_>) -> Result<bool> {
    let Some((_, status)) = deed.about else { return Ok(false) };
    let direct = deed.kind == NotificationKind::Mention && status.visibility == Visibility::Direct;
    if !direct || !is_not_followed(tx, deed)? {
        return Ok(false);
    }
    let mut parent = status.in_reply_to;
    for _ in 0..THREAD_DEPTH {
        let Some((id, _)) = parent else { break };
        let Some(above) = STATUSES.get(&**tx, &id)? else { break };
        if above.account == deed.to && above.mentions(deed.from) {
            return Ok(false);
        }
        parent = above.in_reply_to;
    }
    Ok(true)
}
