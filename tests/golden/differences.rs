//! What differs, and how it is told: both verdicts of everything.

use std::fs;

use super::{edit, run, two_cases, write, write_case, write_chart};

#[test]
fn what_real_helm_answered_passes() {
    let work = two_cases();
    let (exit, text, errors) = run(work.path(), &["small"]);
    assert_eq!((exit, text.as_str(), errors.as_str()), (Some(0), "small: 2 cases, all passed\n", ""));
}

#[test]
fn a_changed_pod_label_is_one_document_with_its_field() {
    let work = two_cases();
    write_case(work.path(), "other", "replicas: 3\n", "");
    edit(&work.path().join("small/templates/deployment.yaml"), "app: web", "app: shop");
    let (exit, text, _) = run(work.path(), &["small"]);
    assert_eq!(exit, Some(1), "{text}");
    assert_eq!(text.matches("failed[").count(), 1, "{text}");
    assert!(text.contains("failed[golden-changed]: Deployment rel is not as expected"), "{text}");
    assert!(text.contains("| spec.template.metadata.labels.app: \"web\" -> \"shop\"\n"), "{text}");
    assert!(text.contains("| -        app: web\n") && text.contains("| +        app: shop\n"), "{text}");
    assert!(text.contains("--> golden/small/other/stdout.yaml:"), "{text}");
    assert!(text.contains("= in: other, plain\n"), "{text}");
    assert!(text.ends_with("small: 3 cases, 1 passed, 2 failed\n"), "{text}");
}

#[test]
fn documents_that_come_go_and_move_are_told_apart() {
    let work = two_cases();
    fs::remove_file(work.path().join("small/templates/service.yaml")).unwrap();
    let extra = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: extra}\n";
    write(&work.path().join("small/templates/extra.yaml"), extra);
    let deployment = work.path().join("small/templates/deployment.yaml");
    fs::rename(&deployment, deployment.with_file_name("web.yaml")).unwrap();
    let (exit, text, _) = run(work.path(), &["small"]);
    assert_eq!(exit, Some(1));
    for told in [
        "failed[golden-removed]: Service rel is expected, and was not rendered (small/templates/service.yaml)",
        "failed[golden-added]: ConfigMap extra was rendered, and is not expected (small/templates/extra.yaml)",
        "failed[golden-moved]: Deployment rel is the same, and comes from small/templates/web.yaml instead of \
         small/templates/deployment.yaml",
    ] {
        assert!(text.contains(told), "{told}\n{text}");
    }
    assert_eq!(text.matches("failed[").count(), 3, "{text}");
}

#[test]
fn the_same_in_other_bytes_fails() {
    let work = two_cases();
    edit(&work.path().join("small/templates/service.yaml"), "{app: web}", "{ app: web }");
    let (exit, text, _) = run(work.path(), &["small"]);
    assert_eq!(exit, Some(1));
    assert!(text.contains("failed[golden-bytes]: Service rel says the same in other bytes"), "{text}");
}

#[test]
fn a_refusal_is_exact_and_is_not_expected_by_itself() {
    let work = two_cases();
    let hook = work.path().join("small/templates/hook.yaml");
    edit(&hook, "too many replicas", "far too many replicas");
    let (exit, text, _) = run(work.path(), &["small"]);
    assert_eq!(exit, Some(1));
    assert!(text.contains("failed[golden-stderr]") && text.contains("golden/small/refused/stderr.txt:1"), "{text}");
    edit(&hook, "gt (int .Values.replicas) 9", "gt (int .Values.replicas) 99");
    let (exit, text, _) = run(work.path(), &["small"]);
    assert_eq!(exit, Some(1));
    assert!(text.contains("exit code is 0: the chart renders, where a refusal is expected"), "{text}");
    edit(&hook, "gt (int .Values.replicas) 99", "gt (int .Values.replicas) 1");
    let (exit, text, _) = run(work.path(), &["small", "--filter", "plain"]);
    assert_eq!(exit, Some(1));
    assert!(text.contains("exit code is 1: the chart is refused, where it is expected to render"), "{text}");
    assert!(text.contains("far too many replicas"), "it says why: {text}");
}

