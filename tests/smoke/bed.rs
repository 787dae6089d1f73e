//! A chart without needs, runs of the program, and what stands in a cluster.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::cluster::ControlPlane;
use crate::support::{self, Answer};

const CHART: &[(&str, &str)] = &[
    ("Chart.yaml", "apiVersion: v2\nname: bare\nversion: 0.1.0\n"),
    (
        "templates/all.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: bare}\ndata: {a: b}\n---\n\
         apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: bare}\nspec:\n  selector: {matchLabels: {app: bare}}\n  \
         template:\n    metadata: {labels: {app: bare}}\n    spec:\n      containers: [{name: bare, image: postgres:16-alpine}]\n",
    ),
];

/// Writes files below a folder.
pub fn write(folder: &Path, files: &[(&str, &str)]) {
    for (name, text) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

/// A folder with a chart and the records of runs.
pub struct Bed {
    pub dir: tempfile::TempDir,
}

impl Bed {
    pub fn new() -> Bed {
        let bed = Bed { dir: tempfile::tempdir().unwrap() };
        write(&bed.dir.path().join("chart"), CHART);
        bed
    }

    pub fn state(&self) -> PathBuf {
        self.dir.path().join("state")
    }

    /// `plimsoll smoke` with arguments, and the cluster of the control plane.
    pub fn command(&self, plane: &ControlPlane, args: &[&str]) -> Command {
        let mut command = plane.command(Path::new(env!("CARGO_BIN_EXE_plimsoll")));
        command.current_dir(self.dir.path()).arg("smoke").args(args).arg("--state").arg(self.state());
        command
    }

    pub fn run(&self, plane: &ControlPlane, args: &[&str]) -> Answer {
        support::run(self.command(plane, args), b"")
    }

    /// `smoke clean`, when what outlived its run has ended.
    pub fn cleaned(&self, plane: &ControlPlane) -> Answer {
        let begin = Instant::now();
        loop {
            let answer = self.run(plane, &["clean"]);
            let at_work = String::from_utf8_lossy(&answer.stdout).contains("still going on");
            if !at_work || begin.elapsed() > Duration::from_secs(100) {
                return answer;
            }
            std::thread::sleep(Duration::from_millis(300));
        }
    }

    /// The arguments of a run on a cluster that is there. No pod runs there: it fails in good time.
    pub fn existing<'a>(&self, helm: &'a str, id: &'a str) -> Vec<&'a str> {
        vec!["chart", "--provider", "existing", "--helm", helm, "--run", id, "--timeout", "10"]
    }

    /// Starts such a run, and waits until its namespace is there: the child, and the namespace's UID.
    pub fn started(&self, plane: &ControlPlane, helm: &str, id: &str) -> (Child, String) {
        let mut args = self.existing(helm, id);
        args.extend(["--timeout", "120"]);
        // Given twice, the last one counts.
        args.retain(|a| *a != "10");
        let at = args.iter().position(|a| *a == "--timeout").unwrap();
        args.remove(at);
        let mut command = self.command(plane, &args);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let name = format!("plimsoll-install-{id}");
        let begin = Instant::now();
        let mut found = None;
        while found.is_none() && begin.elapsed() < Duration::from_secs(100) {
            std::thread::sleep(Duration::from_millis(100));
            // The release is there too, so that there is something to remove.
            let made = plane.kubectl(&["get", "deployment", "bare", "-n", &name], "").ok;
            found = namespaces(plane).remove(&name).filter(|_| made);
        }
        if found.is_none() {
            let _ = child.kill();
            let _ = child.wait();
        }
        (child, found.expect("the run makes its namespace"))
    }
}

/// The namespaces of a cluster that are not about to go, each with its UID.
pub fn namespaces(plane: &ControlPlane) -> BTreeMap<String, String> {
    let listed: Value = serde_json::from_str(&plane.must(&["get", "namespaces", "-o", "json"], "")).unwrap();
    let items = listed["items"].as_array().unwrap().iter();
    let text = |v: &Value| v.as_str().unwrap_or_default().to_string();
    items.map(|n| (text(&n["metadata"]["name"]), text(&n["metadata"]["uid"]))).collect()
}

/// Helm of the default version.
pub fn helm() -> String {
    support::helm(support::DEFAULT).to_str().unwrap().to_string()
}

/// What was said, for a failure's message.
pub fn told(answer: &Answer) -> String {
    format!(
        "exit {:?}\n{}\n{}",
        answer.exit,
        String::from_utf8_lossy(&answer.stdout),
        String::from_utf8_lossy(&answer.stderr)
    )
}
