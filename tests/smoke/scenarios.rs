//! The three scenarios on real kind clusters, each made by the run itself.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use serde_json::Value;

use crate::bed::{helm, write};
use crate::browser::Browser;
use crate::cluster::{Said, said};
use crate::look::{flaws, shows_all};
use crate::page::shows_the_course;
use crate::support::{copy_folder, count_line};

/// `scripts/testbed`.
pub fn testbed(args: &[&str]) -> Said {
    let mut command = Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/testbed"));
    command.args(args);
    said(command, "")
}

/// The node image of the bed; none where kind's own is used.
pub fn image() -> Option<String> {
    let status = testbed(&["status"]);
    assert!(status.ok, "{}{}", status.out, status.err);
    status.out.lines().find_map(|line| line.strip_prefix("node image ")).map(str::to_owned)
}

/// `plimsoll smoke` in the bed.
pub fn smoke(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/testbed"));
    command.args(["run", env!("CARGO_BIN_EXE_plimsoll"), "smoke"]).args(args);
    command.args(["--helm", &helm(), "--state"]).arg(folder.join("state")).current_dir(folder);
    command
}

/// What a run has answered.
pub struct Told {
    pub exit: Option<i32>,
    pub report: Value,
    pub text: String,
}

impl Told {
    /// Checks with an outcome.
    pub fn with(&self, outcome: &str) -> Vec<String> {
        let answers = self.report["answers"].as_array().into_iter().flatten();
        let of = answers.filter(|a| a["outcome"] == outcome);
        of.map(|a| a["check"].as_str().unwrap_or_default().to_string()).collect()
    }
}

/// Runs it with a report.
pub fn told(folder: &Path, args: &[&str]) -> Told {
    let file = folder.join("report.json");
    let _ = std::fs::remove_file(&file);
    let (report, page) = (format!("json={}", file.display()), format!("html={}", folder.join("smoke.html").display()));
    let mut command = smoke(folder, &[args, &["--report", &report, "--report", &page]].concat());
    let output = command.stdin(Stdio::null()).output().expect("scripts/testbed starts");
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let report = std::fs::read_to_string(file).ok().and_then(|text| serde_json::from_str(&text).ok());
    Told { exit: output.status.code(), report: report.unwrap_or_default(), text }
}

/// A repository of git whose last commit has the reference chart, in `chart`.
pub fn repository(change: impl Fn(&Path)) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let chart = dir.path().join("chart");
    copy_folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("chart"), &chart).unwrap();
    write(dir.path(), &[(".gitignore", "state\nreport.json\nsmoke.html\n")]);
    change(&chart);
    commit(dir.path());
    dir
}

/// Commits all of it.
pub fn commit(folder: &Path) {
    let git = |args: &[&str]| {
        let mut command = Command::new("git");
        command.arg("-C").arg(folder).args(["-c", "user.name=test", "-c", "user.email=test@example.com"]).args(args);
        let done = said(command, "");
        assert!(done.ok, "git {args:?}: {}{}", done.out, done.err);
    };
    git(&["init", "--quiet", "--initial-branch=main"]);
    git(&["add", "--all"]);
    git(&["commit", "--quiet", "--message", "chart"]);
}

/// Replaces a text of a chart's file, which has to be there.
pub fn edit(chart: &Path, file: &str, from: &str, to: &str) {
    let path: PathBuf = chart.join(file);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{file} has no {from:?}");
    std::fs::write(path, text.replace(from, to)).unwrap();
}

#[test]
#[ignore = "needs the whole test bed"]
fn all_three_pass() {
    let image = image();
    let repository = repository(|_| ());
    // Something to roll out: another image pull policy of all pods, and a newer store.
    edit(&repository.path().join("chart"), "values.yaml", "podAnnotations: {}", "podAnnotations: {rolled: once}");
    let mut args = vec!["chart", "--baseline", "HEAD"];
    for scenario in ["upgrade", "managed", "install"] {
        args.extend(["--scenario", scenario]);
    }
    if let Some(image) = &image {
        args.extend(["--image", image]);
    }
    let before = testbed(&["kind", "get", "clusters"]).out;
    let begin = Instant::now();
    let told = told(repository.path(), &args);
    assert_eq!(told.exit, Some(0), "{}", told.text);
    let passed = told.with("PASS");
    for check in
        ["writes-kept", "progress-after-rollout", "end-state", "helm-test", "server-log-role-ddl", "applied-before"]
    {
        assert!(passed.iter().any(|c| c == check), "{check}: {}", told.text);
    }
    let known = |c: &&String| plimsoll::smoke::CHECKS.iter().any(|(id, _)| id == c);
    assert_eq!(passed.iter().find(|c| !known(c)), None, "a check that no list has");
    assert_eq!(testbed(&["kind", "get", "clusters"]).out, before);
    let mut browser = Browser::start();
    assert_eq!(flaws(&mut browser, &repository.path().join("smoke.html")), Vec::<String>::new());
    shows_all(&mut browser, &told.report);
    shows_the_course(&mut browser, &told.report);
    for answer in told.report["answers"].as_array().unwrap().iter().filter(|a| a["seconds"].is_number()) {
        let text = |key: &str| answer[key].as_str().unwrap().to_string();
        count_line(&format!("smoke: {} of {} in {} s", text("check"), text("subject"), answer["seconds"]));
    }
    count_line(&format!("smoke: three scenarios in {:.0} s", begin.elapsed().as_secs_f64()));
}
