//! What a pod cannot start, or not work, without: objects that it names, and servers that it connects to.

use std::collections::HashMap;

use crate::kube::{Container, StoreKind, VolumeSource, Workload, WorkloadId};
use crate::manifest::{DocId, Identity, Node};
use crate::postgres::topology::{Conduct, Edge, Held, Seat};
use crate::rules::Facts;

/// One thing that is needed, and made by the same render.
pub(super) struct Need<'f> {
    kind: &'f str,
    name: &'f str,
    /// A Postgres server.
    pub is_server: bool,
    /// The documents that make it, in the order of the output; never empty.
    pub makers: Vec<DocId>,
    /// Where it is asked for.
    pub node: Node<'f>,
}

impl Need<'_> {
    /// For people: `Secret/db`.
    pub fn title(&self) -> String {
        format!("{}/{}", self.kind, self.name)
    }
}

/// Look-up of what is made, and by whom.
pub(super) struct Needs<'a, 'f> {
    facts: &'a Facts<'f>,
    makers: HashMap<Identity<'f>, Vec<DocId>>,
    /// Servers that the containers of a workload connect to, or wait for.
    servers: HashMap<WorkloadId, Vec<DocId>>,
    /// Servers that its containers are told of, where nothing says that they work on them at once.
    perhaps: HashMap<WorkloadId, Vec<DocId>>,
}

impl<'a, 'f> Needs<'a, 'f> {
    pub fn new(facts: &'a Facts<'f>) -> Self {
        let mut makers: HashMap<Identity<'f>, Vec<DocId>> = HashMap::new();
        for document in &facts.manifests.documents {
            if let Some(identity) = document.identity() {
                makers.entry(identity).or_default().push(document.id);
            }
        }
        let topology = facts.topology;
        let mut servers: HashMap<WorkloadId, Vec<DocId>> = HashMap::new();
        let mut perhaps = servers.clone();
        let add = |servers: &mut HashMap<WorkloadId, Vec<DocId>>, workload: WorkloadId, edge: &Edge<'f>| {
            let server = edge.reach.server().and_then(|id| topology.server(id));
            // What came with a whole Secret may not be used at all.
            let doc = server.filter(|_| !edge.bulk).map(|s| s.doc);
            servers.entry(workload).or_default().extend(doc);
        };
        for edge in &topology.edges {
            if let Some(Seat::Container(id)) = topology.consumer_of(edge).map(|c| c.seat)
                && let Some((workload, container)) = facts.inventory.container(id)
            {
                match works(workload, container) {
                    true => add(&mut servers, id.workload, edge),
                    false if spares(workload, container) => {}
                    false => add(&mut perhaps, id.workload, edge),
                }
            }
        }
        for holder in topology.holders.iter().filter(|h| h.why == Held::Conduct(Conduct::Waits)) {
            holder.edges.iter().for_each(|edge| add(&mut servers, holder.container.workload, edge));
        }
        Needs { facts, makers, servers, perhaps }
    }

    /// A server of the release that a workload may connect to, or not.
    pub fn perhaps(&self, workload: &Workload<'f>) -> Option<DocId> {
        self.perhaps.get(&workload.id)?.iter().copied().find(|doc| *doc != workload.doc)
    }

    /// What a workload needs of what this render makes.
    pub fn of(&self, workload: &Workload<'f>) -> Vec<Need<'f>> {
        let mut needs = Vec::new();
        let pod = &workload.pod;
        let mut add = |kind: &'static str, name: &'f str, node: Node<'f>| {
            let identity = Identity { group: "", kind, namespace: workload.namespace, name };
            if let Some(makers) = self.makers.get(&identity) {
                needs.push(Need { kind, name, is_server: false, makers: makers.clone(), node });
            }
        };
        let account = ["serviceAccountName", "serviceAccount"].iter().find_map(|key| pod.spec.present(key));
        if let Some((node, name)) = account.and_then(|node| Some((node, node.as_str().given()?))) {
            add("ServiceAccount", name, node);
        }
        for volume in &pod.volumes {
            if let VolumeSource::Claim { name, .. } = volume.source {
                add("PersistentVolumeClaim", name, volume.node);
            }
            for object in volume.objects().filter(|o| !o.optional) {
                add(object.kind.kind(), object.name, object.node);
            }
        }
        for container in &pod.containers {
            for from in container.env_from.iter().filter(|f| !f.from.optional) {
                add(from.from.kind.kind(), from.from.name, from.node);
            }
            for (_, entry) in container.env() {
                let keys = [("secretKeyRef", StoreKind::Secret), ("configMapKeyRef", StoreKind::ConfigMap)];
                for (key, kind) in keys {
                    let Some(reference) = entry.get("valueFrom").and_then(|from| from.present(key)) else { continue };
                    if reference.bool("optional").given() != Some(true)
                        && let Some(name) = reference.str("name").given()
                    {
                        add(kind.kind(), name, reference);
                    }
                }
            }
        }
        for doc in self.servers.get(&workload.id).into_iter().flatten().filter(|doc| **doc != workload.doc) {
            if let Some(document) = self.facts.manifests.get(*doc) {
                let (kind, name) = (document.kind, document.name);
                needs.push(Need { kind, name, is_server: true, makers: vec![*doc], node: pod.spec });
            }
        }
        needs
    }
}

/// Where a container says that it works on the database at once. One that only reads its configuration (a check of it) is told of
/// the database as well, and does not connect.
const WORKS: &[&str] = &[
    "migrat",
    "db",
    "sql",
    "pg_",
    "schema",
    "upgrade",
    "seed",
    "setup",
    "bootstrap",
    "prepare",
    "wait",
    "init",
    "install",
];

/// Where a container says that it works on something else: its configuration, certificates, keys.
const SPARES: &[&str] = &["check", "config", "valid", "lint", "verify", "cert", "secret", "token", "keygen", "generat"];

fn spares(workload: &Workload<'_>, container: &Container<'_>) -> bool {
    let words = container.command().into_iter().chain(container.args()).flatten();
    let words = words.filter_map(|node| node.as_str().given()).chain([workload.name, container.name]);
    let all: Vec<String> = words.map(str::to_ascii_lowercase).collect();
    all.iter().any(|text| SPARES.iter().any(|word| text.contains(word)))
}

fn works(workload: &Workload<'_>, container: &Container<'_>) -> bool {
    let words = container.command().into_iter().chain(container.args()).flatten();
    let words: Vec<&str> = words.filter_map(|node| node.as_str().given()).collect();
    let says = |text: &str| {
        let text = text.to_ascii_lowercase();
        WORKS.iter().any(|word| text.contains(word))
    };
    words.is_empty() || words.iter().any(|word| says(word)) || says(workload.name) || says(container.name)
}
