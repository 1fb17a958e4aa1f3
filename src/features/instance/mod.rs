//! The community as a whole: its name, rules and secrets.

pub mod api;
pub mod table;
pub mod terms;
pub mod vapid;

use shop_storage::Read;

use self::table::{INSTANCE, Instance};
use crate::platform::app::{App, Tx};
use crate::platform::config::Config;
use crate::platform::error::{Error, Result};
use crate::platform::text::tongue::Words;

/// What the server keeps of people, as HTML in each language; the same for every community, since it tells what the program does.
pub const PRIVACY: Words = [
    include_str!("privacy/en.html"),
    include_str!("privacy/de.html"),
    include_str!("privacy/fr.html"),
    include_str!("privacy/es.html"),
    include_str!("privacy/ja.html"),
    include_str!("privacy/ar.html"),
];

/// The community's settings.
///
/// # Errors
/// When the store fails; 500 before [`prepare`] ran.
pub fn get(from: &dyn Read) -> Result<Instance> {
    INSTANCE.get(from, &())?.ok_or_else(|| Error::internal("the server was never prepared"))
}

/// Makes the settings row on the first start. Later starts change nothing.
///
/// # Errors
/// When the store fails.
pub async fn prepare(app: &App) -> Result<Instance> {
    app.write(|tx| {
        if let Some(instance) = INSTANCE.get(&**tx, &())? {
            return Ok(instance);
        }
        let instance = Instance {
            title: tx.app().config.domain().to_owned(),
            description: String::new(),
            contact_email: String::new(),
            contact: None,
            rules: Vec::new(),
            languages: vec!["en".into()],
            token_secret: rand::random(),
            created_at: tx.now(),
        };
        INSTANCE.put(tx, &(), &instance)?;
        Ok(instance)
    })
    .await
}

/// Changes the settings.
///
/// # Errors
/// When the store fails.
pub fn change(tx: &mut Tx<'_>, change: impl FnOnce(&mut Instance)) -> Result<()> {
    INSTANCE.edit(tx, &(), change)?.ok_or_else(|| Error::internal("the server was never prepared"))
}

/// The address of the streaming API, without a path.
pub fn streaming(config: &Config) -> String {
    let base = config.base_url();
    match base.strip_prefix("https") {
        Some(rest) => format!("wss{rest}"),
        None => format!("ws{}", base.strip_prefix("http").unwrap_or(base)),
    }
}
