//! What a disk may hold after the power failed: the recorded calls replayed on a model of a journalling file system.
//!
//! Names, lengths and removals are ordered, as in ext4's journal, and on disk after any later sync. Contents are on
//! disk after a sync of their file; what is not synced survives as the model of the cut says.

use std::{
    collections::{BTreeMap, HashMap},
    path::{Path, PathBuf},
};

/// A page, the unit in which unsynced contents survive.
const PAGE: usize = 4096;

/// What survives of what was not synced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Model {
    /// Nothing.
    None,
    /// Writes in order up to some point, the last one cut at a page; names up to some point.
    Prefix,
    /// Each page with one chance in two; names up to some point.
    Rand,
}

/// One recorded call.
pub struct Entry<'t> {
    pub kind: Kind,
    /// Of a sync: asked for by `fdatasync`.
    pub data_only: bool,
    pub path: &'t str,
    pub number: u64,
    pub data: &'t [u8],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    MakeFile,
    MakeFolder,
    Write,
    Truncate,
    Rename,
    Remove,
    Sync,
    Ack,
}

/// Reads a trace as the recorder writes it. An entry cut off at the end is left out.
pub fn entries(mut trace: &[u8]) -> Vec<Entry<'_>> {
    let mut entries = Vec::new();
    while let Some((head, rest)) = trace.split_first_chunk::<16>() {
        let path_length = usize::from(u16::from_le_bytes([head[2], head[3]]));
        let data_length = u32::from_le_bytes(head[4..8].try_into().unwrap()) as usize;
        if rest.len() < path_length + data_length {
            break;
        }
        let (path, rest) = rest.split_at(path_length);
        let (data, rest) = rest.split_at(data_length);
        let kind = match head[0] {
            1 => Kind::MakeFile,
            2 => Kind::MakeFolder,
            3 => Kind::Write,
            4 => Kind::Truncate,
            5 => Kind::Rename,
            6 => Kind::Remove,
            7 => Kind::Sync,
            8 => Kind::Ack,
            other => panic!("unknown entry {other}"),
        };
        let number = u64::from_le_bytes(head[8..16].try_into().unwrap());
        let path = std::str::from_utf8(path).unwrap();
        entries.push(Entry { kind, data_only: head[1] == 1, path, number, data });
        trace = rest;
    }
    entries
}

type Node = usize;

/// A file: what of it is on disk, and what was written since.
#[derive(Clone, Default)]
struct File<'t> {
    disk: Vec<u8>,
    unsynced: Vec<(usize, &'t [u8])>,
}

#[derive(Clone)]
enum Change {
    Make(PathBuf, Option<Node>),
    Remove(PathBuf),
    Rename(PathBuf, PathBuf),
    Truncate(Node, usize),
}

/// Names with their file; folders have none.
type Names = BTreeMap<PathBuf, Option<Node>>;

/// The disk of the child, at one moment of the trace.
pub struct Disk<'t> {
    root: PathBuf,
    files: Vec<File<'t>>,
    /// As the child sees it, and as the journal on disk has it.
    seen: Names,
    disk: Names,
    unsynced: Vec<Change>,
}

fn overwrite(bytes: &mut Vec<u8>, at: usize, data: &[u8]) {
    if bytes.len() < at + data.len() {
        bytes.resize(at + data.len(), 0);
    }
    bytes[at..at + data.len()].copy_from_slice(data);
}

fn rename(names: &mut Names, from: &Path, to: &Path) {
    let moved: Vec<PathBuf> = names.keys().filter(|path| path.starts_with(from)).cloned().collect();
    names.retain(|path, _| !path.starts_with(to));
    for path in moved {
        if let Some(node) = names.remove(&path) {
            let rest = path.strip_prefix(from).unwrap();
            let target = if rest.as_os_str().is_empty() { to.to_path_buf() } else { to.join(rest) };
            names.insert(target, node);
        }
    }
}

impl<'t> Disk<'t> {
    /// An empty folder.
    pub fn new(root: &Path) -> Self {
        Disk {
            root: root.to_path_buf(),
            files: Vec::new(),
            seen: Names::new(),
            disk: Names::new(),
            unsynced: Vec::new(),
        }
    }

    fn file(&self, path: &Path) -> Option<Node> {
        self.seen.get(path).copied().flatten()
    }

