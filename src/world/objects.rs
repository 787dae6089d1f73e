//! Objects of a cluster, as `lookup` sees them: recorded, or taken from an earlier render.

use std::collections::BTreeMap;
use std::fmt;

/// What a template asks for. An empty name asks for all, an empty namespace for those of all namespaces.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Query {
    pub api_version: String,
    pub kind: String,
    pub namespace: String,
    pub name: String,
}

/// An answer to a [`Query`]: texts in YAML (or JSON, which is YAML).
#[derive(Clone, PartialEq, Eq)]
pub enum Found<'w> {
    /// No cluster, or no such object: an empty map.
    Nothing,
    One(&'w [u8]),
    /// A list, which may be empty: by namespace and name, as the API server orders them.
    All(Vec<&'w [u8]>),
}

/// The objects of a cluster.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Objects {
    by_key: BTreeMap<Query, Vec<u8>>,
}

impl fmt::Debug for Objects {
    // What Secrets hold is nobody's business.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.by_key.keys()).finish()
    }
}

impl Objects {
    pub fn new() -> Self {
        Objects::default()
    }

    /// Adds an object, in place of one of the same name. What belongs to the cluster has no namespace.
    pub fn insert(&mut self, key: Query, text: Vec<u8>) {
        self.by_key.insert(key, text);
    }

    pub fn len(&self) -> usize {
        self.by_key.len()
    }

    pub fn is_empty(&self) -> bool {
        self.by_key.is_empty()
    }

    /// As Helm asks a cluster: a name without a namespace finds only what belongs to the cluster, whose objects are found
    /// in any namespace.
    pub(super) fn find(&self, query: &Query) -> Found<'_> {
        if !query.name.is_empty() {
            let of_cluster = Query { namespace: String::new(), ..query.clone() };
            let found = self.by_key.get(query).or_else(|| self.by_key.get(&of_cluster));
            return found.map_or(Found::Nothing, |text| Found::One(text));
        }
        // The smallest key of the kind: keys are ordered by version, kind, namespace, name.
        let from = Query { namespace: String::new(), ..query.clone() };
        let of_kind = self.by_key.range(from..);
        let of_kind = of_kind.take_while(|(key, _)| key.api_version == query.api_version && key.kind == query.kind);
        let wanted =
            |key: &Query| query.namespace.is_empty() || key.namespace.is_empty() || key.namespace == query.namespace;
        Found::All(of_kind.filter(|(key, _)| wanted(key)).map(|(_, text)| text.as_slice()).collect())
    }
}
