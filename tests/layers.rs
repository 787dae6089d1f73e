//! Data goes one way: a module imports only what stands above it in this list.

use std::fs;
use std::path::{Path, PathBuf};

/// Top to bottom. A later entry may import an earlier one, never the other way round.
const LAYERS: &[&str] = &[
    "diagnostic",
    "limits",
    "dialect",
    "value",
    "go",
    "redact",
    "yaml",
    "chart",
    "values",
    "schema",
    "world",
    "template",
    "release",
    "render",
    "manifest",
    "provenance",
    "kube",
    "postgres",
    "rules",
    "report",
    "config",
    "lint",
    "drift",
    "golden",
    "init",
    "database",
    "cluster",
    "preflight",
    "smoke",
    "kubeconfig",
    "commands",
    "cli",
    "main",
    "lib",
];

fn sources(dir: &Path, out: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") {
            out.push(path);
        }
    }
}

/// The module (first path component below src) of a file.
fn module(path: &Path, src: &Path) -> String {
    let first = path.strip_prefix(src).unwrap().components().next().unwrap();
    first.as_os_str().to_str().unwrap().trim_end_matches(".rs").to_string()
}

fn rank(module: &str) -> usize {
    LAYERS.iter().position(|l| *l == module).unwrap_or_else(|| panic!("module {module} is not in the list of layers"))
}

/// Every `crate::name` and `plimsoll::name` in a source text, comments and strings included: a doc link is an import of ideas.
fn imports(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for prefix in ["crate::", "plimsoll::"] {
        for (at, _) in text.match_indices(prefix) {
            let rest = &text[at + prefix.len()..];
            if let Some(group) = rest.strip_prefix('{') {
                let mut depth = 0usize;
                let mut name = String::new();
                for c in group.chars() {
                    match c {
                        '{' => depth += 1,
                        '}' if depth == 0 => break,
                        '}' => depth -= 1,
                        ',' if depth == 0 => found.push(std::mem::take(&mut name)),
                        _ if depth == 0 => name.push(c),
                        _ => {}
                    }
                }
                found.push(name);
            } else {
                found.push(rest.to_string());
            }
        }
    }
    found
        .into_iter()
        .map(|p| p.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>())
        .filter(|p| !p.is_empty())
        .collect()
}

/// How many `super::` lead from a file's module to the root of the crate.
fn depth(path: &Path, src: &Path) -> usize {
    let parts = path.strip_prefix(src).unwrap().components().count();
    if path.ends_with("mod.rs") { parts - 1 } else { parts }
}

/// The names that `super::super::name` reaches at the root or above a file's own module.
fn climbing_imports(text: &str, depth: usize) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find("super::") {
        rest = &rest[at..];
        let mut supers = 0;
        while let Some(more) = rest.strip_prefix("super::") {
            supers += 1;
            rest = more;
        }
        if supers >= depth {
            found.push(rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect());
        }
    }
    found
}

#[test]
fn a_climb_to_the_root_is_an_import() {
    assert_eq!(climbing_imports("use super::super::render;", 2), ["render"]);
    assert!(climbing_imports("use super::render;", 2).is_empty());
    assert_eq!(imports("use crate::{go::{a, b}, render};"), ["go", "render"]);
}

#[test]
fn modules_import_only_what_stands_above_them() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&src, &mut files);
    assert!(files.len() > 20, "the walk found {} files", files.len());
    let mut wrong = Vec::new();
    let mut seen = 0;
    for file in &files {
        let here = module(file, &src);
        let text = fs::read_to_string(file).unwrap();
        let by_super = climbing_imports(&text, depth(file, &src));
        for target in imports(&text).into_iter().chain(by_super) {
            if !LAYERS.contains(&target.as_str()) {
                continue; // `crate::Item` re-exported at the root: lib.rs has none but modules.
            }
            seen += 1;
            if rank(&target) > rank(&here) {
                wrong.push(format!("{} imports {target}", file.strip_prefix(&src).unwrap().display()));
            }
        }
    }
    assert!(seen > 50, "only {seen} imports were recognised: does the test still see them?");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Only `dialect` compares Helm versions; everybody else asks its row.
#[test]
fn versions_are_compared_in_one_place() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&src, &mut files);
    let mut wrong = Vec::new();
    for file in files.iter().filter(|f| module(f, &src) != "dialect") {
        let text = fs::read_to_string(file).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for (n, line) in code.lines().enumerate() {
            let line = line.split("//").next().unwrap_or_default();
            if line.contains("dialect.version ")
                || line.contains("dialect.range")
                || line.contains("dialect.version ==")
            {
                wrong.push(format!("{}:{}", file.strip_prefix(&src).unwrap().display(), n + 1));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Async code stands at the live edge alone: everything else is plain functions.
#[test]
fn async_stands_at_the_live_edge() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&src, &mut files);
    let edge = ["database", "cluster", "preflight", "smoke"];
    let (live, other): (Vec<_>, Vec<_>) = files.iter().partition(|f| edge.contains(&module(f, &src).as_str()));
    let is_async = |file: &&PathBuf| {
        let text = fs::read_to_string(file).unwrap();
        text.contains("async fn ")
            || text.contains("async move")
            || text.contains(".await;")
            || text.contains(".await?")
    };
    assert!(live.into_iter().any(|f| is_async(&f)), "does the test still see them?");
    let wrong: Vec<_> = other.into_iter().filter(is_async).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}
