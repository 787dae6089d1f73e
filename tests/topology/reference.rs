//! The reference chart: every container that uses its store is a consumer, in every mode that it accepts.

use std::fs;
use std::path::Path;

use super::told::*;

fn rendered(case: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/chart").join(case).join("stdout.yaml");
    fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

#[test]
fn embedded_leads_to_the_stateful_set() {
    let lines = told(&rendered("embedded-default"));
    let servers: Vec<_> = lines.iter().filter(|l| l.starts_with("serves ")).collect();
    assert!(matches!(servers.as_slice(), [one] if one.ends_with("postgres 16 claim-template")), "{servers:?}");
    let edges: Vec<_> = lines.iter().filter(|l| l.contains(" -> ")).collect();
    assert!(edges.len() >= 8, "{edges:?}");
    assert!(edges.iter().all(|l| l.contains("-> server ")), "{edges:?}");
    for role in ["STORE_URL", "READONLY_STORE_URL", "CONTROL_PLANE_STORE_URL"] {
        assert!(edges.iter().any(|l| l.contains(&format!(" {role} "))), "{role}");
    }
}

#[test]
fn external_serves_nothing_and_leads_out() {
    for (case, ends) in [
        ("external-inline", "-> outside "),
        ("external-multi-host", "-> outside a.example.com"),
        ("proxy-loopback", "-> loopback ?"),
        ("proxy-socket", "-> socket"),
        ("external-ipv6", "-> outside 2001:db8::1"),
    ] {
        let lines = told(&rendered(case));
        assert!(lines.iter().all(|l| !l.starts_with("serves ")), "{case}: {lines:?}");
        let edges: Vec<_> = lines.iter().filter(|l| l.contains(" -> ")).collect();
        assert!(edges.len() >= 6 && edges.iter().all(|l| l.contains(ends)), "{case}: {edges:?}");
    }
}

#[test]
fn secrets_of_somebody_else_are_undecided_and_named() {
    for (case, secret) in
        [("external-secret", "db"), ("external-both-secrets", "db"), ("external-whole-secret", "everything")]
    {
        let lines = told(&rendered(case));
        let edges: Vec<_> = lines.iter().filter(|l| l.contains(" -> ")).collect();
        assert!(edges.len() >= 4, "{case}: {edges:?}");
        assert!(edges.iter().all(|l| l.contains(&format!("-> undecided: Secret {secret}"))), "{case}: {edges:?}");
    }
}

#[test]
fn the_second_host_of_a_list_is_kept() {
    with(rendered("external-multi-host"), |topology, _| {
        assert!(topology.edges.iter().all(|e| e.also.len() == 1));
    });
}
