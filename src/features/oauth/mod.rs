//! OAuth 2 by behaviours §2: applications, tokens, codes; and who is calling ([`auth`]).

pub mod auth;
pub mod scopes;
pub mod table;
