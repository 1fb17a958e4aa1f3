//! The rules of the rate limits, told through callers and their requests.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn anonymous(ip: &str) -> Caller {
    Caller { ip: ip.parse().unwrap(), account: None, token: None }
}

const ALICE: Caller =
    Caller { ip: IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1)), account: Some(7), token: Some(9) };

fn families(method: Method, url: &str, caller: &Caller) -> Vec<(Family, RateKey)> {
    let (path, query) = url.split_once('?').map_or((url, None), |(path, query)| (path, Some(query)));
    families_for(&method, path, query, caller)
}

#[test]
fn the_last_allowed_call_passes_and_the_next_is_refused_until_the_window_ends() {
    let rate = Rate::new(true);
    let hit = [(Family::Apps, RateKey::ip("198.51.100.7".parse().unwrap()))];
    let start = 1_700_000_000 / 600 * 600;
    for left in (0..5).rev() {
        let verdict = rate.check(&hit, at(start + 599)).unwrap();
        assert_eq!((verdict.allowed, verdict.remaining, verdict.limit), (true, left, 5));
    }
    let refused = rate.check(&hit, at(start + 599)).unwrap();
    assert_eq!((refused.allowed, refused.remaining, refused.reset), (false, 0, at(start + 600)));
    assert!(
        rate.check(&hit, at(start + 600)).unwrap().allowed,
        "a new window begins at a multiple of the period"
    );
}

#[test]
fn headers_show_the_limit_with_the_fewest_calls_left() {
    let rate = Rate::new(true);
    let hits = families(Method::GET, "/api/v1/timelines/home?max_id=3", &ALICE);
    assert_eq!(
        hits,
        [
            (Family::ApiAccount, RateKey::Account(7)),
            (Family::ApiToken, RateKey::Token(9)),
            (Family::Paging, RateKey::Account(7))
        ]
    );
    let verdict = rate.check(&hits, at(0)).unwrap();
    assert_eq!((verdict.family, verdict.remaining), (Family::ApiToken, 299));
    let statuses = rate.count(Family::Statuses, &RateKey::Account(7), at(0)).unwrap();
    let again = rate.count(Family::Statuses, &RateKey::Account(7), at(0)).unwrap();
    assert_eq!(verdict.tighter(statuses), verdict, "equal: the first stays");
    assert_eq!(verdict.tighter(again), again);

    let headers = again.headers().map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
    assert_eq!(headers[0], ("x-ratelimit-limit".into(), "300".into()));
    assert_eq!(headers[1], ("x-ratelimit-remaining".into(), "298".into()));
    assert_eq!(headers[2], ("x-ratelimit-reset".into(), "1970-01-01T03:00:00.000000Z".into()));
}

#[test]
fn callers_do_not_share_limits_but_addresses_of_one_ipv6_network_do() {
    let rate = Rate::new(true);
    let key = |ip: &str| RateKey::ip(ip.parse().unwrap());
    assert_eq!(key("2001:db8:1:2::1"), key("2001:db8:1:2:ffff::9"));
    assert_ne!(key("2001:db8:1:2::1"), key("2001:db8:1:3::1"));
    assert_eq!(key("::ffff:192.0.2.4"), key("192.0.2.4"));
    assert_eq!(RateKey::email(" Bob@Example.org"), RateKey::email("bob@example.org "));
    for _ in 0..6 {
        rate.count(Family::SignUpApi, &key("192.0.2.4"), at(0));
    }
    assert!(!rate.peek(Family::SignUpApi, &key("192.0.2.4"), at(0)).unwrap().allowed);
    assert!(rate.peek(Family::SignUpApi, &key("192.0.2.5"), at(0)).unwrap().allowed);
}

