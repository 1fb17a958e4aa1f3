//! The client API of one's own account: who am I, and changing the profile.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use shop_storage::Read;

use super::profile::plain;
use crate::features::accounts::api::role::RoleView;
use crate::features::accounts::edit::{self, Edit};
use crate::features::accounts::table::{Account, Picture};
use crate::features::accounts::view::{self, AccountView, FieldView};
use crate::features::media;
use crate::features::media::processing::{self, Which};
use crate::features::oauth::auth::User;
use crate::features::oauth::scopes::{Profile, ReadAccounts, WriteAccounts};
use crate::features::relationships;
use crate::features::relationships::table::REQUESTS_TO;
use crate::features::users::table::{Settings, USERS, User as Person, Visibility};
use crate::platform::app::{App, Tx};
use crate::platform::error::{Error, Result};
use crate::platform::http::params::Params;
use crate::platform::http::problems::Problems;
use crate::platform::http::upload::Slot;
use crate::platform::ids::AccountId;
use crate::platform::text::language;

/// Counting of waiting requests stops here (entities: source.follow_requests_count).
const MOST_REQUESTS: usize = 40;

/// The caller's own account (entities: CredentialAccount).
#[derive(Debug, Serialize)]
pub struct CredentialsView {
    #[serde(flatten)]
    account: Arc<AccountView>,
    source: Source,
    role: RoleView,
}

#[derive(Debug, Serialize)]
struct Source {
    privacy: &'static str,
    sensitive: bool,
    language: Option<String>,
    note: String,
    fields: Vec<FieldView>,
    follow_requests_count: usize,
    hide_collections: Option<bool>,
    discoverable: Option<bool>,
    indexable: bool,
    attribution_domains: Vec<String>,
    quote_policy: String,
}

/// Visibility of new posts: as chosen, else private when locked, else public.
fn privacy(settings: &Settings, account: &Account) -> &'static str {
    let usual = if account.locked { Visibility::Private } else { Visibility::Public };
    settings.privacy.unwrap_or(usual).word()
}

fn credentials(app: &App, from: &dyn Read, id: AccountId) -> Result<Json<CredentialsView>> {
    let account = crate::features::accounts::get(from, id)?;
    let person: Person = USERS.get(from, &id)?.ok_or_else(Error::not_found)?;
    let waiting = REQUESTS_TO.page(from, &id, &shop_storage::Window::newest(MOST_REQUESTS))?.len();
    let source = Source {
        privacy: privacy(&person.settings, &account),
        sensitive: person.settings.sensitive,
        language: person.settings.language.clone(),
        fields: plain(&account.fields),
        follow_requests_count: waiting,
        hide_collections: account.hide_collections,
        discoverable: account.discoverable,
        indexable: account.indexable,
        quote_policy: person.settings.quote_policy.clone(),
        note: account.note,
        attribution_domains: account.attribution_domains,
    };
    let role = RoleView::of(person.role);
    Ok(Json(CredentialsView { account: view::one_for(app, from, Some(id), id)?, source, role }))
}

/// GET /api/v1/accounts/verify_credentials
///
/// # Errors
/// Those of the token: 401, 403, 422.
pub async fn verify(State(app): State<App>, user: User<Profile>) -> Result<Json<CredentialsView>> {
    credentials(&app, &app.read()?, user.id)
}

/// PATCH /api/v1/accounts/update_credentials
///
/// # Errors
/// 422 with `details` when a limit is passed or a picture is none.
pub async fn update(
    State(app): State<App>,
    user: User<WriteAccounts>,
    _slot: Slot,
    params: Params,
) -> Result<Json<CredentialsView>> {
    let settings = Choices::read(&params)?;
    let wanted = wanted(&app, &params, user.id).await?;
    app.write(move |tx| {
        USERS.edit(tx, &user.id, |person| settings.apply(&mut person.settings))?;
        change(tx, user.id, wanted)
    })
    .await?;
    credentials(&app, &app.read()?, user.id)
}

/// DELETE /api/v1/profile/avatar
///
/// # Errors
/// When the store fails.
pub async fn remove_avatar(
    State(app): State<App>,
    user: User<WriteAccounts>,
) -> Result<Json<CredentialsView>> {
    app.write(move |tx| change(tx, user.id, Edit { avatar: Some(None), ..Edit::default() })).await?;
    credentials(&app, &app.read()?, user.id)
}

/// DELETE /api/v1/profile/header
///
/// # Errors
/// When the store fails.
pub async fn remove_header(
    State(app): State<App>,
    user: User<WriteAccounts>,
) -> Result<Json<CredentialsView>> {
    app.write(move |tx| change(tx, user.id, Edit { header: Some(None), ..Edit::default() })).await?;
    credentials(&app, &app.read()?, user.id)
}

/// The edit that somebody asks for, with its pictures ready.
///
/// # Errors
/// 422 with `details` when a limit is passed or a picture is none.
pub(super) async fn wanted(app: &App, params: &Params, id: AccountId) -> Result<Edit> {
    let mut wanted = asked(params);
    wanted.check()?;
    wanted.avatar = picture(app, params, "avatar", Which::Avatar, id).await?.map(Some);
    wanted.header = picture(app, params, "header", Which::Header, id).await?.map(Some);
    Ok(wanted)
}

