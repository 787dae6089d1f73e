//! `embedded-leftover`: everything connects elsewhere, and the chart still renders a Postgres, or what only serves one: the
//! ConfigMap of its first start, notes that send people to its pod.

use std::collections::HashSet;

use super::fix::{DocRef, Fix, Op};
use super::{Evidence, Facts, Finding, Judgement, Rule, Scope, Spot, Subject, Verdict, connection};
use crate::diagnostic::{Place, Severity};
use crate::kube::{Content, Store, StoreKind};
use crate::manifest::{DocId, Document, RenderedNotes};
use crate::postgres::topology::{Conduct, Edge, Held, Phase, Reach, Server, ServerId, ServerKind};

pub static RULE: Rule = Rule {
    id: "embedded-leftover",
    summary: "a Postgres, or what only serves one, is rendered although everything connects elsewhere",
    severity: Severity::Warning,
    scope: Scope::Postgres,
    docs: include_str!("embedded_leftover.md"),
    check,
    subjects,
};

fn is_judged(server: &Server<'_>) -> bool {
    matches!(server.kind, ServerKind::Postgres | ServerKind::Operator)
}

fn subjects(facts: &Facts<'_>) -> usize {
    let others = [ServerKind::Postgres, ServerKind::Operator];
    let passed = facts.topology.servers.iter().filter(|s| !others.contains(&s.kind)).count();
    let maps = facts.manifests.documents.iter().filter(|d| d.kind == "ConfigMap" && d.api_version == "v1").count();
    facts.topology.servers.len() - passed + maps + facts.manifests.notes.len()
}

/// What is known of all connections together.
struct Seen<'f> {
    used: HashSet<ServerId>,
    /// Containers that only wait for a server.
    awaited: HashSet<ServerId>,
    /// A host that somebody connects to outside of the release.
    elsewhere: Option<&'f str>,
    undecided: bool,
    connects: bool,
}

fn check(facts: &Facts<'_>) -> Vec<Judgement> {
    let seen = look(facts);
    let judged = facts.topology.servers.iter().filter(|s| is_judged(s));
    let servers = judged.filter_map(|server| {
        let subject = facts.subject(facts.document(server.doc)?);
        Some(Judgement { subject, verdict: verdict(facts, server, &seen) })
    });
    let gone = seen.gone(facts);
    let stores = facts.inventory.stores.iter().filter(|s| s.kind == StoreKind::ConfigMap);
    let maps = stores.filter_map(|store| {
        let document = facts.document(store.doc)?;
        Some(Judgement { subject: facts.subject(document), verdict: of_map(facts, store, document, gone) })
    });
    let notes = facts.manifests.notes.iter().map(|notes| Judgement {
        subject: Subject::new("notes", notes.template),
        verdict: of_notes(facts, notes, gone),
    });
    servers.chain(maps).chain(notes).collect()
}

impl<'f> Seen<'f> {
    /// The host that everything connects to, where no server is rendered and none may be reached.
    fn gone(&self, facts: &Facts<'f>) -> Option<&'f str> {
        let serves = facts.topology.servers.iter().any(is_judged);
        self.elsewhere.filter(|_| !serves && !self.undecided)
    }
}

/// What only a server of the release has a use for: scripts of its first start that nobody mounts.
fn of_map<'f>(facts: &Facts<'f>, store: &Store<'f>, document: &Document<'f>, gone: Option<&str>) -> Verdict {
    let holds = |why: &'static str| Verdict::Holds(Evidence(why.into()));
    let Some(elsewhere) = gone else { return holds("no connection leads out of the release, or a server is rendered") };
    let name = document.name.to_ascii_lowercase();
    let is_named = ["postgres", "pgsql"].iter().any(|word| name.contains(word));
    let is_init = |key: &str, text: &str| {
        let sql = ["CREATE ROLE", "CREATE USER", "CREATE DATABASE", "POSTGRES_USER"];
        (key.ends_with(".sql") || key.ends_with(".sh")) && sql.iter().any(|word| text.contains(word))
    };
    let text = |content: &Content<'_>| String::from_utf8_lossy(content.bytes.unwrap_or_default()).into_owned();
    if !is_named || !store.entries().any(|(key, content)| is_init(key, &text(content))) {
        return holds("it is not of a server's first start");
    }
    let used = facts.inventory.workloads.iter().any(|workload| {
        let volumes = workload.pod.volumes.iter().flat_map(|v| v.objects());
        let of_env = workload.pod.containers.iter().flat_map(|c| c.env_from.iter().map(|from| &from.from));
        volumes.chain(of_env).any(|object| object.kind == StoreKind::ConfigMap && object.name == store.name)
    });
    if used {
        return holds("a pod mounts it");
    }
    let finding = Finding::new(format!(
        "{} prepares a Postgres that is not rendered: the connections lead to {elsewhere}, and nothing mounts it",
        facts.subject(document)
    ))
    .at(facts.at(document.root()))
    .help("render it together with the server");
    Verdict::Broken(Box::new(finding.fix(Fix::new().remove_document(document))))
}

