//! The script, third part: what people of the sample community set up for themselves and for each other beside their
//! posts.

use std::time::Duration;

use super::fill::Stage;
use crate::features::announcements;
use crate::features::collections::{self, draft::Changes};
use crate::features::lists;
use crate::features::lists::table::Replies;
use crate::features::polls;
use crate::features::scheduled_statuses;
use crate::features::statuses::Draft;
use crate::features::tags::{Named, feature, follow};
use crate::platform::error::{Error, Result};

/// Something that somebody does beside writing and marking posts.
#[derive(Debug, Clone, Copy)]
pub enum Deed {
    /// Puts people on a new list.
    List { by: &'static str, title: &'static str, members: &'static [&'static str] },
    /// Shows people in a new collection.
    Collect {
        by: &'static str,
        name: &'static str,
        description: &'static str,
        tag: &'static str,
        members: &'static [&'static str],
    },
    /// Follows a hashtag.
    FollowTag { by: &'static str, tag: &'static str },
    /// Shows a hashtag on the profile.
    FeatureTag { by: &'static str, tag: &'static str },
    /// Chooses an option of the poll that hangs on a post, by its number.
    Vote { by: &'static str, post: &'static str, choice: u16 },
    /// Tells everybody something, as staff.
    Announce { by: &'static str, text: &'static str },
    /// Writes a post that appears so many days later.
    Schedule { by: &'static str, text: &'static str, days: u32 },
}

#[cfg(test)]
impl Deed {
    /// The names of all who take part.
    pub fn people(self) -> Vec<&'static str> {
        match self {
            Self::List { by, members, .. } | Self::Collect { by, members, .. } => [&[by], members].concat(),
            Self::FollowTag { by, .. }
            | Self::FeatureTag { by, .. }
            | Self::Vote { by, .. }
            | Self::Announce { by, .. }
            | Self::Schedule { by, .. } => vec![by],
        }
    }
}

/// What is done, each with the minutes before the demo starts.
pub fn deeds() -> Vec<(u32, Deed)> {
    const HOUR: u32 = 60;
    const DAY: u32 = 24 * HOUR;
    let vote = |by, post, choice| Deed::Vote { by, post, choice };
    vec![
        (
            14 * DAY,
            Deed::List {
                by: "marlene",
                title: "By the water",
                members: &["tomas", "nadia", "tides", "aoife", "wren"],
            },
        ),
        (
            14 * DAY - 10,
            Deed::List {
                by: "marlene",
                title: "With their hands",
                members: &["yuki", "bram", "oskar", "ines", "salome"],
            },
        ),
        (13 * DAY, Deed::FollowTag { by: "marlene", tag: "letterpress" }),
        (13 * DAY - 5, Deed::FollowTag { by: "marlene", tag: "seedswap" }),
        (12 * DAY, Deed::FeatureTag { by: "marlene", tag: "books" }),
        (12 * DAY - 5, Deed::FeatureTag { by: "bram", tag: "bread" }),
        (12 * DAY - 10, Deed::FeatureTag { by: "wren", tag: "birds" }),
        (
            10 * DAY,
            Deed::Collect {
                by: "marlene",
                name: "Whom to ask about boats",
                description: "They will answer, and then they will show you.",
                tag: "boats",
                members: &["tomas", "oskar", "nadia"],
            },
        ),
        (2 * DAY + 5 * HOUR, vote("bram", "evening", 1)),
        (2 * DAY + 4 * HOUR, vote("aoife", "evening", 1)),
        (2 * DAY + 3 * HOUR, vote("salome", "evening", 0)),
        (2 * DAY + 2 * HOUR, vote("dov", "evening", 2)),
        (2 * DAY + HOUR, vote("juno", "evening", 1)),
        (DAY + 20 * HOUR, vote("leo", "evening", 1)),
        (
            9 * HOUR,
            Deed::Announce {
                by: "marlene",
                text: "The seed swap is in the reading room tomorrow at ten. Bring envelopes, labels and a cup. Who \
                       has nothing to swap is given something.",
            },
        ),
        (2 * HOUR + 40, vote("wren", "beak", 0)),
        (2 * HOUR + 35, vote("juno", "beak", 0)),
        (2 * HOUR + 20, vote("salome", "beak", 2)),
        (2 * HOUR, vote("nadia", "beak", 1)),
        (HOUR + 50, vote("leo", "beak", 0)),
        (HOUR + 10, vote("dov", "beak", 2)),
        (
            HOUR,
            Deed::Schedule {
                by: "marlene",
                text: "Tonight at the library: the list of the ferries, read aloud, all of it. The kettle is on. #books",
                days: 2,
            },
        ),
    ]
}

fn named(tag: &str) -> Result<Named> {
    Named::parse(tag).ok_or_else(|| Error::internal(format!("{tag} is no hashtag")))
}

/// Does it.
///
/// # Errors
/// When the script breaks a rule of the server, or the store fails.
pub async fn perform(stage: &Stage<'_>, deed: Deed) -> Result<()> {
    let app = stage.app;
    match deed {
        Deed::List { by, title, members } => {
            let (by, members) = (stage.person(by)?, stage.people(members)?);
            let wanted =
                lists::Edit { title: Some(title.into()), replies: Some(Replies::List), exclusive: None };
            app.write(move |tx| {
                let id = lists::create(tx, by, wanted)?;
                lists::add(tx, by, id, &members)
            })
            .await
        }
        Deed::Collect { by, name, description, tag, members } => {
            let (by, members) = (stage.person(by)?, stage.people(members)?);
            let changes = Changes {
                name: Some(name.into()),
                description: Some(Some(description.into())),
                language: Some(Some("en".into())),
                discoverable: Some(true),
                tag: Some(Some(named(tag)?)),
                ..Changes::default()
            };
            app.write(move |tx| collections::create(tx, by, changes, &members)).await.map(drop)
        }
        Deed::FollowTag { by, tag } => {
            let (by, named) = (stage.person(by)?, named(tag)?);
            app.write(move |tx| follow::follow(tx, by, &named)).await
        }
        Deed::FeatureTag { by, tag } => {
            let (by, named) = (stage.person(by)?, named(tag)?);
            app.write(move |tx| feature::feature(tx, by, &named)).await.map(drop)
        }
        Deed::Vote { by, post, choice } => {
            let (by, post) = (stage.person(by)?, stage.post(post)?);
            app.write(move |tx| polls::vote(tx, post, by, &[choice])).await
        }
        Deed::Announce { by, text } => {
            let by = stage.person(by)?;
            let draft =
                announcements::Draft { text: text.into(), starts_at: None, ends_at: None, all_day: false };
            app.write(move |tx| {
                let id = announcements::publish(tx, draft)?;
                // Who wrote it has read it.
                announcements::dismiss(tx, by, id)
            })
            .await
        }
        Deed::Schedule { by, text, days } => {
            let by = stage.person(by)?;
            let draft = Draft { text: text.into(), language: Some("en".into()), ..Draft::default() };
            let at = app.now().plus(Duration::from_secs(u64::from(days) * 24 * 60 * 60));
            let kept = app.write(move |tx| scheduled_statuses::schedule(tx, by, draft, at)).await?;
            kept.map(drop).map_err(|_| Error::internal("a post of the script reaches somebody unexpected"))
        }
    }
}
