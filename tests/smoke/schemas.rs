//! The files that are read and written are what their schemas say, and the page lists every check.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::bed::{Bed, helm, told};
use crate::browser::Browser;
use crate::cluster::ControlPlane;
use crate::look::{flaws, shows_all};
use crate::page::shows_the_course;
use crate::reports::agree;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

pub fn valid(schema: &str, value: &Value) -> bool {
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
fn the_reports_of_a_real_run() {
    let plane = ControlPlane::start();
    let (bed, helm) = (Bed::new(), helm());
    let file = |format: &str| bed.dir.path().join(format!("report.{format}"));
    let reports =
        ["json", "text", "junit", "github", "html"].map(|format| format!("{format}={}", file(format).display()));
    let mut args = bed.existing(&helm, "report1");
    reports.iter().for_each(|report| args.extend(["--report", report]));
    args.push("--quiet");
    let answer = bed.run(&plane, &args);
    assert_eq!(answer.exit, Some(1), "{}", told(&answer));
    let read = |format: &str| fs::read(file(format)).unwrap();
    let value: Value = serde_json::from_slice(&read("json")).unwrap();
    assert!(valid("smoke.schema.json", &value), "{value:#}");
    agree(&value, &read("text"), &read("junit"), &read("github"));
    let mut browser = Browser::start();
    assert_eq!(flaws(&mut browser, &file("html")), Vec::<String>::new());
    shows_all(&mut browser, &value);
    shows_the_course(&mut browser, &value);
}

#[test]
fn the_page_lists_every_check() {
    let page = fs::read_to_string(root().join("docs/smoke.md")).unwrap();
    let rows: Vec<&str> = page.lines().filter(|line| line.starts_with("| `")).collect();
    let want = plimsoll::smoke::CHECKS.iter().map(|(id, holds)| format!("| `{id}` | {holds} |"));
    assert_eq!(rows, want.collect::<Vec<_>>());
}
