//! `database-exposed`: nothing outside of the cluster may reach a server directly.
//!
//! Source: Kubernetes, "Service" (NodePort and LoadBalancer, `externalIPs`), "Ingress", the Gateway API's TCPRoute and
//! TLSRoute; for operators' objects the field by which each makes such a Service.

use std::collections::HashMap;

use super::{Evidence, Facts, Finding, Fix, Judgement, Rule, Scope, Subject, Verdict};
use crate::diagnostic::Severity;
use crate::kube::{Container, OperatorRole, Service, ServiceType, Workload};
use crate::manifest::{DocId, Document, Node};
use crate::postgres::topology::{Seat, Server, ServerKind};

pub static RULE: Rule = Rule {
    id: "database-exposed",
    summary: "a Postgres server can be reached from outside of the cluster",
    severity: Severity::Error,
    scope: Scope::Postgres,
    docs: include_str!("database_exposed.md"),
    check,
    subjects,
};

/// Annotations that keep a cloud's load balancer inside of its network, with their values.
const INTERNAL: &[(&str, &str)] = &[
    ("service.beta.kubernetes.io/aws-load-balancer-internal", "true"),
    ("service.beta.kubernetes.io/aws-load-balancer-internal", "0.0.0.0/0"),
    ("service.beta.kubernetes.io/aws-load-balancer-scheme", "internal"),
    ("service.beta.kubernetes.io/azure-load-balancer-internal", "true"),
    ("networking.gke.io/load-balancer-type", "Internal"),
    ("cloud.google.com/load-balancer-type", "Internal"),
    ("service.beta.kubernetes.io/openstack-internal-load-balancer", "true"),
];

/// Where operators' objects ask for a Service of an open type: kind, path, the value that keeps it closed.
const FIELDS: &[(&str, &str, &str)] = &[
    ("postgresql", "spec.enableMasterLoadBalancer", "false"),
    ("postgresql", "spec.enableReplicaLoadBalancer", "false"),
    ("postgresql", "spec.enableMasterPoolerLoadBalancer", "false"),
    ("PostgresCluster", "spec.service.type", "ClusterIP"),
    ("PostgresCluster", "spec.replicaService.type", "ClusterIP"),
    ("PostgresCluster", "spec.proxy.pgBouncer.service.type", "ClusterIP"),
    ("PerconaPGCluster", "spec.expose.type", "ClusterIP"),
    ("PerconaPGCluster", "spec.proxy.pgBouncer.expose.type", "ClusterIP"),
    ("SGCluster", "spec.postgresServices.primary.type", "ClusterIP"),
    ("SGCluster", "spec.postgresServices.replicas.type", "ClusterIP"),
    ("Pooler", "spec.serviceTemplate.spec.type", "ClusterIP"),
];

/// Kinds that lead connections from outside to Services, and the lists that name these.
const ROUTES: &[(&str, &[&str])] = &[
    ("TCPRoute", &["spec.rules[].backendRefs[]"]),
    ("TLSRoute", &["spec.rules[].backendRefs[]"]),
    ("IngressRouteTCP", &["spec.routes[].services[]"]),
    ("Ingress", &["spec.rules[].http.paths[].backend.service", "spec.defaultBackend.service"]),
];

/// A pooler leads to the data as well; what a provider runs elsewhere is not of this cluster.
fn concerns(server: &Server<'_>) -> bool {
    server.operator.as_ref().is_none_or(|o| o.operator.role != OperatorRole::Managed)
}

fn subjects(facts: &Facts<'_>) -> usize {
    let objects = facts.inventory.operator_objects.iter();
    let objects = objects.filter(|o| matches!(o.operator.role, OperatorRole::Server | OperatorRole::Pooler)).count();
    objects + facts.topology.servers.iter().filter(|s| s.kind != ServerKind::Operator).count()
}

