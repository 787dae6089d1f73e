//! Which server a host and port lead to, seen from a pod: Service names to selectors to workloads, loopback, peers outside of the
//! release, addresses and the internet.

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;

use super::servers::{Seat, Server, ServerId};
use super::source::Why;
use super::value::Value;
use crate::kube::{Access, ContainerId, Inventory, OperatorRole, WorkloadId, select};
use crate::manifest::{DocId, Manifests};
use crate::postgres::provider::{self, Provider};

/// What a client reaches.
#[derive(Clone, Debug, PartialEq)]
pub enum Reach<'m> {
    /// A server of this render; the Service on the way, where one is rendered.
    InRelease {
        server: ServerId,
        service: Option<DocId>,
        access: Access,
    },
    /// A Service of this render that leads to no server that we know of: another database, or pods of somebody else.
    Service {
        service: DocId,
    },
    /// A name inside of the cluster that this render does not make.
    InCluster {
        host: String,
    },
    /// The pod itself; the server in it, where one is known.
    Loopback {
        server: Option<ServerId>,
    },
    /// A socket in the container.
    Socket,
    /// A host elsewhere.
    External {
        host: String,
        provider: Option<&'static Provider>,
    },
    Undecided(Why<'m>),
}

impl Reach<'_> {
    /// The server of this render, if it is one.
    pub fn server(&self) -> Option<ServerId> {
        match self {
            Reach::InRelease { server, .. } => Some(*server),
            Reach::Loopback { server } => *server,
            _ => None,
        }
    }

    pub fn is_decided(&self) -> bool {
        !matches!(self, Reach::Undecided(_))
    }
}

