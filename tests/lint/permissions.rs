//! What is allowed although a rule refuses it: by file, flag, comment and baseline, with reason and date.

use super::*;

/// Configurations, and whether they are ones. The program and the schema have to agree.
pub const CONFIGURATIONS: &[(&str, bool)] = &[
    ("apiVersion: plimsoll/v1\n", true),
    (
        "apiVersion: plimsoll/v1\ncharts: [chart]\nfailOn: warning\nallow:\n- {rule: recreate-with-rolling-update, \
         where: 'Deployment store', reason: known, until: '2999-01-31'}\n",
        true,
    ),
    ("apiVersion: plimsoll/v2\n", false),
    ("charts: [chart]\n", false),
    ("apiVersion: plimsoll/v1\nchart: [chart]\n", false),
    ("apiVersion: plimsoll/v1\nallow: [{rule: schema}]\n", false),
    ("apiVersion: plimsoll/v1\nallow: [{rule: schema, reason: ' '}]\n", false),
    ("apiVersion: plimsoll/v1\nallow: [{rule: schema, reason: x, until: soon}]\n", false),
    ("apiVersion: plimsoll/v1\nfailOn: never\n", false),
];

fn allow(entry: &str) -> String {
    format!("apiVersion: plimsoll/v1\nallow:\n- {{rule: {RULE}, {entry}}}\n")
}

#[test]
fn a_configuration_is_read_from_above_and_names_charts() {
    let work = tempfile::tempdir().unwrap();
    write_chart(work.path(), BROKEN, "");
    fs::create_dir(work.path().join("below")).unwrap();
    fs::write(work.path().join(".plimsoll.yaml"), "apiVersion: plimsoll/v1\ncharts: [chart]\n").unwrap();
    let (exit, stdout, stderr) = run(&work.path().join("below"), &["lint"]);
    assert_eq!(exit, Some(1), "{stdout}{stderr}");
    assert!(stdout.contains(RULE), "{stdout}");
    for (text, fits) in CONFIGURATIONS {
        fs::write(work.path().join("other.yaml"), text).unwrap();
        let (exit, _, stderr) = run(work.path(), &["lint", "chart", "--config", "other.yaml"]);
        assert_eq!(exit != Some(2), *fits, "{text}: {stderr}");
        assert!(*fits || stderr.contains("other.yaml"), "{stderr}");
    }
}

#[test]
fn an_allow_counts_where_and_until_it_says() {
    let work = tempfile::tempdir().unwrap();
    write_chart(work.path(), BROKEN, "");
    let with = |entry: &str| {
        fs::write(work.path().join(".plimsoll.yaml"), allow(entry)).unwrap();
        run(work.path(), &["lint", "chart"])
    };
    let (exit, stdout, _) = with("where: Deployment store, reason: known");
    assert_eq!(exit, Some(0), "{stdout}");
    assert!(stdout.contains("1 allowed"), "{stdout}");
    let (exit, stdout, _) = with("where: Deployment other, reason: known");
    assert_eq!(exit, Some(1));
    assert!(stdout.contains("warning[allow-unused]"), "{stdout}");
    let (exit, stdout, _) = with("reason: known, until: '2020-01-31'");
    assert_eq!(exit, Some(1));
    assert!(stdout.contains("warning[allow-expired]") && stdout.contains("2020-01-31"), "{stdout}");
    assert_eq!(with("reason: known, until: '2999-01-31'").0, Some(0));
}

#[test]
fn a_comment_allows_and_must_say_why() {
    let work = tempfile::tempdir().unwrap();
    let comment = |text: &str| BROKEN.replace("  strategy:", &format!("  # plimsoll: allow {RULE}{text}\n  strategy:"));
    write_chart(work.path(), &comment(" -- the API server is patched (until 2999-01-01)"), "");
    let (exit, stdout, _) = run(work.path(), &["lint", "chart"]);
    assert_eq!(exit, Some(0), "{stdout}");
    write_chart(work.path(), &comment(""), "");
    let (exit, stdout, _) = run(work.path(), &["lint", "chart"]);
    assert_eq!(exit, Some(1));
    assert!(stdout.contains("warning[allow-invalid]") && stdout.contains("without a reason"), "{stdout}");
}

#[test]
fn a_flag_allows_and_a_misspelt_one_is_refused() {
    let work = tempfile::tempdir().unwrap();
    write_chart(work.path(), BROKEN, "");
    assert_eq!(run(work.path(), &["lint", "chart", "--allow", RULE]).0, Some(0));
    let (exit, _, stderr) = run(work.path(), &["lint", "chart", "--allow", "recreate-with-roling-update"]);
    assert_eq!(exit, Some(2));
    assert!(stderr.contains(&format!("is {RULE} meant?")), "{stderr}");
}

#[test]
fn a_baseline_leaves_the_old_alone_and_tells_what_is_gone() {
    let work = tempfile::tempdir().unwrap();
    write_chart(work.path(), BROKEN, "");
    assert_eq!(run(work.path(), &["lint", "chart", "--write-baseline", "base.json"]).0, Some(1));
    assert_eq!(run(work.path(), &["lint", "chart", "--baseline", "base.json"]).0, Some(0));
    write_chart(work.path(), &BROKEN.replace("{name: store}", "{name: other}"), "");
    let (exit, stdout, _) = run(work.path(), &["lint", "chart", "--baseline", "base.json"]);
    assert_eq!(exit, Some(1));
    assert!(stdout.contains("warning[baseline-unused]") && stdout.contains("Deployment store"), "{stdout}");
    fs::write(work.path().join("base.json"), "{}").unwrap();
    assert_eq!(run(work.path(), &["lint", "chart", "--baseline", "base.json"]).0, Some(2));
}
