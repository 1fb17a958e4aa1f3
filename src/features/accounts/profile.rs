//! What a profile's text becomes: HTML for readers, rendered once and kept while the profile stands.

use std::sync::Arc;

use moka::sync::Cache;
use shop_storage::Read;

use super::table::Account;
use super::view::FieldView;
use super::{find_handle, url};
use crate::platform::app::App;
use crate::platform::clock::Millis;
use crate::platform::ids::AccountId;
use crate::platform::text::html::{Links, Mentioned, render_bio, render_field};
use crate::platform::text::idn::Acct;

/// How many rendered profiles are kept.
const KEPT: u64 = 4_096;

/// A profile's text as readers see it.
#[derive(Debug, Clone)]
pub struct Profile {
    /// HTML.
    pub note: Arc<str>,
    /// HTML values.
    pub fields: Arc<[FieldView]>,
}

impl Profile {
    /// Nothing, as suspended accounts show.
    pub fn blank() -> Self {
        Self { note: Arc::from(""), fields: Arc::from([]) }
    }
}

/// Rendered profiles of local accounts. The key holds the time of the last change, so nothing here goes stale.
struct Kept(Cache<(AccountId, Millis), Profile>);

impl Default for Kept {
    fn default() -> Self {
        Self(Cache::new(KEPT))
    }
}

/// The text of a profile as HTML. Remote texts were sanitised when they came in.
pub fn rendered(app: &App, from: &dyn Read, id: AccountId, account: &Account) -> Profile {
    if !account.is_local() {
        return Profile { note: Arc::from(account.note.as_str()), fields: fields(account, str::to_owned) };
    }
    if account.note.is_empty() && account.fields.is_empty() {
        return Profile::blank();
    }
    let kept = app.part::<Kept>();
    kept.0.get_with((id, account.updated_at), || {
        let links = ProfileLinks { app, from };
        let note =
            if account.note.is_empty() { String::new() } else { render_bio(&account.note, &links).html };
        Profile { note: Arc::from(note), fields: fields(account, |value| render_field(value, &links).html) }
    })
}

fn fields(account: &Account, value: impl Fn(&str) -> String) -> Arc<[FieldView]> {
    account
        .fields
        .iter()
        .map(|field| FieldView {
            name: field.name.clone(),
            value: value(&field.value),
            verified_at: field.verified_at.map(Millis::dt),
        })
        .collect()
}

/// Answers what mentions in a profile mean: accounts that are known already.
struct ProfileLinks<'a> {
    app: &'a App,
    from: &'a dyn Read,
}

impl Links for ProfileLinks<'_> {
    fn mention(&self, username: &str, domain: Option<&str>) -> Option<Mentioned> {
        let written = match domain {
            Some(domain) => format!("{username}@{domain}"),
            None => username.to_owned(),
        };
        let acct = Acct::parse(&written)?.relative_to(self.app.config.domain());
        let known = find_handle(self.from, &acct.username, acct.domain.as_deref()).ok()??;
        Some(Mentioned {
            url: url(&self.app.config, known.id, &known.account),
            username: known.account.username,
            domain: known.account.domain,
        })
    }

    fn base_url(&self) -> &str {
        self.app.config.base_url()
    }
}
