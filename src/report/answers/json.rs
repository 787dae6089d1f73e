//! The versioned format: `schemas/preflight.schema.json` describes it. Keys are added, never changed, within a version.

use serde_json::json;

use super::{Answers, Outcome};

/// The version of the format.
const VERSION: &str = "plimsoll/preflight/v1";

pub fn write(answers: &Answers) -> String {
    let of = |outcome| answers.count(outcome);
    let listed = answers.answers.iter().map(|a| {
        json!({
            "check": a.check, "subject": a.subject, "outcome": a.outcome.name(), "reason": a.reason, "advice": a.advice,
        })
    });
    let value = json!({
        "apiVersion": VERSION,
        "tool": {"name": "plimsoll", "version": env!("CARGO_PKG_VERSION")},
        "exitCode": answers.exit_code(),
        "chart": answers.chart,
        "release": answers.release,
        "namespace": answers.namespace,
        "vantage": answers.vantage,
        "counts": {
            "pass": of(Outcome::Pass), "warn": of(Outcome::Warn), "unknown": of(Outcome::Unknown), "fail": of(Outcome::Fail),
        },
        "answers": listed.collect::<Vec<_>>(),
    });
    format!("{value:#}\n")
}
