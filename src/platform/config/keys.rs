//! Every setting there is: its name, default and explanation in one table.
//!
//! The table is what unknown keys are refused by, what the environment names come from and what
//! `shop config example` prints.

use std::fmt::Write;

/// A setting.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// Section and name in the file, joined by a dot.
    pub name: &'static str,
    /// The default as it would be written in the environment; empty when it is derived or there is none.
    pub default: &'static str,
    /// How the value is written in the file.
    pub kind: Kind,
    /// What the setting does, for the person who runs the server.
    pub doc: &'static str,
    /// The value must not appear in messages.
    pub secret: bool,
}

/// How a value is written in the file; the environment has text for all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A string.
    Text,
    /// A whole number.
    Number,
    /// `true` or `false`; words like `"on"` and `"off"` are read as well.
    Switch,
    /// An array of strings, in the environment joined by commas.
    List,
}

const fn key(name: &'static str, kind: Kind, default: &'static str, doc: &'static str) -> Key {
    Key { name, default, kind, doc, secret: false }
}

/// All settings in the order of the example file.
pub const KEYS: &[Key] = &[
    key(
        "server.domain",
        Kind::Text,
        "",
        "The domain in the handles of the people here (@alice@example.social).\n\
         It can never change once other servers have heard of it.\n\
         Default: the host, and port if there is one, of server.url.",
    ),
    key(
        "server.url",
        Kind::Text,
        "",
        "The address under which browsers and other servers reach this one, without a path.\n\
         Default: https:// and the domain; without a domain http://localhost and the port of server.listen.",
    ),
    key(
        "server.listen",
        Kind::Text,
        "127.0.0.1:3000",
        "The address and port to listen on. Use 0.0.0.0:3000 to be reachable from other machines.",
    ),
    key(
        "server.trusted_proxies",
        Kind::List,
        "127.0.0.0/8, ::1/128",
        "Addresses or networks (CIDR) of reverse proxies whose X-Forwarded-For header is believed.",
    ),
    key(
        "server.source_url",
        Kind::Text,
        env!("CARGO_PKG_REPOSITORY"),
        "Where people find the source code of the program that runs here; the licence wants everybody who uses a\n\
         changed one to be offered it. Shown on the about page and told to clients and other servers.\n\
         Default: where this program comes from, if its build knows.",
    ),
    key("storage.data", Kind::Text, "./shop-data", "The folder where everything is kept."),
    key(
        "storage.engine",
        Kind::Text,
        "redb",
        "The storage engine: redb, sled, or memory (nothing is kept). An existing store is moved to another\n\
         engine with `shop store convert`.",
    ),
    key(
        "storage.cache_mb",
        Kind::Number,
        "",
        "Memory for the cache of the store, in MB.\n\
         Default: an eighth of the memory of the machine, at least 32, at most 256.",
    ),
    key(
        "media.store",
        Kind::Text,
        "",
        "Where pictures and other files are kept: file:PATH, or a bucket\n\
         s3://bucket?endpoint=https://s3.example.com&region=eu-1 with its keys in AWS_ACCESS_KEY_ID and\n\
         AWS_SECRET_ACCESS_KEY.\n\
         Default: the folder media in storage.data.",
    ),
    key(
        "media.public_url",
        Kind::Text,
        "",
        "The address under which the files of media.store can be fetched, when a CDN or the bucket serves them.\n\
         Default: this server serves them itself.",
    ),
    key(
        "media.cache_mb",
        Kind::Number,
        "2048",
        "Most space for copies of files from other servers, in MB. The least recently used go first.",
    ),
    key(
        "media.archive_mb",
        Kind::Number,
        "40960",
        "The largest archive that a member can make of the own account, in MB, at most 48000. It is built in\n\
         storage.data, which needs that much room, and kept in media.store for a week.",
    ),
    key(
        "media.ffmpeg",
        Kind::Text,
        "ffmpeg",
        "The program that makes video and sound ready for browsers: a name in PATH or a path, with ffprobe beside\n\
         it. Without it, and with off, only pictures can be uploaded.",
    ),
    key(
        "media.heif",
        Kind::Text,
        "heif-convert",
        "The program that reads HEIC, the pictures of many phones (Debian: libheif-examples): a name in PATH or a\n\
         path. Without it, and with off, they are refused.",
    ),
    key(
        "federation.allow_insecure",
        Kind::Switch,
        "false",
        "Talk to other servers over http, too. For tests and closed networks only.",
    ),
    key(
        "federation.allow_private",
        Kind::Switch,
        "false",
        "Talk to servers at private and loopback addresses, too. For tests and closed networks only.",
    ),
    key(
        "federation.mode",
        Kind::Text,
        "open",
        "With which servers this one talks: open (all that no rule of `shop domain block` shuts out) or allow_list\n\
         (only those of `shop domain allow`; pages and API are then for members only, and federation.authorized_fetch\n\
         is true).",
    ),
    key(
        "federation.authorized_fetch",
        Kind::Switch,
        "false",
        "Show profiles and posts to other servers only when they sign the request (secure mode), so that blocked\n\
         ones do not get them.",
    ),
    key(
        "federation.show_domain_blocks",
        Kind::Text,
        "disabled",
        "Who may see which servers are limited or suspended: disabled (nobody), users (members) or all.",
    ),
    key(
        "federation.show_domain_blocks_rationale",
        Kind::Text,
        "disabled",
        "Who sees the public comments in that list: disabled (nobody), users (members) or all.",
    ),
    key(
        "registrations.mode",
        Kind::Text,
        "closed",
        "Who may sign up: open (anyone), approval (after a moderator has agreed) or closed (nobody but\n\
         whom `shop account create` lets in).",
    ),
    Key {
        secret: true,
        ..key(
            "mail.smtp_url",
            Kind::Text,
            "",
            "The mail server: smtp://user:password@mail.example.com:587 (STARTTLS), or smtps:// (TLS at once,\n\
             port 465). With a password, smtp:// insists on STARTTLS; add ?tls=none for a mail server in your own\n\
             network that has none. Characters like @ in user or password are written as %40.\n\
             Default: no mail is sent, nobody is told anything by mail, and sign-ups need no confirmation.",
        )
    },
    key(
        "mail.from",
        Kind::Text,
        "",
        "The sender of mails, as an address or Name <address>.\n\
         Default: shop@ and the domain.",
    ),
    key(
        "pages.terms",
        Kind::Text,
        "",
        "A folder with the terms of service. Each file in it is one version, named by the day from which it holds:\n\
         2026-12-31.txt (paragraphs with blank lines between them) or 2026-12-31.html (a piece of HTML). Read at the\n\
         start.\n\
         Default: there are no terms of service.",
    ),
    key(
        "pages.stylesheet",
        Kind::Text,
        "",
        "A file with CSS that every page and the web app load after their own. Read at the start.",
    ),
    key("trends.enabled", Kind::Switch, "true", "Show which hashtags and posts many people share right now."),
    key(
        "trends.trendable_by_default",
        Kind::Switch,
        "false",
        "Let everything trend that the staff has not refused; otherwise only what it has allowed\n\
         (`shop trends allow`).",
    ),
    key(
        "limits.rate",
        Kind::Switch,
        "true",
        "Limit the number of requests of each person and address. Set it to false for load tests only.",
    ),
    key(
        "log.filter",
        Kind::Text,
        "info",
        "What is logged: error, warn, info, debug or trace, also by part: info,shop::federation=debug.",
    ),
    key("log.format", Kind::Text, "text", "How it is logged: text for people, json for machines."),
];

