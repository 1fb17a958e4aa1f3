//! Plays the script: everything goes through the same cores as what people do, on a clock that starts in the past.

use std::collections::HashMap;
use std::time::Duration;

use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream};

use super::deeds::{self, Deed};
use super::people::{PEOPLE, Person};
use super::pictures::{avatar, scene};
use super::script::{Post, Shown, posts};
use crate::features::accounts::edit::{self, Edit};
use crate::features::accounts::table::Picture;
use crate::features::instance;
use crate::features::media::processing::{self, Source, Which};
use crate::features::polls::PollDraft;
use crate::features::relationships::{self, Options};
use crate::features::statuses::{self, Draft, marks};
use crate::features::users::sign_up::{self, Draft as SignUp};
use crate::features::users::table::USERS;
use crate::platform::app::App;
use crate::platform::clock::Millis;
use crate::platform::error::{Error, Result};
use crate::platform::ids::{AccountId, MediaId, StatusId};

/// The password of everybody in the sample community.
pub const PASSWORD: &str = "harbour-lane";
/// How far back the story begins.
pub const BEGINNING: Duration = Duration::from_secs(61 * 24 * 60 * 60);
/// How many pictures are drawn at once.
const AT_ONCE: usize = 2;
/// Side of the avatars as they are drawn, in pixels.
const AVATAR_SIDE: u32 = 400;
/// Size of the headers as they are drawn, in pixels.
const HEADER: (u32, u32) = (1200, 400);
/// Minutes between a post and the first mark on it, and between one mark and the next.
const PACE: u32 = 4;
/// The last day of the story, in minutes.
const LAST_DAY: u32 = 24 * 60;
/// Minutes between joining and the first mark on an older post.
const FIRST_LOOK: u32 = 180;

/// One step of the story.
enum Step {
    Join(&'static Person),
    Follow(&'static str, &'static str),
    Write(Post),
    Amend(&'static str, &'static str, &'static str),
    Mark(Mark, &'static str, &'static str),
    Do(Deed),
}

#[derive(Clone, Copy)]
enum Mark {
    Favourite,
    Boost,
    Bookmark,
    Pin,
}

/// Fills the server, and brings its clock to the present.
///
/// # Errors
/// When a part of the script breaks a rule of the server, or the store fails.
pub async fn fill(app: &App, with_pictures: bool) -> Result<()> {
    let start = Millis::from(std::time::SystemTime::now());
    let drawn = if with_pictures { Some(draw().await?) } else { None };
    let mut stage = Stage { app, drawn, people: HashMap::new(), posts: HashMap::new() };
    stage.open().await?;
    for (ago, step) in story() {
        let at = start.minus(Duration::from_secs(u64::from(ago) * 60));
        let left = at.since(app.now());
        app.clock.advance(left);
        stage.play(step).await?;
        // What trends is judged every five minutes, from what was new then.
        if ago < LAST_DAY {
            crate::platform::jobs::drained(app).await?;
        }
    }
    app.clock.catch_up();
    crate::platform::jobs::drained(app).await
}

/// All steps with the minutes before now, in their order.
fn story() -> Vec<(u32, Step)> {
    let mut story = Vec::new();
    let joined = |name: &str| {
        PEOPLE.iter().find(|person| person.name == name).map_or(0, |person| person.joined * 24 * 60)
    };
    for person in PEOPLE {
        story.push((joined(person.name), Step::Join(person)));
        for (index, name) in (0..).zip(person.follows) {
            story.push((
                joined(person.name).min(joined(name)).saturating_sub(10 + index * 7),
                Step::Follow(person.name, name),
            ));
        }
    }
    for post in posts() {
        let (label, ago) = (post.label, post.ago);
        let mut later = ago;
        let mut marks = Vec::new();
        for (mark, names) in
            [(Mark::Favourite, post.liked), (Mark::Boost, post.boosted), (Mark::Bookmark, post.kept)]
        {
            for name in names.split_whitespace() {
                later = later.saturating_sub(PACE).max(1);
                // Who joined after a post found it on the first day here.
                let at = later.min(joined(name).saturating_sub(FIRST_LOOK));
                marks.push((at, Step::Mark(mark, name, label)));
            }
        }
        if post.pinned {
            marks.push((ago.saturating_sub(1), Step::Mark(Mark::Pin, post.by, label)));
        }
        if !post.edited.is_empty() {
            marks.push((ago.saturating_sub(30), Step::Amend(post.by, label, post.edited)));
        }
        story.push((ago, Step::Write(post)));
        story.extend(marks);
    }
    story.extend(deeds::deeds().into_iter().map(|(ago, deed)| (ago, Step::Do(deed))));
    // A stable order: what was written first stays first within a minute.
    story.sort_by_key(|(ago, _)| std::cmp::Reverse(*ago));
    story
}

type Drawn = HashMap<String, Bytes>;
type Work = Box<dyn FnOnce() -> image::ImageResult<Vec<u8>> + Send>;

fn key_of(shown: &Shown) -> String {
    format!("{:?} {} {:?}", shown.scene, shown.seed, shown.size)
}

/// Draws every picture of the script, some at a time.
async fn draw() -> Result<Drawn> {
    let mut wanted: Vec<(String, Work)> = Vec::new();
    for person in PEOPLE {
        let (emblem, figure, ground) = person.avatar;
        let (kind, seed) = person.header;
        wanted.push((
            format!("avatar {}", person.name),
            Box::new(move || avatar(emblem, figure, ground, AVATAR_SIDE)),
        ));
        wanted.push((
            format!("header {}", person.name),
            Box::new(move || scene(kind, seed, HEADER.0, HEADER.1)),
        ));
    }
    for shown in posts().into_iter().flat_map(|post| post.pictures) {
        let (width, height) = shown.size;
        wanted.push((key_of(&shown), Box::new(move || scene(shown.scene, shown.seed, width, height))));
    }
    stream::iter(wanted)
        .map(|(key, work)| async move {
            let bytes = tokio::task::spawn_blocking(work).await?.map_err(Error::internal)?;
            Ok::<_, Error>((key, Bytes::from(bytes)))
        })
        .buffer_unordered(AT_ONCE)
        .try_collect()
        .await
}

/// The server while the script is played on it, with what has a name in the script.
pub struct Stage<'a> {
    /// The server.
    pub app: &'a App,
    /// None at all when pictures are left out.
    drawn: Option<Drawn>,
    people: HashMap<&'static str, AccountId>,
    posts: HashMap<&'static str, StatusId>,
}

impl Stage<'_> {
    /// Somebody who has joined.
    pub fn person(&self, name: &str) -> Result<AccountId> {
        self.people.get(name).copied().ok_or_else(|| Error::internal(format!("nobody is called {name}")))
    }

