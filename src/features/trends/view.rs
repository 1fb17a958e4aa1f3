//! The JSON entity Trends::Link.

use serde::Serialize;
use shop_storage::Read;

use super::links;
use crate::features::cards::table::Card;
use crate::features::cards::view::{CardView, views};
use crate::features::tags::view::DayView;
use crate::platform::app::App;
use crate::platform::error::Result;
use crate::platform::ids::AccountId;

/// A link that trends (entities: Trends::Link).
#[derive(Debug, Clone, Serialize)]
pub struct LinkView {
    #[serde(flatten)]
    card: CardView,
    /// Seven days, today first.
    history: Vec<DayView>,
}

/// Links in their order, as `viewer` sees them.
///
/// # Errors
/// When the store fails.
pub fn links(
    app: &App,
    from: &dyn Read,
    viewer: Option<AccountId>,
    shown: Vec<(String, Card)>,
) -> Result<Vec<LinkView>> {
    let order: Vec<String> = shown.iter().map(|(key, _)| key.clone()).collect();
    let mut cards = views(app, from, viewer, &shown.into_iter().collect())?;
    let mut list = Vec::with_capacity(order.len());
    for key in order {
        let Some(card) = cards.remove(&key) else { continue };
        let history = links::history(from, &key, app.now())?.iter().map(DayView::of).collect();
        list.push(LinkView { card, history });
    }
    Ok(list)
}