/// Look-up from names to servers.
pub struct Map<'i, 'm> {
    inventory: &'i Inventory<'m>,
    servers: &'i [Server<'m>],
    of_workload: HashMap<WorkloadId, Vec<ServerId>>,
    of_service: HashMap<DocId, Vec<ServerId>>,
    /// Operators' objects: themselves, their Services and their Secrets, by namespace and name.
    objects: HashMap<(&'m str, &'m str), ServerId>,
    made_services: HashMap<(&'m str, String), (ServerId, Access)>,
    made_secrets: HashMap<(&'m str, String), ServerId>,
    /// Those that make Secrets with a name in their name.
    named_secrets: Vec<ServerId>,
    namespaces: HashSet<&'m str>,
}

impl<'i, 'm> Map<'i, 'm> {
    pub fn new(manifests: &Manifests<'m>, inventory: &'i Inventory<'m>, servers: &'i [Server<'m>]) -> Self {
        let mut map = Map {
            inventory,
            servers,
            of_workload: HashMap::new(),
            of_service: HashMap::new(),
            objects: HashMap::new(),
            made_services: HashMap::new(),
            made_secrets: HashMap::new(),
            named_secrets: Vec::new(),
            namespaces: manifests.documents.iter().map(|d| d.namespace).collect(),
        };
        for server in servers {
            match server.seat {
                Seat::Container(id) => map.of_workload.entry(id.workload).or_default().push(server.id),
                Seat::Object(_) => map.add_object(server),
            }
            for service in &server.services {
                map.of_service.entry(*service).or_default().push(server.id);
            }
        }
        map
    }

    fn add_object(&mut self, server: &'i Server<'m>) {
        let Some(object) = server.operator else { return };
        if object.operator.role == OperatorRole::Server {
            self.objects.entry((server.namespace, server.name)).or_insert(server.id);
        }
        for (pattern, access) in object.operator.services {
            let name = pattern.replace('*', server.name);
            self.made_services.entry((server.namespace, name)).or_insert((server.id, *access));
        }
        for pattern in object.operator.secrets {
            if pattern.contains('?') {
                // Each costs a comparison with every Secret that is looked for.
                if self.named_secrets.len() < 200 && self.named_secrets.last() != Some(&server.id) {
                    self.named_secrets.push(server.id);
                }
            } else {
                self.made_secrets.entry((server.namespace, pattern.replace('*', server.name))).or_insert(server.id);
            }
        }
    }

    /// Where a host leads, for a container of a workload in a namespace.
    pub fn resolve(
        &self,
        host: &Value<'m>,
        port: Option<u16>,
        namespace: &str,
        workload: Option<WorkloadId>,
    ) -> Reach<'m> {
        let Some(text) = host.text() else {
            return Reach::Undecided(host.why().cloned().unwrap_or(Why::Computed));
        };
        self.resolve_text(text.trim(), port, namespace, workload, 0)
    }

    fn resolve_text(
        &self,
        text: &str,
        port: Option<u16>,
        namespace: &str,
        workload: Option<WorkloadId>,
        depth: u32,
    ) -> Reach<'m> {
        if text.is_empty() || text.starts_with('/') || text.starts_with('@') {
            return Reach::Socket;
        }
        // No name at all: a piece of something that was read wrongly, and that may hold a password.
        if text.contains([' ', '=', '@']) {
            return Reach::Undecided(Why::Unreadable);
        }
        let name = text.trim_end_matches('.').to_ascii_lowercase();
        if is_loopback(&name) {
            return Reach::Loopback { server: self.in_pod(port, workload) };
        }
        if name.trim_matches(['[', ']']).parse::<IpAddr>().is_ok() {
            return Reach::External { host: name, provider: None };
        }
        let parts: Vec<&str> = name.split('.').collect();
        let Some((service, space, certain)) = service_name(&parts, namespace, &self.namespaces) else {
            return Reach::External { provider: provider::of(&name), host: name };
        };
        // `pod-0.service.namespace.svc`: the pod of a StatefulSet.
        let mut candidates = vec![(service, space)];
        if let [_, service, rest @ ..] = parts.as_slice() {
            candidates.push((service, rest.first().filter(|r| **r != "svc").copied().unwrap_or(namespace)));
        }
        for (service, space) in candidates {
            if let Some(found) = self.service(service, space, port, workload, depth) {
                return found;
            }
        }
        if certain {
            return Reach::InCluster { host: name };
        }
        Reach::External { provider: provider::of(&name), host: name }
    }

    fn service(
        &self,
        name: &str,
        namespace: &str,
        port: Option<u16>,
        workload: Option<WorkloadId>,
        depth: u32,
    ) -> Option<Reach<'m>> {
        if let Some(service) = self.inventory.service(namespace, name) {
            if let Some(host) = service.external_name() {
                if depth > 3 {
                    return Some(Reach::Undecided(Why::Computed));
                }
                return Some(self.resolve_text(host, port, namespace, workload, depth + 1));
            }
            let found = self.of_service.get(&service.doc).map_or(&[][..], Vec::as_slice);
            let fits = |id: &&ServerId| {
                self.servers.get(id.index()).is_some_and(|s| {
                    port.is_none_or(|p| s.port == p || service.ports.iter().any(|sp| sp.port == Some(i64::from(p))))
                })
            };
            if let Some(server) = found.iter().find(fits).or(found.first()) {
                let access =
                    if found.len() > 1 || service.name.ends_with("-read") { Access::Any } else { Access::ReadWrite };
                return Some(Reach::InRelease { server: *server, service: Some(service.doc), access });
            }
            // A Service that an operator's pods answer: it is rendered by hand.
            let made = service.selector.iter().find_map(|(_, value)| self.objects.get(&(service.namespace, *value)));
            if let Some(server) = made
                && select(self.inventory, service).is_empty()
            {
                return Some(Reach::InRelease { server: *server, service: Some(service.doc), access: Access::Any });
            }
            return Some(Reach::Service { service: service.doc });
        }
        let namespace = *self.namespaces.get(namespace)?;
        let (server, access) = *self.made_services.get(&(namespace, name.to_string()))?;
        Some(Reach::InRelease { server, service: None, access })
    }

    /// The server in the same pod that listens on a port.
    fn in_pod(&self, port: Option<u16>, workload: Option<WorkloadId>) -> Option<ServerId> {
        let found = self.of_workload.get(&workload?)?;
        let fits = |id: &&ServerId| self.servers.get(id.index()).is_some_and(|s| port.is_none_or(|p| p == s.port));
        found.iter().find(fits).or_else(|| found.first().filter(|_| found.len() == 1)).copied()
    }

    /// The operator's server that makes the Secret of a name.
    pub fn maker_of_secret(&self, namespace: &str, name: &str) -> Option<&'i Server<'m>> {
        let namespace = *self.namespaces.get(namespace)?;
        let known = self.made_secrets.get(&(namespace, name.to_string())).copied();
        let makes = |id: &&ServerId| {
            let server = self.servers.get(id.index()).filter(|s| s.namespace == namespace);
            server.is_some_and(|s| s.operator.is_some_and(|o| o.makes_secret(name)))
        };
        let id = known.or_else(|| self.named_secrets.iter().find(makes).copied())?;
        self.servers.get(id.index())
    }

    /// The server that an operator makes of the object of a name.
    pub fn object(&self, namespace: &'m str, name: &'m str) -> Option<&'i Server<'m>> {
        self.objects.get(&(namespace, name)).and_then(|id| self.servers.get(id.index()))
    }

    /// The server that a container is.
    pub fn seated(&self, container: ContainerId) -> Option<&'i Server<'m>> {
        let ids = self.of_workload.get(&container.workload)?;
        let is = |s: &&Server<'m>| s.seat == Seat::Container(container);
        ids.iter().filter_map(|id| self.servers.get(id.index())).find(is)
    }
}

