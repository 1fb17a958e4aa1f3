//! What browsers get: pages that need no script and the frame they share, and the web app.

pub mod about;
pub mod assets;
pub mod browser;
pub mod confirmation;
pub mod consent;
pub mod cookies;
pub mod emojify;
pub mod feed;
pub mod interaction;
pub mod manifest;
pub mod page;
pub mod password;
pub mod permissions;
pub mod posts;
pub mod privacy;
pub mod profile;
pub mod public;
pub mod return_to;
pub mod setup;
pub mod shell;
pub mod sign_in;
pub mod sign_up;
pub mod tag;
pub mod thread;
