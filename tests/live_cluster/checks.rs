//! Each check of the cluster, with the states that it tells apart.

use serde_json::json;

use crate::cluster::ControlPlane;
use crate::program::{CANARY, CHART, preflight, write};

fn secret(plane: &ControlPlane, namespace: &str, name: &str, key: &str, value: &[u8]) {
    let encoded = plimsoll::go::encode::base64_encode(value);
    let object = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}, "data": {key: encoded}});
    plane.must(&["apply", "-n", namespace, "-f", "-"], &object.to_string());
}

#[test]
fn secrets_are_there_with_usable_values() {
    let plane = ControlPlane::shared();
    let dir = tempfile::tempdir().unwrap();
    let chart = write(dir.path(), "probe", CHART);
    let namespace = plane.namespace();
    let url = format!("postgresql://app:{CANARY}@db.invalid:5432/x?sslmode=require");
    type Held<'a> = Option<(&'a str, Vec<u8>)>;
    let cases: [(&str, Held<'_>, &str); 7] = [
        ("none", None, "FAIL"),
        ("right", Some(("url", url.clone().into_bytes())), "PASS"),
        ("another key", Some(("uri", url.clone().into_bytes())), "FAIL"),
        ("empty", Some(("url", Vec::new())), "FAIL"),
        ("a line end", Some(("url", format!("{url}\n").into_bytes())), "FAIL"),
        ("a blank before", Some(("url", format!(" {url}").into_bytes())), "FAIL"),
        ("binary", Some(("url", vec![0xff, 0xfe, 0])), "FAIL"),
    ];
    for (what, value, want) in &cases {
        plane.kubectl(&["delete", "secret", "outside", "-n", &namespace], "");
        if let Some((key, value)) = value {
            secret(plane, &namespace, "outside", key, value);
        }
        let told = preflight(plane, &chart, &namespace, &["--set", "stateful=false"]);
        assert_eq!(told.of("secret-keys"), *want, "{what}: {}", told.text);
        let known = if *what == "right" { "PASS" } else { "" };
        if !known.is_empty() {
            assert_eq!(told.of("connection-known"), known, "{what}: {}", told.text);
            assert_eq!((told.exit, told.of("database-reachable")), (3, "UNKNOWN"), "{what}: {}", told.text);
        } else {
            assert_eq!(told.exit, 1, "{what}: {}", told.text);
            assert_ne!(told.of("database-reachable"), "PASS", "{what}: {}", told.text);
        }
    }
    println!("preflight: {} cases of Secrets", cases.len());
}

#[test]
fn a29_an_old_volume_and_a_new_password() {
    let plane = ControlPlane::shared();
    let dir = tempfile::tempdir().unwrap();
    let chart = write(dir.path(), "probe", CHART);
    let namespace = plane.namespace();
    let look = |args: &[&str]| {
        let told = preflight(plane, &chart, &namespace, args);
        (told.of("claim-reused").to_string(), told.text)
    };
    let (outcome, text) = look(&[]);
    assert_eq!(outcome, "PASS", "{text}");
    let claim = json!({
        "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "data-shop-db-0"},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
    });
    plane.must(&["apply", "-n", &namespace, "-f", "-"], &claim.to_string());
    let (outcome, text) = look(&[]);
    assert_eq!(outcome, "FAIL", "the Secret of its time is gone: {text}");
    secret(plane, &namespace, "shop-db", "POSTGRES_PASSWORD", b"one-secret-password");
    let (outcome, text) = look(&[]);
    assert_eq!(outcome, "WARN", "the same credentials: {text}");
    let (outcome, text) = look(&["--set", "password=two"]);
    assert_eq!(outcome, "FAIL", "another password: {text}");
    let set = json!({
        "apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "shop-db"},
        "spec": {"serviceName": "db", "replicas": 0, "selector": {"matchLabels": {"app": "db"}}, "template": {
            "metadata": {"labels": {"app": "db"}}, "spec": {"containers": [{"name": "postgres", "image": "postgres:18-alpine"}]}}},
    });
    plane.must(&["apply", "-n", &namespace, "-f", "-"], &set.to_string());
    let (outcome, text) = look(&["--set", "password=two"]);
    assert_eq!(outcome, "PASS", "its StatefulSet is there: {text}");
    println!("preflight: 5 cases of volumes");
}

