//! Videos, sounds and loops: taken in, made ready by a job, shown; and everything that is refused.

use std::time::Duration;

use serde_json::{Value, json};
use shop::features::media::jobs::ProcessMedia;
use shop::features::media::table::{MEDIA, Media, MediaKind, Stage};
use shop::platform::ids::MediaId;
use shop::platform::place::Place;

use crate::support::{Answer, Person, Shop, clips, pictures};

const H264: [&str; 4] = ["-c:v", "libx264", "-pix_fmt", "yuv420p"];

async fn send(member: &Person, name: &str, bytes: Vec<u8>) -> Answer {
    member.upload("/api/v2/media", &[], ("file", name, "application/octet-stream", bytes)).await
}

/// Uploads a clip and gives it as it is when all work is done.
async fn ready(shop: &Shop, member: &Person, name: &str, bytes: Vec<u8>) -> Value {
    let sent = send(member, name, bytes).await;
    assert_eq!(sent.status(), 202, "{}", sent.text());
    assert_eq!(sent.json()["url"], Value::Null);
    shop.settle().await;
    member.get(&path(&sent.json())).await.ok()
}

fn path(media: &Value) -> String {
    format!("/api/v1/media/{}", media["id"].as_str().unwrap())
}

async fn file(shop: &Shop, url: &Value) -> Answer {
    let served = shop.anon().get(url.as_str().unwrap()).await;
    assert_eq!(served.status(), 200, "{url}");
    served
}

#[tokio::test]
async fn a_video_is_made_ready_for_browsers() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let vp8 = clips::film(
        "d=1:s=320x240:r=10",
        &["-vf", "scale=321:241", "-c:v", "libvpx", "-c:a", "libvorbis"],
        "a.webm",
    );
    let media = ready(&shop, &alice, "a.webm", vp8).await;
    assert_eq!((&media["type"], &media["remote_url"]), (&json!("video"), &Value::Null));
    let original = &media["meta"]["original"];
    assert_eq!((&original["width"], &original["height"]), (&json!(320), &json!(240)));
    assert_eq!(original["frame_rate"], "10/1");
    assert!((0.9..1.3).contains(&original["duration"].as_f64().unwrap()), "{original}");
    assert!(original["bitrate"].as_u64().unwrap() > 0);
    assert_eq!(media["meta"]["small"]["size"], "320x240");
    assert!(media["blurhash"].is_string());
    // Other servers are told how long it is (ISO 8601).
    let post =
        alice.post("/api/v1/statuses", json!({ "status": "look", "media_ids": [media["id"]] })).await.ok();
    let note = post["uri"].as_str().unwrap().trim_start_matches(shop.base());
    let note = shop.anon().get_with(note, &[("accept", "application/activity+json")]).await.ok();
    let told = note["attachment"][0]["duration"].as_str().unwrap();
    let seconds: f64 =
        told.strip_prefix("PT").and_then(|told| told.strip_suffix('S')).unwrap().parse().unwrap();
    assert_eq!(original["duration"].as_f64().unwrap(), seconds, "{told}");
    let served = file(&shop, &media["url"]).await;
    assert_eq!(served.header("content-type"), Some("video/mp4"));
    // It is packed already.
    let packed =
        shop.anon().get_with(media["url"].as_str().unwrap(), &[("accept-encoding", "gzip, br")]).await;
    assert_eq!(packed.header("content-encoding"), None);
    let held = clips::look(served.bytes());
    let stream = |kind: &str| {
        let streams = held["streams"].as_array().unwrap().clone();
        streams.into_iter().find(|stream| stream["codec_type"] == kind).unwrap()
    };
    assert_eq!(
        (&stream("video")["codec_name"], &stream("video")["pix_fmt"]),
        (&json!("h264"), &json!("yuv420p"))
    );
    assert_eq!(stream("audio")["codec_name"], "aac");
    let preview = file(&shop, &media["preview_url"]).await;
    assert_eq!(preview.header("content-type"), Some("image/png"));
    let url = media["url"].as_str().unwrap();
    let part = shop.anon().get_with(url, &[("range", "bytes=4-7")]).await;
    assert_eq!((part.status(), part.bytes()), (206, &b"ftyp"[..]));
    assert_eq!(std::fs::read_dir(shop.folder().join("scratch")).unwrap().count(), 0);
}

