//! `instances-share`: instances of Postgres that are not one cluster must not share a Service, a volume or a password.
//!
//! Source: Kubernetes, "Service" (connections go to any pod that the selector finds); PostgreSQL's documentation, "Creating
//! a Database Cluster" (one server a data directory).

use std::collections::HashMap;

use super::servers::{self, Seated};
use super::{Evidence, Facts, Finding, Fix, Judgement, Rule, Scope, Verdict};
use crate::diagnostic::Severity;
use crate::kube::VolumeSource;
use crate::manifest::{DocId, Node};
use crate::postgres::topology::Persistence;

pub static RULE: Rule = Rule {
    id: "instances-share",
    summary: "two Postgres instances share a Service, a volume or a password",
    severity: Severity::Error,
    scope: Scope::Postgres,
    docs: include_str!("instances_share.md"),
    check,
    subjects: servers::count,
};

/// Words in names of variables by which members of one cluster know each other.
const MEMBERS: &[&str] =
    &["REPLICATION", "MASTER", "PRIMARY", "STANDBY", "REPMGR", "PATRONI", "REPLICA", "PEER", "NODE_ROLE"];

/// Variables that hold the password of the superuser.
const PASSWORDS: &[&str] = &["POSTGRES_PASSWORD", "POSTGRESQL_PASSWORD", "PGPASSWORD"];

/// Who is at something first.
struct First<'a, 'f> {
    claims: HashMap<(&'f str, &'f str), &'a Seated<'a, 'f>>,
    services: HashMap<DocId, &'a Seated<'a, 'f>>,
    passwords: HashMap<(&'f str, &'f str, &'f str), &'a Seated<'a, 'f>>,
}

fn check(facts: &Facts<'_>) -> Vec<Judgement> {
    let seated = servers::seated(facts);
    let mut first = First { claims: HashMap::new(), services: HashMap::new(), passwords: HashMap::new() };
    let mut judgements = Vec::with_capacity(seated.len());
    for server in &seated {
        judgements.push(Judgement { subject: server.subject(facts), verdict: verdict(facts, server, &mut first) });
    }
    judgements
}

fn verdict<'a, 'f>(facts: &Facts<'f>, seated: &'a Seated<'a, 'f>, first: &mut First<'a, 'f>) -> Verdict {
    let holds = |why: &'static str| Verdict::Holds(Evidence(why.into()));
    if let Some(why) = seated.passing() {
        return holds(why);
    }
    let mut finding = None;
    if let Persistence::Claim { name, .. } = seated.server.persistence {
        match first.claims.get(&(seated.workload.namespace, name)) {
            Some(other) if other.workload.id != seated.workload.id => {
                finding = finding.or_else(|| volume(facts, seated, other, name));
            }
            Some(_) => {}
            None => drop(first.claims.insert((seated.workload.namespace, name), seated)),
        }
    }
    let member = is_member(facts, seated);
    for service in &seated.server.services {
        match first.services.get(service) {
            Some(other) if other.workload.id != seated.workload.id && !member && !is_member(facts, other) => {
                finding = finding.or_else(|| shared_service(facts, seated, other, *service));
            }
            Some(_) => {}
            None => drop(first.services.insert(*service, seated)),
        }
    }
    if let Some((index, node, name, key)) = password(seated) {
        match first.passwords.get(&(seated.workload.namespace, name, key)) {
            Some(other) if other.workload.id != seated.workload.id && !member && !is_member(facts, other) => {
                finding = finding.or_else(|| Some(secret(facts, seated, other, index, node, name)));
            }
            Some(_) => {}
            None => drop(first.passwords.insert((seated.workload.namespace, name, key), seated)),
        }
    }
    match finding {
        Some(finding) => Verdict::Broken(Box::new(finding)),
        None => holds("it shares nothing with another instance"),
    }
}

/// Whether it is told of others that it forms a cluster with.
fn is_member<'f>(facts: &Facts<'f>, seated: &Seated<'_, 'f>) -> bool {
    let environment = crate::kube::environment(facts.inventory, seated.container);
    environment.vars.iter().any(|var| MEMBERS.iter().any(|word| var.name.contains(word)))
}

