//! Forgetting codes and tokens once nobody needs an answer about them any more.

use serde::{Deserialize, Serialize};
use shop_storage::{Queue, record};

use super::table::{CODES, TOKENS};
use crate::platform::app::App;
use crate::platform::ids::TokenId;
use crate::platform::jobs::{self, Job, Outcome};

/// Removes a code that nobody used in time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForgetCode {
    /// Its key.
    pub key: [u8; 32],
}
record!(ForgetCode, 1);

impl Job for ForgetCode {
    const NAME: &'static str = "oauth.forget_code";
    const QUEUE: &'static Queue = &jobs::BULK;

    async fn run(self, app: App) -> Outcome {
        app.write_relaxed(move |tx| {
            CODES.delete(tx, &self.key)?;
            Ok(())
        })
        .await?;
        Ok(())
    }
}

/// Removes a token that was revoked long ago.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForgetToken {
    /// Which.
    pub token: TokenId,
}
record!(ForgetToken, 1);

impl Job for ForgetToken {
    const NAME: &'static str = "oauth.forget_token";
    const QUEUE: &'static Queue = &jobs::BULK;

    async fn run(self, app: App) -> Outcome {
        app.write_relaxed(move |tx| {
            if TOKENS.get(&**tx, &self.token)?.is_some_and(|token| token.revoked_at.is_some()) {
                TOKENS.delete(tx, &self.token)?;
            }
            Ok(())
        })
        .await?;
        Ok(())
    }
}
