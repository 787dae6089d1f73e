//! The manifest of least rights is enough, and what it does not give is unknown, never fine.

use std::fs;
use std::path::Path;

use serde_json::json;

use crate::cluster::ControlPlane;
use crate::program::preflight;

/// A kubeconfig of an account with a token.
pub fn account(plane: &ControlPlane, namespace: &str, name: &str, dir: &Path) -> String {
    plane.must(&["create", "serviceaccount", name, "-n", namespace], "");
    let token = plane.must(&["create", "token", name, "-n", namespace], "").trim().to_string();
    let raw = plane.must(&["config", "view", "--raw", "-o", "json"], "");
    let mut config: serde_json::Value = serde_json::from_str(&raw).unwrap();
    for user in config["users"].as_array_mut().unwrap() {
        user["user"] = json!({"token": token});
    }
    let path = dir.join(format!("{name}.kubeconfig"));
    fs::write(&path, config.to_string()).unwrap();
    path.display().to_string()
}

#[test]
fn the_least_rights_are_enough() {
    let plane = ControlPlane::shared();
    let dir = tempfile::tempdir().unwrap();
    let namespace = plane.namespace();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let manifest = fs::read_to_string(root.join("docs/preflight-rbac.yaml")).unwrap();
    plane.must(&["apply", "-n", &namespace, "-f", "-"], &manifest);
    let least = account(plane, &namespace, "least", dir.path());
    let subject = format!("--serviceaccount={namespace}:least");
    plane.must(&["create", "rolebinding", "least", "-n", &namespace, "--role=plimsoll-preflight", &subject], "");
    let cluster_binding = format!("least-{namespace}");
    plane.must(&["create", "clusterrolebinding", &cluster_binding, "--clusterrole=plimsoll-preflight", &subject], "");
    plane.must(
        &[
            "create",
            "secret",
            "generic",
            "dsn",
            "-n",
            &namespace,
            "--from-literal=connectionString=postgresql://a:bbbbbbbb@db.invalid/x",
        ],
        "",
    );
    let chart = root.join("chart");
    let external = [
        "--set",
        "postgres.mode=external",
        "--set",
        "postgres.external.existingSecret=dsn",
        "--set",
        "secrets.taskSigningKey=0123456789abcdef0123456789abcdef",
    ];
    let embedded = ["--set", "secrets.taskSigningKey=0123456789abcdef0123456789abcdef"];
    for args in [&external[..], &embedded] {
        let told = preflight(plane, &chart, &namespace, &[&["--kubeconfig", &least], args].concat());
        let of_cluster =
            ["cluster-reachable", "secret-keys", "claim-reused", "storage-class", "quota", "apply-dry-run"];
        let unknown: Vec<_> = told
            .answers
            .iter()
            .filter(|a| a["outcome"] == "UNKNOWN" && of_cluster.contains(&a["check"].as_str().unwrap()))
            .collect();
        assert!(unknown.is_empty(), "{unknown:?}");
        assert_eq!(told.of("apply-dry-run"), "PASS", "{}", told.text);
    }
    let none = account(plane, &namespace, "none", dir.path());
    let told = preflight(plane, &chart, &namespace, &[&["--kubeconfig", &none], &external[..]].concat());
    for check in ["secret-keys", "quota", "apply-dry-run", "connection-known"] {
        assert_eq!(told.of(check), "UNKNOWN", "{check}: {}", told.text);
    }
    assert_eq!(told.exit, 3, "{}", told.text);
    let left = plane.must(&["get", "deployment,statefulset,service", "-n", &namespace, "-o", "name"], "");
    assert_eq!(left.trim(), "", "nothing was made by looking");
    println!("preflight: 3 cases of rights");
}

/// A right that is denied is told before anything is written, and nothing is: neither by the look nor for it.
#[test]
fn c09_a_denied_right_is_told_and_leaves_nothing_behind() {
    let plane = ControlPlane::shared();
    let dir = tempfile::tempdir().unwrap();
    let namespace = plane.namespace();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let subject = format!("--serviceaccount={namespace}:some");
    // Everything of the manifest but that it makes Secrets.
    let manifest = fs::read_to_string(root.join("docs/preflight-rbac.yaml")).unwrap();
    let without = manifest.replace("resources: [secrets, configmaps, services,", "resources: [configmaps, services,");
    assert_ne!(manifest, without);
    let some = account(plane, &namespace, "some", dir.path());
    plane.must(&["apply", "-n", &namespace, "-f", "-"], &without);
    plane.must(&["create", "rolebinding", "some", "-n", &namespace, "--role=plimsoll-preflight", &subject], "");
    let cluster_binding = format!("some-{namespace}");
    plane.must(&["create", "clusterrolebinding", &cluster_binding, "--clusterrole=plimsoll-preflight", &subject], "");
    let who = format!("--as=system:serviceaccount:{namespace}:some");
    let can = |verb: &str, kind: &str| plane.kubectl(&["auth", "can-i", verb, kind, "-n", &namespace, &who], "").ok;
    assert!(!can("create", "secrets") && can("create", "services"));
    let everything =
        ["get", "secret,configmap,service,deployment,statefulset,pvc,pod,job", "-n", &namespace, "-o", "name"];
    let before = plane.must(&everything, "");
    let args = ["--kubeconfig", &some, "--set", "secrets.taskSigningKey=0123456789abcdef0123456789abcdef"];
    let told = preflight(plane, &root.join("chart"), &namespace, &args);
    let denied: Vec<&str> = told
        .answers
        .iter()
        .filter(|a| a["check"] == "apply-dry-run" && a["outcome"] == "UNKNOWN")
        .map(|a| a["subject"].as_str().unwrap())
        .collect();
    assert!(!denied.is_empty() && denied.iter().all(|subject| subject.starts_with("Secret/")), "{}", told.text);
    assert!(told.text.contains("cannot") && told.exit != 0, "{}", told.text);
    assert_eq!(plane.must(&everything, ""), before, "nothing was made by looking");
    println!("preflight: {} objects that may not be made", denied.len());
}
