//! What every feature stands on; knows no feature.

pub mod app;
pub mod child;
pub mod clock;
pub mod config;
pub mod error;
pub mod events;
pub mod files;
pub mod http;
pub mod ids;
pub mod jobs;
pub mod mail;
pub mod net;
pub mod place;
pub mod secret;
pub mod text;
