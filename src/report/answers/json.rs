//! The versioned formats: `schemas/preflight.schema.json` and `schemas/smoke.schema.json` describe them. Keys are added, never
//! changed, within a version.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Answers, Asked, Course, Outcome, Sample, Writes};

/// The version of the formats.
const VERSION: &str = "v1";

pub fn write(answers: &Answers) -> String {
    let listed = answers.answers.iter().map(|a| {
        let mut value = json!({
            "check": a.check, "subject": a.subject, "outcome": a.outcome.name(), "reason": a.reason, "advice": a.advice,
        });
        if answers.asked == Asked::Smoke {
            value["seconds"] = a.took().map(seconds).into();
            value["at"] = a.when.map(|when| seconds(when.at)).into();
            value["scenario"] = a.when.and_then(|when| when.scenario).into();
        }
        value
    });
    let has = |outcome: &Outcome| answers.asked == Asked::Smoke || *outcome != Outcome::Note;
    let counts = Outcome::ALL.into_iter().filter(has).map(|o| (o.name().to_lowercase(), answers.count(o).into()));
    let mut value = json!({
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
    if let Some(Course { took, writes }) = &answers.course {
        value["seconds"] = seconds(*took).into();
        value["writers"] = writes.iter().map(writer).collect();
    }
    format!("{value:#}\n")
}

fn writer(writes: &Writes) -> Value {
    let gaps = writes.gaps().into_iter().map(|(from, to)| json!({"from": seconds(from), "to": seconds(to)}));
    json!({
        "scenario": writes.scenario,
        "from": seconds(writes.began),
        "to": seconds(writes.ended),
        "acknowledged": writes.acknowledged.len(),
        "unanswered": writes.unanswered.len(),
        "reconnects": writes.reconnects,
        "longestGap": seconds(writes.longest_gap()),
        "milliseconds": {
            "median": milliseconds(writes.latency(50)), "p99": milliseconds(writes.latency(99)), "max": milliseconds(writes.latency(100)),
        },
        "gaps": gaps.collect::<Vec<_>>(),
        "samples": writes.samples().iter().map(sample).collect::<Vec<_>>(),
    })
}

fn sample(sample: &Sample) -> Value {
    let latency = sample.latency.map(|latency| latency.map(milliseconds));
    json!({
        "at": seconds(sample.at), "acknowledged": sample.acknowledged, "unanswered": sample.unanswered, "milliseconds": latency,
    })
}

fn seconds(duration: Duration) -> f64 {
    (duration.as_millis() as f64) / 1000.0
}

fn milliseconds(duration: Duration) -> f64 {
    (duration.as_micros() as f64) / 1000.0
}
