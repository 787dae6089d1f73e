//! Services, and the workloads that they select.

use super::inventory::Inventory;
use super::workload::Workload;
use crate::manifest::{DocId, Document, Field, Node, Quantity};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServiceType {
    ClusterIp,
    NodePort,
    LoadBalancer,
    /// A name for a host elsewhere: see [`Service::external_name`].
    ExternalName,
    /// A type that we don't know; the API server refuses it.
    Unknown,
}

#[derive(Clone, Debug)]
pub struct Service<'m> {
    pub doc: DocId,
    pub namespace: &'m str,
    pub name: &'m str,
    pub service_type: ServiceType,
    /// `clusterIP: None`.
    pub headless: bool,
    /// Labels that a pod must have; empty where none is given: the endpoints are then somebody else's.
    pub selector: Vec<(&'m str, &'m str)>,
    pub ports: Vec<ServicePort<'m>>,
    /// The whole object.
    pub node: Node<'m>,
}

#[derive(Clone, Copy, Debug)]
pub struct ServicePort<'m> {
    pub name: &'m str,
    pub port: Option<i64>,
    /// A number or the name of a container's port; the port itself where nothing is said.
    pub target: Option<Quantity<'m>>,
    pub node: Node<'m>,
}

impl<'m> Service<'m> {
    pub(super) fn read(document: &Document<'m>) -> Option<Self> {
        if (document.api_version, document.kind) != ("v1", "Service") {
            return None;
        }
        let node = document.root();
        let spec = node.get("spec");
        let text = |key| spec.map_or(Field::Absent, |spec| spec.str(key)).given();
        let service_type = match text("type") {
            None | Some("" | "ClusterIP") => ServiceType::ClusterIp,
            Some("NodePort") => ServiceType::NodePort,
            Some("LoadBalancer") => ServiceType::LoadBalancer,
            Some("ExternalName") => ServiceType::ExternalName,
            Some(_) => ServiceType::Unknown,
        };
        let pair = |(key, value): (&'m str, Node<'m>)| Some((key, value.as_str().given()?));
        let port = |node: Node<'m>| ServicePort {
            name: node.str("name").given().unwrap_or_default(),
            port: node.int("port").given(),
            target: node.quantity("targetPort").given(),
            node,
        };
        Some(Service {
            doc: document.id,
            namespace: document.namespace,
            name: document.name,
            service_type,
            headless: text("clusterIP") == Some("None"),
            selector: spec.into_iter().flat_map(|s| s.map("selector")).filter_map(pair).collect(),
            ports: spec.into_iter().flat_map(|s| s.list("ports")).map(port).collect(),
            node,
        })
    }

    /// The host that an `ExternalName` stands for.
    pub fn external_name(&self) -> Option<&'m str> {
        if self.service_type != ServiceType::ExternalName {
            return None;
        }
        self.node.get("spec")?.str("externalName").given()
    }

    /// Whether the pods of a workload are among its endpoints.
    pub fn selects(&self, workload: &Workload<'_>) -> bool {
        !self.selector.is_empty()
            && self.service_type != ServiceType::ExternalName
            && self.namespace == workload.namespace
            && self.selector.iter().all(|(key, value)| workload.pod.label(key) == Some(value))
    }
}

/// The workloads whose pods a Service leads to.
pub fn select<'i, 'm>(inventory: &'i Inventory<'m>, service: &Service<'m>) -> Vec<&'i Workload<'m>> {
    // Any one of the labels narrows it down, so that many Services upon many workloads are no product.
    let narrow = service.selector.iter().map(|(key, value)| inventory.labelled(service.namespace, key, value));
    let Some(candidates) = narrow.min_by_key(|ids| ids.len()) else { return Vec::new() };
    candidates.iter().filter_map(|id| inventory.workload(*id)).filter(|w| service.selects(w)).collect()
}
