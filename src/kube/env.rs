//! A container's environment, as the kubelet builds it (k8s.io/kubernetes `pkg/kubelet/kubelet_pods.go`,
//! `makeEnvironmentVariables`): `envFrom` in order, then `env` in order, each over what was there; `$(VAR)` sees only what
//! came before. What loses is kept.

use std::borrow::Cow;
use std::collections::HashMap;

use super::config::{ObjectRef, Store, StoreKind};
use super::expand::{Part, parts};
use super::inventory::Inventory;
use super::pod::{Container, EnvFrom};
use super::text::{Piece, Source, Text, Why};
use crate::manifest::{DocId, Field, Node};

/// No variable is longer: Linux takes 128 KiB.
const MAX_BYTES: usize = 1 << 20;
/// Pieces of one value, and of all values of a container that refer to others.
const MAX_PIECES: usize = 4096;
const MAX_ALL_PIECES: usize = 200_000;

/// The environment of one container.
#[derive(Clone, Debug)]
pub struct Environment<'i, 'm> {
    /// In the order in which they were first set.
    pub vars: Vec<Var<'m>>,
    /// Objects that `envFrom` takes and the chart does not render: they may set anything.
    pub opaque: Vec<Opaque<'m>>,
    inventory: &'i Inventory<'m>,
    namespace: &'m str,
    service_links: bool,
    by_name: HashMap<Cow<'m, str>, usize>,
    pieces: usize,
}

/// One variable.
#[derive(Clone, Debug)]
pub struct Var<'m> {
    pub name: Cow<'m, str>,
    pub value: Text<'m>,
    pub from: VarSource<'m>,
    /// What it would have been without `from`, the last one first.
    pub shadowed: Vec<Loser<'m>>,
}

/// A value that another one of the same name replaced.
#[derive(Clone, Debug)]
pub struct Loser<'m> {
    pub value: Text<'m>,
    pub from: VarSource<'m>,
}

/// Who sets a variable.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum VarSource<'m> {
    /// An entry of `env`.
    Env { index: u32, node: Node<'m> },
    /// A key of an object that an entry of `envFrom` takes.
    EnvFrom { index: u32, kind: StoreKind, doc: DocId, key: &'m str, node: Node<'m> },
}

impl<'m> VarSource<'m> {
    /// The entry of `env` or `envFrom`.
    pub fn node(&self) -> Node<'m> {
        match self {
            VarSource::Env { node, .. } | VarSource::EnvFrom { node, .. } => *node,
        }
    }
}

/// An object of `envFrom` that is not rendered.
#[derive(Clone, Copy, Debug)]
pub struct Opaque<'m> {
    /// Which entry of `envFrom`.
    pub index: u32,
    pub prefix: &'m str,
    pub from: ObjectRef<'m>,
}

/// Builds the environment of a container.
pub fn environment<'i, 'm>(inventory: &'i Inventory<'m>, container: &Container<'m>) -> Environment<'i, 'm> {
    let pod = inventory.workload(container.id.workload).map(|w| &w.pod);
    let mut environment = Environment {
        vars: Vec::new(),
        opaque: Vec::new(),
        inventory,
        namespace: pod.map_or("", |pod| pod.namespace),
        service_links: pod.is_none_or(|pod| pod.service_links()),
        by_name: HashMap::new(),
        pieces: 0,
    };
    for (index, from) in (0..).zip(&container.env_from) {
        environment.take_object(index, from);
    }
    for (index, (name, node)) in (0..).zip(container.env()) {
        if let Some(value) = environment.value(node) {
            environment.set(Cow::Borrowed(name), value, VarSource::Env { index, node });
        }
    }
    environment
}

