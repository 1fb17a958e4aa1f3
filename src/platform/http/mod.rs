//! HTTP as all features use it: parameters, pages, rate limits.

pub mod paging;
pub mod params;
pub mod path;
pub mod problems;
pub mod rate;
pub mod upload;
