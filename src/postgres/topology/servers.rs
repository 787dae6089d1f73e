//! Who serves Postgres's protocol in a render: containers, operators' objects, poolers, proxies. Not those that only use the image.

use super::images::{self, Kind};
use super::placeholder::Lookup;
use super::script;
use super::value::Value;
use crate::kube::{
    Container, ContainerId, Image, Inventory, OperatorObject, OperatorRole, Role, Service, Volume, VolumeSource,
    Workload, select,
};
use crate::manifest::{DocId, Identity, Node};
use crate::postgres::driver;

/// Which server of a topology: its index in `Topology::servers`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServerId(pub u32);

impl ServerId {
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// What a server is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServerKind {
    /// Postgres in a container of the render.
    Postgres,
    /// A pooler in a container; its own connection is an edge.
    Pooler(&'static str),
    /// A proxy that authenticates and encrypts on its own.
    AuthProxy(&'static str),
    /// What an operator makes of an object.
    Operator,
}

/// What is looked at as the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seat {
    Container(ContainerId),
    Object(DocId),
}

/// Where the data lies.
#[derive(Clone, Debug, PartialEq)]
pub enum Persistence<'m> {
    /// A claim that the StatefulSet makes for each pod: the index in `claim_templates`.
    ClaimTemplate {
        index: usize,
        mount: &'m str,
    },
    /// A claim by name; its document where it is rendered.
    Claim {
        name: &'m str,
        doc: Option<DocId>,
        mount: &'m str,
    },
    HostPath {
        mount: &'m str,
    },
    /// An emptyDir or a generic ephemeral volume: gone with the pod.
    Ephemeral {
        mount: &'m str,
    },
    /// No volume: gone with the container.
    Nowhere,
    /// The operator's, or the provider's, concern.
    Managed,
    /// Something else is mounted (CSI, NFS): nobody here can tell.
    Other {
        mount: &'m str,
    },
    /// Poolers and proxies keep nothing.
    None,
}

/// A server.
#[derive(Clone, Debug)]
pub struct Server<'m> {
    pub id: ServerId,
    pub kind: ServerKind,
    pub seat: Seat,
    /// The workload's or the object's document.
    pub doc: DocId,
    pub name: &'m str,
    pub namespace: &'m str,
    /// Services of the render that lead to it.
    pub services: Vec<DocId>,
    /// The port it listens on in its pod; 5432 where nothing is said.
    pub port: u16,
    pub persistence: Persistence<'m>,
    /// The folder that the data is kept in, as far as image and `PGDATA` tell; empty for what has none.
    pub data_folder: String,
    pub image: Option<Image<'m>>,
    pub operator: Option<OperatorObject<'m>>,
    /// The major version that its image or object names.
    pub major: Option<u32>,
    /// Runs as a hook: it is no part of the release.
    pub is_hook: bool,
}

/// All servers, containers first in the order of the render, then operators' objects.
pub fn find<'m>(inventory: &Inventory<'m>) -> Vec<Server<'m>> {
    let mut found: Vec<Server<'m>> = Vec::new();
    for (workload, container) in inventory.containers() {
        if let Some(kind) = serves(container) {
            found.push(of_container(inventory, workload, container, kind));
        }
    }
    let objects = inventory.operator_objects.iter().filter(|o| !matches!(o.operator.role, OperatorRole::Embeds));
    found.extend(objects.map(of_object));
    for (n, server) in (0..).zip(&mut found) {
        server.id = ServerId(n);
    }
    attach_services(inventory, &mut found);
    found
}

/// Words of a command that start a server.
const STARTS: &[&str] = &[
    "postgres",
    "postmaster",
    "docker-entrypoint.sh",
    "patroni",
    "pgbouncer",
    "pgpool",
    "pgcat",
    "run-postgresql",
    "pg_ctl",
];

