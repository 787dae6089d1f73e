//! A topology for people: servers, consumers with their edges, holders. Shows no secret.

use std::fmt::Write;

use super::edge::{Edge, Form};
use super::reach::Reach;
use super::servers::{Persistence, Server, ServerKind};
use super::{Held, Topology};
use crate::manifest::Manifests;
use crate::postgres::dsn::{Keyword, Value};

/// The whole topology, a line for each thing.
pub fn describe<'m>(topology: &Topology<'m>, manifests: &Manifests<'m>) -> String {
    let mut out = String::new();
    let title = |doc| manifests.get(doc).map_or_else(String::new, |d| d.title());
    for server in &topology.servers {
        let _ = writeln!(out, "server {} {} {}", server.id.0, title(server.doc), server_line(server, manifests));
    }
    for consumer in &topology.consumers {
        let _ = writeln!(
            out,
            "consumer {} {} [{}] {:?}{}",
            consumer.id.0,
            title(consumer.doc),
            consumer.name,
            consumer.phase,
            if consumer.is_init { " init" } else { "" }
        );
        for edge in topology.edges_of(consumer.id) {
            let _ = writeln!(out, "  {}", edge_line(topology, edge));
            for (part, why) in &edge.unknown {
                let _ = writeln!(out, "    ? {}: {why}", part.name());
            }
        }
    }
    for holder in &topology.holders {
        let what = match holder.why {
            Held::Conduct(conduct) => format!("{conduct:?}"),
            other => format!("{other:?}"),
        };
        let roles: Vec<_> = holder
            .edges
            .iter()
            .map(|e| e.role.as_str())
            .chain(holder.credential.iter().map(|s| s.name.as_str()))
            .collect();
        let _ = writeln!(out, "holder [{}] {what}: {}", holder.name, roles.join(", "));
    }
    out
}

fn server_line(server: &Server<'_>, manifests: &Manifests<'_>) -> String {
    let kind = match server.kind {
        ServerKind::Postgres => "Postgres".to_string(),
        ServerKind::Pooler(name) | ServerKind::AuthProxy(name) => name.to_string(),
        ServerKind::Operator => server.operator.map_or_else(String::new, |o| o.operator.name.to_string()),
    };
    let major = server.major.map_or_else(String::new, |m| format!(" {m}"));
    let data = match &server.persistence {
        Persistence::ClaimTemplate { mount, .. } => format!("claim template at {mount}"),
        Persistence::Claim { name, doc, mount } => {
            format!("claim {name}{} at {mount}", if doc.is_some() { "" } else { " (not rendered)" })
        }
        other => format!("{other:?}"),
    };
    let services: Vec<_> = server.services.iter().filter_map(|s| manifests.get(*s)).map(|d| d.name).collect();
    format!("{kind}{major} port {} data {} [{data}] services {}", server.port, server.data_folder, services.join(","))
}

fn edge_line<'m>(topology: &Topology<'m>, edge: &Edge<'m>) -> String {
    let reach = match &edge.reach {
        Reach::InRelease { server, access, .. } => {
            format!("server {} {:?} ({access:?})", server.0, topology.server(*server).map_or("", |s| s.name))
        }
        Reach::Undecided(why) => format!("UNDECIDED {why}"),
        Reach::External { host, provider } => {
            format!("external {host}{}", provider.map_or_else(String::new, |p| format!(" ({})", p.name)))
        }
        other => format!("{other:?}"),
    };
    let form = match edge.form {
        Form::Url(form) => format!("{form:?}"),
        form => format!("{form:?}"),
    };
    let show = |keyword| match edge.value(keyword) {
        Some(_) if edge.is_torn() => "(torn)".to_string(),
        value => value.map_or_else(|| "-".to_string(), Value::to_string),
    };
    format!(
        "{form} {} -> {reach} | {}:{} db={} user={} sslmode={} | {} | tls {:?} | {}{}{}",
        edge.role,
        show(Keyword::Host),
        show(Keyword::Port),
        show(Keyword::DbName),
        show(Keyword::User),
        show(Keyword::SslMode),
        edge.client.driver,
        edge.tls.level,
        edge.source,
        if edge.bulk { " | bulk" } else { "" },
        edge.refused.as_ref().map_or_else(String::new, |e| format!(" | REFUSED {e}")),
    )
}
