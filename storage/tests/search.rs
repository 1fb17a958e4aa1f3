//! The search index: what is found in which language, in which order, and what a lost index says.

use std::path::Path;

use shop_storage::search::{Change, Document, Field, FieldKind, Query, Rank, Search};

const TEXT: Field = Field::new("text", FieldKind::Text);
const MARK: Field = Field::new("mark", FieldKind::Word);
const OWNER: Field = Field::new("owner", FieldKind::Number);
const FIELDS: &[Field] = &[TEXT, MARK, OWNER];
const SHELF: u8 = 1;
const NONE: [u64; 0] = [];

fn open(folder: &Path) -> Search {
    Search::open(Some(folder), FIELDS).unwrap()
}

fn text(number: u64, words: &str) -> Change {
    let mut document = Document::new(SHELF, number);
    document.text(TEXT, words);
    Change::Put(document)
}

fn filled(texts: &[&str]) -> Search {
    let search = Search::open(None, FIELDS).unwrap();
    search.apply(texts.iter().zip(1..).map(|(words, number)| text(number, words)).collect()).unwrap();
    search
}

fn find(search: &Search, query: &Query) -> Vec<u64> {
    search.find(SHELF, query, Rank::Oldest, 100, 0).unwrap()
}

fn phrase(words: &str) -> Query {
    Query::Phrase(TEXT, words.to_owned())
}

#[test]
fn words_of_many_languages_are_found() {
    let search = filled(&[
        "The crème brûlée was sweet",
        "東京都に住んでいます",
        "我喜欢北京烤鸭",
        "안녕하세요 세계",
        "مرحبا بالعالَم",
        "สวัสดีชาวโลก",
        "Привет, мир",
        "ສະບາຍດີ",
        "ជំរាបសួរ",
        "မင်္ဂလာပါ",
    ]);
    for (words, number) in [
        ("CREME", 1),
        ("brulee", 1),
        ("東京", 2),
        ("京都", 2),
        ("住", 2),
        ("す", 2),
        ("北京烤鸭", 3),
        ("鸭", 3),
        ("안녕", 4),
        ("세계", 4),
        ("بالعالم", 5),
        ("สวัสดี", 6),
        ("โลก", 6),
        ("мир", 7),
        ("ສະບາຍ", 8),
        ("សួរ", 9),
        ("င်္ဂလာ", 10),
    ] {
        assert_eq!(find(&search, &phrase(words)), [number], "{words}");
    }
    for words in ["brule", "京東", "北鸭", "녕안", "مرح", "", "  ", "🦀", "\u{0301}"] {
        assert_eq!(find(&search, &phrase(words)), NONE, "{words}");
    }
}

#[test]
fn phrases_keep_their_order() {
    let search = filled(&["the quick brown fox", "the brown quick fox", "quick, brown"]);
    assert_eq!(find(&search, &phrase("quick brown")), [1, 3]);
    let both = Query::All(vec![phrase("quick"), phrase("brown")]);
    assert_eq!(find(&search, &both), [1, 2, 3]);
}

#[test]
fn beginnings_are_found_in_any_order() {
    let search = filled(&["Ada Lovelace", "Adam Smith", "東京 太郎"]);
    let begins = |words: &str| find(&search, &Query::Beginning(TEXT, words.to_owned()));
    assert_eq!(begins("ada"), [1, 2]);
    assert_eq!(begins("love ad"), [1]);
    assert_eq!(begins("太"), [3]);
    assert_eq!(begins("太郎"), [3]);
    assert_eq!(begins("dam"), NONE);
    assert_eq!(begins(""), NONE);
}

