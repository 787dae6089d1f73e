//! Lines of the requirements that need pods, each named after its number: all of them look at one run of the three scenarios, in one
//! kind cluster of its own, which is made once.

use std::path::Path;
use std::sync::OnceLock;

use crate::bed_site::in_bed;
use crate::cluster::{Said, said};
use crate::scenarios::{Told, edit, image, repository, told};
use crate::support::count_line;

/// The run, and what the bed held before and after it.
fn run() -> &'static (Told, [String; 2]) {
    static RUN: OnceLock<(Told, [String; 2])> = OnceLock::new();
    RUN.get_or_init(|| {
        let repository = repository(|_| ());
        edit(&repository.path().join("chart"), "values.yaml", "podAnnotations: {}", "podAnnotations: {rolled: once}");
        let image = image();
        let mut args = vec!["chart", "--baseline", "HEAD", "--run", "threerows"];
        ["upgrade", "managed", "install"].iter().for_each(|scenario| args.extend(["--scenario", scenario]));
        image.iter().for_each(|image| args.extend(["--image", image]));
        let ours = || docker(&["ps", "--all", "--filter", "name=plimsoll-threerows", "--format", "{{.Names}}"]).out;
        let before = ours();
        let told = told(repository.path(), &args);
        (told, [before, ours()])
    })
}

fn docker(args: &[&str]) -> Said {
    let mut docker = in_bed(Path::new("docker"));
    docker.args(args);
    let said = said(docker, "");
    assert!(said.ok, "docker {args:?}: {}{}", said.out, said.err);
    said
}

/// A check passed in a scenario.
fn passed(scenario: &str, check: &str) {
    let (told, _) = run();
    let answers = told.report["answers"].as_array().expect("a report");
    let of =
        |a: &&serde_json::Value| a["check"] == check && a["subject"].as_str().is_some_and(|s| s.starts_with(scenario));
    let outcomes: Vec<&str> = answers.iter().filter(of).filter_map(|a| a["outcome"].as_str()).collect();
    assert!(
        !outcomes.is_empty() && outcomes.iter().all(|o| *o == "PASS"),
        "{scenario} {check}: {outcomes:?}\n{}",
        told.text
    );
}

#[test]
#[ignore = "needs the whole test bed"]
fn b04_three_scenarios_on_one_harness() {
    let (told, [before, after]) = run();
    assert_eq!(told.exit, Some(0), "{}", told.text);
    for (scenario, check) in [("install", "end-state"), ("managed", "end-state"), ("upgrade", "end-state")] {
        passed(scenario, check);
    }
    assert_eq!((before.as_str(), after.as_str()), ("", ""));
    count_line("smoke: 3 scenarios in one cluster");
}

#[test]
#[ignore = "needs the whole test bed"]
fn b06_an_upgrade_in_place_under_a_writer() {
    for check in ["applied-before", "applied-manifests", "rollout", "counts", "writes-kept", "end-state", "helm-test"] {
        passed("upgrade", check);
    }
    // Strictly after the rollout has settled, since there is work left.
    passed("upgrade", "progress-after-rollout");
}

#[test]
#[ignore = "needs the whole test bed"]
fn a19_an_external_server_hears_no_role_ddl() {
    passed("managed", "server-log-role-ddl");
    passed("managed", "server-log-tls");
}

#[test]
#[ignore = "needs the whole test bed"]
fn a20_beside_an_external_server_there_is_no_embedded_one() {
    passed("managed", "embedded-absent");
    passed("managed", "applied-manifests");
    passed("managed", "helm-test");
}

/// A container that is there already and bears the name that the run's node would have, or kind's label with the cluster's name.
#[test]
#[ignore = "needs the whole test bed"]
fn b09_a_cluster_or_container_of_the_same_name_is_refused_and_left_alone() {
    let dir = repository(|_| ());
    let images = docker(&["images", "--quiet"]).out;
    let any = images.lines().next().expect("an image");
    for (id, name, label) in [
        ("sameone1", "plimsoll-sameone1-control-plane", "of=nobody"),
        ("sametwo2", "somebody-sametwo2", "io.x-k8s.kind.cluster=plimsoll-sametwo2"),
    ] {
        docker(&["create", "--name", name, "--label", label, any]);
        let inspect = || docker(&["inspect", "--format", "{{.Id}} {{.Created}} {{.State.Status}}", name]).out;
        let before = inspect();
        let told = told(dir.path(), &["chart", "--run", id]);
        let after = inspect();
        docker(&["rm", "--volumes", name]);
        assert_eq!(told.exit, Some(2), "{}", told.text);
        assert!(told.text.contains("is there already: it is left alone"), "{}", told.text);
        assert_eq!(before, after);
    }
    count_line("smoke: 2 containers of the same name");
}
