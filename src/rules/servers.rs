//! The containers of a render that serve Postgres, with what is around them: what the rules about servers share.

use std::collections::HashMap;

use super::{Facts, Subject};
use crate::kube::{Container, ContainerId, Image, Mount, Volume, Workload};
use crate::manifest::{Document, Node};
use crate::postgres::topology::{Seat, Server, ServerKind};

/// A Postgres server that is a container.
#[derive(Clone, Copy)]
pub(super) struct Seated<'a, 'f> {
    pub server: &'a Server<'f>,
    pub workload: &'a Workload<'f>,
    pub container: &'a Container<'f>,
    pub document: &'a Document<'f>,
}

/// All of them, found from the containers. Poolers and proxies are none.
pub(super) fn seated<'a, 'f>(facts: &'a Facts<'f>) -> Vec<Seated<'a, 'f>> {
    let seat = |server: &'a Server<'f>| match server.seat {
        Seat::Container(id) if server.kind == ServerKind::Postgres => Some((id, server)),
        _ => None,
    };
    let seats: HashMap<ContainerId, &Server<'f>> = facts.topology.servers.iter().filter_map(seat).collect();
    let found = facts.inventory.containers().filter_map(|(workload, container)| {
        let server = *seats.get(&container.id)?;
        Some(Seated { server, workload, container, document: facts.document(workload.doc)? })
    });
    found.collect()
}

/// How many there are, counted from the topology.
pub(super) fn count(facts: &Facts<'_>) -> usize {
    let seated = |s: &&Server<'_>| s.kind == ServerKind::Postgres && matches!(s.seat, Seat::Container(_));
    facts.topology.servers.iter().filter(seated).count()
}

impl<'f> Seated<'_, 'f> {
    /// `StatefulSet db/postgres`: the container's name behind that of its workload.
    pub fn subject(&self, facts: &Facts<'f>) -> Subject {
        let of = facts.subject(self.document);
        Subject::new(of.kind, format!("{}/{}", of.name, self.container.name))
    }

    /// Why it is no server whose data or sessions matter; `None` for one that runs on.
    pub fn passing(&self) -> Option<&'static str> {
        match (self.workload.is_hook, self.workload.is_batch()) {
            (true, _) => Some("it runs as a hook"),
            (_, true) => Some("it runs to an end"),
            _ => None,
        }
    }

    /// The path of the container in its document, for steps of a fix.
    pub fn path(&self, facts: &Facts<'f>) -> String {
        facts.manifests.path_of(self.container.node).to_string()
    }

    /// The mount that holds a path, and its volume.
    pub fn mounted(&self, path: &str) -> Option<(&Mount<'f>, &Volume<'f>)> {
        let mount = self.container.mounts.iter().filter(|m| covers(m.path, path)).max_by_key(|m| m.path.len())?;
        Some((mount, self.workload.pod.volume(mount.volume)?))
    }

    /// Words of `command` and `args`.
    pub fn words(&self) -> impl Iterator<Item = &'f str> {
        let (command, args) = (self.container.command(), self.container.args());
        command.into_iter().flatten().chain(args.into_iter().flatten()).filter_map(|node| node.as_str().given())
    }

    /// Where one more item of a list of the container goes: `spec...containers[0].volumeMounts[2]`.
    pub fn next(&self, facts: &Facts<'f>, list: &str) -> String {
        format!("{}.{list}[{}]", self.path(facts), self.container.node.list(list).count())
    }

    /// Where one more volume of its pod goes.
    pub fn next_volume(&self, facts: &Facts<'f>) -> String {
        below(facts, self.workload.pod.spec, &format!("volumes[{}]", self.workload.pod.spec.list("volumes").count()))
    }
}

/// A path below a node.
pub(super) fn below<'f>(facts: &Facts<'f>, node: Node<'f>, rest: &str) -> String {
    let path = facts.manifests.path_of(node).to_string();
    if path.is_empty() { rest.to_string() } else { format!("{path}.{rest}") }
}

/// Whether a path lies in a folder, or is it.
pub(super) fn covers(folder: &str, path: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || folder == "/")
}

/// Images that are built upon the official one and keep its entrypoint, its data folder and its `VOLUME`.
const OFFICIAL: &[&str] =
    &["postgres", "postgis", "pgvector", "timescaledb", "pgvecto-rs", "vchord-postgres", "citus", "age"];

/// Whether an image behaves as the official one does. Supabase's own has another entrypoint, Bitnami's everything else.
pub(super) fn is_official(image: &Image<'_>) -> bool {
    let of_others = ["bitnami", "supabase", "crunchy", "zalando", "cloudnative-pg", "enterprisedb", "pgedge"];
    OFFICIAL.contains(&image.name()) && !of_others.iter().any(|name| image.text.contains(name))
}

/// The major of Postgres that an official image's tag says: `16.4-alpine`, `16-3.4`, `0.8.0-pg17`.
pub(super) fn major(image: &Image<'_>) -> Option<u32> {
    let tag = image.tag?;
    let marked = tag.split(['-', '_', '.']).find_map(|part| part.strip_prefix("pg")?.parse().ok());
    let plain = matches!(image.name(), "postgres" | "postgis").then(|| image.major()).flatten();
    marked.or(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn majors_of_images_are_those_of_postgres() {
        let of = |text| major(&Image::parse(text));
        assert_eq!(of("postgres:18.1-alpine"), Some(18));
        assert_eq!(of("postgis/postgis:16-3.4"), Some(16));
        assert_eq!(of("pgvector/pgvector:0.8.0-pg17"), Some(17));
        assert_eq!(of("timescale/timescaledb:2.14.2-pg16"), Some(16));
        assert_eq!((of("timescale/timescaledb:2.14.2"), of("postgres:latest"), of("postgres")), (None, None, None));
    }

    #[test]
    fn images_of_others_are_not_the_official_one() {
        let is = |text| is_official(&Image::parse(text));
        assert!(is("docker.io/library/postgres:16") && is("pgvector/pgvector:pg16"));
        assert!(!is("bitnami/postgresql:16") && !is("supabase/postgres:15.1") && !is("timescale/timescaledb-ha:pg16"));
    }

    #[test]
    fn folders_cover_what_is_in_them() {
        assert!(covers("/a", "/a") && covers("/a", "/a/b") && covers("/", "/a"));
        assert!(!covers("/a", "/ab") && !covers("/a/b", "/a"));
    }
}