#[tokio::test]
async fn what_browsers_show_is_copied_without_what_it_tells_about_its_maker() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let tags = ["-metadata", "title=secret", "-metadata", "location=+48.0+011.0/"];
    let mp4 = clips::video("d=1:s=1280x720:r=5", &[&H264[..], &tags].concat(), "a.mp4");
    assert!(clips::look(&mp4)["format"]["tags"].to_string().contains("secret"));
    let media = ready(&shop, &alice, "a.mp4", mp4.clone()).await;
    let served = file(&shop, &media["url"]).await;
    assert_eq!(clips::digest(served.bytes()), clips::digest(&mp4));
    let tags = clips::look(served.bytes())["format"]["tags"].to_string();
    assert!(!tags.contains("secret") && !tags.contains("48.0"), "{tags}");
    let preview = image::load_from_memory(file(&shop, &media["preview_url"]).await.bytes()).unwrap();
    assert_eq!((preview.width(), preview.height()), (640, 360));
    for (output, name) in [
        (&["-c:v", "libx264", "-pix_fmt", "yuv444p"][..], "b.mp4"),
        (&["-c:v", "libx264", "-pix_fmt", "yuv420p"], "c.mov"),
    ] {
        let clip = clips::video("d=1:s=64x64:r=5", output, name);
        let media = ready(&shop, &alice, name, clip.clone()).await;
        let served = file(&shop, &media["url"]).await;
        assert_ne!(clips::digest(served.bytes()), clips::digest(&clip), "{name}");
        assert_eq!(clips::look(served.bytes())["streams"][0]["pix_fmt"], "yuv420p", "{name}");
    }
}

#[tokio::test]
async fn a_sound_becomes_mp3_and_its_cover_the_thumbnail() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    for (output, name) in [
        (&["-c:a", "libvorbis"][..], "a.ogg"),
        (&["-c:a", "flac"], "a.flac"),
        (&["-c:a", "pcm_s16le"], "a.wav"),
        (&["-c:a", "aac"], "a.m4a"),
        (&["-c:a", "aac", "-f", "adts"], "a.aac"),
        (&["-c:a", "wmav2"], "a.wma"),
        (&["-c:a", "libopus"], "a.webm"),
    ] {
        let media = ready(&shop, &alice, name, clips::sound(output, name)).await;
        assert_eq!((&media["type"], &media["preview_url"]), (&json!("audio"), &Value::Null), "{name}");
        let meta = media["meta"].as_object().unwrap();
        assert_eq!(meta.keys().collect::<Vec<_>>(), ["original"], "{name}");
        assert!((0.9..1.2).contains(&meta["original"]["duration"].as_f64().unwrap()), "{name}: {meta:?}");
        let served = file(&shop, &media["url"]).await;
        assert_eq!(served.header("content-type"), Some("audio/mpeg"), "{name}");
    }
    let inputs = ["-f", "lavfi", "-i", "sine=d=1", "-f", "lavfi", "-i", "color=c=0x204060:s=100x100:d=1"];
    let output = ["-map", "0", "-map", "1", "-frames:v", "1", "-c:v", "png", "-c:a", "libmp3lame"];
    let with_cover = clips::draw(&inputs, &output, "a.mp3");
    let media = ready(&shop, &alice, "a.mp3", with_cover).await;
    assert_eq!(media["meta"]["small"]["size"], "100x100");
    assert_eq!(media["meta"]["colors"]["foreground"], "#ffffff");
    let ground = media["meta"]["colors"]["background"].as_str().unwrap();
    assert!(ground.starts_with("#1f") || ground.starts_with("#20"), "{ground}");
    assert!(media["preview_url"].is_string() && media["blurhash"].is_string());
    let served = clips::look(file(&shop, &media["url"]).await.bytes());
    assert_eq!(served["streams"].as_array().unwrap().len(), 1, "the cover is not in the sound any more");
}

