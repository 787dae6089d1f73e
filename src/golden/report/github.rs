//! Annotations of GitHub's workflow commands: each difference once, at the expected file.

use super::{shared, unsure};
use crate::golden::run::Tests;
use crate::report::github_command;

/// Lines of a diff in one annotation.
const LINES: usize = 20;

pub fn write(tests: &Tests) -> String {
    let mut out = String::new();
    for chart in &tests.charts {
        for one in shared(chart) {
            let d = &one.failure.difference;
            let mut message = format!("{} {} (in {})", d.subject, d.message, one.cases.join(", "));
            d.diff.iter().take(LINES).for_each(|line| message.push_str(&format!("\n{line}")));
            out.push_str(&github_command("error", Some(&d.place), d.what.id(), &message));
        }
        for (case, unsure) in chart.cases.iter().filter_map(|case| Some((case, unsure(case)?))) {
            let message = format!("{}: {}", case.name, unsure.why);
            out.push_str(&github_command(
                "warning",
                Some(&unsure.place),
                &format!("undecided: {}", unsure.id),
                &message,
            ));
        }
    }
    for chart in tests.charts.iter().filter(|chart| tests.reaches_too_little(chart)) {
        for gap in chart.coverage.iter().flat_map(|coverage| coverage.gaps()).filter(|gap| gap.what == "branch") {
            out.push_str(&github_command("error", Some(&gap.place), "golden-coverage", &gap.message));
        }
    }
    for refusal in &tests.unreadable {
        out.push_str(&github_command("error", refusal.place.as_ref(), refusal.kind.id(), &refusal.message));
    }
    out
}