#[test]
fn a_call_can_be_taken_back_and_looking_costs_nothing() {
    let rate = Rate::new(true);
    let key = RateKey::Account(1);
    rate.give_back(Family::Follows, &key, at(5));
    rate.count(Family::Follows, &key, at(5));
    rate.count(Family::Follows, &key, at(5));
    rate.give_back(Family::Follows, &key, at(5));
    assert_eq!(rate.peek(Family::Follows, &key, at(6)).unwrap().remaining, 399);
    assert_eq!(rate.peek(Family::Follows, &key, at(6)).unwrap().remaining, 399);
}

#[test]
fn a_refused_call_uses_up_no_further_limit() {
    let rate = Rate::new(true);
    let ip = RateKey::ip("192.0.2.4".parse().unwrap());
    let hits = [(Family::Apps, ip.clone()), (Family::ApiAnonymous, ip.clone())];
    for _ in 0..20 {
        rate.check(&hits, at(0));
    }
    assert_eq!(rate.peek(Family::ApiAnonymous, &ip, at(0)).unwrap().remaining, 295);
}

#[test]
fn routes_fall_under_their_families() {
    let guest = anonymous("192.0.2.4");
    let special = |method: Method, url: &str, caller: &Caller| {
        families(method, url, caller)
            .into_iter()
            .filter(|(family, _)| {
                !matches!(family, Family::ApiAccount | Family::ApiToken | Family::ApiAnonymous)
            })
            .collect::<Vec<_>>()
    };
    let ip = || RateKey::ip(guest.ip);
    for (method, url, family) in [
        (Method::POST, "/api/v1/accounts", Family::SignUpApi),
        (Method::POST, "/api/v1/apps", Family::Apps),
        (Method::POST, "/auth/sign_in", Family::SignIn),
        (Method::POST, "/auth/sign_in/", Family::SignIn),
        (Method::POST, "/auth/sign_in/code", Family::SignIn),
        (Method::POST, "/auth", Family::SignUpForm),
        (Method::POST, "/auth/password", Family::PasswordReset),
        (Method::POST, "/auth/confirmation", Family::Confirmation),
        (Method::GET, "/media_proxy/1/original", Family::MediaProxy),
        (Method::GET, "/users/bob/outbox?page=true", Family::Paging),
    ] {
        assert_eq!(special(method, url, &guest), [(family, ip())], "{url}");
    }
    for (method, url, family) in [
        (Method::POST, "/api/v2/media", Family::Media),
        (Method::POST, "/api/v1/media", Family::Media),
        (Method::DELETE, "/api/v1/statuses/12", Family::Delete),
        (Method::POST, "/api/v1/statuses/12/unreblog", Family::Delete),
        (Method::GET, "/api/v1/timelines/public?since_id=4", Family::Paging),
    ] {
        assert_eq!(special(method, url, &ALICE), [(family, RateKey::Account(7))], "{url}");
    }
    for (method, url) in [
        (Method::GET, "/api/v1/accounts"),
        (Method::GET, "/auth/sign_in"),
        (Method::POST, "/api/v1/statuses/12/reblog"),
        (Method::POST, "/api/vx/media"),
        (Method::GET, "/api/v1/timelines/home?max_id=&limit=40"),
        (Method::GET, "/"),
        (Method::GET, ""),
    ] {
        assert_eq!(special(method, url, &guest), [], "{url}");
    }
    assert_eq!(families(Method::GET, "/about", &guest), []);
    assert_eq!(families(Method::GET, "/api/v2/instance", &guest), [(Family::ApiAnonymous, ip())]);
}

#[test]
fn memory_is_bounded_and_the_switch_turns_everything_off() {
    let rate = Rate::new(true);
    for n in 0..60_000 {
        rate.count(Family::ApiAnonymous, &RateKey::Token(n), at(0));
    }
    rate.counters.run_pending_tasks();
    assert!(rate.counters.entry_count() <= MAX_COUNTERS);

    let off = Rate::new(false);
    for _ in 0..400 {
        assert_eq!(off.check(&[(Family::ApiAnonymous, RateKey::Token(1))], at(0)), None);
    }
}
