//! `names-collide`: two documents must not be one object, and two nodes of a cluster not one node.
//!
//! Source: the API server knows an object by group, kind, namespace and name. Helm `pkg/kube/client.go` (a release's
//! objects are created, not merged) and `pkg/action/hooks.go` (a hook is deleted before it is created again unless its
//! policy says otherwise).

use std::collections::{HashMap, HashSet};

use super::spock::{self, Nodes};
use super::{Evidence, Facts, Finding, Fix, Judgement, Rule, Scope, Subject, Verdict};
use crate::diagnostic::Severity;
use crate::manifest::{DocId, Document, Identity, is_cluster_scoped};

pub static RULE: Rule = Rule {
    id: "names-collide",
    summary: "two documents, or two nodes of a cluster, have one name",
    severity: Severity::Error,
    scope: Scope::Any,
    docs: include_str!("names_collide.md"),
    check,
    subjects,
};

fn subjects(facts: &Facts<'_>) -> usize {
    let mut names = HashSet::new();
    for document in &facts.manifests.documents {
        let metadata = document.root().get("metadata");
        let Some(name) = metadata.and_then(|m| m.str("name").given()).filter(|n| !n.is_empty()) else { continue };
        let group = document.api_version.split_once('/').map_or("", |(group, _)| group);
        let namespace = if is_cluster_scoped(document.kind) { "" } else { document.namespace };
        names.insert((group, document.kind, namespace, name));
    }
    names.len() + spock::count(facts)
}

fn check(facts: &Facts<'_>) -> Vec<Judgement> {
    let mut of: HashMap<Identity<'_>, usize> = HashMap::new();
    let mut groups: Vec<Vec<DocId>> = Vec::new();
    for document in &facts.manifests.documents {
        let Some(identity) = document.identity() else { continue };
        let at = *of.entry(identity).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        groups.get_mut(at).into_iter().for_each(|ids| ids.push(document.id));
    }
    let objects = groups.iter().filter_map(|ids| {
        let documents: Vec<&Document<'_>> = ids.iter().filter_map(|id| facts.document(*id)).collect();
        Some(Judgement { subject: facts.subject(documents.first()?), verdict: object(facts, &documents) })
    });
    let clusters = spock::find(facts).into_iter().map(|nodes| Judgement {
        subject: Subject::new("nodes", nodes.document.title()),
        verdict: cluster(facts, &nodes),
    });
    objects.chain(clusters).collect()
}

/// Documents of one identity, in the order of the output.
fn object<'f>(facts: &Facts<'f>, documents: &[&Document<'f>]) -> Verdict {
    let holds = |why: &'static str| Verdict::Holds(Evidence(why.into()));
    let [first, rest @ ..] = documents else { return holds("it is not there") };
    if rest.is_empty() {
        return holds("nothing else has its name");
    }
    if documents.iter().all(|d| d.is_crd_file) {
        return holds("Helm passes over a CRD that is there");
    }
    let (hooks, plain): (Vec<&&Document<'f>>, Vec<&&Document<'f>>) = documents.iter().partition(|d| d.hook.is_some());
    let Some(second) = plain.get(1).or(hooks.first()) else { return holds("nothing else has its name") };
    let message = match (plain.len(), hooks.as_slice()) {
        (0, _) => return holds("hooks of one name replace each other"),
        (1, hooks) => match hooks.iter().find(|h| !gives_way(h)) {
            None => return holds("the hook of its name is gone before it comes"),
            Some(_) => {
                "a hook and an object of the release have one name: whichever comes second is refused, or takes the other's \
                 place"
            }
        },
        _ => {
            "two documents are one object: Helm fails to install both (`already exists`), or the later one silently takes the \
             place of the other"
        }
    };
    let same = first.root().tree() == second.root().tree();
    let help = if same { "render it once: the two are equal" } else { "give one of them another name" };
    Verdict::Broken(Box::new(
        Finding::new(message)
            .at(facts.at(second.root()))
            .also(facts.at(first.root()), "the first of that name")
            .help(help)
            .fix(Fix::new().remove_document(second)),
    ))
}

/// A hook that is deleted before anything of the release is created, or that runs when nothing of it is left.
fn gives_way(document: &Document<'_>) -> bool {
    let Some(hook) = &document.hook else { return false };
    let all = |events: &[&str]| hook.events.iter().all(|event| events.contains(event));
    let deleted = hook.delete.iter().any(|policy| policy == "hook-succeeded");
    all(&["post-delete"]) || (deleted && all(&["pre-install", "pre-upgrade", "post-delete"]))
}

fn cluster<'f>(facts: &Facts<'f>, nodes: &Nodes<'f>) -> Verdict {
    let mut seen: HashMap<String, &str> = HashMap::new();
    for name in &nodes.names {
        if let Some(other) = seen.insert(spock::normal(name), name) {
            let message = format!(
                "the nodes {other} and {name} have one name in Postgres, {}: their slots and subscriptions are the same, and \
                 one node takes the changes of the other",
                spock::normal(name)
            );
            return Verdict::Broken(Box::new(
                Finding::new(message)
                    .at(facts.at(nodes.at))
                    .help("give the nodes names that still differ with `_` for `-`")
                    .fix(nodes.without_last(facts, name)),
            ));
        }
    }
    Verdict::Holds(Evidence(format!("{} nodes, all of them different", nodes.names.len()).into()))
}
