//! The JSON entity List.

use serde::Serialize;

use super::table::List;
use crate::platform::ids::ListId;

/// A list (entities: List).
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs)]
pub struct ListView {
    pub id: ListId,
    pub title: String,
    pub replies_policy: &'static str,
    pub exclusive: bool,
}

/// A list with its number.
pub fn view((id, list): (ListId, List)) -> ListView {
    ListView { id, title: list.title, replies_policy: list.replies.word(), exclusive: list.exclusive }
}