#[test]
fn notes_are_compared_where_they_are_kept() {
    let work = two_cases();
    let notes = work.path().join("golden/small/plain/notes.txt");
    fs::write(&notes, "2 replicas run.\n").unwrap();
    assert_eq!(run(work.path(), &["small"]).0, Some(0));
    fs::write(&notes, "3 replicas run.\n").unwrap();
    let (exit, text, _) = run(work.path(), &["small"]);
    assert_eq!(exit, Some(1));
    assert!(text.contains("failed[golden-notes]") && text.contains("| +2 replicas run."), "{text}");
}

#[test]
fn absent_texts_are_held_both_ways() {
    let work = tempfile::tempdir().unwrap();
    write_chart(work.path());
    // In the answer, although it must not be.
    let case = write_case(work.path(), "shown", "replicas: 2\nimage: web:secret-tag\n", "absent: [secret-tag]\n");
    let (exit, text, _) = run(work.path(), &["small"]);
    assert_eq!(exit, Some(1));
    assert!(text.contains("failed[golden-present]") && text.contains("stands in line"), "{text}");
    // Absent, and given by the values.
    fs::remove_dir_all(&case).unwrap();
    let case = write_case(work.path(), "unused", "replicas: 2\nunused: secret-tag\n", "absent: [secret-tag]\n");
    assert_eq!(run(work.path(), &["small"]).0, Some(0));
    // Absent, and nobody could have shown it.
    edit(&case.join("case.yaml"), "[secret-tag]", "[secret-tga]");
    let (exit, text, _) = run(work.path(), &["small"]);
    assert_eq!(exit, Some(3));
    assert!(text.contains("undecided[golden-absent]") && text.contains("it asserts nothing"), "{text}");
    // NOTES are looked through, kept or not.
    edit(&case.join("case.yaml"), "[secret-tga]", "[replicas run]");
    let (exit, text, _) = run(work.path(), &["small"]);
    assert_eq!(exit, Some(1));
    assert!(text.contains("of NOTES"), "{text}");
}

#[test]
fn no_report_repeats_a_secret() {
    let work = tempfile::tempdir().unwrap();
    write_chart(work.path());
    write_case(work.path(), "plain", "password: first-secret-text\n", "");
    edit(&work.path().join("golden/small/plain/values.yaml"), "first-secret-text", "second-secret-text");
    for format in ["text", "json", "junit", "github"] {
        let (exit, text, errors) = run(work.path(), &["small", "--report", format]);
        assert_eq!(exit, Some(1), "{text}");
        assert!(text.contains("hook Secret rel"), "{format}: {text}");
        for secret in ["first-secret-text", "second-secret-text"] {
            assert!(!text.contains(secret) && !errors.contains(secret), "{format}: {text}");
        }
    }
}

#[test]
fn a_budget_that_runs_out_is_undecided() {
    let work = two_cases();
    let (exit, text, _) = run(work.path(), &["small", "--limit", "fuel=10"]);
    assert_eq!(exit, Some(3));
    assert!(text.contains("undecided[limit]: plain: the render takes too many steps"), "{text}");
}

#[test]
fn random_text_and_the_clock_stand_still() {
    let work = two_cases();
    let random = "kind: ConfigMap\napiVersion: v1\nmetadata: {name: r}\ndata:\n  x: {{ randAlphaNum 20 }}\n  \
                  y: {{ now | unixEpoch | quote }}\n  z: {{ uuidv4 }}\n";
    write(&work.path().join("small/templates/random.yaml"), random);
    assert_eq!(run(work.path(), &["small", "--update"]).0, Some(0));
    let (exit, text, _) = run(work.path(), &["small"]);
    assert_eq!(exit, Some(0), "{text}");
    // What is random elsewhere shifts nothing here.
    edit(&work.path().join("small/templates/deployment.yaml"), "app: web", "app: web\n        r: {{ randNumeric 9 }}");
    let (_, text, _) = run(work.path(), &["small"]);
    assert_eq!(text.matches("failed[").count(), 1, "{text}");
}
