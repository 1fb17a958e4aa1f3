//! The server as a process of its own: started, watched through /proc, stopped.

use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::Fault;
use super::client::{Call, Line};

/// How long a start, or a stop, may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// What the store of a machine with 512 MB takes for its cache by itself, in MB: the machine the design speaks of.
const CACHE_MB: &str = "64";
/// Clock ticks a second in /proc/PID/stat; fixed in the interface of Linux to user space.
const TICKS: f64 = 100.0;

/// The binary that is measured: that of `SHOP_BIN`, or the one built with this bench.
pub fn shop() -> PathBuf {
    std::env::var_os("SHOP_BIN").map_or_else(|| env!("CARGO_BIN_EXE_shop").into(), PathBuf::from)
}

/// A command without any settings of the environment but these.
fn command(folder: &Path) -> Command {
    let mut command = Command::new(shop());
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("SHOP_")) {
        command.env_remove(name);
    }
    command
        .current_dir(folder)
        .arg("--data")
        .arg(folder.join("data"))
        .env("SHOP_LIMITS__RATE", "off")
        .env("SHOP_REGISTRATIONS__MODE", "open")
        .env("SHOP_FEDERATION__ALLOW_INSECURE", "true")
        .env("SHOP_FEDERATION__ALLOW_PRIVATE", "true")
        .env("SHOP_LOG__FILTER", "error")
        .env("SHOP_STORAGE__CACHE_MB", CACHE_MB)
        .stdin(Stdio::null())
        .stdout(Stdio::null());
    command
}

/// A running server; dropping it kills the process.
pub struct Server {
    child: Child,
    address: SocketAddr,
}

impl Server {
    /// Starts a server on this folder and tells how long it took to answer.
    pub async fn start(folder: &Path) -> Result<(Self, Duration), Fault> {
        // The address becomes part of what other servers know: it is the same after a restart.
        let kept = folder.join("address");
        let address: SocketAddr = match std::fs::read_to_string(&kept) {
            Ok(text) => text.parse()?,
            Err(_) => TcpListener::bind("127.0.0.1:0")?.local_addr()?,
        };
        std::fs::write(&kept, address.to_string())?;
        let begun = Instant::now();
        let child = command(folder).args(["serve", "--listen", &address.to_string()]).spawn()?;
        let mut server = Self { child, address };
        loop {
            if let Some(status) = server.child.try_wait()? {
                return Err(format!("the server ended at its start: {status}").into());
            }
            if let Ok(mut line) = server.line().await {
                line.json(&Call::get("/api/v1/timelines/public")).await?;
                return Ok((server, begun.elapsed()));
            }
            if begun.elapsed() > PATIENCE {
                return Err("the server does not answer".into());
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// Asks what the server is, and tells how long that took. The first time it waits until `ffmpeg` has told which files
    /// can be taken.
    pub async fn introduces_itself(&self) -> Result<Duration, Fault> {
        let begun = Instant::now();
        self.line().await?.json(&Call::get("/api/v2/instance")).await?;
        Ok(begun.elapsed())
    }

    /// `localhost` and the port: the domain of the server.
    pub fn domain(&self) -> String {
        format!("localhost:{}", self.address.port())
    }

    /// A new connection.
    pub async fn line(&self) -> Result<Line, Fault> {
        Line::open(self.address, &self.domain()).await
    }

    /// Processor time used so far, user and system, in seconds.
    pub fn processor(&self) -> Result<f64, Fault> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        // The name of the program may hold spaces; the fields are counted behind it.
        let rest = stat.rsplit_once(')').ok_or("an unreadable stat file")?.1;
        let fields: Vec<&str> = rest.split_whitespace().collect();
        let ticks = |index: usize| fields.get(index).and_then(|field| field.parse::<f64>().ok());
        Ok((ticks(11).ok_or("no user time")? + ticks(12).ok_or("no system time")?) / TICKS)
    }

    /// Resident memory in MiB.
    pub fn resident(&self) -> Result<f64, Fault> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
        Ok(line.trim().trim_end_matches(" kB").trim().parse::<f64>()? / 1_024.0)
    }

    /// Returns when the server has had nothing to do for a fifth of a second.
    pub async fn settled(&self) -> Result<(), Fault> {
        let begun = Instant::now();
        let mut before = self.processor()?;
        let mut quiet = 0;
        while quiet < 4 && begun.elapsed() < PATIENCE {
            tokio::time::sleep(Duration::from_millis(50)).await;
            let now = self.processor()?;
            quiet = if now - before < 0.5 / TICKS { quiet + 1 } else { 0 };
            before = now;
        }
        Ok(())
    }

    /// Asks the server to stop and waits for it.
    pub async fn stop(mut self) -> Result<(), Fault> {
        Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status()?;
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            match self.child.try_wait()? {
                Some(status) if status.success() => return Ok(()),
                Some(status) => return Err(format!("the server ended badly: {status}").into()),
                None => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        }
        Err("the server does not stop".into())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Gives back the space of what was deleted; the server must be stopped.
pub fn compact(folder: &Path) -> Result<(), Fault> {
    let status = command(folder).args(["store", "compact"]).status()?;
    if status.success() { Ok(()) } else { Err(format!("store compact: {status}").into()) }
}

/// Bytes of the store on disk.
pub fn disk(folder: &Path) -> Result<u64, Fault> {
    fn bytes(path: &Path) -> std::io::Result<u64> {
        let data = std::fs::metadata(path)?;
        if !data.is_dir() {
            return Ok(data.len());
        }
        std::fs::read_dir(path)?.map(|entry| bytes(&entry?.path())).sum()
    }
    let data = folder.join("data");
    let parts = std::fs::read_dir(&data)?.filter_map(Result::ok).map(|entry| entry.path());
    let of_store =
        |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("store"));
    Ok(parts.filter(of_store).map(|path| bytes(&path)).sum::<std::io::Result<u64>>()?)
}
