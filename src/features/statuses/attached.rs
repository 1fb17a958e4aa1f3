//! What is attached to posts of other servers: pictures, films and sounds, as their documents tell of them.

use crate::features::accounts::table::Place;
use crate::features::media::table::{MediaKind, Size};
use crate::federation::vocab::View;
use crate::platform::text::count;

/// Most attachments of a post (behaviours §3, remote hard limits).
const MOST_MEDIA: usize = 4;
/// Longest description of an attachment, in characters.
const LONGEST_DESCRIPTION: usize = 10_000;
/// Of films in several sizes the first up to this height is taken, in pixels.
const TALLEST: u64 = 720;
/// Most components a blurhash has in each direction (behaviours §6).
const BLURHASH_COMPONENTS: u32 = 5;

/// An attachment that lies on its own server.
#[derive(Debug, Clone, PartialEq)]
pub struct Attached {
    /// Where.
    pub place: Place,
    /// The picture that stands for it until it is played.
    pub preview: Option<Place>,
    /// What kind.
    pub kind: MediaKind,
    /// The claimed type.
    pub mime: String,
    /// Alternative text.
    pub description: Option<String>,
    /// A blurred stand-in.
    pub blurhash: Option<String>,
    /// The point to keep in view.
    pub focus: Option<(f32, f32)>,
    /// The claimed size.
    pub size: Option<Size>,
}

/// The attachments of a post; a picture, film or sound that is a post of its own is its only one.
pub(super) fn attachments(object: View<'_>) -> Vec<Attached> {
    let mut documents = object.objects_of("attachment");
    if documents.is_empty() && (object.is_a("Image") || object.is_a("Video") || object.is_a("Audio")) {
        documents.push(object);
    }
    documents.into_iter().filter_map(attached).take(MOST_MEDIA).collect()
}

fn attached(document: View<'_>) -> Option<Attached> {
    let (url, typed) = file(document)?;
    let mime = typed.or(document.str_of("mediaType")).unwrap_or_default().to_ascii_lowercase();
    let kind = match mime.split('/').next() {
        Some("image") => MediaKind::Image,
        Some("video") => MediaKind::Video,
        Some("audio") => MediaKind::Audio,
        _ if document.is_a("Image") => MediaKind::Image,
        _ if document.is_a("Video") => MediaKind::Video,
        _ if document.is_a("Audio") => MediaKind::Audio,
        _ if document.is_a("Link") => return None,
        _ => MediaKind::Unknown,
    };
    let described = document.str_of("summary").or_else(|| document.str_of("name"));
    let side =
        |property: &str| document.count_of(property).and_then(|n| u32::try_from(n).ok()).filter(|n| *n > 0);
    Some(Attached {
        place: Place::Remote(url.to_owned()),
        preview: preview(document).map(Place::Remote),
        kind,
        mime,
        description: described
            .map(str::trim)
            .filter(|text| !text.is_empty())
            .map(|text| count::truncate(text, LONGEST_DESCRIPTION).to_owned()),
        blurhash: document.str_of("blurhash").filter(|hash| is_blurhash(hash)).map(str::to_owned),
        focus: focus(document),
        size: side("width").zip(side("height")).map(|(width, height)| Size { width, height }),
    })
}

/// The file among the links of `url`, with its type. Pages and lists of pieces are no files; the files of a film that is
/// streamed stand inside of the list of its pieces, and of several sizes the first that is not too tall for a screen counts.
fn file(document: View<'_>) -> Option<(&str, Option<&str>)> {
    let links = document.links_of("url");
    let media = |kind: &str| ["image/", "video/", "audio/"].iter().any(|class| kind.starts_with(class));
    let files = || {
        let listed = document.objects_of("url").into_iter();
        let inside = listed.flat_map(|link| [vec![link], link.objects_of("tag")].concat());
        inside.filter_map(|link| {
            let kind = link.str_of("mediaType").filter(|kind| media(kind))?;
            let href = link.link_of("href").filter(|_| link.get("rel").is_none())?;
            Some(((href, Some(kind)), link.count_of("height").unwrap_or(0)))
        })
    };
    let fitting = files().find(|(_, height)| *height <= TALLEST).or_else(|| files().next());
    let other = |kind: &Option<&str>| kind.is_some_and(|kind| !kind.starts_with("text/"));
    fitting
        .map(|(file, _)| file)
        .or_else(|| links.iter().find(|(_, kind)| other(kind)).copied())
        .or_else(|| links.first().copied())
}

