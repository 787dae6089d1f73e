//! The versioned format: `schemas/report.schema.json` describes it. Keys are added, never changed, within a version.

use serde_json::{Value, json};

use super::{Allowed, ChartReport, Counts, Entry, Notice, Report, Unsure};
use crate::diagnostic::Place;

/// The version of the format.
const VERSION: &str = "plimsoll/report/v1";

pub fn write(report: &Report) -> String {
    let value = json!({
        "apiVersion": VERSION,
        "tool": {"name": "plimsoll", "version": env!("CARGO_PKG_VERSION")},
        "exitCode": report.exit_code(),
        "counts": counts(report.counts()),
        "charts": report.charts.iter().map(chart).collect::<Vec<_>>(),
        "notices": report.notices.iter().map(notice).collect::<Vec<_>>(),
    });
    format!("{value:#}\n")
}

fn counts(counts: Counts) -> Value {
    let Counts { errors, warnings, infos, undecided, allowed } = counts;
    json!({"errors": errors, "warnings": warnings, "infos": infos, "undecided": undecided, "allowed": allowed})
}

fn chart(chart: &ChartReport) -> Value {
    let cases = chart.cases.iter().map(|c| {
        json!({
            "name": c.name, "helm": c.helm, "kubernetes": c.kubernetes, "documents": c.documents,
            "consumers": c.consumers, "judged": c.judged, "held": c.held,
        })
    });
    json!({
        "chart": chart.chart,
        "name": chart.name,
        "version": chart.version,
        "counts": counts(chart.counts()),
        "cases": cases.collect::<Vec<_>>(),
        "findings": chart.findings.iter().map(entry).collect::<Vec<_>>(),
        "undecided": chart.undecided.iter().map(unsure).collect::<Vec<_>>(),
        "allowed": chart.allowed.iter().map(allowed).collect::<Vec<_>>(),
    })
}

fn place(place: &Place) -> Value {
    // 0 is "not known".
    let known = |n: u32| Some(n).filter(|n| *n > 0);
    json!({"file": &*place.file, "line": known(place.line), "column": known(place.column), "path": place.path})
}

fn entry(entry: &Entry) -> Value {
    let values = entry.values.iter().map(|(path, at)| json!({"path": path, "place": at.as_ref().map(place)}));
    let also = entry.also.iter().map(|(at, label)| json!({"place": place(at), "label": label}));
    json!({
        "rule": entry.rule,
        "severity": entry.severity.name(),
        "message": entry.message,
        "subject": entry.subject,
        "place": entry.place.as_ref().map(place),
        "outputLine": entry.output_line,
        "values": values.collect::<Vec<_>>(),
        "also": also.collect::<Vec<_>>(),
        "help": entry.help,
        "fix": entry.fix,
        "cases": entry.cases,
    })
}

fn unsure(unsure: &Unsure) -> Value {
    json!({
        "rule": unsure.rule,
        "subject": unsure.subject,
        "why": unsure.why,
        "place": unsure.place.as_ref().map(place),
        "cases": unsure.cases,
    })
}

fn allowed(allowed: &Allowed) -> Value {
    json!({"finding": entry(&allowed.entry), "reason": allowed.reason, "by": allowed.by})
}

fn notice(notice: &Notice) -> Value {
    json!({"id": notice.id, "message": notice.message, "place": notice.place.as_ref().map(place)})
}
