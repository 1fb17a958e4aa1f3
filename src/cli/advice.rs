//! What to do when something is wrong with the store: the words that go with an error, and README tells at length.

use shop_storage::Error;

/// The engine's files are damaged.
pub const DAMAGED: &str = "leave the server stopped and copy the whole data folder to another disk before anything else; \
    `shop store check` tells how far the damage goes; put the last good copy of the data folder in its place, or save what \
    can be read with `shop store rescue` where there is no copy (README, \"When something is wrong\")";

/// The engine's files are damaged where everything else is found by.
pub const BEYOND_RESCUE: &str = "nothing can be saved from these files by Shop: put the last good copy of the data folder \
    in its place, and keep the damaged files until all is well";

/// Two at once.
pub const IN_USE: &str =
    "a server or another command works on it: wait for that or stop it, or name another folder with --data";

/// A commit failed.
pub const NOT_WRITTEN: &str =
    "make room if the disk is full, then stop the server and start it again; what was answered is on disk";

/// Rows that no table of this program is for.
pub const OF_ANOTHER_VERSION: &str = "a later version has written here: run that one";

/// Rows that cannot be read, and index rows that are not there, in files that are whole.
pub const INCOMPLETE: &str = "the server can go on, with entries missing from lists; keep a copy of the data folder and \
    tell the makers, or put the last good copy in its place";

/// What an error of the store leaves to be done, if that is known.
pub fn about(error: &Error) -> Option<&'static str> {
    match error {
        Error::Damaged { .. } => Some(DAMAGED),
        Error::InUse { .. } => Some(IN_USE),
        Error::Layout { .. } => Some(OF_ANOTHER_VERSION),
        _ => None,
    }
}
