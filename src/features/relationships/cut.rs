//! Cutting an account off from the people of a server: follows and requests in both directions, in steps.

use super::{reject, unfollow};
use crate::platform::app::App;
use crate::platform::error::Result;
use crate::platform::events::{Event, Severed};
use crate::platform::ids::AccountId;

/// How many follows one transaction ends.
const STEP: usize = 50;

/// What stands between an account and the people of a server.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ties {
    /// Whom it follows there.
    pub following: Vec<AccountId>,
    /// Who follows it from there.
    pub followers: Vec<AccountId>,
    /// Whom it has asked there.
    pub asked: Vec<AccountId>,
    /// Who has asked it from there.
    pub asking: Vec<AccountId>,
}

/// Ends everything among `ties` and tells `severed`, with the follows counted, when any ended. Whoever crashes in
/// between and begins anew tells of the rest once more, rather than never.
///
/// # Errors
/// When the store fails.
pub async fn cut(app: &App, ties: Ties, severed: Severed) -> Result<()> {
    let account = severed.account;
    let severed = Severed { followers: ties.followers.len(), following: ties.following.len(), ..severed };
    let mut notice = (severed.followers + severed.following > 0).then_some(severed);
    let ours: Vec<AccountId> = ties.following.into_iter().chain(ties.asked).collect();
    let theirs: Vec<AccountId> = ties.followers.into_iter().chain(ties.asking).collect();
    let steps = ours.chunks(STEP).map(|step| (step.to_vec(), true));
    for (step, is_ours) in steps.chain(theirs.chunks(STEP).map(|step| (step.to_vec(), false))) {
        let notice = notice.take();
        app.write(move |tx| {
            for id in step {
                if is_ours {
                    unfollow(tx, account, id)?
                } else {
                    reject(tx, id, account)?
                };
            }
            notice.into_iter().for_each(|severed| tx.tell(Event::Severed(Box::new(severed))));
            Ok(())
        })
        .await?;
    }
    Ok(())
}
