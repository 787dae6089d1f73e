//! When two documents are one object for the API server.

use std::collections::HashMap;

use super::document::{DocId, Document};

/// What the API server knows an object by. The version of an API is no part of it, its group is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Identity<'m> {
    pub group: &'m str,
    pub kind: &'m str,
    /// Empty for what belongs to the cluster.
    pub namespace: &'m str,
    pub name: &'m str,
}

/// Built-in kinds that belong to the cluster and not to a namespace (`kubectl api-resources --namespaced=false`).
static CLUSTER: [&str; 22] = [
    "APIService",
    "CSIDriver",
    "CSINode",
    "CertificateSigningRequest",
    "ClusterRole",
    "ClusterRoleBinding",
    "ClusterTrustBundle",
    "CustomResourceDefinition",
    "FlowSchema",
    "IngressClass",
    "MutatingAdmissionPolicy",
    "MutatingWebhookConfiguration",
    "Namespace",
    "Node",
    "PersistentVolume",
    "PriorityClass",
    "PriorityLevelConfiguration",
    "RuntimeClass",
    "StorageClass",
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding",
    "ValidatingWebhookConfiguration",
];

/// Whether a built-in kind has no namespace. Of custom kinds nothing is known: they are taken to have one.
pub fn is_cluster_scoped(kind: &str) -> bool {
    CLUSTER.binary_search(&kind).is_ok()
}

impl<'m> Document<'m> {
    /// `None` where the name is left to the API server (`generateName`).
    pub fn identity(&self) -> Option<Identity<'m>> {
        if self.name.is_empty() {
            return None;
        }
        let namespace = if is_cluster_scoped(self.kind) { "" } else { self.namespace };
        Some(Identity { group: self.group(), kind: self.kind, namespace, name: self.name })
    }
}

pub(super) fn duplicates<'m>(documents: &[Document<'m>]) -> Vec<(Identity<'m>, Vec<DocId>)> {
    let mut first: HashMap<Identity<'m>, usize> = HashMap::with_capacity(documents.len());
    let mut groups: Vec<(Identity<'m>, Vec<DocId>)> = Vec::new();
    for document in documents {
        let Some(identity) = document.identity() else { continue };
        let at = *first.entry(identity).or_insert_with(|| {
            groups.push((identity, Vec::new()));
            groups.len() - 1
        });
        if let Some((_, ids)) = groups.get_mut(at) {
            ids.push(document.id);
        }
    }
    groups.retain(|(_, ids)| ids.len() > 1);
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_can_be_searched() {
        assert!(CLUSTER.is_sorted() && is_cluster_scoped("Namespace") && !is_cluster_scoped("Pod"));
    }
}
