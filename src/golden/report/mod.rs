//! What came of golden tests, told: for people, for programs, for continuous integration.
//!
//! | file | owns |
//! |---|---|
//! | `text` | for people: one difference once, however many cases show it |
//! | `json` | the versioned format, `schemas/test.schema.json` |
//! | `junit` | one test case for each case |
//! | `github` | annotations of GitHub's workflow commands |

mod github;
mod json;
mod junit;
mod text;

use super::check::{Failure, Unsure, Verdict};
use super::run::{ChartTested, Tested, Tests};
use crate::report::Format;

/// The formats that there are of these reports.
pub const FORMATS: [Format; 4] = [Format::Text, Format::Json, Format::Junit, Format::Github];

/// A report in a format; `None` for one that has no room for tests. Nothing leaves with a secret in it: the bytes are
/// looked through once more.
pub fn write(tests: &Tests, format: Format, colour: bool) -> Option<Vec<u8>> {
    let written = match format {
        Format::Text => text::write(tests, colour),
        Format::Json => json::write(tests),
        Format::Junit => junit::write(tests),
        Format::Github => github::write(tests),
        Format::Sarif | Format::Html => return None,
    };
    Some(tests.secrets.hide_bytes(written.as_bytes()).into_owned())
}

/// A difference, and the cases of one chart that show it.
struct Shared<'t> {
    failure: &'t Failure,
    cases: Vec<&'t str>,
}

/// The differences of a chart, each once, in the order in which they were met.
fn shared(chart: &ChartTested) -> Vec<Shared<'_>> {
    let mut found: Vec<Shared<'_>> = Vec::new();
    for (case, failure) in chart.cases.iter().flat_map(|case| failures(case).iter().map(move |f| (case, f))) {
        match found.iter_mut().find(|known| is_same(known.failure, failure)) {
            Some(known) if known.cases.last() == Some(&case.name.as_str()) => {}
            Some(known) => known.cases.push(&case.name),
            None => found.push(Shared { failure, cases: vec![&case.name] }),
        }
    }
    found
}

fn failures(case: &Tested) -> &[Failure] {
    match &case.verdict {
        Verdict::Fails(failures) => failures,
        Verdict::Passes | Verdict::Undecided(_) => &[],
    }
}

fn unsure(case: &Tested) -> Option<&Unsure> {
    match &case.verdict {
        Verdict::Undecided(unsure) => Some(unsure),
        Verdict::Passes | Verdict::Fails(_) => None,
    }
}

/// The same change of the same object: lines may be others, and the lines around it.
fn is_same(a: &Failure, b: &Failure) -> bool {
    let changed = |f: &Failure| -> Vec<String> {
        let lines = f.difference.diff.iter().filter(|line| line.starts_with(['-', '+']));
        lines.cloned().collect()
    };
    let head = |f: &Failure| (f.difference.what, f.difference.subject.clone(), f.difference.message.clone());
    head(a) == head(b) && changed(a) == changed(b)
}

#[cfg(test)]
mod tests;
