//! Posts of other servers: what is read from a Note, and how it becomes a status.

use super::attached::{Attached, attachments};
use super::table::Hashtag;
use crate::features::collections::linked;
use crate::features::emoji::{self, tag::Named};
use crate::features::users::table::Visibility;
use crate::federation::vocab::{Origin, View, is_public, same_origin};
use crate::platform::clock::Millis;
use crate::platform::text::html::{escape, push_link};
use crate::platform::text::{count, hashtag, language, sanitize};

/// Kinds of objects that are posts as they are.
const POSTS: [&str; 2] = ["Note", "Question"];
/// Kinds that become a post of title, summary and link (behaviours §19).
const CONVERTED: [&str; 6] = ["Image", "Audio", "Video", "Article", "Page", "Event"];
/// Most hashtags of a post.
const MOST_TAGS: usize = 100;
/// Most accounts that a post may name or address.
const MOST_MENTIONS: usize = 100;
/// Most ids that a quote policy names; the groups that mean something are three.
const MOST_QUOTERS: usize = 8;
/// Most options of a poll (behaviours §3, remote hard limits).
const MOST_OPTIONS: usize = 500;
/// Longest option of a poll, in characters.
const LONGEST_OPTION: usize = 500;
/// Longest warning, in characters.
const LONGEST_WARNING: usize = 5_000;
const LINK_REL: &str = "nofollow noopener";

/// A post as its document tells it, cleaned and cut to our limits.
#[derive(Debug, Clone)]
pub struct Note {
    /// Its id.
    pub uri: String,
    /// The id of its author; on the same server.
    pub author: String,
    /// Its page.
    pub url: Option<String>,
    /// Sanitised HTML.
    pub content: String,
    /// The warning.
    pub spoiler: String,
    /// Media are hidden until asked for.
    pub sensitive: bool,
    /// ISO 639.
    pub language: Option<String>,
    /// When it was published.
    pub published: Option<Millis>,
    /// When it was edited.
    pub updated: Option<Millis>,
    /// Primary audience.
    pub to: Vec<String>,
    /// Secondary audience.
    pub cc: Vec<String>,
    /// The id of what it answers.
    pub parent: Option<String>,
    /// Attachments.
    pub media: Vec<Attached>,
    /// Ids of accounts it names.
    pub mentions: Vec<String>,
    /// Its hashtags.
    pub tags: Vec<Hashtag>,
    /// Ids of the collections it names.
    pub collections: Vec<String>,
    /// Its emoji.
    pub emojis: Vec<Named>,
    /// Favourites as the origin counts them.
    pub likes: Option<u64>,
    /// Boosts as the origin counts them.
    pub shares: Option<u64>,
    /// A vote on a poll rather than a post.
    pub is_vote: bool,
    /// The poll of a Question.
    pub poll: Option<Asked>,
    /// What it quotes.
    pub quote: Option<Quoted>,
    /// Ids of those who may quote it at once.
    pub quotes_automatic: Vec<String>,
    /// Ids of those about whom its author wants to be asked.
    pub quotes_manual: Vec<String>,
}

/// What a post quotes, as its document tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quoted {
    /// The id of the quoted post.
    pub uri: String,
    /// Told only by the properties of older software.
    pub legacy: bool,
    /// Where the quoted author's agreement can be read.
    pub authorization: Option<String>,
}

/// A poll as its document tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Options with their counts.
    pub options: Vec<(String, u64)>,
    /// Several may be chosen.
    pub multiple: bool,
    /// When it ends, or has ended.
    pub ends: Option<Millis>,
    /// How many people voted.
    pub voters: Option<u64>,
}

/// Whether an object is something that we show as a post.
pub fn is_post(object: View<'_>) -> bool {
    POSTS.iter().chain(&CONVERTED).any(|kind| object.is_a(kind))
}

