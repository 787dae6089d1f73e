//! The light test bed is what it promises: a real API server, with the behaviour that plans and checks are held against.

#[path = "common/cluster.rs"]
mod cluster;
#[path = "common/process.rs"]
mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use cluster::ControlPlane;

/// A Deployment with the given lines for its strategy.
fn deployment(strategy: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: store}}\nspec:\n  selector: {{matchLabels: {{app: store}}}}\n{strategy}  \
         template:\n    metadata: {{labels: {{app: store}}}}\n    spec: {{containers: [{{name: store, image: store}}]}}\n"
    )
}

const RECREATE: &str = "  strategy: {type: Recreate}\n";
const RECREATE_WITH_NULL: &str = "  strategy: {type: Recreate, rollingUpdate: null}\n";
const ROLLING: &str = "  strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}\n";
const FORBIDDEN: &str =
    "spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'";

#[test]
fn a_dry_run_answers_with_defaults_and_leaves_nothing() {
    let bed = ControlPlane::shared();
    let namespace = bed.namespace();
    let apply = ["apply", "-n", &namespace, "-f", "-", "--server-side", "-o", "yaml"];
    let dry = bed.must(&[&apply[..], &["--dry-run=server"]].concat(), &deployment(""));
    for default in ["revisionHistoryLimit: 10", "maxSurge: 25%", "terminationGracePeriodSeconds: 30"] {
        assert!(dry.contains(default), "{default}: {dry}");
    }
    let absent = bed.kubectl(&["get", "deployment", "store", "-n", &namespace], "");
    assert!(!absent.ok && absent.err.contains("NotFound"), "{}{}", absent.out, absent.err);
    bed.must(&apply, &deployment(""));
    bed.must(&["get", "deployment", "store", "-n", &namespace], "");
}

#[test]
fn server_side_apply_knows_who_owns_a_field() {
    let bed = ControlPlane::shared();
    let namespace = bed.namespace();
    let object =
        |value: &str| format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: shared}}\ndata: {{key: {value}}}\n");
    let by = |manager: &str, value: &str| {
        let manager = format!("--field-manager={manager}");
        bed.kubectl(&["apply", "-n", &namespace, "-f", "-", "--server-side", &manager], &object(value))
    };
    assert!(by("one", "first").ok);
    let conflict = by("two", "second");
    assert!(!conflict.ok && conflict.err.contains("conflict with \"one\": .data.key"), "{}", conflict.err);
    assert!(by("two", "first").ok, "the same value is no conflict");
}