#[test]
fn storage_classes_and_quotas() {
    let plane = ControlPlane::shared();
    let dir = tempfile::tempdir().unwrap();
    let chart = write(dir.path(), "probe", CHART);
    let namespace = plane.namespace();
    plane.must(&["apply", "-f", "-"], r#"{"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": "quick"}, "provisioner": "none"}"#);
    let class = |args: &[&str]| preflight(plane, &chart, &namespace, args).of("storage-class").to_string();
    assert_eq!(class(&["--set", "class=quick"]), "PASS");
    assert_eq!(class(&["--set", "class=nowhere"]), "FAIL");
    let default = plane.must(
        &[
            "get",
            "storageclass",
            "-o",
            "jsonpath={.items[*].metadata.annotations.storageclass\\.kubernetes\\.io/is-default-class}",
        ],
        "",
    );
    assert_eq!(class(&[]), if default.contains("true") { "PASS" } else { "FAIL" });

    let quota = |args: &[&str]| {
        let told = preflight(plane, &chart, &namespace, args);
        (told.of("quota").to_string(), told.text)
    };
    assert_eq!(quota(&[]).0, "PASS");
    plane.must(&["create", "quota", "small", "-n", &namespace, "--hard=pods=1,requests.cpu=1"], "");
    let filled = ["get", "quota", "small", "-n", &namespace, "-o", "jsonpath={.status.hard}"];
    while plane.must(&filled, "").is_empty() {
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    let (outcome, text) = quota(&[]);
    assert_eq!(outcome, "FAIL", "two pods, and one is allowed: {text}");
    let (outcome, text) = quota(&["--set", "stateful=false"]);
    assert_eq!(outcome, "PASS", "{text}");
    let (outcome, text) = quota(&["--set", "stateful=false", "--set", "cpu=2"]);
    assert_eq!(outcome, "FAIL", "{text}");
    println!("preflight: 7 cases of classes and quotas");
}

#[test]
fn what_the_api_server_would_say() {
    let plane = ControlPlane::shared();
    let dir = tempfile::tempdir().unwrap();
    let chart = write(dir.path(), "probe", CHART);
    let namespace = plane.namespace();
    // What kubectl says to the same render is what is expected.
    let both = |args: &[&str]| {
        let told = preflight(plane, &chart, &namespace, args);
        let render = [&["template", "shop", chart.to_str().unwrap(), "-n", &namespace][..], args].concat();
        let rendered = std::process::Command::new(env!("CARGO_BIN_EXE_plimsoll"))
            .arg("render")
            .args(&render[1..])
            .output()
            .unwrap();
        let text = String::from_utf8(rendered.stdout).unwrap();
        let apply = ["apply", "--server-side", "--force-conflicts", "--dry-run=server", "-n", &namespace, "-f", "-"];
        (told.of("apply-dry-run").to_string(), plane.kubectl(&apply, &text).ok, told.text)
    };
    let (outcome, taken, text) = both(&[]);
    assert_eq!((outcome.as_str(), taken), ("PASS", true), "{text}");
    let deployment = json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "shop"},
        "spec": {"replicas": 0, "selector": {"matchLabels": {"app": "probe"}}, "template": {
            "metadata": {"labels": {"app": "probe"}}, "spec": {"containers": [{"name": "probe", "image": "postgres:18-alpine"}]}}},
    });
    plane.must(&["apply", "-n", &namespace, "-f", "-"], &deployment.to_string());
    let (outcome, taken, text) = both(&[]);
    assert_eq!((outcome.as_str(), taken), ("PASS", true), "{text}");
    let (outcome, taken, text) = both(&["--set", "app=renamed"]);
    assert_eq!((outcome.as_str(), taken), ("FAIL", false), "an immutable selector: {text}");
    assert!(text.contains("immutable"), "{text}");
    let (outcome, taken, text) = both(&["--set", "cpu=wrong"]);
    assert_eq!((outcome.as_str(), taken), ("FAIL", false), "{text}");
    // Nothing was changed by looking.
    let live = plane.must(&["get", "deployment,secret,statefulset", "-n", &namespace, "-o", "name"], "");
    assert_eq!(live.trim(), "deployment.apps/shop", "{live}");
    println!("preflight: 4 cases of applies");
}

