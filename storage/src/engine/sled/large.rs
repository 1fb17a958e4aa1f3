//! Cuts large values into pieces, so that no page of sled ever leaves its log.
//!
//! A page larger than a quarter of a segment becomes a file of its own, which sled writes without a sync before it
//! syncs the log that names it: a power cut between the two loses the page, whatever else was in it. With at most
//! some twenty values of [`PIECE`] bytes a page stays far below that.
//!
//! A value starts with a tag: [`WHOLE`] and the bytes, or [`CUT`], a number that no other value ever had, and how
//! many pieces there are. Pieces stand in a tree of their own, at the value's table, key, number and place.

use std::collections::HashSet;

use sled::{Batch, IVec, Tree};

use crate::error::Result;

/// Largest piece, in bytes.
const PIECE: usize = 4096;
const WHOLE: u8 = 0;
const CUT: u8 = 1;

/// What a stored value turned out to be.
pub(super) enum Found {
    /// The value is here; it starts after the tag.
    Whole(IVec),
    /// Put together from its pieces.
    Joined(Vec<u8>),
    /// The value was overwritten while it was read: read again.
    Moved,
}

impl Found {
    pub(super) fn bytes(&self) -> &[u8] {
        match self {
            Found::Whole(stored) => stored.get(1..).unwrap_or_default(),
            Found::Joined(bytes) => bytes,
            Found::Moved => &[],
        }
    }
}

fn parse(stored: &[u8]) -> Option<(u64, u32)> {
    let (tag, rest) = stored.split_first()?;
    let (number, rest) = rest.split_first_chunk::<8>()?;
    let (count, _) = rest.split_first_chunk::<4>()?;
    (*tag == CUT).then(|| (u64::from_be_bytes(*number), u32::from_be_bytes(*count)))
}

/// Key of a piece: the whole key of the value, its number, the place of the piece.
fn piece_key(key: &[u8], number: u64, place: u32) -> Vec<u8> {
    [key, &number.to_be_bytes(), &place.to_be_bytes()].concat()
}

/// Reads a stored value; `key` is the whole key, table included.
pub(super) fn read(pieces: &Tree, key: &[u8], stored: IVec) -> Result<Found> {
    let Some((number, count)) = parse(&stored) else { return Ok(Found::Whole(stored)) };
    let mut bytes = Vec::with_capacity(count as usize * PIECE);
    for place in 0..count {
        match pieces.get(piece_key(key, number, place)).map_err(super::failed)? {
            Some(piece) => bytes.extend_from_slice(&piece),
            None => return Ok(Found::Moved),
        }
    }
    Ok(Found::Joined(bytes))
}

/// What the value at a whole key becomes in its tree; its pieces go into `changes`.
pub(super) fn write(
    key: &[u8],
    value: &[u8],
    number: impl FnOnce() -> Result<u64>,
    changes: &mut Batch,
) -> Result<Vec<u8>> {
    if value.len() <= PIECE {
        return Ok([&[WHOLE], value].concat());
    }
    let (number, mut count) = (number()?, 0_u32);
    for piece in value.chunks(PIECE) {
        changes.insert(piece_key(key, number, count), piece);
        count += 1;
    }
    Ok([&[CUT][..], &number.to_be_bytes(), &count.to_be_bytes()].concat())
}

/// Takes the pieces of a value that is overwritten or deleted away.
pub(super) fn remove(key: &[u8], stored: &[u8], changes: &mut Batch) {
    if let Some((number, count)) = parse(stored) {
        (0..count).for_each(|place| changes.remove(piece_key(key, number, place)));
    }
}

/// Whether a value of this length is cut.
pub(super) fn is_large(value: &[u8]) -> bool {
    value.len() > PIECE
}

/// The tables that have cut values.
pub(super) fn tables(pieces: &Tree) -> Result<HashSet<u8>> {
    let mut tables = HashSet::new();
    for number in 0..u8::MAX {
        if let Some(piece) = pieces.scan_prefix([number]).next() {
            piece.map_err(super::failed)?;
            tables.insert(number);
        }
    }
    Ok(tables)
}