fn check(facts: &Facts<'_>) -> Vec<Judgement> {
    let routes = routes(facts);
    let servers = facts.topology.servers.iter().filter(|s| concerns(s));
    servers
        .filter_map(|server| {
            let document = facts.document(server.doc)?;
            let of = facts.subject(document);
            let seat = match server.seat {
                Seat::Container(id) => facts.inventory.container(id),
                Seat::Object(_) => None,
            };
            let name = seat.map_or(of.name.clone(), |(_, c)| format!("{}/{}", of.name, c.name));
            let finding = seat
                .and_then(|(workload, container)| on_host(facts, document, server, workload, container))
                .or_else(|| server.services.iter().find_map(|doc| service(facts, *doc)))
                .or_else(|| server.services.iter().find_map(|doc| routed(facts, server, *doc, &routes)))
                .or_else(|| object(facts, document, server));
            let verdict = match finding {
                Some(finding) => Verdict::Broken(Box::new(finding)),
                None => Verdict::Holds(Evidence("only the cluster reaches it".into())),
            };
            Some(Judgement { subject: Subject::new(of.kind, name), verdict })
        })
        .collect()
}

/// Ports of the node.
fn on_host<'f>(
    facts: &Facts<'f>,
    document: &Document<'f>,
    server: &Server<'f>,
    workload: &Workload<'f>,
    container: &Container<'f>,
) -> Option<Finding> {
    let spec = workload.pod.spec;
    if workload.pod.host_network() {
        let path = facts.manifests.path_of(spec.get("hostNetwork")?).to_string();
        let finding = Finding::new("it listens on every address of its node, as hostNetwork is on")
            .at(facts.at(spec.get("hostNetwork")?))
            .help("take hostNetwork away, and reach it through a Service")
            .fix(Fix::new().remove_field(document, &path));
        return Some(finding);
    }
    let port = container.ports.iter().find(|p| p.number == Some(server.port.into()) && open(p.node))?;
    let node = port.node.get("hostPort")?;
    let path = facts.manifests.path_of(node).to_string();
    let finding = Finding::new("its port is a port of the node, which anybody who reaches the node can open")
        .at(facts.at(node))
        .help("take hostPort away, and reach it through a Service")
        .fix(Fix::new().remove_field(document, &path));
    Some(finding)
}

/// Whether a port of a container is one of the node, too, and not only of its loopback.
fn open(port: Node<'_>) -> bool {
    let bound = port.int("hostPort").given().is_some_and(|n| n != 0);
    bound && !port.str("hostIP").given().is_some_and(|ip| ip.starts_with("127.") || ip == "::1")
}

/// A Service of an open type.
fn service<'f>(facts: &Facts<'f>, doc: DocId) -> Option<Finding> {
    let document = facts.document(doc)?;
    let service: &Service<'f> = facts.inventory.service(document.namespace, document.name)?;
    let spec = document.root().get("spec")?;
    let title = document.title();
    if let Some(ips) = spec.present("externalIPs").filter(|ips| ips.items().next().is_some()) {
        return Some(
            Finding::new(format!("{title} takes connections to addresses outside of the cluster (externalIPs)"))
                .at(facts.at(ips))
                .help("take externalIPs away")
                .fix(Fix::new().remove_field(document, "spec.externalIPs")),
        );
    }
    let at = spec.get("type")?;
    let (what, internal) = match service.service_type {
        ServiceType::LoadBalancer => ("has a load balancer of its own", is_internal(document)),
        ServiceType::NodePort => ("opens a port on every node", false),
        _ => return None,
    };
    let ports = spec.list("ports").enumerate().filter(|(_, port)| port.get("nodePort").is_some());
    let fix = ports.fold(Fix::new().set_field(document, "spec.type", "ClusterIP"), |fix, (n, _)| {
        fix.remove_field(document, &format!("spec.ports[{n}].nodePort"))
    });
    let ranges: Vec<&str> = spec.list("loadBalancerSourceRanges").filter_map(|r| r.as_str().given()).collect();
    let narrow = !ranges.is_empty() && !ranges.iter().any(|range| range.ends_with("/0"));
    let finding = Finding::new(format!("{title} {what}: the database can be reached from outside of the cluster"))
        .at(facts.at(at))
        .help("use type ClusterIP; let people in through `kubectl port-forward`, and other networks through a private link")
        .fix(fix);
    Some(if internal || narrow { finding.severity(Severity::Warning) } else { finding })
}

