//! Tables of addresses and URLs: what may be contacted under which policy.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;

fn guard(allow_insecure: bool, allow_private: bool) -> Guard {
    Guard::new(&NetPolicy { allow_insecure, allow_private, ..NetPolicy::default() })
}

const PUBLIC: &[&str] = &[
    "1.1.1.1",
    "9.255.255.255",
    "11.0.0.0",
    "100.63.255.255",
    "100.128.0.0",
    "128.0.0.1",
    "169.253.1.1",
    "172.15.255.255",
    "172.32.0.0",
    "192.0.1.1",
    "192.167.255.255",
    "192.169.0.0",
    "198.17.255.255",
    "198.20.0.0",
    "223.255.255.255",
    "2606:4700::1111",
    "2001:200::1",
    "2a00:1450:4001::1",
    "64:ff9b::1.1.1.1",
    "3ffe::1",
];
const PRIVATE: &[&str] = &[
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "100.127.255.255",
    "127.0.0.1",
    "127.255.255.255",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.0.1",
    "::1",
    "fc00::1",
    "fdff:ffff::1",
];
const SPECIAL: &[&str] = &[
    "0.0.0.0",
    "0.1.2.3",
    "169.254.169.254",
    "192.0.0.1",
    "192.0.2.1",
    "192.88.99.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.1",
    "203.0.113.9",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::2",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:1.1.1.1",
    "::ffff:0:1.1.1.1",
    "64:ff9b::127.0.0.1",
    "64:ff9b::10.1.2.3",
    "64:ff9b::169.254.169.254",
    "64:ff9b:1::1.1.1.1",
    "100::1",
    "2001::1",
    "2001:2::1",
    "2001:20::1",
    "2001:1ff::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:101:101::1",
    "3fff::1",
    "3fff:fff::1",
    "5f00::1",
    "fe80::1",
    "febf::1",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
    "4000::1",
];

#[test]
fn addresses_are_allowed_by_where_they_lead() {
    let (closed, lan) = (guard(false, false), guard(false, true));
    for (addresses, open, within) in [(PUBLIC, true, true), (PRIVATE, false, true), (SPECIAL, false, false)] {
        for address in addresses {
            let parsed: IpAddr = address.parse().unwrap();
            assert_eq!(closed.allows(parsed), open, "{address}");
            assert_eq!(lan.allows(parsed), within, "{address} with private addresses allowed");
        }
    }
}

#[test]
fn an_exception_allows_one_address_and_not_its_neighbour() {
    let guard =
        Guard::new(&NetPolicy { exceptions: vec!["10.0.0.5".parse().unwrap()], ..NetPolicy::default() });
    assert!(guard.allows("10.0.0.5".parse().unwrap()));
    assert!(!guard.allows("10.0.0.6".parse().unwrap()));
}

#[test]
fn urls_that_must_not_be_asked_are_refused_however_they_are_written() {
    let guard = guard(false, false);
    for url in [
        "http://example.org/",
        "ftp://example.org/",
        "file:///etc/passwd",
        "data:text/plain,x",
        "https://user@example.org/",
        "https://:secret@example.org/",
        "https://example.org:0/",
        "https://127.0.0.1/",
        "https://127.1/",
        "https://0x7f.0.0.1/",
        "https://2130706433/",
        "https://017700000001/",
        "https://①②⑦.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[::ffff:a00:1]/",
        "https://169.254.169.254/latest/meta-data/",
        "https://peer.onion/",
        "https://peer.i2p./",
        "https://./",
    ] {
        let Ok(url) = Url::parse(url) else { continue };
        assert!(matches!(guard.check_url(&url), Err(NetError::Refused(_))), "{url}");
    }
    let long = Url::parse(&format!("https://example.org/{}", "a".repeat(MAX_URL))).unwrap();
    assert!(guard.check_url(&long).is_err());
    for url in [
        "https://example.org/",
        "https://example.org:8443/@bob",
        "https://1.1.1.1/",
        "https://münchen.example/",
    ] {
        assert_eq!(guard.check_url(&Url::parse(url).unwrap()), Ok(()), "{url}");
    }
}

#[test]
fn plain_http_and_private_addresses_are_switched_on_separately() {
    let url = |text: &str| Url::parse(text).unwrap();
    let (insecure, private) = (guard(true, false), guard(false, true));
    assert_eq!(insecure.check_url(&url("http://example.org/")), Ok(()));
    assert!(insecure.check_url(&url("http://127.0.0.1:3000/")).is_err());
    assert!(private.check_url(&url("http://127.0.0.1:3000/")).is_err());
    assert_eq!(private.check_url(&url("https://127.0.0.1:3000/")), Ok(()));
    assert_eq!(guard(true, true).check_url(&url("http://[::1]:3000/")), Ok(()));
}
