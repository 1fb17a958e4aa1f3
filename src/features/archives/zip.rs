//! Writing a ZIP of any length in the same little memory: what is packed goes straight to the disk, and so does the list
//! of it that stands at the end.
//!
//! Files are stored as they are: most of what is packed here is pictures and films, which get no smaller. Their lengths
//! stand in front of them, since many programs refuse stored files whose length comes after; so each may have 4 GiB
//! less one byte, while the whole may be longer and have any number of them (ZIP64).

use std::fs::File;
use std::io::{self, BufWriter, Seek, SeekFrom, Write};

use jiff::tz::TimeZone;

use crate::platform::clock::Millis;

const LOCAL: u32 = 0x0403_4B50;
const LISTED: u32 = 0x0201_4B50;
const END_64: u32 = 0x0606_4B50;
const WHERE_END_64: u32 = 0x0706_4B50;
const END: u32 = 0x0605_4B50;
/// Version 2.0 of the format, which every program reads.
const PLAIN: u16 = 20;
/// Version 4.5, for what needs 64 bits.
const WIDE: u16 = 45;
/// Written by version 4.5, on a Unix, which says how the rights of files are to be read.
const WRITTEN_BY: u16 = 3 << 8 | WIDE;
/// A file that its owner may change and everybody read.
const RIGHTS: u32 = 0o100_644 << 16;
/// How far the sum and the lengths stand behind the beginning of a file's head.
const SUMS: u64 = 14;

/// Why nothing more is written.
#[derive(Debug, thiserror::Error)]
pub enum ZipError {
    /// It would be longer than it may be, or a file in it than the format allows.
    #[error("the archive is larger than it may be")]
    TooLarge,
    /// The disk.
    #[error("the archive cannot be written: {0}")]
    Disk(#[from] io::Error),
}

type Result<T> = std::result::Result<T, ZipError>;

/// A ZIP that is being written.
pub struct ZipWriter {
    out: BufWriter<File>,
    /// The list of what is packed, which comes to the end of `out` at last.
    list: BufWriter<File>,
    /// The length so far.
    at: u64,
    count: u64,
    most: u64,
    /// Day and time of all files.
    stamp: (u16, u16),
    open: Option<Open>,
}

/// The file that is being packed.
struct Open {
    name: String,
    head: u64,
    begins: u64,
    sum: crc32fast::Hasher,
}

impl ZipWriter {
    /// Begins in an empty file; `list` is another one, for the time in between. The files in it are of the time `now`, and
    /// it has at most `most` bytes.
    pub fn new(out: File, list: File, now: Millis, most: u64) -> Self {
        Self {
            out: BufWriter::with_capacity(1 << 18, out),
            list: BufWriter::new(list),
            at: 0,
            count: 0,
            most,
            stamp: stamp(now),
            open: None,
        }
    }

    /// Begins a file; the one before must have been ended.
    pub fn begin(&mut self, name: &str) -> Result<()> {
        let (day, time) = self.stamp;
        let length = u16::try_from(name.len()).map_err(|_| ZipError::TooLarge)?;
        let mut head = Bytes::default();
        head.four(LOCAL).two(PLAIN).two(0).two(0).two(time).two(day).four(0).four(0).four(0);
        head.two(length).two(0).rest(name.as_bytes());
        let at = self.at;
        self.put(&head.0)?;
        let sum = crc32fast::Hasher::new();
        self.open = Some(Open { name: name.to_owned(), head: at, begins: self.at, sum });
        Ok(())
    }

    /// Goes on with the file.
    pub fn write(&mut self, bytes: &[u8]) -> Result<()> {
        if let Some(open) = &mut self.open {
            open.sum.update(bytes);
        }
        self.put(bytes)
    }