#[tokio::test]
async fn an_animated_gif_becomes_a_silent_loop() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let gif = clips::video("d=1:s=100x50:r=5", &["-vf", "scale=101:51"], "a.gif");
    let sent = send(&alice, "a.gif", gif.clone()).await;
    let media = sent.ok();
    assert_eq!(media["type"], "gifv");
    assert_eq!(
        (&media["meta"]["original"]["width"], &media["meta"]["original"]["height"]),
        (&json!(100), &json!(50))
    );
    let served = file(&shop, &media["url"]).await;
    let held = clips::look(served.bytes());
    assert_eq!(held["streams"].as_array().unwrap().len(), 1);
    assert_eq!(held["streams"][0]["codec_name"], "h264");
    let still =
        send(&alice, "b.gif", clips::video("d=1:s=20x20:r=1", &["-frames:v", "1"], "b.gif")).await.ok();
    assert_eq!(still["type"], "image");
    let large = clips::video("d=1:s=1282x720:r=2", &[], "c.gif");
    assert!(send(&alice, "c.gif", large).await.error(422).contains("more than 921600 pixels"));
    let posted = alice
        .post("/api/v1/statuses", json!({"status": "x", "media_ids": [media["id"], still["id"]]}))
        .await
        .ok();
    assert_eq!(posted["media_attachments"].as_array().unwrap().len(), 2, "a loop may stand beside a picture");

    let without = Shop::start_with("[media]\nffmpeg = \"off\"\n").await;
    let media = send(&without.member("alice").await, "a.gif", gif).await.ok();
    assert_eq!(media["type"], "image");
}

