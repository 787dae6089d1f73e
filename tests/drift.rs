//! `drift` against what real Helms print: it says "the same" exactly when two of them wrote the same, and names the behaviour by
//! which they did not.

#[path = "common/golden.rs"]
mod golden;
#[path = "common/process.rs"]
mod support;

use std::fs;
use std::path::{Path, PathBuf};

use golden::{Helms, read_case};
use serde_yaml::Value;
use support::Answer;

/// Moves that people make.
const MOVES: [(&str, &str); 2] = [("3.20.0", "4.3.1"), ("3.22.0", "4.3.1")];

fn ours(work: &Path, home: &Path, arguments: &[&str]) -> Answer {
    let mut command = support::command(Path::new(env!("CARGO_BIN_EXE_plimsoll")), work, home);
    command.args(["drift", "chart", "--no-config"]).args(arguments);
    support::run(command, b"")
}

/// Cases that need no flags, and whose output is the same on every run.
fn plain_cases() -> Vec<PathBuf> {
    let suite = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/micro");
    let is_plain = |folder: &PathBuf| {
        let (case, _): (Value, _) = read_case(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
        let special = ["command", "args", "env", "unordered", "unchecked"];
        !special.iter().any(|key| case.get(*key).is_some()) && !folder.join("stdin").exists()
    };
    golden::case_folders(&suite).into_iter().filter(is_plain).collect()
}

#[test]
fn the_same_is_said_exactly_when_two_helms_print_the_same() {
    let (cases, helms) = (plain_cases(), Helms::all());
    assert!(cases.len() > 500, "{} plain cases", cases.len());
    let wrong: Vec<String> = support::parallel(&cases, |folder| {
        let temp = tempfile::Builder::new().prefix("plimsoll-drift-").tempdir().expect("a temporary folder");
        let work = temp.path().join("case");
        golden::stage(folder, &work, support::copy_folder).expect("the case can be copied");
        let (_, exits): (Value, _) = read_case(folder).expect("it was read before");
        let answer = |version| (helms.exit(&exits, version), helms.stream(folder, version, "stdout", ".yaml"));
        MOVES.map(|(from, to)| {
            let same = answer(from) == answer(to);
            let got = ours(&work, temp.path(), &["--release", "rel", "--from", from, "--to", to]);
            // What neither can read at all is not compared.
            let unreadable = got.exit == Some(2) && same && answer(from).0 != 0;
            let agrees = unreadable || got.exit == Some(if same { 0 } else { 1 });
            (!agrees)
                .then(|| format!("{} ({from} to {to}): {}", folder.display(), String::from_utf8_lossy(&got.stdout)))
        })
    })
    .into_iter()
    .flatten()
    .flatten()
    .collect();
    let (count, moves, differ) = (cases.len(), MOVES.len(), wrong.len());
    support::count_line(&format!("charts/drift: {count} cases, {moves} moves between Helms, {differ} disagree"));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// One chart for each behaviour: the two real Helms print it differently, and drift says by what.
const BEHAVIOURS: [(&str, &str, &str, &str, &str); 9] = [
    // name, template, values, from, to
    ("Kubernetes version", "v: {{ .Capabilities.KubeVersion.Version }}\n", "", "3.21.4", "3.22.0"),
    ("API versions", "v: {{ .Capabilities.APIVersions.Has \"autoscaling/v2beta1\" }}\n", "", "3.20.0", "3.22.0"),
    ("null rule", "v: {{ .Values.a | toJson }}\n", "a: {b: null, c: 1}\n", "3.22.0", "4.3.1"),
    ("function table", "v: {{ mustToYaml 1 }}\n", "", "3.22.0", "4.3.1"),
    (".Chart shape", "v: {{ .Chart.nope }}\n", "", "3.22.0", "4.3.1"),
    ("TOML library", "v: {{ fromToml \"a={\\nb=1}\" | toJson }}\n", "", "3.17.2", "3.22.0"),
    ("semver library", "v: {{ semverCompare \">=1.0.0 <2.0.0-0\" \"1.5.0-rc.1\" }}\n", "", "3.17.2", "3.22.0"),
    ("Helm version", "v: {{ .Capabilities.HelmVersion.Version }}\n", "", "3.22.0", "4.3.1"),
    ("Go type names", "v: {{ typeOf .Values }}\n", "", "3.22.0", "4.3.1"),
];

#[test]
fn each_behaviour_is_named() {
    let wrong: Vec<String> = support::parallel(&BEHAVIOURS, |(name, template, values, from, to)| {
        let temp = tempfile::Builder::new().prefix("plimsoll-drift-").tempdir().expect("a temporary folder");
        let chart = temp.path().join("chart");
        fs::create_dir_all(chart.join("templates")).expect("a folder can be made");
        for (file, text) in [
            ("Chart.yaml", "apiVersion: v2\nname: chart\nversion: 0.1.0\n"),
            ("values.yaml", values),
            ("templates/a.yaml", template),
        ] {
            fs::write(chart.join(file), text).expect("a file can be written");
        }
        let got = ours(temp.path(), temp.path(), &["--from", from, "--to", to]);
        let text = String::from_utf8_lossy(&got.stdout).into_owned();
        let names = text.lines().any(|line| line.contains("(by ") && line.contains(name));
        (got.exit != Some(1) || !names).then(|| format!("{name}: exit {:?}: {text}", got.exit))
    })
    .into_iter()
    .flatten()
    .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The others by cases of the micro suite, whose answers by the real Helms of the move differ: name, case, from, to.
const KEPT: [(&str, &str, &str, &str); 9] = [
    ("document bytes", "subcharts/alias", "3.22.0", "4.3.1"),
    ("document split", "output/separators-glued", "3.22.0", "4.3.1"),
    ("install order", "output/install-order", "3.22.0", "4.3.1"),
    ("schema library", "schema/keyword-dependent-required", "3.17.2", "3.22.0"),
    ("--set grammar", "set/json-root", "3.22.0", "4.3.1"),
    ("--set grammar", "set/unclosed-index", "3.22.0", "4.3.1"),
    ("values files", "values-files/multi-document", "3.22.0", "4.3.1"),
    (".Files.Lines", "files/lines-empty-file", "3.20.0", "4.3.1"),
    ("template language", "control/range-int", "3.17.2", "3.22.0"),
];

#[test]
fn each_behaviour_of_a_kept_case_is_named() {
    let (suite, helms) = (Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/micro"), Helms::all());
    for (name, case, from, to) in KEPT {
        let folder = suite.join(case);
        let (read, exits): (Value, _) = read_case(&folder).expect("a case");
        let answer = |version| (helms.exit(&exits, version), helms.stream(&folder, version, "stdout", ".yaml"));
        assert_ne!(answer(from), answer(to), "{case}: the real Helms {from} and {to} answer the same");
        let temp = tempfile::Builder::new().prefix("plimsoll-drift-").tempdir().expect("a temporary folder");
        let work = temp.path().join("case");
        golden::stage(&folder, &work, support::copy_folder).expect("the case can be copied");
        let args = read.get("args").and_then(Value::as_sequence).cloned().unwrap_or_default();
        let args: Vec<&str> = args.iter().filter_map(Value::as_str).collect();
        let got = ours(&work, temp.path(), &[&["--release", "rel", "--from", from, "--to", to], &args[..]].concat());
        let text = String::from_utf8_lossy(&got.stdout);
        let names = text.lines().filter_map(|line| line.split_once("(by ")?.1.split(')').next());
        let named = names.flat_map(|names| names.split(", ")).any(|n| n == name);
        assert!(got.exit == Some(1) && named, "{name}: exit {:?}: {text}", got.exit);
    }
}

#[test]
fn a_version_that_nobody_speaks_for_is_refused_with_the_list() {
    let temp = tempfile::tempdir().expect("a temporary folder");
    for version in ["3.18.0", "4.1.2", "3.15.0", "5.0"] {
        let got = ours(temp.path(), temp.path(), &["--from", version]);
        let words = String::from_utf8_lossy(&got.stderr).into_owned();
        assert_eq!(got.exit, Some(2), "{version}: {words}");
        assert!(words.contains(version) && words.contains("3.17.0, 3.16"), "{version}: {words}");
    }
}
