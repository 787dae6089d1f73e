//! From the parts of a connection to their sources: the variable, the key, the line of the template, the value. Shows no password.

use std::fmt::Write;

use super::trace::{shown, written};
use crate::diagnostic::Plain;
use crate::kube;
use crate::manifest::{DocId, Document, Node, Path};
use crate::postgres::dsn::{Keyword, Setting, Source as From};
use crate::postgres::topology::{Edge, Link, Origin, Part, Reach, Seat, Source};
use crate::provenance::{Lines, Search};
use crate::rules::Facts;

/// Connections that are shown.
const MANY: usize = 20;
/// Values that are told of one part.
const TOLD: usize = 3;

/// The parameters that are always shown, in this order, with what a topology calls them.
const PARTS: [(Keyword, Option<Part>); 7] = [
    (Keyword::Host, Some(Part::Host)),
    (Keyword::Port, Some(Part::Port)),
    (Keyword::User, Some(Part::User)),
    (Keyword::Password, Some(Part::Password)),
    (Keyword::DbName, Some(Part::Database)),
    (Keyword::SslMode, Some(Part::SslMode)),
    (Keyword::SslRootCert, Some(Part::SslRootCert)),
];

/// What is needed to say where something was written.
struct Places<'p, 'f> {
    facts: &'p Facts<'f>,
    lines: Lines,
    search: Search<'p, 'f>,
}

