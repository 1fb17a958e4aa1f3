//! One change on the writer thread: its pending rows over a view of the store, undone as a whole if it fails.

use std::{ops::ControlFlow, sync::Arc};

use crate::{
    engine::{Batch, KeyRange, Read, View, Visit},
    error::{Error, Result},
    queue::{Heads, QueueHeads},
};

/// What `pending` held at a key: nothing, or a change (a value, or a deletion).
type Overwritten = Option<Option<Vec<u8>>>;
type Hook = Box<dyn FnOnce() + Send>;

/// What one closure may do to the store: read everything, its own changes included, and change it. Handed to the
/// closures of [`crate::Store::write`]; all of a closure's changes are kept, or none.
pub struct Txn {
    view: View,
    /// Changes of every closure of the group so far.
    pending: Batch,
    /// What the running closure overwrote in `pending`, to put back if it fails.
    undo: Vec<(Vec<u8>, Overwritten)>,
    hooks: Vec<Hook>,
    /// Hooks of the closures that were kept.
    kept_hooks: usize,
    /// Bytes of keys and values written by the group, and by the group without the running closure.
    bytes: usize,
    kept_bytes: usize,
    /// Whether the running closure, or one that was kept, is not to be seen before it is on disk.
    sync: bool,
    kept_sync: bool,
    queues: Arc<QueueHeads>,
}

impl Txn {
    /// One change writes at most this many bytes of keys and values; larger work is cut into steps.
    pub const MAX_BYTES: usize = 64 << 20;

    pub(crate) fn new(view: View, queues: Arc<QueueHeads>) -> Txn {
        Txn {
            view,
            pending: Batch::new(),
            undo: Vec::new(),
            hooks: Vec::new(),
            kept_hooks: 0,
            bytes: 0,
            kept_bytes: 0,
            sync: false,
            kept_sync: false,
            queues,
        }
    }

    /// Runs `hook` on the writer thread once this change is on disk (relaxed changes: once it is visible), in
    /// commit order and before the caller is answered. Dropped unrun when the change fails. Hooks must be short:
    /// nothing is committed while one runs.
    pub fn on_commit(&mut self, hook: impl FnOnce() + Send + 'static) {
        self.hooks.push(Box::new(hook));
    }

    /// This change is on disk before anybody sees it, also when it was asked for by
    /// [`crate::Store::write_relaxed`]: for what is told to others as soon as it can be read.
    pub fn must_sync(&mut self) {
        self.sync = true;
    }

    pub(crate) fn set(&mut self, key: Vec<u8>, value: Option<Vec<u8>>) {
        self.bytes += key.len() + value.as_ref().map_or(0, Vec::len);
        let before = self.pending.insert(key.clone(), value);
        self.undo.push((key, before));
    }

    pub(crate) fn heads(&self, queue: u8) -> Arc<Heads> {
        self.queues.of(queue)
    }

    /// Whether the running closure wrote more than it may.
    pub(crate) fn check_size(&self) -> Result<()> {
        if self.bytes - self.kept_bytes > Self::MAX_BYTES {
            return Err(Error::TooLarge { limit: Self::MAX_BYTES });
        }
        Ok(())
    }

    /// Keeps what the running closure did.
    pub(crate) fn keep(&mut self) {
        self.undo.clear();
        self.kept_hooks = self.hooks.len();
        self.kept_bytes = self.bytes;
        self.kept_sync = self.sync;
    }

    /// Takes back what the running closure did.
    pub(crate) fn undo(&mut self) {
        for (key, before) in self.undo.drain(..).rev() {
            match before {
                Some(value) => self.pending.insert(key, value),
                None => self.pending.remove(&key),
            };
        }
        self.hooks.truncate(self.kept_hooks);
        self.bytes = self.kept_bytes;
        self.sync = self.kept_sync;
    }

    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Whether a closure that was kept asked for [`Txn::must_sync`].
    pub(crate) fn wants_sync(&self) -> bool {
        self.kept_sync
    }

    pub(crate) fn into_parts(self) -> (Batch, Vec<Hook>) {
        (self.pending, self.hooks)
    }
}

impl Read for Txn {
    fn get(&self, key: &[u8], found: &mut dyn FnMut(&[u8])) -> Result<bool> {
        match self.pending.get(key) {
            Some(value) => Ok(value.as_deref().map(found).is_some()),
            None => self.view.get(key, found),
        }
    }

    fn scan(&self, range: &KeyRange, visit: &mut Visit<'_>) -> Result<()> {
        if range.is_empty() {
            return Ok(());
        }
        let mut own = self.pending.range::<Vec<u8>, _>(&range.start..&range.end);
        let mut next_own = || if range.descending { own.next_back() } else { own.next() };
        let mut head = next_own();
        let mut flow = ControlFlow::Continue(());
        self.view.scan(range, &mut |key, value| {
            while let Some((own_key, own_value)) = head {
                let order = own_key.as_slice().cmp(key);
                let order = if range.descending { order.reverse() } else { order };
                if order.is_gt() {
                    break;
                }
                head = next_own();
                if let Some(own_value) = own_value {
                    flow = visit(own_key, own_value);
                }
                if order.is_eq() || flow.is_break() {
                    return flow;
                }
            }
            flow = visit(key, value);
            flow
        })?;
        while flow.is_continue()
            && let Some((key, value)) = head
        {
            head = next_own();
            if let Some(value) = value {
                flow = visit(key, value);
            }
        }
        Ok(())
    }
}
