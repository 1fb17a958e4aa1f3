//! The JSON entities Instance (both versions), Rule and the documents beside them: only what is true here.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use crate::features::accounts::view::AccountView;
use crate::features::accounts::{self, edit};
use crate::features::instance::streaming;
use crate::features::instance::table::Instance;
use crate::features::instance::{terms, vapid};
use crate::features::media::{self, clip, picture::Limits};
use crate::features::statistics::Figures;
use crate::features::statuses::render::LONGEST;
use crate::features::tags;
use crate::platform::app::App;
use crate::platform::config::{Config, Registrations};
use crate::platform::error::Result;
use crate::platform::text::count::URL_LENGTH;

/// The client API that we speak, for clients that look at version numbers, and who we are.
const VERSION: &str = concat!("4.2.0 (compatible; Shop ", env!("CARGO_PKG_VERSION"), ")");
/// `api_versions.mastodon`: what Mastodon 4.6.0 promises (entities: general rules); docs/decisions.md says of what.
const API_VERSION: u32 = 10;
/// Most pinned statuses.
const PINNED: usize = 5;

/// One rule (entities: Rule).
#[derive(Debug, Serialize)]
pub struct RuleView {
    id: String,
    text: String,
    hint: String,
    translations: BTreeMap<String, String>,
}

/// The rules in order.
pub fn rules(instance: &Instance) -> Vec<RuleView> {
    let rule = |(at, text): (usize, &String)| RuleView {
        id: (at + 1).to_string(),
        text: text.clone(),
        hint: String::new(),
        translations: BTreeMap::new(),
    };
    instance.rules.iter().enumerate().map(rule).collect()
}

/// The server as clients first see it (entities: Instance v2).
#[derive(Debug, Serialize)]
pub struct InstanceView {
    domain: String,
    title: String,
    version: &'static str,
    source_url: String,
    description: String,
    usage: Usage,
    thumbnail: Thumbnail,
    icon: [(); 0],
    languages: Vec<String>,
    configuration: Configuration,
    registrations: RegistrationsView,
    api_versions: ApiVersions,
    wrapstodon: Option<u32>,
    contact: Contact,
    rules: Vec<RuleView>,
}

#[derive(Debug, Serialize)]
struct Usage {
    users: Users,
}

#[derive(Debug, Serialize)]
struct Users {
    active_month: u64,
}

#[derive(Debug, Serialize)]
struct Thumbnail {
    url: String,
    description: &'static str,
}

#[derive(Debug, Serialize)]
struct ApiVersions {
    mastodon: u32,
}

#[derive(Debug, Serialize)]
struct Contact {
    email: String,
    account: Option<Arc<AccountView>>,
}

#[derive(Debug, Serialize)]
struct RegistrationsView {
    enabled: bool,
    approval_required: bool,
    reason_required: bool,
    message: Option<String>,
    min_age: Option<u32>,
    url: Option<String>,
}

#[derive(Debug, Serialize)]
struct Configuration {
    urls: Urls,
    vapid: Vapid,
    accounts: AccountLimits,
    statuses: StatusLimits,
    media_attachments: MediaLimits,
    polls: PollLimits,
    translation: Translation,
    timelines_access: TimelinesAccess,
    limited_federation: bool,
}

#[derive(Debug, Serialize)]
struct Urls {
    streaming: String,
    status: Option<String>,
    about: String,
    privacy_policy: String,
    terms_of_service: Option<String>,
}

#[derive(Debug, Serialize)]
struct Vapid {
    public_key: String,
}

#[derive(Debug, Serialize)]
struct AccountLimits {
    max_display_name_length: usize,
    max_note_length: usize,
    max_avatar_description_length: usize,
    max_header_description_length: usize,
    max_featured_tags: usize,
    max_pinned_statuses: usize,
    max_profile_fields: usize,
    profile_field_name_limit: usize,
    profile_field_value_limit: usize,
}

#[derive(Debug, Serialize)]
struct StatusLimits {
    max_characters: usize,
    max_media_attachments: usize,
    characters_reserved_per_url: usize,
}

#[derive(Debug, Serialize)]
struct MediaLimits {
    supported_mime_types: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description_limit: Option<usize>,
    image_size_limit: usize,
    image_matrix_limit: u64,
    video_size_limit: u64,
    video_frame_rate_limit: u32,
    video_matrix_limit: u64,
}

/// There are no polls here: none of their numbers is more than 0.
#[derive(Debug, Default, Serialize)]
struct PollLimits {
    max_options: u32,
    max_characters_per_option: u32,
    min_expiration: u32,
    max_expiration: u32,
}

#[derive(Debug, Serialize)]
struct Translation {
    enabled: bool,
}

#[derive(Debug, Serialize)]
struct TimelinesAccess {
    live_feeds: Access,
    hashtag_feeds: Access,
    trending_link_feeds: Access,
}

#[derive(Debug, Serialize)]
struct Access {
    local: &'static str,
    remote: &'static str,
}

const fn status_limits() -> StatusLimits {
    StatusLimits {
        max_characters: LONGEST,
        max_media_attachments: media::PER_STATUS,
        characters_reserved_per_url: URL_LENGTH,
    }
}

fn media_limits(supported_mime_types: Vec<&'static str>, description_limit: Option<usize>) -> MediaLimits {
    let limits = Limits::ATTACHMENT;
    MediaLimits {
        supported_mime_types,
        description_limit,
        image_size_limit: limits.bytes,
        image_matrix_limit: limits.pixels,
        video_size_limit: clip::BYTES,
        video_frame_rate_limit: clip::FRAME_RATE,
        video_matrix_limit: clip::PIXELS,
    }
}

