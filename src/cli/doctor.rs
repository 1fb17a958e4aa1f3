//! `shop doctor`: examines everything and says what to do.

use super::control::{self, Answer, Finding, Request};
use super::settings::Place;
use super::{Failure, Outcome, Output};

/// Runs the command.
///
/// # Errors
/// When something is not well, or nothing could be examined.
pub fn run(place: &Place, out: Output) -> Outcome {
    report(place, Request::Examine, out)
}

/// Prints the findings of a request.
///
/// # Errors
/// When something is not well, or nothing could be examined.
pub fn report(place: &Place, request: Request, out: Output) -> Outcome {
    match control::ask(place, request)? {
        Answer::Findings(findings) => print(&findings, out),
        _ => Err(control::unexpected()),
    }
}

/// Prints findings.
///
/// # Errors
/// When one of them is bad.
pub fn print(findings: &[Finding], out: Output) -> Outcome {
    let line = |finding: &Finding| {
        let mark = if finding.good { "ok " } else { "BAD" };
        let advice = finding.advice.as_ref().map(|advice| format!("\n    what to do: {advice}"));
        format!("{mark} {}: {}{}", finding.name, finding.words, advice.unwrap_or_default())
    };
    let lines: Vec<String> = findings.iter().map(line).collect();
    out.print(&findings, lines.join("\n"))?;
    match findings.iter().filter(|finding| !finding.good).count() {
        0 => Ok(()),
        1 => Err(Failure("one thing is not well".into())),
        bad => Err(Failure(format!("{bad} things are not well"))),
    }
}
