//! Servers times ways to ask for TLS. The oracle is psql with the same string: where it gets in, the answer is PASS, where it
//! does not, it is none. What is verified follows from the string and from how the certificates were made.

use serde_json::json;

use crate::bed::{Bed, CANARY, Psql, detour};
use crate::libpq::build;
use crate::postgres::{Chain, Cluster, Extra, NAME};

/// The mode, and the file of roots: None, or its name among the certificates.
const WAYS: &[(&str, Option<&str>)] = &[
    ("disable", None),
    ("prefer", None),
    ("require", None),
    ("require", Some("root.pem")),
    ("verify-ca", Some("root.pem")),
    ("verify-ca", Some("wrong.pem")),
    ("verify-full", Some("root.pem")),
    ("verify-full", Some("bundle.pem")),
    ("verify-full", Some("own")),
    ("verify-full", None),
];

const HBA: &str = "local all all trust\nhostssl onlytls all 127.0.0.1/32 scram-sha-256\nhost postgres all 127.0.0.1/32 scram-sha-256\n";

const SERVERS: &[(u8, Option<Chain>, &str)] = &[
    (18, Some(Chain::Direct), "postgres"),
    (15, Some(Chain::Direct), "onlytls"),
    (17, Some(Chain::Intermediate), "postgres"),
    (16, Some(Chain::Incomplete), "postgres"),
    (17, Some(Chain::SelfSigned), "postgres"),
    (16, Some(Chain::Expired), "postgres"),
    (18, Some(Chain::CommonName), "onlytls"),
    (15, Some(Chain::Localhost), "postgres"),
    (17, None, "postgres"),
];

#[test]
fn what_it_says_of_tls_is_what_psql_does() {
    let bed = Bed::new();
    let clusters: Vec<Cluster> = std::thread::scope(|scope| {
        let started: Vec<_> = (0..SERVERS.len())
            .map(|n| {
                let (bed, (major, chain, _)) = (&bed, SERVERS[n]);
                scope.spawn(move || {
                    let dir = bed.dir.path().join(format!("server-{n}"));
                    let extra = Extra { hba: Some(HBA), ..Extra::default() };
                    let cluster = Cluster::start_with(&build(major), major, chain, &bed.certificates, &dir, extra);
                    crate::bed::admin(&cluster, "postgres", &format!("create role probe login password '{CANARY}'"));
                    cluster
                })
            })
            .collect();
        started.into_iter().map(|s| s.join().unwrap()).collect()
    });
    let (mut cases, mut passed, mut wrong) = (0, 0, Vec::new());
    for (cluster, (major, chain, database)) in clusters.iter().zip(SERVERS) {
        let reach = |query: &str, password: &str| Psql {
            url: format!("postgresql://probe:{password}@{NAME}:{}/{database}?hostaddr=127.0.0.1{query}", cluster.port),
            home: bed.dir.path(),
        };
        let plain = reach("&sslmode=disable", CANARY).ask("select 1").is_ok();
        for (mode, roots) in WAYS {
            let own = chain.map(|chain| format!("{chain:?}.crt"));
            let file = match (*roots, &own) {
                (Some("own"), None) => continue,
                (Some("own"), Some(own)) => Some(own.as_str()),
                (roots, _) => roots,
            };
            cases += 1;
            let what = format!("Postgres {major} {chain:?} {database}: sslmode={mode} with {file:?}");
            let here = file.map(|f| format!("&sslrootcert={}", bed.certificates.path(f).display())).unwrap_or_default();
            let asked = "select coalesce((select ssl from pg_stat_ssl where pid = pg_backend_pid()), false)";
            let oracle = reach(&format!("&sslmode={mode}{here}"), CANARY).ask(asked);
            let there = if file.is_some() { "&sslrootcert=/ca/ca.crt" } else { "" };
            let url = format!("postgresql://probe:{CANARY}@{NAME}:{}/{database}?sslmode={mode}{there}", cluster.port);
            let values = json!({"url": url, "ca": file.map(|f| bed.pem(f)).unwrap_or_default()});
            let told = bed.preflight(&values, &["--connect-to", &detour(cluster.port)]);
            let mut expect = |check: &str, want: &[&str]| {
                if !want.contains(&told.of(check)) {
                    wrong.push(format!(
                        "{what}: {check} is {:?}, expected {want:?} (psql: {oracle:?})\n{}",
                        told.of(check),
                        told.text
                    ));
                }
            };
            match &oracle {
                Ok(encrypted) => {
                    passed += 1;
                    expect("database-reachable", &["PASS"]);
                    let verified = file.is_some();
                    expect("tls-client", if encrypted == "t" && verified { &["PASS"] } else { &["WARN"] });
                    let permitted = if plain { "WARN" } else { "PASS" };
                    expect(
                        "plaintext-permitted",
                        if encrypted == "t" { std::slice::from_ref(&permitted) } else { &[""] },
                    );
                }
                Err(_) => {
                    expect("database-reachable", &["FAIL"]);
                    expect("tls-client", &[""]);
                    assert_eq!(told.exit, 1, "{what}: {}", told.text);
                }
            }
            let handshake = chain.is_some() && *mode != "disable" && !(mode.starts_with('v') && file.is_none());
            let ended = if *chain == Some(Chain::Expired) { "FAIL" } else { "PASS" };
            expect("certificate", if handshake { std::slice::from_ref(&ended) } else { &[""] });
            // rustls reads no common name, and takes every certificate of the file for a root, an intermediate too, which is none
            // for OpenSSL.
            let verifies = handshake && file.is_some();
            let by_common_name = *chain == Some(Chain::CommonName) && *mode == "verify-full" && oracle.is_ok();
            let by_intermediate = *chain == Some(Chain::Intermediate) && *roots == Some("own");
            let want = match (by_common_name || by_intermediate, &oracle) {
                (true, _) => "WARN",
                (_, Ok(_)) => "PASS",
                (_, Err(_)) => "FAIL",
            };
            expect("tls-rustls", if verifies { std::slice::from_ref(&want) } else { &[""] });
        }
    }
    assert!(wrong.is_empty(), "{} of {cases} cases are wrong:\n{}", wrong.len(), wrong.join("\n\n"));
    assert!(cases >= 60 && passed > 20 && cases - passed > 20, "{passed} of {cases} get in");
    println!(
        "preflight: matrix of {cases} live cases by psql's verdict: {passed} PASS, {} FAIL; 0 false PASS",
        cases - passed
    );
}
