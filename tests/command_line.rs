//! The command line: the real binary, on a stopped store and beside a running server.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// Runs `shop` with these words on this data folder.
pub fn shop(data: &Path, words: &[&str]) -> Output {
    command(data, words).output().unwrap()
}

fn command(data: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_shop"));
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("SHOP_")) {
        command.env_remove(name);
    }
    command.args(words).arg("--data").arg(data).current_dir(data.parent().unwrap());
    command
}

/// What a command that must succeed prints.
pub fn ok(data: &Path, words: &[&str]) -> String {
    let output = shop(data, words);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{words:?}: {text}{}", String::from_utf8_lossy(&output.stderr));
    text.trim_end().to_owned()
}

/// What a command that must fail says on stderr; nothing may stand on stdout.
pub fn fails(data: &Path, words: &[&str]) -> String {
    let output = shop(data, words);
    assert!(!output.status.success(), "{words:?}");
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "", "{words:?}");
    String::from_utf8(output.stderr).unwrap()
}

/// What a command that must succeed says on stderr about what it did: one line.
fn says(data: &Path, words: &[&str]) -> String {
    let output = shop(data, words);
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success() && text.lines().count() == 1, "{words:?}: {text}");
    text.trim_end().to_owned()
}

fn folder() -> (TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    (folder, data)
}

/// A running server; stopped when dropped.
struct Running(Child);

impl Running {
    fn start(data: &Path) -> Self {
        Self::of(command(data, &["serve", "--listen", "127.0.0.1:0"]))
    }

    fn of(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        // The set-up link is printed once everything runs.
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert!(line.contains("/setup?token="), "{line}");
        Self(child)
    }

