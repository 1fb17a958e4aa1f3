//! Makes sled's syncs real: takes the place of `sync_file_range` in this program.
//!
//! On Linux sled ends each write of its log with `sync_file_range`, which by its manual page neither commits the
//! file's length nor empties the drive's cache, and from then on counts the bytes as stable. Its recovery trusts that
//! count. A sync of our own after `flush` saves what was acknowledged, but not always the log's last segments, whose
//! headers may name bytes as stable that are not: a power cut could leave a store that does not open. With this
//! function, stable means stable. Nothing else in the program calls `sync_file_range`.

use std::sync::atomic::{AtomicBool, Ordering};

static CALLED: AtomicBool = AtomicBool::new(false);

/// Whether sled's syncs come here. They do not where the program was linked so that the C library's function won.
pub(super) fn is_in_place() -> bool {
    CALLED.load(Ordering::Relaxed)
}

/// What sled takes for `sync_file_range`.
///
/// # Safety
/// Safe to call with anything: a number that is no open file is answered with an error.
#[cfg(target_os = "linux")]
#[allow(unsafe_code, reason = "the symbol has to bear the C library's name")]
#[unsafe(no_mangle)]
pub extern "C" fn sync_file_range(
    file: libc::c_int,
    _at: i64,
    _length: i64,
    _flags: libc::c_uint,
) -> libc::c_int {
    CALLED.store(true, Ordering::Relaxed);
    // SAFETY: the call reads nothing but its number.
    unsafe { libc::fdatasync(file) }
}
