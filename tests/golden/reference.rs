//! The reference chart's own cases, by the command that users have.

use std::path::Path;

use super::run;
use super::support::count_line;

#[test]
fn all_cases_of_the_reference_chart_pass() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (exit, text, errors) = run(root, &["chart", "--no-config"]);
    assert_eq!((exit, errors.as_str()), (Some(0), ""), "{text}");
    assert!(text.ends_with(" cases, all passed\n"), "{text}");
    count_line(&format!("golden-{}", text.trim_end()));
}
