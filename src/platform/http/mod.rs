//! HTTP as all features use it: parameters, ids in paths, pages, layers around every route, rate limits.

pub mod accept_language;
pub mod deprecated;
pub mod health;
pub mod layers;
pub mod paging;
pub mod params;
pub mod path;
pub mod problems;
pub mod range;
pub mod rate;
pub mod anonymous;
pub mod upload;