#[tokio::test]
async fn without_the_programs_only_pictures_are_taken_and_announced() {
    let settings = "[media]\nffmpeg = \"/no/such/ffmpeg\"\nheif = \"/no/such/heif-convert\"\n";
    let shop = Shop::start_with(settings).await;
    let alice = shop.member("alice").await;
    let mp4 = clips::video("d=1:s=32x32:r=2", &H264, "a.mp4");
    assert!(send(&alice, "a.mp4", mp4).await.error(422).contains("pictures only"));
    let avif = clips::video("d=1:s=32x32:r=1", &["-frames:v", "1", "-c:v", "libaom-av1"], "a.avif");
    assert!(send(&alice, "a.avif", avif.clone()).await.error(422).contains("AVIF"));
    let types = async |shop: &Shop, version: &str| {
        let told = shop.anon().get(&format!("/api/{version}/instance")).await.ok();
        let types = told["configuration"]["media_attachments"]["supported_mime_types"].clone();
        types.as_array().unwrap().iter().map(|kind| kind.as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let pictures = ["image/jpeg", "image/png", "image/gif", "image/webp"];
    assert_eq!(types(&shop, "v2").await, pictures);
    assert_eq!(types(&shop, "v1").await, pictures);

    let shop = Shop::start().await;
    let all = types(&shop, "v2").await;
    assert!(all.iter().any(|kind| kind == "video/mp4") && all.iter().any(|kind| kind == "audio/mpeg"));
    let limits = shop.anon().get("/api/v2/instance").await.ok()["configuration"]["media_attachments"].clone();
    assert_eq!(limits["video_size_limit"], 103_809_024);
    assert_eq!(
        (&limits["video_frame_rate_limit"], &limits["video_matrix_limit"]),
        (&json!(120), &json!(8_294_400))
    );
    // What is announced is taken, and what is not announced is refused.
    let alice = shop.member("alice").await;
    let sent = send(&alice, "a.avif", avif).await;
    if all.iter().any(|kind| kind == "image/avif") {
        let media = sent.ok();
        assert_eq!((&media["type"], &media["meta"]["original"]["size"]), (&json!("image"), &json!("32x32")));
        assert_eq!(file(&shop, &media["url"]).await.header("content-type"), Some("image/jpeg"));
    } else {
        sent.error(422);
    }
}

#[tokio::test]
async fn what_is_no_clip_or_too_much_of_one_is_refused_at_once() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let mut junk = b"\0\0\0\x20ftypisom\0\0\x02\0".to_vec();
    junk.resize(3_000, 7);
    let unknown = "File type of uploaded media could not be verified";
    let playlist = b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n".to_vec();
    let list = b"ffconcat version 1.0\nfile /etc/passwd\n".to_vec();
    let matroska = clips::video("d=1:s=32x32:r=2", &H264, "a.mkv");
    let with_picture = clips::film("d=1:s=32x32:r=2", &["-c:v", "wmv2", "-c:a", "wmav2"], "a.wma");
    let id3 = [b"ID3\x04\0\0\0\0\0\0".to_vec(), vec![0; 500]].concat();
    let all = [junk, playlist, list, matroska, with_picture, id3, b"OggS".to_vec()];
    for (number, bytes) in all.into_iter().enumerate() {
        let sent = send(&alice, "a.mp4", bytes).await;
        assert_eq!(
            (sent.status(), &sent.json()["error"]),
            (422, &json!(unknown)),
            "{number}: {}",
            sent.text()
        );
    }
    let large =
        clips::video("d=1:s=3842x2160:r=1", &[&H264[..], &["-preset", "ultrafast"]].concat(), "a.mp4");
    assert!(send(&alice, "a.mp4", large).await.error(422).contains("3842x2160"));
    let quick = clips::video("d=0.1:s=32x32:r=240", &H264, "a.mp4");
    assert!(send(&alice, "a.mp4", quick).await.error(422).contains("120 frames a second"));
    let long = clips::video("d=301:s=16x16:r=120", &[&H264[..], &["-preset", "ultrafast"]].concat(), "a.mp4");
    assert!(send(&alice, "a.mp4", long).await.error(422).contains("36000 frames"));
    let mut heavy = clips::video("d=1:s=32x32:r=2", &H264, "a.mp4");
    heavy.resize(99 * 1024 * 1024 + 1, 0);
    assert!(send(&alice, "a.mp4", heavy).await.error(422).contains("99 MB"));
    assert_eq!(
        std::fs::read_dir(shop.folder().join("scratch")).unwrap().count(),
        0,
        "nothing is left behind"
    );
}

#[tokio::test]
async fn a_thumbnail_can_be_given_to_what_moves_or_sounds() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let clip = clips::sound(&["-c:a", "libvorbis"], "a.ogg");
    let part = |name, file_name, bytes| (name, file_name, "application/octet-stream", bytes);
    let files =
        || vec![part("file", "a.ogg", clip.clone()), part("thumbnail", "t.png", pictures::png(900, 600))];
    let sent = alice.upload_all("/api/v2/media", &[("description", "a tone")], files()).await;
    assert_eq!(sent.status(), 202);
    shop.settle().await;
    let media = alice.get(&path(&sent.json())).await.ok();
    assert_eq!(
        (&media["description"], &media["meta"]["small"]["size"]),
        (&json!("a tone"), &json!("587x391"))
    );
    assert!(media["meta"]["colors"]["accent"].as_str().unwrap().starts_with('#'));
    let first = media["preview_url"].clone();
    file(&shop, &first).await;
    let (path, small) = (path(&media), part("thumbnail", "t.jpg", pictures::jpeg(50, 80)));
    let changed = alice.send_multipart("PUT", &path, &[], small).await.ok();
    assert_eq!(changed["meta"]["small"]["size"], "50x80");
    shop.settle().await;
    assert_eq!(shop.anon().get(first.as_str().unwrap()).await.status(), 404, "the old one goes");
    file(&shop, &changed["preview_url"]).await;

    let posted =
        alice.post("/api/v1/statuses", json!({"status": "x", "media_ids": [media["id"]]})).await.ok();
    let (status, id) = (posted["id"].as_str().unwrap(), media["id"].as_str().unwrap());
    let fields = [("status", "x"), ("media_ids[]", id), ("media_attributes[][id]", id)];
    let edit = async |fields: &[(&str, &str)], bytes| {
        let thumbnail = part("media_attributes[][thumbnail]", "t.png", bytes);
        alice.send_multipart("PUT", &format!("/api/v1/statuses/{status}"), fields, thumbnail).await
    };
    let edited = edit(&fields, pictures::png(70, 30)).await.ok();
    assert_eq!(edited["media_attachments"][0]["meta"]["small"]["size"], "70x30");
    edit(&fields, b"<svg/>".to_vec()).await.error(422);
    let long = "x".repeat(501);
    let small = || shop.folder().join(format!("media/attachments/{id}/small"));
    shop.settle().await;
    edit(&[&[("status", long.as_str())], &fields[1..]].concat(), pictures::png(40, 40)).await.error(422);
    assert_eq!(std::fs::read_dir(small()).unwrap().count(), 1, "nothing is left of a refused edit");

    let bad = vec![part("file", "a.ogg", clip.clone()), part("thumbnail", "t.png", b"<svg/>".to_vec())];
    assert!(alice.upload_all("/api/v2/media", &[], bad).await.error(422).contains("Thumbnail"));
    let picture =
        vec![part("file", "a.png", pictures::png(9, 9)), part("thumbnail", "t.png", pictures::png(9, 9))];
    let words = alice.upload_all("/api/v2/media", &[], picture).await.error(422);
    assert_eq!(words, "Validation failed: Thumbnail must be blank");
    let id = alice.picture().await;
    let wrong = part("thumbnail", "t.png", pictures::png(9, 9));
    alice.send_multipart("PUT", &format!("/api/v1/media/{id}"), &[], wrong).await.error(422);
}

