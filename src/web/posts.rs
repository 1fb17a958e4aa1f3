//! Posts as the server's own pages and feeds show them.

use super::emojify;
use super::public::{Moment, Preview, line};
use super::words::posts::PostWords;
use crate::features::accounts::view::AccountView;
use crate::features::media::view::{MediaView, Original};
use crate::features::statuses::view::StatusView;
use crate::platform::files::mime_of;
use crate::platform::text::plain::from_html;
use crate::platform::text::tongue::Tongue;

/// Who wrote or did something.
#[derive(Debug, Clone)]
pub struct Author {
    /// The display name, or the name where there is none: HTML.
    pub name: String,
    /// `name`, or `name@domain` for people of other servers.
    pub acct: String,
    /// The profile page.
    pub url: String,
    /// The still avatar.
    pub avatar: String,
}

impl Author {
    /// Of an account.
    pub fn of(account: &AccountView) -> Self {
        Self {
            name: emojify::plain(plain_name(account), &account.emojis),
            acct: account.acct.clone(),
            url: account.url.clone(),
            avatar: account.avatar_static.clone(),
        }
    }
}

/// The display name, or the name where there is none: plain text.
pub fn plain_name(account: &AccountView) -> &str {
    if account.display_name.trim().is_empty() { &account.username } else { &account.display_name }
}

/// An attachment.
#[derive(Debug, Clone)]
pub struct Attachment {
    /// `image`, `gifv`, `video`, `audio` or `unknown`.
    pub kind: &'static str,
    /// The original.
    pub url: String,
    /// The picture to show in its place.
    pub preview: Option<String>,
    /// What it shows, may be empty.
    pub alt: String,
    /// Pixels of the preview.
    pub size: Option<(u32, u32)>,
    /// The type of the original, where its address tells.
    pub mime: Option<&'static str>,
    original_size: Option<(u32, u32)>,
}

impl Attachment {
    fn of(media: &MediaView) -> Option<Self> {
        let url = media.url.clone()?;
        let meta = media.meta.as_ref();
        let original_size = meta.and_then(|meta| meta.original.as_ref()).and_then(Original::pixels);
        Some(Self {
            kind: media.kind,
            mime: mime_of(&url),
            url,
            preview: media.preview_url.clone(),
            alt: media.description.clone().unwrap_or_default(),
            size: meta.and_then(|meta| meta.small).map(|size| size.pixels()).or(original_size),
            original_size,
        })
    }

    /// The picture that pages show.
    pub fn shown(&self) -> &str {
        self.preview.as_deref().unwrap_or(&self.url)
    }
}

/// A post.
#[derive(Debug, Clone)]
pub struct Post {
    /// What is said about it, in the language of the page.
    pub(super) words: &'static PostWords,
    /// Its number, of the boost for a boost.
    pub id: String,
    /// Its page; on its own server for posts from elsewhere.
    pub url: String,
    /// Its ActivityPub id.
    pub uri: String,
    /// Who wrote it.
    pub author: Author,
    /// Who boosted it.
    pub boosted_by: Option<Author>,
    /// Pinned to the profile that is shown.
    pub is_pinned: bool,
    /// The post that the page is about.
    pub is_focused: bool,
    /// ISO 639, where known.
    pub language: Option<String>,
    /// What stands in front of it: HTML.
    pub warning: Option<String>,
    /// Its text: HTML.
    pub content: String,
    /// What is attached.
    pub media: Vec<Attachment>,
    /// Media are shown on demand only.
    pub is_sensitive: bool,
    /// When it was written.
    pub published: Moment,
    /// When it was last changed.
    pub edited: Option<Moment>,
    /// Answers.
    pub replies: u64,
    /// Boosts.
    pub reblogs: u64,
    /// Favourites.
    pub favourites: u64,
    /// Its hashtags.
    pub tags: Vec<String>,
}

impl Post {
    /// Of a status or a boost.
    pub fn of(tongue: Tongue, view: &StatusView) -> Self {
        let post = view.reblog.as_deref().unwrap_or(view);
        let warning = Some(post.spoiler_text.trim()).filter(|text| !text.is_empty());
        Self {
            words: PostWords::of(tongue),
            id: view.id.to_string(),
            url: post.url.clone(),
            uri: post.uri.clone(),
            author: Author::of(&post.account),
            boosted_by: view.reblog.as_ref().map(|_| Author::of(&view.account)),
            is_pinned: false,
            is_focused: false,
            language: post.language.clone(),
            warning: warning.map(|text| emojify::plain(text, &post.emojis)),
            content: emojify::html(post.content.as_deref().unwrap_or_default(), &post.emojis),
            media: post.media_attachments.iter().filter_map(Attachment::of).collect(),
            is_sensitive: post.sensitive,
            published: Moment::of(tongue, &post.created_at),
            edited: post.edited_at.as_deref().map(|at| Moment::of(tongue, at)),
            replies: post.replies_count,
            reblogs: post.reblogs_count,
            favourites: post.favourites_count,
            tags: post.tags.iter().map(|tag| tag.name.clone()).collect(),
        }
    }

    /// Of several.
    pub fn all(tongue: Tongue, views: &[StatusView]) -> Vec<Self> {
        views.iter().map(|view| Self::of(tongue, view)).collect()
    }

    /// The same, marked as pinned.
    pub fn pinned(self) -> Self {
        Self { is_pinned: true, ..self }
    }

    /// The same, marked as what the page is about.
    pub fn focused(self) -> Self {
        Self { is_focused: true, ..self }
    }

    /// Media stand behind a line to click although there is no warning.
    pub fn hides_media(&self) -> bool {
        self.is_sensitive && self.warning.is_none()
    }

    /// The first picture that everybody may see at once, for previews.
    pub fn preview(&self) -> Option<Preview> {
        if self.is_sensitive || self.warning.is_some() {
            return None;
        }
        let picture = self.media.iter().find(|media| media.kind == "image")?;
        Some(Preview {
            url: picture.url.clone(),
            alt: picture.alt.clone(),
            size: picture.original_size,
            is_large: true,
        })
    }
}

/// What a post says on one line, for descriptions: of one with a warning the warning alone.
pub fn summary(tongue: Tongue, view: &StatusView) -> String {
    let warning = view.spoiler_text.trim();
    if !warning.is_empty() {
        return line(&String::from(PostWords::of(tongue).warning.with("text", warning)));
    }
    let text = line(&from_html(view.content.as_deref().unwrap_or_default()));
    match view.media_attachments.len() {
        0 => text,
        count if text.is_empty() => PostWords::of(tongue).attachments.with("count", count).into(),
        _ => text,
    }
}
