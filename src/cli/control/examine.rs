//! What `shop doctor` and `shop store check` look at, and what they say is to be done.

use std::os::unix::fs::PermissionsExt as _;

use shop_storage::{Bytes, CheckReport, Problem};

use super::{Answer, Finding};
use crate::cli::advice;
use crate::features::{self, users};
use crate::platform::app::App;
use crate::platform::error::Result;

/// What the media folder is tried with.
const PROBE: &str = "doctor/probe";

/// Examines everything.
///
/// # Errors
/// When the store fails otherwise than by damage.
pub async fn everything(app: &App) -> Result<Answer> {
    let findings =
        vec![address(app), owner(app)?, mail(app), data(app).await, media(app).await, store(app).await?];
    Ok(Answer::Findings(findings))
}

fn address(app: &App) -> Finding {
    let config = &app.config;
    let is_local = matches!(config.domain().split(':').next(), Some("localhost" | "127.0.0.1"));
    let address = format!("{} with handles at {}", config.base_url(), config.domain());
    match (config.server.is_https(), is_local) {
        (true, _) => Finding::good("address", address),
        (false, true) => {
            Finding::good("address", format!("{address}; good for trying out, unreachable for others"))
        }
        (false, false) => Finding::bad(
            "address",
            format!("{address}; other servers insist on https"),
            "put a proxy for TLS in front and set server.url to its https:// address",
        ),
    }
}

fn owner(app: &App) -> Result<Finding> {
    Ok(if users::has_owner(&app.read()?)? {
        Finding::good("owner", "the server has its owner")
    } else {
        Finding::bad(
            "owner",
            "nobody owns the server",
            "open the set-up link that `shop serve` prints, or `shop account role NAME owner`",
        )
    })
}

fn mail(app: &App) -> Finding {
    let words = if app.mailer.reaches_people() {
        "mail goes out by mail.smtp_url"
    } else {
        "no mail is sent (mail.smtp_url is not set): sign-ups need no confirmation, passwords are reset by the staff"
    };
    Finding::good("mail", words)
}

async fn data(app: &App) -> Finding {
    let folder = app.config.storage.data.display();
    match tokio::fs::metadata(&app.config.storage.data).await.map(|about| about.permissions().mode() & 0o077)
    {
        Ok(0) => Finding::good("data", format!("{folder} is for this user alone")),
        Ok(_) => Finding::bad(
            "data",
            format!("{folder} can be read by others on this machine, with keys and private messages in it"),
            format!("chmod 700 {folder}"),
        ),
        Err(error) => Finding::bad("data", format!("{folder}: {error}"), "see to the folder storage.data"),
    }
}

async fn media(app: &App) -> Finding {
    let written = async {
        app.blobs.put(PROBE, Bytes::from_static(b"probe"), "text/plain").await?;
        app.blobs.delete(PROBE).await
    };
    match written.await {
        Ok(()) => Finding::good("media", "files can be written and removed"),
        Err(error) => Finding::bad(
            "media",
            format!("{}: {error}", app.config.media.store),
            "see whether its disk is full, and whether the server's user may write there (media.store)",
        ),
    }
}

/// Reads every row of an open store.
///
/// # Errors
/// When the store fails otherwise than by damage.
pub async fn store(app: &App) -> Result<Finding> {
    if let Some(error) = app.store.failure() {
        let words = format!("takes no more changes since one could not be written: {error}");
        return Ok(Finding::bad("store", words, advice::NOT_WRITTEN));
    }
    let store = app.store.clone();
    let report = tokio::task::spawn_blocking(move || store.check(&features::catalog())).await??;
    Ok(of_report(&report))
}

/// A check of the store in words: the same for an open and a stopped one.
pub fn of_report(report: &CheckReport) -> Finding {
    let rows = report.row_count();
    if report.is_sound() {
        let words = format!(
            "all {rows} rows (records, index rows, counters) are readable, and no index row is missing"
        );
        return Finding::good("store", words);
    }
    let problems: Vec<String> = report.problems.iter().map(|problem| format!("\n    {problem}")).collect();
    let more = report.problem_count.saturating_sub(report.problems.len() as u64);
    let more = if more > 0 { format!("\n    and {more} more") } else { String::new() };
    let count = report.problem_count;
    let counted = if count == 1 { "one problem".to_owned() } else { format!("{count} problems") };
    let words =
        format!("{counted} in {rows} rows (records, index rows, counters):{}{more}", problems.concat());
    let is_unknown = |problem: &Problem| matches!(problem, Problem::Unknown { .. });
    let advice = if report.is_damaged() {
        advice::DAMAGED
    } else if report.problems.iter().any(is_unknown) {
        advice::OF_ANOTHER_VERSION
    } else {
        advice::INCOMPLETE
    };
    Finding::bad("store", words, advice)
}