/// What a container serves, if it does.
pub fn serves(container: &Container<'_>) -> Option<ServerKind> {
    if container.role == Role::Init {
        return None;
    }
    let kind = match images::of(container.image.repository) {
        Some(Kind::Server) => ServerKind::Postgres,
        Some(Kind::Pooler(name)) => ServerKind::Pooler(name),
        Some(Kind::AuthProxy(name)) => return Some(ServerKind::AuthProxy(name)),
        Some(_) => return None,
        None if looks_like_server(container) => ServerKind::Postgres,
        None => return None,
    };
    let words = words(container);
    let Some(first) = words.first() else { return Some(kind) };
    // Options alone (`-c max_connections=200`) are the server's.
    if first.starts_with('-') {
        return Some(kind);
    }
    let mut heads: Vec<String> = vec![base(first).to_string()];
    for word in words.iter().skip(1).filter(|w| w.contains(char::is_whitespace)) {
        let told = script::read(&Value::known(*word), &Nothing);
        heads.extend(told.heads);
        heads.extend(told.runs.iter().map(|r| r.program.to_string()));
    }
    let is_any = |list: &[&str]| heads.iter().any(|h| list.contains(&h.as_str()));
    let starts = is_any(STARTS)
        || words.iter().any(|w| w.starts_with("/opt/bitnami/scripts/") || w.starts_with("/opt/bitnami/postgresql"));
    let uses = is_any(driver::PROGRAMS) || is_any(&["sleep", "pg_upgrade"]);
    // A script that nobody knows is a server's where it has a server's port, data or variables.
    (starts || (!uses && has_signs(container))).then_some(kind)
}

/// The port, the data or the password of a server.
fn has_signs(container: &Container<'_>) -> bool {
    let (port, data, says) = signs(container);
    port || data || says
}

fn base(word: &str) -> &str {
    word.rsplit('/').next().unwrap_or(word)
}

/// A place without variables.
struct Nothing;

impl<'m> Lookup<'m> for Nothing {
    fn variable(&self, _: &str) -> Option<Value<'m>> {
        None
    }

    fn file(&self, _: &str) -> Option<Value<'m>> {
        None
    }
}

fn words<'m>(container: &Container<'m>) -> Vec<&'m str> {
    let nodes = container.command().into_iter().flatten().chain(container.args().into_iter().flatten());
    nodes.filter_map(|node| node.as_str().given()).collect()
}

/// An image that nobody knows, with the port, the data and the variables of a server.
fn looks_like_server(container: &Container<'_>) -> bool {
    let (port, data, says) = signs(container);
    let named = container.image.name().contains("postgres") || container.image.name().contains("pgvector");
    (port && (data || (says && named))) || (data && says)
}

fn signs(container: &Container<'_>) -> (bool, bool, bool) {
    let port = container.ports.iter().any(|p| p.number == Some(5432));
    let data = container.mounts.iter().any(|m| is_data(m.path));
    let mut names = container.env().map(|(name, _)| name);
    let says = names.any(|n| {
        matches!(
            n,
            "PGDATA" | "POSTGRES_PASSWORD" | "POSTGRES_PASSWORD_FILE" | "POSTGRESQL_PASSWORD" | "POSTGRESQL_VOLUME_DIR"
        )
    });
    (port, data, says)
}

fn is_data(path: &str) -> bool {
    ["/var/lib/postgresql", "/bitnami/postgresql", "/var/lib/pgsql", "/pgdata", "/home/postgres/pgdata"]
        .iter()
        .any(|p| path.starts_with(p))
}

fn of_container<'m>(
    inventory: &Inventory<'m>,
    workload: &Workload<'m>,
    container: &Container<'m>,
    kind: ServerKind,
) -> Server<'m> {
    let image = container.image;
    let (data_folder, persistence) = match kind {
        ServerKind::Postgres => data(inventory, workload, container),
        _ => (String::new(), Persistence::None),
    };
    let own = container.ports.iter().filter_map(|p| u16::try_from(p.number?).ok());
    let default = match kind {
        ServerKind::Pooler("PgBouncer") => 6432,
        _ => 5432,
    };
    let port = own.clone().find(|p| *p == default).or_else(|| own.clone().next()).unwrap_or(5432);
    Server {
        id: ServerId(0),
        kind,
        seat: Seat::Container(container.id),
        doc: workload.doc,
        name: workload.name,
        namespace: workload.namespace,
        services: Vec::new(),
        port,
        persistence,
        data_folder,
        image: Some(image),
        operator: None,
        major: (kind == ServerKind::Postgres).then(|| image.major()).flatten(),
        is_hook: workload.is_hook,
    }
}

