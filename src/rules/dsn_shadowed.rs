//! `dsn-shadowed`: two sources for one connection, of which one loses without a word.
//!
//! Source: kubernetes `pkg/kubelet/kubelet_pods.go` (`env` beats `envFrom`, a later `envFrom` an earlier one). A connection
//! string that was given as a value and that nothing rendered holds has lost to something in a template.

use super::fix::{DocRef, Fix, Op};
use super::{Evidence, Facts, Finding, Judgement, Rule, Scope, Spot, Subject, Verdict, connection};
use crate::diagnostic::Severity;
use crate::kube::{self, VarSource};
use crate::manifest::{Path, Step};
use crate::postgres::dsn;
use crate::postgres::topology::{Edge, Link, Why};
use crate::value::Tree;

pub static RULE: Rule = Rule {
    id: "dsn-shadowed",
    summary: "a second source of a connection string loses silently",
    severity: Severity::Warning,
    scope: Scope::Postgres,
    docs: include_str!("dsn_shadowed.md"),
    check,
    subjects,
};

fn subjects(facts: &Facts<'_>) -> usize {
    connection::count(facts) + given(facts).len()
}

fn check(facts: &Facts<'_>) -> Vec<Judgement> {
    let around = connection::Environments::new(facts);
    let edge = |edge| Judgement { subject: connection::subject(facts, edge), verdict: of_edge(facts, &around, edge) };
    let mut judgements: Vec<Judgement> = facts.topology.edges.iter().map(edge).collect();
    let given = given(facts);
    if given.is_empty() {
        return judgements;
    }
    let finder = |needle: &str| {
        let needle = memchr::memmem::Finder::new(needle.as_bytes());
        let in_store = |store: &kube::Store<'_>| {
            store.entries().any(|(_, content)| content.bytes.is_some_and(|bytes| needle.find(bytes).is_some()))
        };
        needle.find(&facts.manifests.text).is_some() || facts.inventory.stores.iter().any(in_store)
    };
    judgements.extend(given.into_iter().map(|(path, text)| {
        let subject = Subject::new("value", path.to_string());
        Judgement { subject, verdict: of_value(facts, &path, text, &finder) }
    }));
    judgements
}

/// Connection strings among the values that the user gave.
fn given<'f>(facts: &Facts<'f>) -> Vec<(Path, &'f str)> {
    let mut found = Vec::new();
    let mut open = vec![(Tree::Map(facts.user), Path::default())];
    while let Some((tree, path)) = open.pop() {
        let below = |step| {
            let mut path = path.clone();
            path.0.push(step);
            path
        };
        match tree {
            Tree::Map(map) => open.extend(map.entries().iter().rev().filter_map(|e| {
                let key = std::str::from_utf8(e.key).ok()?;
                Some((e.value, below(Step::Key(key.to_string()))))
            })),
            Tree::List(list) => {
                open.extend(list.items().iter().enumerate().rev().map(|(n, (t, _))| (*t, below(Step::Index(n)))));
            }
            Tree::Str(text) => {
                let text = std::str::from_utf8(text).unwrap_or_default();
                if text.starts_with("postgres://") || text.starts_with("postgresql://") {
                    found.push((path, text));
                }
            }
            _ => {}
        }
    }
    found
}

fn of_value(facts: &Facts<'_>, path: &Path, text: &str, is_used: &dyn Fn(&str) -> bool) -> Verdict {
    let holds = |why: &'static str| Verdict::Holds(Evidence(why.into()));
    if is_used(text.trim()) {
        return holds("it is rendered");
    }
    let host = dsn::parse(text).ok().and_then(|d| Some(d.get(dsn::Keyword::Host)?.value.text()?.to_string()));
    if host.is_some_and(|host| host.len() > 3 && is_used(&host)) {
        return holds("its parts are rendered");
    }
    let winners = winners(facts);
    let by = match winners.as_slice() {
        [] => "no connection of this render comes from it".to_string(),
        names => format!("{} is used in its place", names.join(", ")),
    };
    let finding = Finding::new(format!("{path} is given and is nowhere in what the chart renders: {by}"))
        .at(Spot::Values(path.clone()))
        .help("leave one source")
        .fix(Fix { ops: vec![Op::RemoveValue { path: path.clone() }] });
    Verdict::Broken(Box::new(finding))
}

/// Where the connections of the render come from instead.
fn winners(facts: &Facts<'_>) -> Vec<String> {
    let name = |edge: &Edge<'_>| {
        edge.source.links.iter().rev().find_map(|link| match link {
            Link::Key { kind, name, key, .. } => Some(format!("key {key} of {} {name}", kind.kind())),
            _ => None,
        })
    };
    let unknown = |edge: &&Edge<'_>| edge.unknown.iter().any(|(_, why)| matches!(why, Why::Kube(_)));
    let mut names: Vec<String> = facts.topology.edges.iter().filter(unknown).filter_map(name).collect();
    names.sort();
    names.dedup();
    names.truncate(3);
    names
}

fn of_edge<'f>(facts: &Facts<'f>, around: &connection::Environments<'f>, edge: &'f Edge<'f>) -> Verdict {
    let holds = |why: &'static str| Verdict::Holds(Evidence(why.into()));
    let Some((loser, container)) = edge.losers.first().zip(connection::container(facts, edge).map(|(_, c)| c)) else {
        return holds("nothing else sets it");
    };
    let environment = around.of(container);
    let name = edge.source.links.iter().find_map(|link| match link {
        Link::Env { name, .. } | Link::EnvFrom { name, .. } => Some(*name),
        _ => None,
    });
    let Some(var) = name.and_then(|name| environment.get(name)) else {
        return holds("what loses is no variable");
    };
    let by_env = |from: &VarSource<'_>| matches!(from, VarSource::Env { .. });
    let lost = var.shadowed.iter().find(|other| {
        let same = matches!((other.value.known(), var.value.known()), (Some(a), Some(b)) if a == b);
        let is_duplicate = by_env(&other.from) && by_env(&var.from);
        !(same || is_duplicate)
    });
    let Some(lost) = lost else { return holds("what loses says the same, or is env-duplicate's") };
    let source = |s: &crate::postgres::topology::Source<'_>| {
        s.links.iter().map(ToString::to_string).collect::<Vec<_>>().join(" <- ")
    };
    let message =
        format!("{} is set twice: {} counts, {} loses without a word", edge.role, source(&edge.source), source(loser));
    let mut finding = Finding::new(message)
        .at(connection::spot(facts, edge))
        .also(facts.at(lost.from.node()), "what loses")
        .help("leave one source; an entry of env beats envFrom");
    if let VarSource::EnvFrom { doc, key, .. } = lost.from
        && let Some(store) = facts.inventory.stores.iter().find(|s| s.doc == doc)
        && let (Some(content), Some(document)) = (store.get(key), facts.document(doc))
    {
        let path = facts.manifests.path_of(content.node);
        finding = finding.fix(Fix { ops: vec![Op::RemoveField { doc: DocRef::of(document), path }] });
    }
    Verdict::Broken(Box::new(finding))
}
