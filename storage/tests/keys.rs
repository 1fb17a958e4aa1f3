//! Keys: bytes sort as the values do, decoding gives back what was encoded, nothing else decodes.

use proptest::prelude::*;
use shop_storage::{Key, KeyError, Newest};

fn bytes(key: &impl Key) -> Vec<u8> {
    let mut out = Vec::new();
    key.encode(&mut out);
    out
}

fn laws<K: Key + Ord + Clone + std::fmt::Debug>(a: &K, b: &K) -> Result<(), TestCaseError> {
    let (left, right) = (bytes(a), bytes(b));
    prop_assert_eq!(a.cmp(b), left.cmp(&right), "order of {:?} and {:?}", a, b);
    for (key, encoded) in [(a, &left), (b, &right)] {
        let mut followed = encoded.clone();
        followed.extend_from_slice(&[0xff, 0x00, 0x01]);
        let mut input = followed.as_slice();
        prop_assert_eq!(&K::decode(&mut input).unwrap(), key);
        prop_assert_eq!(input, &[0xff_u8, 0x00, 0x01][..], "decoding takes its own bytes");
        for cut in 0..encoded.len() {
            // Too few bytes are an error, never a panic or another key.
            prop_assert!(K::decode(&mut &encoded[..cut]).is_err());
        }
    }
    if a != b {
        prop_assert!(!left.starts_with(&right) && !right.starts_with(&left), "prefix-free");
    }
    Ok(())
}

/// Strings that share beginnings and hold the bytes that are escaped.
fn names() -> impl Strategy<Value = String> {
    prop_oneof!["[\u{0}\u{1}ab]{0,4}", "\\PC{0,8}"]
}

fn blobs() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        prop::collection::vec(prop_oneof![Just(0_u8), Just(1), Just(0xfe), Just(0xff)], 0..6),
        prop::collection::vec(any::<u8>(), 0..20)
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn numbers(a: (u8, u16, u32, u64), b: (u8, u16, u32, u64)) {
        laws(&a, &b)?;
    }

    #[test]
    fn signed_numbers(a: i64, b: i64, c: u128, d: u128) {
        laws(&a, &b)?;
        laws(&c, &d)?;
    }

    #[test]
    fn strings(a in names(), b in names()) {
        laws(&a, &b)?;
    }

    #[test]
    fn byte_strings(a in blobs(), b in blobs()) {
        laws(&a, &b)?;
    }

    #[test]
    fn tuples(a in (names(), any::<u64>()), b in (names(), any::<u64>())) {
        laws(&a, &b)?;
        laws(&(a.1, a.0.clone(), true), &(b.1, b.0.clone(), false))?;
    }

    #[test]
    fn options_and_arrays(a in proptest::option::of(names()), b in proptest::option::of(names()), c: [u8; 3], d: [u8; 3]) {
        laws(&a, &b)?;
        laws(&(a, c), &(b, d))?;
    }

    #[test]
    fn newest_first(a in (names(), any::<u64>()), b in (names(), any::<u64>())) {
        laws(&Newest(a.clone()), &Newest(b.clone()))?;
        laws(&(7_u8, Newest(a.1), a.0), &(7_u8, Newest(b.1), b.0))?;
    }

    #[test]
    fn anything_else_is_an_error_not_a_panic(noise in prop::collection::vec(any::<u8>(), 0..40)) {
        let _ = <(String, Option<i64>)>::decode(&mut noise.as_slice());
        let _ = <Newest<(Vec<u8>, bool)>>::decode(&mut noise.as_slice());
        let _ = <(u128, [u8; 7], ())>::decode(&mut noise.as_slice());
    }
}

#[test]
fn malformed_keys_are_named_errors() {
    assert_eq!(bool::decode(&mut [2_u8].as_slice()), Err(KeyError::Invalid("bool")));
    assert_eq!(String::decode(&mut [0xc3_u8, 0, 1].as_slice()), Err(KeyError::Invalid("UTF-8 string")));
    assert_eq!(
        Vec::<u8>::decode(&mut [b'a', 0, 7].as_slice()),
        Err(KeyError::Invalid("escaped byte string"))
    );
    assert_eq!(u64::decode(&mut [1_u8; 7].as_slice()), Err(KeyError::Short));
}

#[test]
fn the_bytes_of_keys_never_change() {
    assert_eq!(bytes(&(258_u16, "a\0b".to_owned())), [1, 2, b'a', 0, 0xff, b'b', 0, 1]);
    assert_eq!(bytes(&-1_i64), [0x7f, 255, 255, 255, 255, 255, 255, 255]);
    assert_eq!(bytes(&Some(1_u8)), [1, 1]);
    assert_eq!(bytes(&Newest(1_u32)), [255, 255, 255, 254]);
}
