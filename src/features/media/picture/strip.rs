//! Takes the metadata out of PNG and GIF files without touching their pixels.
//!
//! Both walk through the parts of the file and copy those that are known and needed. What follows the end of
//! the picture is dropped, so that nothing else can hide in the file.

use super::PictureError;

/// Parts of a PNG that bear on how it looks (PNG third edition, chapter 11; animation included).
const PNG_CHUNKS: [&[u8; 4]; 16] = [
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"cICP",
    b"mDCV", b"cLLI", b"acTL", b"fcTL", b"fdAT",
];
const PNG_SIGNATURE: &[u8; 8] = b"\x89PNG\r\n\x1a\n";

/// Applications whose GIF extension says how often to repeat.
const GIF_LOOPS: [&[u8]; 2] = [b"NETSCAPE2.0", b"ANIMEXTS1.0"];

fn cut_short() -> PictureError {
    PictureError::Broken("it ends too early".into())
}

/// A PNG without metadata.
pub(super) fn png(bytes: &[u8]) -> Result<Vec<u8>, PictureError> {
    let mut rest = bytes.strip_prefix(PNG_SIGNATURE).ok_or_else(cut_short)?;
    let mut out = PNG_SIGNATURE.to_vec();
    loop {
        let (length, _) = rest.split_first_chunk::<4>().ok_or_else(cut_short)?;
        let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| cut_short())?;
        // Length, kind and checksum are four bytes each.
        let whole = length.checked_add(12).ok_or_else(cut_short)?;
        let (chunk, after) = rest.split_at_checked(whole).ok_or_else(cut_short)?;
        let kind = chunk.get(4..8).unwrap_or_default();
        if PNG_CHUNKS.iter().any(|known| known.as_slice() == kind) {
            out.extend_from_slice(chunk);
        }
        if kind == b"IEND" {
            return Ok(out);
        }
        rest = after;
    }
}

/// A GIF without metadata.
pub(super) struct Gif {
    /// The file.
    pub bytes: Vec<u8>,
    /// Number of its frames.
    pub frames: usize,
}

/// Reads a file from its start, copying what is asked for.
struct Copier<'f> {
    rest: &'f [u8],
    out: Vec<u8>,
}

impl<'f> Copier<'f> {
    fn take(&mut self, len: usize) -> Result<&'f [u8], PictureError> {
        let (taken, rest) = self.rest.split_at_checked(len).ok_or_else(cut_short)?;
        self.rest = rest;
        Ok(taken)
    }

    fn copy(&mut self, len: usize) -> Result<&'f [u8], PictureError> {
        let taken = self.take(len)?;
        self.out.extend_from_slice(taken);
        Ok(taken)
    }

    /// Takes sub-blocks up to the empty one that ends them, and copies them if `keep`.
    fn sub_blocks(&mut self, keep: bool) -> Result<(), PictureError> {
        loop {
            let size = self.rest.first().copied().ok_or_else(cut_short)?;
            let block = self.take(1 + usize::from(size))?;
            if keep {
                self.out.extend_from_slice(block);
            }
            if size == 0 {
                return Ok(());
            }
        }
    }

    /// Copies the colour table that `flags` announce.
    fn colour_table(&mut self, flags: u8) -> Result<(), PictureError> {
        if flags & 0x80 != 0 {
            self.copy(3 << ((flags & 0x07) + 1))?;
        }
        Ok(())
    }
}

/// A GIF without comments, texts and the notes of applications (GIF89a, appendix B). A file that lacks only
/// its end mark gets one.
pub(super) fn gif(bytes: &[u8]) -> Result<Gif, PictureError> {
    let mut file = Copier { rest: bytes, out: Vec::with_capacity(bytes.len()) };
    let head = file.copy(13)?;
    if !head.starts_with(b"GIF8") {
        return Err(PictureError::UnknownType);
    }
    file.colour_table(head.get(10).copied().unwrap_or_default())?;
    let mut frames = 0;
    loop {
        match file.rest {
            [0x3b, ..] | [] => break,
            [0x2c, ..] => {
                let descriptor = file.copy(10)?;
                file.colour_table(descriptor.get(9).copied().unwrap_or_default())?;
                file.copy(1)?;
                file.sub_blocks(true)?;
                frames += 1;
            }
            [0x21, 0xf9, ..] => {
                file.copy(2)?;
                file.sub_blocks(true)?;
            }
            [0x21, 0xff, 11, rest @ ..] => {
                let keep = GIF_LOOPS.iter().any(|name| rest.starts_with(name));
                let head = file.take(2)?;
                if keep {
                    file.out.extend_from_slice(head);
                }
                file.sub_blocks(keep)?;
            }
            [0x21, _, ..] => {
                file.take(2)?;
                file.sub_blocks(false)?;
            }
            _ => return Err(PictureError::Broken("it has a part of no known kind".into())),
        }
    }
    file.out.push(0x3b);
    Ok(Gif { bytes: file.out, frames })
}
