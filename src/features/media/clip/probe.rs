//! What a file holds, as `ffprobe` tells it.

use std::path::Path;
use std::time::Duration;

use serde::Deserialize;
use tokio_util::sync::CancellationToken;

use super::{ClipError, Container, FRAME_RATE, FRAMES, PIXELS, Tools};
use crate::platform::child::Program;

/// How long looking at a file may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// The moving pictures of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// How they are encoded, such as `h264`.
    pub codec: String,
    /// How their pixels are kept, such as `yuv420p`.
    pub pixels: String,
    /// Across, as it is shown.
    pub width: u32,
    /// Down, as it is shown.
    pub height: u32,
    /// Frames a second, as a fraction, where known.
    pub rate: Option<(u32, u32)>,
    /// How many there are, where known.
    pub frames: Option<u64>,
}

/// What a file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// What it comes in.
    pub container: Container,
    /// Its moving pictures.
    pub picture: Option<Picture>,
    /// How its sound is encoded, such as `aac`.
    pub sound: Option<String>,
    /// Whether a cover is embedded.
    pub has_cover: bool,
    /// Its length in milliseconds, where known.
    pub duration_ms: Option<u64>,
    /// Bits a second, where known.
    pub bitrate: Option<u64>,
}

#[derive(Debug, Deserialize)]
struct Told {
    #[serde(default)]
    streams: Vec<Stream>,
    #[serde(default)]
    format: Format,
}

#[derive(Debug, Default, Deserialize)]
struct Format {
    duration: Option<String>,
    bit_rate: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Stream {
    codec_type: Option<String>,
    codec_name: Option<String>,
    pix_fmt: Option<String>,
    width: Option<u32>,
    height: Option<u32>,
    avg_frame_rate: Option<String>,
    r_frame_rate: Option<String>,
    nb_frames: Option<String>,
    duration: Option<String>,
    #[serde(default)]
    disposition: Disposition,
    #[serde(default)]
    side_data_list: Vec<SideData>,
}

#[derive(Debug, Default, Deserialize)]
struct Disposition {
    #[serde(default)]
    attached_pic: u8,
}

#[derive(Debug, Deserialize)]
struct SideData {
    rotation: Option<f64>,
}

/// Looks at the file `name` in `folder`.
///
/// # Errors
/// [`ClipError::UnknownType`] when it is not what its first bytes announce; [`ClipError::Child`] when the program
/// cannot be run.
pub async fn probe(
    tools: &Tools,
    folder: &Path,
    name: &str,
    container: Container,
    stopping: &CancellationToken,
) -> Result<Facts, ClipError> {
    let input = format!("file:{name}");
    let arguments = [
        "-v",
        "error",
        "-protocol_whitelist",
        "file",
        "-format_whitelist",
        container.reader(),
        "-print_format",
        "json",
        "-show_entries",
        "format=duration,bit_rate:stream=codec_type,codec_name,pix_fmt,width,height,avg_frame_rate,r_frame_rate,\
         nb_frames,duration:stream_disposition=attached_pic:stream_side_data=rotation",
        "-i",
        &input,
    ];
    let program = Program { path: &tools.ffprobe, folder, patience: PATIENCE };
    let told = match program.run(&arguments, stopping).await {
        Ok(told) => told,
        Err(error @ crate::platform::child::ChildError::Failed(_)) => {
            tracing::debug!(%error, "a file could not be looked at");
            return Err(ClipError::UnknownType);
        }
        Err(error) => return Err(error.into()),
    };
    let told: Told = serde_json::from_slice(&told).map_err(|error| ClipError::Odd(error.to_string()))?;
    facts(container, told).ok_or(ClipError::UnknownType)
}

fn facts(container: Container, told: Told) -> Option<Facts> {
    let is = |kind: &str, stream: &&Stream| stream.codec_type.as_deref() == Some(kind);
    let attached = |stream: &&Stream| stream.disposition.attached_pic != 0;
    let picture = told.streams.iter().find(|stream| is("video", stream) && !attached(stream));
    let has_cover = told.streams.iter().any(|stream| is("video", &stream) && attached(&stream));
    let sound = told.streams.iter().find(|stream| is("audio", stream)).and_then(|s| s.codec_name.clone());
    let (picture, has_cover) = match picture {
        Some(_) if !container.may_move() => return None,
        Some(stream) => (Some(picture_of(stream)?), false),
        None => (None, has_cover),
    };
    if picture.is_none() && sound.is_none() {
        return None;
    }
    let stream_length =
        || told.streams.iter().filter_map(|stream| milliseconds(stream.duration.as_deref())).max();
    Some(Facts {
        container,
        picture,
        sound,
        has_cover,
        duration_ms: milliseconds(told.format.duration.as_deref()).or_else(stream_length),
        bitrate: told.format.bit_rate.and_then(|text| text.parse().ok()),
    })
}

fn picture_of(stream: &Stream) -> Option<Picture> {
    let (width, height) = (stream.width.filter(|side| *side > 0)?, stream.height.filter(|side| *side > 0)?);
    let turned = stream.side_data_list.iter().filter_map(|data| data.rotation).next().unwrap_or(0.0);
    let lies = (turned / 90.0).round() as i64 % 2 != 0;
    let (width, height) = if lies { (height, width) } else { (width, height) };
    Some(Picture {
        codec: stream.codec_name.clone()?,
        pixels: stream.pix_fmt.clone().unwrap_or_default(),
        width,
        height,
        rate: fraction(stream.avg_frame_rate.as_deref()).or_else(|| fraction(stream.r_frame_rate.as_deref())),
        frames: stream.nb_frames.as_ref().and_then(|text| text.parse().ok()),
    })
}

/// `30000/1001`; `0/0` stands for what is not known.
fn fraction(text: Option<&str>) -> Option<(u32, u32)> {
    let (above, below) = text?.split_once('/')?;
    let (above, below) = (above.parse().ok()?, below.parse().ok()?);
    (above > 0 && below > 0).then_some((above, below))
}

fn milliseconds(text: Option<&str>) -> Option<u64> {
    let seconds: f64 = text?.parse().ok()?;
    // A century is enough for anybody.
    (0.0..3.2e9).contains(&seconds).then(|| (seconds * 1_000.0).round() as u64)
}

impl Facts {
    /// Holds what was found against the limits of behaviours §6.
    ///
    /// # Errors
    /// [`ClipError::Limit`].
    pub fn check(&self) -> Result<(), ClipError> {
        let Some(picture) = &self.picture else { return Ok(()) };
        let (width, height) = (picture.width, picture.height);
        if u64::from(width) * u64::from(height) > PIXELS {
            return Err(ClipError::Limit(format!("{width}x{height} videos are not supported")));
        }
        if picture.rate.is_some_and(|(above, below)| above > FRAME_RATE.saturating_mul(below)) {
            return Err(ClipError::Limit(format!("videos may have {FRAME_RATE} frames a second at most")));
        }
        if self.frames().is_some_and(|frames| frames > FRAMES) {
            return Err(ClipError::Limit(format!("videos may have {FRAMES} frames at most")));
        }
        Ok(())
    }

