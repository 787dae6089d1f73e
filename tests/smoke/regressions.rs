//! Ten mistakes that charts are made with, each in the reference chart: every one is caught, and named by a check.

use std::path::Path;
use std::time::Instant;

use crate::bed::write;
use crate::scenarios::{edit, image, repository, testbed, told};
use crate::support::count_line;

/// One mistake.
struct Mistake {
    name: &'static str,
    scenario: &'static str,
    /// The chart as it was.
    before: fn(&Path),
    /// What is wrong with it now.
    after: fn(&Path),
    /// The check that says so.
    check: &'static str,
    args: &'static [&'static str],
}

fn as_it_is(_: &Path) {}

const STORE: &str = "templates/store/deployment.yaml";

/// The store's Deployment says nothing about its strategy.
fn without_strategy(chart: &Path) {
    edit(chart, STORE, "  strategy:\n    type: Recreate\n", "");
    edit(chart, STORE, "    rollingUpdate: null\n", "");
}

/// It says `Recreate`, and not that there is no rolling update.
fn strategy_alone(chart: &Path) {
    edit(
        chart,
        STORE,
        "  selector:\n    matchLabels:",
        "  strategy:\n    type: Recreate\n  selector:\n    matchLabels:",
    );
}

/// The managed server's connection string in the values, so that the chart itself appends the TLS parameters.
const INLINE: &str = "apiVersion: plimsoll/smoke/v1\nmanaged:\n  uri: unused\n  values:\n    postgres:\n      mode: external\n      external:\n        \
     connectionString: postgresql://${USER}:${PASSWORD}@${HOST}:${PORT}/${DATABASE}\n      \
     tls: {enabled: true, mode: verify-full, caBundleSecret: '${SECRET}'}\n";

const MISTAKES: &[Mistake] = &[
    Mistake {
        name: "lost rollingUpdate: null",
        scenario: "upgrade",
        before: without_strategy,
        after: strategy_alone,
        check: "upgrade-dry-run",
        args: &[],
    },
    Mistake {
        name: "lost rollingUpdate: null, all the same",
        scenario: "upgrade",
        before: without_strategy,
        after: strategy_alone,
        check: "helm-upgrade",
        args: &["--force-upgrade"],
    },
    Mistake {
        name: "rotated password",
        scenario: "upgrade",
        before: as_it_is,
        after: |chart| edit(chart, "values.yaml", "password: not-a-secret\n", "password: another-one\n"),
        check: "password-rotated",
        args: &[],
    },
    Mistake {
        name: "changed volumeClaimTemplate",
        scenario: "upgrade",
        before: as_it_is,
        after: |chart| edit(chart, "values.yaml", "size: 1Gi\n", "size: 2Gi\n"),
        check: "upgrade-dry-run",
        args: &[],
    },
    Mistake {
        name: "CA not mounted",
        scenario: "managed",
        before: as_it_is,
        after: |chart| {
            edit(chart, "templates/_tls.tpl", "- name: ca\n  mountPath: /etc/workqueue/ca\n  readOnly: true\n", "");
        },
        check: "tls-ca-not-mounted",
        args: &[],
    },
    Mistake {
        name: "weak suffix",
        scenario: "managed",
        before: as_it_is,
        after: |chart| {
            write(chart, &[("ci/smoke.yaml", INLINE)]);
            edit(chart, "templates/_tls.tpl", "sslmode={{ .Values.postgres.tls.mode }}", "sslmode=require");
            edit(
                chart,
                "templates/_tls.tpl",
                "{{- if include \"workqueue.tls.ca\" . }}&sslrootcert",
                "{{- if false }}&sslrootcert",
            );
        },
        check: "connection-tls",
        args: &[],
    },
    Mistake {
        name: "embedded objects left in external mode",
        scenario: "managed",
        before: as_it_is,
        after: |chart| {
            edit(
                chart,
                "templates/postgres/statefulset.yaml",
                "{{- if include \"workqueue.embedded\" . }}",
                "{{- if true }}",
            );
        },
        check: "embedded-absent",
        args: &[],
    },
    Mistake {
        name: "role DDL",
        scenario: "managed",
        before: as_it_is,
        after: |chart| {
            edit(
                chart,
                "files/sql/schema.sql",
                "BEGIN;\nSET LOCAL",
                "ALTER ROLE CURRENT_USER SET work_mem = '5MB';\nBEGIN;\nSET LOCAL",
            );
        },
        check: "server-log-role-ddl",
        args: &[],
    },
    Mistake {
        name: "stuck worker",
        scenario: "upgrade",
        before: as_it_is,
        after: |chart| {
            edit(chart, "files/sql/advance.sql", "WHERE stage <> 'integrated' AND", "WHERE stage = 'queued' AND")
        },
        check: "progress-after-rollout",
        args: &["--timeout", "60"],
    },
    Mistake {
        name: "lost write",
        scenario: "upgrade",
        before: as_it_is,
        after: |chart| {
            edit(
                chart,
                "files/sql/schema.sql",
                "BEGIN;\nSET LOCAL",
                "SELECT to_regclass('plimsoll_smoke.writes') IS NOT NULL AS there \\gset\n\\if :there\nDELETE FROM \
                 plimsoll_smoke.writes WHERE id = 7;\n\\endif\nBEGIN;\nSET LOCAL",
            );
        },
        check: "writes-kept",
        args: &[],
    },
    Mistake {
        name: "failing helm test",
        scenario: "install",
        before: as_it_is,
        after: |chart| edit(chart, "files/scripts/test.sh", "trap - TERM INT", "exit 1"),
        check: "helm-test",
        args: &[],
    },
];

