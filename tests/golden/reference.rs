//! The reference chart's own cases, by the command that users have.

use std::path::Path;

use super::run;
use super::support::count_line;

#[test]
fn all_cases_of_the_reference_chart_pass_and_reach_all_of_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (exit, text, errors) = run(root, &["chart", "--no-config", "--coverage", "--fail-under", "100"]);
    assert_eq!((exit, errors.as_str()), (Some(0), ""), "{text}");
    let gaps: Vec<&str> = text.lines().filter(|line| line.starts_with("chart/")).collect();
    assert!(gaps.is_empty(), "no case reaches: {gaps:#?}");
    assert!(text.ends_with(" cases, all passed\n"), "{text}");
    for line in text.lines() {
        count_line(&format!("golden-{line}"));
    }
}
