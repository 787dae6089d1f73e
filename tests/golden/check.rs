//! `check`: lint and test in one exit code.

use std::fs;
use std::path::Path;

use super::support::{Answer, run as launch};
use super::{edit, plimsoll, two_cases, write};

fn check(work: &Path, args: &[&str]) -> (Option<i32>, String, String) {
    let all: Vec<&str> = ["check"].iter().chain(args).copied().collect();
    let Answer { exit, stdout, stderr } = launch(plimsoll(work, &all), b"");
    (exit, String::from_utf8(stdout).expect("UTF-8"), String::from_utf8(stderr).expect("UTF-8"))
}

#[test]
fn both_clean_is_clean() {
    let work = two_cases();
    let (exit, text, errors) = check(work.path(), &["small"]);
    assert_eq!((exit, errors.as_str()), (Some(0), "check: lint clean, test clean\n"), "{text}");
    assert!(text.contains("small: 2 cases, all passed\n") && text.contains("small (small 1.2.3): clean"), "{text}");
}

#[test]
fn either_decides() {
    let work = two_cases();
    let deployment = work.path().join("small/templates/deployment.yaml");
    edit(&deployment, "app: web", "app: shop");
    let (exit, _, errors) = check(work.path(), &["small"]);
    assert_eq!((exit, errors.as_str()), (Some(1), "check: lint clean, test failed\n"));
    edit(&deployment, "app: shop", "app: web");
    // A finding of lint's alone: the defaults are not what the cases test.
    edit(&work.path().join("small/values.yaml"), "replicas: 1", "replicas: 1\nbroken: true");
    write(&work.path().join("small/templates/_broken.tpl"), "{{ define \"broken\" }}{{ fail \"broken\" }}{{ end }}");
    edit(&deployment, "app: web", "app: web{{ if .Values.broken }}{{ include \"broken\" . }}{{ end }}");
    for case in ["plain", "refused"] {
        let values = work.path().join("golden/small").join(case).join("values.yaml");
        let text = fs::read_to_string(&values).unwrap();
        fs::write(&values, format!("{text}broken: false\n")).unwrap();
    }
    let (exit, text, errors) = check(work.path(), &["small", "--no-config"]);
    assert_eq!(exit, Some(1), "{text}{errors}");
    assert!(errors.starts_with("check: lint failed"), "{text}{errors}");
}

#[test]
fn unproven_is_undecided_and_missing_is_unreadable() {
    let work = two_cases();
    write(&work.path().join("small/ci/three-values.yaml"), "replicas: 3\n");
    let (exit, _, errors) = check(work.path(), &["small"]);
    assert_eq!((exit, errors.as_str()), (Some(3), "check: lint clean, test undecided\n"));
    let (exit, _, errors) = check(work.path(), &["./nowhere"]);
    assert_eq!(exit, Some(2));
    assert!(errors.contains("check: lint unreadable, test unreadable"), "{errors}");
    write(&work.path().join(".plimsoll.yaml"), "apiVersion: plimsoll/v1\ncharts: [small]\n");
    assert_eq!(check(work.path(), &[]).0, Some(3), "the configuration names the chart");
    assert_eq!(check(work.path(), &["--no-config"]).0, Some(2));
}