#[test]
fn a07_a_claim_about_tls_is_held_to_the_secret() {
    let plane = ControlPlane::shared();
    let namespace = plane.namespace();
    let chart = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("chart");
    let ca = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
    secret(plane, &namespace, "ca", "ca.crt", ca.as_bytes());
    let args = [
        "--set",
        "postgres.mode=external",
        "--set",
        "postgres.external.existingSecret=dsn",
        "--set",
        "postgres.tls.enabled=true",
        "--set",
        "postgres.tls.caBundleSecret=ca",
        "--set",
        "postgres.external.tlsAlreadyEncodedInSecret=true",
        "--set",
        "secrets.taskSigningKey=0123456789abcdef0123456789abcdef",
    ];
    let cases = [
        ("?sslmode=verify-full&sslrootcert=/etc/workqueue/ca/ca.crt", "PASS"),
        ("?sslmode=verify-ca&sslrootcert=/etc/workqueue/ca/ca.crt", "FAIL"),
        ("?sslmode=require", "FAIL"),
        ("?sslmode=disable", "FAIL"),
        ("", "FAIL"),
    ];
    for (query, want) in cases {
        let url = format!("postgresql://app:{CANARY}@db.invalid:5432/x{query}");
        secret(plane, &namespace, "dsn", "connectionString", url.as_bytes());
        let told = preflight(plane, &chart, &namespace, &args);
        assert_eq!(told.of("tls-claim"), want, "{query}: {}", told.text);
        if want == "FAIL" {
            assert_eq!(told.exit, 1, "{query}: {}", told.text);
        }
    }
    plane.must(&["delete", "secret", "dsn", "-n", &namespace], "");
    let told = preflight(plane, &chart, &namespace, &args);
    assert_eq!(told.of("tls-claim"), "UNKNOWN", "{}", told.text);
    println!("preflight: {} claims about TLS", cases.len() + 1);
}

/// What is there already before an install is named, with whose it is: by its annotations, or by who made it.
#[test]
fn d12_what_an_earlier_attempt_left_is_named_before_it_is_tried_again() {
    let plane = ControlPlane::shared();
    let dir = tempfile::tempdir().unwrap();
    let chart = write(dir.path(), "probe", CHART);
    let namespace = plane.namespace();
    let told = preflight(plane, &chart, &namespace, &[]);
    assert_eq!(told.of("existing-objects"), "PASS", "{}", told.text);
    secret(plane, &namespace, "shop-db", "POSTGRES_PASSWORD", b"one-secret-password");
    let told = preflight(plane, &chart, &namespace, &[]);
    assert_eq!(told.about("existing-objects", "Secret/shop-db"), "FAIL", "somebody's: {}", told.text);
    let install = ["template", "shop", chart.to_str().unwrap(), "-n", &namespace, "--validate"];
    let helm = plane.command(&crate::program::helm("3.22.0")).args(install).output().unwrap();
    assert!(!helm.status.success(), "Helm would not take it either");
    let owned = ["meta.helm.sh/release-name=shop", &format!("meta.helm.sh/release-namespace={namespace}")];
    plane.must(&[&["annotate", "secret", "shop-db", "-n", &namespace][..], &owned].concat(), "");
    let told = preflight(plane, &chart, &namespace, &[]);
    assert_eq!(told.about("existing-objects", "Secret/shop-db"), "WARN", "an attempt of this release: {}", told.text);
    plane.must(
        &["annotate", "--overwrite", "secret", "shop-db", "-n", &namespace, "meta.helm.sh/release-name=other"],
        "",
    );
    let told = preflight(plane, &chart, &namespace, &[]);
    assert_eq!(told.about("existing-objects", "Secret/shop-db"), "FAIL", "another release's: {}", told.text);
    let told = preflight(plane, &chart, &namespace, &["--is-upgrade"]);
    assert_eq!(told.of("existing-objects"), "", "an upgrade finds what it has made: {}", told.text);
    println!("preflight: 5 cases of what is there already");
}

