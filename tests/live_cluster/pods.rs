//! `--from pod` where no pod ever runs: what is refused, what is left alone, and that nothing stays behind.

use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::cluster::ControlPlane;
use crate::program::{CANARY, CHART, Told, preflight, write};
use crate::rights::account;

const POD: &str = "shop-plimsoll-vantage-0";
const ARGS: [&str; 6] = ["--from", "pod", "--pod-timeout", "3", "--set", "stateful=false"];

/// A chart, and a namespace with the Secret that it reads.
fn bench(dir: &Path) -> (&'static ControlPlane, std::path::PathBuf, String) {
    let plane = ControlPlane::shared();
    let chart = write(dir, "probe", CHART);
    let namespace = plane.namespace();
    let url = format!("--from-literal=url=postgresql://app:{CANARY}@db.invalid:5432/x?sslmode=require");
    plane.must(&["create", "secret", "generic", "outside", "-n", &namespace, &url], "");
    plane.kubectl(&["create", "serviceaccount", "default", "-n", &namespace], "");
    (plane, chart, namespace)
}

fn pods(plane: &ControlPlane, namespace: &str) -> String {
    plane.must(&["get", "pods", "-n", namespace, "-o", "name"], "").trim().to_string()
}

/// The pod did not stand, so nothing is known of the database; the reason is told.
fn unknown(told: &Told, reason: &str) {
    assert_eq!(told.of("vantage"), "UNKNOWN", "{reason}: {}", told.text);
    assert_eq!(told.of("database-reachable"), "UNKNOWN", "{reason}: {}", told.text);
    assert_ne!(told.exit, 0, "{reason}: {}", told.text);
    assert!(told.about_vantage().contains(reason), "{reason}: {}", told.text);
}

#[test]
fn a_pod_that_never_runs_is_removed() {
    let dir = tempfile::tempdir().unwrap();
    let (plane, chart, namespace) = bench(dir.path());
    let begin = Instant::now();
    let told = preflight(plane, &chart, &namespace, &ARGS);
    unknown(&told, "waited 3 s for pod");
    assert_eq!(told.exit, 3, "{}", told.text);
    assert!(begin.elapsed() < Duration::from_secs(60), "{:?}", begin.elapsed());
    assert_eq!(pods(plane, &namespace), "");
}

#[test]
fn a_pod_of_the_same_name_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let (plane, chart, namespace) = bench(dir.path());
    let pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": POD},
        "spec": {"containers": [{"name": "a", "image": "b", "resources": {}}]}});
    plane.must(&["create", "-n", &namespace, "-f", "-"], &pod.to_string());
    let uid = ["get", "pod", POD, "-n", &namespace, "-o", "jsonpath={.metadata.uid} {.metadata.resourceVersion}"];
    let before = plane.must(&uid, "");
    unknown(&preflight(plane, &chart, &namespace, &ARGS), "is there already: it is left alone");
    assert_eq!(plane.must(&uid, ""), before);
}

#[test]
fn a_quota_and_an_admission_that_refuse_are_told() {
    let dir = tempfile::tempdir().unwrap();
    let (plane, chart, namespace) = bench(dir.path());
    plane.must(&["create", "quota", "none", "-n", &namespace, "--hard=pods=0"], "");
    // The controller that would fill in the status does not run on this bed.
    let status = json!({"status": {"hard": {"pods": "0"}, "used": {"pods": "0"}}}).to_string();
    plane
        .must(&["patch", "quota", "none", "-n", &namespace, "--subresource=status", "--type=merge", "-p", &status], "");
    unknown(&preflight(plane, &chart, &namespace, &ARGS), "exceeded quota");
    plane.must(&["delete", "quota", "none", "-n", &namespace], "");
    // The image's user is not known, which the profile `restricted` does not take.
    let level = "pod-security.kubernetes.io/enforce=restricted";
    plane.must(&["label", "namespace", &namespace, level], "");
    let told = preflight(plane, &chart, &namespace, &ARGS);
    unknown(&told, "runAsNonRoot");
    for had in ["allowPrivilegeEscalation", "capabilities", "seccompProfile"] {
        assert!(!told.about_vantage().contains(had), "{had} is as the profile asks: {}", told.text);
    }
    assert_eq!(pods(plane, &namespace), "");
}