    fn stop(mut self) -> bool {
        let pid = self.0.id().to_string();
        assert!(Command::new("kill").arg(&pid).status().unwrap().success());
        self.0.wait().unwrap().success()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Everything that is done to accounts, the same on a stopped store and through the socket.
fn life_of_an_account(data: &Path) {
    let made = ok(data, &["account", "create", "alice", "--email", "alice@example.com", "--json"]);
    let made: Value = serde_json::from_str(&made).unwrap();
    assert_eq!((made["role"].as_str(), made["state"].as_str()), (Some("user"), Some("active")));
    assert!(made["password"].as_str().is_some_and(|password| password.len() >= 16));
    let id = ok(data, &["account", "create", "bob", "--email", "bob@example.com", "--password", "b"]);
    assert!(id.parse::<u64>().is_ok(), "the id alone, since the password was given: {id}");

    for (words, said) in [
        (&["account", "create", "Alice", "--email", "other@example.com"][..], "already been taken"),
        (&["account", "create", "carol", "--email", "ALICE@example.com"], "already been taken"),
        (&["account", "create", "not a name", "--email", "c@example.com"], "letters, digits and underscores"),
        (&["account", "create", "carol", "--email", "nowhere"], "not an e-mail address"),
        (
            &["account", "create", "carol", "--email", "c@example.com", "--password", ""],
            "Password is missing",
        ),
        (&["account", "create", "carol", "--email", "c@example.com", "--role", "king"], "invalid value"),
        (&["account", "role", "nobody", "admin"], "no account here is called nobody"),
        (&["token", "create", "nobody"], "no account here is called nobody"),
        (&["account", "two-factor", "nobody", "--off"], "no account here is called nobody"),
        (&["account", "suspend", "nobody@far.example"], "no account here is called nobody@far.example"),
        (&["account", "delete", "bob@far.example", "--yes"], "no account here is called bob@far.example"),
        (&["token", "create", "alice", "--scopes", "everything"], "not a list of scopes"),
    ] {
        let text = fails(data, words);
        assert!(text.contains(said), "{words:?}: {text}");
    }

    let token = ok(data, &["token", "create", "alice", "--scopes", "read write"]);
    assert_eq!(token.len(), 43, "alone on stdout: {token}");
    assert_eq!(ok(data, &["token", "create", "@alice", "--scopes", "write read"]), token);

    assert_eq!(ok(data, &["account", "role", "alice", "owner"]), "");
    assert!(fails(data, &["account", "role", "alice", "user"]).contains("needs its owner"));
    assert!(fails(data, &["account", "delete", "alice"]).contains("--yes"));
    assert!(fails(data, &["account", "delete", "alice", "--yes"]).contains("owner"));
    ok(data, &["account", "role", "bob", "owner"]);
    assert!(
        fails(data, &["account", "create", "x", "--email", "x@example.com", "--role", "owner"])
            .contains("owner")
    );
    assert_eq!(ok(data, &["account", "two-factor", "alice"]), "off");
    assert_eq!(ok(data, &["account", "two-factor", "alice", "--off"]), "");
    ok(data, &["account", "disable", "alice"]);
    assert_ne!(
        ok(data, &["token", "create", "alice", "--scopes", "read write"]),
        token,
        "the old one has ended"
    );
    let list = ok(data, &["account", "list"]);
    assert!(list.contains("alice\tadmin\tdisabled\talice@example.com"), "{list}");
    assert!(list.contains("bob\towner\tactive"), "{list}");
    ok(data, &["account", "disable", "alice", "--undo"]);
    ok(data, &["account", "suspend", "alice"]);
    assert!(ok(data, &["account", "list"]).contains("\tsuspended\t"));
    ok(data, &["account", "suspend", "alice", "--undo"]);
    assert!(ok(data, &["account", "password", "alice"]).len() >= 16);
    ok(data, &["account", "delete", "alice", "--yes"]);
    let list: Value = serde_json::from_str(&ok(data, &["account", "list", "--json"])).unwrap();
    let names: Vec<_> =
        list.as_array().unwrap().iter().map(|line| line["username"].as_str().unwrap()).collect();
    assert_eq!(names, ["bob"]);
    let words = ["account", "create", "alice", "--email", "alice@example.com"];
    assert!(fails(data, &words).contains("already been taken"), "the name stays taken");
}

#[test]
fn what_was_done_is_told_in_one_line_beside_the_result() {
    let (_folder, data) = folder();
    let alice = ["account", "create", "alice", "--email", "alice@example.com"];
    for (words, said) in [
        (&alice[..], "made the account alice, a user. Its id and its password, which is not shown again:"),
        (
            &["account", "create", "bob", "--email", "b@example.com", "--password", "b", "--role", "admin"],
            "made the account bob, an admin. Its id:",
        ),
        (&["account", "role", "alice", "owner"], "alice is the owner now"),
        (
            &["account", "password", "alice"],
            "alice has a new password and is signed out everywhere. It is not shown again:",
        ),
        (
            &["account", "password", "alice", "--password", "a"],
            "alice has a new password and is signed out everywhere",
        ),
        (&["account", "two-factor", "bob", "--off"], "bob signs in by the password alone now"),
        (&["account", "approve", "bob"], "bob may sign in now"),
        (&["account", "disable", "bob"], "bob is locked out; what they wrote stays"),
        (&["account", "disable", "bob", "--undo"], "bob may sign in again"),
        (&["account", "suspend", "bob"], "bob is suspended, with all they wrote"),
        (&["account", "suspend", "bob", "--undo"], "bob is no longer suspended"),
        (&["token", "create", "bob", "--scopes", "read"], "whoever has this token acts as bob (read):"),
        (
            &["account", "delete", "bob", "--yes"],
            "bob is deleted; a running server takes away what they wrote, here and elsewhere",
        ),
        (&["announcement", "list"], "nothing is announced"),
        (&["announcement", "create", "Hello"], "published the announcement. Its id:"),
        (&["domain", "list"], "there are no rules about other servers"),
        (&["domain", "block", "a.example"], "the rule about a.example is set; `shop domain list` shows it"),
        (&["domain", "block", "a.example", "--severity", "silence"], "a.example is limited"),
        (&["domain", "unblock", "a.example"], "there is no rule about a.example any more"),
        (
            &["domain", "allow", "a.example"],
            "a.example is allowed, which counts in a closed network (federation.mode)",
        ),
        (&["domain", "disallow", "a.example"], "a.example is no longer allowed"),
        (&["relay", "list"], "there are no relays"),
        (
            &["relay", "add", "https://relay.invalid/inbox"],
            "https://relay.invalid/inbox is asked by a running server; `shop relay list` shows what it answers",
        ),
        (
            &["relay", "remove", "https://relay.invalid/inbox"],
            "https://relay.invalid/inbox gets nothing from here any more",
        ),
        (&["trends", "list", "tags"], "nothing is shared by so many that it would trend"),
        (&["trends", "allow", "tags", "bees"], "bees may trend"),
        (&["trends", "refuse", "tags", "bees"], "bees is kept from trending"),
        (&["config", "check"], "these settings can be used"),
    ] {
        assert_eq!(says(&data, words), format!("shop: {said}"), "{words:?}");
    }
    let id = ok(&data, &["announcement", "list"]).split('\t').next().unwrap().to_owned();
    assert_eq!(
        says(&data, &["announcement", "delete", &id]),
        format!("shop: announcement {id} is taken away")
    );
    // To programs the keys tell.
    let quiet = shop(&data, &["account", "role", "alice", "owner", "--json"]);
    assert_eq!((quiet.stdout.as_slice(), quiet.stderr.as_slice()), (&b"{}\n"[..], &b""[..]));
}

#[test]
fn accounts_on_a_stopped_store() {
    let (_folder, data) = folder();
    life_of_an_account(&data);
    assert!(ok(&data, &["store", "check"]).contains("are readable"));
}

#[test]
fn accounts_beside_a_running_server() {
    let (_folder, data) = folder();
    let server = Running::start(&data);
    life_of_an_account(&data);
    assert!(ok(&data, &["store", "check"]).contains("are readable"));
    for words in [&["store", "compact"][..], &["store", "convert", "--to", "sled"]] {
        assert!(fails(&data, words).contains("stop it first"), "{words:?}");
    }
    assert!(server.stop());
    // What was done beside the server is in the store, and the socket is gone with the server.
    assert!(ok(&data, &["account", "list"]).contains("bob\towner"));
}

#[test]
fn a_check_counts_the_same_rows_on_a_running_and_on_a_stopped_server() {
    let (_folder, data) = folder();
    let server = Running::start(&data);
    let without_numbers = |text: &str| text.replace(|c: char| c.is_ascii_digit(), "");
    // How many rows there are may differ, since a running server has work of its own.
    let running = without_numbers(&ok(&data, &["store", "check"]));
    assert!(server.stop());
    let stopped = ok(&data, &["store", "check"]);
    assert_eq!(without_numbers(&stopped), running);
    let stats: Value = serde_json::from_str(&ok(&data, &["store", "stats", "--json"])).unwrap();
    let rows: u64 = stats["rows"].as_object().unwrap().values().map(|rows| rows.as_u64().unwrap()).sum();
    assert!(stopped.contains(&format!("all {rows} rows ")), "{stopped}");
    assert!(ok(&data, &["store", "compact"]).starts_with(&format!("{rows} rows, ")));
}

#[test]
fn only_its_owner_may_use_the_socket() {
    use std::os::unix::fs::PermissionsExt;
    let (_folder, data) = folder();
    let server = Running::start(&data);
    let mode = std::fs::metadata(data.join("control.sock")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert!(server.stop());
}

#[test]
fn the_socket_bears_nonsense() {
    use std::io::{Read, Write};
    use std::os::unix::net::UnixStream;
    let (_folder, data) = folder();
    let server = Running::start(&data);
    for nonsense in [
        "\n",
        "{}\n",
        "null\n",
        "\"examine\"\u{0}\n",
        &format!("{}\n", "[".repeat(60_000)),
        &"x".repeat(70_000),
    ] {
        let mut stream = UnixStream::connect(data.join("control.sock")).unwrap();
        // The server may hang up before all of it is written.
        let _ = stream.write_all(nonsense.as_bytes());
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer);
        assert!(answer.is_empty() || answer.starts_with("{\"error\""), "{answer}");
    }
    ok(&data, &["account", "list"]);
    assert!(server.stop());
}

#[test]
fn a_second_server_on_the_same_folder_is_refused() {
    let (_folder, data) = folder();
    let server = Running::start(&data);
    let second = shop(&data, &["serve", "--listen", "127.0.0.1:0"]);
    assert!(!second.status.success());
    ok(&data, &["account", "list"]);
    assert!(server.stop());
}

#[test]
fn a_socket_that_a_dead_server_left_is_passed_over() {
    let (_folder, data) = folder();
    let mut server = Running::start(&data);
    server.0.kill().unwrap();
    server.0.wait().unwrap();
    assert!(data.join("control.sock").exists());
    assert_eq!(ok(&data, &["account", "list"]), "");
    assert!(Running::start(&data).stop());
}

#[test]
fn a_long_way_to_the_data_folder_is_no_hindrance() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("d".repeat(90)).join("data");
    std::fs::create_dir_all(&data).unwrap();
    let server = Running::start(&data);
    ok(&data, &["account", "create", "alice", "--email", "alice@example.com"]);
    assert!(server.stop());
}

#[test]
fn settings_are_checked_and_shown() {
    let (folder, data) = folder();
    let example = ok(&data, &["config", "example"]);
    for key in ["[server]", "#listen", "[registrations]"] {
        assert!(example.contains(key), "{key}");
    }
    let file = folder.path().join("my.toml");
    std::fs::write(&file, "[server]\nlisten = \"127.0.0.1:4000\"\n").unwrap();
    let shown: Value =
        serde_json::from_str(&ok(&data, &["config", "check", "--json", "--config", file.to_str().unwrap()]))
            .unwrap();
    assert_eq!(shown["server.listen"]["value"], "127.0.0.1:4000");
    assert_eq!(shown["server.url"]["value"], "http://localhost:4000");
    std::fs::write(&file, "[server]\nlistn = \"127.0.0.1:4000\"\n").unwrap();
    let said = fails(&data, &["config", "check", "--config", file.to_str().unwrap()]);
    assert!(said.contains("listn") && said.contains("server.listen"), "{said}");
    let missing = folder.path().join("missing.toml");
    assert!(
        fails(&data, &["config", "check", "--config", missing.to_str().unwrap()]).contains("missing.toml")
    );
}

#[test]
fn the_doctor_tells_what_is_missing() {
    let (_folder, data) = folder();
    ok(&data, &["account", "create", "bob", "--email", "bob@example.com"]);
    let output = shop(&data, &["doctor", "--json"]);
    assert!(!output.status.success(), "nobody owns the server yet");
    let findings: Value = serde_json::from_slice(&output.stdout).unwrap();
    let bad: Vec<_> =
        findings.as_array().unwrap().iter().filter(|finding| finding["good"] == false).collect();
    assert_eq!(bad.len(), 1);
    assert_eq!(bad[0]["name"], "owner");
    ok(&data, &["account", "create", "alice", "--email", "alice@example.com", "--role", "owner"]);
    assert!(ok(&data, &["doctor"]).contains("ok  owner"));
}

#[test]
fn a_store_moves_to_another_engine() {
    let (_folder, data) = folder();
    ok(&data, &["account", "create", "alice", "--email", "alice@example.com"]);
    ok(&data, &["store", "compact"]);
    assert!(ok(&data, &["store", "stats"]).contains("engine\tredb"));
    let converted = shop(&data, &["store", "convert", "--to", "sled"]);
    assert!(converted.status.success());
    assert!(String::from_utf8_lossy(&converted.stderr).contains("storage.engine = \"sled\""));
    let refused = fails(&data, &["account", "list"]);
    assert!(refused.contains("engine sled, not redb: open it as sled"), "{refused}");
    assert!(!refused.contains("Internal"), "{refused}");
    let output = command(&data, &["account", "list"]).env("SHOP_STORAGE__ENGINE", "sled").output().unwrap();
    assert!(String::from_utf8_lossy(&output.stdout).contains("alice"));
    assert!(fails(&data, &["store", "convert", "--to", "paper"]).contains("unknown engine"));
}

#[test]
fn who_looks_into_the_wrong_folder_makes_nothing_there() {
    let (_folder, data) = folder();
    for words in [
        &["account", "list"][..],
        &["announcement", "list"],
        &["domain", "list"],
        &["relay", "list"],
        &["trends", "list", "tags"],
        &["doctor"],
        &["search", "rebuild"],
        &["store", "check"],
        &["store", "stats"],
        &["store", "compact"],
        &["store", "convert", "--to", "sled"],
    ] {
        let refused = fails(&data, words);
        assert!(
            refused.contains("there is no store in") && refused.contains("--data"),
            "{words:?}: {refused}"
        );
        assert!(!data.exists(), "{words:?}");
    }
}

#[test]
fn the_data_folder_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let (folder, data) = folder();
    let data = data.join("deep/inside");
    std::fs::create_dir_all(data.parent().unwrap()).unwrap();
    ok(&data, &["account", "create", "olga", "--email", "olga@example.com", "--role", "owner"]);
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&data), 0o700);
    assert_ne!(mode(data.parent().unwrap()), 0o700, "a folder that was there is left alone");
    assert!(ok(&data, &["doctor"]).contains("is for this user alone"));
    std::fs::set_permissions(&data, std::fs::Permissions::from_mode(0o755)).unwrap();
    let told = String::from_utf8(shop(&data, &["doctor"]).stdout).unwrap();
    assert!(told.contains("chmod 700"), "{told}");
    // What cannot be made is named.
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let refused = fails(&file, &["serve", "--listen", "127.0.0.1:0"]);
    assert!(refused.contains(&format!("making folder {}", file.display())), "{refused}");
}

