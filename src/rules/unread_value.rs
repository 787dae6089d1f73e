//! `unread-value`: a value that somebody gave and nothing reads.
//!
//! Nothing reads it when the chart's values.yaml does not know its key, no schema names it, no template says the word, and
//! the render is the same without it.

use std::collections::HashSet;

use bumpalo::Bump;
use serde_json::Value;

use super::worlds::why;
use super::{Facts, Finding, Fix, Judgement, Rule, Scope, Spot, Subject};
use crate::chart::Chart;
use crate::diagnostic::{Severity, nearest};
use crate::manifest::{Path, Step};
use crate::provenance::{Change, Otherwise, Stop, ValuesPath, leaves, nudge};
use crate::value::{MapNode, Tree};

pub static RULE: Rule = Rule {
    id: "unread-value",
    summary: "a value is given that nothing reads",
    severity: Severity::Warning,
    scope: Scope::Any,
    docs: include_str!("unread_value.md"),
    check,
    subjects,
};

/// The keys and items that somebody gave, empty maps and lists left out.
fn subjects(facts: &Facts<'_>) -> usize {
    let mut open = vec![Tree::Map(facts.user)];
    let mut count = 0;
    while let Some(tree) = open.pop() {
        match tree {
            Tree::Map(map) => open.extend(map.entries().iter().map(|e| e.value)),
            Tree::List(list) => open.extend(list.items().iter().map(|(item, _)| *item)),
            _ => count += 1,
        }
    }
    count
}

/// Renders to tell the unread ones apart.
const RENDERS: usize = 12;

fn check(facts: &Facts<'_>) -> Vec<Judgement> {
    let given = leaves(facts.user);
    let unknown: Vec<Option<Unknown>> = given.iter().map(|(path, _)| unknown(facts, path)).collect();
    let asked: Vec<usize> = (0..given.len()).filter(|n| unknown.get(*n).is_some_and(Option::is_some)).collect();
    let (unread, stopped) = unread(facts, &given, asked);
    let judge = |(n, ((path, _), unknown)): (usize, (&(ValuesPath, Tree<'_>), Option<Unknown>))| {
        let subject = Subject::new("values", path.to_string());
        match unknown {
            None => Judgement::holds(subject, "the chart knows it"),
            Some(unknown) if unread.contains(&n) => Judgement::broken(subject, finding(path, &unknown)),
            Some(_) => match &stopped {
                Some(why) => Judgement::undecided(subject, why.clone()),
                None => Judgement::holds(subject, "the render depends on it"),
            },
        }
    };
    given.iter().zip(unknown).enumerate().map(judge).collect()
}

/// Of leaves, those that change nothing; and why that is not known of all.
fn unread(facts: &Facts<'_>, given: &[(ValuesPath, Tree<'_>)], all: Vec<usize>) -> (HashSet<usize>, Option<String>) {
    let (mut found, mut stopped) = (HashSet::new(), None);
    let mut left = vec![all];
    let mut renders = 0;
    while let Some(group) = left.pop().filter(|group| !group.is_empty()) {
        renders += 1;
        if renders > RENDERS {
            return (found, Some("the chart was rendered as often as is allowed for one rule".into()));
        }
        let arena = Bump::new();
        let mut variant = facts.worlds.variant();
        let leaves = group.iter().filter_map(|n| given.get(*n));
        variant.changes =
            leaves.map(|(path, value)| Change { path: path.clone(), value: nudge(*value, &arena) }).collect();
        // Every file is what it was, to the byte.
        let look = |otherwise: &Otherwise<'_>| facts.files.iter().all(|file| otherwise.same.contains(&file.path));
        match facts.worlds.render(&variant, look) {
            Ok(true) => found.extend(group),
            // A render that is refused has read what was changed.
            Ok(false) | Err(Stop::Refused(_)) if group.len() == 1 => {}
            Ok(false) | Err(Stop::Refused(_)) => {
                let (first, second) = group.split_at(group.len() / 2);
                left.extend([second.to_vec(), first.to_vec()]);
            }
            Err(stop) => {
                stopped = Some(why(&stop));
                break;
            }
        }
    }
    (found, stopped)
}

/// A path that the chart does not know.
struct Unknown {
    /// How much of the path it knows.
    depth: usize,
    /// The key there that is most like the next one.
    nearest: Option<String>,
}