/// The picture that stands for a video or a sound until it is played.
fn preview(document: View<'_>) -> Option<String> {
    document.object_of("icon")?.links_of("url").first().map(|(url, _)| (*url).to_owned())
}

fn focus(document: View<'_>) -> Option<(f32, f32)> {
    let point = document.get("focalPoint")?.as_array()?;
    let at = |index: usize| point.get(index)?.as_f64().filter(|n| (-1.0..=1.0).contains(n));
    #[allow(clippy::cast_possible_truncation, reason = "a point of a picture needs no more digits")]
    Some((at(0)? as f32, at(1)? as f32))
}

/// Whether the text is a blurhash of at most five components each way and of the length that goes with them.
fn is_blurhash(hash: &str) -> bool {
    const DIGITS: &str =
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~";
    let Some(flag) = hash.chars().next().and_then(|first| DIGITS.find(first)) else { return false };
    let Ok(flag) = u32::try_from(flag) else { return false };
    let (x, y) = (flag % 9 + 1, flag / 9 + 1);
    let length = usize::try_from(4 + 2 * x * y).unwrap_or(usize::MAX);
    x <= BLURHASH_COMPONENTS
        && y <= BLURHASH_COMPONENTS
        && hash.len() == length
        && hash.chars().all(|c| DIGITS.contains(c))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::federation::vocab::Document;

    fn read(object: Value) -> Vec<Attached> {
        attachments(Document::new(object).unwrap().view())
    }

    #[test]
    fn attachments_are_bounded_and_described() {
        let picture = json!({
            "type": "Document", "mediaType": "image/png", "url": "https://peer.example/1.png", "name": " a cat ",
            "blurhash": "LEHV6nWB2yk8pyo0adR*.7kCMdnj", "focalPoint": [0.5, -0.5], "width": 10, "height": 20,
        });
        let media = read(json!({ "attachment": [picture, {"type": "Document", "url": "javascript:alert(1)"},
            picture, picture, picture, picture] }));
        assert_eq!(media.len(), 4);
        assert_eq!(media[0].description.as_deref(), Some("a cat"));
        assert_eq!(media[0].focus, Some((0.5, -0.5)));
        assert_eq!(media[0].size, Some(Size { width: 10, height: 20 }));
        assert!(media[0].blurhash.is_some());
        assert!(!is_blurhash("~~~") && !is_blurhash("") && !is_blurhash("LEHV6"));
    }

    #[test]
    fn of_a_film_in_several_sizes_one_that_fits_a_screen_is_taken() {
        let link = |kind: &str, name: &str, height: u64| json!({ "type": "Link", "mediaType": kind, "href": format!("https://peer.example/{name}"), "height": height });
        let film = |url: Value| {
            let read = read(json!({ "type": "Video", "mediaType": "text/markdown", "url": url }));
            let [film] = read.as_slice() else { panic!("one film") };
            assert_eq!(film.kind, MediaKind::Video);
            film.place.clone()
        };
        let at = |name: &str| Place::Remote(format!("https://peer.example/{name}"));
        let mut pieces = link("application/x-mpegURL", "list.m3u8", 0);
        pieces["tag"] = json!([
            link("application/json", "sums.json", 0),
            link("video/mp4", "1080.mp4", 1080),
            link("video/mp4", "480.mp4", 480),
            link("video/mp4", "240.mp4", 240)
        ]);
        assert_eq!(film(json!([link("text/html", "page", 0), pieces])), at("480.mp4"));
        assert_eq!(
            film(json!([link("video/mp4", "1080.mp4", 1080), link("video/mp4", "1440.mp4", 1440)])),
            at("1080.mp4")
        );
        assert_eq!(
            film(json!([link("text/html", "page", 0), link("application/x-mpegURL", "list.m3u8", 0)])),
            at("list.m3u8")
        );
        assert_eq!(film(json!("https://peer.example/film.mp4")), at("film.mp4"));
        let hostile =
            json!({ "type": "Link", "mediaType": "video/mp4", "href": "javascript:alert(1)", "tag": [[]] });
        assert_eq!(read(json!({ "type": "Video", "url": [hostile, 7, []] })), []);
    }
}
