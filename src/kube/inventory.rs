//! One pass over the documents of a render, and look-up by namespace and name.

use std::collections::HashMap;

use bumpalo::Bump;

use super::config::{Store, StoreKind};
use super::operators::OperatorObject;
use super::pod::{Container, ContainerId};
use super::service::{Service, ServiceType};
use super::workload::{self, Workload, WorkloadId};
use crate::manifest::{DocId, Document, Identity, Manifests, Node};

/// Everything of a render that judgement looks at.
#[derive(Debug)]
pub struct Inventory<'m> {
    pub workloads: Vec<Workload<'m>>,
    pub services: Vec<Service<'m>>,
    /// Secrets and ConfigMaps.
    pub stores: Vec<Store<'m>>,
    /// Those that exist beside the chart, which no rule judges: pods read them.
    pub beside: Vec<Store<'m>>,
    /// Servers, poolers and managed databases that operators make of their objects.
    pub operator_objects: Vec<OperatorObject<'m>>,
    arena: &'m Bump,
    by_identity: HashMap<Identity<'m>, DocId>,
    by_kind: HashMap<&'m str, Vec<DocId>>,
    stores_by_name: HashMap<(StoreKind, &'m str, &'m str), usize>,
    services_by_name: HashMap<(&'m str, &'m str), usize>,
    /// By namespace and by what the kubelet makes of the name in variables (`MY_DB`).
    services_by_variable: HashMap<(&'m str, String), usize>,
    labels: HashMap<(&'m str, &'m str, &'m str), Vec<WorkloadId>>,
    of_document: HashMap<DocId, Vec<WorkloadId>>,
}

impl<'m> Inventory<'m> {
    /// Takes stock. What Secrets hold is decoded into the arena. Of objects that are rendered twice the later one counts,
    /// as it does in the cluster.
    pub fn of(manifests: &Manifests<'m>, arena: &'m Bump) -> Self {
        let mut inventory = Inventory {
            workloads: Vec::new(),
            services: Vec::new(),
            stores: Vec::new(),
            beside: Vec::new(),
            operator_objects: Vec::new(),
            arena,
            by_identity: HashMap::with_capacity(manifests.documents.len()),
            by_kind: HashMap::new(),
            stores_by_name: HashMap::new(),
            services_by_name: HashMap::new(),
            services_by_variable: HashMap::new(),
            labels: HashMap::new(),
            of_document: HashMap::new(),
        };
        for document in &manifests.documents {
            inventory.add(document, arena);
        }
        inventory.autoscale(manifests);
        inventory
    }

    /// Takes in what exists beside the chart: what a render has under the same name counts before it.
    pub fn take_beside(&mut self, manifests: &Manifests<'m>) {
        self.beside.extend(manifests.documents.iter().filter_map(|document| Store::read(document, self.arena)));
    }

    fn add(&mut self, document: &Document<'m>, arena: &'m Bump) {
        if let Some(identity) = document.identity() {
            self.by_identity.insert(identity, document.id);
        }
        self.by_kind.entry(document.kind).or_default().push(document.id);
        if let Some(service) = Service::read(document) {
            self.services_by_name.insert((service.namespace, service.name), self.services.len());
            if !service.headless && service.service_type != ServiceType::ExternalName {
                let variable = service.name.to_ascii_uppercase().replace('-', "_");
                self.services_by_variable.insert((service.namespace, variable), self.services.len());
            }
            self.services.push(service);
        } else if let Some(store) = Store::read(document, arena) {
            self.stores_by_name.insert((store.kind, store.namespace, store.name), self.stores.len());
            self.stores.push(store);
        } else {
            self.operator_objects.extend(OperatorObject::read(document));
            for found in workload::templates(document) {
                let id = WorkloadId(u32::try_from(self.workloads.len()).unwrap_or(u32::MAX));
                let workload = Workload::read(id, document, &found);
                let labels = workload.pod.metadata.and_then(|m| m.get("labels"));
                for (key, value) in labels.into_iter().flat_map(Node::entries) {
                    if let Some(value) = value.as_str().given() {
                        self.labels.entry((workload.namespace, key, value)).or_default().push(id);
                    }
                }
                self.of_document.entry(document.id).or_default().push(id);
                self.workloads.push(workload);
            }
        }
    }

    /// What HorizontalPodAutoscalers and KEDA's ScaledObjects decide is theirs.
    fn autoscale(&mut self, manifests: &Manifests<'m>) {
        let of_kind = |kind| self.by_kind.get(kind).map_or(&[][..], Vec::as_slice);
        let scalers = of_kind("HorizontalPodAutoscaler").iter().chain(of_kind("ScaledObject"));
        let mut decided = Vec::new();
        for document in scalers.filter_map(|id| manifests.get(*id)) {
            let Some(spec) = document.root().get("spec") else { continue };
            let Some(target) = spec.get("scaleTargetRef") else { continue };
            let (hpa, keda) = (("minReplicas", "maxReplicas"), ("minReplicaCount", "maxReplicaCount"));
            let (least, most) = if document.kind == "ScaledObject" { keda } else { hpa };
            let api_version = target.str("apiVersion").given().unwrap_or("apps/v1");
            let (Some(name), group) = (target.str("name").given(), api_version.rsplit_once('/').map_or("", |(g, _)| g))
            else {
                continue;
            };
            let kind = target.str("kind").given().unwrap_or("Deployment");
            let target = self.document(&Identity { group, kind, namespace: document.namespace, name });
            decided.extend(target.map(|id| (id, document.id, spec.int(least).given(), spec.int(most).given())));
        }
        for (target, scaler, least, most) in decided {
            for id in self.of_document.get(&target).into_iter().flatten() {
                if let Some(workload) = self.workloads.get_mut(id.index()) {
                    workload.replicas.autoscaled(scaler, least.or(Some(1)), most);
                }
            }
        }
    }

    pub fn workload(&self, id: WorkloadId) -> Option<&Workload<'m>> {
        self.workloads.get(id.index())
    }

    pub fn container(&self, id: ContainerId) -> Option<(&Workload<'m>, &Container<'m>)> {
        let workload = self.workload(id.workload)?;
        Some((workload, workload.pod.containers.get(id.index as usize)?))
    }

    /// Every container of every workload, in the order of the render.
    pub fn containers(&self) -> impl Iterator<Item = (&Workload<'m>, &Container<'m>)> {
        self.workloads.iter().flat_map(|w| w.pod.containers.iter().map(move |c| (w, c)))
    }

    /// The workloads that a document makes.
    pub fn workloads_of(&self, doc: DocId) -> impl Iterator<Item = &Workload<'m>> {
        self.of_document.get(&doc).into_iter().flatten().filter_map(|id| self.workload(*id))
    }

    pub fn store(&self, kind: StoreKind, namespace: &str, name: &str) -> Option<&Store<'m>> {
        let rendered = self.stores_by_name.get(&(kind, namespace, name)).and_then(|at| self.stores.get(*at));
        rendered.or_else(|| self.beside.iter().rfind(|s| (s.kind, s.namespace, s.name) == (kind, namespace, name)))
    }

    /// The store that a document is, of the chart or beside it.
    pub fn store_of(&self, doc: DocId) -> Option<&Store<'m>> {
        self.stores.iter().chain(&self.beside).find(|store| store.doc == doc)
    }

    pub fn secret(&self, namespace: &str, name: &str) -> Option<&Store<'m>> {
        self.store(StoreKind::Secret, namespace, name)
    }

    pub fn config_map(&self, namespace: &str, name: &str) -> Option<&Store<'m>> {
        self.store(StoreKind::ConfigMap, namespace, name)
    }

    pub fn service(&self, namespace: &str, name: &str) -> Option<&Service<'m>> {
        self.services_by_name.get(&(namespace, name)).and_then(|at| self.services.get(*at))
    }

    /// The object of this name that an operator makes a server or pooler of.
    pub fn operator_object(&self, kind: &str, namespace: &str, name: &str) -> Option<&OperatorObject<'m>> {
        let is = |o: &&OperatorObject<'m>| o.operator.kind == kind && o.namespace == namespace && o.name == name;
        self.operator_objects.iter().find(is)
    }

    /// The document of an object (`group` is empty for the core).
    pub fn document(&self, identity: &Identity<'_>) -> Option<DocId> {
        self.by_identity.get(identity).copied()
    }

    /// The documents of a kind, whatever its group, in the order of the render: `PersistentVolumeClaim`, `NetworkPolicy`.
    pub fn of_kind(&self, kind: &str) -> &[DocId] {
        self.by_kind.get(kind).map_or(&[], Vec::as_slice)
    }

    /// The Service of which the kubelet makes a variable of this name (`{NAME}_SERVICE_HOST`, `{NAME}_PORT_5432_TCP_ADDR`).
    pub(super) fn linked(&self, namespace: &str, variable: &str) -> Option<&Service<'m>> {
        ["_SERVICE_HOST", "_SERVICE_PORT", "_PORT"].iter().flat_map(|mark| variable.match_indices(mark)).find_map(
            |(at, _)| {
                let name = variable.get(..at)?.to_string();
                self.services_by_variable.get(&(namespace, name)).and_then(|at| self.services.get(*at))
            },
        )
    }

    /// A text that lives as long as the inventory's own.
    pub(super) fn keep(&self, text: &str) -> &'m str {
        self.arena.alloc_str(text)
    }

    /// The workloads of a namespace whose pods have a label.
    pub(super) fn labelled<'a>(&'a self, namespace: &'a str, key: &'a str, value: &'a str) -> &'a [WorkloadId] {
        self.labels.get(&(namespace, key, value)).map_or(&[], Vec::as_slice)
    }
}
