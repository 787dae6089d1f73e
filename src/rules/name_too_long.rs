//! `name-too-long`: names that the API server, a controller or Postgres cannot take.
//!
//! Source: k8s.io/apimachinery `util/validation` (labels 63, subdomains 253, port names 15), kubernetes
//! `pkg/apis/batch/validation` (CronJob 52, Job 63), the label `controller-revision-hash` of a StatefulSet's pods (its name,
//! a dash and ten more), CloudNativePG's webhook (50); PostgreSQL `NAMEDATALEN` (63 bytes).

use super::spock::{self, Nodes};
use super::{Evidence, Facts, Finding, Fix, Judgement, Rule, Scope, Subject, Verdict};
use crate::diagnostic::Severity;
use crate::kube::{Container, Workload};
use crate::manifest::{Document, Node};

pub static RULE: Rule = Rule {
    id: "name-too-long",
    summary: "a name is longer than the API server, a controller or Postgres takes",
    severity: Severity::Error,
    scope: Scope::Any,
    docs: include_str!("name_too_long.md"),
    check,
    subjects,
};

/// Group, kind, characters, who says so.
const LIMITS: &[(&str, &str, usize, &str)] = &[
    ("", "Service", 63, "the API server refuses it"),
    ("", "Namespace", 63, "the API server refuses it"),
    ("batch", "CronJob", 52, "the API server refuses it"),
    ("batch", "Job", 63, "the API server refuses its pods, which have the name as a label"),
    ("apps", "StatefulSet", 52, "its pods have the name with a hash of eleven more as a label, and cannot be created"),
    ("postgresql.cnpg.io", "Cluster", 50, "the operator refuses it"),
];

/// What Postgres takes of a name, in bytes.
const IDENTIFIER: usize = 63;

/// Variables by which images make databases and roles.
const IDENTIFIERS: &[&str] =
    &["POSTGRES_DB", "POSTGRES_USER", "POSTGRESQL_DATABASE", "POSTGRESQL_USERNAME", "PGDATABASE", "PGUSER"];

fn subjects(facts: &Facts<'_>) -> usize {
    facts.manifests.documents.len() + spock::count(facts)
}

fn check(facts: &Facts<'_>) -> Vec<Judgement> {
    let documents = facts.manifests.documents.iter().map(|document| {
        let finding = object(facts, document).or_else(|| labels(facts, document)).or_else(|| parts(facts, document));
        let verdict = match finding {
            Some(finding) => Verdict::Broken(Box::new(finding)),
            None => Verdict::Holds(Evidence("all names are short enough".into())),
        };
        Judgement { subject: facts.subject(document), verdict }
    });
    let database = spock::database(facts);
    let clusters = spock::find(facts).into_iter().map(|nodes| Judgement {
        subject: Subject::new("nodes", nodes.document.title()),
        verdict: slots(facts, &nodes, database),
    });
    documents.chain(clusters).collect()
}

/// The name of the object itself.
fn object<'f>(facts: &Facts<'f>, document: &Document<'f>) -> Option<Finding> {
    let row = LIMITS.iter().find(|row| row.0 == document.group() && row.1 == document.kind);
    let (limit, why) = row.map_or((253, "the API server refuses it"), |row| (row.2, row.3));
    let length = document.name.len();
    if length <= limit {
        return None;
    }
    let at = document.root().get("metadata").and_then(|m| m.get("name"))?;
    let message = format!("the name of a {} may have {limit} characters, and this has {length}: {why}", document.kind);
    Some(shortened(facts, document, at, document.name, limit, message))
}

fn shortened<'f>(
    facts: &Facts<'f>,
    document: &Document<'f>,
    at: Node<'f>,
    name: &str,
    limit: usize,
    message: String,
) -> Finding {
    let path = facts.manifests.path_of(at).to_string();
    let short: String = name.chars().take(limit).collect();
    Finding::new(message)
        .at(facts.at(at))
        .help(format!("cut it in the template (`trunc {limit} | trimSuffix \"-\"`), wherever the name is used"))
        .fix(Fix::new().set_field(document, &path, short.trim_end_matches(['-', '.', '_'])))
}

/// Labels of the object and of its pods.
fn labels<'f>(facts: &Facts<'f>, document: &Document<'f>) -> Option<Finding> {
    let own = document.root().get("metadata");
    let pods = facts.inventory.workloads_of(document.id).filter_map(|w| w.pod.metadata);
    own.into_iter().chain(pods).flat_map(|metadata| metadata.map("labels")).find_map(|(key, value)| {
        let text = value.as_str().given().filter(|text| text.len() > 63)?;
        let message = format!(
            "the value of label {key} may have 63 characters, and this has {}: the API server refuses the object",
            text.len()
        );
        Some(shortened(facts, document, value, text, 63, message))
    })
}

/// Names of containers and of their ports, and what Postgres is to name.
fn parts<'f>(facts: &Facts<'f>, document: &Document<'f>) -> Option<Finding> {
    let containers = |w: &Workload<'f>| w.pod.containers.clone();
    let all: Vec<Container<'f>> = facts.inventory.workloads_of(document.id).flat_map(containers).collect();
    all.iter().find_map(|container| {
        if let Some(at) = container.node.get("name").filter(|_| container.name.len() > 63) {
            let message = format!(
                "the name of a container may have 63 characters, and this has {}: the API server refuses it",
                container.name.len()
            );
            return Some(shortened(facts, document, at, container.name, 63, message));
        }
        let port = container.ports.iter().find(|p| p.name.len() > 15);
        if let Some((port, at)) = port.and_then(|p| Some((p, p.node.get("name")?))) {
            let message = format!(
                "the name of a port may have 15 characters, and this has {}: the API server refuses it",
                port.name.len()
            );
            return Some(shortened(facts, document, at, port.name, 15, message));
        }
        container.env().filter(|(name, _)| IDENTIFIERS.contains(name)).find_map(|(name, entry)| {
            let at = entry.get("value")?;
            let text = at.as_str().given().filter(|text| text.len() > IDENTIFIER)?;
            let message = format!(
                "Postgres takes {IDENTIFIER} bytes of a name, and {name} has {}: it cuts the rest off, and two that begin alike \
                 are one",
                text.len()
            );
            Some(shortened(facts, document, at, text, IDENTIFIER, message).severity(Severity::Warning))
        })
    })
}

/// Replication slots that the nodes of a cluster will make.
fn slots<'f>(facts: &Facts<'f>, nodes: &Nodes<'f>, database: &str) -> Verdict {
    // The longest slot is between the two longest names.
    let mut names: Vec<&str> = nodes.names.iter().map(String::as_str).collect();
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    let [provider, subscriber, ..] = names.as_slice() else {
        return Verdict::Holds(Evidence("one node has no slots".into()));
    };
    let slot = spock::slot(database, provider, subscriber);
    if slot.len() <= IDENTIFIER {
        return Verdict::Holds(Evidence(format!("the longest slot has {} bytes", slot.len()).into()));
    }
    let fixed = spock::slot(database, "", "").len();
    let each = IDENTIFIER.saturating_sub(fixed) / 3;
    let message = format!(
        "the replication slot of nodes {provider} and {subscriber} would have {} bytes, and Postgres takes {IDENTIFIER}: it \
         cannot be created",
        slot.len()
    );
    Verdict::Broken(Box::new(
        Finding::new(message)
            .at(facts.at(nodes.at))
            .help(format!("give nodes names of at most {each} characters, or the database a shorter one"))
            .fix(nodes.cut(facts, each)),
    ))
}