/// The setting with this name.
pub fn find(name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.name == name)
}

impl Key {
    /// Name of the environment variable: `SHOP_SECTION__KEY`. With `_FILE` behind it, the variable names a
    /// file that holds the value.
    pub fn env(&self) -> String {
        format!("SHOP_{}", self.name.to_uppercase().replace('.', "__"))
    }
}

/// The setting whose name is closest to `wrong`, if any is close.
pub fn nearest(wrong: &str) -> Option<&'static Key> {
    let wrong = wrong.to_lowercase();
    let last = |name: &str| name.rsplit('.').next().unwrap_or_default().to_owned();
    let distance = |key: &Key| {
        let whole = strsim::damerau_levenshtein(&wrong, key.name);
        // The right key in the wrong section is close, too.
        let misplaced = if last(&wrong) == last(key.name) { 2 } else { usize::MAX };
        whole.min(misplaced)
    };
    KEYS.iter().min_by_key(|key| distance(key)).filter(|key| distance(key) <= 2 + wrong.len() / 4)
}

/// A settings file with every key, its explanation and its default, all commented out.
pub fn example() -> String {
    let mut text = String::from(
        "# Settings of Shop. Every setting has a default: this file may be empty.\n\
         # Flags win over the environment, the environment wins over this file.\n",
    );
    let mut section = "";
    for key in KEYS {
        let (in_section, name) = key.name.split_once('.').unwrap_or(("", key.name));
        if in_section != section {
            section = in_section;
            let _ = write!(text, "\n[{section}]\n");
        }
        text.push('\n');
        for line in key.doc.lines() {
            let _ = writeln!(text, "# {line}");
        }
        let _ = writeln!(
            text,
            "# Environment: {}{}",
            key.env(),
            if key.secret { " or its _FILE form" } else { "" }
        );
        let _ = writeln!(text, "#{name} = {}", literal(key));
    }
    text
}

/// The default of `key` as TOML.
fn literal(key: &Key) -> String {
    let quoted = |text: &str| format!("\"{text}\"");
    match key.kind {
        Kind::Number if key.default.is_empty() => "64".to_owned(),
        Kind::Number | Kind::Switch => key.default.to_owned(),
        Kind::List => {
            let items: Vec<_> = key.default.split(", ").filter(|item| !item.is_empty()).map(quoted).collect();
            format!("[{}]", items.join(", "))
        }
        Kind::Text => quoted(key.default),
    }
}
