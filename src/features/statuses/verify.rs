//! Checking quotes that other servers tell of: the quoted post is fetched, and the agreement read at its own address.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use shop_storage::{Queue, record};

use super::quote::settle;
use super::resolve;
use super::table::STATUSES;
use crate::features::accounts::{self, keys};
use crate::features::quotes::table::{QUOTES, QuoteState};
use crate::features::{peers, statuses};
use crate::federation::fetch::{self, FetchError};
use crate::federation::vocab::{Document, same_origin};
use crate::platform::app::App;
use crate::platform::error::Result;
use crate::platform::ids::StatusId;
use crate::platform::jobs::{self, Failure, Job, Outcome};

/// How often the agreement to a quote is asked for.
const TRIES: u32 = 4;

/// Fetches what a remote status quotes, and finds out whether the quoted author agrees.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct VerifyQuote {
    /// The status that quotes.
    pub status: StatusId,
    /// How many quotes deep the quoted post's own quote is followed.
    pub depth: u8,
}
record!(VerifyQuote, 1);

impl Job for VerifyQuote {
    const NAME: &'static str = "verify_quote";
    const QUEUE: &'static Queue = &jobs::NOW;
    const PRIORITY: u8 = 5;

    fn dedup(&self) -> Option<String> {
        Some(format!("verify_quote:{}", self.status))
    }

    fn backoff(tries: u32) -> Option<Duration> {
        (tries < TRIES).then(|| jobs::backoff(tries))
    }

    async fn run(self, app: App) -> Outcome {
        let Some(quote) = QUOTES.get(&app.read()?, &self.status)? else { return Ok(()) };
        let (None, Some(uri)) = (quote.quoted, &quote.uri) else { return self.check(&app).await };
        if !peers::is_ours(&app, uri) {
            // Storing it joins the quote to it.
            resolve::quoted(&app, uri, self.depth).await?;
        }
        self.check(&app).await
    }
}

/// What an agreement must say.
struct Expected {
    authorization: String,
    author: String,
    quoting: String,
    quoted: String,
}

impl VerifyQuote {
    async fn check(&self, app: &App) -> Outcome {
        let Some(expected) = self.expected(app)? else { return Ok(()) };
        let signer = keys::instance_signer(app).await?;
        let document = match fetch::document(app, &expected.authorization, &signer).await {
            Ok(document) => document,
            Err(error @ FetchError::Later(_)) => return Err(Failure::Later(error.into())),
            Err(error) => {
                tracing::debug!(%error, "there is no agreement to a quote");
                return Ok(());
            }
        };
        if agrees(&document, &expected) {
            let status = self.status;
            app.write(move |tx| settle(tx, status, QuoteState::Accepted, Some(expected.authorization)))
                .await?;
        }
        Ok(())
    }

    /// What to look for, when the quote still waits and another server could agree to it.
    fn expected(&self, app: &App) -> Result<Option<Expected>> {
        let from = app.read()?;
        let Some(quote) = QUOTES.get(&from, &self.status)? else { return Ok(None) };
        let (Some(quoted), Some(author)) = (quote.quoted, quote.author) else { return Ok(None) };
        let Some(authorization) = quote.authorization.filter(|_| quote.state == QuoteState::Pending) else {
            return Ok(None);
        };
        let (Some(by), Some(of)) = (STATUSES.get(&from, &self.status)?, STATUSES.get(&from, &quoted)?) else {
            return Ok(None);
        };
        let author = accounts::uri(&app.config, author, &accounts::get(&from, author)?);
        Ok(same_origin(&authorization, &author).then(|| Expected {
            authorization,
            quoting: statuses::uri(&app.config, self.status, &by),
            quoted: statuses::uri(&app.config, quoted, &of),
            author,
        }))
    }
}

/// Whether the document is the quoted author's agreement to just this quote.
fn agrees(document: &Document, expected: &Expected) -> bool {
    document.is_a("QuoteAuthorization")
        && document.id() == Some(&expected.authorization)
        && document.id_of("attributedTo") == Some(&expected.author)
        && document.id_of("interactingObject") == Some(&expected.quoting)
        && document.id_of("interactionTarget") == Some(&expected.quoted)
}
