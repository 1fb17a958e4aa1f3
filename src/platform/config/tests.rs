//! Cases of settings: defaults, precedence, what follows from what, and everything that can be wrong.

use super::*;

fn load(flags: &[(&str, &str)], env: &[(&str, &str)], file: &str) -> Result<Config, ConfigError> {
    let flags: Vec<_> = flags.iter().map(|(key, value)| (*key, (*value).to_owned())).collect();
    let env = env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Config::load(&flags, env, Some((Path::new("shop.toml"), file)))
}

fn error(env: &[(&str, &str)], file: &str) -> String {
    load(&[], env, file).expect_err("wrong settings").to_string()
}

#[test]
fn works_with_nothing_set() {
    let config = Config::load(&[], [], None).expect("the defaults");
    assert_eq!(config.server.url, "http://localhost:3000");
    assert_eq!(config.server.domain, "localhost:3000");
    assert_eq!(config.server.listen.to_string(), "127.0.0.1:3000");
    assert_eq!(config.storage.data, Path::new("./shop-data"));
    assert_eq!(config.storage.engine, EngineKind::Redb);
    assert!((32..=256).contains(&config.storage.cache_mb));
    assert_eq!(config.media.store, "file:./shop-data/media");
    assert_eq!(config.media.cache_mb, 2048);
    assert_eq!(config.media.ffmpeg.as_deref(), Some(Path::new("ffmpeg")));
    assert_eq!(config.media.heif.as_deref(), Some(Path::new("heif-convert")));
    assert!(config.media.public_url.is_none() && config.mail.smtp_url.is_none());
    assert!(!config.federation.allow_insecure && !config.federation.allow_private);
    assert_eq!(config.registrations, Registrations::Closed);
    assert!(config.rate_limits);
    assert_eq!(config.mail.from, "shop@localhost");
    assert_eq!((config.log.filter.as_str(), config.log.format), ("info", LogFormat::Text));
    assert!(config.server.trusted_proxies.iter().any(|net| net.contains(&IpAddr::from([127, 0, 0, 1]))));
}

#[test]
fn a_closed_network_is_a_secure_one() {
    let open = load(&[], &[], "").expect("the defaults").federation;
    assert!(!open.is_closed() && !open.is_secure());
    assert_eq!((open.show_rules, open.show_reasons), (Audience::Disabled, Audience::Disabled));
    assert!(
        !Audience::Disabled.includes(true)
            && Audience::Users.includes(true)
            && !Audience::Users.includes(false)
    );
    let secure = load(&[], &[("SHOP_FEDERATION__AUTHORIZED_FETCH", "on")], "").expect("settings").federation;
    assert!(!secure.is_closed() && secure.is_secure());
    let closed = load(&[], &[], "[federation]\nmode = \"allow_list\"").expect("settings").federation;
    assert!(closed.is_closed() && closed.is_secure());
    assert!(error(&[], "[federation]\nmode = \"closed\"").contains("open or allow_list"));
    assert!(error(&[], "[federation]\nshow_domain_blocks = \"some\"").contains("disabled, users or all"));
    assert!(error(&[], "[federation]\nauthorised_fetch = true").contains("federation.authorized_fetch"));
}

#[test]
fn flags_win_over_environment_over_file() {
    let file = "[server]\nlisten = \"127.0.0.1:1\"\n[log]\nfilter = \"warn\"\n[media]\ncache_mb = 5";
    let env = [("SHOP_SERVER__LISTEN", "127.0.0.1:2"), ("SHOP_LOG__FILTER", "debug"), ("PATH", "/bin")];
    let config = load(&[("server.listen", "127.0.0.1:3")], &env, file).expect("settings");
    assert_eq!(config.server.listen.port(), 3);
    assert_eq!(config.log.filter, "debug");
    assert_eq!(config.media.cache_mb, 5);
    let source = |key: &str| {
        let found = config.origins().iter().find(|origin| origin.key == key);
        found.map(|origin| origin.source.to_string()).unwrap_or_default()
    };
    assert_eq!(source("server.listen"), "command line");
    assert_eq!(source("log.filter"), "environment variable SHOP_LOG__FILTER");
    assert_eq!(source("media.cache_mb"), "shop.toml");
    assert_eq!(source("media.store"), "the default");
}