impl Note {
    /// Reads a post. `None` when it is none, has no id or author, or when the author lives on another server than the
    /// post: nobody speaks for others.
    pub fn read(object: View<'_>) -> Option<Self> {
        let uri = object.id()?.to_owned();
        let author = author(object)?;
        if !is_post(object) || !same_origin(&uri, &author) {
            return None;
        }
        let url = object.link_of("url").map(str::to_owned);
        let (content, spoiler) = text(object, url.as_deref().unwrap_or(&uri));
        let addressed = |property: &str| -> Vec<String> {
            object.ids_of(property).into_iter().take(MOST_MENTIONS).map(str::to_owned).collect()
        };
        Some(Self {
            content,
            sensitive: object.bool_of("sensitive").unwrap_or(false) || !spoiler.is_empty(),
            spoiler,
            language: ["content", "name", "summary"]
                .iter()
                .find_map(|property| object.map_of(property))
                .and_then(|(code, _)| language::normalise(code))
                .map(str::to_owned),
            published: moment(object, "published"),
            updated: moment(object, "updated"),
            to: addressed("to"),
            cc: addressed("cc"),
            parent: object.id_of("inReplyTo").map(str::to_owned),
            media: attachments(object),
            mentions: mentions(object),
            tags: tags(object),
            collections: collections(object),
            emojis: emoji::tag::read(object),
            likes: total(object, "likes"),
            shares: total(object, "shares"),
            is_vote: object.is_a("Note")
                && object.str_of("name").is_some()
                && object.text_of("content").is_none(),
            poll: poll(object),
            quote: quote(object),
            quotes_automatic: quoters(object, "automaticApproval"),
            quotes_manual: quoters(object, "manualApproval"),
            url,
            author,
            uri,
        })
    }

    /// Who may see it, by behaviours §8. `followers` is the author's followers collection.
    pub fn visibility(&self, followers: Option<&str>) -> Visibility {
        visibility(&self.to, &self.cc, followers)
    }
}

/// Reads a visibility from an audience (behaviours §8).
pub fn visibility(to: &[String], cc: &[String], followers: Option<&str>) -> Visibility {
    if to.iter().any(|uri| is_public(uri)) {
        Visibility::Public
    } else if cc.iter().any(|uri| is_public(uri)) {
        Visibility::Unlisted
    } else if followers.is_some_and(|followers| to.iter().chain(cc).any(|uri| uri == followers)) {
        Visibility::Private
    } else {
        Visibility::Direct
    }
}

/// The author: the first of `attributedTo` that is named alone, or the actor among several kinds of things.
fn author(object: View<'_>) -> Option<String> {
    let people = object.objects_of("attributedTo").into_iter();
    let person = people.filter(|one| !one.is_a("Group")).find_map(View::id);
    person.or_else(|| object.id_of("attributedTo")).map(str::to_owned)
}

fn text(object: View<'_>, page: &str) -> (String, String) {
    let summary = object.text_of("summary").unwrap_or_default();
    let content = object.text_of("content").unwrap_or_default();
    if POSTS.iter().any(|kind| object.is_a(kind)) {
        let mut html = sanitize::sanitize(content);
        if object.is_a("Question") && poll(object).is_none() {
            link_to(&mut html, page);
        }
        return (html, count::truncate(summary.trim(), LONGEST_WARNING).to_owned());
    }
    let mut html = String::new();
    if let Some(title) = object.text_of("name") {
        html.push_str(&format!("<p><strong>{}</strong></p>", escape(title)));
    }
    html.push_str(&sanitize::sanitize(summary));
    link_to(&mut html, page);
    (html, String::new())
}

/// Ends a text with the way to the original, for kinds of posts that cannot be shown whole.
fn link_to(html: &mut String, page: &str) {
    html.push_str("<p>");
    push_link(html, page, LINK_REL);
    html.push_str("</p>");
}

fn moment(object: View<'_>, property: &str) -> Option<Millis> {
    let stamp = object.date_of(property)?;
    Some(Millis(u64::try_from(stamp.as_millisecond()).unwrap_or(0)))
}

fn total(object: View<'_>, property: &str) -> Option<u64> {
    // Beyond what JavaScript clients can count nothing is believed.
    object.object_of(property)?.get("totalItems")?.as_u64().filter(|count| *count < 1 << 53)
}

/// What a post quotes (behaviours §13); a Tombstone in its place quotes nothing any more.
fn quote(object: View<'_>) -> Option<Quoted> {
    let authorization = object.id_of("quoteAuthorization").map(str::to_owned);
    // Elsewhere a `quote` may be words: those of a book.
    let address = |name: &str| object.id_of(name).filter(|uri| Origin::of(uri).is_some());
    if let Some(uri) = address("quote") {
        let gone = object.object_of("quote").is_some_and(|quoted| quoted.is_a("Tombstone"));
        return (!gone).then(|| Quoted { uri: uri.to_owned(), legacy: false, authorization });
    }
    let uri = ["_misskey_quote", "quoteUrl", "quoteUri"].into_iter().find_map(address)?;
    Some(Quoted { uri: uri.to_owned(), legacy: true, authorization })
}

fn quoters(object: View<'_>, approval: &str) -> Vec<String> {
    let policy = object.object_of("interactionPolicy").and_then(|policy| policy.object_of("canQuote"));
    let ids = policy.map(|policy| policy.ids_of(approval)).unwrap_or_default();
    ids.into_iter().take(MOST_QUOTERS).map(str::to_owned).collect()
}