fn is_internal(document: &Document<'_>) -> bool {
    INTERNAL.iter().any(|(key, value)| document.annotation(key) == Some(value))
}

/// Which documents lead to a Service of a namespace and name, with the port that they ask for.
type Routes<'f> = HashMap<(&'f str, &'f str), Vec<(DocId, Node<'f>)>>;

fn routes<'f>(facts: &Facts<'f>) -> Routes<'f> {
    let mut routes: Routes<'f> = HashMap::new();
    for (kind, paths) in ROUTES {
        for document in facts.inventory.of_kind(kind).iter().filter_map(|id| facts.manifests.get(*id)) {
            for node in paths.iter().flat_map(|path| all(document.root(), path)) {
                let namespace = node.str("namespace").given().unwrap_or(document.namespace);
                let Some(name) = node.str("name").given() else { continue };
                routes.entry((namespace, name)).or_default().push((document.id, node));
            }
        }
    }
    routes
}

/// The nodes at a path in which `[]` stands for every item.
fn all<'f>(root: Node<'f>, path: &str) -> Vec<Node<'f>> {
    path.split('.').fold(vec![root], |nodes, step| match step.strip_suffix("[]") {
        Some(key) => nodes.iter().flat_map(|node| node.list(key)).collect(),
        None => nodes.iter().filter_map(|node| node.get(step)).collect(),
    })
}

fn routed<'f>(facts: &Facts<'f>, server: &Server<'f>, service: DocId, routes: &Routes<'f>) -> Option<Finding> {
    let service = facts.document(service)?;
    let known = facts.inventory.service(service.namespace, service.name)?;
    let leads = |node: &Node<'f>| {
        let asked = node.int("port").given().or_else(|| node.dig("port.number").and_then(|n| n.as_int().given()));
        // A port that the Service leads elsewhere is another program's.
        asked.is_none_or(|asked| {
            let port = known.ports.iter().find(|p| p.port == Some(asked));
            let target = port.and_then(|p| p.target).and_then(|t| t.text().parse::<u16>().ok());
            target.map_or(asked == i64::from(server.port) || port.is_some(), |target| target == server.port)
        })
    };
    let (doc, node) = routes.get(&(service.namespace, service.name))?.iter().find(|(_, node)| leads(node))?;
    let document = facts.document(*doc)?;
    Some(
        Finding::new(format!("{} leads connections from outside of the cluster to it", document.title()))
            .at(facts.at(*node))
            .help("take the route to the database away")
            .fix(Fix::new().remove_document(document)),
    )
}

/// What an operator is asked to open.
fn object<'f>(facts: &Facts<'f>, document: &Document<'f>, server: &Server<'f>) -> Option<Finding> {
    server.operator.as_ref()?;
    let root = document.root();
    let open = |node: &Node<'f>| {
        let text = node.as_str().given();
        node.as_bool().given() == Some(true) || matches!(text, Some("LoadBalancer" | "NodePort"))
    };
    let fields = FIELDS.iter().filter(|row| row.0 == document.kind);
    let simple = fields.filter_map(|row| Some((root.dig(row.1)?, row.2)));
    let additional = all(root, "spec.managed.services.additional[].serviceTemplate.spec.type");
    let (node, closed) =
        simple.chain(additional.into_iter().map(|node| (node, "ClusterIP"))).find(|(node, _)| open(node))?;
    let path = facts.manifests.path_of(node).to_string();
    let value = match closed {
        "false" => serde_json::Value::Bool(false),
        text => text.into(),
    };
    Some(
        Finding::new("its operator is asked for a Service that can be reached from outside of the cluster")
            .at(facts.at(node))
            .help("keep its Services inside of the cluster")
            .fix(Fix::new().set_field(document, &path, value)),
    )
}