fn is_loopback(name: &str) -> bool {
    name == "localhost"
        || name.ends_with(".localhost")
        || name.trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback() || ip.is_unspecified())
}

/// Last labels of names that people use outside of clusters; anything else after one dot is taken for a namespace.
const OUTSIDE: &[&str] = &[
    "com",
    "net",
    "org",
    "io",
    "dev",
    "app",
    "cloud",
    "local",
    "lan",
    "internal",
    "intranet",
    "corp",
    "home",
    "example",
    "test",
    "invalid",
    "tech",
    "co",
    "eu",
    "de",
    "uk",
    "us",
    "fr",
    "ch",
    "nl",
    "it",
    "es",
    "at",
    "be",
    "cn",
    "jp",
    "in",
    "br",
    "ru",
    "pl",
    "se",
    "no",
    "fi",
    "dk",
    "info",
    "biz",
    "me",
    "ai",
    "tld",
    "edu",
    "gov",
    "localdomain",
    "xyz",
];

/// Service and namespace that a name may mean, and whether it can mean nothing outside of the cluster.
fn service_name<'a>(parts: &[&'a str], own: &'a str, known: &HashSet<&str>) -> Option<(&'a str, &'a str, bool)> {
    match parts {
        [service] => Some((service, own, true)),
        [service, space] => {
            let inside = known.contains(space) || !OUTSIDE.contains(space);
            Some((service, space, inside))
        }
        [service, space, "svc", ..] => Some((service, space, true)),
        [_, service, space, "svc", ..] => Some((service, space, true)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_inside_and_outside() {
        let known = HashSet::from(["prod"]);
        let told = |name: &str| {
            let parts: Vec<&str> = name.split('.').collect();
            service_name(&parts, "own", &known).map(|(s, n, c)| format!("{s}/{n} {c}"))
        };
        assert_eq!(told("db").as_deref(), Some("db/own true"));
        assert_eq!(told("db.prod").as_deref(), Some("db/prod true"));
        assert_eq!(told("db.data").as_deref(), Some("db/data true"));
        assert_eq!(told("db.com").as_deref(), Some("db/com false"));
        assert_eq!(told("db.data.svc.cluster.local").as_deref(), Some("db/data true"));
        assert_eq!(told("db-0.db.data.svc").as_deref(), Some("db/data true"));
        assert_eq!(told("db.example.com"), None);
        assert!(
            is_loopback("127.0.0.1")
                && is_loopback("::1")
                && is_loopback("[::1]")
                && is_loopback("localhost")
                && !is_loopback("10.0.0.1")
        );
    }
}
