//! Media bytes: put, read in whole and in part, listed, deleted; paths that are refused.

use futures_util::TryStreamExt;
use shop_storage::{Blobs, Bytes, Error};

use crate::support::s3::S3;

fn run(test: impl AsyncFn(Blobs, bool)) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let files = format!("file:{}", folder.path().join("media/blobs").display());
    runtime.block_on(test(Blobs::open(&files).unwrap(), false));
    runtime.block_on(test(Blobs::open("memory:").unwrap(), true));
    runtime.block_on(async {
        let s3 = S3::start().await;
        test(Blobs::open(&s3.address()).unwrap(), true).await;
    });
}

#[test]
fn what_is_put_is_read_back_until_it_is_deleted() {
    run(async |blobs, typed| {
        let bytes = Bytes::from((0..100_000_u32).map(|n| n as u8).collect::<Vec<u8>>());
        blobs.put("media/1/original.png", bytes.clone(), "image/png").await.unwrap();
        let body = blobs.get("media/1/original.png").await.unwrap();
        assert_eq!(body.size, 100_000);
        assert_eq!(body.content_type.as_deref(), typed.then_some("image/png"));
        assert_eq!(body.bytes(100_000).await.unwrap(), bytes);
        let part = blobs.get_range("media/1/original.png", 10..20).await.unwrap();
        assert_eq!((part.size, part.range.clone()), (100_000, 10..20));
        assert_eq!(part.bytes(10).await.unwrap(), bytes.slice(10..20));
        let streamed: Vec<Bytes> =
            blobs.get("media/1/original.png").await.unwrap().stream().try_collect().await.unwrap();
        assert_eq!(streamed.concat(), bytes);
        let head = blobs.head("media/1/original.png").await.unwrap().unwrap();
        assert_eq!((head.path.as_str(), head.size), ("media/1/original.png", 100_000));

        blobs.put("media/1/original.png", Bytes::from_static(b"new"), "image/png").await.unwrap();
        blobs.put("other/2", Bytes::new(), "image/png").await.unwrap();
        let listed: Vec<_> = blobs.list("media/").unwrap().try_collect().await.unwrap();
        assert_eq!(listed.iter().map(|blob| blob.size).collect::<Vec<_>>(), [3]);
        assert_eq!(blobs.list("").unwrap().try_collect::<Vec<_>>().await.unwrap().len(), 2);

        blobs.delete("media/1/original.png").await.unwrap();
        blobs.delete("media/1/original.png").await.unwrap();
        assert_eq!(blobs.head("media/1/original.png").await.unwrap(), None);
        let missing = blobs.get("media/1/original.png").await;
        assert!(matches!(missing, Err(Error::BlobMissing { path }) if path == "media/1/original.png"));
    });
}

#[test]
fn a_stream_is_put_whole_or_not_at_all() {
    run(async |blobs, typed| {
        let piece = |n: u8| std::io::Result::Ok(Bytes::from(vec![n; 3 << 20]));
        let pieces = futures_util::stream::iter((0..5).map(piece));
        assert_eq!(blobs.put_stream("a/film.mp4", pieces, "video/mp4").await.unwrap(), 15 << 20);
        let body = blobs.get("a/film.mp4").await.unwrap();
        assert_eq!(body.content_type.as_deref(), typed.then_some("video/mp4"));
        let bytes = body.bytes(16 << 20).await.unwrap();
        assert!(
            (0..5).all(|n| bytes[n * (3 << 20)..(n + 1) * (3 << 20)].iter().all(|byte| *byte == n as u8))
        );

        let broken = futures_util::stream::iter([piece(1), Err(std::io::Error::other("gone")), piece(2)]);
        let put = blobs.put_stream("a/broken.mp4", broken, "video/mp4").await;
        assert!(matches!(put, Err(Error::Blob(words)) if words.contains("gone")));
        assert_eq!(blobs.head("a/broken.mp4").await.unwrap(), None);
        let empty = futures_util::stream::iter([std::io::Result::Ok(Bytes::new())]);
        assert!(blobs.put_stream("../up", empty, "video/mp4").await.is_err());
    });
}

