//! What the reference chart says of itself is true: every value is documented and in the schema, the README's table is current,
//! and every snippet of its documents renders and lints clean.

#[path = "common/process.rs"]
mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use support::{DEFAULT, OTHER};

/// Documents whose snippets are tried.
const DOCUMENTS: [&str; 2] = ["chart/README.md", "docs/migration.md"];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
}

fn schema() -> Value {
    serde_json::from_str(&read("chart/values.schema.json")).expect("the schema is JSON")
}

/// `# -- text` above a key, by the key's path.
fn comments() -> Vec<(String, String)> {
    let (mut found, mut path, mut comment) = (Vec::new(), Vec::<(usize, String)>::new(), String::new());
    for line in read("chart/values.yaml").lines() {
        let bare = line.trim_start();
        let depth = line.len() - bare.len();
        if let Some(words) = bare.strip_prefix('#') {
            comment += words;
        } else if let Some((key, _)) = bare.split_once(':').filter(|(key, _)| !key.contains([' ', '-', '{'])) {
            path.retain(|(d, _)| *d < depth);
            path.push((depth, key.to_owned()));
            let name = path.iter().map(|(_, key)| key.as_str()).collect::<Vec<_>>().join(".");
            if let Some(words) = std::mem::take(&mut comment).strip_prefix(" -- ") {
                found.push((name, words.to_owned()));
            }
        } else {
            comment.clear();
        }
    }
    found
}

/// Every path of values.yaml with what is below it.
fn paths(value: &Value, at: &str, found: &mut Vec<(String, bool)>) {
    for (key, inner) in value.as_object().into_iter().flatten() {
        let path = if at.is_empty() { key.clone() } else { format!("{at}.{key}") };
        found.push((path.clone(), inner.as_object().is_some_and(|m| !m.is_empty())));
        paths(inner, &path, found);
    }
}

/// The schema of a path, references followed.
fn of<'s>(schema: &'s Value, path: &str) -> Option<&'s Value> {
    path.split('.').try_fold(schema, |at, key| follow(schema, at.get("properties")?.get(key)?))
}

fn follow<'s>(schema: &'s Value, at: &'s Value) -> Option<&'s Value> {
    match at.get("$ref").and_then(Value::as_str) {
        Some(reference) => schema.pointer(reference.strip_prefix('#')?),
        None => Some(at),
    }
}

#[test]
fn every_value_is_documented_and_in_the_schema() {
    let values: Value = serde_yaml::from_str(&read("chart/values.yaml")).expect("values are YAML");
    let (schema, comments) = (schema(), comments());
    let documented: BTreeSet<&str> = comments.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(documented.len(), comments.len(), "a value is documented twice");
    let mut all = Vec::new();
    paths(&values, "", &mut all);
    let above = |path: &str| path.match_indices('.').any(|(at, _)| documented.contains(&path[..at]));
    for (path, has_more) in &all {
        let is_documented = documented.contains(path.as_str()) || above(path);
        assert!(is_documented || *has_more, "{path} has no comment `# -- ...` in values.yaml");
        assert!(above(path) || of(&schema, path).is_some(), "{path} is not in values.schema.json");
    }
    let known: BTreeSet<&str> = all.iter().map(|(path, _)| path.as_str()).collect();
    for path in &documented {
        assert!(known.contains(path), "{path} is documented and is not there");
    }
    assert!(all.len() > 80, "only {} values", all.len());
}

/// The other way round: what the schema knows stands in values.yaml, and what an entry of a map or list may hold is named in the
/// comment of that map or list.
#[test]
fn every_key_of_the_schema_is_in_the_values() {
    let values: Value = serde_yaml::from_str(&read("chart/values.yaml")).expect("values are YAML");
    let (schema, comments) = (schema(), comments());
    let mut seen = 0;
    let mut open = vec![String::new()];
    while let Some(at) = open.pop() {
        let here = if at.is_empty() { Some(&schema) } else { of(&schema, &at) };
        // The names that a map may not have are no keys.
        let own = here.filter(|h| h.get("patternProperties").is_none());
        let Some(properties) = own.and_then(|h| h.get("properties")).and_then(Value::as_object) else {
            let by_name =
                |h: &'_ Value| h.get("patternProperties").and_then(Value::as_object)?.values().next().cloned();
            let entry = here.and_then(|h| h.get("items").cloned().or_else(|| by_name(h)));
            let entry = entry.as_ref();
            let entry =
                entry.and_then(|e| follow(&schema, e)).and_then(|e| e.get("properties")).and_then(Value::as_object);
            let comment = comments.iter().find(|(path, _)| *path == at).map_or("", |(_, words)| words);
            // A toleration is Kubernetes' own.
            for key in entry.into_iter().flat_map(|e| e.keys()).filter(|_| at != "tolerations") {
                assert!(comment.contains(&format!("`{key}")), "{at}: the comment does not name `{key}`");
                seen += 1;
            }
            continue;
        };
        for key in properties.keys().filter(|key| *key != "global") {
            let path = if at.is_empty() { key.clone() } else { format!("{at}.{key}") };
            let documented_above = comments.iter().any(|(p, _)| path.starts_with(&format!("{p}.")));
            let there = values.pointer(&format!("/{}", path.replace('.', "/"))).is_some();
            assert!(there || documented_above, "{path} is in the schema and not in values.yaml");
            seen += 1;
            open.push(path);
        }
    }
    assert!(seen > 90, "only {seen} keys");
}

