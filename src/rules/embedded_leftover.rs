//! `embedded-leftover`: the chart still renders a Postgres, and everything connects elsewhere.

use std::collections::HashSet;

use super::fix::{DocRef, Fix, Op};
use super::{Evidence, Facts, Finding, Judgement, Rule, Scope, Verdict, connection};
use crate::diagnostic::Severity;
use crate::manifest::DocId;
use crate::postgres::topology::{Conduct, Edge, Held, Phase, Reach, Server, ServerId, ServerKind};

pub static RULE: Rule = Rule {
    id: "embedded-leftover",
    summary: "a Postgres is rendered that nothing of the chart connects to, for everything connects elsewhere",
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
    facts.topology.servers.len() - facts.topology.servers.iter().filter(|s| !others.contains(&s.kind)).count()
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
    judged
        .filter_map(|server| {
            let subject = facts.subject(facts.document(server.doc)?);
            Some(Judgement { subject, verdict: verdict(facts, server, &seen) })
        })
        .collect()
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
    .at(facts.document(server.doc).map_or(super::Spot::Chart, |d| facts.at(d.root())))
    .help("do not render server, Service and volume where the database is external; keep the old volume apart");
    let documents: Vec<DocId> = std::iter::once(server.doc).chain(server.services.iter().copied()).collect();
    let remove = |doc: &DocId| facts.document(*doc).map(|d| Op::RemoveDocument(DocRef::of(d)));
    Verdict::Broken(Box::new(finding.fix(Fix { ops: documents.iter().filter_map(remove).collect() })))
}
