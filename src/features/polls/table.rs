//! Polls and their votes, beside the statuses they hang on.

use serde::{Deserialize, Serialize};
use shop_storage::{Catalog, Index, IndexRows, Row, Table, record};

use crate::platform::clock::Millis;
use crate::platform::ids::{AccountId, LinkId, StatusId};

/// One thing to vote for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PollOption {
    /// Plain text.
    pub title: String,
    /// Votes for it: those that we know, or what the origin told when it was asked last.
    pub votes: u64,
}

/// A poll. Keyed by the status it hangs on, whose number is also the poll's id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Poll {
    /// Who asks.
    pub account: AccountId,
    /// Asked here.
    pub local: bool,
    /// What can be voted for, in order.
    pub options: Vec<PollOption>,
    /// Several may be chosen.
    pub multiple: bool,
    /// Counts are shown after the end only.
    pub hide_totals: bool,
    /// When it ends.
    pub expires_at: Option<Millis>,
    /// How many people voted; `None` where the origin does not tell.
    pub voters: Option<u64>,
    /// Shortcodes of custom emoji in the options.
    pub emojis: Vec<String>,
    /// When the origin was last asked for the counts; remote polls only.
    pub fetched_at: Option<Millis>,
    /// Its end was told to those concerned.
    pub ended: bool,
}
record!(Poll, 1);

impl Row for Poll {
    type Key = StatusId;
}

/// What somebody voted for. Keyed by (status, voter).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vote {
    /// The row that pages run over.
    pub id: LinkId,
    /// Places of the chosen options, in the order they were chosen.
    pub choices: Vec<u16>,
    /// When the first of them was chosen.
    pub created_at: Millis,
}
record!(Vote, 1);

impl Row for Vote {
    type Key = (StatusId, AccountId);

    fn index(&self, (status, account): &Self::Key, rows: &mut IndexRows) {
        rows.add(&VOTES_OF, account, &(self.id, *status));
    }
}

/// All polls.
pub const POLLS: Table<Poll> = Table::new(0x88, "polls");
/// All votes that we know: of people here, and of everybody on polls asked here.
pub const VOTES: Table<Vote> = Table::new(0x89, "poll_votes");
/// What an account voted on.
pub const VOTES_OF: Index<AccountId, (LinkId, StatusId)> = Index::new(0x8A, "poll_votes_by_account");

/// Lists the tables of this feature.
pub fn catalog(catalog: &mut Catalog) {
    catalog.table(&POLLS);
    catalog.table(&VOTES);
    catalog.index(&VOTES_OF);
}