/// Edits the profile, and sees to what the edit leaves behind.
pub(super) fn change(tx: &mut Tx<'_>, id: AccountId, wanted: Edit) -> Result<()> {
    let edited = edit::edit(tx, id, wanted)?;
    media::discard(tx, edited.dropped)?;
    if edited.unlocked {
        relationships::accept_all(tx, id)?;
    }
    Ok(())
}

async fn picture(
    app: &App,
    params: &Params,
    name: &'static str,
    which: Which,
    id: AccountId,
) -> Result<Option<Picture>> {
    let Some(upload) = params.file(name) else { return Ok(None) };
    if upload.bytes.is_empty() {
        return Ok(None);
    }
    let made = processing::profile(app, upload.bytes.clone(), which, id).await?;
    let (place, still) = made.map_err(|error| {
        let mut problems = Problems::default();
        problems.add(name, "ERR_INVALID", error.to_string());
        problems.check().err().unwrap_or_else(|| Error::internal("a problem that is none"))
    })?;
    let description = params.text(&format!("{name}_description")).unwrap_or_default();
    Ok(Some(Picture { place, still, description }))
}

fn asked(params: &Params) -> Edit {
    Edit {
        display_name: params.text("display_name"),
        note: params.text("note"),
        locked: params.flag("locked"),
        bot: params.flag("bot"),
        discoverable: params.flag("discoverable"),
        hide_collections: params.flag("hide_collections"),
        indexable: params.flag("indexable"),
        attribution_domains: params.has("attribution_domains").then(|| {
            params.list("attribution_domains").into_iter().filter(|text| !text.trim().is_empty()).collect()
        }),
        fields: params.has("fields_attributes").then(|| {
            let line = |group: &Params| {
                (group.text("name").unwrap_or_default(), group.text("value").unwrap_or_default())
            };
            params.groups("fields_attributes").iter().map(line).collect()
        }),
        avatar: None,
        header: None,
        show_media: None,
        show_media_replies: None,
        show_featured: None,
        avatar_description: params.text("avatar_description"),
        header_description: params.text("header_description"),
    }
}

/// The choices of `source[…]`; `None` leaves as it is.
#[derive(Debug, Default)]
struct Choices {
    privacy: Option<Visibility>,
    sensitive: Option<bool>,
    language: Option<Option<String>>,
    quote_policy: Option<String>,
}

impl Choices {
    fn read(params: &Params) -> Result<Self> {
        let Some(source) = params.group("source") else { return Ok(Self::default()) };
        let mut problems = Problems::default();
        let word = |name: &str| source.text(name).filter(|word| !word.is_empty());
        let privacy =
            word("privacy").map(|word| Visibility::parse(&word).filter(|v| *v != Visibility::Direct));
        if privacy == Some(None) {
            problems.add("privacy", "ERR_INCLUSION", "is not included in the list");
        }
        let quote_policy = word("quote_policy");
        if quote_policy.as_deref().is_some_and(|word| !matches!(word, "public" | "followers" | "nobody")) {
            problems.add("quote_policy", "ERR_INCLUSION", "is not included in the list");
        }
        let language =
            source.has("language").then(|| word("language").map(|code| language::normalise(&code)));
        if language == Some(Some(None)) {
            problems.add("language", "ERR_INCLUSION", "is not included in the list");
        }
        problems.check()?;
        Ok(Self {
            privacy: privacy.flatten(),
            sensitive: source.flag("sensitive"),
            language: language.map(|code| code.flatten().map(str::to_owned)),
            quote_policy,
        })
    }

    fn apply(self, settings: &mut Settings) {
        settings.privacy = self.privacy.or(settings.privacy);
        settings.sensitive = self.sensitive.unwrap_or(settings.sensitive);
        if let Some(language) = self.language {
            settings.language = language;
        }
        if let Some(policy) = self.quote_policy {
            settings.quote_policy = policy;
        }
    }
}

/// The caller's choices as clients look at them (entities: Preferences).
#[derive(Debug, Serialize)]
pub struct PreferencesView {
    #[serde(rename = "posting:default:visibility")]
    visibility: &'static str,
    #[serde(rename = "posting:default:sensitive")]
    sensitive: bool,
    #[serde(rename = "posting:default:language")]
    language: Option<String>,
    #[serde(rename = "posting:default:quote_policy")]
    quote_policy: String,
    #[serde(rename = "reading:expand:media")]
    media: String,
    #[serde(rename = "reading:expand:spoilers")]
    spoilers: bool,
    #[serde(rename = "reading:autoplay:gifs")]
    gifs: bool,
}

/// GET /api/v1/preferences
///
/// # Errors
/// Those of the token.
pub async fn preferences(user: User<ReadAccounts>) -> Json<PreferencesView> {
    let settings = user.user.settings;
    Json(PreferencesView {
        visibility: privacy(&settings, &user.account),
        sensitive: settings.sensitive,
        language: settings.language,
        quote_policy: settings.quote_policy,
        media: settings.expand_media,
        spoilers: settings.expand_spoilers,
        gifs: settings.autoplay_gifs,
    })
}
