//! What Secrets and ConfigMaps hold.

use std::fmt;

use bumpalo::Bump;

use crate::go::encode::base64_decode;
use crate::manifest::{DocId, Document, Field, Node};

/// Which of the two kinds of object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum StoreKind {
    Secret,
    ConfigMap,
}

impl StoreKind {
    pub fn kind(self) -> &'static str {
        match self {
            StoreKind::Secret => "Secret",
            StoreKind::ConfigMap => "ConfigMap",
        }
    }
}

/// A reference to one of them, as a pod writes it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ObjectRef<'m> {
    pub kind: StoreKind,
    /// Empty where the name is left out or no string.
    pub name: &'m str,
    pub optional: bool,
    pub node: Node<'m>,
}

impl<'m> ObjectRef<'m> {
    /// `{name: ..., optional: ...}`; volumes of Secrets call the name `secretName`.
    pub(super) fn read(kind: StoreKind, node: Node<'m>, name: &str) -> Self {
        let name = node.str(name).given().unwrap_or_default();
        ObjectRef { kind, name, optional: node.bool("optional").given().unwrap_or(false), node }
    }
}

/// A rendered Secret or ConfigMap.
#[derive(Clone, Debug, PartialEq)]
pub struct Store<'m> {
    pub doc: DocId,
    pub kind: StoreKind,
    pub namespace: &'m str,
    pub name: &'m str,
    /// `type` of a Secret; empty where it is left out.
    pub secret_type: &'m str,
    pub immutable: bool,
    /// Sorted by key, one entry a key.
    entries: Vec<(&'m str, Content<'m>)>,
}

/// The value of one key.
#[derive(Clone, Copy, PartialEq)]
pub struct Content<'m> {
    /// What a pod sees; `None` where that cannot be: no base64, not a string.
    pub bytes: Option<&'m [u8]>,
    /// The value where it is written.
    pub node: Node<'m>,
    /// In `binaryData` of a ConfigMap: files see it, variables do not.
    pub is_binary: bool,
}

impl fmt::Debug for Content<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Content({:?} bytes, line {})", self.bytes.map(<[u8]>::len), self.node.line())
    }
}

impl<'m> Store<'m> {
    /// `None` for documents of other kinds.
    pub(super) fn read(document: &Document<'m>, arena: &'m Bump) -> Option<Self> {
        let kind = match (document.api_version, document.kind) {
            ("v1", "Secret") => StoreKind::Secret,
            ("v1", "ConfigMap") => StoreKind::ConfigMap,
            _ => return None,
        };
        let root = document.root();
        let mut entries = Vec::new();
        // The later of two maps counts: `stringData` is written over `data`.
        let maps: [(&str, bool); 2] = match kind {
            StoreKind::Secret => [("data", true), ("stringData", false)],
            StoreKind::ConfigMap => [("binaryData", true), ("data", false)],
        };
        for (map, is_base64) in maps {
            for (key, node) in root.map(map) {
                let bytes = match node.as_str() {
                    Field::Given(text) if is_base64 => decode(text, arena),
                    Field::Given(text) => Some(text.as_bytes()),
                    // A null is an empty value, in both kinds of map.
                    Field::Null(_) => Some(&[][..]),
                    Field::Wrong(_) | Field::Absent => None,
                };
                let is_binary = kind == StoreKind::ConfigMap && is_base64;
                entries.push((key, Content { bytes, node, is_binary }));
            }
        }
        entries.sort_by_key(|(key, _)| *key);
        // The sort is stable, so of equal keys the later one is the one that counts.
        entries.reverse();
        entries.dedup_by_key(|(key, _)| *key);
        entries.reverse();
        Some(Store {
            doc: document.id,
            kind,
            namespace: document.namespace,
            name: document.name,
            secret_type: root.str("type").given().unwrap_or_default(),
            immutable: root.bool("immutable").given().unwrap_or(false),
            entries,
        })
    }

    pub fn get(&self, key: &str) -> Option<&Content<'m>> {
        self.entry(key).map(|(_, content)| content)
    }

    /// A key as it is written, and its value.
    pub fn entry(&self, key: &str) -> Option<(&'m str, &Content<'m>)> {
        let at = self.entries.binary_search_by(|(k, _)| (*k).cmp(key)).ok()?;
        self.entries.get(at).map(|(key, content)| (*key, content))
    }

    /// All keys, sorted.
    pub fn entries(&self) -> impl Iterator<Item = (&'m str, &Content<'m>)> {
        self.entries.iter().map(|(key, content)| (*key, content))
    }
}

/// Standard base64 as encoding/json decodes it into bytes: line ends are passed over, padding is asked for.
fn decode<'m>(text: &str, arena: &'m Bump) -> Option<&'m [u8]> {
    let bytes = base64_decode(text.as_bytes()).ok()?;
    Some(arena.alloc_slice_copy(&bytes))
}
