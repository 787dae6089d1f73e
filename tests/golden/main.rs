//! `test` as a whole program: golden cases whose expected answers real Helm gave, and everything that can be wrong with
//! them.

#[path = "../common/process.rs"]
mod support;

mod bad_input;
mod check;
mod coverage;
mod differences;
mod formats;
mod oracle;
mod reference;
mod update;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use support::{Answer, DEFAULT};

/// A command of the program, in a folder of its own.
fn plimsoll(work: &Path, args: &[&str]) -> Command {
    let mut command = support::command(Path::new(env!("CARGO_BIN_EXE_plimsoll")), work, work);
    command.args(args);
    command
}

/// Runs `test`; exit code, standard output and standard error.
fn run(work: &Path, args: &[&str]) -> (Option<i32>, String, String) {
    let all: Vec<&str> = ["test"].iter().chain(args).copied().collect();
    let Answer { exit, stdout, stderr } = support::run(plimsoll(work, &all), b"");
    (exit, String::from_utf8(stdout).expect("UTF-8"), String::from_utf8(stderr).expect("UTF-8"))
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs::write(path, text).expect("a file");
}

const DEPLOYMENT: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
spec:
  replicas: {{ .Values.replicas }}
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
      - name: web
        image: {{ .Values.image }}
";

const SERVICE: &str = "\
apiVersion: v1
kind: Service
metadata:
  name: {{ .Release.Name }}
spec: {selector: {app: web}, ports: [{port: 80}]}
";

const HOOK: &str = "\
{{ if gt (int .Values.replicas) 9 }}{{ fail \"too many replicas\" }}{{ end }}
apiVersion: v1
kind: Secret
metadata:
  name: {{ .Release.Name }}
  annotations: {helm.sh/hook: pre-install}
stringData:
  password: {{ .Values.password | quote }}
";

/// A chart `small` in `work`, with a Deployment, a Service, a hook with a password, and NOTES.
fn write_chart(work: &Path) -> PathBuf {
    let chart = work.join("small");
    write(&chart.join("Chart.yaml"), "apiVersion: v2\nname: small\nversion: 1.2.3\n");
    write(&chart.join("values.yaml"), "replicas: 1\nimage: web:1\npassword: hunter2hunter2\n");
    write(&chart.join("templates/deployment.yaml"), DEPLOYMENT);
    write(&chart.join("templates/service.yaml"), SERVICE);
    write(&chart.join("templates/hook.yaml"), HOOK);
    write(&chart.join("templates/NOTES.txt"), "{{ .Values.replicas }} replicas run.\n");
    chart
}

/// Real Helm's answer in a folder.
fn helm(version: &str, folder: &Path, args: &[&str]) -> Answer {
    let program = support::helm(version);
    assert!(program.is_file(), "Helm {version} is not installed: run scripts/oracles");
    let mut command = support::command(&program, folder, folder);
    command.args(args);
    support::run(command, b"")
}

/// A case of the chart, whose expected files real Helm gives. `more` is what its case.yaml says beside `why`.
fn write_case(work: &Path, name: &str, values: &str, more: &str) -> PathBuf {
    let case = work.join("golden/small").join(name);
    write(&case.join("values.yaml"), values);
    let values = case.join("values.yaml");
    let args = ["template", "rel", "small", "-f", values.to_str().expect("UTF-8")];
    let Answer { exit, stdout, stderr } = helm(DEFAULT, work, &args);
    let exit = exit.expect("Helm ends");
    write(&case.join("case.yaml"), &format!("why: it shows {name}\noracle: helm {DEFAULT}\n{more}exit: {exit}\n"));
    for (name, text) in [("stdout.yaml", stdout), ("stderr.txt", stderr)] {
        if !text.is_empty() {
            fs::write(case.join(name), text).expect("a file");
        }
    }
    case
}

/// A chart with one case that renders and one that is refused.
fn two_cases() -> tempfile::TempDir {
    let work = tempfile::tempdir().expect("a folder");
    write_chart(work.path());
    write_case(work.path(), "plain", "replicas: 2\n", "");
    write_case(work.path(), "refused", "replicas: 10\n", "");
    work
}

/// Replaces a text in a file, where it must be.
fn edit(path: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(path).expect("a file");
    assert!(text.contains(from), "{}: {from:?} is not in it", path.display());
    fs::write(path, text.replace(from, to)).expect("a file");
}
