//! Media bytes over an object store: a local folder, S3 and what speaks like it, or memory.

use std::{ops::Range, path::Path as FilePath, sync::Arc};

use bytes::Bytes;
use futures_util::{Stream, StreamExt, TryStreamExt, stream::BoxStream};
use object_store::{
    Attribute, AttributeValue, Attributes, ClientOptions, GetOptions, ObjectMeta, ObjectStore,
    ObjectStoreExt, PutMultipartOptions, PutOptions, WriteMultipart, aws::AmazonS3Builder,
    local::LocalFileSystem, memory::InMemory, path::Path,
};
use url::Url;

use crate::{
    engine::make_folder,
    error::{Error, Result},
};

/// How many parts of one blob are written at once: with their 5 MiB, the memory that a large blob takes.
const PARTS_UNDER_WAY: usize = 2;

/// A store of media bytes. Clones are the same store.
#[derive(Clone)]
pub struct Blobs {
    store: Arc<dyn ObjectStore>,
    /// The same store, when it is a local folder.
    folder: Option<Arc<LocalFileSystem>>,
    /// The store keeps a content type beside the bytes.
    typed: bool,
}

/// What is known about a blob without reading it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlobHead {
    /// Its path.
    pub path: String,
    /// Its length in bytes.
    pub size: u64,
    /// A tag that changes with the bytes, where the store has one.
    pub etag: Option<String>,
}

/// A blob that is being read.
pub struct BlobBody {
    /// Length of the whole blob in bytes.
    pub size: u64,
    /// Which of its bytes the stream gives.
    pub range: Range<u64>,
    /// A tag that changes with the bytes, where the store has one.
    pub etag: Option<String>,
    /// What was given to [`Blobs::put`]; a local folder keeps none.
    pub content_type: Option<String>,
    stream: BoxStream<'static, Result<Bytes>>,
}

impl BlobBody {
    /// The bytes in pieces.
    pub fn stream(self) -> impl Stream<Item = Result<Bytes>> + Send + 'static {
        self.stream
    }

    /// All bytes at once; refused when there are more than `limit`.
    ///
    /// # Errors
    /// When the blob is larger than `limit` or the store fails.
    pub async fn bytes(self, limit: u64) -> Result<Bytes> {
        let length = self.range.end.saturating_sub(self.range.start);
        if length > limit {
            return Err(Error::Blob(format!("{length} bytes are more than the {limit} asked for")));
        }
        let mut all = bytes::BytesMut::new();
        let mut stream = self.stream;
        while let Some(piece) = stream.next().await {
            all.extend_from_slice(&piece?);
        }
        Ok(all.freeze())
    }
}

impl std::fmt::Debug for BlobBody {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BlobBody")
            .field("size", &self.size)
            .field("range", &self.range)
            .finish_non_exhaustive()
    }
}

impl Blobs {
    /// Opens a blob store by address:
    ///
    /// - `file:PATH`: a local folder, made if it is not there; what is put is synced before it is answered;
    /// - `s3://bucket/prefix?endpoint=URL&region=R&allow_http=true&virtual_host=true`: keys come from the
    ///   parameters `access_key_id` and `secret_access_key`, else from the `AWS_*` environment;
    /// - `memory:`: nothing is kept.
    ///
    /// # Errors
    /// When the address is none of these, has an unknown parameter, or the folder cannot be made.
    pub fn open(address: &str) -> Result<Blobs> {
        if let Some(path) = address.strip_prefix("file:") {
            let path = FilePath::new(path.strip_prefix("//").unwrap_or(path));
            make_folder(path)?;
            let store =
                LocalFileSystem::new_with_prefix(path).map_err(|error| failed("", error))?.with_fsync(true);
            let store = Arc::new(store);
            return Ok(Blobs { folder: Some(store.clone()), store, typed: false });
        }
        if address == "memory:" {
            return Ok(Blobs { store: Arc::new(InMemory::new()), folder: None, typed: true });
        }
        if address.starts_with("s3://") {
            return open_s3(address);
        }
        Err(Error::Blob(format!("{address:?} is no blob store: file:PATH, s3://BUCKET?... or memory:")))
    }

