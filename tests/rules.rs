//! Every rule: its page, its cases, and that the fix which it prints makes the case pass.
//!
//! The layout of a case is described in golden/rules/README.md. `RULE=part-of-an-id` runs some.

#[path = "common/process.rs"]
mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use plimsoll::chart::{Log, Options};
use plimsoll::diagnostic::Kind;
use plimsoll::dialect::V4_3;
use plimsoll::limits::{Limits, Stack, with_deep_stack};
use plimsoll::lint::{Collected, Request, Stop, examine};
use plimsoll::render::{Release, Settings};
use plimsoll::rules::{self, Facts, Fix, Op, RULES, Rule, Verdict};
use plimsoll::value::{Tree, to_json};
use plimsoll::values::Overrides;
use plimsoll::world::{Capabilities, World};
use serde::Deserialize;
use serde_json::{Map, Value};

const SECTIONS: [&str; 5] = ["What goes wrong in production", "Bad", "Good", "Fix", "Since"];

/// Steps of repair before a case counts as hopeless.
const REPAIRS: usize = 20;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    why: String,
    #[serde(default)]
    values: Map<String, Value>,
    #[serde(default)]
    set: Vec<String>,
    #[serde(default)]
    finds: Vec<String>,
    #[serde(default)]
    upgrade: bool,
}

/// A case as it lies in a temporary folder, where repairs change it.
struct Chart {
    folder: tempfile::TempDir,
    values: Value,
    set: Vec<String>,
    upgrade: bool,
}

/// What one rule says of one chart.
#[derive(Debug, Default)]
struct Said {
    holds: usize,
    broken: Vec<(String, Option<Fix>)>,
    undecided: Vec<String>,
    documents: Vec<Value>,
    defaults: Value,
}

fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/rules")
}

fn names(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let folders = entries.map(|e| e.unwrap()).filter(|e| e.path().is_dir());
    folders.map(|e| e.file_name().into_string().unwrap()).collect()
}

#[test]
fn every_rule_has_cases_and_every_case_a_rule() {
    let ids: BTreeSet<String> = RULES.iter().map(|r| r.id.to_string()).collect();
    assert_eq!(ids, names(&golden()));
    for id in ids {
        let cases = names(&golden().join(&id));
        assert!(
            cases.contains("passes") && cases.contains("fails"),
            "{id}: a rule has a case `passes` and one `fails`"
        );
        for case in cases {
            let kind = case.split('-').next().unwrap();
            assert!(["passes", "fails", "undecided"].contains(&kind), "{id}/{case}: what is it to show?");
        }
    }
}

#[test]
fn every_rule_has_its_page() {
    for rule in RULES {
        let id = rule.id;
        assert!(rule.docs.starts_with(&format!("# {id}\n")), "{id}: the page opens with the id");
        let titles: Vec<&str> = rule.docs.lines().filter_map(|l| l.strip_prefix("## ")).collect();
        assert_eq!(titles, SECTIONS, "{id}: the sections of the page");
        for (n, title) in SECTIONS.iter().enumerate() {
            let text = rule.docs.split(&format!("\n## {title}\n")).nth(1).unwrap();
            let text = text.split("\n## ").next().unwrap().trim();
            let least = if n == 4 { 3 } else { 20 };
            assert!(text.len() >= least, "{id}: {title} says nothing");
        }
        let source = format!("{}/src/rules/{}.rs", env!("CARGO_MANIFEST_DIR"), id.replace('-', "_"));
        let family = format!("{}/src/rules/{}/mod.rs", env!("CARGO_MANIFEST_DIR"), id.replace('-', "_"));
        assert!(Path::new(&source).exists() || Path::new(&family).exists(), "{id}: its file has its name");
    }
}

