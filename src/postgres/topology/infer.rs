//! The order of the work: servers, then every container's book, groups and edges, then what travels from one container to the next.

use std::collections::{BTreeMap, HashMap, HashSet};

use bumpalo::Bump;

use super::book::{self, Book, Shelf};
use super::consumers::{Conduct, Consumer, ConsumerId, Phase, conduct};
use super::edge::{Edge, EdgeId};
use super::edges::Bench;
use super::group::{self, Group};
use super::images::{self, Kind};
use super::reach::Map;
use super::servers::{self, Seat, Server, ServerKind};
use super::source::Link;
use super::words::{About, Part};
use super::{Held, Holder, Topology};
use crate::kube::{Container, Inventory, Role, VolumeSource, Workload};
use crate::manifest::{DocId, Manifests};
use crate::postgres::driver::{self, Driver};

/// What one container came to.
struct Told<'w, 'm> {
    container: &'w Container<'m>,
    conduct: Conduct,
    edges: Vec<Edge<'m>>,
    holders: Vec<Holder<'m>>,
}

/// Infers the topology of a render. Linear in its documents; never fails.
pub fn infer<'m>(manifests: &Manifests<'m>, inventory: &Inventory<'m>, arena: &'m Bump) -> Topology<'m> {
    let servers = servers::find(inventory);
    let shelf = Shelf::new(inventory, arena);
    let mut topology = Topology::default();
    {
        let map = Map::new(manifests, inventory, &servers);
        for workload in &inventory.workloads {
            let mut told: Vec<Told<'_, 'm>> =
                workload.pod.containers.iter().map(|c| of_container(&shelf, &map, &servers, workload, c)).collect();
            carry(&shelf, &map, workload, &mut told);
            for told in told {
                topology.add(manifests, workload, told);
            }
        }
        super::objects::edges(&map, &servers, &mut topology);
    }
    topology.servers = servers;
    topology.put_bystanders_aside();
    for (n, edge) in (0..).zip(&mut topology.edges) {
        edge.id = EdgeId(n);
    }
    topology
}

fn of_container<'w, 'i, 'm>(
    shelf: &Shelf<'i, 'm>,
    map: &Map<'i, 'm>,
    servers: &[Server<'m>],
    workload: &'w Workload<'m>,
    container: &'w Container<'m>,
) -> Told<'w, 'm> {
    let own = map.seated(container.id).map(|s| s.kind);
    let book = book::read(shelf, workload, container);
    let conduct = conduct(container, &book);
    let mut told = Told { container, conduct, edges: Vec::new(), holders: Vec::new() };
    // What a server is told of is itself; poolers and proxies connect on.
    if own == Some(ServerKind::Postgres) {
        return told;
    }
    let groups = group::groups(&book);
    let bench = Bench { shelf, map, workload, container, book: &book };
    told.edges = bench.edges(&groups);
    if own.is_some() {
        // A pooler that is told of its own address, with everything else.
        told.edges.retain(|e| {
            e.reach
                .server()
                .is_none_or(|id| servers.get(id.index()).is_none_or(|s| s.seat != Seat::Container(container.id)))
        });
    }
    told.holders = held(container, &book, &groups, &told.edges);
    if told.edges.is_empty() {
        told.edges.extend(hidden(&bench, &book));
    }
    told
}

/// Credentials without an address.
fn held<'m>(container: &Container<'m>, book: &Book<'_, 'm>, groups: &[Group], edges: &[Edge<'m>]) -> Vec<Holder<'m>> {
    if !edges.is_empty() {
        return Vec::new();
    }
    let mut out = Vec::new();
    for group in groups.iter().filter(|g| g.urls.is_empty()) {
        let Some(password) = group.get(book, Part::Password) else { continue };
        let has_host = group.members.contains_key(&Part::Host);
        let why = match (group.about, has_host) {
            (Some(About::Postgres), _) => Held::NoAddress,
            (Some(About::Database), true) => Held::NotKnownToBePostgres,
            _ => continue,
        };
        out.push(Holder {
            container: container.id,
            name: container.name,
            why,
            edges: Vec::new(),
            credential: Some(password.source.clone()),
        });
    }
    out
}

/// A program that lives on Postgres and is told of nothing but objects that the chart does not render: the connection is in there.
fn hidden<'m>(bench: &Bench<'_, '_, 'm>, book: &Book<'_, 'm>) -> Option<Edge<'m>> {
    // A server's image that does not serve is there for its client programs.
    let repository = bench.container.image.repository;
    let is_client = driver::by_image(repository).is_some() || images::of(repository) == Some(Kind::Server);
    let (kind, name) = book.opaque.first()?;
    is_client.then(|| bench.opaque(*kind, name)).flatten()
}