    /// The call happens.
    pub fn apply(&mut self, entry: &Entry<'t>) {
        // A file that was removed while open keeps its writes to itself.
        let path = PathBuf::from(entry.path);
        match entry.kind {
            Kind::Ack => (),
            Kind::MakeFile | Kind::MakeFolder => {
                let node = (entry.kind == Kind::MakeFile).then(|| {
                    self.files.push(File::default());
                    self.files.len() - 1
                });
                self.seen.insert(path.clone(), node);
                self.unsynced.push(Change::Make(path, node));
            }
            Kind::Remove => {
                self.seen.remove(&path);
                self.unsynced.push(Change::Remove(path));
            }
            Kind::Rename => {
                let to = PathBuf::from(std::str::from_utf8(entry.data).unwrap());
                rename(&mut self.seen, &path, &to);
                self.unsynced.push(Change::Rename(path, to));
            }
            Kind::Write => {
                if let Some(node) = self.file(&path) {
                    self.files[node].unsynced.push((entry.number as usize, entry.data));
                }
            }
            Kind::Truncate => {
                if let Some(node) = self.file(&path) {
                    let length = entry.number as usize;
                    for (at, data) in &mut self.files[node].unsynced {
                        *data = &data[..data.len().min(length.saturating_sub(*at))];
                    }
                    self.unsynced.push(Change::Truncate(node, length));
                }
            }
            Kind::Sync => {
                let changes = std::mem::take(&mut self.unsynced);
                for change in &changes {
                    let lengths = journal(&mut self.disk, change);
                    if let Some((node, length)) = lengths {
                        self.files[node].disk.resize(length, 0);
                    }
                }
                if let Some(node) = self.file(&path) {
                    let file = &mut self.files[node];
                    for (at, data) in std::mem::take(&mut file.unsynced) {
                        overwrite(&mut file.disk, at, data);
                    }
                }
            }
        }
    }

    /// Writes into `folder` what the disk may hold if the power fails now.
    pub fn cut(&self, model: Model, random: &mut Random, folder: &Path) {
        let mut names = self.disk.clone();
        let mut lengths: HashMap<Node, Vec<usize>> = HashMap::new();
        let kept = if model == Model::None { 0 } else { random.below(self.unsynced.len() + 1) };
        for change in &self.unsynced[..kept] {
            if let Some((node, length)) = journal(&mut names, change) {
                lengths.entry(node).or_default().push(length);
            }
        }
        for (path, node) in names {
            let target = folder.join(path.strip_prefix(&self.root).unwrap());
            let Some(node) = node else {
                std::fs::create_dir_all(target).unwrap();
                continue;
            };
            let file = &self.files[node];
            let mut bytes = file.disk.clone();
            for length in lengths.get(&node).into_iter().flatten() {
                bytes.resize(*length, 0);
            }
            survive(&mut bytes, &file.unsynced, model, random);
            std::fs::create_dir_all(target.parent().unwrap()).unwrap();
            std::fs::write(target, bytes).unwrap();
        }
    }
}

/// A change of names on disk; a truncation gives the file's new length.
fn journal(names: &mut Names, change: &Change) -> Option<(Node, usize)> {
    match change {
        Change::Make(path, node) => {
            names.insert(path.clone(), *node);
        }
        Change::Remove(path) => {
            names.remove(path);
        }
        Change::Rename(from, to) => rename(names, from, to),
        Change::Truncate(node, length) => return Some((*node, *length)),
    }
    None
}

fn survive(bytes: &mut Vec<u8>, unsynced: &[(usize, &[u8])], model: Model, random: &mut Random) {
    match model {
        Model::None => (),
        Model::Prefix => {
            let count = random.below(unsynced.len() + 1);
            for (number, (at, data)) in unsynced[..count].iter().enumerate() {
                let pages = data.len() / PAGE;
                let last = number + 1 == count && pages > 0;
                let length = if last { random.below(pages + 1) * PAGE } else { data.len() };
                overwrite(bytes, *at, &data[..length.min(data.len())]);
            }
        }
        Model::Rand => {
            for (at, data) in unsynced {
                let mut from = 0;
                while from < data.len() {
                    let to = data.len().min(((at + from) / PAGE + 1) * PAGE - at);
                    if random.below(2) == 0 {
                        overwrite(bytes, at + from, &data[from..to]);
                    }
                    from = to;
                }
            }
        }
    }
}

/// Numbers that are the same in every run (xorshift).
pub struct Random(pub u64);

impl Random {
    /// A number from 0 to `end - 1`.
    pub fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end as u64) as usize
    }
}