    /// Puts a blob, new or in place of another, in one piece.
    ///
    /// # Errors
    /// When the path is not acceptable or the store fails.
    pub async fn put(&self, path: &str, bytes: Bytes, content_type: &str) -> Result<()> {
        let location = checked(path)?;
        let options = PutOptions { attributes: self.attributes(content_type), ..PutOptions::default() };
        self.store.put_opts(&location, bytes.into(), options).await.map_err(|error| failed(path, error))?;
        Ok(())
    }

    /// Puts a blob that need not fit into memory, piece by piece; gives its length in bytes. It is there when
    /// all of it is there: a stream that breaks off leaves nothing.
    ///
    /// # Errors
    /// Those of `pieces`; when the path is not acceptable or the store fails.
    pub async fn put_stream(
        &self,
        path: &str,
        mut pieces: impl Stream<Item = std::io::Result<Bytes>> + Unpin,
        content_type: &str,
    ) -> Result<u64> {
        let location = checked(path)?;
        let options = PutMultipartOptions { attributes: self.attributes(content_type), ..Default::default() };
        let upload = self.store.put_multipart_opts(&location, options).await;
        let mut upload = WriteMultipart::new(upload.map_err(|error| failed(path, error))?);
        let mut length = 0;
        while let Some(piece) = pieces.next().await {
            let written = match piece {
                Ok(piece) => {
                    length += piece.len() as u64;
                    upload.put(piece);
                    upload.wait_for_capacity(PARTS_UNDER_WAY).await.map_err(|error| failed(path, error))
                }
                Err(error) => Err(Error::Blob(error.to_string())),
            };
            if let Err(error) = written {
                // The first fault is the one to tell.
                let _ = upload.abort().await;
                return Err(error);
            }
        }
        upload.finish().await.map_err(|error| failed(path, error))?;
        Ok(length)
    }

    /// Takes a file over as a blob, new or in place of another, by giving it another name: nothing is copied, however
    /// large it is. False, and nothing has happened, where that cannot be done: the store is no local folder, or lies on
    /// another disk. Blocks; keep it away from the async threads.
    ///
    /// # Errors
    /// When the path is not acceptable or the disk fails.
    pub fn adopt(&self, path: &str, file: &FilePath) -> Result<bool> {
        let location = checked(path)?;
        let Some(folder) = &self.folder else { return Ok(false) };
        let target = folder.path_to_filesystem(&location).map_err(|error| failed(path, error))?;
        let moved = move_into(file, &target);
        match moved {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == std::io::ErrorKind::CrossesDevices => Ok(false),
            Err(error) => Err(Error::Blob(error.to_string())),
        }
    }

    /// What the store keeps beside the bytes.
    fn attributes(&self, content_type: &str) -> Attributes {
        let mut attributes = Attributes::new();
        if self.typed {
            attributes.insert(Attribute::ContentType, AttributeValue::from(content_type.to_owned()));
        }
        attributes
    }

    /// Reads a blob.
    ///
    /// # Errors
    /// [`Error::BlobMissing`] when there is none; when the path is not acceptable or the store fails.
    pub async fn get(&self, path: &str) -> Result<BlobBody> {
        self.read(path, None).await
    }

    /// Reads the bytes of `range` that the blob has.
    ///
    /// # Errors
    /// As [`Blobs::get`], and when the range is empty or begins behind the end.
    pub async fn get_range(&self, path: &str, range: Range<u64>) -> Result<BlobBody> {
        self.read(path, Some(range)).await
    }

    async fn read(&self, path: &str, range: Option<Range<u64>>) -> Result<BlobBody> {
        let options = GetOptions { range: range.map(Into::into), ..GetOptions::default() };
        let result =
            self.store.get_opts(&checked(path)?, options).await.map_err(|error| failed(path, error))?;
        let content_type = result.attributes.get(&Attribute::ContentType).map(|value| value.to_string());
        let (size, range, etag) = (result.meta.size, result.range.clone(), result.meta.e_tag.clone());
        let name = path.to_owned();
        let stream = result.into_stream().map_err(move |error| failed(&name, error)).boxed();
        Ok(BlobBody { size, range, etag, content_type, stream })
    }