fn title(seated: &Seated<'_, '_>) -> String {
    seated.document.title()
}

fn volume<'f>(facts: &Facts<'f>, seated: &Seated<'_, 'f>, other: &Seated<'_, 'f>, claim: &str) -> Option<Finding> {
    let (here, there) = (seated.mounted(&seated.server.data_folder)?, other.mounted(&other.server.data_folder)?);
    let folder = |(mount, _): &(&crate::kube::Mount<'f>, _)| (mount.sub_path, mount.sub_path_expr);
    if folder(&here) != folder(&there) {
        return None;
    }
    let volume = here.1;
    if !matches!(volume.source, VolumeSource::Claim { .. }) {
        return None;
    }
    let path = servers::below(facts, volume.node, "persistentVolumeClaim.claimName");
    let name = format!("{}-data", seated.document.name);
    let message = format!(
        "its data and that of {} are on one volume ({claim}): two servers on one data folder destroy it",
        title(other)
    );
    Some(
        Finding::new(message)
            .at(facts.at(volume.node))
            .also(facts.at(other.container.node), "the other server")
            .help("give each instance a claim of its own")
            .fix(Fix::new().set_field(seated.document, &path, name)),
    )
}

fn shared_service<'f>(
    facts: &Facts<'f>,
    seated: &Seated<'_, 'f>,
    other: &Seated<'_, 'f>,
    service: DocId,
) -> Option<Finding> {
    let document = facts.document(service)?;
    let selector = document.root().dig("spec.selector")?;
    let message = format!(
        "{} leads to it and to {}: each connection ends at one or the other, and what is written to one is missing in the \
         other",
        document.title(),
        title(other)
    );
    let label = format!("{}-only", other.document.name);
    let finding = Finding::new(message)
        .at(facts.at(selector))
        .also(facts.at(seated.document.root()), "one server")
        .also(facts.at(other.document.root()), "the other server")
        .help("let the selector name a label that only one instance has, and make a Service for each");
    let Some(metadata) = other.workload.pod.metadata else { return Some(finding) };
    let pods = servers::below(facts, metadata, "labels.\"instance\"");
    let fix = Fix::new().set_field(document, "spec.selector.\"instance\"", label.clone()).set_field(
        other.document,
        &pods,
        label,
    );
    Some(finding.fix(fix))
}

/// The Secret and key of the superuser's password, with the entry of `env`.
fn password<'f>(seated: &Seated<'_, 'f>) -> Option<(usize, Node<'f>, &'f str, &'f str)> {
    let mut env = seated.container.env().enumerate().filter(|(_, (name, _))| PASSWORDS.contains(name));
    env.find_map(|(index, (_, entry))| {
        let reference = entry.dig("valueFrom.secretKeyRef")?;
        Some((index, reference, reference.str("name").given()?, reference.str("key").given()?))
    })
}

fn secret<'f>(
    facts: &Facts<'f>,
    seated: &Seated<'_, 'f>,
    other: &Seated<'_, 'f>,
    index: usize,
    reference: Node<'f>,
    name: &str,
) -> Finding {
    let path = format!("{}.env[{index}].valueFrom.secretKeyRef.name", seated.path(facts));
    let own = format!("{}-password", seated.document.name);
    let message = format!(
        "it has the password of {} (Secret {name}): who may use one instance may use the other, and neither password can be \
         changed alone",
        title(other)
    );
    Finding::new(message)
        .at(facts.at(reference))
        .also(facts.at(other.container.node), "the other server")
        .help("give each instance a Secret of its own")
        .severity(Severity::Warning)
        .fix(Fix::new().set_field(seated.document, &path, own))
}