/// Notes that name a pod, Service or StatefulSet of a server that is not rendered.
fn of_notes(facts: &Facts<'_>, notes: &RenderedNotes<'_>, gone: Option<&str>) -> Verdict {
    let holds = |why: &'static str| Verdict::Holds(Evidence(why.into()));
    let Some(elsewhere) = gone else { return holds("no connection leads out of the release, or a server is rendered") };
    let release = facts.bound.settings().release.name.as_str();
    let names: HashSet<&str> = facts.manifests.documents.iter().map(|d| d.name).collect();
    let text = String::from_utf8_lossy(notes.text).into_owned();
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
    for (n, line) in text.lines().enumerate().filter(|(_, line)| line.contains("kubectl") || line.contains(".svc")) {
        let words = line.split(|c: char| !is_part(c)).map(|word| word.split('.').next().unwrap_or_default());
        let named =
            words.filter(|word| word.starts_with(release) && ["postgres", "pgsql"].iter().any(|w| word.contains(w)));
        for word in named {
            let workload = word.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches('-');
            if names.contains(word) || names.contains(workload) || is_given(facts, word) {
                continue;
            }
            let place = Place::file(notes.template.to_string());
            let finding = Finding::new(format!(
                "the notes (line {}) send people to {word}, which is not rendered: the connections lead to {elsewhere}",
                n + 1
            ))
            .at(Spot::File(place))
            .help("print these lines only where the server is rendered");
            return Verdict::Broken(Box::new(finding));
        }
    }
    holds("they name nothing of a server that is not rendered")
}

/// The user says that name himself.
fn is_given(facts: &Facts<'_>, word: &str) -> bool {
    let all = crate::provenance::leaves(facts.user);
    all.iter().any(|(_, value)| matches!(value, crate::value::Tree::Str(text) if text[..] == *word.as_bytes()))
}

fn reached<'e>(edge: &'e Edge<'_>) -> impl Iterator<Item = ServerId> + 'e {
    std::iter::once(&edge.reach).chain(&edge.also).filter_map(Reach::server)
}

fn look<'f>(facts: &'f Facts<'f>) -> Seen<'f> {
    let topology = facts.topology;
    let doc_of = |id: ServerId| topology.server(id).map(|s| s.doc);
    let mut seen =
        Seen { used: HashSet::new(), awaited: HashSet::new(), elsewhere: None, undecided: false, connects: false };
    for edge in &topology.edges {
        let Some(consumer) = topology.consumer_of(edge) else { continue };
        if consumer.phase == Phase::Test {
            continue;
        }
        // An exporter in the server's own pod is no application.
        let others: Vec<ServerId> = reached(edge).filter(|id| doc_of(*id) != Some(consumer.doc)).collect();
        seen.connects |= !others.is_empty() || reached(edge).next().is_none();
        seen.used.extend(others);
        seen.undecided |= !edge.is_decided() || edge.bulk || matches!(edge.reach, Reach::Service { .. });
        if let Some((host, _)) = connection::remote(edge) {
            seen.elsewhere = seen.elsewhere.or(Some(host));
        }
    }
    for holder in &topology.holders {
        for id in holder.edges.iter().flat_map(reached) {
            match holder.why {
                Held::Conduct(Conduct::Waits) => seen.awaited.insert(id),
                _ => seen.used.insert(id),
            };
        }
    }
    seen
}

fn verdict(facts: &Facts<'_>, server: &Server<'_>, seen: &Seen<'_>) -> Verdict {
    let holds = |why: &'static str| Verdict::Holds(Evidence(why.into()));
    if seen.used.contains(&server.id) {
        return holds("something of the chart connects to it");
    }
    if !seen.connects {
        return holds("nothing of the chart connects anywhere: the server is what it is for");
    }
    if seen.undecided {
        return holds("a connection may lead to it: plaintext-remote tells which are not known");
    }
    let Some(elsewhere) = seen.elsewhere else {
        return holds("no connection leads out of the release");
    };
    let title = facts.document(server.doc).map(|d| facts.subject(d).to_string()).unwrap_or_default();
    let waits = if seen.awaited.contains(&server.id) { ", though a container still waits for it" } else { "" };
    let finding = Finding::new(format!(
        "{title} is rendered and nothing connects to it{waits}: the connections lead to {elsewhere}, and the database here \
         stays empty or grows old unseen"
    ))
    .at(facts.document(server.doc).map_or(Spot::Chart, |d| facts.at(d.root())))
    .help("do not render server, Service and volume where the database is external; keep the old volume apart");
    let documents: Vec<DocId> = std::iter::once(server.doc).chain(server.services.iter().copied()).collect();
    let remove = |doc: &DocId| facts.document(*doc).map(|d| Op::RemoveDocument(DocRef::of(d)));
    Verdict::Broken(Box::new(finding.fix(Fix { ops: documents.iter().filter_map(remove).collect() })))
}
