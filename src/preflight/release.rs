//! What a render brings to a cluster, owned: its objects, the claims that its StatefulSets would make, the stores that its
//! pods read and it does not bring.

use std::collections::BTreeSet;

use serde_json::Value;

use super::connection::unrendered;
use crate::kube::{StoreKind, WorkloadKind};
use crate::rules::{Facts, spock};
use crate::value::to_json;

/// All of it.
#[derive(Clone, Debug, Default)]
pub struct Release {
    pub name: String,
    pub namespace: String,
    pub objects: Vec<Object>,
    pub stores: Vec<Wanted>,
    pub claims: Vec<Claim>,
    /// It lists the nodes of a multi-node cluster.
    pub has_nodes: bool,
}

/// A rendered object; hooks and tests are none.
#[derive(Clone, Debug)]
pub struct Object {
    /// `Deployment/store`
    pub title: String,
    pub namespace: String,
    pub value: Value,
}

/// A Secret or ConfigMap that somebody else makes.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub kind: StoreKind,
    pub namespace: String,
    pub name: String,
    /// Keys that are named.
    pub keys: BTreeSet<String>,
    /// Of these, those that become variables: text, without a line end.
    pub variables: BTreeSet<String>,
    /// Nobody fails without it.
    pub optional: bool,
}

/// A claim that a StatefulSet makes for its first pod, or that a rendered object is.
#[derive(Clone, Debug)]
pub struct Claim {
    /// `data-shop-postgres-0`
    pub name: String,
    pub namespace: String,
    /// `StatefulSet/shop-postgres`: None for a claim that is rendered by itself.
    pub owner: Option<String>,
    /// Of the StatefulSet.
    pub owner_name: String,
    /// None: the cluster's default.
    pub class: Option<String>,
    /// Rendered Secrets that the owner's pods take variables from: a password among them is kept by the old volume.
    pub secrets: Vec<(String, Value)>,
}

impl Release {
    pub fn of(facts: &Facts<'_>) -> Release {
        let settings = facts.bound.settings();
        let mut release = Release {
            name: settings.release.name.clone(),
            namespace: settings.release.namespace.clone(),
            ..Release::default()
        };
        for document in facts.manifests.documents.iter().filter(|d| d.hook.is_none() && !d.name.is_empty()) {
            release.objects.push(Object {
                title: document.title(),
                namespace: document.namespace.to_string(),
                value: to_json(document.root().tree()),
            });
        }
        for ((kind, namespace, name), keys) in unrendered(facts) {
            let (variables, optional) = uses(facts, kind, &namespace, &name);
            release.stores.push(Wanted { kind, namespace, name, keys, variables, optional });
        }
        release.claims = claims(facts);
        release.has_nodes = !spock::find(facts).is_empty();
        release
    }
}

/// Keys that become variables, and whether every reference is optional.
fn uses(facts: &Facts<'_>, kind: StoreKind, namespace: &str, name: &str) -> (BTreeSet<String>, bool) {
    let (mut variables, mut optional) = (BTreeSet::new(), true);
    let path = match kind {
        StoreKind::Secret => "valueFrom.secretKeyRef",
        StoreKind::ConfigMap => "valueFrom.configMapKeyRef",
    };
    for (workload, container) in facts.inventory.containers().filter(|(w, _)| w.namespace == namespace) {
        for (_, node) in container.env() {
            let Some(node) = node.dig(path).filter(|n| n.str("name").given() == Some(name)) else { continue };
            variables.extend(node.str("key").given().map(str::to_string));
            optional &= node.get("optional").is_some_and(|n| n.as_bool().given() == Some(true));
        }
        let from = container.env_from.iter().map(|f| f.from);
        let mounted = container.mounts.iter().filter_map(|m| workload.pod.volume(m.volume));
        let mounted: Vec<_> = mounted.flat_map(|v| v.objects()).copied().collect();
        for object in from.chain(mounted).filter(|o| o.kind == kind && o.name == name) {
            optional &= object.optional;
        }
    }
    (variables, optional)
}

fn claims(facts: &Facts<'_>) -> Vec<Claim> {
    let mut found = Vec::new();
    for workload in facts.inventory.workloads.iter().filter(|w| w.kind == WorkloadKind::StatefulSet && !w.is_hook) {
        let secrets = secrets_of(facts, workload);
        for template in &workload.claim_templates {
            found.push(Claim {
                name: format!("{}-{}-0", template.name, workload.name),
                namespace: workload.namespace.to_string(),
                owner: Some(format!("StatefulSet/{}", workload.name)),
                owner_name: workload.name.to_string(),
                class: template.node.dig("spec.storageClassName").and_then(|n| n.as_str().given()).map(str::to_string),
                secrets: secrets.clone(),
            });
        }
    }
    for document in facts.manifests.documents.iter().filter(|d| d.kind == "PersistentVolumeClaim") {
        found.push(Claim {
            name: document.name.to_string(),
            namespace: document.namespace.to_string(),
            owner: None,
            owner_name: String::new(),
            class: document.root().dig("spec.storageClassName").and_then(|n| n.as_str().given()).map(str::to_string),
            secrets: Vec::new(),
        });
    }
    found
}

/// The rendered Secrets from which the pods of a workload take variables.
fn secrets_of(facts: &Facts<'_>, workload: &crate::kube::Workload<'_>) -> Vec<(String, Value)> {
    let mut found: Vec<(String, Value)> = Vec::new();
    let mut add = |name: &str| {
        let Some(store) = facts.inventory.secret(workload.namespace, name) else { return };
        if let Some(document) = facts.document(store.doc)
            && !found.iter().any(|(known, _)| known == name)
        {
            found.push((name.to_string(), to_json(document.root().tree())));
        }
    };
    for container in &workload.pod.containers {
        let named = container.env().filter_map(|(_, node)| node.dig("valueFrom.secretKeyRef")?.str("name").given());
        let named: Vec<&str> = named.collect();
        named.into_iter().for_each(&mut add);
        container.env_from.iter().filter(|f| f.from.kind == StoreKind::Secret).for_each(|f| add(f.from.name));
    }
    found
}