    /// Several of them.
    pub fn people(&self, names: &[&str]) -> Result<Vec<AccountId>> {
        names.iter().map(|name| self.person(name)).collect()
    }

    /// A post that was written.
    pub fn post(&self, label: &str) -> Result<StatusId> {
        self.posts.get(label).copied().ok_or_else(|| Error::internal(format!("no post is called {label}")))
    }

    fn picture(&self, key: &str) -> Result<Option<Bytes>> {
        let Some(drawn) = &self.drawn else { return Ok(None) };
        let found = drawn.get(key).cloned();
        found.map(Some).ok_or_else(|| Error::internal(format!("nothing was drawn for {key}")))
    }

    async fn open(&self) -> Result<()> {
        self.app
            .write(|tx| {
                instance::change(tx, |instance| {
                    instance.title = "Harbour Lane".into();
                    instance.description =
                        "A small community of people who make, mend, grow and watch things by the water."
                            .into();
                    instance.contact_email = "marlene@harbour-lane.example".into();
                    instance.rules = [
                        "Be kind first and right second.",
                        "Describe your pictures for those who cannot see them.",
                        "Put a warning in front of what may weigh on others.",
                        "No advertising, except for bread.",
                    ]
                    .map(String::from)
                    .into();
                })
            })
            .await
    }

    async fn play(&mut self, step: Step) -> Result<()> {
        match step {
            Step::Join(person) => self.join(person).await,
            Step::Follow(from, to) => {
                let (from, to) = (self.person(from)?, self.person(to)?);
                self.app.write(move |tx| relationships::follow(tx, from, to, Options::default())).await?;
                self.let_in(from, to).await
            }
            Step::Write(post) => self.write(post).await,
            Step::Do(deed) => deeds::perform(self, deed).await,
            Step::Amend(by, label, text) => {
                let (by, id) = (self.person(by)?, self.post(label)?);
                let media = statuses::get(&self.app.read()?, id)?.media;
                let edit = statuses::Edit { text: text.into(), media, ..statuses::Edit::default() };
                self.app.write(move |tx| statuses::edit(tx, by, id, edit)).await
            }
            Step::Mark(mark, by, label) => {
                let (by, id) = (self.person(by)?, self.post(label)?);
                self.app
                    .write(move |tx| match mark {
                        Mark::Favourite => marks::favourite(tx, by, id, None),
                        Mark::Bookmark => marks::bookmark(tx, by, id),
                        Mark::Pin => marks::pin(tx, by, id),
                        Mark::Boost => statuses::reblog(tx, by, id, None).map(|_| ()),
                    })
                    .await
            }
        }
    }

