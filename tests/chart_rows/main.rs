//! What the reference chart refuses: a test for each row of the requirements, against real `helm template`, real `helm lint`
//! and ours.
//!
//! A refusal proves nothing alone, for it may come from something else. So each row also says the one setting that makes the
//! same values acceptable, and exactly which values Helm has to name.

#[path = "../common/process.rs"]
mod support;

mod attachments;
mod catalogue;
mod modes;
mod nodes;

use std::fs;
use std::path::Path;
use std::process::Command;

use support::{Answer, DEFAULT, OTHER};

/// Values that are refused.
struct Refused<'a> {
    values: &'a str,
    /// Arguments that change the offending thing and nothing else; with them the values are accepted.
    unless: &'a [&'a str],
    /// The JSON pointers that Helm names, one for each violation, in any order.
    naming: &'a [&'a str],
}

/// The password of every connection string here: it must not be in any answer to refused values.
const CANARY: &str = "geheim";

/// Everybody refuses the values and accepts their neighbour; gives back what Helm said.
fn check(row: Refused) -> String {
    let stderr = refuses(row.values, &[], row.naming);
    accepts(row.values, row.unless);
    stderr
}

fn refuses(values: &str, args: &[&str], naming: &[&str]) -> String {
    let mut said = String::new();
    for version in [DEFAULT, OTHER] {
        let template = ask(version, "template", values, args);
        let stderr = String::from_utf8_lossy(&template.stderr).into_owned();
        let context = format!("Helm {version} on {values:?} {args:?}: {stderr}");
        assert_eq!((template.exit, template.stdout.as_slice()), (Some(1), b"".as_slice()), "{context}");
        let mut want = naming.to_vec();
        want.sort_unstable();
        assert_eq!(named(&stderr), want, "{context}");
        ours_agrees(version, values, args, &template);
        let lint = ask(version, "lint", values, args);
        let lint_says = String::from_utf8_lossy(&lint.stdout).into_owned() + &String::from_utf8_lossy(&lint.stderr);
        assert_eq!(lint.exit, Some(1), "lint: {context}");
        // Lint judges twice, with and without the templates, and prints both.
        let by_lint = named(&lint_says);
        assert!(want.iter().all(|pointer| by_lint.contains(pointer)), "lint: {context}{lint_says}");
        for text in [&stderr, &lint_says] {
            assert!(!text.contains(CANARY), "a password is shown: {text}");
        }
        said = stderr;
    }
    said
}

/// Names against names, which no schema can tell: every sentence is said by everybody, and the neighbour is accepted.
fn contradicts(values: &str, unless: &[&str], sentences: &[&str]) {
    for version in [DEFAULT, OTHER] {
        let template = ask(version, "template", values, &[]);
        let stderr = String::from_utf8_lossy(&template.stderr).into_owned();
        assert_eq!((template.exit, template.stdout.as_slice()), (Some(1), b"".as_slice()), "{values:?}: {stderr}");
        ours_agrees(version, values, &[], &template);
        let lint = ask(version, "lint", values, &[]);
        let lint_says = String::from_utf8_lossy(&lint.stdout).into_owned();
        assert_eq!(lint.exit, Some(1), "helm lint {version} on {values:?}: {lint_says}");
        for sentence in sentences {
            assert!(stderr.contains(sentence), "{sentence:?} is not in {stderr}");
            assert!(lint_says.contains(sentence), "{sentence:?} is not in {lint_says}");
        }
        assert_eq!(stderr.lines().filter(|l| l.contains(": ")).count(), sentences.len() + 1, "{stderr}");
    }
    let ours = with_values(values, &[], |home| {
        let mut command = support::command(Path::new(env!("CARGO_BIN_EXE_plimsoll")), home, home);
        command.args(["lint", "--no-config"]);
        command
    });
    assert_eq!(ours.exit, Some(1), "our lint on {values:?}: {}", String::from_utf8_lossy(&ours.stdout));
    accepts(values, unless);
}

fn accepts(values: &str, args: &[&str]) {
    for (version, mode) in [(DEFAULT, "template"), (OTHER, "template"), (DEFAULT, "lint")] {
        let answer = ask(version, mode, values, args);
        let [stdout, stderr] = [&answer.stdout, &answer.stderr].map(|part| String::from_utf8_lossy(part));
        let context = format!("helm {mode} {version} on {values:?} {args:?}: {stderr}{stdout}");
        assert_eq!(answer.exit, Some(0), "{context}");
        assert!(!stdout.is_empty() && (mode == "lint" || stderr.is_empty()), "{context}");
        if mode == "template" {
            ours_agrees(version, values, args, &answer);
        }
    }
}

/// The values that a schema error names, sorted: the leaves of Helm's tree, which are the lines that no deeper line follows.
fn named(text: &str) -> Vec<&str> {
    let nodes: Vec<(usize, &str)> = text
        .lines()
        .filter_map(|line| {
            let at = line.find("- at '")?;
            let pointer = line[at + "- at '".len()..].split("':").next()?;
            Some((at, pointer))
        })
        .collect();
    // Lint puts its own prefix before the first line, which therefore says nothing about depth: the first node is at depth 0.
    let depth = |index: usize| if index == 0 { 0 } else { nodes[index].0 };
    let mut leaves: Vec<&str> = (0..nodes.len())
        .filter(|&index| index + 1 == nodes.len() || depth(index + 1) <= depth(index))
        .map(|index| nodes[index].1)
        .collect();
    leaves.sort_unstable();
    leaves
}

/// What real Helm says of the chart with these values.
fn ask(version: &str, mode: &str, values: &str, args: &[&str]) -> Answer {
    let helm = support::helm(version);
    assert!(helm.is_file(), "Helm {version} is not installed: run scripts/oracles");
    with_values(values, args, |home| {
        let mut command = support::command(&helm, home, home);
        match mode {
            "lint" => command.args(["lint", "--strict"]),
            _ => command.args(["template", "rel"]),
        };
        command
    })
}

/// Our `render` answers what `helm template` of that version did, to the byte; several findings come in an order that
/// Go draws by lot, so that lines are compared sorted.
fn ours_agrees(version: &str, values: &str, args: &[&str], theirs: &Answer) {
    let ours = with_values(values, args, |home| {
        let mut command = support::ours(version, home, home);
        command.arg("rel");
        command
    });
    let sorted = |answer: &Answer| {
        let mut lines: Vec<&[u8]> = answer.stderr.split_inclusive(|b| *b == b'\n').collect();
        lines.sort_unstable();
        Answer { stderr: lines.concat(), ..answer.clone() }
    };
    let difference = support::difference(&sorted(theirs), &sorted(&ours));
    assert!(difference.is_empty(), "{version} on {values:?} {args:?}:\n{difference}");
}

/// Runs a command on the chart with values from a file, in a folder of its own.
fn with_values(values: &str, args: &[&str], command: impl FnOnce(&Path) -> Command) -> Answer {
    let temp = tempfile::Builder::new().prefix("plimsoll-rows-").tempdir().expect("a temporary folder");
    fs::write(temp.path().join("values.yaml"), values).expect("the values can be written");
    let mut command = command(temp.path());
    command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("chart")).args(["-f", "values.yaml"]).args(args);
    support::run(command, b"")
}
