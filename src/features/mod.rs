//! All features, from the lowest to the highest: a core may use the cores that stand above it in this list.
//!
//! Inside a folder: `mod.rs` (rules), `table.rs` (records and indexes) and `view.rs` (the JSON entity) are the
//! *core*; `api.rs` (HTTP), `activity.rs` (to and from peers) and `jobs.rs` are *edges*. An edge may use any
//! core, never another edge. Tables are data without rules: every core may read those of every feature.

pub mod instance;
pub mod domain_rules;
pub mod emoji;
pub mod accounts;
pub mod users;
pub mod oauth;
pub mod async_refreshes;
pub mod peers;
pub mod relays;
pub mod relationships;
pub mod lists;
pub mod moves;
pub mod directory;
pub mod suggestions;
pub mod annual_reports;
pub mod media;
pub mod favourites;
pub mod bookmarks;
pub mod filters;
pub mod polls;
pub mod quotes;
pub mod cards;
pub mod tags;
pub mod collections;
pub mod statuses;
pub mod scheduled_statuses;
pub mod exports;
pub mod imports;
pub mod archives;
pub mod reports;
pub mod statistics;
pub mod notifications;
pub mod conversations;
pub mod push;
pub mod markers;
pub mod departures;
pub mod timelines;
pub mod search;
pub mod trends;
pub mod announcements;
pub mod streaming;
pub mod letters;

use shop_storage::Catalog;

use self::peers::processing::Handler;
use crate::platform::events::{DurableListener, Listeners, LiveListener};
use crate::platform::jobs::{self, JobKind};

/// Every table of the server; duplicates of numbers or names are refused here.
pub fn catalog() -> Catalog {
    let mut catalog = Catalog::new();
    instance::table::catalog(&mut catalog);
    domain_rules::table::catalog(&mut catalog);
    emoji::table::catalog(&mut catalog);
    accounts::table::catalog(&mut catalog);
    peers::table::catalog(&mut catalog);
    relays::table::catalog(&mut catalog);
    users::table::catalog(&mut catalog);
    oauth::table::catalog(&mut catalog);
    relationships::table::catalog(&mut catalog);
    lists::table::catalog(&mut catalog);
    moves::table::catalog(&mut catalog);
    directory::table::catalog(&mut catalog);
    suggestions::table::catalog(&mut catalog);
    media::table::catalog(&mut catalog);
    statuses::table::catalog(&mut catalog);
    scheduled_statuses::table::catalog(&mut catalog);
    favourites::table::catalog(&mut catalog);
    bookmarks::table::catalog(&mut catalog);
    filters::table::catalog(&mut catalog);
    polls::table::catalog(&mut catalog);
    quotes::table::catalog(&mut catalog);
    cards::table::catalog(&mut catalog);
    notifications::table::catalog(&mut catalog);
    conversations::table::catalog(&mut catalog);
    push::table::catalog(&mut catalog);
    markers::table::catalog(&mut catalog);
    reports::table::catalog(&mut catalog);
    imports::table::catalog(&mut catalog);
    archives::table::catalog(&mut catalog);
    tags::table::catalog(&mut catalog);
    collections::table::catalog(&mut catalog);
    statistics::table::catalog(&mut catalog);
    search::table::catalog(&mut catalog);
    trends::table::catalog(&mut catalog);
    announcements::table::catalog(&mut catalog);
    for (queue, _) in jobs::QUEUES {
        catalog.queue(queue);
    }
    catalog
}

/// Turn events into job rows, inside the transaction that told them.
const DURABLE: &[DurableListener] = &[
    oauth::hear,
    filters::on_event,
    lists::on_event,
    relationships::endorse::on_event,
    relationships::domains::on_event,
    directory::note,
    imports::on_event,
    archives::on_event,
    tags::learn,
    tags::feature::count,
    tags::follow::on_event,
    cards::hear,
    statistics::count,
    notifications::on_event,
    conversations::on_event,
    push::on_event,
    letters::on_event,
    search::pending::note,
    trends::count,
    trends::links::note,
    relationships::hear,
    statuses::featured::hear,
    accounts::totals::hear,
    accounts::links::hear,
    tags::hear,
    collections::hear,
    departures::hear,
    relays::hear,
    accounts::activity::tell,
    tags::activity::tell,
    collections::activity::tell,
    relationships::activity::tell,
    moves::activity::tell,
    statuses::activity::tell,
    favourites::activity::tell,
    polls::activity::tell,
    quotes::activity::tell,
    reports::activity::tell,
];

/// Keep what lives in memory in step, after the commit.
const LIVE: &[LiveListener] = &[streaming::on_event];

