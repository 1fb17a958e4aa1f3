//! ActivityPub mechanics that know no feature: reading documents, signing and checking requests.

pub mod sign;
pub mod vocab;