    /// How many frames there are, counted or reckoned.
    fn frames(&self) -> Option<u64> {
        let picture = self.picture.as_ref()?;
        picture.frames.or_else(|| {
            let (above, below) = picture.rate?;
            Some(self.duration_ms?.saturating_mul(u64::from(above)) / (1_000 * u64::from(below)))
        })
    }

    /// Whether it can be shown by browsers as it is (behaviours §6).
    pub(super) fn is_ready(&self) -> bool {
        self.container == Container::Mp4
            && self.picture.as_ref().is_some_and(|picture| {
                picture.codec == "h264" && matches!(picture.pixels.as_str(), "yuv420p" | "yuvj420p")
            })
            && self.sound.as_ref().is_none_or(|codec| codec == "aac")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn of(container: Container, streams: Value) -> Option<Facts> {
        let format = json!({ "duration": "2.500000", "bit_rate": "1000" });
        facts(container, serde_json::from_value(json!({ "streams": streams, "format": format })).unwrap())
    }

    fn video(extra: Value) -> Value {
        let mut stream = json!({
            "codec_type": "video", "codec_name": "h264", "pix_fmt": "yuv420p", "width": 1920, "height": 1080,
            "avg_frame_rate": "30000/1001", "r_frame_rate": "30/1", "nb_frames": "75",
            "disposition": { "attached_pic": 0 },
        });
        stream.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        stream
    }

    #[test]
    fn a_video_is_told_from_a_sound_with_a_cover() {
        let sound = json!({ "codec_type": "audio", "codec_name": "aac" });
        let found = of(Container::Mp4, json!([video(json!({})), sound])).unwrap();
        assert!(found.is_ready() && found.check().is_ok());
        assert_eq!((found.duration_ms, found.bitrate), (Some(2_500), Some(1_000)));
        let cover = video(json!({ "disposition": { "attached_pic": 1 } }));
        let found = of(Container::Mp3, json!([sound, cover])).unwrap();
        assert!(found.picture.is_none() && found.has_cover);
        assert_eq!(of(Container::Mp3, json!([cover])), None);
        assert_eq!(of(Container::Asf, json!([sound, video(json!({}))])), None);
        assert_eq!(of(Container::Mp4, json!([])), None);
        assert_eq!(of(Container::Mp4, json!([video(json!({ "width": 0 }))])), None);
    }

    #[test]
    fn only_what_browsers_show_is_copied() {
        for (container, extra) in [
            (Container::WebM, json!({})),
            (Container::QuickTime, json!({})),
            (Container::Mp4, json!({ "codec_name": "hevc" })),
            (Container::Mp4, json!({ "pix_fmt": "yuv444p" })),
        ] {
            assert!(!of(container, json!([video(extra)])).unwrap().is_ready());
        }
        let opus = json!({ "codec_type": "audio", "codec_name": "opus" });
        assert!(!of(Container::Mp4, json!([video(json!({})), opus])).unwrap().is_ready());
    }

    #[test]
    fn limits_hold_at_their_edges() {
        let check = |extra: Value| of(Container::Mp4, json!([video(extra)])).unwrap().check().is_ok();
        assert!(check(json!({ "width": 3840, "height": 2160 })));
        assert!(!check(json!({ "width": 3841, "height": 2160 })));
        assert!(check(json!({ "avg_frame_rate": "120/1" })));
        assert!(!check(json!({ "avg_frame_rate": "121/1" })));
        assert!(!check(json!({ "avg_frame_rate": "0/0", "r_frame_rate": "90000/1" })));
        assert!(check(json!({ "nb_frames": "36000" })));
        assert!(!check(json!({ "nb_frames": "36001" })));
    }

    #[test]
    fn a_video_that_lies_on_its_side_is_measured_as_it_stands() {
        let turned = video(json!({ "side_data_list": [{ "rotation": -90 }] }));
        let picture = of(Container::Mp4, json!([turned])).unwrap().picture.unwrap();
        assert_eq!((picture.width, picture.height), (1080, 1920));
    }
}