/// The poll of a Question: `anyOf` for many choices, else `oneOf`.
fn poll(object: View<'_>) -> Option<Asked> {
    if !object.is_a("Question") {
        return None;
    }
    let (property, multiple) = if object.get("anyOf").is_some() { ("anyOf", true) } else { ("oneOf", false) };
    let mut options: Vec<(String, u64)> = Vec::new();
    for option in object.objects_of(property).into_iter().take(MOST_OPTIONS) {
        let Some(title) = option.text_of("name").or_else(|| option.text_of("content")) else { continue };
        let title = count::truncate(title.trim(), LONGEST_OPTION).to_owned();
        if !title.is_empty() && !options.iter().any(|(known, _)| *known == title) {
            options.push((title, total(option, "replies").unwrap_or(0)));
        }
    }
    let closed = moment(object, "closed");
    (!options.is_empty()).then(|| Asked {
        options,
        multiple,
        ends: closed.or_else(|| moment(object, "endTime")),
        voters: object.count_of("votersCount").filter(|count| *count < 1 << 53),
    })
}

fn mentions(object: View<'_>) -> Vec<String> {
    let tags = object.objects_of("tag").into_iter().filter(|tag| tag.is_a("Mention"));
    let mut found: Vec<String> = Vec::new();
    for href in tags.filter_map(|tag| tag.link_of("href")).take(MOST_MENTIONS) {
        if !found.iter().any(|known| known == href) {
            found.push(href.to_owned());
        }
    }
    found
}

fn collections(object: View<'_>) -> Vec<String> {
    let tags = object.objects_of("tag").into_iter().filter(|tag| tag.is_a("FeaturedCollection"));
    tags.filter_map(View::id).take(linked::MOST).map(str::to_owned).collect()
}

fn tags(object: View<'_>) -> Vec<Hashtag> {
    let tags = object.objects_of("tag").into_iter().filter(|tag| tag.is_a("Hashtag"));
    let mut found: Vec<Hashtag> = Vec::new();
    for written in tags.filter_map(|tag| tag.str_of("name")).take(MOST_TAGS) {
        let display = written.trim().trim_start_matches(['#', '＃']).to_owned();
        let name = hashtag::normalise(&display);
        if !name.is_empty() && !found.iter().any(|known| known.name == name) {
            found.push(Hashtag { name, display });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::federation::vocab::Document;

    fn note(extra: Value) -> Option<Note> {
        let mut object = json!({
            "id": "https://peer.example/notes/1",
            "type": "Note",
            "attributedTo": "https://peer.example/u/bob",
            "content": "<p>hi</p>",
            "to": ["https://www.w3.org/ns/activitystreams#Public"],
        });
        object.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        Note::read(Document::new(object).unwrap().view())
    }

    #[test]
    fn nobody_speaks_for_another_server() {
        assert!(note(json!({})).is_some());
        assert!(note(json!({ "attributedTo": "https://evil.example/u/bob" })).is_none());
        assert!(note(json!({ "id": "https://evil.example/1" })).is_none());
        assert!(note(json!({ "attributedTo": null })).is_none());
        assert!(note(json!({ "type": "Tombstone" })).is_none());
    }

    #[test]
    fn the_audience_tells_the_visibility() {
        let followers = Some("https://peer.example/u/bob/followers");
        for (to, cc, visibility) in [
            (json!(["as:Public"]), json!([]), Visibility::Public),
            (json!("Public"), json!([]), Visibility::Public),
            (
                json!([followers]),
                json!(["https://www.w3.org/ns/activitystreams#Public"]),
                Visibility::Unlisted,
            ),
            (json!([followers]), json!([]), Visibility::Private),
            (json!(["https://a.example/u/1"]), json!([]), Visibility::Direct),
            (json!([]), json!([]), Visibility::Direct),
        ] {
            let note = note(json!({ "to": to, "cc": cc })).unwrap();
            assert_eq!(note.visibility(followers), visibility, "{to} {cc}");
        }
    }

    #[test]
    fn other_kinds_become_title_summary_and_link() {
        let page = note(json!({ "type": "Article", "name": "A <b>title</b>", "summary": "short",
            "url": "https://peer.example/a" }))
        .unwrap();
        assert!(page.content.starts_with("<p><strong>A &lt;b&gt;title&lt;/b&gt;</strong></p>"));
        assert!(page.content.contains("href=\"https://peer.example/a\""));
        let vote = note(json!({ "content": null, "name": "Yes" })).unwrap();
        assert!(vote.is_vote);
    }
}
