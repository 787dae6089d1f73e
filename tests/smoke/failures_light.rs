//! The failures that need no pods, on the light bed: a run that is killed at each step, an API server and a database that go
//! wrong, helm that does.

use std::time::Duration;

use crate::failures::{End, Failure, Left};
use crate::faulty_api::{Rule, Wrong, always};
use crate::faulty_database::Mode;
use crate::light_site::Light;
use crate::play::play_all;
use crate::stage::Stage;

/// Every step of a run by its line; of one that comes twice, which.
const STEPS: &[(&str, &str, usize)] = &[
    ("install", "with Helm", 1),
    ("install", "cluster: ", 1),
    ("install", "install: helm install", 1),
    ("install", "install: the workloads roll out", 1),
    ("install", "install: the database answers", 1),
    ("install", "install: the first event of the last stage", 1),
    ("install", "install: all work gets done", 1),
    ("install", "install: what is applied", 1),
    ("install", "install: helm test", 1),
    ("managed", "managed: a Postgres that the chart did not make", 1),
    ("upgrade", "upgrade: helm install", 1),
    ("upgrade", "upgrade: the workloads roll out", 1),
    ("upgrade", "upgrade: the database answers", 1),
    ("upgrade", "upgrade: the first event of the last stage", 1),
    ("upgrade", "upgrade: a client writes", 1),
    ("upgrade", "upgrade: what is applied", 1),
    ("upgrade", "upgrade: what the API server would say", 1),
    ("upgrade", "upgrade: helm upgrade", 1),
    ("upgrade", "upgrade: the workloads roll out", 2),
    ("upgrade", "upgrade: the database answers", 2),
    ("upgrade", "upgrade: the last stage is reached again", 1),
    ("upgrade", "upgrade: every acknowledged write", 1),
    ("upgrade", "upgrade: all work gets done", 1),
    ("upgrade", "upgrade: what is applied", 2),
    ("upgrade", "upgrade: helm test", 1),
];

/// The clean-up's own first line.
pub const CLEANING: &str = "release smoke in namespace";

