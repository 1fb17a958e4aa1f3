//! The work of imports, a step at a time, so that the files of several people go on side by side.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use shop_storage::{Queue, record};

use super::table::{IMPORTS, Phase};
use super::{apply, clear, forget, forget_step, go_on, next_chunk};
use crate::features::users::table::USERS;
use crate::features::users::{SignIn, standing};
use crate::platform::app::App;
use crate::platform::error::{Error, Result};
use crate::platform::ids::{AccountId, ImportId};
use crate::platform::jobs::{self, Failure, Job, Outcome};

/// After this many failed tries in a row the pause grows no more; an import is never given up half done.
const LONGEST_PAUSE: u32 = 8;

/// Does the next step of an import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunImport {
    /// Whose.
    pub account: AccountId,
    /// Which.
    pub import: ImportId,
}
record!(RunImport, 1);

impl Job for RunImport {
    const NAME: &'static str = "imports.run";
    const QUEUE: &'static Queue = &jobs::BULK;

    fn lane(&self) -> Option<String> {
        Some(format!("import:{}", self.import))
    }

    fn dedup(&self) -> Option<String> {
        Some(format!("import:{}", self.import))
    }

    fn backoff(tries: u32) -> Option<Duration> {
        Some(jobs::backoff(tries.min(LONGEST_PAUSE)))
    }

    async fn run(self, app: App) -> Outcome {
        let Self { account, import: id } = self;
        let import = IMPORTS.get(&app.read()?, &(account, id))?;
        let Some(import) = import else { return Ok(()) };
        if !may_act(&app, account)? {
            app.write(move |tx| forget(tx, account, id)).await?;
            return Ok(());
        }
        match import.phase {
            Phase::Finished => Ok(()),
            Phase::Clearing(after) => {
                let read = app.clone();
                let looking =
                    tokio::task::spawn_blocking(move || clear::look(&read, account, id, &import, after));
                let look = looking.await.map_err(Error::from)??;
                app.write(move |tx| {
                    let Some(mut import) = IMPORTS.get(&**tx, &(account, id))? else { return Ok(()) };
                    look.superfluous.iter().try_for_each(|one| clear::remove(tx, account, one))?;
                    import.phase = look.next.map_or(Phase::Applying, |next| Phase::Clearing(Some(next)));
                    go_on(tx, account, id, import)
                })
                .await?;
                Ok(())
            }
            Phase::Applying => {
                let next = next_chunk(&app.read()?, id)?;
                let Some((place, chunk)) = next else {
                    app.write(move |tx| match IMPORTS.get(&**tx, &(account, id))? {
                        Some(import) => go_on(tx, account, id, import),
                        None => Ok(()),
                    })
                    .await?;
                    return Ok(());
                };
                if chunk.due > app.now() {
                    return Err(Failure::At(chunk.due));
                }
                let found = apply::find(&app, import.kind, &chunk.entries).await?;
                app.write(move |tx| {
                    let Some(mut import) = IMPORTS.get(&**tx, &(account, id))? else { return Ok(()) };
                    apply::chunk(tx, (account, id), place, chunk, found, &mut import)?;
                    go_on(tx, account, id, import)
                })
                .await?;
                Ok(())
            }
        }
    }
}

/// Nothing more is done in the name of somebody who may not act.
fn may_act(app: &App, account: AccountId) -> Result<bool> {
    let from = app.read()?;
    let Some(user) = USERS.get(&from, &account)? else { return Ok(false) };
    Ok(standing(&from, account, &user)? == SignIn::Welcome(account))
}

/// Forgets an import that is finished or was stopped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForgetImport {
    /// Whose.
    pub account: AccountId,
    /// Which.
    pub import: ImportId,
}
record!(ForgetImport, 1);

impl Job for ForgetImport {
    const NAME: &'static str = "imports.forget";
    const QUEUE: &'static Queue = &jobs::BULK;

    async fn run(self, app: App) -> Outcome {
        let Self { account, import } = self;
        app.write(move |tx| Ok(IMPORTS.delete(tx, &(account, import))?)).await?;
        while app.write(move |tx| forget_step(tx, import)).await? {}
        Ok(())
    }
}