    /// Ends the file.
    pub fn end(&mut self) -> Result<()> {
        let Some(Open { name, head, begins, sum }) = self.open.take() else { return Ok(()) };
        // The greatest number means "see the 64 bits" and can be no length.
        let length = u32::try_from(self.at - begins).ok().filter(|length| *length < u32::MAX);
        let length = length.ok_or(ZipError::TooLarge)?;
        let sum = sum.finalize();
        let mut sums = Bytes::default();
        sums.four(sum).four(length).four(length);
        self.out.seek(SeekFrom::Start(head + SUMS))?;
        self.out.write_all(&sums.0)?;
        self.out.seek(SeekFrom::Start(self.at))?;

        let (day, time) = self.stamp;
        let near = u32::try_from(head).ok().filter(|head| *head < u32::MAX);
        let mut row = Bytes::default();
        row.four(LISTED).two(WRITTEN_BY).two(if near.is_some() { PLAIN } else { WIDE }).two(0).two(0);
        row.two(time).two(day).rest(&sums.0);
        row.two(u16::try_from(name.len()).map_err(|_| ZipError::TooLarge)?);
        row.two(if near.is_some() { 0 } else { 12 }).two(0).two(0).two(0).four(RIGHTS);
        row.four(near.unwrap_or(u32::MAX)).rest(name.as_bytes());
        if near.is_none() {
            row.two(1).two(8).eight(head);
        }
        self.list.write_all(&row.0)?;
        self.count += 1;
        Ok(())
    }

    /// Ends the archive and waits until it is on disk; gives its length.
    pub fn finish(mut self) -> Result<u64> {
        let begins = self.at;
        let mut list = self.list.into_inner().map_err(io::IntoInnerError::into_error)?;
        list.rewind()?;
        let length = io::copy(&mut list, &mut self.out)?;
        let after = begins + length;
        let mut tail = Bytes::default();
        let count = u16::try_from(self.count).ok().filter(|count| *count < u16::MAX);
        let (near, short) = (narrow(begins), narrow(length));
        if count.is_none() || near.is_none() || short.is_none() {
            tail.four(END_64).eight(44).two(WRITTEN_BY).two(WIDE).four(0).four(0);
            tail.eight(self.count).eight(self.count).eight(length).eight(begins);
            tail.four(WHERE_END_64).four(0).eight(after).four(1);
        }
        let count = count.unwrap_or(u16::MAX);
        tail.four(END).two(0).two(0).two(count).two(count);
        tail.four(short.unwrap_or(u32::MAX)).four(near.unwrap_or(u32::MAX)).two(0);
        self.out.write_all(&tail.0)?;
        self.out.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
        Ok(after + tail.0.len() as u64)
    }

    fn put(&mut self, bytes: &[u8]) -> Result<()> {
        self.at = self.at.saturating_add(bytes.len() as u64);
        if self.at > self.most {
            return Err(ZipError::TooLarge);
        }
        Ok(self.out.write_all(bytes)?)
    }
}

fn narrow(number: u64) -> Option<u32> {
    u32::try_from(number).ok().filter(|number| *number < u32::MAX)
}

/// Day and time as the format has them: years from 1980, every other second.
fn stamp(at: Millis) -> (u16, u16) {
    let time = at.timestamp().to_zoned(TimeZone::UTC).datetime();
    let part = |number: i8| u16::try_from(number).unwrap_or(0);
    let year = u16::try_from(time.year().clamp(1980, 2107) - 1980).unwrap_or(0);
    let day = year << 9 | part(time.month()) << 5 | part(time.day());
    (day, part(time.hour()) << 11 | part(time.minute()) << 5 | (part(time.second()) / 2))
}

/// Numbers, the least byte first.
#[derive(Default)]
struct Bytes(Vec<u8>);

impl Bytes {
    fn two(&mut self, number: u16) -> &mut Self {
        self.rest(&number.to_le_bytes())
    }

    fn four(&mut self, number: u32) -> &mut Self {
        self.rest(&number.to_le_bytes())
    }

    fn eight(&mut self, number: u64) -> &mut Self {
        self.rest(&number.to_le_bytes())
    }