/// A run that is killed at each step, by these signals in turn.
pub fn signals(which: &[&'static str]) -> Vec<Failure> {
    let steps = STEPS.iter().enumerate();
    let mut all: Vec<_> =
        steps.map(|(n, (scenario, line, nth))| Failure::signal(which[n % which.len()], scenario, line, *nth)).collect();
    // The run has nothing to lose any more: it goes on removing, and ends as it would have.
    all.push(Failure::signal("TERM", "install", CLEANING, 1).exit(0).says("another signal ends that"));
    all.push(Failure::signal("KILL", "install", CLEANING, 1).left(Left::Listed));
    all
}

fn twice(stage: &Stage<'_>) {
    stage.signal("INT");
    // Two at once are one.
    std::thread::sleep(Duration::from_millis(700));
    stage.signal("INT");
}

fn others() -> Vec<Failure> {
    vec![
        // Without a failure, a run on this bed passes: what fails, fails for its failure.
        Failure::from_the_start("none: install", "install", |_| ()).exit(0),
        Failure::from_the_start("none: upgrade", "upgrade", |_| ()).exit(0).says("every acknowledged write"),
        Failure::at("two signals", "install", "install: helm test", twice).left(Left::Either).says("interrupted"),
        Failure::at("the record's folder is removed", "install", "install: the workloads roll out", |stage| {
            std::fs::remove_dir_all(stage.state()).unwrap();
        })
        .ends(&[End::Exit(0), End::Exit(1)]),
        Failure::at("somebody removes the namespace", "install", "install: the workloads roll out", |stage| {
            stage.site.api().must("DELETE", &format!("/api/v1/namespaces/{}", stage.namespace()), None);
        })
        .exit(1),
        Failure::at("the kubeconfig is removed", "install", "install: the workloads roll out", |stage| {
            let (path, text) = (stage.kubeconfig.clone(), std::fs::read_to_string(&stage.kubeconfig).unwrap());
            std::fs::remove_file(&path).unwrap();
            stage.heal(move || std::fs::write(path, text).unwrap());
        })
        .exit(1)
        .left(Left::Listed),
    ]
}

/// A rule that is meant so many times.
fn times(times: usize, of: &'static str, wrong: Wrong) -> Rule {
    Rule { times, ..always(of, wrong) }
}

fn api() -> Vec<Failure> {
    let no_cluster = |name: &str, wrong| {
        Failure::api(format!("API: {name} from the start"), "install", "", always("", wrong)).exit(2)
    };
    let rollout = "install: the workloads roll out";
    let make = "POST /api/v1/namespaces?";
    vec![
        no_cluster("500", Wrong::Status(500)).says("status 500"),
        no_cluster("429", Wrong::Status(429)).says("status 429"),
        no_cluster("no answer", Wrong::Hangs).says("10 s"),
        no_cluster("half a line", Wrong::HalfALine),
        no_cluster("half a body", Wrong::HalfABody).says("broke off"),
        no_cluster("a reset", Wrong::Reset),
        no_cluster("no JSON", Wrong::NoJson).says("no JSON"),
        Failure::api("API: 500 for what it can do", "install", "", always("GET /apis", Wrong::Status(500))).exit(2),
        // Whether the namespace was made is not known: it is looked for.
        Failure::api("API: 500 for the namespace", "install", "", always(make, Wrong::Status(500)))
            .says("cannot be made"),
        Failure::api("API: no answer for the namespace", "install", "", always(make, Wrong::Hangs)),
        Failure::api("API: the namespace is made, unheard", "install", "", always(make, Wrong::Unheard)),
        Failure::api("API: a reset for the namespace", "upgrade", "", always(make, Wrong::Reset)),
        Failure::api(
            "API: 500 from helm install on",
            "install",
            "install: helm install",
            always("", Wrong::Status(500)),
        )
        .exit(1)
        .left(Left::Listed),
        Failure::api("API: half a body from the rollout on", "install", rollout, always("", Wrong::HalfABody))
            .exit(1)
            .left(Left::Listed),
        Failure::api(
            "API: a reset for Helm's uninstall",
            "install",
            "install: helm test",
            always("Helm/4", Wrong::Reset),
        )
        .exit(1)
        .left(Left::Listed),
        // What is asked again is no failure. Whether a look at the rollout meets it, or what helm asks next, is a matter of time.
        Failure::api(
            "API: 503 three times while it rolls out",
            "install",
            rollout,
            times(3, "GET", Wrong::Status(503)),
        )
        .ends(&[End::Exit(0), End::Exit(1), End::Exit(3)]),
        Failure::api(
            "API: two resets while it rolls out",
            "upgrade",
            "upgrade: the workloads",
            times(2, "GET", Wrong::Reset),
        )
        .ends(&[End::Exit(0), End::Exit(1), End::Exit(3)]),
        Failure::api("API: every answer is late", "install", "", always("", Wrong::Late(100))).exit(0),
        Failure::api(
            "API: half a body for the dry run",
            "upgrade",
            "upgrade: what the API",
            always("dryRun=All", Wrong::HalfABody),
        ),
        Failure::api(
            "API: 500 for patches of an upgrade",
            "upgrade",
            "upgrade: helm upgrade",
            always("PATCH", Wrong::Status(500)),
        )
        .exit(1),
        Failure::api(
            "API: 500 for the namespace's end",
            "install",
            rollout,
            always("DELETE /api/v1/namespaces/plimsoll-install-fault", Wrong::Status(500)),
        )
        .ends(&[End::Exit(3), End::Exit(1)])
        .left(Left::Listed),
        Failure::api("API: the namespace ends, unheard", "install", CLEANING, times(1, "DELETE", Wrong::Unheard))
            .left(Left::Listed),
        Failure::api(
            "API: 500 twice while the namespace ends",
            "install",
            CLEANING,
            Rule { after: 1, ..times(2, "GET /api/v1/namespaces/plimsoll-install", Wrong::Status(500)) },
        )
        .exit(0),
    ]
}

fn database() -> Vec<Failure> {
    let upgrade = "upgrade: helm upgrade";
    let real = |name: &str, line, sql: &'static str| {
        let kick = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid();";
        Failure::at(format!("database: {name}"), "upgrade", line, move |stage| {
            stage.site.sql(stage, &sql.replace("$DB", &stage.id));
            stage.site.sql(stage, kick);
        })
        .exit(1)
    };
    vec![
        Failure::database("database: closes from the start", "install", "", Mode::Closed)
            .says("takes writes")
            .says("FAIL    database-reached"),
        Failure::database("database: accepts and never speaks", "install", "", Mode::Silent)
            .says("FAIL    database-reached"),
        Failure::database("database: half an answer", "install", "", Mode::Half).says("FAIL    database-reached"),
        Failure::database("database: is none", "install", "", Mode::Foreign).says("FAIL    database-reached"),
        Failure::database("database: closes once it has answered", "install", "install: all work", Mode::Closed)
            .says("end-state"),
        Failure::database("database: falls silent once it has answered", "install", "install: all work", Mode::Silent),
        Failure::database("database: closes while it answers", "upgrade", "upgrade: a client writes", Mode::Closed),
        Failure::database("database: closes during the upgrade", "upgrade", upgrade, Mode::Closed)
            .says("FAIL    database-reached"),
        Failure::database("database: falls silent at the end", "upgrade", "upgrade: every acknowledged", Mode::Silent)
            .says("FAIL    writes-kept"),
        // A short break is what the writer is made for.
        Failure::at("database: closes for a moment", "upgrade", upgrade, |stage| {
            stage.database.set(Mode::Closed);
            std::thread::sleep(Duration::from_millis(1500));
            let hits = stage.database.hits();
            stage.prove("a connection goes wrong", move || hits() > 0);
            stage.database.set(Mode::Fine);
        })
        .exit(0),
        real(
            "becomes read-only",
            "upgrade: a client writes",
            "ALTER DATABASE $DB SET default_transaction_read_only = on;",
        ),
        real("takes no connection of the role", upgrade, "ALTER DATABASE $DB CONNECTION LIMIT 0;"),
        real("loses the writes", "upgrade: every acknowledged", "DELETE FROM plimsoll_smoke.writes WHERE id < 9;")
            .says("are lost"),
        real("loses the writer's schema", "upgrade: every acknowledged", "DROP SCHEMA plimsoll_smoke CASCADE;")
            .says("FAIL    writes-kept"),
        real("loses rows", upgrade, "DELETE FROM kept WHERE id = 7;").says("FAIL    counts"),
        real("loses a table", upgrade, "DROP TABLE kept;").ends(&[End::Exit(3)]).says("UNKNOWN counts"),
        Failure::at("database: is dropped", "upgrade", upgrade, |stage| {
            // From another one: nobody drops what they are in.
            stage.site.sql(stage, &format!("\\c postgres\nDROP DATABASE {} WITH (FORCE);", stage.id));
        })
        .exit(1)
        .says("FAIL    database-reached"),
        Failure::from_the_start("database: takes no connection at all", "install", |stage| {
            stage.site.sql(stage, &format!("\\c postgres\nALTER DATABASE {} ALLOW_CONNECTIONS false;", stage.id));
        })
        .exit(1),
    ]
}