/// A server that is declared no more, while something names it, in its own variables or by a Secret.
#[test]
fn d11_a_server_goes_after_everything_that_names_it() {
    let plane = ControlPlane::shared();
    let dir = tempfile::tempdir().unwrap();
    let chart = write(dir.path(), "probe", CHART);
    let namespace = plane.namespace();
    let look = |args: &[&str]| {
        let told = preflight(plane, &chart, &namespace, &[&["--is-upgrade"], args].concat());
        (told.of("removed-server").to_string(), told.text)
    };
    let (outcome, text) = look(&[]);
    assert_eq!(outcome, "PASS", "nothing is there: {text}");
    let rendered = std::process::Command::new(env!("CARGO_BIN_EXE_plimsoll"))
        .args(["render", "shop", chart.to_str().unwrap(), "-n", &namespace])
        .output()
        .unwrap();
    plane.must(&["apply", "-n", &namespace, "-f", "-"], &String::from_utf8(rendered.stdout).unwrap());
    let own = ["meta.helm.sh/release-name=shop", &format!("meta.helm.sh/release-namespace={namespace}")];
    plane.must(&[&["annotate", "statefulset", "shop-db", "-n", &namespace][..], &own].concat(), "");
    let (outcome, text) = look(&[]);
    assert_eq!(outcome, "PASS", "it is declared still: {text}");
    let gone = ["--set", "stateful=false"];
    let (outcome, text) = look(&gone);
    assert_eq!(outcome, "PASS", "the Secret that the Deployment reads is not there, so nothing names it: {text}");
    let url = |host: &str| format!("postgresql://app:{CANARY}@{host}:5432/x");
    secret(plane, &namespace, "outside", "url", url("elsewhere").as_bytes());
    let (outcome, text) = look(&gone);
    assert_eq!(outcome, "PASS", "nothing names it: {text}");
    secret(plane, &namespace, "outside", "url", url(&format!("shop-db.{namespace}.svc")).as_bytes());
    let (outcome, text) = look(&gone);
    assert_eq!(outcome, "FAIL", "the Deployment reads a Secret that names it: {text}");
    assert!(text.contains("Deployment/shop"), "{text}");
    secret(plane, &namespace, "outside", "url", url("elsewhere").as_bytes());
    let job = json!({
        "apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "report"},
        "spec": {"schedule": "0 0 * * *", "jobTemplate": {"spec": {"template": {"spec": {"restartPolicy": "Never", "containers": [
            {"name": "report", "image": "postgres:18-alpine", "command": ["psql", "-h", "shop-db"]}]}}}}},
    });
    plane.must(&["apply", "-n", &namespace, "-f", "-"], &job.to_string());
    let (outcome, text) = look(&gone);
    assert_eq!(outcome, "FAIL", "somebody's CronJob names it: {text}");
    assert!(text.contains("CronJob/report"), "{text}");
    plane.must(&["delete", "cronjob", "report", "-n", &namespace], "");
    let (outcome, text) = look(&gone);
    assert_eq!(outcome, "PASS", "it is gone: {text}");
    println!("preflight: 7 cases of servers that go");
}

