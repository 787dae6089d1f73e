//! Every crate that is linked in carries a licence that Apache-2.0 software may ship with, and a reason in Cargo.toml.

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::Value;

/// Permissive licences, by SPDX identifier.
const ALLOWED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
    "Apache-2.0 WITH LLVM-exception",
];

/// Whether an SPDX expression can be satisfied by allowed licences alone: every `AND` part has an allowed `OR` choice.
fn permitted(expression: &str) -> bool {
    let flat = expression.replace(['(', ')'], "").replace('/', " OR ");
    flat.split(" AND ").all(|part| part.split(" OR ").any(|l| ALLOWED.contains(&l.trim())))
}

#[test]
fn every_licence_is_permitted() {
    let host = Command::new(env!("CARGO")).args(["--version", "--verbose"]).output().unwrap();
    let host = String::from_utf8(host.stdout).unwrap();
    let host = host.lines().find_map(|l| l.strip_prefix("host: ")).expect("cargo names its host");
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--offline", "--filter-platform", host])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let used: BTreeSet<&str> =
        metadata["resolve"]["nodes"].as_array().unwrap().iter().map(|n| n["id"].as_str().unwrap()).collect();
    let mut checked = 0;
    for package in metadata["packages"].as_array().unwrap() {
        if !used.contains(package["id"].as_str().unwrap()) {
            continue;
        }
        checked += 1;
        let licence = package["license"].as_str().unwrap_or("none");
        assert!(permitted(licence), "{} {}: {licence}", package["name"], package["version"]);
    }
    assert!(checked > 30, "only {checked} crates were found");
}

#[test]
fn what_is_not_listed_is_refused() {
    assert!(permitted("MIT OR GPL-3.0-only"));
    assert!(permitted("(MIT OR Apache-2.0) AND Unicode-3.0"));
    assert!(!permitted("GPL-3.0-only"));
    assert!(!permitted("MIT AND GPL-3.0-only"));
}

/// Cargo.toml explains each dependency in a comment right above it.
#[test]
fn every_dependency_has_its_reason() {
    let manifest = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")).unwrap();
    let (mut inside, mut explained, mut seen) = (false, false, 0);
    for line in manifest.lines() {
        match line.trim() {
            heading if heading.starts_with('[') => {
                inside = heading.ends_with("dependencies]");
                explained = false;
            }
            "" => explained = false,
            comment if comment.starts_with('#') => explained = true,
            entry if inside && entry.contains(" = ") => {
                seen += 1;
                assert!(explained, "no reason stands above {entry}");
            }
            _ => {}
        }
    }
    assert!(seen > 10, "only {seen} dependencies were found");
}
