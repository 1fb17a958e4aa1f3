//! Files: the types we keep and serve, their names, and the address under which clients get them.

use std::fs::DirBuilder;
use std::io::ErrorKind;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use super::config::Config;

/// Makes the data folder when it is missing, with those above it, for this user alone: hashes of passwords, keys and private
/// messages lie in it. One that is there keeps its permissions.
///
/// # Errors
/// When the system refuses, with the name of the folder.
pub fn make_data_folder(folder: &Path) -> std::io::Result<()> {
    let made = folder.parent().map_or(Ok(()), std::fs::create_dir_all).and_then(|()| match DirBuilder::new()
        .mode(0o700)
        .create(folder)
    {
        Err(error) if error.kind() == ErrorKind::AlreadyExists && folder.is_dir() => Ok(()),
        made => made,
    });
    made.map_err(|error| {
        std::io::Error::new(error.kind(), format!("making folder {}: {error}", folder.display()))
    })
}

/// The folder for files under way: what arrives and what is being worked on. It lies in the data folder, so that
/// nothing has to be copied from one disk to another.
pub fn scratch(config: &Config) -> PathBuf {
    config.storage.data.join("scratch")
}

/// The file types we serve, with the ending our paths carry. Nothing a browser would run is among them.
const TYPES: [(&str, &str); 15] = [
    ("png", "image/png"),
    ("jpg", "image/jpeg"),
    ("gif", "image/gif"),
    ("webp", "image/webp"),
    ("avif", "image/avif"),
    ("mp4", "video/mp4"),
    ("webm", "video/webm"),
    ("mov", "video/quicktime"),
    ("ogv", "video/ogg"),
    ("mp3", "audio/mpeg"),
    ("ogg", "audio/ogg"),
    ("flac", "audio/flac"),
    ("wav", "audio/wav"),
    ("m4a", "audio/mp4"),
    ("aac", "audio/aac"),
];

/// The ending of a path for bytes of this type; `None` for types that are never served.
pub fn ending(mime: &str) -> Option<&'static str> {
    TYPES.iter().find(|(_, known)| *known == mime).map(|(ending, _)| *ending)
}

/// The type of the bytes under one of our own paths, which all end as [`ending`] says.
pub fn mime_of(path: &str) -> Option<&'static str> {
    let ending = path.rsplit_once('.')?.1;
    TYPES.iter().find(|(known, _)| *known == ending).map(|(_, mime)| *mime)
}

/// 16 random hexadecimal digits: what file names become (behaviours §6).
pub fn random_name() -> String {
    format!("{:016x}", rand::random::<u64>())
}

/// The public address of a blob.
pub fn blob_url(config: &Config, path: &str) -> String {
    match &config.media.public_url {
        Some(url) => format!("{}/{path}", url.trim_end_matches('/')),
        None => format!("{}/media/{path}", config.base_url()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_a_browser_would_run_has_an_ending() {
        for mime in ["text/html", "image/svg+xml", "application/pdf", "text/javascript", ""] {
            assert_eq!(ending(mime), None, "{mime}");
        }
        for path in ["a.html", "a.svg", "a", "a.", ".png.js", "../x"] {
            assert_eq!(mime_of(path), None, "{path}");
        }
        assert_eq!(mime_of("attachments/1/original/0f.webp"), Some("image/webp"));
    }

    #[test]
    fn endings_and_types_are_the_same_table_both_ways() {
        for (end, mime) in TYPES {
            assert_eq!(ending(mime), Some(end));
            assert_eq!(mime_of(&format!("x.{end}")), Some(mime));
        }
    }
}
