//! `env-duplicate`: one variable twice in `env` of a container.
//!
//! Source: kubernetes `pkg/kubelet/kubelet_pods.go` (`makeEnvironmentVariables`: the later entry replaces the earlier one);
//! `env` is a list merged by `name` (`patchMergeKey` in `k8s.io/api/core/v1`), so a merge keeps one of the two.

use std::collections::HashMap;

use super::fix::{DocRef, Fix, Op};
use super::{Facts, Finding, Judgement, Rule, Scope, connection};
use crate::diagnostic::Severity;
use crate::kube::Container;
use crate::manifest::Node;
use crate::value::to_json;

pub static RULE: Rule = Rule {
    id: "env-duplicate",
    summary: "a container's env says one variable twice",
    severity: Severity::Warning,
    scope: Scope::Postgres,
    docs: include_str!("env_duplicate.md"),
    check,
    subjects: connection::count_containers,
};

/// Names that a message tells.
const NAMES: usize = 3;

fn check(facts: &Facts<'_>) -> Vec<Judgement> {
    let judge = |(workload, container)| {
        let subject = connection::container_subject(facts, workload, container);
        let twice = twice(container);
        match finding(facts, container, &twice) {
            None => Judgement::holds(subject, "every variable stands once"),
            Some(finding) => Judgement::broken(subject, finding),
        }
    };
    facts.inventory.containers().map(judge).collect()
}

/// Entries that a later one replaces, each with that.
fn twice<'f>(container: &Container<'f>) -> Vec<(&'f str, Node<'f>, Node<'f>)> {
    let mut last: HashMap<&str, Node<'f>> = HashMap::new();
    let mut twice = Vec::new();
    for (name, node) in container.env().filter(|(name, _)| !name.is_empty()) {
        twice.extend(last.insert(name, node).map(|old| (name, old, node)));
    }
    twice
}

fn finding<'f>(
    facts: &Facts<'f>,
    container: &Container<'f>,
    twice: &[(&'f str, Node<'f>, Node<'f>)],
) -> Option<Finding> {
    let differs = |(_, old, new): &&(&str, Node<'f>, Node<'f>)| to_json(old.tree()) != to_json(new.tree());
    let (_, first, winner) = twice.iter().find(differs).or(twice.first())?;
    let is_grave = twice.iter().any(|t| differs(&t));
    let mut names: Vec<&str> = twice.iter().map(|(name, ..)| *name).collect();
    names.dedup();
    let more = names.len().saturating_sub(NAMES);
    let shown = names.iter().take(NAMES).copied().collect::<Vec<_>>().join(", ");
    let shown = if more > 0 { format!("{shown} and {more} more") } else { shown };
    let (what, severity) = match is_grave {
        true => (
            "with different values: the last one counts, and an upgrade that merges by name may keep the other",
            Severity::Error,
        ),
        false => ("with the same value: an upgrade that merges by name may drop both", Severity::Warning),
    };
    let message = format!("env of container {} says {shown} more than once, {what}", container.name);
    let mut losers: Vec<Node<'f>> = twice.iter().map(|(_, old, _)| *old).collect();
    // From the end, so that what is still to be removed keeps its index.
    losers.reverse();
    let mut ops: Vec<Op> = losers
        .iter()
        .filter_map(|node| {
            let doc = DocRef::of(facts.document(node.doc())?);
            Some(Op::RemoveField { doc, path: facts.manifests.path_of(*node) })
        })
        .collect();
    ops.sort_by(|a, b| match (a, b) {
        (Op::RemoveField { path: a, .. }, Op::RemoveField { path: b, .. }) => b.cmp(a),
        _ => std::cmp::Ordering::Equal,
    });
    Some(
        Finding::new(message)
            .at(facts.at(*first))
            .also(facts.at(*winner), "the one that counts")
            .help("keep the entry that is meant")
            .severity(severity)
            .fix(Fix { ops }),
    )
}
