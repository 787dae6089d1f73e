//! Kinds that make pods.

use super::operators::{self, Operator};
use super::pod::Pod;
use crate::manifest::{DocId, Document, Node};

/// Which workload of a render: its index in `Inventory::workloads`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct WorkloadId(pub(super) u32);

impl WorkloadId {
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WorkloadKind {
    Deployment,
    StatefulSet,
    DaemonSet,
    ReplicaSet,
    ReplicationController,
    Job,
    CronJob,
    Pod,
    PodTemplate,
    /// A custom resource that embeds a pod template.
    Operator(&'static Operator),
}

/// How many pods run at once. `None`: not known, or as many as there are nodes.
#[derive(Clone, Copy, Debug)]
pub struct Replicas<'m> {
    pub least: Option<i64>,
    pub most: Option<i64>,
    /// Where that is said; `None` where it is the API's default.
    pub node: Option<Node<'m>>,
    /// The HorizontalPodAutoscaler that decides.
    pub autoscaler: Option<DocId>,
}

/// Something that makes pods, or is one.
#[derive(Clone, Debug)]
pub struct Workload<'m> {
    pub id: WorkloadId,
    pub doc: DocId,
    pub kind: WorkloadKind,
    pub name: &'m str,
    pub namespace: &'m str,
    pub replicas: Replicas<'m>,
    pub pod: Pod<'m>,
    pub claim_templates: Vec<ClaimTemplate<'m>>,
    /// The whole object.
    pub node: Node<'m>,
    /// Runs as a hook: it is not part of the release once it has run.
    pub is_hook: bool,
}

/// One of `volumeClaimTemplates`.
#[derive(Clone, Copy, Debug)]
pub struct ClaimTemplate<'m> {
    pub name: &'m str,
    /// `PersistentVolumeClaim`.
    pub node: Node<'m>,
}

/// Built-in kinds: group, kind, where the template is (empty: the object itself).
static BUILT_IN: [(&str, &str, WorkloadKind, &str); 9] = [
    ("apps", "Deployment", WorkloadKind::Deployment, "spec.template"),
    ("apps", "StatefulSet", WorkloadKind::StatefulSet, "spec.template"),
    ("apps", "DaemonSet", WorkloadKind::DaemonSet, "spec.template"),
    ("apps", "ReplicaSet", WorkloadKind::ReplicaSet, "spec.template"),
    ("", "ReplicationController", WorkloadKind::ReplicationController, "spec.template"),
    ("batch", "Job", WorkloadKind::Job, "spec.template"),
    ("batch", "CronJob", WorkloadKind::CronJob, "spec.jobTemplate.spec.template"),
    ("", "Pod", WorkloadKind::Pod, ""),
    ("", "PodTemplate", WorkloadKind::PodTemplate, "template"),
];

/// A template found in a document.
pub(super) struct Found<'m> {
    kind: WorkloadKind,
    /// `PodTemplateSpec`, a whole pod, or what holds loose containers.
    template: Node<'m>,
    /// Containers that stand in no pod template.
    loose: Vec<Node<'m>>,
}

/// The pod templates of a document: none for most kinds, one for workloads, several for some custom resources.
pub(super) fn templates<'m>(document: &Document<'m>) -> Vec<Found<'m>> {
    let (group, root) = (document.group(), document.root());
    // Deployments of `extensions` are none since Kubernetes 1.16; charts that still say so mean `apps`.
    let group = if group == "extensions" { "apps" } else { group };
    let built_in = BUILT_IN.iter().find(|row| row.0 == group && row.1 == document.kind);
    if let Some((_, _, kind, path)) = built_in {
        let template = if path.is_empty() { Some(root) } else { root.dig(path) };
        return template.map(|template| Found { kind: *kind, template, loose: Vec::new() }).into_iter().collect();
    }
    let Some(operator) = operators::find(group, document.kind) else { return Vec::new() };
    let kind = WorkloadKind::Operator(operator);
    let templates = operator.templates.iter().flat_map(|path| operators::nodes(root, path));
    let mut found: Vec<_> = templates.map(|template| Found { kind, template, loose: Vec::new() }).collect();
    let loose: Vec<_> = operator.containers.iter().flat_map(|path| operators::nodes(root, path)).collect();
    if !loose.is_empty() {
        found.push(Found { kind, template: root, loose });
    }
    found
}

impl<'m> Workload<'m> {
    pub(super) fn read(id: WorkloadId, document: &Document<'m>, found: &Found<'m>) -> Self {
        let Found { kind, template, ref loose } = *found;
        let root = document.root();
        // Some custom resources embed the spec itself.
        let spec = template.get("spec").unwrap_or(template);
        let metadata = template.get("metadata");
        let claim_templates: Vec<ClaimTemplate<'m>> = root
            .dig("spec.volumeClaimTemplates")
            .into_iter()
            .flat_map(Node::items)
            .map(|node| ClaimTemplate {
                name: node.get("metadata").and_then(|m| m.str("name").given()).unwrap_or_default(),
                node,
            })
            .collect();
        let claims: Vec<&str> = claim_templates.iter().map(|c| c.name).collect();
        Workload {
            id,
            doc: document.id,
            kind,
            name: document.name,
            namespace: document.namespace,
            replicas: Replicas::read(kind, root),
            pod: Pod::read(id, spec, metadata, document.namespace, &claims).with_loose(id, loose),
            claim_templates,
            node: root,
            is_hook: document.hook.is_some(),
        }
    }

    /// Runs to an end, and is not restarted after it.
    pub fn is_batch(&self) -> bool {
        match self.kind {
            WorkloadKind::Job | WorkloadKind::CronJob => true,
            WorkloadKind::Pod => self.pod.spec.str("restartPolicy").given().is_some_and(|policy| policy != "Always"),
            WorkloadKind::Operator(operator) => operator.is_batch,
            _ => false,
        }
    }
}

impl<'m> Replicas<'m> {
    fn read(kind: WorkloadKind, root: Node<'m>) -> Self {
        let field = match kind {
            WorkloadKind::Deployment
            | WorkloadKind::StatefulSet
            | WorkloadKind::ReplicaSet
            | WorkloadKind::ReplicationController => "spec.replicas",
            WorkloadKind::Job => "spec.parallelism",
            WorkloadKind::CronJob => "spec.jobTemplate.spec.parallelism",
            WorkloadKind::Pod => return Replicas::known(1, None),
            WorkloadKind::Operator(operator) if !operator.replicas.is_empty() => operator.replicas,
            WorkloadKind::DaemonSet | WorkloadKind::PodTemplate | WorkloadKind::Operator(_) => {
                return Replicas { least: None, most: None, node: None, autoscaler: None };
            }
        };
        match root.dig(field) {
            None => Replicas::known(1, None),
            Some(node) if node.is_null() => Replicas::known(1, Some(node)),
            Some(node) => {
                let n = node.as_int().given();
                Replicas { least: n, most: n, node: Some(node), autoscaler: None }
            }
        }
    }

    fn known(n: i64, node: Option<Node<'m>>) -> Self {
        Replicas { least: Some(n), most: Some(n), node, autoscaler: None }
    }

    /// Another object decides: between so many and so many.
    pub(super) fn autoscaled(&mut self, doc: DocId, least: Option<i64>, most: Option<i64>) {
        (self.least, self.most, self.autoscaler) = (least, most, Some(doc));
    }
}