#[test]
fn a_port_that_is_taken_is_named() {
    let (_folder, data) = folder();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let at = taken.local_addr().unwrap().to_string();
    let refused = fails(&data, &["serve", "--listen", &at]);
    assert!(
        refused.contains(&format!("cannot listen on {at}: ")) && !refused.contains("Internal"),
        "{refused}"
    );
}

#[test]
fn the_search_index_is_built_anew() {
    let (_folder, data) = folder();
    ok(&data, &["account", "create", "alice", "--email", "alice@example.com"]);
    let rebuilt = "1 accounts and posts looked at";
    assert_eq!(ok(&data, &["search", "rebuild"]), rebuilt);
    std::fs::remove_dir_all(data.join("search")).unwrap();
    let output = shop(&data, &["search", "rebuild", "--json"]);
    assert_eq!(serde_json::from_slice::<Value>(&output.stdout).unwrap()["looked_at"], 1);
    assert!(output.stderr.is_empty(), "no bar where nobody looks");
    // On a terminal of its own.
    let words = format!("{} search rebuild --data {}", env!("CARGO_BIN_EXE_shop"), data.display());
    let shown = Command::new("script").args(["-qec", &words, "/dev/null"]).output().unwrap();
    let shown = String::from_utf8_lossy(&shown.stdout).into_owned();
    assert!(shown.contains("0 of 1 accounts and posts, ") && shown.contains(rebuilt), "{shown:?}");
    let server = Running::start(&data);
    assert_eq!(ok(&data, &["search", "rebuild"]), rebuilt);
    assert!(fails(&data, &["search", "dance"]).contains("dance"));
    assert!(server.stop());
}

