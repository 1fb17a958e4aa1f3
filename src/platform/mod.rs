//! What every feature stands on: configuration, network, text and the other machinery without a domain.

pub mod config;
pub mod http;
pub mod mail;
pub mod net;
pub mod text;
