//! Markers over HTTP. All saves run on the one writer, so the 409 of concurrent saves never happens here.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use serde::Serialize;

use super::table::Marker;
use super::{TIMELINES, get, save};
use crate::features::oauth::auth::User;
use crate::features::oauth::scopes::{ReadStatuses, WriteStatuses};
use crate::platform::app::App;
use crate::platform::error::{Error, Result};
use crate::platform::http::params::Params;

/// The Marker entity.
#[derive(Debug, Serialize)]
pub struct MarkerView {
    last_read_id: String,
    version: u64,
    updated_at: String,
}

impl From<Marker> for MarkerView {
    fn from(marker: Marker) -> Self {
        Self {
            last_read_id: marker.last_read_id.to_string(),
            version: marker.version,
            updated_at: marker.updated_at.dt(),
        }
    }
}

type Markers = BTreeMap<&'static str, MarkerView>;

/// `GET /api/v1/markers`: unknown timelines are ignored, unsaved ones absent.
pub async fn list(user: User<ReadStatuses>, State(app): State<App>, params: Params) -> Result<Json<Markers>> {
    let wanted = params.list("timeline");
    let store = app.read()?;
    let mut found = Markers::new();
    for timeline in TIMELINES.into_iter().filter(|name| wanted.iter().any(|want| want == name)) {
        if let Some(marker) = get(&store, user.id, timeline)? {
            found.insert(timeline, marker.into());
        }
    }
    Ok(Json(found))
}

/// `POST /api/v1/markers`
pub async fn save_all(
    user: User<WriteStatuses>,
    State(app): State<App>,
    params: Params,
) -> Result<Json<Markers>> {
    let mut given = Vec::new();
    for timeline in TIMELINES {
        let Some(text) = params.group(timeline).and_then(|group| group.text("last_read_id")) else {
            continue;
        };
        let id: u64 = text.parse().map_err(|_| Error::invalid("Last read is not a number"))?;
        given.push((timeline, id));
    }
    let saved = app
        .write(move |tx| {
            given
                .iter()
                .map(|(name, id)| Ok((*name, save(tx, user.id, name, *id)?)))
                .collect::<Result<Vec<_>>>()
        })
        .await?;
    Ok(Json(saved.into_iter().map(|(name, marker)| (name, marker.into())).collect()))
}
