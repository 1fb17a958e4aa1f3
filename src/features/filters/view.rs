//! The JSON entities of filters: version 2, version 1, and what a status matched.

use std::sync::Arc;

use serde::Serialize;

use super::table::{Filter, FilterAction, Keyword, Picked};
use crate::platform::ids::{FilterId, FilterKeywordId, FilterStatusId, StatusId};

/// A filter (entities: Filter v2).
#[derive(Debug, Clone, Serialize)]
pub struct FilterView {
    id: FilterId,
    title: String,
    context: Vec<&'static str>,
    expires_at: Option<String>,
    filter_action: &'static str,
    /// Absent inside a result.
    #[serde(skip_serializing_if = "Option::is_none")]
    keywords: Option<Vec<KeywordView>>,
    /// Absent inside a result.
    #[serde(skip_serializing_if = "Option::is_none")]
    statuses: Option<Vec<PickedView>>,
}

impl FilterView {
    /// A filter with all that belongs to it.
    pub fn whole(id: FilterId, filter: &Filter) -> Self {
        Self {
            keywords: Some(filter.keywords.iter().map(KeywordView::from).collect()),
            statuses: Some(filter.statuses.iter().map(PickedView::from).collect()),
            ..Self::bare(id, filter)
        }
    }

    /// A filter as it stands in a result.
    pub fn bare(id: FilterId, filter: &Filter) -> Self {
        Self {
            id,
            title: filter.title.clone(),
            context: filter.contexts.iter().map(|context| context.word()).collect(),
            expires_at: filter.expires_at.map(|at| at.dt()),
            filter_action: filter.action.word(),
            keywords: None,
            statuses: None,
        }
    }
}

/// A keyword (entities: FilterKeyword).
#[derive(Debug, Clone, Serialize)]
pub struct KeywordView {
    id: FilterKeywordId,
    keyword: String,
    whole_word: bool,
}

impl From<&Keyword> for KeywordView {
    fn from(keyword: &Keyword) -> Self {
        Self { id: keyword.id, keyword: keyword.text.clone(), whole_word: keyword.whole_word }
    }
}

/// A post of a filter (entities: FilterStatus).
#[derive(Debug, Clone, Serialize)]
pub struct PickedView {
    id: FilterStatusId,
    status_id: StatusId,
}

impl From<&Picked> for PickedView {
    fn from(picked: &Picked) -> Self {
        Self { id: picked.id, status_id: picked.status }
    }
}

/// Why a status matched (entities: FilterResult).
#[derive(Debug, Clone, Serialize)]
pub struct FilterResultView {
    /// The filter.
    pub filter: Arc<FilterView>,
    /// The text that matched.
    pub keyword_matches: Option<[String; 1]>,
    /// The posts that the filter names.
    pub status_matches: Option<Vec<StatusId>>,
}

/// One keyword as a filter of its own (entities: Filter v1).
#[derive(Debug, Clone, Serialize)]
pub struct FirstFilterView {
    id: FilterKeywordId,
    phrase: String,
    context: Vec<&'static str>,
    whole_word: bool,
    expires_at: Option<String>,
    irreversible: bool,
}

impl FirstFilterView {
    /// A keyword with its filter.
    pub fn of(filter: &Filter, keyword: &Keyword) -> Self {
        Self {
            id: keyword.id,
            phrase: keyword.text.clone(),
            context: filter.contexts.iter().map(|context| context.word()).collect(),
            whole_word: keyword.whole_word,
            expires_at: filter.expires_at.map(|at| at.dt()),
            irreversible: filter.action == FilterAction::Hide,
        }
    }
}
