//! The table of lines and tests is complete and current.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::lines::LINES;

/// The names of all tests of this suite.
fn tests() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/requirements");
    let mut names = Vec::new();
    for entry in fs::read_dir(&folder).expect("the folder of this suite") {
        let text = fs::read_to_string(entry.expect("an entry").path()).expect("a text");
        for (at, _) in text.match_indices("#[test]\nfn ") {
            let name = text[at..].trim_start_matches("#[test]\nfn ").split('(').next().unwrap_or_default();
            names.push(name.to_string());
        }
    }
    names.sort();
    names
}

#[test]
fn every_line_has_a_test_and_the_table_says_which() {
    let tests = tests();
    let mut text = String::from(
        "# What is judged on manifests\n\nEvery line has a test named after its number, in `tests/requirements`. Made by \
         `scripts/requirements`.\n\n| line | what must hold | tests |\n|---|---|---|\n",
    );
    for (number, sentence) in LINES {
        let own: Vec<_> =
            tests.iter().filter(|t| t.starts_with(&format!("{number}_"))).map(|t| format!("`{t}`")).collect();
        assert!(!own.is_empty(), "line {number} has no test: {sentence}");
        let _ = writeln!(text, "| {number} | {sentence} | {} |", own.join("<br>"));
    }
    for test in tests.iter().filter(|t| t.as_bytes().get(1).is_some_and(u8::is_ascii_digit)) {
        assert!(LINES.iter().any(|(number, _)| test.starts_with(&format!("{number}_"))), "{test} belongs to no line");
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/requirements.md");
    if std::env::var_os("PLIMSOLL_WRITE").is_some() {
        fs::write(&path, &text).expect("docs/requirements.md can be written");
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(written == text, "docs/requirements.md is not current: run scripts/requirements");
}
