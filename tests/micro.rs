//! The micro suite: every case of golden/micro with our binary, as every Helm of scripts/helms, byte for byte what the real
//! one answered.
//!
//! The layout of a case is described in golden/micro/README.md. `MICRO=part-of-a-name` runs some of them.

#[path = "common/golden.rs"]
mod golden;
#[path = "common/process.rs"]
mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use golden::{Helms, read_case};
use serde::Deserialize;
use support::Answer;

/// A case.yaml.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    why: String,
    #[serde(default = "rel_chart")]
    command: Vec<String>,
    #[serde(default)]
    args: Vec<String>,
    #[serde(default)]
    env: BTreeMap<String, String>,
    /// Streams whose lines Helm prints in the order of a Go map: compared, and written, as sorted lines.
    #[serde(default)]
    unordered: Vec<Stream>,
    /// Streams that hold the clock or Helm's own stack: neither written nor compared.
    #[serde(default)]
    unchecked: Vec<Stream>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Stream {
    Stdout,
    Stderr,
}

impl Stream {
    fn of<'a>(&self, answer: &'a mut Answer) -> &'a mut Vec<u8> {
        match self {
            Stream::Stdout => &mut answer.stdout,
            Stream::Stderr => &mut answer.stderr,
        }
    }
}

fn rel_chart() -> Vec<String> {
    vec!["rel".to_owned(), "chart".to_owned()]
}

#[test]
fn every_case_is_what_helm_answers() {
    let suite = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/micro");
    let wanted = std::env::var("MICRO").unwrap_or_default();
    let cases: Vec<PathBuf> = golden::case_folders(&suite)
        .into_iter()
        .filter(|case| case.strip_prefix(&suite).is_ok_and(|name| name.to_string_lossy().contains(&wanted)))
        .collect();
    assert!(!cases.is_empty(), "no case matches {wanted:?}");
    let helms = Helms::all();
    let only = std::env::var("HELM").unwrap_or_default();
    let versions: Vec<&str> = helms.versions().filter(|version| version.contains(&only)).collect();
    assert!(!versions.is_empty(), "no version of scripts/helms matches {only:?}");
    let differences: Vec<(String, String)> = support::parallel(&cases, |case| {
        let name = case.strip_prefix(&suite).unwrap().to_string_lossy().into_owned();
        let check = |version: &&str| (format!("{name} ({version})"), difference(case, &helms, version));
        versions.iter().map(check).collect::<Vec<_>>()
    })
    .into_iter()
    .flatten()
    .filter(|(_, difference)| !difference.is_empty())
    .collect();
    for (name, difference) in &differences {
        println!("{name}\n{difference}");
    }
    let mut families: BTreeMap<&str, usize> = BTreeMap::new();
    for (name, _) in &differences {
        *families.entry(name.split('/').next().unwrap_or_default()).or_default() += 1;
    }
    for (family, differ) in families {
        println!("micro/{family}: {differ} differ");
    }
    let (count, helms, differ) = (cases.len(), versions.len(), differences.len());
    let line = format!("micro: {count} cases, {} runs as {helms} versions of Helm, {differ} differ", helms * count);
    support::count_line(&line);
    assert!(differences.is_empty(), "{} runs of the micro suite differ from Helm", differences.len());
}

/// How our answer to one case differs from Helm's; empty when it does not.
fn difference(folder: &Path, helms: &Helms, version: &str) -> String {
    let (case, exits): (Case, _) = match read_case(folder) {
        Ok(read) => read,
        Err(error) => return format!("  case.yaml: {error}\n"),
    };
    if case.why.is_empty() {
        return "  case.yaml: a case says why it is there\n".to_owned();
    }
    let temp = tempfile::Builder::new().prefix("plimsoll-micro-").tempdir().expect("a temporary folder");
    let home = temp.path().canonicalize().expect("its real path");
    let work = home.join("case");
    golden::stage(folder, &work, support::copy_folder).expect("the case can be copied");

    let mut command = support::ours(version, &work, &home);
    command.args(&case.command).args(&case.args).envs(&case.env);
    let mut got = support::run(command, &fs::read(work.join("stdin")).unwrap_or_default());
    got.stdout = support::mask(&got.stdout, &work, "{WORK}");
    got.stderr = support::mask(&got.stderr, &work, "{WORK}");

    for stream in &case.unordered {
        golden::sort_lines(stream.of(&mut got));
    }
    for stream in &case.unchecked {
        stream.of(&mut got).clear();
    }

    let mut want = Answer {
        exit: Some(helms.exit(&exits, version)),
        stdout: helms.stream(folder, version, "stdout", ".yaml"),
        stderr: helms.stream(folder, version, "stderr", ".txt"),
    };
    if golden::is_in_the_order_of_a_map(version, &want.stderr) {
        golden::sort_lines(&mut want.stderr);
        golden::sort_lines(&mut got.stderr);
    }
    support::difference(&want, &got) + &written_files_differ(helms.written(folder, version), &work.join("out"))
}

fn written_files_differ(expected: Option<PathBuf>, out: &Path) -> String {
    let want = support::files_under(&expected.unwrap_or_default());
    let got = support::files_under(out);
    let names = |files: &[(String, Vec<u8>)]| files.iter().map(|(name, _)| name.clone() + "\n").collect::<String>();
    let mut text = support::lines_that_differ("files", names(&want).as_bytes(), names(&got).as_bytes());
    for ((name, want), (_, got)) in want.iter().zip(&got).filter(|((a, _), (b, _))| a == b) {
        text += &support::lines_that_differ(name, want, got);
    }
    text
}
