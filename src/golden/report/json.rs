//! The versioned format: `schemas/test.schema.json` describes it. Keys are added, never changed, within a version.

use serde_json::{Value, json};

use super::{failures, unsure};
use crate::diagnostic::Place;
use crate::golden::case::Program;
use crate::golden::check::{Failure, Verdict};
use crate::golden::coverage::{Coverage, Gap, Totals};
use crate::golden::run::{ChartTested, Tally, Tested, Tests};

/// The version of the format.
const VERSION: &str = "plimsoll/test/v1";

pub fn write(tests: &Tests) -> String {
    let unreadable = tests.unreadable.iter().map(|refusal| {
        json!({
            "id": refusal.kind.id(),
            "message": refusal.message,
            "place": refusal.place.as_ref().map(place),
            "help": refusal.help,
        })
    });
    let value = json!({
        "apiVersion": VERSION,
        "tool": {"name": "plimsoll", "version": env!("CARGO_PKG_VERSION")},
        "exitCode": tests.exit_code(),
        "counts": counts(tests.tally()),
        "charts": tests.charts.iter().map(chart).collect::<Vec<_>>(),
        "unreadable": unreadable.collect::<Vec<_>>(),
    });
    format!("{value:#}\n")
}

fn counts(Tally { passed, failed, undecided }: Tally) -> Value {
    json!({"passed": passed, "failed": failed, "undecided": undecided})
}

fn chart(chart: &ChartTested) -> Value {
    json!({
        "chart": chart.chart,
        "folder": chart.folder.to_string_lossy(),
        "counts": counts(chart.tally()),
        "cases": chart.cases.iter().map(case).collect::<Vec<_>>(),
        "coverage": chart.coverage.as_ref().map(coverage),
    })
}

fn coverage(coverage: &Coverage) -> Value {
    let Totals { branches, conditions, templates, values, clauses } = coverage.totals();
    let of = |(reached, all): (usize, usize)| json!({"reached": reached, "all": all});
    let gap = |gap: &Gap| json!({"what": gap.what, "message": gap.message, "place": place(&gap.place)});
    json!({
        "branches": of(branches),
        "conditions": of(conditions),
        "templates": of(templates),
        "values": of(values),
        "clauses": of(clauses),
        "gaps": coverage.gaps().iter().map(gap).collect::<Vec<_>>(),
    })
}

fn case(case: &Tested) -> Value {
    let verdict = match &case.verdict {
        Verdict::Passes => "passed",
        Verdict::Fails(_) => "failed",
        Verdict::Undecided(_) => "undecided",
    };
    let unsure = unsure(case).map(|u| json!({"id": u.id, "why": u.why, "place": place(&u.place), "help": u.help}));
    json!({
        "name": case.name,
        "why": case.why,
        "folder": case.folder.to_string_lossy(),
        "verdict": verdict,
        "updated": case.updated,
        "differences": failures(case).iter().map(difference).collect::<Vec<_>>(),
        "undecided": unsure,
    })
}

fn difference(failure: &Failure) -> Value {
    let d = &failure.difference;
    json!({
        "id": d.what.id(),
        "helm": failure.helm,
        "by": match failure.by {
            Program::Helm => "helm",
            Program::Plimsoll => "plimsoll",
        },
        "subject": d.subject,
        "message": d.message,
        "place": place(&d.place),
        "fields": d.fields.iter().map(|f| json!({"path": f.path, "was": f.was, "now": f.now})).collect::<Vec<_>>(),
        "moreFields": d.more_fields,
        "diff": d.diff,
    })
}

fn place(place: &Place) -> Value {
    // 0 is "not known".
    let known = |n: u32| Some(n).filter(|n| *n > 0);
    json!({"file": &*place.file, "line": known(place.line), "column": known(place.column), "path": place.path})
}
