//! Applications, tokens and the two documents about sign-in as JSON (entities: Application, Token, UserInfo,
//! OAuth server metadata).

use serde::Serialize;
use shop_storage::Read;

use super::apps::Registered;
use super::scopes;
use super::table::{Application, Token};
use super::tokens::Issued;
use crate::features::accounts::{self, table::Place};
use crate::features::instance::{self, vapid};
use crate::platform::app::App;
use crate::platform::config::Config;
use crate::platform::error::Result;
use crate::platform::ids::{AccountId, AppId};

/// Application.
#[derive(Debug, Clone, Serialize)]
pub struct ApplicationView {
    id: AppId,
    name: String,
    website: Option<String>,
    scopes: Vec<String>,
    redirect_uris: Vec<String>,
    redirect_uri: String,
    vapid_key: String,
    #[serde(flatten)]
    credentials: Option<Credentials>,
}

/// What CredentialApplication adds.
#[derive(Debug, Clone, Serialize)]
struct Credentials {
    client_id: String,
    client_secret: String,
    client_secret_expires_at: u8,
}

/// Application, as any good token may see it.
///
/// # Errors
/// When the store fails.
pub fn application(from: &dyn Read, id: AppId, application: Application) -> Result<ApplicationView> {
    Ok(ApplicationView {
        id,
        name: application.name,
        website: application.website,
        scopes: application.scopes,
        redirect_uri: application.redirect_uris.join("\n"),
        redirect_uris: application.redirect_uris,
        vapid_key: vapid::public_key(&instance::get(from)?)?,
        credentials: None,
    })
}

/// CredentialApplication, once, as the answer to a registration.
///
/// # Errors
/// When the store fails.
pub fn registered(from: &dyn Read, new: Registered) -> Result<ApplicationView> {
    let credentials = Credentials {
        client_id: new.application.client_id.clone(),
        client_secret: new.secret,
        client_secret_expires_at: 0,
    };
    Ok(ApplicationView { credentials: Some(credentials), ..application(from, new.id, new.application)? })
}

/// Token.
#[derive(Debug, Clone, Serialize)]
pub struct TokenView {
    access_token: String,
    token_type: &'static str,
    scope: String,
    created_at: u64,
}

impl From<Issued> for TokenView {
    fn from(issued: Issued) -> Self {
        Self {
            access_token: issued.text,
            token_type: "Bearer",
            scope: issued.scopes.join(" "),
            created_at: issued.created_at.seconds(),
        }
    }
}

/// UserInfo.
#[derive(Debug, Clone, Serialize)]
pub struct UserInfoView {
    iss: String,
    sub: String,
    name: String,
    preferred_username: String,
    profile: String,
    picture: String,
}

/// UserInfo of a local account.
///
/// # Errors
/// 404 when it is gone.
pub fn user_info(app: &App, from: &dyn Read, id: AccountId) -> Result<UserInfoView> {
    let account = accounts::get(from, id)?;
    let config = &app.config;
    let base = config.base_url();
    let picture = match account.avatar.as_ref().map(|picture| &picture.place) {
        Some(Place::Blob(path)) => format!("{base}/media/{path}"),
        Some(Place::Remote(_)) | None => format!("{base}/avatars/original/missing.png"),
    };
    Ok(UserInfoView {
        iss: format!("{base}/"),
        sub: accounts::uri(config, id, &account),
        name: if account.display_name.is_empty() {
            account.username.clone()
        } else {
            account.display_name.clone()
        },
        preferred_username: account.username.clone(),
        profile: accounts::url(config, id, &account),
        picture,
    })
}

/// OAuth server metadata (RFC 8414).
#[derive(Debug, Clone, Serialize)]
pub struct MetadataView {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    revocation_endpoint: String,
    userinfo_endpoint: String,
    scopes_supported: &'static [&'static str],
    response_types_supported: [&'static str; 1],
    response_modes_supported: [&'static str; 3],
    grant_types_supported: [&'static str; 2],
    token_endpoint_auth_methods_supported: [&'static str; 2],
    code_challenge_methods_supported: [&'static str; 1],
    service_documentation: &'static str,
    app_registration_endpoint: String,
}

/// The metadata of this server.
pub fn metadata(config: &Config) -> MetadataView {
    let base = config.base_url();
    MetadataView {
        issuer: format!("{base}/"),
        authorization_endpoint: format!("{base}/oauth/authorize"),
        token_endpoint: format!("{base}/oauth/token"),
        revocation_endpoint: format!("{base}/oauth/revoke"),
        userinfo_endpoint: format!("{base}/oauth/userinfo"),
        scopes_supported: scopes::ALL,
        response_types_supported: ["code"],
        response_modes_supported: ["query", "fragment", "form_post"],
        grant_types_supported: ["authorization_code", "client_credentials"],
        token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
        code_challenge_methods_supported: ["S256"],
        service_documentation: "https://docs.joinmastodon.org/",
        app_registration_endpoint: format!("{base}/api/v1/apps"),
    }
}

/// What a token is good for (RFC 7662 §2.2). One that is not good says nothing else.
#[derive(Debug, Serialize)]
pub struct IntrospectionView {
    active: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    iat: Option<u64>,
}

/// Shows a token to its own application; `None` for one that is not good, or not its own.
pub fn introspection(token: Option<&Token>, application: &Application) -> IntrospectionView {
    IntrospectionView {
        active: token.is_some(),
        scope: token.map(|token| token.scopes.join(" ")),
        client_id: token.map(|_| application.client_id.clone()),
        token_type: token.map(|_| "Bearer"),
        iat: token.map(|token| token.created_at.seconds()),
    }
}

/// The token that asks about itself.
#[derive(Debug, Serialize)]
pub struct TokenInfoView {
    resource_owner_id: Option<AccountId>,
    scope: Vec<String>,
    expires_in: Option<u64>,
    application: ApplicationUid,
    created_at: u64,
}

/// The public identifier of an application.
#[derive(Debug, Serialize)]
struct ApplicationUid {
    uid: String,
}

/// Shows a token to its bearer. Tokens never end by themselves.
pub fn token_info(token: &Token, application: &Application) -> TokenInfoView {
    TokenInfoView {
        resource_owner_id: token.account,
        scope: token.scopes.clone(),
        expires_in: None,
        application: ApplicationUid { uid: application.client_id.clone() },
        created_at: token.created_at.seconds(),
    }
}
