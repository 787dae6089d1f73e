//! The reference chart's own cases, by the command that users have.

use std::path::Path;
use std::time::Duration;

use super::plimsoll;
use super::support::{count_line, run_within};

/// How long hundreds of renders may take on a machine that does other things.
const ALL_CASES: Duration = Duration::from_secs(600);

#[test]
fn all_cases_of_the_reference_chart_pass_and_reach_all_of_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let command = plimsoll(root, &["test", "chart", "--no-config", "--coverage", "--fail-under", "100"]);
    let answer = run_within(ALL_CASES, command, b"");
    let (text, errors) = (String::from_utf8_lossy(&answer.stdout), String::from_utf8_lossy(&answer.stderr));
    assert_eq!((answer.exit, &*errors), (Some(0), ""), "{text}");
    let gaps: Vec<&str> = text.lines().filter(|line| line.starts_with("chart/")).collect();
    assert!(gaps.is_empty(), "no case reaches: {gaps:#?}");
    assert!(text.ends_with(" cases, all passed\n"), "{text}");
    for line in text.lines() {
        count_line(&format!("golden-{line}"));
    }
}
