//! The failures that need pods, on the whole bed: the reference chart at each step, and its server that goes away.

use crate::bed_site::{Bed, SERVER};
use crate::failures::Failure;
use crate::play::play_all;
use crate::stage::Stage;

/// The steps that have pods behind them; of one that comes twice, which.
const STEPS: &[(&str, &str, usize)] = &[
    ("managed", "managed: a Postgres that the chart did not make", 1),
    ("managed", "managed: helm install", 1),
    ("managed", "managed: the workloads roll out", 1),
    ("managed", "managed: the database answers", 1),
    ("managed", "managed: the first event of the last stage", 1),
    ("managed", "managed: all work gets done", 1),
    ("managed", "managed: what is applied", 1),
    ("managed", "managed: helm test", 1),
    ("upgrade", "upgrade: the workloads roll out", 1),
    ("upgrade", "upgrade: a client writes", 1),
    ("upgrade", "upgrade: helm upgrade", 1),
    ("upgrade", "upgrade: the workloads roll out", 2),
    ("upgrade", "upgrade: the last stage is reached again", 1),
    ("upgrade", "upgrade: helm test", 1),
    ("install", "install: the workloads roll out", 1),
    ("install", "install: helm test", 1),
];

fn signals() -> Vec<Failure> {
    let which = ["KILL", "INT", "KILL", "TERM"];
    let steps = STEPS.iter().enumerate();
    steps.map(|(n, (scenario, line, nth))| Failure::signal(which[n % which.len()], scenario, line, *nth)).collect()
}

const KICK: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend';";

/// Something that is done to the server while helm upgrades.
fn upgrading(name: &str, fault: impl Fn(&Stage<'_>) + Send + Sync + 'static) -> Failure {
    Failure::at(name, "upgrade", "upgrade: helm upgrade", fault)
}

fn database() -> Vec<Failure> {
    vec![
        // Every acknowledged write is there when it is back, and all work gets done.
        upgrading("database: its pod is killed", |stage| {
            stage.kubectl(&["delete", "pod", SERVER, "--force", "--grace-period=0", "--wait=false"]);
        })
        .exit(0)
        .says("PASS    writes-kept"),
        upgrading("database: a process of it is killed", |stage| {
            let psql = "PGPASSWORD=$POSTGRES_PASSWORD psql -h 127.0.0.1 -U $POSTGRES_USER -d $POSTGRES_DB -Atc";
            let of = "SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'";
            let kill = format!("kill -KILL $({psql} \"{of}\")");
            stage.kubectl(&["exec", SERVER, "--", "sh", "-c", &kill]);
        })
        .exit(0)
        .says("PASS    writes-kept"),
        upgrading("database: all connections end", |stage| stage.site.sql(stage, KICK)).exit(0),
        upgrading("database: becomes read-only", |stage| {
            stage.site.sql(
                stage,
                &format!("ALTER SYSTEM SET default_transaction_read_only = on; SELECT pg_reload_conf(); {KICK}"),
            );
        })
        .exit(1),
        // Helm puts it right again.
        upgrading("database: its server is scaled to nothing", |stage| {
            stage.kubectl(&["scale", "statefulset", "smoke-workqueue-postgres", "--replicas=0"]);
        })
        .exit(0),
        // All work is done once more, by the same numbers; but nobody knows any more what the first one heard.
        Failure::at(
            "database: the managed server's pod is killed",
            "managed",
            "managed: all work gets done",
            |stage| {
                let namespace = stage.namespace().replace("plimsoll-managed", "plimsoll-database");
                stage.kubectl(&["delete", "pod", "--all", "--namespace", &namespace, "--force", "--grace-period=0"]);
            },
        )
        .says("first log is gone"),
    ]
}

#[test]
#[ignore = "needs the whole test bed"]
fn b10_pods_are_found_anew_and_what_a_run_made_goes() {
    let all = [database(), signals()];
    let all: Vec<_> = all.into_iter().flatten().map(|failure| failure.args(&["--timeout", "120"])).collect();
    play_all("bed", &Bed::start(), &all, 3);
}
