//! `lint` as a whole program: what it says, in which format, with which exit code, and what it never says.

#[path = "../common/process.rs"]
mod support;

mod beside;
mod canary;
mod cases;
mod formats;
mod hostile;
mod permissions;
mod schema;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use support::Answer;

/// The reference chart.
fn reference() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("chart")
}

/// A command of the program, in a folder of its own.
fn plimsoll(work: &Path, args: &[&str]) -> Command {
    let mut command = support::command(Path::new(env!("CARGO_BIN_EXE_plimsoll")), work, work);
    command.args(args);
    command
}

/// Runs it; the answer as text.
fn run(work: &Path, args: &[&str]) -> (Option<i32>, String, String) {
    let Answer { exit, stdout, stderr } = support::run(plimsoll(work, args), b"");
    (exit, String::from_utf8(stdout).expect("UTF-8"), String::from_utf8(stderr).expect("UTF-8"))
}

/// A chart that renders the manifests, in a folder `chart` of `work`.
fn write_chart(work: &Path, manifests: &str, values: &str) {
    let chart = work.join("chart");
    fs::create_dir_all(chart.join("templates")).expect("a folder");
    fs::write(chart.join("Chart.yaml"), "apiVersion: v2\nname: small\nversion: 1.2.3\n").expect("a file");
    fs::write(chart.join("values.yaml"), values).expect("a file");
    fs::write(chart.join("templates/all.yaml"), manifests).expect("a file");
}

/// A Deployment with what `recreate-with-rolling-update` refuses, and a Postgres that it uses.
const BROKEN: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: store}
spec:
  strategy:
    type: Recreate
    rollingUpdate: {maxSurge: 1}
  selector: {matchLabels: {app: store}}
  template:
    metadata: {labels: {app: store}}
    spec:
      containers:
      - name: store
        image: postgres:16-alpine
        command: [psql]
        env: [{name: PGHOST, value: db.example.com}, {name: PGUSER, value: app}, {name: PGSSLMODE, value: verify-full}]
";

const RULE: &str = "recreate-with-rolling-update";
