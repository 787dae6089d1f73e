//! The reference chart on a real cluster: kind, with a kubelet, pods and a volume. Installed, tested, upgraded, tested again.
//!
//! Needs the whole test bed, whose first start takes longer than every other test together; so it runs on request:
//! `scripts/testbed up && cargo test --test kind_chart -- --ignored --nocapture`.

#[path = "common/cluster.rs"]
mod cluster;
#[path = "common/process.rs"]
mod support;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use cluster::{Said, said};

/// A kind cluster, gone when this is.
struct Kind {
    name: String,
    home: tempfile::TempDir,
}

impl Kind {
    fn create() -> Kind {
        let kind = Kind {
            name: format!("plimsoll-test-{}", std::process::id()),
            home: tempfile::tempdir().expect("a temporary folder"),
        };
        let created = kind.bed(&["kind", "create", "cluster", "--name", &kind.name, "--wait", "300s"]);
        assert!(created.ok, "{}{}", created.out, created.err);
        kind
    }

    /// `scripts/testbed` with these arguments and this cluster's kubeconfig.
    fn bed(&self, args: &[&str]) -> Said {
        let mut command = Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/testbed"));
        command.args(args).env("KUBECONFIG", self.home.path().join("kubeconfig"));
        said(command, "")
    }

    /// A program in the bed that must succeed: its output.
    fn must(&self, args: &[&str]) -> String {
        let said = self.bed(&[&["run"], args].concat());
        assert!(said.ok, "{}: {}{}\n{}", args.join(" "), said.out, said.err, self.state());
        said.out
    }

    /// What there is to see when something went wrong.
    fn state(&self) -> String {
        ["pods -o wide", "events", "pvc"]
            .map(|what| self.bed(&["run", "sh", "-c", &format!("kubectl get {what}")]).out)
            .concat()
    }

    /// One value from the embedded database.
    fn ask(&self, sql: &str) -> String {
        let psql = "exec psql --host=127.0.0.1 --username=workqueue --no-align --tuples-only --command";
        let line = format!("PGPASSWORD=$POSTGRES_PASSWORD {psql} \"{sql}\"");
        self.must(&["kubectl", "exec", "rel-workqueue-postgres-0", "--", "sh", "-c", &line]).trim().to_owned()
    }
}

impl Drop for Kind {
    fn drop(&mut self) {
        self.bed(&["kind", "delete", "cluster", "--name", &self.name]);
    }
}

#[test]
#[ignore = "needs the whole test bed: scripts/testbed up"]
fn the_chart_is_installed_tested_and_upgraded_in_place() {
    let begin = Instant::now();
    let step = |what: &str| support::count_line(&format!("kind: {what} after {:.1} s", begin.elapsed().as_secs_f64()));
    let kind = Kind::create();
    step("the cluster is ready");
    let helm = support::helm(support::DEFAULT);
    let (helm, chart) = (helm.to_str().expect("a path"), chart().to_string_lossy().into_owned());
    kind.must(&[helm, "install", "rel", &chart, "--wait", "--timeout", "240s"]);
    step("the chart is installed");
    let phases = kind.must(&["kubectl", "get", "pods", "-o", "jsonpath={.items[*].status.phase}"]);
    assert!(!phases.is_empty() && phases.split(' ').all(|phase| phase == "Running"), "{phases}");
    kind.must(&[helm, "test", "rel", "--timeout", "120s"]);
    step("helm test has passed");
    kind.ask("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS i");
    let changed = ["--set", "worker.replicas=3", "--set", "podAnnotations.rolled=once"];
    kind.must(&[&[helm, "upgrade", "rel", &chart, "--wait", "--timeout", "240s"], &changed[..]].concat());
    step("the chart is upgraded");
    assert_eq!(kind.ask("SELECT count(*) FROM kept"), "1000");
    kind.must(&[helm, "test", "rel", "--timeout", "120s"]);
    step("helm test has passed again");
}

fn chart() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("chart")
}
