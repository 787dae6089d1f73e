//! `--beside`: what stands beside a chart is read, never judged for itself, and never repeated.

use std::fs;
use std::path::Path;

use super::{run, write_chart};

/// A program that takes its connection string from a Secret of somebody else's.
const READER: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: store}
spec:
  selector: {matchLabels: {app: store}}
  template:
    metadata: {labels: {app: store}}
    spec:
      containers:
      - name: store
        image: example/store:1
        env:
        - name: DATABASE_URL
          valueFrom: {secretKeyRef: {name: db, key: url}}
";

fn secret(url: &str) -> String {
    format!("apiVersion: v1\nkind: Secret\nmetadata: {{name: db}}\nstringData:\n  url: {url}\n")
}

/// A recording of the Secret, as `record` writes it.
fn recording(data: &str) -> String {
    let object = format!(
        r#"{{"apiVersion": "v1", "kind": "Secret", "metadata": {{"name": "db", "namespace": "default"}}, "data": {{"url": "{data}"}}}}"#
    );
    let head = r#""apiVersion": "plimsoll/world/v1", "kubernetes": "v1.34.4", "apiVersions": [], "secretValues": true"#;
    format!("{{{head}, \"asked\": [], \"objects\": [{object}]}}")
}

fn lint(work: &Path, beside: &str) -> (Option<i32>, String) {
    fs::write(work.join("beside"), beside).unwrap();
    let (exit, out, errors) = run(work, &["lint", "chart", "--no-config", "-n", "default", "--beside", "beside"]);
    (exit, out + &errors)
}

#[test]
fn a_secret_beside_the_chart_is_judged_where_it_is_used() {
    let work = tempfile::tempdir().unwrap();
    let work = work.path();
    write_chart(work, READER, "");
    let (exit, out, _) = run(work, &["lint", "chart", "--no-config"]);
    assert_eq!(exit, Some(3), "{out}");
    assert!(out.contains("undecided[plaintext-remote]"), "{out}");

    let bad = "postgres://app:geheim123@db.example.com/q?sslmode=disable";
    let (exit, out) = lint(work, &secret(bad));
    assert!(out.contains("plaintext-remote]") && !out.contains("undecided["), "{exit:?} {out}");
    assert!(!out.contains("geheim123"), "{out}");
    let good = "postgres://app:geheim123@db.example.com/q?sslmode=verify-full&sslrootcert=system";
    let (exit, out) = lint(work, &secret(good));
    assert!(!out.contains("plaintext-remote]"), "{exit:?} {out}");
    assert!(!out.contains("geheim123"), "{out}");
    // A render's own object counts before it.
    let rendered = format!("{READER}---\n{}", secret(good));
    write_chart(work, &rendered, "");
    let (_, out) = lint(work, &secret(bad));
    assert!(!out.contains("plaintext-remote]"), "{out}");
}

#[test]
fn a_recording_tells_what_was_recorded_with_values_alone() {
    let work = tempfile::tempdir().unwrap();
    let work = work.path();
    write_chart(work, READER, "");
    let url = "cG9zdGdyZXM6Ly9hcHA6Z2VoZWltMTIzQGRiLmV4YW1wbGUuY29tL3E/c3NsbW9kZT1kaXNhYmxl";
    let (_, out) = lint(work, &recording(url));
    assert!(out.contains("plaintext-remote]") && !out.contains("undecided["), "{out}");
    assert!(!out.contains("geheim123") && !out.contains(url), "{out}");
    let (exit, out) = lint(work, &recording("bGVmdCBvdXQ="));
    assert_eq!(exit, Some(3), "{out}");
    assert!(out.contains("undecided[plaintext-remote]"), "{out}");
}

#[test]
fn what_is_no_manifest_ends_with_its_place() {
    let work = tempfile::tempdir().unwrap();
    let work = work.path();
    write_chart(work, READER, "");
    let (exit, out) = lint(work, "kind: Secret\n---\n- a list\n");
    assert_eq!(exit, Some(2), "{out}");
    let (exit, out) = lint(work, "a: [\n");
    assert_eq!(exit, Some(2), "{out}");
    let (exit, _, errors) = run(work, &["lint", "chart", "--no-config", "--beside", "nowhere.yaml"]);
    assert_eq!(exit, Some(2), "{errors}");
    assert!(errors.contains("--beside: nowhere.yaml: "), "{errors}");
}
