//! Which part of a scan a caller wants: bounds, direction and how many.

use crate::{
    engine::KeyRange,
    key::{Key, after_prefix},
};

/// Direction of a scan, in terms of keys that grow with time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// Greatest key first.
    #[default]
    Newest,
    /// Least key first.
    Oldest,
}

/// A page: at most `limit` items strictly between `above` and `below`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window<I> {
    /// Only items less than this one (exclusive).
    pub below: Option<I>,
    /// Only items greater than this one (exclusive).
    pub above: Option<I>,
    /// From which end the items are taken and in which order they come.
    pub order: Order,
    /// How many items at most.
    pub limit: usize,
}

impl<I> Window<I> {
    /// The greatest `limit` items, greatest first.
    pub fn newest(limit: usize) -> Self {
        Window { below: None, above: None, order: Order::Newest, limit }
    }

    /// The least `limit` items, least first.
    pub fn oldest(limit: usize) -> Self {
        Window { below: None, above: None, order: Order::Oldest, limit }
    }

    /// Everything, least first: for walks that end by themselves.
    pub fn all() -> Self {
        Window::oldest(usize::MAX)
    }

    /// Only what is less than `bound`.
    #[must_use]
    pub fn below(mut self, bound: I) -> Self {
        self.below = Some(bound);
        self
    }

    /// Only what is greater than `bound`.
    #[must_use]
    pub fn above(mut self, bound: I) -> Self {
        self.above = Some(bound);
        self
    }

    /// A good capacity for the answer.
    pub(crate) fn capacity(&self) -> usize {
        self.limit.min(64)
    }
}

impl<I: Key> Window<I> {
    /// The keys below `prefix` whose bounds stand after `base`.
    pub(crate) fn range(&self, base: &[u8], prefix: &[u8]) -> KeyRange {
        let mut start = prefix.to_vec();
        if let Some(above) = &self.above {
            let mut bound = base.to_vec();
            above.encode(&mut bound);
            bound.push(0);
            start = start.max(bound);
        }
        let mut end = after_prefix(prefix);
        if let Some(below) = &self.below {
            let mut bound = base.to_vec();
            below.encode(&mut bound);
            end = end.min(bound);
        }
        KeyRange { start, end, descending: self.order == Order::Newest }
    }
}
