//! An S3 server of its own kind, on a socket, that checks signatures; its buckets are folders.

use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use s3s_fs::FileSystem;
use tempfile::TempDir;
use tokio::net::TcpListener;

/// The key that opens it.
const KEY: &str = "an-access-key";
/// Its secret.
const SECRET: &str = "a-secret-of-the-bucket";

/// A server with one bucket, `files`, as long as the runtime lives.
pub struct S3 {
    endpoint: String,
    folder: TempDir,
}

impl S3 {
    /// Starts it.
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("files")).unwrap();
        let mut service = S3ServiceBuilder::new(FileSystem::new(folder.path()).unwrap());
        service.set_auth(SimpleAuth::from_single(KEY, SECRET));
        let service = service.build();
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let endpoint = format!("http://127.0.0.1:{}", listener.local_addr().unwrap().port());
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let connection =
                    http1::Builder::new().serve_connection(TokioIo::new(socket), service.clone());
                tokio::spawn(async move {
                    // A client that hangs up is no fault.
                    let _ = connection.await;
                });
            }
        });
        Self { endpoint, folder }
    }

    /// The address of the bucket, with the keys that open it.
    pub fn address(&self) -> String {
        self.address_with("files", KEY, SECRET)
    }

    /// The address of a bucket with any keys.
    pub fn address_with(&self, bucket: &str, key: &str, secret: &str) -> String {
        format!(
            "s3://{bucket}?endpoint={}&region=eu-1&allow_http=true&access_key_id={key}&secret_access_key={secret}",
            self.endpoint
        )
    }

    /// What the server has stored in the bucket at this path, behind the back of its clients.
    pub fn stored(&self, path: &str) -> Option<Vec<u8>> {
        std::fs::read(self.folder.path().join("files").join(path)).ok()
    }
}