/// Jobs of a bootstrap, as the API server has them; a status is written as a controller writes it.
#[test]
fn e04_a_bootstrap_job_that_failed_or_runs_keeps_a_node_from_being_added() {
    let plane = ControlPlane::shared();
    let dir = tempfile::tempdir().unwrap();
    let nodes = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: nodes}\ndata:\n  nodes: |\n    - {name: n1, hostname: a}\n    \
                 - {name: n2, hostname: b{{ if .Values.add }}, bootstrap: {mode: spock, sourceNode: n1}{{ end }}}\n";
    let files = [
        ("Chart.yaml", "apiVersion: v2\nname: nodes\nversion: 0.1.0\n"),
        ("values.yaml", "add: false\n"),
        ("templates/nodes.yaml", nodes),
    ];
    let chart = write(dir.path(), "nodes", &files);
    let namespace = plane.namespace();
    let look = |add: bool| {
        let told = preflight(plane, &chart, &namespace, &["--set", &format!("add={add}")]);
        let found = told
            .answers
            .iter()
            .find(|a| a["check"] == "node-leftovers" && !a["subject"].as_str().unwrap().starts_with("node"));
        let found = found.unwrap_or_else(|| panic!("{}", told.text));
        (found["outcome"].as_str().unwrap().to_string(), found["reason"].as_str().unwrap().to_string())
    };
    assert_eq!(look(true), ("PASS".into(), "none has failed, and none runs".into()));
    let job = |name: &str, variable: &str| {
        let job = json!({
            "apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": name},
            "spec": {"backoffLimit": 0, "suspend": true, "template": {"spec": {"restartPolicy": "Never", "containers": [
                {"name": "init-spock", "image": "x", "env": [{"name": variable, "value": "7200"}]}]}}},
        });
        plane.must(&["apply", "-n", &namespace, "-f", "-"], &job.to_string());
    };
    job("other", "SOMETHING_ELSE");
    assert_eq!(look(true).0, "PASS", "no bootstrap");
    job("init-spock-1", "INIT_SPOCK_TIMEOUT");
    assert_eq!(look(true), ("FAIL".into(), "it still runs, and a node is to be added".into()));
    assert_eq!(look(false).0, "WARN", "nothing is added");
    let ended = |kind: &str, before: &str| {
        let now = "2026-01-01T00:00:00Z";
        let conditions: Vec<_> = [before, kind]
            .iter()
            .map(|kind| json!({"type": kind, "status": "True", "lastTransitionTime": now}))
            .collect();
        let mut status = json!({"startTime": now, "conditions": conditions});
        if kind == "Complete" {
            status["completionTime"] = now.into();
        }
        let patch = json!({"status": status}).to_string();
        plane.must(
            &["patch", "job", "init-spock-1", "-n", &namespace, "--subresource=status", "--type=merge", "-p", &patch],
            "",
        );
    };
    ended("Failed", "FailureTarget");
    assert_eq!(look(true), ("FAIL".into(), "it failed, and a node is to be added".into()));
    plane.must(&["delete", "job", "init-spock-1", "-n", &namespace, "--wait=false"], "");
    job("init-spock-2", "INIT_SPOCK_TIMEOUT");
    let done = json!({"status": {"startTime": "2026-01-01T00:00:00Z", "completionTime": "2026-01-01T00:00:00Z", "conditions": [
        {"type": "SuccessCriteriaMet", "status": "True", "lastTransitionTime": "2026-01-01T00:00:00Z"},
        {"type": "Complete", "status": "True", "lastTransitionTime": "2026-01-01T00:00:00Z"}]}});
    plane.must(
        &[
            "patch",
            "job",
            "init-spock-2",
            "-n",
            &namespace,
            "--subresource=status",
            "--type=merge",
            "-p",
            &done.to_string(),
        ],
        "",
    );
    plane.must(&["wait", "--for=delete", "job/init-spock-1", "-n", &namespace, "--timeout=60s"], "");
    assert_eq!(look(true).0, "PASS", "it is done");
    println!("preflight: 6 cases of bootstrap jobs");
}
