//! The table of lines and tests is complete and current.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::lines::{LINES, NOT_SHOWN, SUITES};

/// The names of all tests of the suites, with the suite that holds each; a suite is a file or a folder of `tests`.
fn tests() -> Vec<(String, &'static str)> {
    let mut names = Vec::new();
    for suite in SUITES {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(suite);
        let files = match path.is_dir() {
            true => fs::read_dir(&path).expect("a suite").map(|entry| entry.expect("an entry").path()).collect(),
            false => vec![path],
        };
        for file in files {
            let text = fs::read_to_string(file).expect("a text");
            for (at, _) in text.match_indices("#[test]\n") {
                let mut lines = text[at..].lines().skip(1).skip_while(|line| line.starts_with("#["));
                let head = lines.next().and_then(|line| line.strip_prefix("fn ")).unwrap_or_default();
                let name = head.split('(').next().unwrap_or_default();
                names.push((name.to_string(), suite.trim_end_matches(".rs")));
            }
        }
    }
    names.sort();
    names
}

/// The side of a line that a test shows: what the chart renders, what it refuses, what the rules say, what `preflight`
/// says of live servers. A test shows one, so that every side has a test of its own.
fn side(test: &str, suite: &str) -> &'static str {
    match suite {
        "chart_rows" | "chart_docs" => "S",
        "requirements" => "M",
        "preflight" | "live_cluster" => "P",
        "smoke" => "K",
        "init" if test.ends_with("_is_refused") => "S",
        _ => "V",
    }
}

#[test]
fn every_line_has_a_test_and_the_table_says_which() {
    let tests = tests();
    let mut text = String::from(
        "# What the reference chart and the rules hold to\n\nEvery line has a test named after its number for each side of it: V what the \
         reference chart renders, S what it refuses (by real `helm lint`, real `helm template` and ours), M what the rules say of \
         manifests, P what `preflight` says of live servers and clusters, K what `smoke` shows on them. The suites are files and folders of `tests`; what \
         needs the whole test bed is ignored by `scripts/test`. What no test can show says why. Made by `scripts/requirements`.\n\n\
         | line | where | what must hold | tests |\n|---|---|---|---|\n",
    );
    for (number, letters, sentence) in LINES {
        let mut open = Vec::new();
        let own: Vec<_> = tests.iter().filter(|(t, _)| t.starts_with(&format!("{number}_"))).collect();
        for letter in letters.split(' ') {
            if let Some((.., why)) = NOT_SHOWN.iter().find(|(n, l, _)| (n, l) == (number, &letter)) {
                assert!(!own.iter().any(|(t, s)| side(t, s) == letter), "{number} is shown for {letter} now");
                open.push(format!("not shown for {letter}: {why}"));
                continue;
            }
            assert!(
                own.iter().any(|(t, s)| side(t, s) == letter),
                "line {number} has no test for {letter}: {sentence}"
            );
        }
        let shown = own.iter().map(|(test, suite)| format!("{suite} `{test}`"));
        let shown: Vec<_> = shown.chain(open).collect();
        let _ = writeln!(text, "| {number} | {letters} | {sentence} | {} |", shown.join("<br>"));
    }
    let is_numbered = |t: &str| {
        let bytes = t.as_bytes();
        bytes.get(3) == Some(&b'_') && bytes[1..3].iter().all(u8::is_ascii_digit)
    };
    for (test, _) in tests.iter().filter(|(t, _)| is_numbered(t)) {
        assert!(LINES.iter().any(|(number, ..)| test.starts_with(&format!("{number}_"))), "{test} belongs to no line");
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/requirements.md");
    if std::env::var_os("PLIMSOLL_WRITE").is_some() {
        fs::write(&path, &text).expect("docs/requirements.md can be written");
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(written == text, "docs/requirements.md is not current: run scripts/requirements");
}
