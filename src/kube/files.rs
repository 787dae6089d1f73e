//! What a container finds at a path: which mount covers it, which volume stands behind that, which key becomes the file.
//!
//! Rules: of mounts the longest path that covers; `subPath` mounts a file or folder of the volume; of a projected volume's
//! sources the later counts (k8s.io/kubernetes `pkg/volume/projected`, `pkg/volume/util/atomic_writer.go`).

use std::collections::BTreeMap;

use super::config::{ObjectRef, StoreKind};
use super::env::Environment;
use super::inventory::Inventory;
use super::pod::{Container, KeyToPath, Mount, Pod, Projection, Volume, VolumeSource};
use super::text::{Source, Text, Why};
use crate::manifest::Field;

/// What stands at a path.
#[derive(Clone, Debug)]
pub enum FileAt<'m> {
    /// A file that a Secret, a ConfigMap or the downward API provides. `mode` is what the volume or the item asks for.
    Provided { content: Text<'m>, mount: Mount<'m>, mode: Option<i64> },
    /// A folder of such a volume.
    Folder { mount: Mount<'m> },
    /// In a volume that others write to: an emptyDir, a claim, the host. The path is that below the volume.
    InVolume { volume: Volume<'m>, mount: Mount<'m>, path: String },
    /// A volume covers the path, all of its files are known, and this is none of them.
    Missing { mount: Mount<'m> },
    /// A volume covers the path, and it is not known whether it has the file: the reason names key and object.
    Unknown { why: Why<'m>, mount: Mount<'m> },
    /// The mount names a volume that the pod does not have: the API server refuses it.
    NoVolume { mount: Mount<'m> },
    /// No mount covers it: it is the image's own.
    NotMounted,
}

/// What a container finds at an absolute path. `environment` is its own, for `subPathExpr`.
pub fn file_at<'m>(
    inventory: &Inventory<'m>,
    pod: &Pod<'m>,
    container: &Container<'m>,
    environment: &Environment<'_, 'm>,
    path: &str,
) -> FileAt<'m> {
    let Some(path) = clean(path) else { return FileAt::NotMounted };
    let covering = container.mounts.iter().filter_map(|mount| {
        let at = clean(mount.path)?;
        let below = below(&path, &at)?.to_string();
        Some((at.len(), mount, below))
    });
    // Of two mounts at one path the API server takes none; the later is as good as the other.
    let Some((_, mount, below)) = covering.max_by_key(|(length, _, _)| *length) else { return FileAt::NotMounted };
    let mount = *mount;
    let Some(volume) = pod.volume(mount.volume) else { return FileAt::NoVolume { mount } };
    let sub_path = if mount.sub_path_expr.is_empty() {
        mount.sub_path.to_string()
    } else {
        let text = mount.node.get("subPathExpr").map(|node| environment.expand(node)).unwrap_or_default();
        match (text.known_str(), text.why()) {
            (Some(known), _) => known.into_owned(),
            (None, why) => {
                let why = why.copied().unwrap_or(Why::WrongType { at: mount.node });
                return FileAt::Unknown { why, mount };
            }
        }
    };
    let Some(inner) = clean(&format!("/{sub_path}/{below}")) else { return FileAt::Missing { mount } };
    let inner = inner.trim_start_matches('/');
    match &volume.source {
        VolumeSource::Projected { sources, default_mode } => {
            let look = Look { inventory, pod, mount, inner, default_mode: *default_mode };
            look.through(sources)
        }
        _ => FileAt::InVolume { volume: volume.clone(), mount, path: inner.to_string() },
    }
}

/// Every file that is known by name in the volumes of a container, by its path.
pub fn files<'m>(
    inventory: &Inventory<'m>,
    pod: &Pod<'m>,
    container: &Container<'m>,
    environment: &Environment<'_, 'm>,
) -> BTreeMap<String, FileAt<'m>> {
    let mut found = BTreeMap::new();
    for mount in &container.mounts {
        let Some(Volume { source: VolumeSource::Projected { sources, .. }, .. }) = pod.volume(mount.volume) else {
            continue;
        };
        let mut names: Vec<&str> = Vec::new();
        for source in sources {
            match source {
                Projection::Object { from, items } if items.is_empty() => {
                    let store = inventory.store(from.kind, pod.namespace, from.name);
                    names.extend(store.into_iter().flat_map(|s| s.entries()).map(|(key, _)| key));
                }
                Projection::Object { items, .. } | Projection::DownwardApi { items } => {
                    names.extend(items.iter().map(|item| item.path));
                }
                Projection::Other { path, .. } => names.push(path),
            }
        }
        for name in names {
            let path = if mount.sub_path.is_empty() {
                format!("{}/{name}", mount.path)
            } else {
                // The mount shows the file itself, or a folder that it is in.
                let (Some(name), Some(sub)) = (clean(&format!("/{name}")), clean(&format!("/{}", mount.sub_path)))
                else {
                    continue;
                };
                match below(&name, &sub) {
                    Some("") => mount.path.to_string(),
                    Some(rest) => format!("{}/{rest}", mount.path),
                    None => continue,
                }
            };
            let at = file_at(inventory, pod, container, environment, &path);
            found.insert(path, at);
        }
    }
    found
}