/// Init containers that write files into a volume for the next ones: the connection is theirs.
fn carry<'i, 'm>(shelf: &Shelf<'i, 'm>, map: &Map<'i, 'm>, workload: &Workload<'m>, told: &mut [Told<'_, 'm>]) {
    let writes = |c: &Container<'m>, volume: &str| c.mounts.iter().any(|m| m.volume == volume && !m.read_only);
    for n in 0..told.len() {
        let Some(writer) = told.get(n) else { continue };
        let is_writer =
            writer.container.role == Role::Init && writer.conduct == Conduct::Writes && !writer.edges.is_empty();
        if !is_writer {
            continue;
        }
        let (by, edges, volumes) = (writer.container.name, writer.edges.clone(), shared(workload, writer.container));
        for reader in told.iter_mut().skip(n + 1) {
            let takes = !matches!(reader.conduct, Conduct::Bystands(_) | Conduct::Waits);
            let is_server = matches!(images::of(reader.container.image.repository), Some(Kind::Server));
            let through = reader.container.mounts.iter().find(|m| volumes.contains(&m.volume));
            let writes_itself =
                reader.conduct == Conduct::Writes && through.is_some_and(|m| writes(reader.container, m.volume));
            if let Some(mount) = through
                && takes
                && !is_server
                && !writes_itself
            {
                let new: Vec<_> = edges.iter().filter(|e| !reader.edges.iter().any(|r| r.is_like(e))).collect();
                let book = book::read(shelf, workload, reader.container);
                let bench = Bench { shelf, map, workload, container: reader.container, book: &book };
                let new: Vec<_> = new.into_iter().map(|e| bench.adopt(e, by, mount.volume)).collect();
                reader.edges.extend(new);
            }
        }
    }
}

/// Volumes of a container that others may find its files in.
fn shared<'m>(workload: &Workload<'m>, container: &Container<'m>) -> Vec<&'m str> {
    let is_shared = |name: &str| {
        let source = workload.pod.volume(name).map(|v| &v.source);
        matches!(
            source,
            Some(
                VolumeSource::EmptyDir { .. }
                    | VolumeSource::Claim { .. }
                    | VolumeSource::ClaimTemplate(_)
                    | VolumeSource::Ephemeral
            )
        )
    };
    container.mounts.iter().filter(|m| !m.read_only && is_shared(m.volume)).map(|m| m.volume).collect()
}

/// The document of the object that brings an edge by `envFrom` or as a folder.
fn bringer(edge: &Edge<'_>) -> Option<DocId> {
    edge.source.links.iter().rev().find_map(|link| match link {
        Link::Key { at: Some((doc, _)), .. } if edge.bulk => Some(*doc),
        _ => None,
    })
}

impl<'m> Topology<'m> {
    /// One object with everything in it is given to every container of some charts. Where one of these is a program that is known
    /// to live on Postgres, the ones of which nothing is known hold it only.
    fn put_bystanders_aside(&mut self) {
        let is_known = |e: &Edge<'m>| e.client.driver != Driver::Unknown;
        let users: HashSet<DocId> = self.edges.iter().filter(|e| is_known(e)).filter_map(bringer).collect();
        let is_aside = |e: &Edge<'m>| !is_known(e) && bringer(e).is_some_and(|doc| users.contains(&doc));
        if !self.edges.iter().any(is_aside) {
            return;
        }
        let (aside, kept): (Vec<_>, Vec<_>) = std::mem::take(&mut self.edges).into_iter().partition(is_aside);
        self.edges = kept;
        let mut held: BTreeMap<ConsumerId, Vec<Edge<'m>>> = BTreeMap::new();
        for edge in aside {
            held.entry(edge.consumer).or_default().push(edge);
        }
        for (id, edges) in held {
            let Some(consumer) = self.consumers.get(id.index()) else { continue };
            let Seat::Container(container) = consumer.seat else { continue };
            self.holders.push(Holder { container, name: consumer.name, why: Held::Bulk, edges, credential: None });
        }
        // Consumers that are left without an edge are none; the others move up.
        let left: HashSet<ConsumerId> = self.edges.iter().map(|e| e.consumer).collect();
        let mut moved: HashMap<ConsumerId, ConsumerId> = HashMap::new();
        let consumers = std::mem::take(&mut self.consumers);
        for (n, consumer) in (0..).zip(consumers.into_iter().filter(|c| left.contains(&c.id))) {
            moved.insert(consumer.id, ConsumerId(n));
            self.consumers.push(Consumer { id: ConsumerId(n), ..consumer });
        }
        for edge in &mut self.edges {
            edge.consumer = moved.get(&edge.consumer).copied().unwrap_or(edge.consumer);
        }
    }

    fn add(&mut self, manifests: &Manifests<'m>, workload: &Workload<'m>, told: Told<'_, 'm>) {
        let Told { container, conduct, mut edges, holders } = told;
        if edges.is_empty() {
            self.holders.extend(holders);
            return;
        }
        if conduct != Conduct::Connects {
            let why = Held::Conduct(conduct);
            self.holders.push(Holder { container: container.id, name: container.name, why, edges, credential: None });
            return;
        }
        let id = ConsumerId(u32::try_from(self.consumers.len()).unwrap_or(u32::MAX));
        let phase = Phase::of(workload, manifests.get(workload.doc), container.role);
        self.consumers.push(Consumer {
            id,
            seat: Seat::Container(container.id),
            doc: workload.doc,
            name: container.name,
            namespace: workload.namespace,
            phase,
            is_init: container.role == Role::Init,
        });
        for edge in &mut edges {
            edge.consumer = id;
        }
        self.edges.append(&mut edges);
    }
}