    /// Those who ask are let in, but for the newest: that request still waits.
    async fn let_in(&self, from: AccountId, to: AccountId) -> Result<()> {
        let newest = PEOPLE.last().map(|person| person.name);
        if newest.is_some_and(|name| self.people.get(name) == Some(&from)) {
            return Ok(());
        }
        self.app
            .write(move |tx| {
                if relationships::requested(&**tx, from, to)? {
                    relationships::accept(tx, from, to)?;
                }
                Ok(())
            })
            .await
    }

    async fn join(&mut self, person: &'static Person) -> Result<()> {
        let draft = SignUp {
            username: person.name.into(),
            email: format!("{}@harbour-lane.example", person.name),
            password: PASSWORD.into(),
            agreement: true,
            locale: person.locale.into(),
            ..SignUp::default()
        };
        let id = sign_up::create_by_staff(self.app, draft, person.role).await?;
        self.people.insert(person.name, id);
        let avatar = self.profile_picture(person, "avatar", Which::Avatar, id).await?;
        let header = self.profile_picture(person, "header", Which::Header, id).await?;
        let field = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let edit = Edit {
            display_name: Some(person.display_name.into()),
            note: Some(person.bio.into()),
            locked: Some(person.locked),
            bot: Some(person.bot),
            discoverable: Some(true),
            indexable: Some(true),
            fields: Some(person.fields.iter().map(field).collect()),
            avatar: Some(avatar),
            header: Some(header),
            ..Edit::default()
        };
        self.app
            .write(move |tx| {
                // Interface and pages are in English; what somebody writes may not be.
                USERS.edit(tx, &id, |user| user.settings.locale = "en".into())?;
                edit::edit(tx, id, edit).map(|_| ())
            })
            .await
    }

    async fn profile_picture(
        &self,
        person: &Person,
        name: &str,
        which: Which,
        id: AccountId,
    ) -> Result<Option<Picture>> {
        let Some(bytes) = self.picture(&format!("{name} {}", person.name))? else { return Ok(None) };
        let (place, still) =
            processing::profile(self.app, bytes, which, id).await?.map_err(Error::internal)?;
        Ok(Some(Picture { place, still, description: String::new() }))
    }

    async fn write(&mut self, post: Post) -> Result<()> {
        let by = self.person(post.by)?;
        let mut files: Vec<MediaId> = Vec::new();
        for shown in &post.pictures {
            let Some(bytes) = self.picture(&key_of(shown))? else { continue };
            let said = processing::Draft { description: Some(shown.alt.into()), ..Default::default() };
            files.push(processing::upload(self.app, by, Source::Bytes(bytes), said).await?);
        }
        let named = |label: &str| if label.is_empty() { Ok(None) } else { self.post(label).map(Some) };
        let (in_reply_to, quoted) = (named(post.answers)?, named(post.quotes)?);
        let poll = post.poll.map(|asked| PollDraft {
            options: asked.options.iter().map(|option| (*option).to_owned()).collect(),
            expires_in: i64::from(asked.days) * 24 * 60 * 60,
            multiple: false,
            hide_totals: false,
        });
        let draft = Draft {
            text: post.text.into(),
            spoiler: post.warning.into(),
            visibility: Some(post.visibility),
            language: Some(post.language.into()),
            in_reply_to,
            quoted,
            poll,
            media: files,
            ..Draft::default()
        };
        let posted = self.app.write(move |tx| statuses::post(tx, by, draft)).await?;
        let id = posted.map_err(|_| Error::internal("a post of the script reaches somebody unexpected"))?;
        self.posts.insert(post.label, id);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn nobody_acts_before_joining_and_nothing_is_marked_before_it_is_written() {
        let (mut people, mut posts) = (HashSet::new(), HashSet::new());
        for (ago, step) in story() {
            match step {
                Step::Join(person) => assert!(people.insert(person.name), "{} joins twice", person.name),
                Step::Follow(from, to) => {
                    assert!(people.contains(from) && people.contains(to), "{from} follows {to} {ago}");
                }
                Step::Write(post) => {
                    assert!(people.contains(post.by), "{} writes {}", post.by, post.label);
                    assert!(post.answers.is_empty() || posts.contains(post.answers), "{}", post.label);
                    posts.insert(post.label);
                }
                Step::Do(deed) => {
                    assert!(deed.people().iter().all(|name| people.contains(name)), "{deed:?}");
                    if let Deed::Vote { post, .. } = deed {
                        assert!(posts.contains(post), "{deed:?}");
                    }
                }
                Step::Amend(by, label, _) | Step::Mark(_, by, label) => {
                    assert!(people.contains(by) && posts.contains(label), "{by} at {label}, {ago}");
                }
            }
        }
    }
}
