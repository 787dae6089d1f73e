//! Lines of the requirements that a run on the light bed shows, each named after its number.

use crate::cluster::ControlPlane;
use crate::failures::{End, Failure};
use crate::faulty_database::Mode;
use crate::light_site::Light;
use crate::play::play_all;
use crate::support::{self, count_line};

/// A smoke file whose work is done before the upgrade is.
const SATURATED: &str = "apiVersion: plimsoll/smoke/v1\nconnection: STORE_URL\ncounts: {kept: SELECT count(*) FROM kept}\n\
    lastStage: SELECT 7\nupgrade: {done: SELECT true}\n";

/// The reference chart, installed by real Helm; the generation of every workload tells whether it was changed.
#[test]
fn a31_an_upgrade_with_untouched_values_changes_no_byte_and_rolls_nothing() {
    let plane = ControlPlane::start();
    let namespace = plane.namespace();
    let chart = concat!(env!("CARGO_MANIFEST_DIR"), "/chart");
    let helm = |args: &[&str]| {
        let mut command = plane.command(&support::helm(support::DEFAULT));
        command.args(args).args(["--namespace", &namespace]);
        let said = crate::cluster::said(command, "");
        assert!(said.ok, "helm {args:?}: {}{}", said.out, said.err);
        said.out
    };
    let generations = || {
        let columns = "custom-columns=K:.kind,N:.metadata.name,G:.metadata.generation,U:.metadata.uid";
        plane.must(&["get", "deployments,statefulsets", "--namespace", &namespace, "-o", columns], "")
    };
    helm(&["install", "rel", chart]);
    let (manifest, before) = (helm(&["get", "manifest", "rel"]), generations());
    assert!(before.lines().count() > 3, "{before}");
    helm(&["upgrade", "rel", chart]);
    assert_eq!((helm(&["get", "manifest", "rel"]), generations()), (manifest.clone(), before.clone()));
    // What is touched is seen.
    helm(&["upgrade", "rel", chart, "--set", "podAnnotations.rolled=once"]);
    assert!(helm(&["get", "manifest", "rel"]) != manifest && generations() != before);
    count_line("smoke: 1 upgrade that changes nothing");
}

#[test]
fn b07_work_that_was_done_too_soon_is_a_note_and_the_run_passes() {
    let mut saturated = Failure::from_the_start("all work is done before the upgrade", "upgrade", |_| ())
        .args(&["--app", "app.yaml", "--timeout", "10"])
        .exit(0)
        .says("NOTE    progress-after-rollout");
    saturated.before = Some(|stage| drop(stage.write("app.yaml", SATURATED)));
    play_all("saturated", &Light::start(), &[saturated], 1);
}

#[test]
fn b11_what_is_not_there_fails_and_identities_are_compared() {
    let upgrade = "upgrade: helm upgrade";
    let all = [
        // As many as before, and not the same ones.
        Failure::at("another identity", "upgrade", upgrade, |stage| {
            stage.site.sql(stage, "UPDATE kept SET id = 1007 WHERE id = 7;");
        })
        .exit(1)
        .says("1 of 100 identities of kept are lost"),
        Failure::at("an object that is removed", "install", "install: all work", |stage| {
            stage.kubectl(&["delete", "configmap", "small"]);
        })
        .exit(1)
        .says("ConfigMap/small is not there"),
        Failure::at("an object that is changed", "install", "install: all work", |stage| {
            stage.kubectl(&["patch", "configmap", "small", "--patch", r#"{"data": {"rolled": "never"}}"#]);
        })
        .exit(1)
        .says("data.rolled is another"),
        Failure::at("a workload that is removed", "install", "install: the workloads roll out", |stage| {
            stage.kubectl(&["delete", "deployment", "small"]);
        })
        .exit(1),
    ];
    let all = all.map(|failure| failure.args(&["--timeout", "10"]));
    play_all("absent", &Light::start(), &all, 4);
}

/// Whatever is written down while it fails; `play` looks into the reports, the record and the diagnostics as well.
#[test]
fn c06_a_record_and_no_report_or_log_has_a_credential() {
    const REPORTS: &[&str] = &[
        "--report",
        "json=report.json",
        "--report",
        "junit=report.junit",
        "--report",
        "html=report.html",
        "--report",
        "text=report.text",
        "--report",
        "github=report.github",
        "--timeout",
        "10",
    ];
    let failure = Failure::database("every report of a failure", "upgrade", "upgrade: helm upgrade", Mode::Closed);
    let failure = failure.args(REPORTS);
    let failure = failure.says("what there was to see");
    play_all("reports", &Light::start(), &[failure], 1);
}

#[test]
fn d10_nothing_goes_on_before_the_server_takes_writes() {
    let read_only = |stage: &crate::stage::Stage<'_>, on: &str| {
        stage.site.sql(stage, &format!("ALTER DATABASE {} SET default_transaction_read_only = {on};", stage.id));
    };
    let mut becomes_writable =
        Failure::at("it takes writes after a while", "install", "install: the database answers", move |stage| {
            std::thread::sleep(std::time::Duration::from_secs(3));
            read_only(stage, "off");
        })
        .exit(0)
        .says("PASS    database-reached");
    becomes_writable.before = Some(|stage| {
        stage.site.sql(stage, &format!("ALTER DATABASE {} SET default_transaction_read_only = on;", stage.id));
    });
    let all = [
        Failure::from_the_start("it never takes writes", "upgrade", move |stage| read_only(stage, "on"))
            .ends(&[End::Exit(1)])
            .says("its transactions are read-only by default"),
        becomes_writable,
    ];
    let all = all.map(|failure| failure.args(&["--timeout", "10"]));
    play_all("read-only", &Light::start(), &all, 2);
}
