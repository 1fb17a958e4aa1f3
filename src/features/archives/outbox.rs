//! What the files of an archive are called, and posts as they stand in it: with their media beside them.

use serde_json::Value;
use shop_storage::Read;

use crate::features::statuses::note::Written;
use crate::platform::app::App;
use crate::platform::error::{Kind, Result};
use crate::platform::files::blob_url;
use crate::platform::ids::StatusId;

/// Everything that was posted and boosted.
pub(super) const OUTBOX: &str = "outbox.json";
/// What was favourited.
pub(super) const LIKES: &str = "likes.json";
/// What was bookmarked.
pub(super) const BOOKMARKS: &str = "bookmarks.json";
/// The folder of the blob store that attachments are in.
const ATTACHMENTS: &str = "attachments/";
/// The folder of the archive that they come to.
const FILES: &str = "media_attachments/files/";

/// A post or boost.
pub(super) struct Item {
    /// The activity that made it, without a context.
    pub(super) activity: Value,
    /// The blobs that belong to it.
    pub(super) media: Vec<String>,
}

/// What an attachment is called in the archive; `None` for other blobs.
pub(super) fn packed(path: &str) -> Option<String> {
    Some(format!("{FILES}{}", path.strip_prefix(ATTACHMENTS)?))
}

/// A post or boost of a local account; `None` for one that is gone, or a boost of one that is.
///
/// # Errors
/// When the store fails.
pub(super) fn item(app: &App, from: &dyn Read, id: StatusId) -> Result<Option<Item>> {
    let written = Written::load(app, from, id).and_then(|written| {
        let own = written.status().reblog_of.is_none();
        Ok((own, written.activity()?))
    });
    let (own, mut activity) = match written {
        Ok(written) => written,
        Err(error) if error.kind() == Kind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    if let Some(activity) = activity.as_object_mut() {
        activity.shift_remove("@context");
    }
    let mut media = bring_near(&mut activity, &blob_url(&app.config, ""));
    if !own {
        // An own private post inside of its boost: its media come with the post itself.
        media.clear();
    }
    Ok(Some(Item { activity, media }))
}

/// Has the attachments of an activity point into the archive; gives the blobs that they mean. `base` is what the
/// addresses of all our blobs begin with.
fn bring_near(activity: &mut Value, base: &str) -> Vec<String> {
    let mut media = Vec::new();
    let attachments = activity.pointer_mut("/object/attachment").and_then(Value::as_array_mut);
    for attachment in attachments.into_iter().flatten() {
        for place in ["/url", "/icon/url"] {
            let Some(url) = attachment.pointer_mut(place) else { continue };
            let path = url.as_str().and_then(|url| url.strip_prefix(base)).map(str::to_owned);
            if let Some((path, name)) = path.and_then(|path| packed(&path).map(|name| (path, name))) {
                *url = name.into();
                media.push(path);
            }
        }
    }
    media
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_our_attachments_come_near() {
        let base = "https://a.example/media/";
        let mut activity = json!({ "object": {
            "content": "https://a.example/media/attachments/1/original/a.png",
            "attachment": [
                { "url": "https://a.example/media/attachments/1/original/a.mp4",
                  "icon": { "url": "https://a.example/media/attachments/1/small/b.png" } },
                { "url": "https://b.example/media/attachments/1/original/a.png" },
                { "url": "https://a.example/media/cache/1.png" },
                { "href": "https://a.example/" },
            ],
        } });
        let media = bring_near(&mut activity, base);
        assert_eq!(media, ["attachments/1/original/a.mp4", "attachments/1/small/b.png"]);
        let list = &activity["object"]["attachment"];
        assert_eq!(list[0]["url"], "media_attachments/files/1/original/a.mp4");
        assert_eq!(list[0]["icon"]["url"], "media_attachments/files/1/small/b.png");
        assert_eq!(list[1]["url"], "https://b.example/media/attachments/1/original/a.png");
        assert_eq!(list[2]["url"], "https://a.example/media/cache/1.png");
        assert_eq!(activity["object"]["content"], "https://a.example/media/attachments/1/original/a.png");
        assert!(bring_near(&mut json!({ "object": "https://a.example/1" }), base).is_empty());
    }
}
