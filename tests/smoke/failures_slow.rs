//! Failures on the light bed that take longer than a minute, or a disk of their own; and at each step of a run the other signals.

use std::process::Command;

use crate::cluster::said;
use crate::failures::{End, Failure, Left};
use crate::failures_light::{CLEANING, short, signals};
use crate::faulty_api::{Wrong, always};
use crate::light_site::Light;
use crate::play::play_all;

/// What takes longer than a minute: somebody waits for what does not come.
fn slow() -> Vec<Failure> {
    let on = |name: &str, script: &'static str| {
        Failure::from_the_start(format!("helm: {name}"), "install", move |stage| stage.helm_does(script))
    };
    let rollout = "install: the workloads roll out";
    vec![
        Failure::api(
            "API: no answer from helm install on",
            "install",
            "install: helm install",
            always("", Wrong::Hangs),
        )
        .exit(1)
        .left(Left::Listed),
        Failure::api("API: no answer from the rollout on", "install", rollout, always("", Wrong::Hangs))
            .exit(1)
            .left(Left::Listed),
        Failure::api(
            "API: no answer for an upgrade's dry run",
            "upgrade",
            "upgrade: what the API",
            always("dryRun=All", Wrong::Hangs),
        ),
        on("never ends to install", "[ $1 != install ] || sleep 1000").exit(1).says("does not end"),
        on("never ends to uninstall", "[ $1 != uninstall ] || sleep 1000").left(Left::Listed).says("does not end"),
        on("never says its version", "[ $1 != version ] || sleep 1000").exit(2),
        Failure::at("the cluster: an object that cannot go", "install", "install: helm test", |stage| {
            stage.kubectl(&["create", "configmap", "held"]);
            let patch = |of: &str| format!(r#"{{"metadata": {{"finalizers": {of}}}}}"#);
            stage.kubectl(&["patch", "configmap", "held", "--patch", &patch(r#"["plimsoll.test/held"]"#)]);
            let mut free = stage.site.kubectl(stage);
            free.args(["patch", "configmap", "held", "--patch", &patch("null")]);
            stage.heal(move || assert!(said(free, "").ok));
        })
        .left(Left::Listed)
        .says("finalizers"),
        full_disk("the record", "").exit(2).says("No space left"),
        full_disk("the values", "with Helm").ends(&[End::Exit(1), End::Exit(2)]),
        full_disk("the clean-up", CLEANING).ends(&[End::Exit(0), End::Exit(3)]),
    ]
}

/// A disk without room for the run's folder, from a line on: a small one of its own, which is filled.
fn full_disk(what: &str, line: &'static str) -> Failure {
    let mut failure = Failure::at(format!("full disk: {what}"), "install", line, |stage| {
        let filled = Command::new("dd")
            .args(["if=/dev/zero", "bs=64k", "status=none"])
            .arg(format!("of={}/full", stage.state().display()))
            .status();
        assert!(!filled.unwrap().success(), "a disk that has room");
    });
    failure.before = Some(|stage| {
        std::fs::create_dir_all(stage.state()).unwrap();
        let mount =
            |args: &[&str]| Command::new(args[0]).args(&args[1..]).arg(stage.state()).status().unwrap().success();
        assert!(mount(&["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs"]), "a small disk can be mounted");
        let (state, full) = (stage.state(), stage.state().join("full"));
        stage.heal(move || drop(std::fs::remove_file(full)));
        stage.last(move || assert!(Command::new("umount").arg(state).status().unwrap().success()));
    });
    failure
}

#[test]
#[ignore = "takes some minutes, and mounts a small disk"]
fn b10_every_wait_has_a_deadline() {
    let all = [slow(), signals(&["INT", "KILL", "TERM", "KILL", "HUP", "KILL"])];
    play_all("slow", &Light::start(), &short(all.into_iter().flatten().collect()), 16);
}