#[test]
fn announcements_come_and_go() {
    let (_folder, data) = folder();
    assert!(fails(&data, &["announcement", "create", "Hello"]).contains("there is no store in"));
    ok(&data, &["account", "create", "bob", "--email", "bob@example.com"]);
    let refused = fails(&data, &["announcement", "create", "Soon", "--ends-at", "soon"]);
    assert!(refused.contains("soon is no time"), "{refused}");
    assert!(fails(&data, &["announcement", "create", " "]).contains("blank"));
    let id = ok(&data, &["announcement", "create", "Hello everybody", "--starts-at", "2020-01-01"]);
    let server = Running::start(&data);
    let listed = ok(&data, &["announcement", "list"]);
    assert!(listed.starts_with(&id) && listed.ends_with("Hello everybody"), "{listed}");
    ok(&data, &["announcement", "delete", &id]);
    assert_eq!(ok(&data, &["announcement", "list"]), "");
    assert!(fails(&data, &["announcement", "delete", &id]).contains("not found"));
    assert!(server.stop());
}

#[test]
fn trends_are_judged() {
    let (_folder, data) = folder();
    ok(&data, &["account", "create", "alice", "--email", "alice@example.com"]);
    assert_eq!(ok(&data, &["trends", "list", "tags"]), "");
    ok(&data, &["trends", "allow", "tags", "#Parade"]);
    ok(&data, &["trends", "refuse", "tags", "parade"]);
    assert!(fails(&data, &["trends", "allow", "statuses", "1"]).contains("not found"));
    assert!(fails(&data, &["trends", "allow", "people", "alice"]).contains("people"));
}

