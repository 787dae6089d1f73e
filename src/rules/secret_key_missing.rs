//! `secret-key-missing`: a reference to a key that a rendered Secret or ConfigMap does not have.
//!
//! Source: kubernetes `pkg/kubelet/kubelet_pods.go` (`couldn't find key %v in Secret %v/%v`: CreateContainerConfigError) and
//! `pkg/volume/secret` (`references non-existent secret key`: the mount fails).

use std::collections::HashSet;

use super::fix::{DocRef, Fix, Op};
use super::{Facts, Finding, Judgement, Rule, Scope, Subject, connection, filled};
use crate::diagnostic::{Severity, nearest};
use crate::kube::{ContainerId, Projection, Store, StoreKind, VolumeSource, Why as Kube, Workload};
use crate::manifest::{Node, Step};
use crate::postgres::topology::{Link, Part, Why};

pub static RULE: Rule = Rule {
    id: "secret-key-missing",
    summary: "a container or volume asks for a key that the rendered Secret or ConfigMap does not have",
    severity: Severity::Error,
    scope: Scope::Postgres,
    docs: include_str!("secret_key_missing.md"),
    check,
    subjects,
};

const KINDS: [(&str, StoreKind); 2] = [("configMapKeyRef", StoreKind::ConfigMap), ("secretKeyRef", StoreKind::Secret)];

/// One reference to a key of an object that is rendered.
struct Reference<'f> {
    /// What holds `key`.
    node: Node<'f>,
    store: &'f Store<'f>,
    key: &'f str,
    optional: bool,
    /// The variable of a container; `None` for a file of a volume.
    variable: Option<(ContainerId, &'f str)>,
    /// `Deployment/store/app STORE_URL`, `Deployment/store volume ca`.
    name: String,
}

/// Counts what is written, not what was understood.
fn subjects(facts: &Facts<'_>) -> usize {
    let mut count = 0;
    for workload in &facts.inventory.workloads {
        let rendered = |kind, at: Node<'_>, name: &str| {
            let name = at.str(name).given().unwrap_or_default();
            facts.inventory.store(kind, workload.pod.namespace, name).is_some()
        };
        for entry in workload.pod.containers.iter().flat_map(|c| c.node.list("env")) {
            let source = entry.present("valueFrom");
            let refers = KINDS.iter().find_map(|(field, kind)| Some((*kind, source?.present(field)?)));
            count += usize::from(refers.is_some_and(|(kind, at)| rendered(kind, at, "name")));
        }
        for volume in workload.pod.spec.list("volumes") {
            let claimed = |n: &str| workload.claim_templates.iter().any(|c| c.name == n);
            if volume.str("name").given().is_some_and(claimed) {
                continue;
            }
            let items = |at: Node<'_>| at.list("items").count();
            let plain = |kind, field: &str, name: &str| {
                volume.present(field).filter(|at| rendered(kind, *at, name)).map_or(0, items)
            };
            count +=
                plain(StoreKind::Secret, "secret", "secretName") + plain(StoreKind::ConfigMap, "configMap", "name");
            for source in volume.present("projected").into_iter().flat_map(|p| p.list("sources")) {
                for (field, kind) in [("secret", StoreKind::Secret), ("configMap", StoreKind::ConfigMap)] {
                    count += source.present(field).filter(|at| rendered(kind, *at, "name")).map_or(0, items);
                }
            }
        }
    }
    count
}

fn check(facts: &Facts<'_>) -> Vec<Judgement> {
    let told = told_by_dsn_missing(facts);
    let references = facts.inventory.workloads.iter().flat_map(|w| references(facts, w));
    references.map(|reference| judge(facts, &reference, &told)).collect()
}

fn references<'f>(facts: &Facts<'f>, workload: &'f Workload<'f>) -> Vec<Reference<'f>> {
    let pod = &workload.pod;
    let mut found = Vec::new();
    for container in &pod.containers {
        let owner = connection::container_subject(facts, workload, container).name;
        for (variable, entry) in container.env() {
            let Some(source) = entry.present("valueFrom") else { continue };
            let Some((kind, node)) = KINDS.iter().find_map(|(field, kind)| Some((*kind, source.present(field)?)))
            else {
                continue;
            };
            let Some(store) = facts.inventory.store(kind, pod.namespace, node.str("name").given().unwrap_or_default())
            else {
                continue;
            };
            let (key, optional) = (node.str("key").given().unwrap_or_default(), node.bool("optional").given());
            found.push(Reference {
                node,
                store,
                key,
                optional: optional.unwrap_or(false),
                variable: Some((container.id, variable)),
                name: format!("{owner} {variable}"),
            });
        }
    }
    let object = facts.document(workload.doc).map(|d| facts.subject(d).name).unwrap_or_default();
    for volume in &pod.volumes {
        let VolumeSource::Projected { sources, .. } = &volume.source else { continue };
        for source in sources {
            let Projection::Object { from, items } = source else { continue };
            let Some(store) = facts.inventory.store(from.kind, pod.namespace, from.name) else { continue };
            found.extend(items.iter().map(|item| Reference {
                node: item.node,
                store,
                key: item.key,
                optional: from.optional,
                variable: None,
                name: format!("{object} volume {} {}", volume.name, item.key),
            }));
        }
    }
    found
}