/// A baseline without a strategy gets RollingUpdate with its block by default. What becomes of the block under Recreate depends on
/// how the change arrives: a client-side apply clears it (`retainKeys`), a bare patch keeps it unless it is nulled, and a server-side
/// apply keeps it even then, because nobody owns it.
#[test]
fn recreate_meets_the_defaulted_block_of_rolling_update() {
    let bed = ControlPlane::shared();
    let accepts = |baseline: &str, method: &[&str], change: &str| {
        let namespace = bed.namespace();
        bed.must(&["apply", "-n", &namespace, "-f", "-", "--server-side"], &deployment(baseline));
        let said = bed.kubectl(&[method, &["-n", &namespace]].concat(), change);
        assert!(said.ok || said.err.contains(FORBIDDEN), "{method:?}: {}", said.err);
        if said.ok {
            let strategy = ["get", "deployment", "store", "-n", &namespace, "-o", "jsonpath={.spec.strategy}"];
            assert_eq!(bed.must(&strategy, ""), r#"{"type":"Recreate"}"#);
        }
        said.ok
    };
    let (server, client) = (&["apply", "-f", "-", "--server-side"][..], &["apply", "-f", "-"][..]);
    assert!(!accepts("", server, &deployment(RECREATE)));
    assert!(!accepts("", server, &deployment(RECREATE_WITH_NULL)));
    assert!(accepts(ROLLING, server, &deployment(RECREATE)), "who owns the block removes it by leaving it out");
    assert!(accepts("", client, &deployment(RECREATE)));
    assert!(accepts("", client, &deployment(RECREATE_WITH_NULL)));
    for kind in ["merge", "strategic"] {
        let patch = |strategy: &str| {
            let patch = format!("{{\"spec\":{{\"strategy\":{strategy}}}}}");
            accepts("", &["patch", "deployment", "store", "--type", kind, "-p", &patch], "")
        };
        assert!(!patch(r#"{"type":"Recreate"}"#), "{kind}");
        assert!(patch(r#"{"type":"Recreate","rollingUpdate":null}"#), "{kind}");
    }
}

/// The same through Helm: 3 applies client-side, and so does 4 on request; 4 as it comes applies server-side, where a null does not help.
#[test]
fn helm_meets_the_defaulted_block_of_rolling_update() {
    let bed = ControlPlane::shared();
    let work = tempfile::tempdir().expect("a temporary folder");
    let chart = |name: &str, strategy: &str| write_chart(&work.path().join(name), strategy);
    let baseline = chart("baseline", "");
    let changes = [chart("recreate", RECREATE), chart("nulled", RECREATE_WITH_NULL)];
    let (client, none) = (&["--server-side=false"][..], &[][..]);
    for (version, flags, accepted) in [("3.22.0", none, true), ("4.3.1", none, false), ("4.3.1", client, true)] {
        for change in &changes {
            let namespace = bed.namespace();
            let helm = |verb: &str, chart: &Path| {
                let mut command = bed.command(&support::helm(version));
                command.args([verb, "rel"]).arg(chart).args(["-n", &namespace]).args(flags);
                cluster::said(command, "")
            };
            let installed = helm("install", &baseline);
            assert!(installed.ok, "{}", installed.err);
            let upgraded = helm("upgrade", change);
            let what = format!("{version} {flags:?} {}: {}", change.display(), upgraded.err);
            assert_eq!(upgraded.ok, accepted, "{what}");
            assert!(accepted || upgraded.err.contains(FORBIDDEN), "{what}");
        }
    }
}

/// What the page of `recreate-with-rolling-update` tells who is refused by Helm 4: each way, tried on a release that Helm 4 installed
/// as it comes. Afterwards an ordinary upgrade passes, too.
#[test]
fn helm_4_is_helped_past_the_defaulted_block_of_rolling_update() {
    const PATCH: &str = r#"{"spec":{"strategy":{"type":"Recreate","rollingUpdate":null}}}"#;
    let patch = &["patch", "deployment", "store", "--type", "merge", "-p", PATCH][..];
    let orphan = &["delete", "deployment", "store", "--cascade=orphan"][..];
    let bed = ControlPlane::shared();
    let work = tempfile::tempdir().expect("a temporary folder");
    let chart = |name: &str, strategy: &str| write_chart(&work.path().join(name), strategy);
    let (baseline, change) = (chart("baseline", ""), chart("nulled", RECREATE_WITH_NULL));
    let (client, none) = (&["--server-side=false"][..], &[][..]);
    for (first, flags) in [(none, client), (patch, none), (orphan, none)] {
        let namespace = bed.namespace();
        let helm = |verb: &str, chart: &Path, flags: &[&str]| {
            let mut command = bed.command(&support::helm("4.3.1"));
            command.args([verb, "rel"]).arg(chart).args(["-n", &namespace]).args(flags);
            cluster::said(command, "")
        };
        let installed = helm("install", &baseline, none);
        assert!(installed.ok, "{}", installed.err);
        assert!(!helm("upgrade", &change, none).ok, "{first:?}: nothing had to be done");
        if !first.is_empty() {
            bed.must(&[first, &["-n", &namespace]].concat(), "");
        }
        let upgraded = helm("upgrade", &change, flags);
        assert!(upgraded.ok, "{first:?} {flags:?}: {}", upgraded.err);
        let again = helm("upgrade", &change, none);
        assert!(again.ok, "after {first:?} {flags:?}: {}", again.err);
    }
}

#[test]
fn pod_security_is_enforced() {
    let bed = ControlPlane::shared();
    let namespace = bed.namespace();
    bed.must(&["label", "namespace", &namespace, "pod-security.kubernetes.io/enforce=restricted"], "");
    let pod = |context: &str| {
        let text = format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: one}}\nspec:\n  containers:\n  - name: one\n    image: one\n    securityContext: {context}\n"
        );
        bed.kubectl(&["apply", "-n", &namespace, "-f", "-", "--dry-run=server"], &text)
    };
    let loose = pod("{}");
    assert!(!loose.ok && loose.err.contains("violates PodSecurity \"restricted:latest\""), "{}", loose.err);
    let tight = pod(
        "{allowPrivilegeEscalation: false, runAsNonRoot: true, capabilities: {drop: [ALL]}, seccompProfile: {type: RuntimeDefault}}",
    );
    assert!(tight.ok, "{}", tight.err);
}

#[test]
fn controllers_follow_a_deployment_and_empty_a_namespace() {
    let bed = ControlPlane::shared();
    let namespace = bed.namespace();
    bed.must(&["apply", "-n", &namespace, "-f", "-"], &deployment(""));
    bed.must(&["wait", "--for=create", "pod", "-l", "app=store", "-n", &namespace, "--timeout=30s"], "");
    bed.must(&["delete", "namespace", &namespace, "--timeout=60s"], "");
}

/// Beds do not disturb each other, and nothing of one outlives it.
#[test]
fn a_bed_ends_whole_and_alone() {
    let (stays, goes) = (ControlPlane::shared(), ControlPlane::start());
    assert_ne!(stays.must(&["config", "view", "--minify", "-o", "jsonpath={.clusters[0].cluster.server}"], ""), "");
    goes.must(&["create", "namespace", "only-here"], "");
    assert!(!stays.kubectl(&["get", "namespace", "only-here"], "").ok);
    let folder = goes.folder().to_path_buf();
    assert!(processes_naming(&folder) >= 3);
    drop(goes);
    assert!(!folder.exists());
    let end = Instant::now() + Duration::from_secs(10);
    while processes_naming(&folder) > 0 {
        assert!(Instant::now() < end, "something of {} still runs", folder.display());
        std::thread::sleep(Duration::from_millis(100));
    }
    stays.must(&["get", "--raw", "/readyz"], "");
}

/// How many processes have the folder in their arguments.
fn processes_naming(folder: &std::path::Path) -> usize {
    let name = folder.to_string_lossy().into_owned();
    std::fs::read_dir("/proc")
        .expect("the process table")
        .filter_map(|entry| std::fs::read(entry.ok()?.path().join("cmdline")).ok())
        .filter(|arguments| String::from_utf8_lossy(arguments).contains(&name))
        .count()
}

/// A chart of that Deployment alone, in a new folder.
fn write_chart(folder: &Path, strategy: &str) -> PathBuf {
    fs::create_dir_all(folder.join("templates")).expect("a chart's folder");
    fs::write(folder.join("Chart.yaml"), "apiVersion: v2\nname: store\nversion: 0.1.0\n").expect("a chart");
    fs::write(folder.join("templates/store.yaml"), deployment(strategy)).expect("a template");
    folder.to_path_buf()
}
