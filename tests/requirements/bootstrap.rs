//! Section E: several nodes.

use super::*;

fn job(deadline: &str, told: &str) -> String {
    format!(
        "apiVersion: batch/v1\nkind: Job\nmetadata: {{name: init-spock}}\nspec:\n{deadline}  template:\n    spec:\n      restartPolicy: Never\n      containers:\n      - name: init-spock\n        image: pgedge/init-spock:1\n        env: [{{name: INIT_SPOCK_TIMEOUT, value: '{told}'}}, {{name: PGHOST, value: db}}]\n"
    )
}

#[test]
fn e01_the_deadline_of_a_bootstrap() {
    for (deadline, told) in [
        ("", "7200"),
        ("  activeDeadlineSeconds: 600\n", "7200"),
        ("  activeDeadlineSeconds: 30\n", "30"),
        ("  activeDeadlineSeconds: 7200\n", "soon"),
    ] {
        let said = manifests(&job(deadline, told));
        assert_eq!(said.exit, Some(1), "{deadline:?} {told}: {:#?}", said.found());
        said.finds("bootstrap-deadline");
    }
    manifests(&job("  activeDeadlineSeconds: 7200\n", "7200")).accepts("bootstrap-deadline");
}

/// A configuration of pgEdge with these two nodes, and a client so that there is a Postgres.
fn nodes(one: &str, two: &str) -> String {
    format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: pgedge-config}}\ndata:\n  nodes: |\n    \
         - {{name: {one}, hostname: pgedge-n1-rw}}\n    - {{name: {two}, hostname: pgedge-n2-rw}}\n"
    )
}

#[test]
fn e02_names_of_nodes() {
    manifests(&nodes("n-1", "n_1")).finds("names-collide");
    manifests(&nodes("payments-frankfurt-1", "payments-frankfurt-2")).finds("name-too-long");
    let said = manifests(&nodes("n1", "n2"));
    said.accepts("names-collide");
    said.accepts("name-too-long");
}