/// The connections whose name (`Deployment/store/app STORE_URL`) has `who` in it.
pub fn parts(facts: &Facts<'_>, who: &str) -> String {
    let named = facts.topology.edges.iter().map(|edge| (name(facts, edge), edge));
    let found: Vec<(String, &Edge<'_>)> = named.filter(|(name, _)| name.contains(who)).collect();
    if found.is_empty() {
        let all: Vec<String> = facts.topology.edges.iter().map(|edge| name(facts, edge)).collect();
        return match all.as_slice() {
            [] => "nothing of the chart connects to a Postgres\n".into(),
            all => format!("no connection is called so; there are\n  {}\n", Plain(&all.join("\n  "))),
        };
    }
    let search = facts.provenance.search(facts.manifests);
    let places = Places { facts, lines: facts.provenance.lines().unwrap_or_default(), search };
    let mut out = String::new();
    for (name, edge) in found.iter().take(MANY) {
        places.connection(name, edge, &mut out);
    }
    if found.len() > MANY {
        let _ = writeln!(out, "and {} more", found.len() - MANY);
    }
    out
}

fn name(facts: &Facts<'_>, edge: &Edge<'_>) -> String {
    let Some(consumer) = facts.topology.consumer_of(edge) else { return edge.role.clone() };
    let object = facts.document(consumer.doc).map(|d| facts.subject(d));
    let object = object.map_or_else(|| "?".into(), |o| format!("{}/{}", o.kind, o.name));
    match consumer.seat {
        Seat::Container(_) => format!("{object}/{} {}", consumer.name, edge.role),
        Seat::Object(_) => format!("{object} {}", edge.role),
    }
}

impl Places<'_, '_> {
    fn connection(&self, name: &str, edge: &Edge<'_>, out: &mut String) {
        let _ = writeln!(out, "{}", Plain(name));
        let _ = writeln!(out, "  read by {}: {}", edge.client.driver, Plain(&edge.client.evidence.to_string()));
        self.source("  told by", &edge.source, out);
        for loser in &edge.losers {
            self.source("  and not by", loser, out);
        }
        if let Some(refused) = &edge.refused {
            let _ = writeln!(out, "  refused: {}", Plain(&refused.to_string()));
        }
        for (keyword, part) in PARTS {
            self.part(edge, keyword, part, out);
        }
        let others = edge.settings.iter().flat_map(|s| s.iter());
        let others =
            others.filter(|s| !PARTS.iter().any(|(keyword, _)| *keyword == s.keyword) && s.from != From::Default);
        for setting in others {
            self.part(edge, setting.keyword, None, out);
        }
        let reach = match &edge.reach {
            Reach::InRelease { server, .. } => match self.facts.topology.server(*server) {
                Some(server) => format!("{} of this release", self.title(server.doc)),
                None => "a server of this release".into(),
            },
            Reach::External { host, provider } => {
                format!(
                    "{host}, outside of the cluster{}",
                    provider.map_or(String::new(), |p| format!(" ({})", p.name))
                )
            }
            Reach::InCluster { host } => format!("{host}, in the cluster, not of this release"),
            Reach::Undecided(why) => format!("undecided: {why}"),
            other => format!("{other:?}"),
        };
        let _ = writeln!(out, "  leads to {}", Plain(&reach));
        let _ = writeln!(out, "  TLS {:?}: {}", edge.tls.level, Plain(&edge.tls.why));
    }

    fn title(&self, doc: DocId) -> String {
        self.facts.document(doc).map_or_else(String::new, Document::title)
    }

    /// One parameter, its value and where that comes from.
    fn part(&self, edge: &Edge<'_>, keyword: Keyword, part: Option<Part>, out: &mut String) {
        let unknown = part.and_then(|part| edge.unknown.iter().find(|(p, _)| *p == part)).map(|(_, why)| why);
        let setting = edge.settings.as_ref().and_then(|settings| settings.get(keyword));
        let Some(setting) = setting else {
            if let Some(why) = unknown {
                let _ = writeln!(out, "  {keyword}: undecided, {}", Plain(&why.to_string()));
            }
            return;
        };
        let by = match &setting.from {
            From::Default => "by default",
            From::SystemRoots => "by sslrootcert=system",
            From::User => "as the user is called",
            From::Given => "by the client's own rules",
            From::Variable(name) => name,
            From::Service { .. } => "by a service file",
            From::Dsn(_) => "",
        };
        let value = match unknown {
            // Pieces of a password stand where other parts should.
            _ if edge.is_torn() => "not shown, for the text is torn by a character that is not encoded".to_string(),
            Some(why) if !setting.value.is_known() => format!("undecided, {why}"),
            _ => setting.value.to_string(),
        };
        let _ = writeln!(out, "  {keyword}: {}{}{by}", Plain(&value), if by.is_empty() { "" } else { ", " });
        if !matches!(setting.from, From::Dsn(_)) {
            return;
        }
        let own = part.and_then(|part| edge.parts.iter().find(|(p, _)| *p == part)).map(|(_, source)| source);
        let beside = own.filter(|_| self.stands_in(edge, setting).is_empty());
        if let Some(source) = beside {
            return self.source("    from", source, out);
        }
        for node in self.stands_in(edge, setting) {
            self.node(node, out);
        }
    }

    /// The nodes whose text the value is made of, where it stands in a connection string.
    fn stands_in<'e>(&self, edge: &'e Edge<'_>, setting: &Setting) -> Vec<(Node<'e>, String)> {
        let From::Dsn(n) = setting.from else { return Vec::new() };
        let Some(part) = edge.dsn.as_ref().and_then(|dsn| dsn.parts.get(n)) else { return Vec::new() };
        let Some(text) = &edge.text else { return Vec::new() };
        if part.span.start >= part.span.end {
            return Vec::new();
        }
        let pieces = text.pieces().iter().filter(|p| p.range.start < part.span.end && part.span.start < p.range.end);
        let nodes = pieces.filter_map(|piece| match piece.origin? {
            Origin::Kube(kube::Source::Literal(node)) => Some((node, String::new())),
            Origin::Kube(kube::Source::Key { kind, doc, key, node }) => {
                let name = self.facts.document(doc).map_or("", |d| d.name);
                Some((node, format!("key {key} of {} {name}", kind.kind())))
            }
            Origin::Operator { .. } => None,
        });
        nodes.collect()
    }

    fn node(&self, (node, what): (Node<'_>, String), out: &mut String) {
        let path = self.facts.manifests.path_of(node);
        let what = if what.is_empty() { format!("{path} of {}", self.title(node.doc())) } else { what };
        let _ = writeln!(out, "    from {}", Plain(&what));
        self.place(node.doc(), node.line(), Some(&path), out);
    }

    /// The stations of a setting, then where the last one was written.
    fn source(&self, label: &str, source: &Source<'_>, out: &mut String) {
        let links: Vec<String> = source.links.iter().map(Link::to_string).collect();
        let way = if links.is_empty() { source.name.clone() } else { links.join(" <- ") };
        let _ = writeln!(out, "{label} {}", Plain(&way));
        if let Some((doc, line)) = source.written() {
            let path = self.facts.manifests.at_line(line).filter(|(d, _)| d.id == doc).map(|(_, path)| path);
            self.place(doc, line, path.as_ref(), out);
        }
    }

    /// The line of the template, and the values behind the field.
    fn place(&self, doc: DocId, line: u32, path: Option<&Path>, out: &mut String) {
        let Some(document) = self.facts.document(doc) else { return };
        let written_by = self.lines.of(document, line).map(|origin| shown(&origin.outer));
        let _ = writeln!(out, "      {}", written_by.unwrap_or_else(|| Plain(document.template).to_string()));
        let behind = path.map(|path| self.search.values(document, path)).unwrap_or_default();
        for influence in behind.influences.iter().take(TOLD) {
            let place = written(self.facts, &influence.path.0);
            let _ = writeln!(out, "      value {}{place}", Plain(&influence.path.to_string()));
        }
    }
}
