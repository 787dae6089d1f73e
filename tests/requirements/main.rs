//! What must hold of the manifests of a chart that lives on Postgres, line by line: each line has a test named after its number,
//! which runs the program on the reference chart or on a few manifests, wrong and right.
//!
//! docs/requirements.md is the table of lines and tests; `scripts/requirements` writes it.

#[path = "../common/process.rs"]
mod support;

mod attachments;
mod bootstrap;
mod catalogue;
mod lines;
mod modes;
mod table;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use support::Answer;

/// What `lint` says of one chart.
#[derive(Debug)]
struct Said {
    exit: Option<i32>,
    report: Value,
    /// Everything that was printed, in every format tried.
    text: String,
}

impl Said {
    /// Each rule that found something, with its messages.
    fn found(&self) -> BTreeMap<String, Vec<String>> {
        let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for finding in self.list("findings") {
            let text = |key| finding.get(key).and_then(Value::as_str).unwrap_or_default().to_string();
            found.entry(text("rule")).or_default().push(text("message"));
        }
        found
    }

    fn undecided(&self) -> Vec<String> {
        self.list("undecided").iter().filter_map(|u| u.get("rule")?.as_str()).map(str::to_string).collect()
    }

    fn list(&self, key: &str) -> Vec<Value> {
        let charts = self.report.get("charts").and_then(Value::as_array).expect("charts");
        charts.iter().flat_map(|c| c.get(key).and_then(Value::as_array).cloned().unwrap_or_default()).collect()
    }

    /// The rule finds something here; the messages.
    #[track_caller]
    fn finds(&self, rule: &str) -> Vec<String> {
        let found = self.found();
        found.get(rule).cloned().unwrap_or_else(|| panic!("{rule} finds nothing; found: {found:#?}"))
    }

    /// The rule ran and is content.
    #[track_caller]
    fn accepts(&self, rule: &str) {
        assert!(plimsoll::rules::find(rule).is_some(), "there is no rule {rule}");
        let found = self.found();
        assert!(!found.contains_key(rule), "{rule}: {:#?}", found.get(rule));
        assert!(!self.undecided().contains(&rule.to_string()), "{rule} is undecided");
    }

    /// Nothing is found and nothing is undecided.
    #[track_caller]
    fn is_clean(&self) {
        assert_eq!((self.exit, self.found(), self.undecided()), (Some(0), BTreeMap::new(), Vec::new()));
    }
}

/// Lints the reference chart with these values.
#[track_caller]
fn reference(values: &str) -> Said {
    let work = tempfile::tempdir().expect("a folder");
    fs::write(work.path().join("values.yaml"), values).expect("a file");
    let chart = Path::new(env!("CARGO_MANIFEST_DIR")).join("chart");
    lint(work.path(), &["-f", "values.yaml", chart.to_str().expect("UTF-8")])
}

/// Lints a chart that renders these manifests.
#[track_caller]
fn manifests(text: &str) -> Said {
    let work = tempfile::tempdir().expect("a folder");
    let chart = work.path().join("small");
    fs::create_dir_all(chart.join("templates")).expect("a folder");
    fs::write(chart.join("Chart.yaml"), "apiVersion: v2\nname: small\nversion: 1.2.3\n").expect("a file");
    fs::write(chart.join("templates/all.yaml"), text).expect("a file");
    lint(work.path(), &["small"])
}

#[track_caller]
fn lint(work: &Path, args: &[&str]) -> Said {
    let run = |format: &str| {
        let mut command: Command = support::command(Path::new(env!("CARGO_BIN_EXE_plimsoll")), work, work);
        command.args(["lint", "--no-config", "--report", format]).args(args);
        let Answer { exit, stdout, stderr } = support::run(command, b"");
        (exit, String::from_utf8(stdout).expect("UTF-8"), String::from_utf8(stderr).expect("UTF-8"))
    };
    let (exit, json, errors) = run("json");
    let report = serde_json::from_str(&json).unwrap_or_else(|e| panic!("no report ({e}): {json}{errors}"));
    let (_, plain, more) = run("text");
    Said { exit, report, text: json + &errors + &plain + &more }
}