#[test]
fn domain_and_url_follow_from_each_other() {
    for (domain, url, expected_domain, expected_url) in [
        ("", "https://a.example/", "a.example", "https://a.example"),
        ("", "http://localhost:8080", "localhost:8080", "http://localhost:8080"),
        ("a.example", "", "a.example", "https://a.example"),
        ("B\u{fc}cher.example", "", "xn--bcher-kva.example", "https://xn--bcher-kva.example"),
        ("a.example", "https://social.a.example", "a.example", "https://social.a.example"),
        ("", "https://a.example:443", "a.example", "https://a.example"),
    ] {
        let config = load(&[("server.domain", domain), ("server.url", url)], &[], "").expect("settings");
        assert_eq!(
            (config.server.domain.as_str(), config.server.url.as_str()),
            (expected_domain, expected_url)
        );
    }
    let config = load(&[("server.listen", "[::]:4000")], &[], "").expect("settings");
    assert_eq!(config.server.url, "http://localhost:4000");
    assert!(!config.server.is_https());
}

#[test]
fn every_kind_of_value() {
    let file = "[server]\ntrusted_proxies = [\"10.0.0.0/8\", \"::1\"]\n[federation]\nallow_private = true\n\
                [limits]\nrate = \"off\"\n[storage]\nengine = \"memory\"\ncache_mb = \"64\"\ndata = \"/srv/shop\"\n\
                [registrations]\nmode = \"approval\"\n[mail]\nsmtp_url = \"smtps://a:b@mail.example\"\n\
                from = \"Shop <no-reply@a.example>\"\n[media]\nstore = \"s3://files?region=eu-1\"\n\
                public_url = \"https://cdn.example/files/\"\n[log]\nformat = \"json\"";
    let config = load(&[], &[("SHOP_FEDERATION__ALLOW_INSECURE", "on")], file).expect("settings");
    let proxies: Vec<_> = config.server.trusted_proxies.iter().map(ToString::to_string).collect();
    assert_eq!(proxies, ["10.0.0.0/8", "::1/128"]);
    assert!(config.federation.allow_private && config.federation.allow_insecure && !config.rate_limits);
    assert_eq!((config.storage.engine, config.storage.cache_mb), (EngineKind::Memory, 64));
    assert_eq!(config.registrations, Registrations::Approval);
    assert_eq!(config.mail.smtp_url.as_ref().map(Secret::expose), Some("smtps://a:b@mail.example"));
    assert_eq!(config.media.public_url.as_deref(), Some("https://cdn.example/files"));
    assert_eq!(config.log.format, LogFormat::Json);
    assert!(!format!("{config:?}").contains("a:b@"));
}

#[test]
fn unknown_settings_are_refused_with_the_nearest_name() {
    assert_eq!(
        error(&[], "[server]\ndomian = \"a.example\""),
        "server.domian (shop.toml): there is no such setting; did you mean server.domain?"
    );
    assert!(error(&[], "[mail]\nurl = \"x\"").contains("did you mean server.url?"));
    assert!(error(&[], "domain = \"x\"").contains("did you mean server.domain?"));
    assert!(error(&[], "[quite.other]\nthing = 1").contains("shop config example"));
    assert!(error(&[("SHOP_SERVER__LISTENS", "x")], "").contains("did you mean SHOP_SERVER__LISTEN?"));
    assert!(error(&[("SHOP_SERVER_DOMAIN", "x")], "").contains("two underscores"));
    assert!(load(&[("server.nope", "x")], &[], "").is_err());
    assert!(load(&[], &[("SHOP_CONFIG", "x"), ("SHOPPING__LIST", "x")], "").is_ok());
}

#[test]
fn wrong_values_name_key_value_reason_and_source() {
    assert_eq!(
        error(&[("SHOP_SERVER__LISTEN", "3000")], ""),
        "server.listen = \"3000\" (environment variable SHOP_SERVER__LISTEN): this is an address and a port, \
         like 127.0.0.1:3000 or [::]:3000"
    );
    for (key, value) in [
        ("SHOP_SERVER__URL", "example.social"),
        ("SHOP_SERVER__URL", "ftp://example.social"),
        ("SHOP_SERVER__URL", "https://example.social/path"),
        ("SHOP_SERVER__URL", "https://user@example.social"),
        ("SHOP_SERVER__SOURCE_URL", "javascript:alert(1)"),
        ("SHOP_SERVER__SOURCE_URL", "git.example/shop"),
        ("SHOP_SERVER__DOMAIN", "https://example.social"),
        ("SHOP_SERVER__DOMAIN", "exa mple"),
        ("SHOP_SERVER__TRUSTED_PROXIES", "10.0.0.0/8,lan"),
        ("SHOP_STORAGE__ENGINE", "postgres"),
        ("SHOP_STORAGE__CACHE_MB", "-1"),
        ("SHOP_STORAGE__CACHE_MB", "7"),
        ("SHOP_MEDIA__STORE", "/srv/media"),
        ("SHOP_MEDIA__STORE", "s3://"),
        ("SHOP_MEDIA__PUBLIC_URL", "cdn"),
        ("SHOP_MAIL__FROM", "nobody"),
        ("SHOP_REGISTRATIONS__MODE", "maybe"),
        ("SHOP_LIMITS__RATE", "sometimes"),
        ("SHOP_LOG__FILTER", "shop=loud"),
        ("SHOP_LOG__FORMAT", "xml"),
    ] {
        let message = error(&[(key, value)], "");
        assert!(message.contains(value) && message.contains(key), "{message}");
    }
    assert!(error(&[], "[media]\ncache_mb = true").contains("a whole number is wanted"));
    assert!(error(&[], "[server]\ntrusted_proxies = [1]").contains("array of strings"));
    let both = error(&[("SHOP_LIMITS__RATE", "x")], "[log]\nformat = \"x\"");
    assert_eq!(both.lines().count(), 2);
}