fn contact(app: &App, instance: &Instance) -> Result<Option<Arc<AccountView>>> {
    let Some(id) = instance.contact else { return Ok(None) };
    Ok(accounts::view::load(app, &app.read()?, &[id])?.remove(&id))
}

fn thumbnail(config: &Config) -> String {
    format!("{}/headers/original/missing.png", config.base_url())
}

/// GET /api/v2/instance; `types` are those that can be uploaded.
///
/// # Errors
/// When the store fails.
pub fn second(
    app: &App,
    instance: &Instance,
    figures: &Figures,
    types: Vec<&'static str>,
) -> Result<InstanceView> {
    let config = &app.config;
    let base = config.base_url();
    let open = || Access { local: "public", remote: "public" };
    let mode = config.registrations;
    Ok(InstanceView {
        domain: config.domain().to_owned(),
        title: instance.title.clone(),
        version: VERSION,
        source_url: config.server.source_url.clone().unwrap_or_default(),
        description: instance.description.clone(),
        usage: Usage { users: Users { active_month: figures.active_month } },
        thumbnail: Thumbnail { url: thumbnail(config), description: "" },
        icon: [],
        languages: instance.languages.clone(),
        configuration: Configuration {
            urls: Urls {
                streaming: streaming(config),
                status: None,
                about: format!("{base}/about"),
                privacy_policy: format!("{base}/privacy-policy"),
                terms_of_service: (!terms::all(app).is_empty()).then(|| format!("{base}/terms-of-service")),
            },
            vapid: Vapid { public_key: vapid::public_key(instance)? },
            accounts: AccountLimits {
                max_display_name_length: edit::DISPLAY_NAME,
                max_note_length: edit::NOTE,
                max_avatar_description_length: edit::PICTURE_DESCRIPTION,
                max_header_description_length: edit::PICTURE_DESCRIPTION,
                max_featured_tags: tags::feature::MOST,
                max_pinned_statuses: PINNED,
                max_profile_fields: edit::FIELDS,
                profile_field_name_limit: edit::FIELD,
                profile_field_value_limit: edit::FIELD,
            },
            statuses: status_limits(),
            media_attachments: media_limits(types, Some(media::DESCRIPTION)),
            polls: PollLimits::default(),
            translation: Translation { enabled: false },
            timelines_access: TimelinesAccess {
                live_feeds: open(),
                hashtag_feeds: open(),
                trending_link_feeds: open(),
            },
            limited_federation: false,
        },
        registrations: RegistrationsView {
            enabled: mode != Registrations::Closed,
            approval_required: mode == Registrations::Approval,
            reason_required: mode == Registrations::Approval,
            message: None,
            min_age: None,
            url: None,
        },
        api_versions: ApiVersions { mastodon: API_VERSION },
        wrapstodon: None,
        contact: Contact { email: instance.contact_email.clone(), account: contact(app, instance)? },
        rules: rules(instance),
    })
}

/// The same for older clients (entities: Instance v1).
#[derive(Debug, Serialize)]
pub struct OldInstanceView {
    uri: String,
    title: String,
    short_description: String,
    description: String,
    email: String,
    version: &'static str,
    urls: OldUrls,
    stats: Stats,
    thumbnail: Option<String>,
    languages: Vec<String>,
    registrations: bool,
    approval_required: bool,
    invites_enabled: bool,
    configuration: OldConfiguration,
    contact_account: Option<Arc<AccountView>>,
    rules: Vec<RuleView>,
}

#[derive(Debug, Serialize)]
struct OldUrls {
    streaming_api: String,
}

#[derive(Debug, Serialize)]
struct Stats {
    user_count: u64,
    status_count: u64,
    domain_count: u64,
}

#[derive(Debug, Serialize)]
struct OldConfiguration {
    accounts: OldAccountLimits,
    statuses: StatusLimits,
    media_attachments: MediaLimits,
    polls: PollLimits,
}

#[derive(Debug, Serialize)]
struct OldAccountLimits {
    max_featured_tags: usize,
}

/// GET /api/v1/instance; `types` are those that can be uploaded.
///
/// # Errors
/// When the store fails.
pub fn first(
    app: &App,
    instance: &Instance,
    figures: &Figures,
    types: Vec<&'static str>,
) -> Result<OldInstanceView> {
    let config = &app.config;
    Ok(OldInstanceView {
        uri: config.domain().to_owned(),
        title: instance.title.clone(),
        short_description: instance.description.clone(),
        description: instance.description.clone(),
        email: instance.contact_email.clone(),
        version: VERSION,
        urls: OldUrls { streaming_api: streaming(config) },
        stats: Stats {
            user_count: figures.users,
            status_count: figures.statuses,
            domain_count: figures.domains,
        },
        thumbnail: Some(thumbnail(config)),
        languages: instance.languages.clone(),
        registrations: config.registrations != Registrations::Closed,
        approval_required: config.registrations == Registrations::Approval,
        invites_enabled: false,
        configuration: OldConfiguration {
            accounts: OldAccountLimits { max_featured_tags: tags::feature::MOST },
            statuses: status_limits(),
            media_attachments: media_limits(types, None),
            polls: PollLimits::default(),
        },
        contact_account: contact(app, instance)?,
        rules: rules(instance),
    })
}
