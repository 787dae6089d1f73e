//! What makes pods restart, and what they read once, when they start: what the rules about checksums share.

use super::worlds::Changed;
use super::{Facts, Spot};
use crate::kube::{Container, ObjectRef, Pod, Store, StoreKind, Workload, WorkloadKind};
use crate::manifest::{DocId, Document, Path, Step};

/// Workloads whose pods are replaced when their template changes.
pub(super) fn lasting<'a, 'f>(facts: &'a Facts<'f>) -> impl Iterator<Item = (&'a Workload<'f>, &'a Document<'f>)> {
    let lasts = |kind| matches!(kind, WorkloadKind::Deployment | WorkloadKind::StatefulSet | WorkloadKind::DaemonSet);
    let found = facts.inventory.workloads.iter().filter(move |w| lasts(w.kind) && !w.is_hook);
    found.filter_map(|workload| Some((workload, facts.document(workload.doc)?)))
}

/// The same, counted by the documents' kinds.
pub(super) fn count(facts: &Facts<'_>) -> usize {
    let lasts = |d: &&Document<'_>| {
        ["Deployment", "StatefulSet", "DaemonSet"].contains(&d.kind)
            && ["apps", "extensions"].contains(&d.group())
            && d.hook.is_none()
    };
    facts.manifests.documents.iter().filter(lasts).count()
}

/// A rendered Secret or ConfigMap of which a pod sees only what it held when the pod started.
#[derive(Clone, Copy)]
pub(super) struct Read<'a, 'f> {
    pub store: &'a Store<'f>,
    pub from: ObjectRef<'f>,
    /// The key that is read; all of them, if none.
    pub key: Option<&'f str>,
    /// `a variable`, `a mounted file`
    pub how: &'static str,
}

/// All of them, each store and key once.
pub(super) fn reads<'a, 'f>(facts: &'a Facts<'f>, pod: &Pod<'f>) -> Vec<Read<'a, 'f>> {
    let mut found: Vec<Read<'a, 'f>> = Vec::new();
    let mut add = |from: ObjectRef<'f>, key: Option<&'f str>, how| {
        if let Some(store) = facts.inventory.store(from.kind, pod.namespace, from.name)
            && !found.iter().any(|read| read.store.doc == store.doc && read.key == key)
        {
            found.push(Read { store, from, key, how });
        }
    };
    for container in &pod.containers {
        for reference in variables(container) {
            add(reference.0, Some(reference.1), "a variable");
        }
        for source in &container.env_from {
            add(source.from, None, "a variable");
        }
        for mount in container.mounts.iter().filter(|m| !(m.sub_path.is_empty() && m.sub_path_expr.is_empty())) {
            for from in pod.volume(mount.volume).into_iter().flat_map(|volume| volume.objects()) {
                add(*from, None, "a file that is mounted by subPath");
            }
        }
    }
    found
}

/// The keys that variables take from Secrets and ConfigMaps.
fn variables<'f>(container: &Container<'f>) -> impl Iterator<Item = (ObjectRef<'f>, &'f str)> {
    container.env().flat_map(|(_, node)| {
        let kinds =
            [("valueFrom.secretKeyRef", StoreKind::Secret), ("valueFrom.configMapKeyRef", StoreKind::ConfigMap)];
        kinds.into_iter().filter_map(move |(path, kind)| {
            let node = node.dig(path)?;
            let name = node.str("name").given()?;
            Some((ObjectRef { kind, name, optional: false, node }, node.str("key").given()?))
        })
    })
}

/// Whether what changed of a Secret or ConfigMap is what is read of it.
pub(super) fn is_content(path: &Path, key: Option<&str>) -> bool {
    match path.0.as_slice() {
        [Step::Key(head), rest @ ..] if ["data", "stringData", "binaryData"].contains(&head.as_str()) => {
            match (rest.first(), key) {
                (Some(Step::Key(changed)), Some(key)) => changed == key,
                _ => true,
            }
        }
        _ => false,
    }
}

/// Whether what is read of a Secret or ConfigMap is something else in another render.
pub(super) fn changes_content(changed: &Changed, store: DocId, key: Option<&str>) -> bool {
    changed.of(store).iter().any(|path| is_content(path, key))
}

/// Of the paths that changed, those in annotations and labels of a pod template.
pub(super) fn marks(paths: &[Path]) -> impl Iterator<Item = &Path> {
    paths.iter().filter(|path| {
        let keys: Vec<&str> =
            path.0.iter().filter_map(|s| if let Step::Key(k) = s { Some(k.as_str()) } else { None }).collect();
        matches!(keys.as_slice(), ["spec", "template", "metadata", "annotations" | "labels", ..])
    })
}

/// Whether a path lies in a pod template.
pub(super) fn in_template(path: &Path) -> bool {
    matches!(path.0.as_slice(), [Step::Key(a), Step::Key(b), ..] if a == "spec" && b == "template")
}

/// Whether something else watches over what the pods read, and restarts them.
pub(super) fn is_reloaded(document: &Document<'_>, pod: &Pod<'_>) -> bool {
    let metadata = pod.metadata.into_iter().flat_map(|m| m.map("annotations")).map(|(key, _)| key);
    let mut keys = document.annotations().map(|(key, _)| key).chain(metadata);
    keys.any(|key| key.contains("reloader") || key.contains("wave.pusher.com"))
}

/// Where a path of a document stands.
pub(super) fn path_in(facts: &Facts<'_>, document: &Document<'_>, path: &Path) -> Spot {
    document.root().at(&path.0).map(|node| facts.at(node)).unwrap_or_default()
}
