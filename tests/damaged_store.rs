//! A damaged store on the command line: what is said, that it is said before anything is made worse, and the way back.

use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use crate::command_line::{fails, ok, shop};

/// A data folder with two accounts in it.
fn community() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    ok(&data, &["account", "create", "olga", "--email", "olga@example.com", "--role", "owner"]);
    ok(&data, &["account", "create", "pete", "--email", "pete@example.com"]);
    (folder, data)
}

fn file(data: &Path) -> PathBuf {
    data.join("store/store.redb")
}

#[test]
fn nothing_starts_on_a_file_that_is_no_store_and_everybody_says_what_to_do() {
    let (_folder, data) = community();
    let whole = std::fs::read(file(&data)).unwrap();
    for spoiled in [&b""[..], &whole[..whole.len() / 2], &b"Dear diary, ".repeat(5_000)] {
        std::fs::write(file(&data), spoiled).unwrap();
        for words in [
            &["serve", "--listen", "127.0.0.1:0"][..],
            &["account", "list"],
            &["doctor"],
            &["store", "check"],
            &["store", "compact"],
            &["store", "rescue"],
        ] {
            let said = fails(&data, words);
            let named = format!("{} is damaged: ", file(&data).display());
            assert!(said.contains(&named) && !said.contains("panicked"), "{words:?}: {said}");
            // Who has tried a rescue is not sent back to it.
            let advice = match words {
                ["store", "rescue"] => "nothing can be saved from these files",
                _ => "leave the server stopped and copy",
            };
            assert!(said.contains(&format!("What to do: {advice}")), "{words:?}: {said}");
        }
        assert!(std::fs::read(file(&data)).unwrap() == spoiled, "the file is left as it was");
    }
    // The copy that was put back is as good as before.
    std::fs::write(file(&data), whole).unwrap();
    assert!(ok(&data, &["account", "list"]).contains("pete"));
    assert!(ok(&data, &["store", "check"]).contains("are readable"));
}

#[test]
fn damage_among_the_rows_is_found_by_a_check_and_the_rest_is_rescued() {
    let (_folder, data) = community();
    // The page with the text of the accounts' table.
    let mut bytes = std::fs::read(file(&data)).unwrap();
    let pages: Vec<usize> = bytes
        .chunks(4096)
        .enumerate()
        .filter(|(_, page)| page.windows(16).any(|part| part == b"olga@example.com"))
        .map(|(at, _)| at)
        .collect();
    for page in pages {
        bytes[page * 4096..(page + 1) * 4096].fill(0xa5);
    }
    std::fs::write(file(&data), bytes).unwrap();

    let checked = shop(&data, &["store", "check", "--json"]);
    assert!(!checked.status.success());
    let found: Value = serde_json::from_slice(&checked.stdout).unwrap();
    assert_eq!((found[0]["name"].as_str(), found[0]["good"].as_bool()), (Some("store"), Some(false)));
    assert!(found[0]["words"].as_str().unwrap().contains("cannot be read beyond"), "{found}");
    assert!(found[0]["advice"].as_str().unwrap().contains("shop store rescue"), "{found}");

    let rescued: Value = serde_json::from_str(&ok(&data, &["store", "rescue", "--json"])).unwrap();
    assert!(rescued["tables_with_losses"].as_array().is_some_and(|tables| !tables.is_empty()), "{rescued}");
    assert!(Path::new(rescued["damaged"].as_str().unwrap()).exists());
    assert!(ok(&data, &["store", "check"]).contains("are readable"));
    ok(&data, &["account", "create", "quinn", "--email", "quinn@example.com"]);
    assert!(ok(&data, &["account", "list"]).contains("quinn"));
}