/// Who asks: certificates of real users, and what the API server lets them do.
fn accounts() -> Vec<Failure> {
    let as_user = |name: &str, days: &'static str, verbs: &'static str| {
        Failure::from_the_start(format!("account: {name}"), "install", move |stage| {
            stage.site.become_user(stage, days, verbs);
        })
    };
    vec![
        as_user("its certificate has expired", "-1", "*").exit(2),
        as_user("may do nothing", "1", "").exit(2).says("may not ask"),
        as_user("may only look", "1", "get list watch").exit(2).says("may not create namespaces"),
        as_user("may make and not remove", "1", "get list watch create update patch")
            .exit(2)
            .says("may not delete namespaces"),
        Failure::at("account: loses the right to remove", "install", "install: helm test", |stage| {
            stage.site.become_user(stage, "1", "get list watch create update patch");
        })
        .ends(&[End::Exit(1), End::Exit(3)])
        .left(Left::Listed),
        Failure::at("account: its certificate expires in the middle", "install", "install: helm test", |stage| {
            stage.site.become_user(stage, "-1", "*");
        })
        .exit(1)
        .left(Left::Listed),
    ]
}

/// helm, by its wrapper: `$1` is the verb.
fn helm() -> Vec<Failure> {
    let on = |name: &str, scenario, script: &'static str| {
        Failure::from_the_start(format!("helm: {name}"), scenario, move |stage| stage.helm_does(script))
    };
    vec![
        Failure::from_the_start("helm: is missing", "install", |stage| {
            std::fs::remove_file(stage.folder.join("helm")).unwrap()
        })
        .exit(2)
        .says("install Helm"),
        on("is too old", "install", "[ $1 != version ] || { printf v2.17.0; exit 0; }").exit(2).says("too old"),
        on("is none", "install", "[ $1 != version ] || { echo hello; exit 0; }").exit(2).says("is no helm"),
        on("fails to install", "install", "[ $1 != install ] || { echo broken >&2; exit 1; }").exit(1).says("broken"),
        on("is killed while it installs", "upgrade", "[ $1 != install ] || kill -KILL $$")
            .exit(1)
            .says("killed by a signal"),
        on("fails when it has installed", "install", "[ $1 != install ] || { $HELM \"$@\"; exit 1; }").exit(1),
        on("fails to upgrade", "upgrade", "[ $1 != upgrade ] || exit 1").exit(1),
        on("fails when it has upgraded", "upgrade", "[ $1 != upgrade ] || { $HELM \"$@\"; exit 1; }").exit(1),
        on("tells no manifest", "install", "[ $1 != get ] || exit 1").exit(1),
        on("tells too much", "install", "[ $1 != get ] || { head -c 20000000 /dev/zero | tr '\\0' '\\n'; exit 0; }")
            .exit(1),
        on("fails to test", "install", "[ $1 != test ] || exit 1").exit(1).says("FAIL    helm-test"),
        // The namespace has to stay with the release: what Helm knows of the ClusterRole is in it.
        on("fails to uninstall", "install", "[ $1 != uninstall ] || exit 1").left(Left::Listed).says("has to go first"),
        Failure::at("helm: is removed in the middle", "upgrade", "upgrade: helm upgrade", |stage| {
            let (path, away) = (stage.folder.join("helm"), stage.folder.join("helm-away"));
            std::fs::rename(&path, &away).unwrap();
            stage.heal(move || std::fs::rename(away, path).unwrap());
        })
        .ends(&[End::Exit(1), End::Exit(3)])
        .left(Left::Listed),
    ]
}

/// Each wait of a run is short here: nothing takes long on this bed.
pub fn short(mut all: Vec<Failure>) -> Vec<Failure> {
    all.iter_mut().for_each(|failure| failure.args.extend(["--timeout", "10"]));
    all
}

#[test]
fn d14_what_a_run_made_goes_and_nothing_else_whatever_fails() {
    let light = Light::start();
    // The longest ones first.
    let all = [database(), api(), helm(), others(), signals(&["KILL", "INT", "KILL", "TERM", "KILL", "HUP"])];
    play_all("light", &light, &short(all.into_iter().flatten().collect()), 12);
}

#[test]
fn c09_a_denied_right_is_told_before_anything_is_made() {
    play_all("accounts", &Light::start(), &short(accounts()), 6);
}
