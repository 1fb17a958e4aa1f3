//! Guards steps into an engine: on damaged files engines panic where they should answer an error.

use std::{
    cell::Cell,
    panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook},
    path::Path,
    sync::Once,
};

use crate::error::{Error, Result};

thread_local! {
    /// Whether this thread is in a guarded step.
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

/// Runs a step of an engine on its files, and names them in its errors. A panic becomes [`Error::Damaged`], quietly. No
/// callback may run inside: its panics would be taken for damage.
pub(super) fn guarded<T>(home: &Path, step: impl FnOnce() -> Result<T>) -> Result<T> {
    hush();
    let outer = INSIDE.replace(true);
    let done = catch_unwind(AssertUnwindSafe(step));
    INSIDE.set(outer);
    let done = done.unwrap_or_else(|panic| {
        let words = panic.downcast_ref::<&str>().map(|words| (*words).to_owned());
        let words = words.or_else(|| panic.downcast_ref::<String>().cloned());
        let words = words.map(|words| format!(" ({words})")).unwrap_or_default();
        Err(Error::damaged(format!("the engine cannot make sense of it{words}")))
    });
    done.map_err(|error| error.at(home))
}

/// Has panics in guarded steps told by nobody but their error: a backtrace of the engine helps no one who looks for what to
/// do about a damaged file. All others are told as before.
fn hush() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = take_hook();
        set_hook(Box::new(move |panic| {
            if !INSIDE.get() {
                before(panic);
            }
        }));
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[allow(clippy::panic, reason = "a panic is what is guarded against")]
    fn a_panic_is_damage_of_the_file_that_is_worked_on() {
        let home = Path::new("/data/store.redb");
        assert_eq!(guarded(home, || Ok(1)).unwrap_or_default(), 1);
        let told = guarded::<()>(home, || panic!("page {} is odd", 7)).map_err(|error| error.to_string());
        assert_eq!(
            told,
            Err("/data/store.redb is damaged: the engine cannot make sense of it (page 7 is odd)".to_owned())
        );
        assert!(!INSIDE.get());
    }
}
