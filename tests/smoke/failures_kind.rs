//! The failures of runs that make a cluster: killed while they do, and kind that fails.

use std::time::Duration;

use crate::docker_site::Docker;
use crate::failures::{End, Failure, Left};
use crate::play::play_all;
use crate::stage::Stage;

/// Some seconds after the run has said that it makes a cluster.
fn while_it_is_made(signal: &'static str, seconds: u64) -> Failure {
    let name = format!("SIG{signal} {seconds} s into kind create cluster");
    Failure::at(name, "install", "kind cluster plimsoll-", move |stage| {
        std::thread::sleep(Duration::from_secs(seconds));
        stage.signal(signal);
    })
}

/// kind, by its wrapper: `$1` is the verb.
fn kind(name: &str, script: &'static str) -> Failure {
    Failure::from_the_start(format!("kind: {name}"), "install", move |stage: &Stage<'_>| stage.kind_does(script))
}

fn table() -> Vec<Failure> {
    let killed = |failure: Failure| failure.ends(&[End::Killed]).left(Left::Listed);
    vec![
        while_it_is_made("INT", 1).says("interrupted"),
        while_it_is_made("TERM", 8).says("interrupted"),
        killed(while_it_is_made("KILL", 0)),
        killed(while_it_is_made("KILL", 10)),
        killed(Failure::at("SIGKILL with a cluster", "install", "install: helm install", |stage| stage.signal("KILL"))),
        kind("fails at once", "[ $1 != create ] || { echo no room >&2; exit 1; }").says("no room"),
        kind("is killed halfway", "[ $1 != create ] || { $KIND \"$@\" & sleep 6; kill -KILL $!; exit 1; }"),
        kind("fails when it has made one", "[ $1 != create ] || { $KIND \"$@\"; exit 1; }"),
        kind("hangs", "[ $1 != create ] || sleep 1000").args(&["--timeout", "10"]).says("does not end"),
        kind("does not delete", "[ $1 != delete ] || exit 1").left(Left::Listed).says("could not be removed"),
        kind("says that it has deleted", "[ $1 != delete ] || exit 0")
            .left(Left::Listed)
            .says("its containers are there"),
    ]
}

#[test]
#[ignore = "needs the whole test bed"]
fn b09_a_cluster_that_a_run_made_goes_and_no_other_container_does() {
    play_all("kind", &Docker::start(), &table(), 2);
}
