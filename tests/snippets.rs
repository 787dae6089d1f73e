//! What the documentation shows is tried: every block of YAML is read, those that are values are rendered by real Helm and judged
//! by our lint, and every `helm` and `plimsoll` command has only flags that those programs have.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use support::{Answer, count_line};

#[path = "common/process.rs"]
mod support;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A fenced block.
struct Block {
    file: String,
    line: usize,
    language: String,
    /// The heading that it stands under.
    section: String,
    text: String,
}

impl Block {
    fn place(&self) -> String {
        format!("{}:{}", self.file, self.line)
    }
}

/// Every block of every page that a user reads.
fn blocks() -> Vec<Block> {
    let mut pages: Vec<PathBuf> =
        ["README.md", "CONTRIBUTING.md", "chart/README.md"].iter().map(|p| root().join(p)).collect();
    for folder in
        ["src/rules", "docs", "docs/deviations", "docs/refusals", "golden/chart", "golden/micro", "golden/rules"]
    {
        let entries = fs::read_dir(root().join(folder)).unwrap().map(|e| e.unwrap().path());
        pages.extend(entries.filter(|p| p.extension().is_some_and(|e| e == "md")));
    }
    pages.sort();
    let mut found = Vec::new();
    for page in pages {
        let file = page.strip_prefix(root()).unwrap().display().to_string();
        let text = fs::read_to_string(&page).unwrap();
        let (mut open, mut section): (Option<Block>, String) = (None, String::new());
        for (n, line) in text.lines().enumerate() {
            let fence = line.trim_start().strip_prefix("```");
            match (&mut open, fence) {
                (None, Some(language)) => {
                    let language = language.trim().to_string();
                    open = Some(Block {
                        file: file.clone(),
                        line: n + 1,
                        language,
                        section: section.clone(),
                        text: String::new(),
                    });
                }
                (Some(_), Some(_)) => found.extend(open.take()),
                (Some(block), None) => block.text += &format!("{line}\n"),
                (None, None) if line.starts_with('#') => section = line.trim_start_matches('#').trim().to_string(),
                (None, None) => {}
            }
        }
        assert!(open.is_none(), "{file}: a block does not end");
    }
    found
}

#[test]
fn every_yaml_block_is_yaml_and_values_render() {
    let keys: BTreeSet<String> = top_level(&fs::read_to_string(root().join("chart/values.yaml")).unwrap());
    let (mut read, mut templates, mut rendered) = (0, 0, 0);
    for block in blocks().into_iter().filter(|b| ["yaml", "yml"].contains(&b.language.as_str())) {
        if block.text.contains("{{") {
            // A template is no YAML yet.
            templates += 1;
            continue;
        }
        for document in block.text.split("\n---\n") {
            let value: Value = serde_yaml::from_str(document).unwrap_or_else(|e| panic!("{}: {e}", block.place()));
            read += 1;
            let Some(map) = value.as_object() else { continue };
            // What a rule's page shows as bad is refused, or judged, by that rule's own cases.
            let is_values =
                !map.is_empty() && map.keys().all(|key| keys.contains(key)) && block.file == "chart/README.md";
            if is_values {
                rendered += 1;
                renders(&block, document);
            }
        }
    }
    assert!(read > 40 && rendered >= 3, "{read} documents, {rendered} of them values: does the test still see them?");
    count_line(&format!("snippets: {read} YAML documents, {rendered} rendered and linted, {templates} templates"));
}

fn top_level(text: &str) -> BTreeSet<String> {
    let value: Value = serde_yaml::from_str(text).unwrap();
    value.as_object().unwrap().keys().cloned().collect()
}

fn renders(block: &Block, values: &str) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("values.yaml");
    fs::write(&file, values).unwrap();
    let run = |program: &Path, args: &[&str]| -> Answer {
        let mut command = support::command(program, folder.path(), folder.path());
        command.args(args).arg(root().join("chart")).arg("-f").arg(&file);
        support::run(command, b"")
    };
    let helm = support::helm(support::DEFAULT);
    for (program, args) in [(helm.as_path(), &["template", "rel"][..]), (helm.as_path(), &["lint", "--strict"])] {
        let answer = run(program, args);
        assert_eq!(answer.exit, Some(0), "{}: {}", block.place(), String::from_utf8_lossy(&answer.stderr));
    }
    let answer = run(Path::new(env!("CARGO_BIN_EXE_plimsoll")), &["lint", "--no-config"]);
    assert_eq!(answer.exit, Some(0), "{}: {}", block.place(), String::from_utf8_lossy(&answer.stdout));
}

#[test]
fn every_command_has_flags_that_its_program_knows() {
    let mut known: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut commands = 0;
    for block in blocks().into_iter().filter(|b| ["sh", "bash", "console"].contains(&b.language.as_str())) {
        for line in block.text.replace("\\\n", " ").lines() {
            // A comment is not a part of the command.
            let line = line.split(" #").next().unwrap_or_default();
            for command in line.split(['|', ';']).flat_map(|part| part.split("&&")) {
                let words: Vec<&str> = command.split_whitespace().collect();
                let Some((program @ (&"helm" | &"plimsoll"), rest)) = words.split_first() else { continue };
                let (name, help) = help(program, rest);
                let flags = known.entry(name.clone()).or_insert_with(|| flags_of(&help));
                commands += 1;
                for word in rest.iter().filter(|w| w.starts_with('-') && w.len() > 1) {
                    let flag = word.split('=').next().unwrap_or_default();
                    assert!(flags.contains(flag), "{} ({}): {name} has no {flag}", block.place(), block.section);
                }
            }
        }
    }
    assert!(commands > 15, "only {commands} commands were found");
    count_line(&format!("snippets: {commands} helm and plimsoll commands"));
}

/// The deepest subcommand that these words name, and what it says of itself.
fn help(program: &str, words: &[&str]) -> (String, String) {
    let path =
        if program == "helm" { support::helm(support::DEFAULT) } else { PathBuf::from(env!("CARGO_BIN_EXE_plimsoll")) };
    let folder = tempfile::tempdir().unwrap();
    let ask = |words: &[&str]| {
        let mut command = support::command(&path, folder.path(), folder.path());
        command.args(words).arg("--help");
        support::run(command, b"")
    };
    let named: Vec<&str> =
        words.iter().copied().take_while(|w| w.chars().all(|c| c.is_ascii_lowercase())).take(2).collect();
    let first = named.first().copied().unwrap_or_else(|| panic!("{program} without a subcommand: {words:?}"));
    let answer = ask(&[first]);
    let text = String::from_utf8_lossy(&answer.stdout).into_owned();
    assert_eq!(answer.exit, Some(0), "{program} {first} --help");
    assert!(!text.contains("unknown command"), "{program} has no {first}");
    let nests = text.contains("Available Commands:") || text.contains("Commands:");
    match named.get(1).filter(|_| nests) {
        Some(second) => {
            let answer = ask(&[first, second]);
            assert_eq!(answer.exit, Some(0), "{program} {first} {second} --help");
            (format!("{program} {first} {second}"), String::from_utf8_lossy(&answer.stdout).into_owned())
        }
        None => (format!("{program} {first}"), text),
    }
}

fn flags_of(help: &str) -> BTreeSet<String> {
    let words = help.split(|c: char| c.is_whitespace() || matches!(c, ',' | '=' | '[' | ']'));
    words.filter(|w| w.starts_with('-') && w.len() > 1).map(str::to_string).collect()
}
