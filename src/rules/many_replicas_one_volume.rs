//! `many-replicas-one-volume`: several pods that write to one claim.
//!
//! Sources: Kubernetes documentation, Persistent Volumes, Access Modes; Postgres `src/backend/utils/init/miscinit.c`
//! (`CreateLockFile`: a lock file with our own pid, which is 1 in every container, is taken for a stale one).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{Evidence, Facts, Finding, Fix, Judgement, Reason, Rule, Scope, Subject, Verdict};
use crate::diagnostic::Severity;
use crate::kube::{Volume, VolumeSource, Workload, WorkloadKind};
use crate::manifest::{Document, Node, Path};
use crate::postgres::topology::{Persistence, Seat, ServerKind};

pub static RULE: Rule = Rule {
    id: "many-replicas-one-volume",
    summary: "several pods write to one volume",
    severity: Severity::Error,
    scope: Scope::Postgres,
    docs: include_str!("many_replicas_one_volume.md"),
    check,
    subjects,
};

/// Claims that pods name, by the volumes of all documents that make pods.
fn subjects(facts: &Facts<'_>) -> usize {
    let mut claims = BTreeSet::new();
    for document in &facts.manifests.documents {
        if facts.inventory.workloads_of(document.id).next().is_none() {
            continue;
        }
        let mut open = vec![document.root()];
        while let Some(node) = open.pop() {
            if let Some(claim) = node.get("persistentVolumeClaim").filter(|_| node.get("name").is_some()) {
                claims.insert((document.namespace, claim.str("claimName").given().unwrap_or_default()));
            }
            open.extend(node.items().chain(node.entries().map(|(_, child)| child)));
        }
    }
    claims.len()
}

/// A workload that mounts a claim, by which of its volumes.
struct User<'u, 'f> {
    workload: &'u Workload<'f>,
    volume: &'u Volume<'f>,
    reads_only: bool,
}

fn check(facts: &Facts<'_>) -> Vec<Judgement> {
    let mut claims: BTreeMap<(&str, &str), Vec<User<'_, '_>>> = BTreeMap::new();
    for workload in &facts.inventory.workloads {
        for volume in &workload.pod.volumes {
            if let VolumeSource::Claim { name, read_only } = volume.source {
                let mounts = workload.pod.containers.iter().flat_map(|c| &c.mounts).filter(|m| m.volume == volume.name);
                let reads_only = read_only || mounts.clone().count() > 0 && mounts.clone().all(|m| m.read_only);
                claims.entry((workload.namespace, name)).or_default().push(User { workload, volume, reads_only });
            }
        }
    }
    let judge = |((namespace, name), users): ((&str, &str), Vec<User<'_, '_>>)| {
        let release = facts.bound.settings().release.namespace.as_str();
        let shown = if namespace == release { name.to_string() } else { format!("{namespace}/{name}") };
        let claim = Claim { facts, namespace, name, users };
        Judgement { subject: Subject::new("PersistentVolumeClaim", shown), verdict: claim.verdict() }
    };
    claims.into_iter().map(judge).collect()
}

struct Claim<'u, 'f> {
    facts: &'u Facts<'f>,
    namespace: &'f str,
    name: &'f str,
    users: Vec<User<'u, 'f>>,
}

impl<'u, 'f> Claim<'u, 'f> {
    fn verdict(&self) -> Verdict {
        let writers: Vec<&User<'u, 'f>> = self.users.iter().filter(|u| !u.reads_only).collect();
        let servers: Vec<&User<'u, 'f>> = writers.iter().copied().filter(|u| self.is_data_of(u.workload)).collect();
        match servers.as_slice() {
            [] => {}
            [one] => {
                if let Some(verdict) = self.server(one) {
                    return verdict;
                }
            }
            [first, second, ..] => return broken(self.two_servers(first, second)),
        }
        if writers.is_empty() {
            return holds("it is only read");
        }
        let Some(document) = self.document() else { return self.unseen(&writers) };
        if shares(document) {
            return holds("its access mode lets many nodes write");
        }
        if let Some(many) = writers.iter().find(|u| u.workload.replicas.most.is_some_and(|n| n > 1)) {
            return broken(self.many_pods(many));
        }
        let lasting: Vec<_> = writers.iter().filter(|u| !u.workload.is_batch()).collect();
        match lasting.as_slice() {
            [first, second, ..] => broken(self.two_workloads(document, first, second)),
            _ => holds("one pod at a time keeps it"),
        }
    }

    /// Of a claim that this render does not make, only that it is shared can be seen.
    fn unseen(&self, writers: &[&User<'u, 'f>]) -> Verdict {
        let many = writers.iter().find(|u| u.workload.replicas.most.is_some_and(|n| n > 1));
        match many {
            None => holds("one pod at a time, of a claim that is made elsewhere"),
            Some(user) => Verdict::Undecided(
                Reason::new("several pods write to a claim that is made elsewhere: its access mode is not known")
                    .at(self.facts.at(user.volume.node)),
            ),
        }
    }

    /// Whether a Postgres of this workload keeps its data in the claim.
    fn is_data_of(&self, workload: &Workload<'f>) -> bool {
        self.facts.topology.servers.iter().any(|server| {
            let here = matches!(server.seat, Seat::Container(id) if id.workload == workload.id);
            let data = matches!(server.persistence, Persistence::Claim { name, .. } if name == self.name);
            here && data && server.kind == ServerKind::Postgres
        })
    }

    fn document(&self) -> Option<&'u Document<'f>> {
        let ids = self.facts.inventory.of_kind("PersistentVolumeClaim");
        let mut documents = ids.iter().filter_map(|id| self.facts.manifests.get(*id));
        documents.find(|d| d.name == self.name && d.namespace == self.namespace)
    }