    /// What is known about a blob without reading it; `None` when there is none.
    ///
    /// # Errors
    /// When the path is not acceptable or the store fails.
    pub async fn head(&self, path: &str) -> Result<Option<BlobHead>> {
        match self.store.head(&checked(path)?).await {
            Ok(meta) => Ok(Some(head(meta))),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(failed(path, error)),
        }
    }

    /// Takes a blob away. None there is no error.
    ///
    /// # Errors
    /// When the path is not acceptable or the store fails.
    pub async fn delete(&self, path: &str) -> Result<()> {
        match self.store.delete(&checked(path)?).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(failed(path, error)),
        }
    }

    /// The blobs in the folder `prefix` and below it, or all with an empty prefix, in no promised order.
    ///
    /// # Errors
    /// When the prefix is not acceptable.
    pub fn list(&self, prefix: &str) -> Result<impl Stream<Item = Result<BlobHead>> + Send + use<>> {
        let folder = if prefix.is_empty() { None } else { Some(checked(prefix.trim_end_matches('/'))?) };
        Ok(self.store.list(folder.as_ref()).map(|meta| meta.map(head).map_err(|error| failed("", error))))
    }
}

/// As durable as what is put: the bytes are synced before they have their name, and the name after.
fn move_into(file: &FilePath, target: &FilePath) -> std::io::Result<()> {
    std::fs::File::open(file)?.sync_all()?;
    let Some(folder) = target.parent() else { return Err(std::io::ErrorKind::InvalidInput.into()) };
    std::fs::create_dir_all(folder)?;
    std::fs::rename(file, target)?;
    std::fs::File::open(folder)?.sync_all()
}

fn head(meta: ObjectMeta) -> BlobHead {
    BlobHead { path: meta.location.to_string(), size: meta.size, etag: meta.e_tag }
}

/// Relative, of plain parts: no empty, `.` or `..` part, no control character, nothing that object stores escape.
fn checked(path: &str) -> Result<Path> {
    let refused = || Error::Blob(format!("{path:?} is no blob path"));
    if path.is_empty() || path.len() > 900 || path.split('/').any(|part| matches!(part, "" | "." | "..")) {
        return Err(refused());
    }
    Path::parse(path).map_err(|_| refused())
}

fn failed(path: &str, error: object_store::Error) -> Error {
    match error {
        object_store::Error::NotFound { .. } => Error::BlobMissing { path: path.to_owned() },
        error => Error::Blob(error.to_string()),
    }
}

fn open_s3(address: &str) -> Result<Blobs> {
    let url = Url::parse(address).map_err(|error| Error::Blob(format!("{address:?}: {error}")))?;
    let bucket = url.host_str().ok_or_else(|| Error::Blob(format!("{address:?} names no bucket")))?;
    let mut builder = AmazonS3Builder::from_env().with_bucket_name(bucket);
    let mut client = ClientOptions::new();
    for (name, value) in url.query_pairs() {
        builder = match name.as_ref() {
            "endpoint" => builder.with_endpoint(value),
            "region" => builder.with_region(value),
            "access_key_id" => builder.with_access_key_id(value),
            "secret_access_key" => builder.with_secret_access_key(value),
            "virtual_host" => builder.with_virtual_hosted_style_request(value == "true"),
            "allow_http" => {
                client = client.with_allow_http(value == "true");
                builder
            }
            other => {
                return Err(Error::Blob(format!("unknown parameter {other:?} in the blob store's address")));
            }
        };
    }
    let store = builder.with_client_options(client).build().map_err(|error| failed("", error))?;
    let prefix = url.path().trim_matches('/');
    let store: Arc<dyn ObjectStore> = if prefix.is_empty() {
        Arc::new(store)
    } else {
        Arc::new(object_store::prefix::PrefixStore::new(store, checked(prefix)?))
    };
    Ok(Blobs { store, folder: None, typed: true })
}
