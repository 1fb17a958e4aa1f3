//! The one integration-test binary: a file a feature, all over HTTP, with real parts.

#![allow(missing_docs, reason = "a test is told by its name")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod accounts;
mod api_table;
mod announcements;
mod architecture;
mod bookmarks;
mod cards;
mod command_line;
mod context;
mod conversations;
mod demo;
mod departures;
mod favourites;
mod federation;
mod filters;
mod instance;
mod lists;
mod media;
mod media_clips;
mod media_proxy;
mod notification_requests;
mod notifications;
mod oauth;
mod pages;
mod people;
mod platform;
mod policies;
mod polls;
mod push;
mod quotes;
mod reblogs;
mod redraft;
mod relationships;
mod reports;
mod round_trips;
mod scheduled_statuses;
mod search;
mod search_statuses;
mod setup;
mod sign_up;
mod statuses;
mod statuses_edit;
mod streaming;
mod support;
mod suspension;
mod tags;
mod timelines;
mod trends;
mod visibility;
