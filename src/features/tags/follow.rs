//! Following hashtags: their public posts come into home.

use shop_storage::{Read, Window};

use super::Named;
use super::table::{FEATURED_TAGS, FOLLOWED, TAG_FOLLOWS, TagFollow};
use crate::features::relationships::circle;
use crate::platform::app::Tx;
use crate::platform::error::{Error, Result};
use crate::platform::events::Event;
use crate::platform::http::paging::Cursor;
use crate::platform::ids::{AccountId, LinkId, kind};

/// How many tags an account may follow: home looks at each of them.
pub const MOST: usize = 1_000;

/// `account` follows a tag; once more is fine.
///
/// # Errors
/// 422 beyond [`MOST`].
pub fn follow(tx: &mut Tx<'_>, account: AccountId, named: &Named) -> Result<()> {
    super::make_known(tx, named)?;
    if FOLLOWED.get(&**tx, &(account, named.name.clone()))?.is_some() {
        return Ok(());
    }
    if TAG_FOLLOWS.page_under(&**tx, &account, &Window::newest(MOST))?.len() >= MOST {
        return Err(Error::invalid(format!("You cannot follow more than {MOST} hashtags")));
    }
    let id: LinkId = tx.new_id();
    let created_at = tx.now();
    TAG_FOLLOWS.put(tx, &(account, id), &TagFollow { name: named.name.clone(), created_at })?;
    changed(tx, account);
    Ok(())
}

/// `account` does not follow a tag any more.
///
/// # Errors
/// When the store fails.
pub fn unfollow(tx: &mut Tx<'_>, account: AccountId, name: &str) -> Result<()> {
    if let Some(id) = FOLLOWED.get(&**tx, &(account, name.to_owned()))? {
        TAG_FOLLOWS.delete(tx, &(account, id))?;
        changed(tx, account);
    }
    Ok(())
}

fn changed(tx: &mut Tx<'_>, account: AccountId) {
    circle::forget(tx, &[account]);
    tx.tell(Event::ReadingChanged { account });
}

/// A page of followed tags with the rows that pages run over, newest first.
///
/// # Errors
/// When the store fails.
pub fn page(
    from: &dyn Read,
    account: AccountId,
    cursor: &Cursor<kind::Link>,
) -> Result<Vec<(LinkId, String)>> {
    let rows = TAG_FOLLOWS.page_under(from, &account, &cursor.under(account))?;
    Ok(cursor.arrange(rows.into_iter().map(|((_, id), follow)| (id, follow.name)).collect()))
}

/// Durable listener: a deleted account follows no tags and shows none.
///
/// # Errors
/// When the store fails.
pub fn on_event(tx: &mut Tx<'_>, event: &Event) -> Result<()> {
    let Event::AccountDeleted { account } = event else { return Ok(()) };
    for (key, _) in TAG_FOLLOWS.page_under(&**tx, account, &Window::oldest(MOST))? {
        TAG_FOLLOWS.delete(tx, &key)?;
    }
    for (key, _) in FEATURED_TAGS.page_under(&**tx, account, &Window::oldest(MOST))? {
        FEATURED_TAGS.delete(tx, &key)?;
    }
    circle::forget(tx, &[*account]);
    Ok(())
}
