//! The reference chart's cases: golden/chart with our binary, as every Helm of scripts/helms, byte for byte what the real
//! one answered.
//!
//! The layout of a case is described in golden/chart/README.md. `HELM=part-of-a-version` runs some of them.

#[path = "common/golden.rs"]
mod golden;
#[path = "common/process.rs"]
mod support;

use std::fs;
use std::path::{Path, PathBuf};

use golden::{Helms, read_case};
use plimsoll::golden::{Case, Program, Stream};
use support::{DEFAULT, OTHER};

#[test]
fn every_case_is_what_helm_answers() {
    let cases = cases();
    let helms = Helms::all();
    let only = std::env::var("HELM").unwrap_or_default();
    let versions: Vec<&str> = helms.versions().filter(|version| version.contains(&only)).collect();
    assert!(!versions.is_empty(), "no version of scripts/helms matches {only:?}");
    let differences: Vec<String> = support::parallel(&cases, |(folder, case)| {
        let check = |version: &&str| match difference(folder, case, &helms, version) {
            text if text.is_empty() => text,
            text => format!("{} ({version})\n{text}", folder.display()),
        };
        versions.iter().map(check).collect::<Vec<_>>()
    })
    .into_iter()
    .flatten()
    .filter(|text| !text.is_empty())
    .collect();
    let (count, helms, differ) = (cases.len(), versions.len(), differences.len());
    let line = format!("chart: {count} cases, {} runs as {helms} versions of Helm, {differ} differ", helms * count);
    support::count_line(&line);
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
            command.args(["lint", "--strict", "-f", "values.yaml"]).arg(chart(case));
            let answer = support::run(command, b"");
            let agrees = answer.exit == Some(i32::from(case.exit));
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
        let given = text(&folder.join("values.yaml")) + &case.arguments(folder).join(" ");
        let own = text(&folder.join("stdout.yaml")) + &text(&folder.join("stderr.txt"));
        for absent in &case.absent {
            assert!(!own.contains(absent), "{}: {absent:?} is in the expected output", folder.display());
            let elsewhere = given.contains(absent) || answers.iter().any(|answer| answer.contains(absent));
            assert!(elsewhere, "{}: {absent:?} is absent everywhere", folder.display());
        }
    }
}

/// Expected answers come from both Helms, NOTES too where Helm tells them without a cluster.
#[test]
fn real_helm_gave_every_answer() {
    for (folder, case) in cases() {
        let named: Vec<(Program, &str)> = case.oracles.iter().map(|o| (o.program, o.version.as_str())).collect();
        assert_eq!(named, [(Program::Helm, DEFAULT), (Program::Helm, OTHER)], "{}: scripts/golden", folder.display());
        let tells = case.exit == 0 && !case.args.iter().any(|arg| is_of_template_alone(arg));
        assert_eq!(folder.join("notes.txt").is_file(), tells, "{}: scripts/golden writes NOTES", folder.display());
    }
}

/// A flag that `helm install` does not have, and that may change NOTES; scripts/golden has the same list.
fn is_of_template_alone(arg: &str) -> bool {
    const FLAGS: [&str; 6] = ["--is-upgrade", "--api-versions", "-a", "--kube-version", "--show-only", "-s"];
    arg.split('=').next().is_some_and(|name| FLAGS.contains(&name))
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
            let case = Case::read(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
            (folder, case)
        })
        .collect()
}

/// The chart of a case, seen from its folder.
fn chart(case: &Case) -> &Path {
    case.chart.as_deref().expect("a case of this suite names its chart")
}

/// How our answer to one case differs from Helm's; empty when it does not.
fn difference(folder: &Path, case: &Case, helms: &Helms, version: &str) -> String {
    let temp = tempfile::Builder::new().prefix("plimsoll-chart-").tempdir().expect("a temporary folder");
    let home = temp.path().canonicalize().expect("its real path");
    let work = home.join("case");
    support::copy_folder(&folder.join(chart(case)), &work.join("chart")).expect("the chart can be copied");
    fs::copy(folder.join("values.yaml"), work.join("values.yaml")).expect("the values can be copied");
    let mut command = support::ours(version, &work, &home);
    command.args(case.arguments(folder));
    let mut got = support::run(command, b"");
    let mut want = support::Answer {
        exit: Some(helms.exit(&read_case::<serde_yaml::Value>(folder).expect("case.yaml can be read").1, version)),
        stdout: helms.stream(folder, version, "stdout", ".yaml"),
        stderr: helms.stream(folder, version, "stderr", ".txt"),
    };
    let scrambled = golden::is_in_the_order_of_a_map(version, &want.stderr).then_some(Stream::Stderr);
    for answer in [&mut want, &mut got] {
        for stream in case.unordered.iter().chain(&scrambled) {
            golden::sort_lines(if *stream == Stream::Stdout { &mut answer.stdout } else { &mut answer.stderr });
        }
    }
    support::difference(&want, &got)
}

/// A file's text; nothing when it is missing.
fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_default()
}