#[test]
fn conditions_combine() {
    let search = Search::open(None, FIELDS).unwrap();
    let document = |number: u64, mark: &str, owner: u64| {
        let mut document = Document::new(SHELF, number).weighing(100_u64.saturating_sub(number));
        document.text(TEXT, "rain");
        document.text(MARK, mark);
        document.number(OWNER, owner);
        Change::Put(document)
    };
    search.apply(vec![document(1, "Ä", 7), document(2, "a b", 7), document(u64::MAX, "b", 8)]).unwrap();
    let word = |mark: &str| Query::Word(MARK, mark.to_owned());
    assert_eq!(find(&search, &word("a")), [1], "folded on both sides");
    assert_eq!(find(&search, &word("a b")), [2], "a word is never cut");
    assert_eq!(find(&search, &Query::WordBeginning(MARK, "a".into())), [1, 2]);
    assert_eq!(find(&search, &Query::Number(OWNER, 7)), [1, 2]);
    assert_eq!(find(&search, &Query::Any(vec![word("a"), Query::Number(OWNER, 8)])), [1, u64::MAX]);
    assert_eq!(find(&search, &Query::Not(Box::new(Query::Number(OWNER, 7)))), [u64::MAX]);
    assert_eq!(find(&search, &Query::Everything), [1, 2, u64::MAX]);
    assert_eq!(find(&search, &Query::Nothing), NONE);
    assert_eq!(find(&search, &Query::Any(vec![])), NONE);
    assert_eq!(find(&search, &Query::All(vec![])), [1, 2, u64::MAX]);
    assert_eq!(find(&search, &Query::Between(Some(1), Some(u64::MAX))), [2], "bounds are outside");
    assert_eq!(find(&search, &Query::Between(None, Some(2))), [1]);
    assert_eq!(find(&search, &Query::Among(vec![2, 5])), [2]);
    assert_eq!(find(&search, &Query::Among(vec![])), NONE);
    assert_eq!(search.find(SHELF, &Query::Everything, Rank::Newest, 2, 1).unwrap(), [2, 1]);
    assert_eq!(search.find(SHELF, &Query::Number(OWNER, 7), Rank::Weight, 10, 0).unwrap(), [1, 2]);
    assert_eq!(search.find(SHELF, &Query::Everything, Rank::Newest, 0, 0).unwrap(), NONE);
    assert_eq!(search.find(SHELF + 1, &Query::Everything, Rank::Newest, 10, 0).unwrap(), NONE);
}

#[test]
fn a_document_is_replaced_and_taken_away() {
    let search = filled(&["old words", "other words"]);
    search.apply(vec![text(1, "new words")]).unwrap();
    assert_eq!(find(&search, &phrase("old")), NONE);
    assert_eq!(find(&search, &phrase("words")), [1, 2]);
    search.apply(vec![Change::Drop { shelf: SHELF, number: 1 }, text(3, "words"), text(3, "last")]).unwrap();
    assert_eq!(find(&search, &phrase("words")), [2]);
    assert_eq!(find(&search, &phrase("last")), [3]);
    assert_eq!(search.count(SHELF).unwrap(), 2);
    search.clear().unwrap();
    assert_eq!(search.count(SHELF).unwrap(), 0);
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

#[test]
fn what_was_applied_is_there_after_a_crash() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (folder.path().join("first"), folder.path().join("second"));
    let search = open(&first);
    search.apply(vec![text(1, "kept")]).unwrap();
    // A kill at this moment leaves these files; the writer still runs and has closed nothing.
    copy(&first, &second);
    let after = open(&second);
    assert_eq!(find(&after, &phrase("kept")), [1]);
    assert_eq!(after.generation(), search.generation());
    after.apply(vec![text(2, "kept")]).unwrap();
    assert_eq!(find(&after, &phrase("kept")), [1, 2]);
    assert_eq!(find(&search, &phrase("kept")), [1]);
}

#[test]
fn an_index_goes_on_where_it_was_closed() {
    let folder = tempfile::tempdir().unwrap();
    let search = open(folder.path());
    search.apply(vec![text(1, "kept")]).unwrap();
    search.close();
    search.apply(vec![text(2, "kept")]).unwrap();
    search.close();
    let generation = search.generation();
    drop(search);
    let search = open(folder.path());
    assert_eq!((search.generation(), search.count(SHELF).unwrap()), (generation, 2));
}

#[test]
fn a_lost_or_broken_index_is_started_anew_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("search");
    let mut known = Vec::new();
    for harm in ["delete", "meta", "truncate"] {
        let search = open(&path);
        search.apply(vec![text(1, "words")]).unwrap();
        known.push(search.generation());
        drop(search);
        match harm {
            "delete" => std::fs::remove_dir_all(&path).unwrap(),
            "meta" => std::fs::write(path.join("meta.json"), "{").unwrap(),
            _ => {
                for entry in std::fs::read_dir(&path).unwrap() {
                    let path = entry.unwrap().path();
                    if path.extension().is_some_and(|ending| ending != "json") {
                        std::fs::write(path, "").unwrap();
                    }
                }
            }
        }
        let search = open(&path);
        assert!(!known.contains(&search.generation()), "{harm}");
        assert_eq!(search.count(SHELF).unwrap(), 0, "{harm}");
    }
}

#[test]
fn an_index_with_other_fields_is_started_anew() {
    let folder = tempfile::tempdir().unwrap();
    let search = open(folder.path());
    search.apply(vec![text(1, "words")]).unwrap();
    drop(search);
    let other = Search::open(Some(folder.path()), &[TEXT, MARK]).unwrap();
    assert_eq!(other.count(SHELF).unwrap(), 0);
}
