//! Containers: what a file is by its first bytes, whatever anybody says it is.

/// What sounds and moving pictures come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Container {
    /// MP4 and its family, M4A and 3GP included.
    Mp4,
    /// `QuickTime`.
    QuickTime,
    /// `WebM`.
    WebM,
    /// Ogg.
    Ogg,
    /// WAVE.
    Wave,
    /// FLAC.
    Flac,
    /// MPEG audio layer 3.
    Mp3,
    /// AAC without a container.
    Aac,
    /// Windows Media, for sounds alone.
    Asf,
    /// An animated picture.
    Gif,
    /// A still picture in AV1.
    Avif,
}

impl Container {
    /// The one reader that `ffmpeg` may use for it.
    pub(super) const fn reader(self) -> &'static str {
        match self {
            Self::Mp4 | Self::QuickTime | Self::Avif => "mov",
            Self::WebM => "webm",
            Self::Ogg => "ogg",
            Self::Wave => "wav",
            Self::Flac => "flac",
            Self::Mp3 => "mp3",
            Self::Aac => "aac",
            Self::Asf => "asf",
            Self::Gif => "gif",
        }
    }

    /// Whether moving pictures may come in it (behaviours §6).
    pub(super) const fn may_move(self) -> bool {
        matches!(self, Self::Mp4 | Self::QuickTime | Self::WebM | Self::Ogg | Self::Gif)
    }
}

/// The start of an ASF file: the id of its header object.
const ASF: &[u8] = b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c";

/// The container of a video or sound by the first 64 bytes of the file; `None` for everything else, pictures
/// included.
pub fn sniff(head: &[u8]) -> Option<Container> {
    let at = |from: usize, mark: &[u8]| head.get(from..from + mark.len()) == Some(mark);
    let has = |mark: &[u8]| head.windows(mark.len()).any(|window| window == mark);
    Some(match () {
        () if at(4, b"ftyp") => match head.get(8..12)? {
            b"qt  " => Container::QuickTime,
            b"avif" | b"avis" | b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"mif1" | b"msf1" => {
                return None;
            }
            _ => Container::Mp4,
        },
        // Old QuickTime files begin with their parts at once.
        () if at(4, b"moov") || at(4, b"mdat") || at(4, b"wide") || at(4, b"skip") => Container::QuickTime,
        () if at(0, b"\x1a\x45\xdf\xa3") && has(b"webm") => Container::WebM,
        () if at(0, b"OggS") => Container::Ogg,
        () if at(0, b"RIFF") && at(8, b"WAVE") => Container::Wave,
        () if at(0, b"fLaC") => Container::Flac,
        () if at(0, ASF) => Container::Asf,
        () if at(0, b"ID3") => Container::Mp3,
        () => match head {
            // Eleven bits of synchronisation; then a version, and layer 3 or, without a layer, AAC.
            [0xff, second, ..] if second & 0xf6 == 0xf0 => Container::Aac,
            [0xff, second, ..] if second & 0xe6 == 0xe2 && second & 0x18 != 0x08 => Container::Mp3,
            _ => return None,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn containers_are_known_by_their_first_bytes() {
        for (head, container) in [
            (&b"\0\0\0\x20ftypisom\0\0\x02\0"[..], Container::Mp4),
            (b"\0\0\0\x20ftypM4A \0\0\x02\0", Container::Mp4),
            (b"\0\0\0\x14ftypqt  \0\0\0\0", Container::QuickTime),
            (b"\0\0\0\x08wide\0\0\x01\0mdat", Container::QuickTime),
            (b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm", Container::WebM),
            (b"OggS\0\x02", Container::Ogg),
            (b"RIFF\x24\0\0\0WAVEfmt ", Container::Wave),
            (b"fLaC\0\0\0\x22", Container::Flac),
            (ASF, Container::Asf),
            (b"ID3\x04\0", Container::Mp3),
            (b"\xff\xfb\x90\x64", Container::Mp3),
            (b"\xff\xf3\x40\xc4", Container::Mp3),
            (b"\xff\xf1\x50\x80", Container::Aac),
            (b"\xff\xf9\x50\x80", Container::Aac),
        ] {
            assert_eq!(sniff(head), Some(container), "{head:?}");
        }
        for bad in [
            &b""[..],
            b"#EXTM3U\nhttps://a.example/",
            b"ffconcat version 1.0\n",
            b"\x1a\x45\xdf\xa3\x9f\x42\x82\x88matroska",
            b"\0\0\0\x20ftypavif",
            b"\0\0\0\x18ftypheic",
            b"\0\0\0\x18ftyp",
            b"RIFF\x24\0\0\0WEBP",
            b"\xff\xd8\xff\xe0",
            b"<svg>",
        ] {
            assert_eq!(sniff(bad), None, "{bad:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_looked_at_without_panic(bytes in proptest::collection::vec(0u8..=255, 0..64)) {
            let _ = sniff(&bytes);
        }
    }
}