/// Variables of which `dsn-missing` says that they are not there.
fn told_by_dsn_missing<'f>(facts: &Facts<'f>) -> HashSet<(ContainerId, &'f str)> {
    let mut told = HashSet::new();
    for edge in &facts.topology.edges {
        let is_missing = |(part, why): &(Part, Why<'_>)| {
            matches!(part, Part::Url | Part::Host) && matches!(why, Why::Kube(Kube::KeyMissing { .. }))
        };
        let Some((_, container)) = connection::container(facts, edge).filter(|_| edge.unknown.iter().any(is_missing))
        else {
            continue;
        };
        told.extend(edge.source.links.iter().filter_map(|link| match link {
            Link::Env { name, .. } => Some((container.id, *name)),
            _ => None,
        }));
    }
    told
}

fn judge<'f>(facts: &Facts<'f>, reference: &Reference<'f>, told: &HashSet<(ContainerId, &'f str)>) -> Judgement {
    let Reference { node, store, key, variable, .. } = reference;
    let subject = Subject::new("reference", &reference.name);
    let usable = store.get(key).is_some_and(|content| variable.is_none() || !content.is_binary);
    if usable {
        return Judgement::holds(subject, "the key is there");
    }
    if reference.optional {
        return Judgement::holds(subject, "it is optional");
    }
    if variable.is_some_and(|v| told.contains(&v)) {
        return Judgement::holds(subject, "dsn-missing answers for connection strings");
    }
    if let Some(why) = filled::by_the_chart(facts, store) {
        return Judgement::holds(subject, why);
    }
    if let Some(why) = filled_by_others(facts, store) {
        return Judgement::undecided(subject, super::Reason::new(why).at(facts.at(*node)));
    }
    let kind = store.kind.kind();
    let comes = match variable {
        Some((_, name)) => format!("{name} cannot be set, and the container never starts (CreateContainerConfigError)"),
        None => "the volume cannot be mounted, and the pod never starts".to_string(),
    };
    let keys: Vec<&str> = store.entries().map(|(key, _)| key).collect();
    let shown = keys.iter().take(8).copied().collect::<Vec<_>>().join(", ");
    let whose = if facts.document(store.doc).is_some() { "of" } else { "beside" };
    let mut finding = Finding::new(format!("{kind} {} {whose} this chart has no key {key:?}: {comes}", store.name))
        .at(facts.at(node.get("key").unwrap_or(*node)))
        .also(facts.document(store.doc).map_or(super::Spot::Chart, |d| facts.at(d.root())), "the object")
        .help(format!("its keys are {shown}{}", if keys.len() > 8 { ", ..." } else { "" }));
    let meant = nearest(key, keys.iter().copied()).or(keys.first().copied().filter(|_| keys.len() == 1));
    if let (Some(meant), Some(document)) = (meant, facts.document(node.doc())) {
        let mut path = facts.manifests.path_of(*node);
        path.0.push(Step::Key("key".into()));
        finding = finding.fix(Fix { ops: vec![Op::SetField { doc: DocRef::of(document), path, value: meant.into() }] });
    }
    Judgement::broken(subject, finding)
}

/// Words in annotations and labels of objects that something in the cluster writes into.
const WRITERS: [&str; 7] =
    ["replicat", "reflect", "inject", "secret-generator", "cert-manager.io", "vault", "autogenerate"];

/// Why an object may get keys that the chart does not write.
pub(super) fn filled_by_others(facts: &Facts<'_>, store: &Store<'_>) -> Option<String> {
    let (kind, name) = (store.kind.kind(), store.name);
    if store.entries().next().is_none() {
        return Some(format!("{kind} {name} is rendered empty: something else has to fill it"));
    }
    if store.secret_type == "kubernetes.io/service-account-token" {
        return Some(format!("Secret {name} is filled by the token controller"));
    }
    let document = facts.document(store.doc)?;
    let marks = document.annotations().chain(document.labels());
    let mark = marks.map(|(key, _)| key).find(|key| WRITERS.iter().any(|w| key.contains(w)))?;
    Some(format!("{kind} {name} is marked {mark}: something else may write into it"))
}
