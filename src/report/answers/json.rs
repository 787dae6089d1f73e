//! The versioned formats: `schemas/preflight.schema.json` and `schemas/smoke.schema.json` describe them. Keys are added, never
//! changed, within a version.

use serde_json::json;

use super::{Answers, Asked, Outcome};

/// The version of the formats.
const VERSION: &str = "v1";

pub fn write(answers: &Answers) -> String {
    let listed = answers.answers.iter().map(|a| {
        let mut value = json!({
            "check": a.check, "subject": a.subject, "outcome": a.outcome.name(), "reason": a.reason, "advice": a.advice,
        });
        if answers.asked == Asked::Smoke {
            value["seconds"] = a.took.map(|took| (took.as_millis() as f64) / 1000.0).into();
        }
        value
    });
    let has = |outcome: &Outcome| answers.asked == Asked::Smoke || *outcome != Outcome::Note;
    let counts = Outcome::ALL.into_iter().filter(has).map(|o| (o.name().to_lowercase(), answers.count(o).into()));
    let value = json!({
        "apiVersion": format!("plimsoll/{}/{VERSION}", answers.asked.name()),
        "tool": {"name": "plimsoll", "version": env!("CARGO_PKG_VERSION")},
        "exitCode": answers.exit_code(),
        "chart": answers.chart,
        "release": answers.release,
        "namespace": answers.namespace,
        "vantage": answers.vantage,
        "counts": counts.collect::<serde_json::Map<_, _>>(),
        "answers": listed.collect::<Vec<_>>(),
    });
    format!("{value:#}\n")
}