#[test]
fn secrets_stay_out_of_messages() {
    let message = error(&[("SHOP_MAIL__SMTP_URL", "http://user:hunter2@mail")], "");
    assert!(message.starts_with("mail.smtp_url (") && !message.contains("hunter2"), "{message}");
    let message = error(&[], "[mail]\nsmtp_url = \"smtps://a:hunter2@mail.example\"\nfrom = x");
    assert!(message.contains("line 3") && !message.contains("hunter2"), "{message}");
    let config = load(&[("mail.smtp_url", "smtps://a:hunter2@mail.example")], &[], "").expect("settings");
    assert!(config.origins().iter().all(|origin| !origin.value.contains("hunter2")));
}

#[test]
fn values_come_from_files() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("smtp");
    std::fs::write(&path, "smtps://a:b@mail.example\n").expect("a file");
    let path = path.to_str().expect("a path");
    let config = load(&[], &[("SHOP_MAIL__SMTP_URL_FILE", path)], "").expect("settings");
    assert_eq!(config.mail.smtp_url.as_ref().map(Secret::expose), Some("smtps://a:b@mail.example"));
    let env = [("SHOP_MAIL__SMTP_URL", "smtp://direct.example"), ("SHOP_MAIL__SMTP_URL_FILE", path)];
    let config = load(&[], &env, "").expect("settings");
    assert_eq!(config.mail.smtp_url.as_ref().map(Secret::expose), Some("smtp://direct.example"));
    let gone = format!("{path}.gone");
    let message = error(&[("SHOP_MAIL__SMTP_URL_FILE", &gone)], "");
    assert!(message.contains("cannot be read") && message.contains(&gone), "{message}");
    let missing = Config::of_process(&[], Some(Path::new(&gone))).expect_err("no file").to_string();
    assert!(missing.contains(&gone), "{missing}");
}

#[test]
fn empty_values_count_as_not_set() {
    let config =
        load(&[], &[("SHOP_MAIL__SMTP_URL", ""), ("SHOP_SERVER__LISTEN", " ")], "").expect("settings");
    assert!(config.mail.smtp_url.is_none());
    assert_eq!(config.server.listen.port(), 3000);
    let env = [("SHOP_LOG__FILTER", "")];
    assert_eq!(load(&[], &env, "[log]\nfilter = \"warn\"").expect("settings").log.filter, "warn");
}

#[test]
fn the_example_is_a_file_of_defaults() {
    let example = example();
    load(&[], &[], &example).expect("all commented out");
    for key in keys::KEYS {
        assert!(example.contains(&key.env()), "{}", key.name);
    }
    for key in keys::KEYS.iter().filter(|key| key.kind == keys::Kind::Switch) {
        let name = key.name.rsplit('.').next().unwrap_or_default();
        let plain = ["true", "false"].map(|value| format!("\n#{name} = {value}\n"));
        assert!(plain.iter().any(|line| example.contains(line)), "{}", key.name);
    }
    let set: String = example
        .lines()
        .map(|line| match line.strip_prefix('#') {
            Some(setting) if !setting.starts_with(' ') => format!("{setting}\n"),
            _ => format!("{line}\n"),
        })
        .collect();
    let config = load(&[], &[], &set).expect("every default written out");
    assert_eq!(config.server.listen.port(), 3000);
}

#[test]
fn the_cache_is_an_eighth_of_the_memory() {
    let gigabyte = "MemTotal:        1048576 kB\nMemFree: 1 kB\n";
    for (meminfo, limit, expected) in [
        (gigabyte, "max\n", 128),
        (gigabyte, "536870912\n", 64),
        (gigabyte, "", 128),
        ("MemTotal: 65536 kB\n", "", 32),
        ("MemTotal: 65536000 kB\n", "", 256),
        ("", "", 64),
    ] {
        assert_eq!(cache_mb_for(meminfo, limit), expected);
    }
}
