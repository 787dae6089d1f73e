//! Connections that operators' objects make themselves: poolers to their cluster, clusters to what they are copied from.

use super::Topology;
use super::consumers::{Consumer, ConsumerId, Phase};
use super::edge::{Edge, EdgeId, Form};
use super::reach::{Map, Reach};
use super::servers::{Seat, Server};
use super::source::{Link, Source, Why};
use super::understand;
use super::value::Value;
use super::words::Part;
use crate::kube::{Access, OperatorRole};
use crate::manifest::Node;
use crate::postgres::driver::{Client, Driver, Evidence};
use crate::postgres::dsn::{self, Seen, Surroundings};
use crate::postgres::tls;

/// Adds the edges of all objects.
pub fn edges<'m>(map: &Map<'_, 'm>, servers: &[Server<'m>], topology: &mut Topology<'m>) {
    for server in servers {
        let Some(object) = server.operator else { continue };
        let mut found = Vec::new();
        if object.operator.role == OperatorRole::Pooler
            && let Some(cluster) = object.node.dig("spec.cluster.name").and_then(|n| n.as_str().given())
        {
            let of = map.object(server.namespace, cluster);
            let reach = match of {
                Some(s) => Reach::InRelease { server: s.id, service: None, access: Access::ReadWrite },
                None => Reach::InCluster { host: cluster.to_string() },
            };
            found.extend(object.node.dig("spec.cluster.name").map(|node| blank("spec.cluster", node, reach)));
        }
        for external in object.node.dig("spec.externalClusters").into_iter().flat_map(Node::items) {
            found.extend(external.get("connectionParameters").map(|node| external_cluster(map, server, node)));
        }
        if found.is_empty() {
            continue;
        }
        let id = ConsumerId(u32::try_from(topology.consumers.len()).unwrap_or(u32::MAX));
        topology.consumers.push(Consumer {
            id,
            seat: Seat::Object(server.doc),
            doc: server.doc,
            name: server.name,
            namespace: server.namespace,
            phase: Phase::Running,
            is_init: false,
        });
        topology.edges.extend(found.into_iter().map(|edge| Edge { consumer: id, ..edge }));
    }
}

fn blank<'m>(field: &'static str, node: Node<'m>, reach: Reach<'m>) -> Edge<'m> {
    Edge {
        id: EdgeId(0),
        consumer: ConsumerId(0),
        role: field.to_string(),
        form: Form::Object,
        client: Client { driver: Driver::Libpq, evidence: Evidence::Image("Postgres's own programs") },
        bulk: false,
        text: None,
        dsn: None,
        refused: None,
        settings: None,
        source: Source {
            name: field.to_string(),
            links: vec![Link::Object { field, doc: node.doc(), line: node.line() }],
        },
        parts: Vec::new(),
        losers: Vec::new(),
        unknown: Vec::new(),
        reach,
        also: Vec::new(),
        tls: tls::Outcome {
            level: tls::Level::Undecided,
            floor: tls::Level::Plaintext,
            why: "the operator decides".into(),
            source: "",
            evidence: tls::Evidence::Read,
            plans: Vec::new(),
        },
    }
}

/// `externalClusters[].connectionParameters` of CloudNativePG: libpq's keywords as a map.
fn external_cluster<'m>(map: &Map<'_, 'm>, server: &Server<'m>, node: Node<'m>) -> Edge<'m> {
    let text = |key: &str| node.get(key).and_then(|n| n.as_quantity().given()).map(|q| Value::known(q.text()));
    let host = text("host").unwrap_or_else(|| Value::unknown(Why::Computed, None));
    let mut edge = blank("spec.externalClusters", node, map.resolve(&host, None, server.namespace, None));
    let names = [
        ("host", Part::Host),
        ("port", Part::Port),
        ("user", Part::User),
        ("dbname", Part::Database),
        ("sslmode", Part::SslMode),
    ];
    let values: Vec<(Part, Value<'m>)> = names.iter().filter_map(|(key, part)| Some((*part, text(key)?))).collect();
    let dsn = understand::parts(values.iter().map(|(part, value)| (*part, value)));
    let absent = |_: &str| Seen::Absent;
    let around = Surroundings { env: &absent, file: &absent, user: None };
    if let Ok(settings) = dsn::effective(Some(&dsn), &around, dsn::Libpq::NEWEST) {
        edge.tls = tls::outcome(Driver::Libpq, &settings, &|_| tls::File::Unknown);
        edge.settings = Some(settings);
    }
    edge.dsn = Some(dsn);
    edge
}
