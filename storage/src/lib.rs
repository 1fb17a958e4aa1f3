//! All durable state of Shop: tables, queues and media bytes; knows no word of the domain.
//!
//! A [`Store`] is one ordered key space behind one of three engines. Types declare what is kept in it:
//! [`Table`], [`Index`], [`Unique`], [`Counter`] and [`Queue`]. Reads go straight to the engine, through a
//! [`Snapshot`]; changes are closures that run one after another on the writer thread (see [`Store::write`]).
//! [`Blobs`] keeps media bytes in any object store. [`Search`] finds documents by their words; it is derived from
//! the store and can be built anew.

pub mod blob;
mod catalog;
mod check;
mod engine;
mod error;
mod index;
mod key;
mod maintain;
mod queue;
mod record;
mod rescue;
pub mod search;
mod store;
mod table;
mod txn;
mod window;
mod writer;

pub use blob::Blobs;
pub use bytes::Bytes;
pub use catalog::Catalog;
pub use check::{CheckReport, Problem};
pub use engine::{EngineKind, KeyRange, Read, Visit, VisitMany};
pub use error::{Error, Result};
pub use index::{Counter, Index, IndexRows, Unique};
pub use key::{Key, KeyError, Newest};
pub use maintain::Rebuilt;
pub use queue::{DeadJob, JobId, LaneStats, Leased, NewJob, Queue, QueueStats};
pub use record::{MAX_RECORD_BYTES, Record, RecordError, decode_record, encode_record};
pub use rescue::Rescued;
pub use search::Search;
pub use store::{Options, Snapshot, Stats, Store};
pub use table::{Row, Rows, Table, TableId};
pub use txn::Txn;
pub use window::{Order, Window};