/// The search for one path below a projected volume.
struct Look<'i, 'p, 'm> {
    inventory: &'i Inventory<'m>,
    pod: &'p Pod<'m>,
    mount: Mount<'m>,
    inner: &'p str,
    default_mode: Option<i64>,
}

impl<'m> Look<'_, '_, 'm> {
    fn through(&self, sources: &[Projection<'m>]) -> FileAt<'m> {
        let mount = self.mount;
        if self.inner.is_empty() {
            return FileAt::Folder { mount };
        }
        let mut unknown = None;
        let mut folder = false;
        for source in sources.iter().rev() {
            let found = match source {
                Projection::Object { from, items } => self.object(from, items),
                Projection::DownwardApi { items } => items
                    .iter()
                    .find(|item| self.is(item.path))
                    .map(|item| Ok((Text::unknown(Why::FieldRef { path: item.key, at: item.node }), item.mode))),
                Projection::Other { path, node } if self.is(path) => {
                    Some(Ok((Text::unknown(Why::ResourceField { at: *node }), None)))
                }
                Projection::Other { .. } => None,
            };
            match found {
                Some(Ok((content, mode))) => {
                    return FileAt::Provided { content, mount, mode: mode.or(self.default_mode) };
                }
                Some(Err(why)) => unknown = unknown.or(Some(why)),
                None => folder |= self.is_folder_of(source),
            }
        }
        match unknown {
            _ if folder => FileAt::Folder { mount },
            Some(why) => FileAt::Unknown { why, mount },
            None => FileAt::Missing { mount },
        }
    }

    fn is(&self, path: &str) -> bool {
        clean(&format!("/{path}")).is_some_and(|path| path.trim_start_matches('/') == self.inner)
    }

    fn is_folder_of(&self, source: &Projection<'m>) -> bool {
        let (Projection::Object { items, .. } | Projection::DownwardApi { items }) = source else { return false };
        items.iter().any(|item| below(item.path, self.inner).is_some_and(|rest| !rest.is_empty()))
    }

    /// `None`: it does not provide the file. An error: that cannot be told, or the mount fails.
    fn object(
        &self,
        from: &ObjectRef<'m>,
        items: &[KeyToPath<'m>],
    ) -> Option<Result<(Text<'m>, Option<i64>), Why<'m>>> {
        let ObjectRef { kind, name, optional, node } = *from;
        let store = self.inventory.store(kind, self.pod.namespace, name);
        let (key, mode, at) = if items.is_empty() {
            // Keys have no slashes.
            if self.inner.contains('/') {
                return None;
            }
            let Some(store) = store else {
                let key = self.inventory.keep(self.inner);
                return Some(Err(Why::NotRendered { kind, name, key, optional, at: node }));
            };
            let (key, _) = store.entry(self.inner)?;
            (key, None, node)
        } else {
            let item = items.iter().rev().find(|item| self.is(item.path))?;
            (item.key, item.mode, item.node)
        };
        let Some(store) = store else {
            return Some(Err(Why::NotRendered { kind, name, key, optional, at }));
        };
        let Some(content) = store.get(key) else {
            if optional {
                return None;
            }
            return Some(Err(Why::KeyMissing { kind, doc: store.doc, key, optional, at }));
        };
        Some(match (content.bytes, content.node.as_str()) {
            (Some(bytes), _) => {
                let source = Source::Key { kind, doc: store.doc, key, node: content.node };
                Ok((Text::of(bytes, source), mode))
            }
            (None, Field::Given(_)) if kind == StoreKind::Secret || content.is_binary => {
                Err(Why::NotBase64 { doc: store.doc, key, at: content.node })
            }
            (None, _) => Err(Why::WrongType { at: content.node }),
        })
    }
}

/// An absolute path without `.`, `..`, doubled and trailing slashes; `None` if it is relative.
fn clean(path: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.strip_prefix('/')?.split('/') {
        match part {
            "" | "." => {}
            ".." => _ = parts.pop(),
            part => parts.push(part),
        }
    }
    Some(format!("/{}", parts.join("/")))
}

/// What of a path lies below a folder: nothing for the folder itself, `None` if it is elsewhere.
fn below<'p>(path: &'p str, folder: &str) -> Option<&'p str> {
    if folder == "/" {
        return path.strip_prefix('/');
    }
    let rest = path.strip_prefix(folder)?;
    if rest.is_empty() { Some("") } else { rest.strip_prefix('/') }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_cleaned_and_cut() {
        assert_eq!(clean("/a//b/../c/./").as_deref(), Some("/a/c"));
        assert_eq!(clean("/../..").as_deref(), Some("/"));
        assert_eq!(clean("a"), None);
        assert_eq!(below("/a/b", "/a"), Some("b"));
        assert_eq!(below("/a", "/a"), Some(""));
        assert_eq!(below("/ab", "/a"), None);
        assert_eq!(below("/ab", "/"), Some("ab"));
    }
}
