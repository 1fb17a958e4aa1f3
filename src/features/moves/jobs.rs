//! Jobs of moves: carrying everybody over in steps, and leaving an old account once the new one has been asked.

use serde::{Deserialize, Serialize};
use shop_storage::{Queue, record};

use super::carry::{self, Tied};
use crate::features::relationships::{follows, requested, unfollow};
use crate::platform::app::{App, Tx};
use crate::platform::error::{Error, Result};
use crate::platform::ids::AccountId;
use crate::platform::jobs::{self, Job, Outcome};

/// How many people one transaction carries over.
const STEP: usize = 50;

/// Carries what people here have with an account over to where it moved. Done twice it finds nothing left to do.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CarryOver {
    /// The account that was left.
    pub from: AccountId,
    /// Where it moved.
    pub to: AccountId,
}
record!(CarryOver, 1);

impl Job for CarryOver {
    const NAME: &'static str = "carry_over";
    const QUEUE: &'static Queue = &jobs::BULK;

    fn lane(&self) -> Option<String> {
        Some(format!("carry_over:{}", self.from))
    }

    async fn run(self, app: App) -> Outcome {
        let from = self.from;
        let read = app.clone();
        let found = tokio::task::spawn_blocking(move || carry::tied(&read, from));
        let Tied { followers, blockers, others } = found.await.map_err(Error::from)??;
        self.each(&app, followers, carry::follower).await?;
        self.each(&app, others, carry::other).await?;
        self.each(&app, blockers, carry::blocker).await?;
        Ok(())
    }
}

type Carry = fn(&mut Tx<'_>, AccountId, AccountId, AccountId) -> Result<()>;

impl CarryOver {
    async fn each(&self, app: &App, people: Vec<AccountId>, carry: Carry) -> Result<()> {
        let (from, to) = (self.from, self.to);
        for step in people.chunks(STEP).map(<[_]>::to_vec) {
            app.write(move |tx| step.iter().try_for_each(|person| carry(tx, *person, from, to))).await?;
        }
        Ok(())
    }
}

/// Lets a follower leave the old account. It waits in the lane of the new account's server, behind the Follow that goes
/// there, so that nobody loses the old before the new was asked for.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LeaveOld {
    /// Who follows.
    pub follower: AccountId,
    /// The account that was left.
    pub from: AccountId,
    /// Where it moved.
    pub to: AccountId,
    /// The server of the new account.
    pub host: String,
}
record!(LeaveOld, 1);

impl Job for LeaveOld {
    const NAME: &'static str = "leave_old";
    const QUEUE: &'static Queue = &jobs::DELIVERY;

    fn lane(&self) -> Option<String> {
        Some(self.host.clone())
    }

    async fn run(self, app: App) -> Outcome {
        let Self { follower, from, to, .. } = self;
        app.write(move |tx| {
            // Refused meanwhile, or taken back: then the old account is all that is left.
            if follows(&**tx, follower, to)? || requested(&**tx, follower, to)? {
                unfollow(tx, follower, from)?;
            }
            Ok(())
        })
        .await?;
        Ok(())
    }
}
