//! `init case` and `init config`: what they write is what the other commands read.

use std::fs;

use serde_json::Value;

use super::support::copy_folder;
use super::{init, plimsoll, root, support, text};

#[test]
fn a_case_names_its_chart_and_keeps_the_values_as_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let work = folder.path();
    copy_folder(&root().join("chart"), &work.join("charts/queue")).unwrap();
    let values = "# why so\npostgres:\n  mode: external\n  external:\n    existingSecret: db # wins\n    connectionString: postgresql://app:geheim@db.example.com/d\n";
    fs::write(work.join("v.yaml"), values).unwrap();
    let args = [
        "case",
        "charts/queue",
        "--name",
        "three-workers",
        "--why",
        "it: has \"three\" workers",
        "-f",
        "v.yaml",
        "--absent",
        "app:geheim@",
    ];
    let answer = init(work, &args);
    assert_eq!(answer.exit, Some(0), "{}", text(&answer.stderr));
    let case = work.join("charts/golden/queue/three-workers");
    assert_eq!(fs::read_to_string(case.join("values.yaml")).unwrap(), values);
    let read: Value = serde_yaml::from_str(&fs::read_to_string(case.join("case.yaml")).unwrap()).unwrap();
    assert_eq!(read["why"], "it: has \"three\" workers");
    assert_eq!(read["absent"], serde_json::json!(["app:geheim@"]));
    assert!(case.join(read["chart"].as_str().unwrap()).join("Chart.yaml").is_file(), "{read}");
    let schema: Value =
        serde_json::from_str(&fs::read_to_string(root().join("schemas/case.schema.json")).unwrap()).unwrap();
    assert!(jsonschema::is_valid(&schema, &read), "{read}");
    // The golden tests find it, and are undecided until they have something to hold it to.
    for (args, exit) in [(&["charts/queue"][..], 3), (&["charts/queue", "--update"], 0), (&["charts/queue"], 0)] {
        let mut command = plimsoll(work);
        command.args(["test", "--no-config"]).args(args);
        let answer = support::run(command, b"");
        assert_eq!(answer.exit, Some(exit), "{args:?}: {}", text(&answer.stdout));
    }
    // Once more: nothing is overwritten.
    assert_eq!(init(work, &args).exit, Some(2));
    assert_eq!(init(work, &[&args[..], &["--force"]].concat()).exit, Some(0));
    for (args, told) in [
        (vec!["case", "charts/queue", "--why", "x"], "--name: is missing"),
        (vec!["case", "charts/queue", "--name", "a"], "--why: is missing"),
        (vec!["case", "charts/queue", "--name", "../a", "--why", "x"], "--name: is no name of a case"),
        (vec!["case", "nowhere", "--name", "a", "--why", "x"], "nowhere"),
        (vec!["case", "charts/queue", "--name", "a", "--why", "x", "-f", "nowhere"], "--values: nowhere"),
    ] {
        let answer = init(work, &args);
        assert_eq!(answer.exit, Some(2), "{args:?}");
        assert!(text(&answer.stderr).contains(told), "{args:?}: {}", text(&answer.stderr));
    }
    fs::write(work.join("broken.yaml"), "a: [").unwrap();
    assert_eq!(init(work, &["case", "charts/queue", "--name", "a", "--why", "x", "-f", "broken.yaml"]).exit, Some(2));
}

#[test]
fn a_configuration_names_the_charts_of_the_repository_and_lint_reads_it() {
    let folder = tempfile::tempdir().unwrap();
    let work = folder.path();
    assert_eq!(init(work, &["config"]).exit, Some(2), "there is no chart");
    for chart in ["deploy/queue", "a chart", "node_modules/x", ".git"] {
        copy_folder(&root().join("chart"), &work.join(chart)).unwrap();
    }
    let below = work.join("deploy/queue/templates");
    let mut command = plimsoll(work);
    command.current_dir(&below).args(["init", "config"]);
    let answer = support::run(command, b"");
    assert_eq!(answer.exit, Some(0), "{}", text(&answer.stderr));
    let read: Value = serde_yaml::from_str(&fs::read_to_string(work.join(".plimsoll.yaml")).unwrap()).unwrap();
    assert_eq!(read["charts"], serde_json::json!(["a chart", "deploy/queue"]));
    let schema: Value =
        serde_json::from_str(&fs::read_to_string(root().join("schemas/config.schema.json")).unwrap()).unwrap();
    assert!(jsonschema::is_valid(&schema, &read), "{read}");
    let mut command = plimsoll(work);
    command.arg("lint");
    let answer = support::run(command, b"");
    assert_eq!(answer.exit, Some(0), "{}{}", text(&answer.stdout), text(&answer.stderr));
    assert!(
        text(&answer.stdout).contains("a chart (workqueue") && text(&answer.stdout).contains("deploy/queue (workqueue")
    );
    assert_eq!(init(work, &["config"]).exit, Some(2), "it is there already");
}
