//! `/api/shop/v1/preferences`: what Mastodon keeps on pages of its own, the language, the time zone and the mails (behaviours §28).

use axum::Json;
use axum::extract::State;
use serde::Serialize;

use crate::features::oauth::auth::User;
use crate::features::oauth::scopes::{ReadAccounts, WriteAccounts};
use crate::features::users::{self, wishes};
use crate::platform::app::App;
use crate::platform::error::Result;
use crate::platform::http::params::Params;
use crate::platform::ids::AccountId;

/// What a person wishes, in the words of behaviours §28.
#[derive(Debug, Serialize)]
pub struct PreferencesView {
    /// The language of mails, push messages and pages of the server.
    locale: String,
    time_zone: Option<String>,
    notification_emails: MailsView,
    always_send_emails: bool,
    /// Whether this server sends mails at all.
    emails_available: bool,
}

#[derive(Debug, Serialize)]
struct MailsView {
    follow: bool,
    follow_request: bool,
    mention: bool,
    quote: bool,
    reblog: bool,
    favourite: bool,
}

fn view(app: &App, account: AccountId) -> Result<Json<PreferencesView>> {
    let from = app.read()?;
    let locale = users::get(&from, account)?.settings.locale;
    let wishes = wishes::of(&from, account)?;
    let mails = wishes.mails;
    Ok(Json(PreferencesView {
        locale,
        time_zone: wishes.time_zone,
        notification_emails: MailsView {
            follow: mails.follow,
            follow_request: mails.follow_request,
            mention: mails.mention,
            quote: mails.quote,
            reblog: mails.reblog,
            favourite: mails.favourite,
        },
        always_send_emails: wishes.always_mail,
        emails_available: app.mailer.reaches_people(),
    }))
}

/// `GET /api/shop/v1/preferences`
///
/// # Errors
/// Those of the token.
pub async fn show(State(app): State<App>, user: User<ReadAccounts>) -> Result<Json<PreferencesView>> {
    view(&app, user.id)
}

/// `PATCH /api/shop/v1/preferences`: what is not named stays as it is.
///
/// # Errors
/// 422 for a time zone that is not known, and for what is no tag of a language.
pub async fn update(
    State(app): State<App>,
    user: User<WriteAccounts>,
    params: Params,
) -> Result<Json<PreferencesView>> {
    let zone = params.has("time_zone").then(|| params.text("time_zone").unwrap_or_default());
    let zone = zone.map(|text| wishes::zone_name(&text)).transpose()?;
    let mails = params.group("notification_emails").unwrap_or_default();
    let always = params.flag("always_send_emails");
    let locale = params.text("locale");
    app.write(move |tx| {
        if let Some(locale) = locale {
            wishes::speak(tx, user.id, locale)?;
        }
        wishes::change(tx, user.id, |wishes| {
            let set = |wish: &mut bool, name: &str| *wish = mails.flag(name).unwrap_or(*wish);
            set(&mut wishes.mails.follow, "follow");
            set(&mut wishes.mails.follow_request, "follow_request");
            set(&mut wishes.mails.mention, "mention");
            set(&mut wishes.mails.quote, "quote");
            set(&mut wishes.mails.reblog, "reblog");
            set(&mut wishes.mails.favourite, "favourite");
            wishes.always_mail = always.unwrap_or(wishes.always_mail);
            if let Some(zone) = zone {
                wishes.time_zone = zone;
            }
        })
    })
    .await?;
    view(&app, user.id)
}