/// An upload in the given stage, without its bytes.
async fn stored(shop: &Shop, owner: &Person, stage: Stage, with_job: bool) -> String {
    let (account, now) = (owner.id.parse().unwrap(), shop.app().now());
    let id: MediaId = shop.app().ids.next(now);
    let place = Place::Blob(format!("attachments/{id}/original/0.mp4"));
    shop.app()
        .write(move |tx| {
            let media =
                Media { stage, ..Media::new(account, MediaKind::Video, "video/mp4".into(), place, now) };
            MEDIA.put(tx, &id, &media)?;
            if with_job { tx.enqueue(&ProcessMedia { media: id }) } else { Ok(()) }
        })
        .await
        .unwrap();
    id.to_string()
}

#[tokio::test]
async fn each_stage_has_its_status() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let waiting = stored(&shop, &alice, Stage::Waiting, false).await;
    let answer = alice.get(&format!("/api/v1/media/{waiting}")).await;
    assert_eq!((answer.status(), &answer.json()["url"]), (206, &Value::Null));
    assert_eq!(answer.json()["meta"], Value::Null);
    bob.get(&format!("/api/v1/media/{waiting}")).await.error(404);
    let words =
        alice.post("/api/v1/statuses", json!({"status": "x", "media_ids": [waiting]})).await.error(422);
    assert!(words.contains("not finished processing"), "{words}");
    let described = alice.put(&format!("/api/v1/media/{waiting}"), json!({"description": "soon"})).await;
    assert_eq!((described.status(), &described.json()["description"]), (206, &json!("soon")));

    // The upload is not in the scratch folder: the job finds nothing to work on.
    let lost = stored(&shop, &alice, Stage::Waiting, true).await;
    shop.settle().await;
    let words = alice.get(&format!("/api/v1/media/{lost}")).await.error(422);
    assert_eq!(words, "Error processing thumbnail for uploaded media");
    alice.post("/api/v1/statuses", json!({"status": "x", "media_ids": [lost]})).await.error(422);
    assert_eq!(alice.delete(&format!("/api/v1/media/{lost}")).await.ok(), json!({}));
}

#[tokio::test]
async fn the_old_route_answers_when_all_is_done() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let mp4 = clips::video("d=1:s=32x32:r=2", &H264, "a.mp4");
    let file = ("file", "a.mp4", "video/mp4", mp4);
    let media = alice.upload("/api/v1/media", &[("focus", "0.5,0.5")], file).await.ok();
    assert!(media["url"].is_string());
    assert_eq!(media["meta"]["focus"], json!({"x": 0.5, "y": 0.5}));
}

#[tokio::test]
async fn a_video_stands_alone() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let video = ready(&shop, &alice, "a.mp4", clips::video("d=1:s=32x32:r=2", &H264, "a.mp4")).await;
    let picture = alice.picture().await;
    let both = json!({"status": "x", "media_ids": [video["id"], picture]});
    assert!(alice.post("/api/v1/statuses", both).await.error(422).contains("already contains images"));
    let posted =
        alice.post("/api/v1/statuses", json!({"status": "x", "media_ids": [video["id"]]})).await.ok();
    assert_eq!(posted["media_attachments"][0]["type"], "video");
    let note = shop
        .anon()
        .get_with(posted["uri"].as_str().unwrap(), &[("accept", "application/activity+json")])
        .await
        .ok();
    let attachment = &note["attachment"][0];
    assert_eq!((&attachment["mediaType"], &attachment["width"]), (&json!("video/mp4"), &json!(32)));
    assert_eq!(attachment["icon"]["url"], video["preview_url"]);
}

#[tokio::test]
async fn a_stopped_server_goes_on_with_its_uploads_at_the_next_start() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let film = clips::video("d=8:s=640x360:r=25", &["-c:v", "libvpx", "-deadline", "realtime"], "a.webm");
    let sent = send(&alice, "a.webm", film).await.json();
    std::fs::write(shop.folder().join("scratch/left-over"), b"x").unwrap();
    // The child is killed: stopping takes no longer than the grace of open requests.
    let shop = shop.restart().await;
    assert!(!shop.folder().join("scratch/left-over").exists());
    shop.settle().await;
    let media = alice.get(&path(&sent)).await.ok();
    assert!(media["url"].is_string());
    shop.clock().advance(Duration::from_secs(25 * 3_600));
    shop.settle().await;
    alice.get(&path(&sent)).await.error(404);
}
