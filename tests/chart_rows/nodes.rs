//! Section E: clusters of several nodes.

use super::{Refused, accepts, check, contradicts};

fn nodes(list: &str) -> String {
    format!("pgEdge: {{nodes: [{list}]}}")
}

const TWO: &str = "{name: n1, hostname: a}, {name: n2, hostname: b}";

#[test]
fn e01_a_timeout_leaves_time_to_stop() {
    for timeout in ["0", "-1", "30", "'7200'", "2h", "60.5", "null"] {
        let naming =
            if timeout == "null" { "/pgEdge/initSpockJobConfig" } else { "/pgEdge/initSpockJobConfig/timeout" };
        check(Refused {
            values: &format!("pgEdge: {{nodes: [{TWO}], initSpockJobConfig: {{timeout: {timeout}}}}}"),
            unless: &["--set", "pgEdge.initSpockJobConfig.timeout=31"],
            naming: &[naming],
        });
    }
}

#[test]
fn e02_names_are_unique_as_spock_writes_them() {
    contradicts(
        &nodes("{name: n-1, hostname: a}, {name: n_1, hostname: b}"),
        &["--set", "pgEdge.nodes[1].name=n-2"],
        &["n-1 and n_1 are one node to Spock"],
    );
    // 11 bytes, the database's name and three times a node's: with 17 it is 63, which fits.
    contradicts(
        "pgEdge: {database: a, nodes: [{name: abcdefghijklmnopqr, hostname: a}, {name: abcdefghijklmnopqs, hostname: b}]}",
        &["--set", "pgEdge.nodes[0].name=abcdefghijklmnopq", "--set", "pgEdge.nodes[1].name=abcdefghijklmnops"],
        &[
            "slot spk_a_abcdefghijklmnopqr_sub_abcdefghijklmnopqr_abcdefghijklmnopqs has 66 bytes",
            "slot spk_a_abcdefghijklmnopqs_sub_abcdefghijklmnopqs_abcdefghijklmnopqr has 66 bytes",
        ],
    );
}

#[test]
fn e03_a_new_node_is_bootstrapped_by_spock() {
    for mode in ["physical", "''", "Spock", "[spock]"] {
        check(Refused {
            values: &nodes(&format!(
                "{{name: n1, hostname: a}}, {{name: n2, hostname: b, bootstrap: {{mode: {mode}, sourceNode: n1}}}}"
            )),
            unless: &["--set", "pgEdge.nodes[1].bootstrap.mode=spock"],
            naming: &["/pgEdge/nodes/1/bootstrap/mode"],
        });
    }
    check(Refused {
        values: &nodes("{name: n1, hostname: a}, {name: n2, hostname: b, bootstrap: {sourceNode: n1}}"),
        unless: &["--set", "pgEdge.nodes[1].bootstrap.mode=spock"],
        naming: &["/pgEdge/nodes/1/bootstrap"],
    });
    for source in ["n2", "n3"] {
        contradicts(
            &nodes(&format!(
                "{{name: n1, hostname: a}}, {{name: n2, hostname: b, bootstrap: {{mode: spock, sourceNode: {source}}}}}"
            )),
            &["--set", "pgEdge.nodes[1].bootstrap.sourceNode=n1"],
            &[&format!("n2 is to be bootstrapped from {source}, which is no other node")],
        );
    }
    accepts(&nodes(TWO), &[]);
}
