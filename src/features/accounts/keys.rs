//! Key pairs of local actors: made when first needed, kept in the store, ready to sign in memory.

use std::sync::Arc;

use moka::sync::Cache;

use super::table::{KEYS, PrivateKey};
use super::{INSTANCE_ACTOR, get, local_uri};
use crate::federation::sign::{Form, KeyPair, RequestSigner, SigningKey};
use crate::platform::app::App;
use crate::platform::error::{Error, Kind, Result};
use crate::platform::ids::AccountId;
use crate::platform::net::Signer;

/// How many parsed keys stay in memory.
const CACHED: u64 = 4_096;

/// Parsed keys by account and form of signature.
struct Signers(Cache<(AccountId, Form), Arc<dyn Signer>>);

impl Default for Signers {
    fn default() -> Self {
        Self(Cache::new(CACHED))
    }
}

/// The id of a local actor's key, as `keyId` of signatures and in its document.
pub fn key_id(app: &App, account: AccountId) -> String {
    format!("{}#main-key", local_uri(&app.config, account))
}

/// The key pair of a local account or of the instance actor. Making one takes a processor up to a second, once in
/// the life of an account.
///
/// # Errors
/// 404 when the account is not local or gone; when the store or the arithmetic fails.
pub async fn pair(app: &App, account: AccountId) -> Result<PrivateKey> {
    {
        let store = app.read()?;
        if let Some(pair) = KEYS.get(&store, &account)? {
            return Ok(pair);
        }
        if account != INSTANCE_ACTOR && !get(&store, account)?.is_local() {
            return Err(Error::not_found());
        }
    }
    let made = tokio::task::spawn_blocking(KeyPair::generate).await?.map_err(Error::internal)?;
    app.write(move |tx| {
        // Another request may have been faster; the first pair stays, because it may be known outside already.
        if let Some(pair) = KEYS.get(&**tx, &account)? {
            return Ok(pair);
        }
        // Others keep the public half from the first signature on, so it may not be lost with the power.
        tx.must_sync();
        let pair = PrivateKey { private: made.private_pem, public: made.public_pem };
        KEYS.put(tx, &account, &pair)?;
        Ok(pair)
    })
    .await
}

/// Who signs requests in the name of a local account; `None` when it is gone.
///
/// # Errors
/// When the store fails or the stored key cannot be read.
pub async fn signer(app: &App, account: AccountId) -> Result<Option<Arc<dyn Signer>>> {
    signer_in(app, account, Form::Draft).await
}

/// As [`signer`], with signatures of this form.
///
/// # Errors
/// As [`signer`].
pub async fn signer_in(app: &App, account: AccountId, form: Form) -> Result<Option<Arc<dyn Signer>>> {
    let signers = app.part::<Signers>();
    if let Some(signer) = signers.0.get(&(account, form)) {
        return Ok(Some(signer));
    }
    let pair = match pair(app, account).await {
        Ok(pair) => pair,
        Err(error) if error.kind() == Kind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let key = SigningKey::from_pem(&pair.private).map_err(Error::internal)?;
    let clock = app.clock.clone();
    let signer: Arc<dyn Signer> = Arc::new(RequestSigner::new(
        key,
        key_id(app, account),
        form,
        Arc::new(move || clock.now().timestamp()),
    ));
    signers.0.insert((account, form), Arc::clone(&signer));
    Ok(Some(signer))
}

/// Who signs what no person asks for: the instance actor.
///
/// # Errors
/// As [`signer`].
pub async fn instance_signer(app: &App) -> Result<Arc<dyn Signer>> {
    signer(app, INSTANCE_ACTOR).await?.ok_or_else(|| Error::internal("the instance actor has no key"))
}
