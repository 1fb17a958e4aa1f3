//! HTTP as all features use it: parameters, ids in paths, pages, rate limits.

pub mod paging;
pub mod params;
pub mod path;
pub mod rate;