/// Who hears of changes.
pub const LISTENERS: Listeners = Listeners { durable: DURABLE, live: LIVE };

/// Every kind of job.
pub const JOBS: &[JobKind] = &[
    JobKind::of::<domain_rules::jobs::ApplyRules>(),
    JobKind::of::<relationships::jobs::EndMute>(),
    JobKind::of::<relationships::jobs::AcceptAll>(),
    JobKind::of::<relationships::jobs::CutDomain>(),
    JobKind::of::<lists::jobs::DropMembers>(),
    JobKind::of::<relationships::jobs::RejectAll>(),
    JobKind::of::<relationships::synchronise::SynchroniseFollowers>(),
    JobKind::of::<moves::jobs::CarryOver>(),
    JobKind::of::<moves::jobs::LeaveOld>(),
    JobKind::of::<moves::activity::SendMove>(),
    JobKind::of::<media::jobs::EndUpload>(),
    JobKind::of::<media::jobs::ProcessMedia>(),
    JobKind::of::<media::jobs::DropBlobs>(),
    JobKind::of::<media::jobs::TrimCache>(),
    JobKind::of::<cards::jobs::FetchCard>(),
    JobKind::of::<statuses::jobs::StripDeleted>(),
    JobKind::of::<statuses::jobs::ForgetKeys>(),
    JobKind::of::<statuses::featured::ReadPins>(),
    JobKind::of::<users::jobs::SendMail>(),
    JobKind::of::<users::jobs::ForgetLink>(),
    JobKind::of::<users::jobs::DropUnconfirmed>(),
    JobKind::of::<users::jobs::RemovePictures>(),
    JobKind::of::<oauth::jobs::ForgetCode>(),
    JobKind::of::<oauth::jobs::ForgetToken>(),
    JobKind::of::<accounts::resolve::RefreshAccount>(),
    JobKind::of::<accounts::resolve::ReadTarget>(),
    JobKind::of::<accounts::activity::SendProfile>(),
    JobKind::of::<notifications::jobs::MergeFiltered>(),
    JobKind::of::<notifications::jobs::DropFiltered>(),
    JobKind::of::<push::jobs::SendPush>(),
    JobKind::of::<letters::jobs::SendLetter>(),
    JobKind::of::<accounts::totals::ReadTotals>(),
    JobKind::of::<accounts::links::CheckLinks>(),
    JobKind::of::<departures::activity::SendFarewell>(),
    JobKind::of::<departures::jobs::TakeAway>(),
    JobKind::of::<departures::jobs::ForgetKey>(),
    JobKind::of::<peers::delivery::Deliver>(),
    JobKind::of::<peers::processing::Receive>(),
    JobKind::of::<statuses::resolve::FetchParent>(),
    JobKind::of::<statuses::activity::Distribute>(),
    JobKind::of::<tags::activity::SendFeaturedTag>(),
    JobKind::of::<tags::jobs::ReadFeaturedTags>(),
    JobKind::of::<collections::activity::SendCollection>(),
    JobKind::of::<collections::jobs::DropItem>(),
    JobKind::of::<collections::jobs::VerifyItem>(),
    JobKind::of::<collections::jobs::ReadCollections>(),
    JobKind::of::<statuses::verify::VerifyQuote>(),
    JobKind::of::<statuses::replies::FetchReplies>(),
    JobKind::of::<imports::jobs::RunImport>(),
    JobKind::of::<imports::jobs::ForgetImport>(),
    JobKind::of::<archives::jobs::BuildArchive>(),
    JobKind::of::<archives::jobs::ForgetArchive>(),
    JobKind::of::<archives::jobs::TellReady>(),
    JobKind::of::<scheduled_statuses::jobs::PostScheduled>(),
    JobKind::of::<polls::jobs::EndPoll>(),
    JobKind::of::<polls::jobs::TellCounts>(),
    JobKind::of::<search::jobs::LookAgain>(),
    JobKind::of::<trends::jobs::Refresh>(),
    JobKind::of::<announcements::jobs::StripAnnouncement>(),
];

/// What arrives from other servers, by type; the first that knows an activity takes it.
pub const ACTIVITIES: &[&[Handler]] = &[
    &accounts::activity::HANDLERS,
    &relays::activity::HANDLERS,
    &departures::activity::HANDLERS,
    &relationships::activity::HANDLERS,
    &moves::activity::HANDLERS,
    &polls::activity::HANDLERS,
    &quotes::activity::HANDLERS,
    &collections::activity::HANDLERS,
    &reports::activity::HANDLERS,
    &tags::activity::HANDLERS,
    &statuses::activity::HANDLERS,
    &favourites::activity::HANDLERS,
];
