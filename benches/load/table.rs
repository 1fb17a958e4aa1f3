//! The one table that a run prints, in Markdown.

use std::fmt;
use std::time::Duration;

use super::measure::Seen;

/// Rows in the order in which they were measured.
#[derive(Debug, Default)]
pub struct Table {
    rows: Vec<[String; 7]>,
}

/// A duration in milliseconds.
pub fn millis(time: Duration) -> String {
    let ms = time.as_secs_f64() * 1_000.0;
    if ms < 10.0 { format!("{ms:.2} ms") } else { format!("{ms:.0} ms") }
}

impl Table {
    /// A measurement of requests.
    pub fn row(&mut self, name: &str, connections: usize, seen: &Seen, budget: &str) {
        let answered = seen.answered.max(1) as f64;
        self.add([
            name.into(),
            connections.to_string(),
            format!("{:.3} ms", seen.processor * 1_000.0 / answered),
            format!("{:.0}/s", answered / seen.wall.as_secs_f64()),
            millis(seen.percentile(0.5)),
            millis(seen.percentile(0.99)),
            budget.into(),
        ]);
    }

    /// A measurement of work that nobody waits for.
    pub fn work(&mut self, name: &str, done: usize, wall: Duration, processor: f64, budget: &str) {
        let done = done.max(1) as f64;
        self.add([
            name.into(),
            String::new(),
            format!("{:.3} ms", processor * 1_000.0 / done),
            format!("{:.0}/s", done / wall.as_secs_f64()),
            String::new(),
            String::new(),
            budget.into(),
        ]);
    }

    /// One figure.
    pub fn fact(&mut self, name: &str, figure: impl Into<String>, budget: &str) {
        let empty = String::new;
        self.add([
            format!("{name}: {}", figure.into()),
            empty(),
            empty(),
            empty(),
            empty(),
            empty(),
            budget.into(),
        ]);
    }

    fn add(&mut self, row: [String; 7]) {
        eprintln!("{}", row.iter().filter(|cell| !cell.is_empty()).cloned().collect::<Vec<_>>().join(" | "));
        self.rows.push(row);
    }
}

impl fmt::Display for Table {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = ["what", "connections", "CPU per operation", "throughput", "p50", "p99", "budget"];
        writeln!(out, "| {} |", head.join(" | "))?;
        writeln!(out, "|{}", "---|".repeat(head.len()))?;
        self.rows.iter().try_for_each(|row| writeln!(out, "| {} |", row.join(" | ")))
    }
}
