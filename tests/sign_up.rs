//! Joining, signing in and out, and the ways back in.

mod by_api;
mod by_form;
mod sessions;
mod staff;

use crate::support::Shop;
use crate::support::browser::Browser;

fn browser(shop: &Shop) -> Browser {
    Browser::new(shop.base())
}
