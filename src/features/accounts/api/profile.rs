//! The client API of one's own profile as its owner edits it (since 4.6).

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use shop_storage::Read;

use super::credentials;
use crate::features::accounts::table::{Account, Field, Picture};
use crate::features::accounts::view::{FieldView, shown};
use crate::features::accounts::{self, profile};
use crate::features::oauth::auth::User;
use crate::features::oauth::scopes::{Profile, WriteAccounts};
use crate::features::tags::featured_view::{self, FeaturedTagView};
use crate::platform::app::App;
use crate::platform::clock::Millis;
use crate::platform::error::Result;
use crate::platform::http::params::Params;
use crate::platform::http::upload::Slot;
use crate::platform::ids::AccountId;

/// One's own profile (entities: Profile; the notes on each key are there).
#[derive(Debug, Serialize)]
pub struct ProfileView {
    id: AccountId,
    display_name: String,
    note: String,
    fields: Vec<FieldView>,
    formatted_note: Arc<str>,
    formatted_fields: Arc<[FieldView]>,
    avatar: Option<String>,
    avatar_static: Option<String>,
    avatar_description: String,
    header: Option<String>,
    header_static: Option<String>,
    header_description: String,
    locked: bool,
    bot: bool,
    hide_collections: Option<bool>,
    discoverable: Option<bool>,
    indexable: bool,
    show_media: bool,
    show_media_replies: bool,
    show_featured: bool,
    attribution_domains: Vec<String>,
    featured_tags: Vec<FeaturedTagView>,
}

/// Profile lines as their owner wrote them.
pub(super) fn plain(fields: &[Field]) -> Vec<FieldView> {
    let line = |field: &Field| FieldView {
        name: field.name.clone(),
        value: field.value.clone(),
        verified_at: field.verified_at.map(Millis::dt),
    };
    fields.iter().map(line).collect()
}

fn view(app: &App, from: &dyn Read, id: AccountId) -> Result<Json<ProfileView>> {
    let account: Account = accounts::get(from, id)?;
    let formatted = profile::rendered(app, from, id, &account);
    let picture = |picture: Option<&Picture>, which| {
        let there = picture.is_some();
        let shown = shown(&app.config, id, picture, which);
        (there.then_some(shown.url), there.then_some(shown.still), shown.description)
    };
    let (avatar, avatar_static, avatar_description) = picture(account.avatar.as_ref(), "avatar");
    let (header, header_static, header_description) = picture(account.header.as_ref(), "header");
    Ok(Json(ProfileView {
        id,
        fields: plain(&account.fields),
        formatted_note: formatted.note,
        formatted_fields: formatted.fields,
        avatar,
        avatar_static,
        avatar_description,
        header,
        header_static,
        header_description,
        locked: account.locked,
        bot: account.is_bot(),
        hide_collections: account.hide_collections,
        discoverable: account.discoverable,
        indexable: account.indexable,
        show_media: account.tabs.media,
        show_media_replies: account.tabs.media_replies,
        show_featured: account.tabs.featured,
        featured_tags: featured_view::of(app, from, id, &account)?,
        display_name: account.display_name,
        note: account.note,
        attribution_domains: account.attribution_domains,
    }))
}

/// `GET /api/v1/profile`
///
/// # Errors
/// Those of the token.
pub async fn show(State(app): State<App>, user: User<Profile>) -> Result<Json<ProfileView>> {
    view(&app, &app.read()?, user.id)
}

/// `PATCH /api/v1/profile`
///
/// # Errors
/// 422 with `details` when a limit is passed or a picture is none.
pub async fn update(
    State(app): State<App>,
    user: User<WriteAccounts>,
    _slot: Slot,
    params: Params,
) -> Result<Json<ProfileView>> {
    let mut wanted = credentials::wanted(&app, &params, user.id).await?;
    wanted.show_media = params.flag("show_media");
    wanted.show_media_replies = params.flag("show_media_replies");
    wanted.show_featured = params.flag("show_featured");
    app.write(move |tx| credentials::change(tx, user.id, wanted)).await?;
    view(&app, &app.read()?, user.id)
}