/// `None` for a path that the chart knows, or might.
fn unknown(facts: &Facts<'_>, path: &ValuesPath) -> Option<Unknown> {
    // Whose key it is: charts below take over where their name is a key.
    let mut chart = facts.chart;
    let mut start = 0;
    loop {
        let key = path.0.get(start)?;
        if ["global", "tags"].contains(&key.as_str()) {
            return None;
        }
        let named = chart.metadata.dependencies.unwrap_or_default().iter();
        let mut named = named.filter(|d| d.name == key.as_str() || d.alias == key.as_str());
        let (called, is_named) = named.next().map_or((key.as_str().into(), false), |d| (d.name.to_string(), true));
        match chart.dependencies.iter().find(|d| d.metadata.name == called.as_str()) {
            Some(below) => chart = below,
            None if is_named => return None,
            None => break,
        }
        // What decides whether a chart is there is read by nobody else.
        start += 1;
        if path.0.get(start).is_some_and(|key| key == "enabled") && path.0.len() == start + 1 {
            return None;
        }
    }
    let rest = path.0.get(start..)?;
    let (depth, siblings) = missing(chart, rest)?;
    let key = rest.get(depth)?;
    let schema = chart.schema.and_then(|text| serde_json::from_slice::<Value>(text).ok());
    if schema.is_some_and(|schema| says(&schema, key)) || mentions(facts.chart, key) {
        return None;
    }
    let nearest = nearest(key, siblings.iter().map(String::as_str)).map(str::to_string);
    Some(Unknown { depth: start + depth, nearest })
}

/// How much of a path the defaults know, and the keys beside the first one that they do not. `None` where they know all,
/// or where anything may stand.
fn missing(chart: &Chart<'_>, path: &[String]) -> Option<(usize, Vec<String>)> {
    let mut at: &MapNode<'_> = chart.values.as_map()?;
    for (depth, key) in path.iter().enumerate() {
        let Some(entry) = at.get(key.as_bytes()) else {
            // An empty map takes whatever the user likes.
            let keys: Vec<String> = at.entries().iter().map(|e| e.key.to_string()).collect();
            return (!keys.is_empty()).then_some((depth, keys));
        };
        at = entry.value.as_map()?;
    }
    None
}

/// Whether a schema says a key anywhere, by its name.
fn says(schema: &Value, key: &str) -> bool {
    let mut open = vec![schema];
    while let Some(value) = open.pop() {
        match value {
            Value::Object(map) => {
                if map.contains_key(key) {
                    return true;
                }
                open.extend(map.values());
            }
            Value::Array(items) => open.extend(items),
            _ => {}
        }
    }
    false
}

/// Whether a template of the chart or of those below says a word.
fn mentions(root: &Chart<'_>, word: &str) -> bool {
    let mut open = vec![root];
    let is_part = |b: &u8| b.is_ascii_alphanumeric() || *b == b'_';
    while let Some(chart) = open.pop() {
        for file in chart.templates.iter().filter_map(|f| f.ready()) {
            let hit = bstr::ByteSlice::find_iter(file, word).any(|at| {
                let (before, after) = (at.checked_sub(1).and_then(|at| file.get(at)), file.get(at + word.len()));
                !before.is_some_and(is_part) && !after.is_some_and(is_part)
            });
            if hit {
                return true;
            }
        }
        open.extend(chart.dependencies);
    }
    false
}

fn finding(path: &ValuesPath, unknown: &Unknown) -> Finding {
    let steps = |keys: &[String]| Path(keys.iter().map(|key| Step::Key(key.clone())).collect());
    let known = path.0.get(..unknown.depth).unwrap_or_default();
    let key = path.0.get(unknown.depth).map_or("", String::as_str);
    let whole = path.0.get(..=unknown.depth).unwrap_or_default();
    let shown = steps(whole);
    let mut finding = Finding::new(format!("nothing reads {path}: the setting is without any effect"));
    finding.at = Spot::Values(shown.clone());
    finding.values = vec![shown.clone()];
    let fix = Fix { ops: vec![super::Op::RemoveValue { path: shown }] };
    finding.help = Some(match &unknown.nearest {
        Some(nearest) => {
            let mut keys = known.to_vec();
            keys.push(nearest.clone());
            format!("the chart knows {}, not {key}", steps(&keys))
        }
        None => format!("the chart knows no {key} there; take it out"),
    });
    finding.fix(fix)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn schemas_say_keys_anywhere() {
        assert!(says(&json!({"properties": {"a": {"properties": {"tls": {}}}}}), "tls"));
        assert!(!says(&json!({"properties": {"a": {"description": "tls"}}}), "tls"));
    }
}