impl<'m> Environment<'_, 'm> {
    /// The variable of a name. One that is not there may still come from [`Environment::opaque`].
    pub fn get(&self, name: &str) -> Option<&Var<'m>> {
        self.by_name.get(name).and_then(|at| self.vars.get(*at))
    }

    /// An object that is not rendered and may set this name.
    pub fn maybe_from(&self, name: &str) -> Option<&Opaque<'m>> {
        self.opaque.iter().rev().find(|o| name.len() > o.prefix.len() && name.starts_with(o.prefix))
    }

    /// A text of the pod with its `$(VAR)`s replaced: an item of `command` or `args`.
    pub fn expand(&self, node: Node<'m>) -> Text<'m> {
        match node.as_str() {
            Field::Given(text) => self.expanded(text, node),
            Field::Absent | Field::Null(_) => Text::default(),
            Field::Wrong(at) => Text::unknown(Why::WrongType { at }),
        }
    }

    /// `command`, expanded; `None` where the image decides.
    pub fn command(&self, container: &Container<'m>) -> Option<Vec<Text<'m>>> {
        Some(container.command()?.into_iter().map(|node| self.expand(node)).collect())
    }

    pub fn args(&self, container: &Container<'m>) -> Option<Vec<Text<'m>>> {
        Some(container.args()?.into_iter().map(|node| self.expand(node)).collect())
    }

    fn take_object(&mut self, index: u32, entry: &EnvFrom<'m>) {
        let EnvFrom { prefix, from, node } = *entry;
        let inventory = self.inventory;
        let Some(store) = inventory.store(from.kind, self.namespace, from.name) else {
            return self.opaque.push(Opaque { index, prefix, from });
        };
        for (key, content) in store.entries().filter(|(_, content)| !content.is_binary) {
            let name = if prefix.is_empty() { Cow::Borrowed(key) } else { Cow::Owned(format!("{prefix}{key}")) };
            let value = value_of(store, key, content.bytes, content.node);
            self.set(name, value, VarSource::EnvFrom { index, kind: from.kind, doc: store.doc, key, node });
        }
    }

    fn set(&mut self, name: Cow<'m, str>, value: Text<'m>, from: VarSource<'m>) {
        self.pieces += value.pieces.len();
        if let Some(var) = self.by_name.get(&name).and_then(|at| self.vars.get_mut(*at)) {
            let value = std::mem::replace(&mut var.value, value);
            let from = std::mem::replace(&mut var.from, from);
            return var.shadowed.insert(0, Loser { value, from });
        }
        self.by_name.insert(name.clone(), self.vars.len());
        self.vars.push(Var { name, value, from, shadowed: Vec::new() });
    }

    /// What an entry of `env` says; `None` when it sets nothing.
    fn value(&self, entry: Node<'m>) -> Option<Text<'m>> {
        match entry.str("value") {
            Field::Given(text) if !text.is_empty() => {
                // The text stands where its own key does.
                return Some(self.expanded(text, entry.get("value").unwrap_or(entry)));
            }
            Field::Wrong(at) => return Some(Text::unknown(Why::WrongType { at })),
            Field::Given(_) | Field::Absent | Field::Null(_) => {}
        }
        let Some(source) = entry.present("valueFrom") else {
            return Some(Text::of(b"", Source::Literal(entry.get("value").unwrap_or(entry))));
        };
        // In the order in which the kubelet looks.
        if let Some(at) = source.present("fieldRef") {
            let path = at.str("fieldPath").given().unwrap_or_default();
            return Some(self.field(path, at));
        }
        if let Some(at) = source.present("resourceFieldRef") {
            return Some(Text::unknown(Why::ResourceField { at }));
        }
        for (field, kind) in [("configMapKeyRef", StoreKind::ConfigMap), ("secretKeyRef", StoreKind::Secret)] {
            if let Some(at) = source.present(field) {
                return self.key(ObjectRef::read(kind, at, "name"));
            }
        }
        if let Some(at) = source.present("fileKeyRef") {
            return Some(Text::unknown(Why::FileKey { at }));
        }
        // The API server refuses a `valueFrom` of nothing.
        Some(Text::unknown(Why::WrongType { at: source }))
    }

    /// A field of the pod. The namespace and the labels stand in the manifest already.
    fn field(&self, path: &'m str, at: Node<'m>) -> Text<'m> {
        match path {
            "metadata.namespace" => Text::of(self.namespace.as_bytes(), Source::Literal(at)),
            _ => Text::unknown(Why::FieldRef { path, at }),
        }
    }

    /// A key of an object. An optional one that is certainly not there leaves what was set before.
    fn key(&self, from: ObjectRef<'m>) -> Option<Text<'m>> {
        let ObjectRef { kind, name, optional, node: at } = from;
        let wrong = [at.str("name"), at.str("key")].into_iter().find_map(|field| field.or_wrong().err());
        if let Some(at) = wrong {
            return Some(Text::unknown(Why::WrongType { at }));
        }
        let key = at.str("key").given().unwrap_or_default();
        let Some(store) = self.inventory.store(kind, self.namespace, name) else {
            return Some(Text::unknown(Why::NotRendered { kind, name, key, optional, at }));
        };
        match store.get(key).filter(|content| !content.is_binary) {
            Some(content) => Some(value_of(store, key, content.bytes, content.node)),
            None if optional => None,
            None => Some(Text::unknown(Why::KeyMissing { kind, doc: store.doc, key, optional, at })),
        }
    }

    fn expanded(&self, text: &'m str, at: Node<'m>) -> Text<'m> {
        let mut pieces: Vec<Piece<'m>> = Vec::new();
        let mut bytes = 0;
        let source = Source::Literal(at);
        for part in parts(text) {
            let (name, whole) = match part {
                Part::Text(text) => {
                    bytes += text.len();
                    pieces.push(Piece::Known { bytes: text.as_bytes(), source });
                    continue;
                }
                Part::Variable { name, whole } => (name, whole),
            };
            if let Some(var) = self.get(name) {
                pieces.extend_from_slice(&var.value.pieces);
                bytes += var.value.len();
            } else if let Some(service) = self.service_link(name) {
                pieces.push(Piece::Unknown(Why::ServiceLink { service, name }));
            } else if self.maybe_from(name).is_some() {
                pieces.push(Piece::Unknown(Why::MaybeFrom { name, at }));
            } else {
                bytes += whole.len();
                pieces.push(Piece::Known { bytes: whole.as_bytes(), source });
            }
            if bytes > MAX_BYTES || pieces.len() > MAX_PIECES || self.pieces + pieces.len() > MAX_ALL_PIECES {
                return Text::unknown(Why::TooLong { at });
            }
        }
        Text { pieces }
    }

    /// Whether the kubelet makes this name of a Service, and of which, where that is rendered.
    fn service_link(&self, name: &str) -> Option<Option<DocId>> {
        if name.starts_with("KUBERNETES_SERVICE_") || name.starts_with("KUBERNETES_PORT") {
            return Some(None);
        }
        if !self.service_links {
            return None;
        }
        if let Some(service) = self.inventory.linked(self.namespace, name) {
            return Some(Some(service.doc));
        }
        (name.ends_with("_SERVICE_HOST") || name.ends_with("_SERVICE_PORT")).then_some(None)
    }
}

fn value_of<'m>(store: &Store<'m>, key: &'m str, bytes: Option<&'m [u8]>, node: Node<'m>) -> Text<'m> {
    let (doc, kind) = (store.doc, store.kind);
    match bytes {
        Some(bytes) => Text::of(bytes, Source::Key { kind, doc, key, node }),
        None if matches!(node.as_str(), Field::Given(_)) => Text::unknown(Why::NotBase64 { doc, key, at: node }),
        None => Text::unknown(Why::WrongType { at: node }),
    }
}