    /// A Postgres alone on its claim; `None` when there is nothing against it.
    fn server(&self, user: &User<'u, 'f>) -> Option<Verdict> {
        let workload = user.workload;
        let Some(most) = workload.replicas.most else {
            let why = "how many of these Postgres servers run at once is not known";
            return Some(Verdict::Undecided(Reason::new(why).at(self.facts.at(user.volume.node))));
        };
        if most > 1 {
            let message = format!(
                "{most} Postgres servers open one data directory: its lock does not hold between containers, and the data is destroyed"
            );
            return Some(broken(self.too_many(user, message)));
        }
        let strategy = workload.node.dig("spec.strategy");
        if workload.kind != WorkloadKind::Deployment || most == 0 || !surges(strategy) {
            return None;
        }
        let document = self.facts.document(workload.doc)?;
        let spec = workload.node.get("spec")?;
        let at = strategy.map_or_else(|| self.facts.at_missing(spec, &["strategy"]), |node| self.facts.at(node));
        let finding = Finding::new(
            "each roll-out starts a second Postgres on the same data directory before the first one has ended",
        );
        let fix = Fix::new().set_field(document, "spec.strategy", json!({"type": "Recreate", "rollingUpdate": null}));
        Some(broken(finding.at(at).help("replace the pod at once: type Recreate, rollingUpdate null").fix(fix)))
    }

    fn many_pods(&self, user: &User<'u, 'f>) -> Finding {
        let most = user.workload.replicas.most.unwrap_or_default();
        let message = format!(
            "{most} pods share a volume that only one node can mount: those that are scheduled elsewhere never start"
        );
        self.too_many(user, message)
    }

    fn too_many(&self, user: &User<'u, 'f>, message: String) -> Finding {
        let (workload, facts) = (user.workload, self.facts);
        let at = workload.replicas.node.map_or_else(|| facts.at(user.volume.node), |node| facts.at(node));
        let mut fix = Fix::new();
        if let Some(scaler) = workload.replicas.autoscaler.and_then(|id| facts.document(id)) {
            fix = fix.set_field(scaler, "spec.minReplicas", 1).set_field(scaler, "spec.maxReplicas", 1);
        } else if let (Some(document), Some(node)) = (facts.document(workload.doc), workload.replicas.node) {
            fix = fix.set_field(document, &facts.manifests.path_of(node).to_string(), 1);
        }
        let finding = Finding::new(message).at(at).also(facts.at(user.volume.node), "the volume");
        finding.help("run one replica, or give each its own claim by volumeClaimTemplates of a StatefulSet").fix(fix)
    }

    fn two_servers(&self, first: &User<'u, 'f>, second: &User<'u, 'f>) -> Finding {
        let (one, two) = (first.workload.name, second.workload.name);
        let message = format!("the Postgres servers of {one} and {two} keep their data on one volume, and destroy it");
        let at = self.facts.at(second.volume.node);
        let finding = Finding::new(message).at(at).also(self.facts.at(first.volume.node), "the other one");
        finding.help("give each server its own claim").fix(self.own_claim(second))
    }

    fn two_workloads(&self, document: &Document<'f>, first: &User<'u, 'f>, second: &User<'u, 'f>) -> Finding {
        let (one, two) = (first.workload.name, second.workload.name);
        let message =
            format!("{one} and {two} share a volume that only one node can mount: one of them may never start");
        let at = self.facts.at(second.volume.node);
        Finding::new(message)
            .at(at)
            .also(self.facts.at(first.volume.node), "the other one")
            .help("let the claim be written from many nodes, or keep the pods together by affinity and allow this")
            .severity(Severity::Warning)
            .fix(Fix::new().set_field(document, "spec.accessModes", json!(["ReadWriteMany"])))
    }

    /// A claim of its own for one user, like the one that it shares.
    fn own_claim(&self, user: &User<'u, 'f>) -> Fix {
        let Some(document) = self.facts.document(user.workload.doc) else { return Fix::new() };
        let name = format!("{}-{}", self.name, user.workload.name);
        let spec = self.document().and_then(|d| d.root().get("spec")).map(|spec| crate::value::to_json(spec.tree()));
        let spec = spec.unwrap_or_else(
            || json!({"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}),
        );
        let mut claim =
            json!({"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": name}, "spec": spec});
        claim["metadata"]["namespace"] = Value::from(self.namespace);
        let path = self.facts.manifests.path_of(user.volume.node);
        Fix::new().add_document(claim).set_field(document, &below(&path, "persistentVolumeClaim.claimName"), name)
    }
}

fn below(path: &Path, rest: &str) -> String {
    format!("{path}.{rest}")
}

fn broken(finding: Finding) -> Verdict {
    Verdict::Broken(Box::new(finding))
}

fn holds(why: &'static str) -> Verdict {
    Verdict::Holds(Evidence(why.into()))
}

/// Whether many nodes may write to a claim.
fn shares(claim: &Document<'_>) -> bool {
    let modes = claim.root().dig("spec.accessModes").into_iter().flat_map(Node::items);
    modes.filter_map(|m| m.as_str().given()).any(|mode| mode == "ReadWriteMany")
}

/// Whether a Deployment of one replica starts the next pod before it stops the last one: it does unless told otherwise.
fn surges(strategy: Option<Node<'_>>) -> bool {
    let Some(strategy) = strategy else { return true };
    if strategy.str("type").given() == Some("Recreate") {
        return false;
    }
    let surge = strategy.dig("rollingUpdate.maxSurge").and_then(|n| n.as_quantity().given());
    surge.is_none_or(|surge| !matches!(surge.text().as_str(), "0" | "0%"))
}