/// A kind cluster that is there before the runs.
pub struct There {
    name: String,
    home: tempfile::TempDir,
}

impl There {
    pub fn create() -> There {
        let there = There { name: format!("plimsoll-test-{}", std::process::id()), home: tempfile::tempdir().unwrap() };
        let mut args = vec!["kind", "create", "cluster", "--name", &there.name, "--wait", "300s", "--kubeconfig"];
        let kubeconfig = there.kubeconfig();
        args.push(&kubeconfig);
        let image = image();
        if let Some(image) = &image {
            args.extend(["--image", image]);
        }
        let made = testbed(&args);
        assert!(made.ok, "{}{}", made.out, made.err);
        there
    }

    pub fn kubeconfig(&self) -> String {
        self.home.path().join("kubeconfig").to_str().unwrap().to_owned()
    }

    fn namespaces(&self) -> String {
        let kubeconfig = self.kubeconfig();
        let columns = "custom-columns=N:.metadata.name,U:.metadata.uid";
        testbed(&["run", "kubectl", "--kubeconfig", &kubeconfig, "get", "namespaces", "-o", columns]).out
    }
}

impl Drop for There {
    fn drop(&mut self) {
        testbed(&["kind", "delete", "cluster", "--name", &self.name, "--kubeconfig", &self.kubeconfig()]);
    }
}

#[test]
#[ignore = "needs the whole test bed"]
fn each_is_caught_and_named() {
    let there = There::create();
    let before = there.namespaces();
    let wanted = std::env::var("REGRESSION").unwrap_or_default();
    let mut wrong = Vec::new();
    let mut count = 0;
    for mistake in MISTAKES.iter().filter(|m| wanted.split('|').any(|part| m.name.contains(part))) {
        let begin = Instant::now();
        let repository = repository(mistake.before);
        (mistake.after)(&repository.path().join("chart"));
        let kubeconfig = there.kubeconfig();
        let mut args = vec!["chart", "--provider", "existing", "--kubeconfig", &kubeconfig];
        args.extend(["--scenario", mistake.scenario]);
        if mistake.scenario == "upgrade" {
            args.extend(["--baseline", "HEAD"]);
        }
        args.extend(mistake.args);
        let told = told(repository.path(), &args);
        let failed = told.with("FAIL");
        count_line(&format!(
            "smoke: {}: exit {:?}, {failed:?} after {:.0} s",
            mistake.name,
            told.exit,
            begin.elapsed().as_secs_f64()
        ));
        if told.exit != Some(1) || !failed.iter().any(|check| check == mistake.check) {
            wrong.push(format!("{} is not named {}:\n{}", mistake.name, mistake.check, told.text));
        }
        count += 1;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(there.namespaces(), before);
    count_line(&format!("smoke: {count} mistakes, each named"));
}

/// With `rollingUpdate: null` an upgrade from no strategy to `Recreate` is taken as Helm applies it on the client's side.
#[test]
#[ignore = "needs the whole test bed"]
fn a_strategy_that_is_told_to_be_alone_is_taken() {
    let there = There::create();
    let before = there.namespaces();
    let repository = repository(without_strategy);
    let chart = repository.path().join("chart");
    edit(
        &chart,
        STORE,
        "  selector:\n    matchLabels:",
        "  strategy:\n    type: Recreate\n    rollingUpdate: null\n  selector:\n    matchLabels:",
    );
    let kubeconfig = there.kubeconfig();
    let args =
        ["chart", "--provider", "existing", "--kubeconfig", &kubeconfig, "--scenario", "upgrade", "--baseline", "HEAD"];
    let told = told(repository.path(), &[&args[..], &["--helm-flag", "--server-side=false"]].concat());
    assert_eq!(told.exit, Some(0), "{}", told.text);
    assert!(told.with("PASS").iter().any(|check| check == "upgrade-dry-run"), "{}", told.text);
    assert_eq!(there.namespaces(), before);
    count_line("smoke: 1 strategy that is taken");
}
