//! ActivityPub mechanics that know no feature: reading, writing and fetching documents, signing and checking
//! requests, WebFinger, and telling servers from browsers.

pub mod documents;
pub mod fetch;
pub mod negotiation;
pub mod proof;
pub mod sign;
pub mod vocab;
pub mod webfinger;
