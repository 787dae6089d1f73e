//! SARIF 2.1.0, for code scanning. What is undecided is a result of kind `open`; what is allowed is suppressed.

use serde_json::{Map, Value, json};

use super::{Entry, Report, is_file};
use crate::diagnostic::{Place, Severity};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

pub fn write(report: &Report) -> String {
    let mut rules: Map<String, Value> = Map::new();
    for (id, summary) in report.rules() {
        let mut rule =
            json!({"id": id, "helpUri": format!("{}/blob/main/docs/rules.md#{id}", env!("CARGO_PKG_REPOSITORY"))});
        if !summary.is_empty() {
            rule["shortDescription"] = json!({"text": summary});
        }
        rules.insert(id.to_string(), rule);
    }
    let index = |id: &str| rules.keys().position(|k| k == id);
    let mut results = Vec::new();
    for chart in &report.charts {
        results.extend(chart.findings.iter().map(|f| with_index(result(f), index(&f.rule))));
        for unsure in &chart.undecided {
            let mut result = json!({
                "ruleId": unsure.rule,
                "kind": "open",
                "level": "none",
                "message": {"text": format!("{}: {}", unsure.subject, unsure.why)},
            });
            if let Some(place) = unsure.place.as_ref().filter(|p| is_file(p)) {
                result["locations"] = json!([location(place)]);
            }
            results.push(with_index(result, index(&unsure.rule)));
        }
        for allowed in &chart.allowed {
            let mut result = result(&allowed.entry);
            result["suppressions"] = json!([{"kind": "external", "justification": allowed.reason}]);
            results.push(result);
        }
    }
    let notices = report
        .notices
        .iter()
        .map(|n| json!({"level": "warning", "descriptor": {"id": n.id}, "message": {"text": n.message}}));
    let value = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "plimsoll",
                "version": env!("CARGO_PKG_VERSION"),
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "rules": rules.values().collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "invocations": [{
                "executionSuccessful": true,
                "exitCode": report.exit_code(),
                "toolConfigurationNotifications": notices.collect::<Vec<_>>(),
            }],
            "results": results,
        }],
    });
    format!("{value:#}\n")
}

fn with_index(mut result: Value, index: Option<usize>) -> Value {
    if let Some(index) = index {
        result["ruleIndex"] = json!(index);
    }
    result
}

fn result(entry: &Entry) -> Value {
    let level = match entry.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    };
    let mut text = entry.message.clone();
    if let Some(help) = &entry.help {
        text = format!("{text}\n\n{help}");
    }
    let mut result = json!({
        "ruleId": entry.rule,
        "level": level,
        "message": {"text": text},
        // Stable while lines move.
        "partialFingerprints": {"subject/v1": format!("{}:{}", entry.rule, entry.subject)},
        "properties": {"cases": entry.cases, "fix": entry.fix},
    });
    if let Some(place) = entry.place.as_ref().filter(|p| is_file(p)) {
        let mut location = location(place);
        location["logicalLocations"] = json!([{"fullyQualifiedName": entry.subject}]);
        result["locations"] = json!([location]);
    }
    let values = entry.values.iter().filter_map(|(path, at)| Some((at.as_ref()?, path)));
    let also = entry.also.iter().map(|(at, label)| (at, label));
    let related: Vec<Value> = values
        .chain(also)
        .filter(|(at, _)| is_file(at))
        .map(|(at, label)| {
            let mut location = location(at);
            location["message"] = json!({"text": label});
            location
        })
        .collect();
    if !related.is_empty() {
        result["relatedLocations"] = json!(related);
    }
    result
}

fn location(place: &Place) -> Value {
    let mut physical = json!({"artifactLocation": {"uri": uri(&place.file)}});
    if place.line > 0 {
        physical["region"] = json!({"startLine": place.line, "startColumn": place.column.max(1)});
    }
    json!({"physicalLocation": physical})
}

/// A path as a relative reference: what may not stand in one is percent-encoded.
fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for b in path.bytes() {
        match b {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' => out.push(char::from(b)),
            _ => out.push_str(&format!("%{b:02X}")),
        }
    }
    // `a:b` would be a scheme; it is encoded already. `//` would be a host.
    if out.starts_with("//") { format!("/.{out}") } else { out }
}
