//! The files that are read and written are what their schemas say, and the page lists every check.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::bed::{Bed, helm, told};
use crate::cluster::ControlPlane;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn valid(schema: &str, value: &Value) -> bool {
    let text = fs::read_to_string(root().join("schemas").join(schema)).unwrap();
    jsonschema::validator_for(&serde_json::from_str(&text).unwrap()).unwrap().is_valid(value)
}

#[test]
fn the_reference_charts_file_is_what_the_schema_says() {
    let text = fs::read_to_string(root().join("chart/ci/smoke.yaml")).unwrap();
    let mut value: Value = serde_yaml::from_str(&text).unwrap();
    assert!(valid("smoke-app.schema.json", &value));
    assert!(plimsoll::smoke::App::read(&root().join("chart/ci/smoke.yaml")).is_ok());
    value["laststage"] = "SELECT 1".into();
    assert!(!valid("smoke-app.schema.json", &value));
}

#[test]
fn a_report_is_what_the_schema_says() {
    let plane = ControlPlane::start();
    let (bed, helm) = (Bed::new(), helm());
    let file = bed.dir.path().join("report.json");
    let report = format!("json={}", file.display());
    let mut args = bed.existing(&helm, "report1");
    args.extend(["--report", &report, "--report", "junit", "--quiet"]);
    let answer = bed.run(&plane, &args);
    assert_eq!(answer.exit, Some(1), "{}", told(&answer));
    let value: Value = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    assert!(valid("smoke.schema.json", &value), "{value:#}");
    let junit = String::from_utf8_lossy(&answer.stdout);
    assert!(junit.contains("<failure") && junit.contains(" time=\""), "{junit}");
}

#[test]
fn the_page_lists_every_check() {
    let page = fs::read_to_string(root().join("docs/smoke.md")).unwrap();
    let rows: Vec<&str> = page.lines().filter(|line| line.starts_with("| `")).collect();
    let want = plimsoll::smoke::CHECKS.iter().map(|(id, holds)| format!("| `{id}` | {holds} |"));
    assert_eq!(rows, want.collect::<Vec<_>>());
}
