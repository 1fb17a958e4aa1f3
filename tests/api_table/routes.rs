//! The rows of routes.tsv.

use std::path::PathBuf;

/// A route of the client API, or of a document beside it.
#[derive(Debug, Clone)]
pub struct Route {
    /// It answers here.
    pub works: bool,
    pub method: String,
    pub path: String,
    pub auth: String,
    pub scopes: Vec<String>,
    pub returns: String,
    pub tier: u8,
}

impl Route {
    fn read(line: &str) -> Self {
        let cells: Vec<&str> = line.split('\t').collect();
        let [state, method, path, auth, scopes, returns, tier] = cells[..] else {
            panic!("not seven cells: {line}")
        };
        assert!(matches!(state, "works" | "missing"), "{line}");
        Self {
            works: state == "works",
            method: method.to_owned(),
            path: path.to_owned(),
            auth: auth.to_owned(),
            scopes: scopes.split(' ').map(str::to_owned).collect(),
            returns: returns.to_owned(),
            tier: tier.parse().unwrap(),
        }
    }

    /// Method and path.
    pub fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// Whether some part of the path stands for something.
    pub fn has_parts(&self) -> bool {
        self.path.contains("/:") || self.path.contains("@:")
    }

    /// Whether it belongs to the client API itself.
    pub fn is_api(&self) -> bool {
        self.path.starts_with("/api/v") && !self.path.starts_with("/api/v1/streaming")
    }

    /// Whether it tells what happens, without an end.
    pub fn is_stream(&self) -> bool {
        matches!(self.returns.as_str(), "SSE" | "websocket")
    }

    /// Whether a token must fit.
    pub fn checks_scopes(&self) -> bool {
        !matches!(self.scopes[0].as_str(), "-" | "any")
    }
}

fn table() -> String {
    std::fs::read_to_string(root().join("tests/api_table/routes.tsv")).unwrap()
}

fn is_row(line: &str) -> bool {
    !line.starts_with('#') && !line.starts_with("state\t")
}

/// All routes.
pub fn all() -> Vec<Route> {
    table().lines().filter(|line| is_row(line)).map(Route::read).collect()
}

/// Writes the table anew with these states, in the order of [`all`].
pub fn rewrite(works: &[bool]) {
    let mut states = works.iter();
    let table = table();
    let lines = table.lines().map(|line| {
        if !is_row(line) {
            return line.to_owned();
        }
        let (_, rest) = line.split_once('\t').unwrap();
        format!("{}\t{rest}", if *states.next().unwrap() { "works" } else { "missing" })
    });
    let text = lines.collect::<Vec<_>>().join("\n") + "\n";
    std::fs::write(root().join("tests/api_table/routes.tsv"), text).unwrap();
}

/// The folder of the repository.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}