/// The folder of the data, and what is mounted there.
fn data<'m>(
    inventory: &Inventory<'m>,
    workload: &Workload<'m>,
    container: &Container<'m>,
) -> (String, Persistence<'m>) {
    let environment = crate::kube::environment(inventory, container);
    let variable = |name: &str| environment.get(name).and_then(|v| v.value.known_str()).filter(|v| v.starts_with('/'));
    let folder = match variable("PGDATA").or_else(|| variable("POSTGRESQL_DATA_DIR")) {
        Some(path) => path.into_owned(),
        None => images::data_folder(container.image.repository, container.image.major()).to_string(),
    };
    let covers = |path: &str| {
        folder == path || folder.strip_prefix(path).is_some_and(|rest| rest.starts_with('/') || path == "/")
    };
    let mount = container.mounts.iter().filter(|m| covers(m.path)).max_by_key(|m| m.path.len());
    let Some(mount) = mount else { return (folder, Persistence::Nowhere) };
    let persistence = match workload.pod.volume(mount.volume) {
        None => Persistence::Nowhere,
        Some(volume) => persistence(inventory, workload, volume, mount.path),
    };
    (folder, persistence)
}

fn persistence<'m>(
    inventory: &Inventory<'m>,
    workload: &Workload<'m>,
    volume: &Volume<'m>,
    mount: &'m str,
) -> Persistence<'m> {
    match volume.source {
        VolumeSource::ClaimTemplate(index) => Persistence::ClaimTemplate { index, mount },
        VolumeSource::Claim { name, .. } => {
            let identity = Identity { group: "", kind: "PersistentVolumeClaim", namespace: workload.namespace, name };
            Persistence::Claim { name, doc: inventory.document(&identity), mount }
        }
        VolumeSource::HostPath { .. } => Persistence::HostPath { mount },
        VolumeSource::EmptyDir { .. } | VolumeSource::Ephemeral | VolumeSource::None => {
            Persistence::Ephemeral { mount }
        }
        VolumeSource::Projected { .. } => Persistence::Nowhere,
        VolumeSource::Csi { .. } | VolumeSource::Other(_) => Persistence::Other { mount },
    }
}

fn of_object<'m>(object: &OperatorObject<'m>) -> Server<'m> {
    let version = object.operator.versions.iter().find_map(|path| major(object.node.dig(path)?));
    Server {
        id: ServerId(0),
        kind: ServerKind::Operator,
        seat: Seat::Object(object.doc),
        doc: object.doc,
        name: object.name,
        namespace: object.namespace,
        services: Vec::new(),
        port: 5432,
        persistence: Persistence::Managed,
        data_folder: String::new(),
        image: None,
        operator: Some(*object),
        major: version,
        is_hook: false,
    }
}

/// The major version that a version or an image says.
fn major(node: Node<'_>) -> Option<u32> {
    let text = node.as_quantity().given()?.text();
    if text.contains('/') || text.contains(':') {
        return Image::parse(&text).major();
    }
    text.split('.').next()?.parse().ok()
}

fn attach_services(inventory: &Inventory<'_>, servers: &mut [Server<'_>]) {
    let mut of_workload: std::collections::HashMap<_, Vec<usize>> = std::collections::HashMap::new();
    for (n, server) in servers.iter().enumerate() {
        if let Seat::Container(id) = server.seat {
            of_workload.entry(id.workload).or_default().push(n);
        }
    }
    if of_workload.is_empty() {
        return;
    }
    for service in &inventory.services {
        for workload in select(inventory, service) {
            for n in of_workload.get(&workload.id).into_iter().flatten() {
                if let Some(server) = servers.get_mut(*n)
                    && leads_to(service, server.port, inventory, server)
                {
                    server.services.push(service.doc);
                }
            }
        }
    }
}

/// Whether one of a Service's ports ends at the server's: an exporter's Service selects the same pods.
fn leads_to(service: &Service<'_>, port: u16, inventory: &Inventory<'_>, server: &Server<'_>) -> bool {
    let Seat::Container(id) = server.seat else { return false };
    let Some((_, container)) = inventory.container(id) else { return false };
    let named = |name: &str| container.ports.iter().any(|p| p.name == name);
    service.ports.is_empty()
        || service.ports.iter().any(|p| match p.target {
            None => p.port == Some(i64::from(port)) || container.ports.is_empty(),
            Some(target) => match target.text().parse::<u16>() {
                Ok(number) => number == port || container.ports.iter().any(|c| c.number == Some(i64::from(number))),
                Err(_) => named(&target.text()),
            },
        })
}
