//! `many-stores`: what owns a schema, or says that it is single, runs once.
//!
//! Source: Kubernetes, "Deployments" (a surge runs old and new side by side, replicas start together); PostgreSQL's
//! documentation, "Explicit Locking" (DDL of two migrations at once deadlocks or fails).

use std::collections::HashMap;

use super::{Evidence, Facts, Finding, Fix, Judgement, Rule, Scope, Verdict};
use crate::diagnostic::Severity;
use crate::kube::{Container, Role, Workload, WorkloadId, WorkloadKind};
use crate::manifest::{Document, Node};
use crate::postgres::topology::{Phase, Seat};

pub static RULE: Rule = Rule {
    id: "many-stores",
    summary: "several replicas own one schema, or migrate it at once",
    severity: Severity::Warning,
    scope: Scope::Postgres,
    docs: include_str!("many_stores.md"),
    check,
    subjects,
};

/// Words of a command that migrates.
const MIGRATES: &[&str] = &["migrat", "alembic", "db:prepare", "flyway", "liquibase", "goose up", "schema-upgrade"];

/// Words of a command that only waits until another has done it.
const WAITS: &[&str] = &["wait", "check", "pending", "showmigrations", "status", "ready"];

/// Components that own what they store.
const SINGLE: &[&str] = &["store", "schema-owner", "singleton"];

fn subjects(facts: &Facts<'_>) -> usize {
    let documents = facts.manifests.documents.iter().filter(|d| d.hook.is_none());
    let kinds = documents.filter(|d| matches!(d.kind, "Deployment" | "StatefulSet" | "ReplicaSet"));
    kinds.map(|d| facts.inventory.workloads_of(d.id).filter(|w| runs(w)).count()).sum()
}

fn runs(workload: &Workload<'_>) -> bool {
    let kind = matches!(workload.kind, WorkloadKind::Deployment | WorkloadKind::StatefulSet | WorkloadKind::ReplicaSet);
    kind && !workload.is_hook
}

fn check(facts: &Facts<'_>) -> Vec<Judgement> {
    let mut connects: HashMap<WorkloadId, Vec<u32>> = HashMap::new();
    for consumer in &facts.topology.consumers {
        if let (Seat::Container(id), Phase::Running | Phase::Init) = (consumer.seat, &consumer.phase) {
            connects.entry(id.workload).or_default().push(id.index);
        }
    }
    let workloads = facts.inventory.workloads.iter().filter(|w| runs(w));
    workloads
        .filter_map(|workload| {
            let document = facts.document(workload.doc)?;
            let connecting = connects.get(&workload.id).map_or(&[][..], Vec::as_slice);
            Some(Judgement {
                subject: facts.subject(document),
                verdict: verdict(facts, document, workload, connecting),
            })
        })
        .collect()
}

fn verdict<'f>(facts: &Facts<'f>, document: &Document<'f>, workload: &Workload<'f>, connects: &[u32]) -> Verdict {
    let holds = |why: &'static str| Verdict::Holds(Evidence(why.into()));
    if connects.is_empty() {
        return holds("it does not connect to Postgres");
    }
    let most = workload.replicas.most.or(workload.replicas.least);
    if most.is_some_and(|n| n <= 1) {
        return holds("it runs once");
    }
    let at = workload.replicas.node.unwrap_or(workload.node);
    let fix = Fix::new().set_field(document, "spec.replicas", 1);
    if workload.replicas.autoscaler.is_none() && is_single(document, workload) {
        let count = most.map_or("several".into(), |n| n.to_string());
        let finding = Finding::new(format!(
            "{count} replicas of a component that owns its schema and says itself that it is single: they work on the same \
             rows, or lock each other out"
        ))
        .at(facts.at(at))
        .help("keep it at one replica until the component says that it can be more")
        .fix(fix);
        return Verdict::Broken(Box::new(finding));
    }
    let migrates =
        workload.pod.containers.iter().find(|c| c.role == Role::Init && connects.contains(&c.id.index) && migrates(c));
    match migrates {
        None => holds("nothing says that it must run once"),
        Some(container) => {
            let finding = Finding::new(format!(
                "every replica migrates the database before it starts ({}), several at once: that needs a lock in the \
                 migration itself",
                container.name
            ))
            .at(facts.at(container.node))
            .also(facts.at(at), "the number of replicas")
            .help("migrate in a job, or make sure that the migration takes an advisory lock, and allow this finding")
            .severity(Severity::Info)
            .fix(fix);
            Verdict::Broken(Box::new(finding))
        }
    }
}

/// The chart says it: a component that is called so, and that is replaced at once, as two of it must not meet. `Recreate`
/// alone says little: it may be there for a volume, or by habit.
fn is_single(document: &Document<'_>, workload: &Workload<'_>) -> bool {
    let recreate = document.root().dig("spec.strategy.type").and_then(|n| n.as_str().given()) == Some("Recreate");
    let labels = [workload.pod.label("app.kubernetes.io/component"), document.label("app.kubernetes.io/component")];
    recreate && labels.iter().flatten().any(|component| SINGLE.contains(component))
}

fn migrates(container: &Container<'_>) -> bool {
    let has = |text: &str, words: &[&str]| {
        let text = text.to_ascii_lowercase();
        words.iter().any(|word| text.contains(word))
    };
    let text = |node: Node<'_>| node.as_str().given().map(str::to_string);
    let words = container.command().into_iter().chain(container.args()).flatten().filter_map(text);
    let all: Vec<String> = words.collect();
    let told = all.iter().any(|w| has(w, MIGRATES)) || has(container.name, MIGRATES);
    let waits =
        has(container.name, WAITS) || all.iter().any(|w| has(w, &["check-migrations", "showmigrations", "--check"]));
    told && !waits
}