#[test]
fn rights_for_pods_are_a_part_of_their_own() {
    let dir = tempfile::tempdir().unwrap();
    let (plane, chart, namespace) = bench(dir.path());
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let least = account(plane, &namespace, "least", dir.path());
    let subject = format!("--serviceaccount={namespace}:least");
    let bind = |role: &str, file: &str| {
        let manifest = std::fs::read_to_string(root.join(file)).unwrap();
        plane.must(&["apply", "-n", &namespace, "-f", "-"], &manifest);
        plane.must(&["create", "rolebinding", role, "-n", &namespace, &format!("--role={role}"), &subject], "");
    };
    bind("plimsoll-preflight", "docs/preflight-rbac.yaml");
    let args = [&["--kubeconfig", least.as_str()], &ARGS[..]].concat();
    unknown(&preflight(plane, &chart, &namespace, &args), "cannot create resource");
    bind("plimsoll-preflight-pod", "docs/preflight-rbac-pod.yaml");
    let told = preflight(plane, &chart, &namespace, &args);
    unknown(&told, "waited 3 s for pod");
    assert!(!told.about_vantage().contains("cannot"), "{}", told.text);
    assert_eq!(pods(plane, &namespace), "");
    let who = format!("--as=system:serviceaccount:{namespace}:least");
    let can = |verb: &str, what: &str| plane.kubectl(&["auth", "can-i", verb, what, "-n", &namespace, &who], "").ok;
    assert!(can("create", "pods/exec") && can("get", "pods/exec") && can("list", "networkpolicies"));
}

#[test]
fn a_signal_removes_the_pod() {
    let dir = tempfile::tempdir().unwrap();
    let (plane, chart, namespace) = bench(dir.path());
    for signal in ["INT", "TERM"] {
        let mut command = plane.command(Path::new(env!("CARGO_BIN_EXE_plimsoll")));
        command.args(["preflight", "shop", chart.to_str().unwrap(), "-n", &namespace, "--from", "pod"]);
        let child = command
            .args(["--set", "stateful=false", "--report", "json"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        let child: Child = child.unwrap();
        let begin = Instant::now();
        while pods(plane, &namespace).is_empty() {
            assert!(begin.elapsed() < Duration::from_secs(60), "no pod was made");
            std::thread::sleep(Duration::from_millis(100));
        }
        // What stands there for all to read holds no secret, and no label of the workload.
        let pod = plane.must(&["get", "pod", POD, "-n", &namespace, "-o", "json"], "");
        let pod: serde_json::Value = serde_json::from_str(&pod).unwrap();
        assert!(!pod.to_string().contains(CANARY) && pod["spec"]["containers"][0]["env"].is_null(), "{pod}");
        assert!(pod["metadata"]["labels"]["app"].is_null() && pod["spec"]["activeDeadlineSeconds"].is_u64(), "{pod}");
        let kill = std::process::Command::new("kill").args(["-s", signal, &child.id().to_string()]).status();
        assert!(kill.unwrap().success());
        let output = child.wait_with_output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(3), "{signal}: {text}");
        assert!(text.contains("a signal ended the run") && !text.contains(CANARY), "{signal}: {text}");
        assert_eq!(pods(plane, &namespace), "", "{signal}");
    }
    println!("preflight --from pod: 2 signals");
}

impl Told {
    /// What the check of the pod says.
    fn about_vantage(&self) -> String {
        let of = self.answers.iter().filter(|a| a["check"] == "vantage");
        of.map(|a| a["reason"].as_str().unwrap()).collect()
    }
}
