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
fn an_old_volume_and_a_new_password() {
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
fn a_claim_about_tls_is_held_to_the_secret() {
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
