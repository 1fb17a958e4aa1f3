//! Records: golden bytes, versions that walk their chain, and bytes that are refused.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use shop_storage::{
    Error, IndexRows, Record, RecordError, Row, Store, Table, decode_record, encode_record, record,
};

/// The first released shape; frozen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct ProfileV1 {
    id: u64,
    name: String,
    age: Option<u16>,
    tags: Vec<String>,
    counts: BTreeMap<String, i64>,
    kind: Kind,
    locked: bool,
}
record!(ProfileV1, 1);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Kind {
    Person,
    Group { members: u32 },
}

/// The second: the name is split.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct ProfileV2 {
    id: u64,
    first: String,
    last: String,
}
record!(ProfileV2, 2, from ProfileV1);

impl From<ProfileV1> for ProfileV2 {
    fn from(old: ProfileV1) -> Self {
        let (first, last) = old.name.split_once(' ').unwrap_or((&old.name, ""));
        ProfileV2 { id: old.id, first: first.to_owned(), last: last.to_owned() }
    }
}

/// The third: one more field, in front.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct ProfileV3 {
    hidden: bool,
    id: u64,
    first: String,
}
record!(ProfileV3, 3, from ProfileV2);

impl From<ProfileV2> for ProfileV3 {
    fn from(old: ProfileV2) -> Self {
        ProfileV3 { hidden: false, id: old.id, first: old.first }
    }
}

impl Row for ProfileV1 {
    type Key = u64;
    fn index(&self, _key: &u64, _rows: &mut IndexRows) {}
}
impl Row for ProfileV3 {
    type Key = u64;
}

fn first() -> ProfileV1 {
    ProfileV1 {
        id: 0x0102_0304,
        name: "Ada Löwe".to_owned(),
        age: Some(36),
        tags: vec!["a".to_owned(), String::new()],
        counts: BTreeMap::from([("n".to_owned(), -2)]),
        kind: Kind::Group { members: 5 },
        locked: true,
    }
}

const GOLDEN_V1: &str = "\
    0101\
    0403020100000000\
    0900000000000000416461204cc3b67765\
    012400\
    0200000000000000\
    010000000000000061\
    0000000000000000\
    0100000000000000\
    01000000000000006e\
    feffffffffffffff\
    01000000\
    05000000\
    01";

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

#[test]
fn golden_bytes_of_version_one_are_written_and_read_for_ever() {
    assert_eq!(encode_record(&first()).unwrap(), unhex(GOLDEN_V1));
    assert_eq!(decode_record::<ProfileV1>(&unhex(GOLDEN_V1)).unwrap(), first());
}

#[test]
fn old_versions_walk_the_chain_to_the_newest() {
    let from_first: ProfileV3 = decode_record(&unhex(GOLDEN_V1)).unwrap();
    assert_eq!(from_first, ProfileV3 { hidden: false, id: 0x0102_0304, first: "Ada".to_owned() });
    let second = ProfileV2 { id: 7, first: "Bo".to_owned(), last: "Ek".to_owned() };
    let from_second: ProfileV3 = decode_record(&encode_record(&second).unwrap()).unwrap();
    assert_eq!(from_second, ProfileV3 { hidden: false, id: 7, first: "Bo".to_owned() });
    assert_eq!(ProfileV3::VERSION, 3);
}

#[test]
fn what_is_no_record_is_a_named_error() {
    let good = unhex(GOLDEN_V1);
    let with = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = good.clone();
        change(&mut bytes);
        decode_record::<ProfileV1>(&bytes).unwrap_err()
    };
    assert_eq!(with(&|bytes| bytes[0] = 2), RecordError::UnknownCodec(2));
    assert_eq!(with(&|bytes| bytes[1] = 9), RecordError::UnknownVersion(9));
    assert_eq!(with(&|bytes| bytes.push(0)), RecordError::Trailing(1));
    assert!(matches!(with(&|bytes| bytes.truncate(20)), RecordError::Body(_)));
    assert_eq!(decode_record::<ProfileV1>(&[]).unwrap_err(), RecordError::Empty);
    assert_eq!(decode_record::<ProfileV3>(&[1, 4]).unwrap_err(), RecordError::UnknownVersion(4));
    // A length that claims more than there can be asks for no memory.
    assert!(matches!(with(&|bytes| bytes[15] = 0x7f), RecordError::Body(_)));
}

#[test]
fn a_record_of_an_older_program_is_upgraded_on_its_next_write_and_a_newer_one_is_refused_by_name() {
    let old: Table<ProfileV1> = Table::new(9, "profiles");
    let new: Table<ProfileV3> = Table::new(9, "profiles");
    let store = Store::open(shop_storage::Options::memory()).unwrap();
    store.write_blocking(move |tx| old.put(tx, &1, &first())).unwrap();
    assert_eq!(new.get(&store, &1).unwrap().unwrap().first, "Ada");
    let old: Table<ProfileV1> = Table::new(9, "profiles");
    store.write_blocking(move |tx| new.edit(tx, &1, |profile| profile.hidden = true)).unwrap();
    let refused = old.get(&store, &1).unwrap_err();
    assert_eq!(refused.to_string(), "record in table profiles at key 090000000000000001: unknown version 3");
    assert!(matches!(refused, Error::Record { table: "profiles", .. }));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_value_comes_back(id: u64, name: String, age: Option<u16>, tags: Vec<String>, locked: bool) {
        let profile = ProfileV1 { id, name, age, tags, locked, ..first() };
        prop_assert_eq!(decode_record::<ProfileV1>(&encode_record(&profile).unwrap()).unwrap(), profile);
    }

    #[test]
    fn noise_is_an_error_not_a_panic(noise in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut bytes = vec![1, 1];
        bytes.extend(noise);
        let _ = decode_record::<ProfileV1>(&bytes);
    }
}
