//! The command line: what is refused, where a connection string may come from, and the format of reports.

use std::fs;

use serde_json::{Value, json};

use crate::bed::{Bed, CANARY, admin, detour};
use crate::libpq::build;
use crate::postgres::{Chain, Cluster, Extra, NAME};

#[test]
fn what_makes_no_sense_is_refused() {
    let bed = Bed::new();
    for args in [
        &["--from", "pod"][..],
        &["--dsn-file", "/nowhere/at/all"],
        &["--dsn-file", "no-slash=/etc/hostname"],
        &["--ca-file", "/nowhere/at/all"],
        &["--timeout", "0"],
        &["--pool-size", "0"],
        &["--report", "sarif"],
        &["--helm-version", "1"],
    ] {
        let output = bed.run(args, None);
        assert_eq!(output.status.code(), Some(2), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(output.stdout.is_empty() && !output.stderr.is_empty(), "{args:?}");
    }
    println!("preflight: 8 refusals");
}

#[test]
fn a_string_of_a_secret_is_unknown_until_it_is_given() {
    let bed = Bed::new();
    let hba = "local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n";
    let extra = Extra { hba: Some(hba), ..Extra::default() };
    let cluster = Cluster::start_with(
        &build(16),
        16,
        Some(Chain::Direct),
        &bed.certificates,
        &bed.dir.path().join("server"),
        extra,
    );
    admin(&cluster, "postgres", &format!("alter role app password '{CANARY}'"));
    let values = json!({"existingSecret": "outside"});
    let told = bed.preflight(&values, &[]);
    assert_eq!(
        (told.exit, told.of("connection-known"), told.of("database-reachable")),
        (3, "UNKNOWN", "UNKNOWN"),
        "{}",
        told.text
    );
    let file = bed.dir.path().join("dsn");
    fs::write(&file, format!("postgresql://app:{CANARY}@{NAME}:{}/postgres?sslmode=require\n", cluster.port)).unwrap();
    let path = file.display().to_string();
    for given in [path.clone(), format!("outside/STORE_URL={path}")] {
        let told = bed.preflight(&values, &["--dsn-file", &given, "--connect-to", &detour(cluster.port)]);
        assert_eq!((told.of("connection-known"), told.of("database-reachable")), ("PASS", "PASS"), "{}", told.text);
    }
    let told = bed.preflight(&values, &["--dsn-file", &format!("outside/OTHER={path}")]);
    assert_ne!(told.exit, 0, "{}", told.text);
    assert_ne!(told.of("connection-known"), "PASS", "{}", told.text);
    println!("preflight: 4 cases of strings in files");
}

#[test]
fn reports_are_what_their_schema_says_and_hide_the_password() {
    let bed = Bed::new();
    let text = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/preflight.schema.json")).unwrap();
    let schema: Value = serde_json::from_str(&text).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for (url, exit) in [
        (format!("postgresql://app:{CANARY}@{NAME}:1/x"), 3),
        (format!("postgresql://app:{CANARY}@{NAME}:1/x?sslmode=nonsense"), 1),
        (format!("postgresql://app:{CANARY}@{NAME}:1/x?sslmode=require&{CANARY}=1"), 1),
        (format!("postgresql://app:{CANARY}@{NAME}:1/x\n"), 1),
        // Nothing that is known to be a connection: unknown, and no pass.
        (format!(" host={NAME} password={CANARY}"), 3),
    ] {
        let told = bed.preflight(&json!({"url": url}), &["--connect-to", &detour(1)]);
        assert_eq!(told.exit, exit, "{}", told.text);
        assert!(validator.is_valid(&told.report), "{}", told.text);
    }
    let url = format!("postgresql://app:{CANARY}@{NAME}:1/{CANARY}");
    let values = bed.dir.path().join("v.json");
    fs::write(&values, json!({"url": url}).to_string()).unwrap();
    for format in ["text", "json", "junit", "github"] {
        let output = bed.run(&["-f", values.to_str().unwrap(), "--connect-to", &detour(1), "--report", format], None);
        assert_eq!(output.status.code(), Some(3), "{format}");
        assert!(!output.stdout.is_empty(), "{format}");
    }
    println!("preflight: 9 reports");
}

#[test]
fn the_page_lists_every_check() {
    let page = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/preflight.md")).unwrap();
    let rows: Vec<&str> = page.lines().filter(|line| line.starts_with("| `")).collect();
    let want = plimsoll::preflight::CHECKS.iter().map(|check| format!("| `{}` | {} |", check.id, check.summary));
    assert_eq!(rows, want.collect::<Vec<_>>());
}