#[test]
fn the_table_of_values_is_current() {
    let said = Command::new(root().join("scripts/chart-readme")).arg("--check").output().expect("Python 3 is there");
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
}

/// Blocks of a language in a document.
fn blocks<'t>(text: &'t str, language: &str) -> Vec<&'t str> {
    let fence = format!("```{language}\n");
    text.split(&fence).skip(1).filter_map(|rest| rest.split("```").next()).collect()
}

#[test]
fn a27_every_snippet_of_values_renders_and_lints() {
    let mut tried = 0;
    for document in DOCUMENTS {
        for snippet in blocks(&read(document), "yaml") {
            let work = tempfile::tempdir().expect("a temporary folder");
            fs::write(work.path().join("values.yaml"), snippet).expect("it can be written");
            accepted(document, work.path(), &["-f", "values.yaml"], snippet);
            tried += 1;
        }
    }
    assert!(tried >= 9, "{tried} snippets");
}

/// `helm install` and `helm upgrade` as they stand there, with the files that the document shows under the names it uses.
#[test]
fn a27_every_command_of_helm_renders() {
    let mut tried = 0;
    for document in DOCUMENTS {
        let text = read(document);
        let work = tempfile::tempdir().expect("a temporary folder");
        // A snippet whose first line names a file is that file.
        for snippet in blocks(&text, "yaml") {
            if let Some(name) =
                snippet.lines().next().and_then(|l| l.strip_prefix("# ")).filter(|n| n.ends_with(".yaml"))
            {
                fs::write(work.path().join(name), snippet).expect("it can be written");
            }
        }
        for line in blocks(&text, "sh").iter().flat_map(|block| block.lines()) {
            let words: Vec<&str> = line.split_whitespace().collect();
            let Some(("helm", verb)) = words.first().copied().zip(words.get(1).copied()) else { continue };
            assert!(["install", "upgrade", "test", "get", "rollback"].contains(&verb), "{document}: {line}");
            if !["install", "upgrade"].contains(&verb) {
                continue;
            }
            let own = ["./chart", "--install", "--reuse-values", "--reset-then-reuse-values", "--wait", "--atomic"];
            let args: Vec<&str> =
                words.iter().skip(3).take_while(|w| **w != "#").filter(|w| !own.contains(w)).copied().collect();
            accepted(document, work.path(), &args, line);
            tried += 1;
        }
    }
    assert!(tried >= 6, "{tried} commands");
}

/// Both real Helms render and lint the chart with these arguments, and ours renders it.
fn accepted(document: &str, work: &Path, args: &[&str], shown: &str) {
    let chart = root().join("chart");
    for version in [DEFAULT, OTHER] {
        for command in [&["template", "queue"][..], &["lint", "--strict"]] {
            let mut helm = support::command(&support::helm(version), work, work);
            helm.args(command).arg(&chart).args(args);
            let answer = support::run(helm, b"");
            let said = String::from_utf8_lossy(&answer.stderr).into_owned() + &String::from_utf8_lossy(&answer.stdout);
            assert_eq!(answer.exit, Some(0), "{document}: helm {command:?} {version} on\n{shown}\n{said}");
        }
    }
    // What the chart cannot see (a Secret of somebody else) is undecided, never a finding.
    let mut ours = support::command(Path::new(env!("CARGO_BIN_EXE_plimsoll")), work, work);
    ours.args(["lint", "--no-config", "--strict"]).arg(&chart).args(args);
    let answer = support::run(ours, b"");
    let said = String::from_utf8_lossy(&answer.stdout);
    assert!(matches!(answer.exit, Some(0 | 3)), "{document}: our lint on\n{shown}\n{said}");
}