#[test]
fn a_file_is_taken_over_where_that_needs_no_copy() {
    run(async |blobs, typed| {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("made");
        for text in ["first", "second"] {
            std::fs::write(&file, text).unwrap();
            let taken = blobs.adopt("a/b/made.zip", &file).unwrap();
            assert_eq!((taken, file.exists()), (!typed, typed), "only a folder takes files over");
            if taken {
                let body = blobs.get("a/b/made.zip").await.unwrap();
                assert_eq!(body.bytes(9).await.unwrap(), text);
            } else {
                assert_eq!(blobs.head("a/b/made.zip").await.unwrap(), None);
            }
        }
        assert!(matches!(blobs.adopt("../up", &file), Err(Error::Blob(_))));
        if !typed {
            assert!(blobs.adopt("a/none", &folder.path().join("none")).is_err());
        }
    });
}

#[test]
fn paths_out_of_the_store_and_limits_are_refused() {
    run(async |blobs, _| {
        for path in ["", "/etc/passwd", "../up", "a/../../b", "a//b", "a/./b", "a/", "a\0b", &"x".repeat(901)]
        {
            let put = blobs.put(path, Bytes::from_static(b"x"), "text/plain").await;
            assert!(matches!(put, Err(Error::Blob(_))), "{path:?}: {put:?}");
            assert!(blobs.get(path).await.is_err() && blobs.head(path).await.is_err());
            assert!(blobs.delete(path).await.is_err());
        }
        blobs.put("big", Bytes::from(vec![0; 100]), "text/plain").await.unwrap();
        assert!(matches!(blobs.get("big").await.unwrap().bytes(99).await, Err(Error::Blob(_))));
        assert!(blobs.get_range("big", 200..300).await.is_err());
    });
}

#[test]
fn addresses_that_are_no_blob_store_are_refused() {
    for address in ["", "ftp://host/x", "s3://", "s3://bucket?colour=blue", "media"] {
        assert!(matches!(Blobs::open(address), Err(Error::Blob(_))), "{address:?}");
    }
    let s3 = "s3://bucket/prefix?endpoint=http://127.0.0.1:1&region=eu&allow_http=true\
              &access_key_id=a&secret_access_key=b";
    assert!(Blobs::open(s3).is_ok());
}

#[tokio::test]
async fn a_bucket_keeps_what_is_put_and_opens_to_its_keys_only() {
    let s3 = S3::start().await;
    let good = Blobs::open(&s3.address()).unwrap();
    good.put("a/b.png", Bytes::from_static(b"picture"), "image/png").await.unwrap();
    assert_eq!(s3.stored("a/b.png").as_deref(), Some(&b"picture"[..]), "not only in our imagination");
    let body = good.get("a/b.png").await.unwrap();
    assert_eq!((body.size, body.content_type.as_deref()), (7, Some("image/png")));
    let tail = good.get_range("a/b.png", 4..100).await.unwrap();
    assert_eq!((tail.range.clone(), tail.bytes(3).await.unwrap().as_ref()), (4..7, &b"ure"[..]));

    for (key, secret) in [("an-access-key", "another-secret"), ("another-key", "a-secret-of-the-bucket")] {
        let bad = Blobs::open(&s3.address_with("files", key, secret)).unwrap();
        let put = bad.put("a/c.png", Bytes::from_static(b"x"), "image/png").await;
        assert!(put.is_err(), "{key}");
        assert!(bad.get("a/b.png").await.is_err() && bad.get_range("a/b.png", 0..1).await.is_err());
        assert!(bad.head("a/b.png").await.is_err() && bad.delete("a/b.png").await.is_err());
    }
    let elsewhere = s3.address_with("elsewhere", "an-access-key", "a-secret-of-the-bucket");
    assert!(Blobs::open(&elsewhere).unwrap().get("a/b.png").await.is_err());
    assert!(s3.stored("a/b.png").is_some() && s3.stored("a/c.png").is_none());
    let prefixed = s3.address().replace("s3://files?", "s3://files/a?");
    let below = Blobs::open(&prefixed).unwrap();
    assert_eq!(below.head("b.png").await.unwrap().unwrap().size, 7);
    below.delete("b.png").await.unwrap();
    assert!(s3.stored("a/b.png").is_none());
    assert!(matches!(good.get("a/b.png").await, Err(Error::BlobMissing { .. })));
}
