//! The house keeps its shape: who may import whom, how long files may be, what they may be called.

use std::fs;
use std::path::{Path, PathBuf};

/// From the outermost floor to the innermost; each may use what stands after it.
const FLOORS: [&str; 8] = ["cli", "server", "router", "web", "features", "federation", "platform", "storage"];
/// A file beyond this is split by verb.
const LONGEST: usize = 600;
/// Names that say nothing.
const EMPTY_NAMES: [&str; 8] =
    ["utils", "util", "common", "helpers", "helper", "misc", "utilities", "shared"];
/// The files of a feature that are edges; all others are its core.
const EDGES: [&str; 3] = ["api", "activity", "jobs"];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn sources(folder: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let Ok(entries) = fs::read_dir(folder) else { return found };
    for entry in entries {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            if !matches!(name.as_str(), "node_modules" | "target" | "dist") && !name.starts_with('.') {
                found.extend(sources(&path, endings));
            }
        } else if endings.iter().any(|ending| name.ends_with(ending)) {
            found.push(path);
        }
    }
    found
}

fn own_sources() -> Vec<PathBuf> {
    ["src", "storage/src", "storage/tests", "storage/benches", "tests", "benches", "web-ui/src", "web-ui/e2e"]
        .iter()
        .flat_map(|folder| sources(&root().join(folder), &[".rs", ".ts", ".svelte", ".css"]))
        .collect()
}

/// The modules that a file names: `crate::a::b` in `use` lines and paths, groups opened.
fn imports(text: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("crate::") {
        let rest = &text[at + "crate::".len()..];
        expand(rest, &mut Vec::new(), &mut found);
    }
    found
}

fn expand(text: &str, prefix: &mut Vec<String>, found: &mut Vec<Vec<String>>) {
    let word: String = text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    let rest = &text[word.len()..];
    if word.is_empty() {
        if let Some(group) = rest.strip_prefix('{') {
            let mut depth = 0;
            let mut start = 0;
            for (at, c) in group.char_indices() {
                match c {
                    '{' => depth += 1,
                    '}' if depth == 0 => {
                        expand(group[start..at].trim(), prefix, found);
                        return;
                    }
                    '}' => depth -= 1,
                    ',' if depth == 0 => {
                        expand(group[start..at].trim(), prefix, found);
                        start = at + 1;
                    }
                    _ => {}
                }
            }
        } else if !prefix.is_empty() {
            found.push(prefix.clone());
        }
        return;
    }
    prefix.push(word);
    match rest.strip_prefix("::") {
        Some(rest) => expand(rest, prefix, found),
        None => found.push(prefix.clone()),
    }
    prefix.pop();
}

fn floor(name: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| *floor == name)
}

/// The path of a source file below `src`, without its ending, as modules.
fn modules(path: &Path) -> Vec<String> {
    let inside = path.strip_prefix(root().join("src")).unwrap().with_extension("");
    let mut parts: Vec<String> = inside.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    if parts.last().is_some_and(|last| last == "mod") {
        parts.pop();
    }
    parts
}

#[test]
fn nobody_imports_from_a_floor_above() {
    let mut breaches = Vec::new();
    for path in sources(&root().join("src"), &[".rs"]) {
        let Some(own) = modules(&path).first().and_then(|name| floor(name)) else { continue };
        for import in imports(&fs::read_to_string(&path).unwrap()) {
            if floor(&import[0]).is_some_and(|theirs| theirs < own) {
                breaches.push(format!("{}: crate::{}", path.display(), import.join("::")));
            }
        }
    }
    assert!(breaches.is_empty(), "{breaches:#?}");
}

#[test]
fn features_keep_their_order_and_edges_to_themselves() {
    let list = fs::read_to_string(root().join("src/features/mod.rs")).unwrap();
    let order: Vec<&str> =
        list.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    assert!(order.len() > 10, "the list of features was not found");
    let place = |name: &str| order.iter().position(|feature| *feature == name);
    let is_edge = |name: Option<&String>| name.is_some_and(|name| EDGES.contains(&name.as_str()));
    let mut breaches = Vec::new();
    for path in sources(&root().join("src/features"), &[".rs"]) {
        let own = modules(&path);
        let Some(own_place) = own.get(1).and_then(|name| place(name)) else { continue };
        for import in imports(&fs::read_to_string(&path).unwrap()) {
            if import[0] != "features" || import.get(1) == own.get(1) {
                continue;
            }
            let Some(their_place) = import.get(1).and_then(|name| place(name)) else { continue };
            let is_table = import.get(2).is_some_and(|name| name == "table");
            let upward = their_place > own_place && !is_edge(own.get(2)) && !is_table;
            if upward || is_edge(import.get(2)) {
                breaches.push(format!("{}: crate::{}", path.display(), import.join("::")));
            }
        }
    }
    assert!(breaches.is_empty(), "{breaches:#?}");
}

#[test]
fn only_one_file_names_each_heavy_crate() {
    for (name, home) in [("bincode::", "record.rs"), ("redb::", "src/engine"), ("sled::", "src/engine")] {
        for path in sources(&root().join("storage/src"), &[".rs"])
            .into_iter()
            .chain(sources(&root().join("src"), &[".rs"]))
        {
            let names = fs::read_to_string(&path).unwrap().lines().any(|line| {
                let line = line.trim_start();
                !line.starts_with("//")
                    && line
                        .split(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':'))
                        .any(|word| word.starts_with(name))
            });
            assert!(!names || path.to_string_lossy().contains(home), "{} names {name}", path.display());
        }
    }
}

#[test]
fn files_are_short_and_say_why_they_exist() {
    for path in own_sources() {
        let text = fs::read_to_string(&path).unwrap();
        let lines = text.lines().count();
        assert!(lines <= LONGEST, "{} has {lines} lines", path.display());
        if path.extension().is_some_and(|ending| ending == "rs") {
            assert!(text.starts_with("//!"), "{} does not begin by saying why it exists", path.display());
        }
    }
}

#[test]
fn names_say_something() {
    for path in own_sources() {
        let inside = path.strip_prefix(root()).unwrap();
        for part in inside.with_extension("").iter() {
            let part = part.to_string_lossy().to_lowercase();
            assert!(!EMPTY_NAMES.contains(&part.as_str()), "{}", path.display());
        }
    }
}

#[test]
fn imports_are_found_in_all_their_forms() {
    let text = "use crate::a::{self, b::c, d::{e, f}};\nlet x = crate::g::h();";
    let found: Vec<String> = imports(text).iter().map(|import| import.join("::")).collect();
    assert_eq!(found, ["a::self", "a::b::c", "a::d::e", "a::d::f", "g::h"]);
}