/// What is said about other servers, the same on a stopped store and through the socket.
fn rules_and_relays(data: &Path) {
    assert_eq!(ok(data, &["domain", "list"]), "");
    let words = ["domain", "block", "Evil.example", "--reject-reports", "--comment", "spam", "--obfuscate"];
    assert_eq!(ok(data, &words), "");
    ok(data, &["domain", "block", "loud.example", "--severity", "silence", "--public-comment", "loud"]);
    ok(data, &["domain", "allow", "friend.example"]);
    assert_eq!(
        ok(data, &["domain", "list"]),
        "silence\tloud.example\t\tloud\n\
         suspend\tevil.example\tno reports, shown in part\tspam\n\
         allow\tfriend.example"
    );
    // What is not told stays as it is.
    ok(data, &["domain", "block", "evil.example", "--obfuscate=false", "--reject-media"]);
    let all: Value = serde_json::from_str(&ok(data, &["domain", "list", "--json"])).unwrap();
    let evil = &all[1];
    assert_eq!((evil["rule"].as_str(), evil["private_comment"].as_str()), (Some("suspend"), Some("spam")));
    let flags = ["reject_media", "reject_reports", "obfuscate"].map(|flag| evil[flag].as_bool());
    assert_eq!(flags, [Some(true), Some(true), Some(false)]);
    for (words, said) in [
        (&["domain", "block", "no domain"][..], "not a valid domain"),
        (&["domain", "block", ""], "can't be blank"),
        (&["domain", "block", "evil.example", "--severity", "hard"], "invalid value"),
        (&["domain", "unblock", "unknown.example"], "no rule about unknown.example"),
        (&["domain", "disallow", "evil.example"], "not among the allowed"),
        (&["relay", "add", "relay.example"], "not the address of a relay's inbox"),
        (&["relay", "add", "https://evil.example/inbox"], "shut out"),
        (&["relay", "remove", "https://relay.example/inbox"], "no relay"),
    ] {
        let text = fails(data, words);
        assert!(text.contains(said), "{words:?}: {text}");
    }
    ok(data, &["domain", "unblock", "EVIL.example"]);
    ok(data, &["domain", "unblock", "loud.example"]);
    ok(data, &["domain", "disallow", "friend.example"]);
    assert_eq!(ok(data, &["domain", "list"]), "");

    assert_eq!(ok(data, &["relay", "list"]), "");
    ok(data, &["relay", "add", "https://relay.invalid/inbox"]);
    let line = ok(data, &["relay", "list"]);
    assert!(line.starts_with("waiting\thttps://relay.invalid/inbox"), "{line}");
    ok(data, &["relay", "remove", "https://relay.invalid/inbox"]);
    assert_eq!(ok(data, &["relay", "list"]), "");
}

