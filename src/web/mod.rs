//! Pages that need no script: sign-up, sign-in, consent, set-up; and the frame they share.

pub mod browser;
pub mod confirmation;
pub mod consent;
pub mod cookies;
pub mod page;
pub mod password;
pub mod permissions;
pub mod return_to;
pub mod setup;
pub mod sign_in;
pub mod sign_up;