/// docs/rules.md is what the registry says. `scripts/rules` writes it.
#[test]
fn the_table_of_rules_is_current() {
    let mut text = String::from(
        "# Rules\n\nWhat `plimsoll lint` looks for. `plimsoll explain ID` prints a rule's page. Made by `scripts/rules`.\n\n\
         | id | severity | what is wrong |\n|---|---|---|\n",
    );
    for rule in RULES {
        let (id, severity, summary) = (rule.id, rule.severity.name(), rule.summary);
        let page = id.replace('-', "_");
        text += &format!("| <a id=\"{id}\"></a>[`{id}`](../src/rules/{page}.md) | {severity} | {summary} |\n");
    }
    text += "\n## What ends a render\n\nRefusals carry ids too; `allow` takes them.\n\n| id | page |\n|---|---|\n";
    for kind in Kind::ALL {
        let id = kind.id();
        let folder = if kind.is_ours() { "deviations" } else { "refusals" };
        text += &format!("| <a id=\"{id}\"></a>`{id}` | [{folder}/{id}.md]({folder}/{id}.md) |\n");
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules.md");
    if std::env::var_os("PLIMSOLL_WRITE").is_some() {
        fs::write(&path, &text).expect("docs/rules.md can be written");
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(written == text, "docs/rules.md is not current: run scripts/rules");
}

#[test]
fn every_case_is_judged_as_it_should_be() {
    let only = std::env::var("RULE").unwrap_or_default();
    let mut cases = Vec::new();
    for rule in RULES.iter().filter(|r| r.id.contains(&only)) {
        cases.extend(names(&golden().join(rule.id)).into_iter().map(|case| (*rule, case)));
    }
    assert!(!cases.is_empty(), "no rule is called {only}");
    let wrong: Vec<String> = support::parallel(&cases, |(rule, case)| {
        with_deep_stack(128 << 20, |stack| check(rule, case, stack)).unwrap().err()
    })
    .into_iter()
    .flatten()
    .collect();
    support::count_line(&format!("rules: {} rules, {} cases, {} wrong", RULES.len(), cases.len(), wrong.len()));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Judges one case; the error says what is wrong with it.
fn check(rule: &Rule, name: &str, stack: Stack) -> Result<(), String> {
    let folder = golden().join(rule.id).join(name);
    let fail = |words: String| format!("{}/{name}: {words}", rule.id);
    let text = fs::read_to_string(folder.join("case.yaml")).map_err(|e| fail(format!("case.yaml: {e}")))?;
    let case: Case = serde_yaml::from_str(&text).map_err(|e| fail(format!("case.yaml: {e}")))?;
    if case.why.trim().is_empty() {
        return Err(fail("why?".into()));
    }
    let mut chart = Chart::new(&folder, &case).map_err(&fail)?;
    let said = chart.judge(rule, stack).map_err(&fail)?;
    let counted = format!("{} hold, broken: {:?}, undecided: {:?}", said.holds, messages(&said), said.undecided);
    match name.split('-').next() {
        Some("passes") => {
            let fine = said.holds > 0 && said.broken.is_empty() && said.undecided.is_empty();
            if fine { Ok(()) } else { Err(fail(format!("it should hold: {counted}"))) }
        }
        Some("undecided") => {
            let fine = said.broken.is_empty() && !said.undecided.is_empty();
            if fine { Ok(()) } else { Err(fail(format!("it cannot be told: {counted}"))) }
        }
        _ => {
            if said.broken.is_empty() || !said.undecided.is_empty() {
                return Err(fail(format!("it should be broken: {counted}")));
            }
            if let Some(part) = case.finds.iter().find(|part| !messages(&said).iter().any(|m| m.contains(*part))) {
                return Err(fail(format!("no finding says {part:?}: {counted}")));
            }
            chart.repair(rule, said, stack).map_err(fail)
        }
    }
}

fn messages(said: &Said) -> Vec<&str> {
    said.broken.iter().map(|(message, _)| message.as_str()).collect()
}

impl Chart {
    fn new(folder: &Path, case: &Case) -> Result<Chart, String> {
        let temporary = tempfile::tempdir().expect("a temporary folder");
        let root = temporary.path();
        let (chart, manifests) = (folder.join("chart"), folder.join("manifests.yaml"));
        match (chart.exists(), manifests.exists()) {
            (true, false) => support::copy_folder(&chart, root).expect("the chart can be copied"),
            (false, true) => {
                let text = fs::read_to_string(manifests).expect("manifests.yaml can be read");
                fs::create_dir(root.join("templates")).expect("a folder");
                let text = text.replace("{{", "{{ \"{{\" }}");
                fs::write(root.join("templates/manifests.yaml"), text).expect("a file");
            }
            _ => return Err("it has either chart/ or manifests.yaml".into()),
        }
        let metadata = root.join("Chart.yaml");
        if !metadata.exists() {
            fs::write(metadata, "apiVersion: v2\nname: case\nversion: 0.1.0\n").expect("a file");
        }
        let (values, set) = (Value::Object(case.values.clone()), case.set.clone());
        Ok(Chart { folder: temporary, values, set, upgrade: case.upgrade })
    }

    /// The same, whether another thread renders a part of what the rule asks for or not.
    fn judge(&self, rule: &Rule, stack: Stack) -> Result<Said, String> {
        let (alone, shared) = (self.judge_as(rule, stack, false), self.judge_as(rule, stack, true));
        assert_eq!(format!("{alone:?}"), format!("{shared:?}"), "{}: one thread or two", rule.id);
        shared
    }

    fn judge_as(&self, rule: &Rule, stack: Stack, share: bool) -> Result<Said, String> {
        let root = self.folder.path();
        let file = root.with_extension("values.yaml");
        fs::write(&file, self.values.to_string()).expect("a file");
        let overrides = Overrides {
            files: vec![file.to_string_lossy().into_owned()],
            set: self.set.clone(),
            ..Overrides::default()
        };
        let settings = Settings {
            dialect: &V4_3,
            release: Release { name: "rel".into(), namespace: "default".into(), is_upgrade: self.upgrade },
            capabilities: Capabilities::default_of(&V4_3),
            limits: Limits::default(),
            skip_schema_validation: false,
        };
        let (options, world) = (Options::default(), World::seeded(1, 1_700_000_000));
        let (options, overrides) = (&options, &overrides);
        let request = Request { chart: root, options, overrides, settings, world: &world, beside: &[], share };
        let mut log = Log::new(&V4_3);
        let said = examine(&request, stack, &mut log, &mut Collected::default(), |facts| look(rule, facts));
        fs::remove_file(&file).expect("the file is there");
        said.map_err(|stop| match stop {
            Stop::Schema { violations, .. } => format!("the schema refuses it: {violations:?}"),
            Stop::Refused(refusal) => format!("it does not render: {refusal}"),
        })
    }

    /// Carries out the fix of the first finding, again and again, until there is none.
    fn repair(&mut self, rule: &Rule, mut said: Said, stack: Stack) -> Result<(), String> {
        for _ in 0..REPAIRS {
            let Some((message, fix)) = said.broken.first() else { return Ok(()) };
            let Some(fix) = fix.as_ref().filter(|f| !f.ops.is_empty()) else {
                return Err(format!("a finding without a fix: {message}"));
            };
            let context = |e: String| format!("the fix of {message:?} cannot be carried out: {e}");
            fix.apply_to_values(&mut self.values, &said.defaults).map_err(context)?;
            let about_documents = |op: &Op| !matches!(op, Op::SetValue { .. } | Op::RemoveValue { .. });
            if fix.ops.iter().any(about_documents) {
                let mut documents = if fix.ops.iter().all(about_documents) {
                    std::mem::take(&mut said.documents)
                } else {
                    self.judge(rule, stack)?.documents
                };
                fix.apply_to_documents(&mut documents, "default").map_err(context)?;
                self.render_no_more(&documents);
            }
            let now = self.judge(rule, stack).map_err(|e| format!("after the fix of {message:?}: {e}"))?;
            if now.broken.len() >= said.broken.len() || !now.undecided.is_empty() {
                let (left, undecided) = (messages(&now), &now.undecided);
                return Err(format!("the fix of {message:?} does not help: {left:?}, undecided: {undecided:?}"));
            }
            said = now;
        }
        Err(format!("{REPAIRS} fixes were not enough: {:?}", messages(&said)))
    }

    /// From here on the documents stand for the chart. JSON is YAML, and braces in its texts can be escaped.
    fn render_no_more(&mut self, documents: &[Value]) {
        let root = self.folder.path();
        for folder in ["templates", "crds", "charts"] {
            let _ = fs::remove_dir_all(root.join(folder));
        }
        let _ = fs::remove_file(root.join("values.schema.json"));
        fs::create_dir(root.join("templates")).expect("a folder");
        let text: Vec<String> = documents.iter().map(|d| d.to_string().replace("{{", "\\u007b\\u007b")).collect();
        fs::write(root.join("templates/manifests.yaml"), text.join("\n---\n")).expect("a file");
    }
}

fn look(rule: &Rule, facts: &Facts<'_>) -> Said {
    let mut said = Said {
        documents: facts.manifests.documents.iter().map(|d| to_json(d.root().tree())).collect(),
        defaults: match facts.chart.values {
            Tree::Null => Value::Object(Map::new()),
            tree => to_json(tree),
        },
        ..Said::default()
    };
    for judgement in rules::judge(rule, facts) {
        match judgement.verdict {
            Verdict::Holds(_) => said.holds += 1,
            Verdict::Broken(finding) => said.broken.push((finding.message, finding.fix)),
            Verdict::Undecided(reason) => said.undecided.push(format!("{}: {}", judgement.subject, reason.why)),
        }
    }
    said
}
