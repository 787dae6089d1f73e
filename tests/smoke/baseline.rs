//! Which commit an upgrade begins at, in real repositories with a real origin. The chart has no workload, so that a run is short.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::bed::{Bed, helm, namespaces, told, write};
use crate::cluster::{ControlPlane, said};
use crate::support::{self, count_line};

/// A clone, `work`, of `origin`: one commit without the chart, two with it.
struct Clone {
    bed: Bed,
}

impl Clone {
    fn new() -> Clone {
        let clone = Clone { bed: Bed::new() };
        let path = clone.bed.dir.path().to_path_buf();
        clone.git(".", &["init", "--quiet", "--initial-branch=main", "origin"]);
        write(&path.join("origin"), &[("README", "x")]);
        clone.commit("origin");
        write(&path.join("origin/chart"), &[("Chart.yaml", "apiVersion: v2\nname: bare\nversion: 0.1.0\n")]);
        clone.map("origin", "1");
        clone.commit("origin");
        clone.map("origin", "2");
        clone.commit("origin");
        clone.git(".", &["clone", "--quiet", "origin", "work"]);
        clone
    }

    /// What the chart renders.
    fn map(&self, folder: &str, text: &str) {
        let text = format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: bare}}\ndata: {{a: '{text}'}}\n");
        write(&self.bed.dir.path().join(folder).join("chart"), &[("templates/map.yaml", &text)]);
    }

    fn git(&self, folder: &str, args: &[&str]) -> String {
        let mut git = Command::new("git");
        git.arg("-C").arg(self.bed.dir.path().join(folder));
        git.args(["-c", "user.name=test", "-c", "user.email=test@example.com"]).args(args);
        let said = said(git, "");
        assert!(said.ok, "git {args:?}: {}", said.err);
        said.out.trim().to_owned()
    }

    fn commit(&self, folder: &str) {
        self.git(folder, &["add", "--all"]);
        self.git(folder, &["commit", "--quiet", "--message", "chart"]);
    }

    fn head(&self, back: usize) -> String {
        self.git("work", &["rev-parse", "--short=12", &format!("HEAD~{back}")])
    }
}

/// What is so before a run, its flags, and what it says: the exit code, the baseline by the commits that it lies before HEAD, words.
type Case = (&'static str, fn(&Clone), &'static [&'static str], Option<usize>, &'static str);

const CASES: &[Case] = &[
    ("an explicit ref is kept, also where it is HEAD", |_| (), &["--baseline", "HEAD"], Some(0), "HEAD, as asked"),
    ("HEAD is on origin/main: the commit before", |_| (), &[], Some(1), "the commit before HEAD"),
    (
        "else the merge base",
        |clone| {
            clone.map("work", "3");
            clone.commit("work");
            clone.map("work", "4");
            clone.commit("work");
        },
        &[],
        Some(2),
        "the merge base with origin/main",
    ),
    (
        "a fetch that fails where the ref is known",
        |clone| std::fs::rename(clone.bed.dir.path().join("origin"), clone.bed.dir.path().join("gone")).unwrap(),
        &[],
        Some(1),
        "could not be fetched",
    ),
    (
        "a fetch that fails where the ref is not known",
        |clone| {
            std::fs::rename(clone.bed.dir.path().join("origin"), clone.bed.dir.path().join("gone")).unwrap();
            clone.git("work", &["update-ref", "-d", "refs/remotes/origin/main"]);
        },
        &[],
        None,
        "cannot be fetched and is not known",
    ),
    ("no chart there", |_| (), &["--baseline", "HEAD~2"], None, "has no chart in chart/"),
    ("no such commit", |_| (), &["--baseline", "nowhere"], None, "there is no such commit"),
];

#[test]
fn b05_the_baseline_is_the_one_that_was_asked_for_or_the_merge_base() {
    let plane = ControlPlane::start();
    let before = namespaces(&plane);
    let helm = helm();
    let cases: Vec<_> = CASES.iter().enumerate().collect();
    support::parallel(&cases, |(n, (name, before, args, back, words))| {
        let clone = Clone::new();
        before(&clone);
        let id = format!("base{n}");
        let own = ["work/chart", "--provider", "existing", "--helm", &helm, "--run", &id, "--scenario", "upgrade"];
        let report = ["--timeout", "20", "--report", "json"];
        let answer = clone.bed.run(&plane, &[&own[..], &report, args].concat());
        match back {
            None => {
                assert_eq!(answer.exit, Some(2), "{name}: {}", told(&answer));
                assert!(String::from_utf8_lossy(&answer.stderr).contains(words), "{name}: {}", told(&answer));
            }
            Some(back) => {
                // There is nothing that could roll out: what an assertion is about has to be there.
                assert_eq!(answer.exit, Some(1), "{name}: {}", told(&answer));
                let reason = |check: &str| reason(&answer.stdout, check);
                let baseline = reason("baseline").unwrap_or_default();
                assert!(baseline.starts_with(&clone.head(*back)) && baseline.contains(words), "{name}: {baseline}");
                assert!(reason("rollout").unwrap_or_default().contains("no workload"), "{name}: {}", told(&answer));
                // A chart that is its own baseline is said to be.
                assert_eq!(reason("baseline-differs").is_some(), *back == 0, "{name}: {}", told(&answer));
            }
        }
    });
    assert_eq!(namespaces(&plane), before);
    assert!(Path::new(&helm).is_file());
    count_line(&format!("smoke: {} baselines", CASES.len()));
}

/// What a check has answered.
fn reason(report: &[u8], check: &str) -> Option<String> {
    let report: Value = serde_json::from_slice(report).unwrap();
    let found = report["answers"].as_array().unwrap().iter().find(|a| a["check"] == check)?;
    Some(found["reason"].as_str().unwrap().to_owned())
}