#[test]
fn rules_and_relays_on_a_stopped_store() {
    let (_folder, data) = folder();
    ok(&data, &["account", "create", "alice", "--email", "alice@example.com"]);
    rules_and_relays(&data);
}

#[test]
fn rules_and_relays_beside_a_running_server() {
    let (_folder, data) = folder();
    let server = Running::start(&data);
    rules_and_relays(&data);
    assert!(server.stop());
}

#[test]
fn help_and_version() {
    let (folder, data) = folder();
    std::fs::create_dir_all(&data).unwrap();
    assert!(ok(&data, &["--version"]).starts_with("shop "));
    let help = ok(folder.path(), &["--help"]);
    for command in [
        "serve",
        "account",
        "token",
        "config",
        "doctor",
        "store",
        "search",
        "trends",
        "announcement",
        "SHOP_SECTION__KEY",
    ] {
        assert!(help.contains(command), "{command}");
    }
    assert!(!shop(&data, &["dance"]).status.success());
    assert!(!shop(&data, &[]).status.success());
}

#[test]
fn a_server_takes_as_many_open_files_as_the_system_allows() {
    let (_folder, data) = folder();
    let plain = command(&data, &["serve", "--listen", "127.0.0.1:0"]);
    let mut limited = Command::new("sh");
    limited
        .args(["-c", "ulimit -S -n 256 && exec \"$0\" \"$@\""])
        .arg(plain.get_program())
        .args(plain.get_args());
    limited.current_dir(data.parent().unwrap());
    for (name, value) in plain.get_envs() {
        match value {
            Some(value) => limited.env(name, value),
            None => limited.env_remove(name),
        };
    }
    let server = Running::of(limited);
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", server.0.id())).unwrap();
    let line = limits.lines().find(|line| line.starts_with("Max open files")).unwrap();
    let numbers: Vec<&str> = line.split_whitespace().filter(|word| word.parse::<u64>().is_ok()).collect();
    assert!(numbers.len() == 2 && numbers[0] == numbers[1] && numbers[0] != "256", "{line}");
    assert!(server.stop());
}
