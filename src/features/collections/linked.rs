//! The collections that posts link: found when a post is written or arrives, shown with it (entities:
//! Status.tagged_collections).

use std::collections::HashMap;

use shop_storage::{Read, Window};

use super::documents::id_of_local_uri;
use super::table::{BY_PAGE, BY_URI, COLLECTIONS, LINKED, Linked};
use super::view::{CollectionView, readable};
use crate::platform::app::{App, Tx};
use crate::platform::config::Config;
use crate::platform::error::Result;
use crate::platform::ids::{AccountId, CollectionId, StatusId};
use crate::platform::text::entities::{Kind, find};
use crate::platform::text::plain::anchors;

/// How many collections are shown with a post.
pub const MOST: usize = 10;
/// How many links of a post are looked at.
const LINKS: usize = 32;

/// The addresses in a text that was written here, in their order.
pub fn in_text(text: &str) -> Vec<String> {
    let urls = find(text).into_iter().filter_map(|entity| match entity.kind {
        Kind::Url(url) => Some(url.to_owned()),
        _ => None,
    });
    urls.take(LINKS).collect()
}

/// The addresses that the HTML of another server links, in their order; people and hashtags are none.
pub fn in_html(html: &str) -> Vec<String> {
    let skipped = |class: &String| matches!(class.as_str(), "mention" | "hashtag" | "u-url");
    let links = anchors(html, LINKS).into_iter();
    links.filter(|link| !link.classes.iter().any(skipped)).map(|link| link.href).collect()
}

/// The collection with this ActivityPub id, or with its page at this address, when it is known.
///
/// # Errors
/// When the store fails.
pub fn known(config: &Config, from: &dyn Read, address: &str) -> Result<Option<CollectionId>> {
    let found = match id_of_local_uri(config, address) {
        Some(id) => COLLECTIONS.get(from, &id)?.filter(|row| row.is_local()).map(|_| id),
        None => match BY_URI.get(from, &address.to_owned())? {
            Some(id) => Some(id),
            None => BY_PAGE.page(from, &address.to_owned(), &Window::newest(1))?.pop(),
        },
    };
    Ok(found)
}

/// Notes which collections a post links, in place of what was noted before. Addresses that lead to no known collection
/// are passed over.
///
/// # Errors
/// When the store fails.
pub fn keep(tx: &mut Tx<'_>, status: StatusId, addresses: &[String]) -> Result<()> {
    let mut collections: Vec<CollectionId> = Vec::new();
    for address in addresses {
        if let Some(id) = known(&tx.app().config, &**tx, address)?
            && collections.len() < MOST
            && !collections.contains(&id)
        {
            collections.push(id);
        }
    }
    if collections.is_empty() {
        return forget(tx, status);
    }
    LINKED.put(tx, &status, &Linked { collections })?;
    Ok(())
}

/// Forgets which collections a post links.
///
/// # Errors
/// When the store fails.
pub fn forget(tx: &mut Tx<'_>, status: StatusId) -> Result<()> {
    LINKED.delete(tx, &status)?;
    Ok(())
}

/// The collections that statuses link, in the order of their links, as `viewer` sees them: a constant number of store
/// round trips. What is gone, or not for this viewer, is left out.
///
/// # Errors
/// When the store fails.
pub fn of_statuses(
    app: &App,
    from: &dyn Read,
    viewer: Option<AccountId>,
    statuses: &[StatusId],
) -> Result<HashMap<StatusId, Vec<CollectionView>>> {
    if statuses.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = LINKED.get_many(from, statuses)?;
    let linked: Vec<(StatusId, Linked)> =
        statuses.iter().zip(rows).filter_map(|(status, row)| Some((*status, row?))).collect();
    let all: Vec<CollectionId> = linked.iter().flat_map(|(_, row)| row.collections.iter().copied()).collect();
    let shown = readable(app, from, viewer, &all)?;
    let views = |row: Linked| row.collections.iter().filter_map(|id| shown.get(id).cloned()).collect();
    Ok(linked.into_iter().map(|(status, row)| (status, views(row))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_found_in_their_order() {
        assert_eq!(
            in_text("a https://a.example/1 @b #c http://b.example/2."),
            ["https://a.example/1", "http://b.example/2"]
        );
        let html = "<p><a href=\"https://a.example/@b\" class=\"u-url mention\">@b</a> \
                    <a href=\"https://a.example/t/c\" class=\"mention hashtag\" rel=\"tag\">#c</a> \
                    <a href=\"https://a.example/collections/1\">x</a></p>";
        assert_eq!(in_html(html), ["https://a.example/collections/1"]);
        assert_eq!(in_html(&"<a href=\"https://a.example/\">x</a>".repeat(500)).len(), LINKS);
    }
}
