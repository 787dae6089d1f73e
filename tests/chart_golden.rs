//! The reference chart's cases: golden/chart with our binary, in both dialects, byte for byte what real Helm answered.
//!
//! The layout of a case is described in golden/chart/README.md.

#[path = "common/process.rs"]
mod support;

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use support::{Answer, DEFAULT, OTHER};

/// A case.yaml of this suite.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    why: String,
    /// The row of the requirements that the case shows, if it shows one.
    #[serde(default, rename = "row")]
    _row: Option<String>,
    chart: PathBuf,
    #[serde(default = "operators_command")]
    command: Vec<String>,
    #[serde(default)]
    args: Vec<String>,
    #[serde(default)]
    absent: Vec<String>,
    #[serde(default)]
    exit: i32,
}

fn operators_command() -> Vec<String> {
    ["rel", "chart", "-f", "values.yaml"].map(str::to_owned).to_vec()
}

#[test]
fn every_case_is_what_helm_answers() {
    let cases = cases();
    let differences: Vec<String> = support::parallel(&cases, |(folder, case)| {
        [DEFAULT, OTHER].map(|version| match difference(folder, case, version) {
            text if text.is_empty() => text,
            text => format!("{} ({version})\n{text}", folder.display()),
        })
    })
    .into_iter()
    .flatten()
    .filter(|text| !text.is_empty())
    .collect();
    let (count, differ) = (cases.len(), differences.len());
    support::count_line(&format!("chart: {count} cases, {} runs, {differ} differ", 2 * count));
    assert!(differences.is_empty(), "{}", differences.concat());
}

/// Real `helm lint --strict` accepts and refuses the same values as `helm template`.
#[test]
fn strict_lint_gives_the_same_verdict() {
    let cases = cases();
    let wrong: Vec<String> = support::parallel(&cases, |(folder, case)| {
        [DEFAULT, OTHER].map(|version| {
            let program = support::helm(version);
            assert!(program.is_file(), "Helm {version} is not installed: run scripts/oracles");
            let home = tempfile::tempdir().expect("a temporary folder");
            let mut command = support::command(&program, folder, home.path());
            command.args(["lint", "--strict", "-f", "values.yaml"]).arg(&case.chart);
            let answer = support::run(command, b"");
            let agrees = answer.exit == Some(case.exit);
            (!agrees).then(|| format!("{} ({version}): {}", folder.display(), String::from_utf8_lossy(&answer.stdout)))
        })
    })
    .into_iter()
    .flatten()
    .flatten()
    .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// An `absent` that names a text which could not be there anyway asserts nothing.
#[test]
fn what_must_be_absent_is_present_elsewhere() {
    let cases = cases();
    let answers: Vec<String> = cases.iter().map(|(folder, _)| text(&folder.join("stdout.yaml"))).collect();
    for (folder, case) in &cases {
        let given = text(&folder.join("values.yaml")) + &case.command.join(" ") + &case.args.join(" ");
        let own = text(&folder.join("stdout.yaml")) + &text(&folder.join("stderr.txt"));
        for absent in &case.absent {
            assert!(!own.contains(absent), "{}: {absent:?} is in the expected output", folder.display());
            let elsewhere = given.contains(absent) || answers.iter().any(|answer| answer.contains(absent));
            assert!(elsewhere, "{}: {absent:?} is absent everywhere", folder.display());
        }
    }
}

/// An upgrade with untouched values changes no byte, so nothing rolls.
#[test]
fn an_upgrade_with_untouched_values_is_the_install() {
    let suite = suite();
    for name in ["stdout.yaml", "stdout-3.22.0.yaml"] {
        let [install, upgrade] =
            ["embedded-default", "embedded-upgrade"].map(|case| text(&suite.join(case).join(name)));
        assert!(!install.is_empty(), "{name} of the default case is missing");
        assert_eq!(install, upgrade, "{name}");
    }
}

fn suite() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/chart")
}

fn cases() -> Vec<(PathBuf, Case)> {
    let mut folders: Vec<PathBuf> = fs::read_dir(suite())
        .expect("the suite is there")
        .map(|entry| entry.expect("an entry can be read").path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    assert!(folders.len() >= 30, "{} cases", folders.len());
    folders
        .into_iter()
        .map(|folder| {
            let case: Case = serde_yaml::from_str(&text(&folder.join("case.yaml")))
                .unwrap_or_else(|error| panic!("{}: case.yaml: {error}", folder.display()));
            assert!(!case.why.is_empty(), "{}: a case says why it is there", folder.display());
            (folder, case)
        })
        .collect()
}

/// How our answer to one case differs from Helm's; empty when it does not.
fn difference(folder: &Path, case: &Case, version: &str) -> String {
    let temp = tempfile::Builder::new().prefix("plimsoll-chart-").tempdir().expect("a temporary folder");
    let home = temp.path().canonicalize().expect("its real path");
    let work = home.join("case");
    support::copy_folder(&folder.join(&case.chart), &work.join("chart")).expect("the chart can be copied");
    fs::copy(folder.join("values.yaml"), work.join("values.yaml")).expect("the values can be copied");
    let mut command = support::ours(version, &work, &home);
    command.args(&case.command).args(&case.args);
    let got = support::run(command, b"");
    let want = Answer {
        exit: Some(case.exit),
        stdout: expected(folder, version, "stdout", ".yaml"),
        stderr: expected(folder, version, "stderr", ".txt"),
    };
    support::difference(&want, &got)
}

/// The file for that version, or where it has none of its own the default's, or nothing.
fn expected(folder: &Path, version: &str, stem: &str, ending: &str) -> Vec<u8> {
    let own = folder.join(format!("{stem}-{version}{ending}"));
    fs::read(own).or_else(|_| fs::read(folder.join(format!("{stem}{ending}")))).unwrap_or_default()
}

/// A file's text; nothing when it is missing.
fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_default()
}
