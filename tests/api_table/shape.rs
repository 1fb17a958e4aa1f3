//! The shapes of entities.tsv, and what of an answer does not fit them.

use std::collections::BTreeMap;

use serde_json::Value;

#[derive(Debug, Clone)]
struct Field {
    name: String,
    kind: String,
    may_be_absent: bool,
    may_be_null: bool,
}

/// Every entity with its fields.
pub struct Shapes(BTreeMap<String, Vec<Field>>);

/// What fits any value, by the word of the table.
fn fits(kind: &str, value: &Value) -> bool {
    let text = value.as_str();
    let digits = |from: usize, to: usize| {
        text.and_then(|text| text.get(from..to)).is_some_and(|part| part.bytes().all(|b| b.is_ascii_digit()))
    };
    let is_date = || digits(0, 4) && digits(5, 7) && digits(8, 10);
    let is_time = || is_date() && digits(11, 13) && digits(14, 16) && digits(17, 19);
    let ends =
        |end: &str, length: usize| text.is_some_and(|text| text.len() == length && text.ends_with(end));
    match kind {
        "id" => text.is_some_and(|text| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())),
        "int" => value.is_i64() || value.is_u64(),
        "num" => value.is_number(),
        "bool" => value.is_boolean(),
        "str" | "html" => value.is_string(),
        "url" => text.is_some_and(|text| text.starts_with("http://") || text.starts_with("https://")),
        "dt" => ends("Z", 24) && is_time() && digits(20, 23),
        "dt0" => ends("Z", 20) && is_time(),
        "date" => text.is_some_and(|text| text.len() == 10) && is_date(),
        "object" => value.is_object(),
        _ => false,
    }
}

const PLAIN: [&str; 10] = ["id", "int", "num", "bool", "str", "html", "url", "dt", "dt0", "date"];

impl Shapes {
    /// Reads the table.
    pub fn read() -> Self {
        let mut shapes: BTreeMap<String, Vec<Field>> = BTreeMap::new();
        let table =
            std::fs::read_to_string(super::routes::root().join("tests/api_table/entities.tsv")).unwrap();
        for line in table.lines().filter(|line| !line.starts_with('#') && !line.starts_with("entity\t")) {
            let cells: Vec<&str> = line.split('\t').collect();
            let [entity, name, kind, null] = cells[..] else { panic!("not four cells: {line}") };
            assert!(matches!(null, "no" | "yes" | "opt" | "opt yes"), "{line}");
            let (entity, base) =
                entity.split_once(" < ").map_or((entity, None), |(one, base)| (one, Some(base)));
            if !shapes.contains_key(entity) {
                let taken = base.map(|base| shapes[base].clone()).unwrap_or_default();
                shapes.insert(entity.to_owned(), taken);
            }
            let field = Field {
                name: name.to_owned(),
                kind: kind.to_owned(),
                may_be_absent: null.starts_with("opt"),
                may_be_null: null.ends_with("yes"),
            };
            shapes.get_mut(entity).unwrap().push(field);
        }
        Self(shapes)
    }

    /// Whether the table says what this is.
    pub fn knows(&self, kind: &str) -> bool {
        let bare = kind.trim_start_matches('[').trim_end_matches(']');
        PLAIN.contains(&bare) || bare == "object" || self.0.contains_key(bare)
    }

    /// Kinds of fields that nothing is said about.
    pub fn unknown(&self) -> Vec<&str> {
        let kinds = self.0.values().flatten().map(|field| field.kind.as_str());
        kinds.filter(|kind| !self.knows(kind)).collect()
    }

    /// Says what of `value` is not as a `kind` has to be; `place` is where it stands.
    pub fn check(&self, kind: &str, value: &Value, place: &str, problems: &mut Vec<String>) {
        if let Some(inner) = kind.strip_prefix('[').and_then(|kind| kind.strip_suffix(']')) {
            let Some(list) = value.as_array() else {
                return problems.push(format!("{place} is no list: {value}"));
            };
            for (at, item) in list.iter().enumerate() {
                self.check(inner, item, &format!("{place}[{at}]"), problems);
            }
            return;
        }
        let Some(fields) = self.0.get(kind) else {
            if !fits(kind, value) {
                problems.push(format!("{place} is no {kind}: {value}"));
            }
            return;
        };
        if !value.is_object() {
            return problems.push(format!("{place} is no {kind}: {value}"));
        }
        for field in fields {
            self.check_field(field, value, place, problems);
        }
    }

    fn check_field(&self, field: &Field, owner: &Value, place: &str, problems: &mut Vec<String>) {
        let place = format!("{place}.{}", field.name);
        let mut found = Some(owner);
        for part in field.name.split('.') {
            found = found.and_then(|value| value.get(part));
        }
        match found {
            None if field.may_be_absent => {}
            None => problems.push(format!("{place} is absent")),
            Some(Value::Null) if field.may_be_null => {}
            Some(value) => self.check(&field.kind, value, &place, problems),
        }
    }
}