    fn rest(&mut self, bytes: &[u8]) -> &mut Self {
        self.0.extend_from_slice(bytes);
        self
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn begun(folder: &tempfile::TempDir, most: u64) -> (ZipWriter, std::path::PathBuf) {
        let path = folder.path().join("a.zip");
        let list = tempfile::tempfile().unwrap();
        (ZipWriter::new(File::create(&path).unwrap(), list, Millis(1_700_000_000_000), most), path)
    }

    /// The files of an archive as another reader of the format sees them: name, length, and the bytes of short ones.
    fn read(path: &std::path::Path) -> Vec<(String, u64, Vec<u8>)> {
        let mut buffer = vec![0; rawzip::RECOMMENDED_BUFFER_SIZE];
        let archive = rawzip::ZipArchive::from_file(File::open(path).unwrap(), &mut buffer).unwrap();
        let mut files = Vec::new();
        let mut entries = archive.entries(&mut buffer);
        while let Some(entry) = entries.next_entry().unwrap() {
            let name = String::from_utf8(entry.file_path().as_ref().to_vec()).unwrap();
            let found = archive.get_entry(entry.wayfinder()).unwrap();
            let mut bytes = Vec::new();
            let mut reader = found.verifying_reader(found.reader());
            reader.read_to_end(&mut bytes).unwrap();
            files.push((name, entry.uncompressed_size_hint(), bytes));
        }
        files
    }

    #[test]
    fn what_is_packed_is_read_back_by_another_reader() {
        let folder = tempfile::tempdir().unwrap();
        let (mut zip, path) = begun(&folder, u64::MAX);
        for (name, pieces) in [("a.json", &["{}", "\n"][..]), ("b/c.bin", &[]), ("d", &["x"])] {
            zip.begin(name).unwrap();
            for piece in pieces {
                zip.write(piece.as_bytes()).unwrap();
            }
            zip.end().unwrap();
        }
        let length = zip.finish().unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().len(), length);
        let files = read(&path);
        let wanted = [("a.json", &b"{}\n"[..]), ("b/c.bin", b""), ("d", b"x")];
        for ((name, length, bytes), wanted) in files.iter().zip(wanted) {
            assert_eq!((name.as_str(), bytes.as_slice()), wanted);
            assert_eq!(*length, bytes.len() as u64);
        }
        assert_eq!(files.len(), 3);
    }

    #[test]
    fn more_than_the_old_format_holds_takes_64_bits() {
        let folder = tempfile::tempdir().unwrap();
        let (mut zip, path) = begun(&folder, u64::MAX);
        for number in 0..65_540 {
            zip.begin(&number.to_string()).unwrap();
            zip.end().unwrap();
        }
        zip.finish().unwrap();
        assert_eq!(read(&path).len(), 65_540);

        let (mut zip, path) = begun(&folder, u64::MAX);
        // A hole takes no room on the disk.
        zip.at = 5 << 30;
        zip.out.seek(SeekFrom::Start(zip.at)).unwrap();
        zip.begin("far").unwrap();
        zip.write(b"away").unwrap();
        zip.end().unwrap();
        zip.finish().unwrap();
        assert_eq!(read(&path), [("far".to_owned(), 4, b"away".to_vec())]);
    }

    #[test]
    fn what_is_too_long_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let (mut zip, _) = begun(&folder, 40);
        zip.begin("a").unwrap();
        zip.write(&[0; 9]).unwrap();
        assert!(matches!(zip.write(b"x"), Err(ZipError::TooLarge)));

        let (mut zip, _) = begun(&folder, u64::MAX);
        zip.begin("a").unwrap();
        zip.at += u64::from(u32::MAX);
        assert!(matches!(zip.end(), Err(ZipError::TooLarge)));
    }

    #[test]
    fn times_are_those_of_the_format() {
        assert_eq!(stamp(Millis(1_700_000_000_000)), (43 << 9 | 11 << 5 | 14, 22 << 11 | 13 << 5 | 10));
        assert_eq!(stamp(Millis(0)).0 >> 9, 0);
    }
}
