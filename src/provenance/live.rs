//! What a cluster would hold after a render has been installed, as far as templates look at it.

use bstr::BStr;
use bumpalo::Bump;

use crate::go::encode::base64_encode;
use crate::manifest::{Document, Manifests, is_cluster_scoped};
use crate::value::{Entry, MapNode, Pos, Tree};
use crate::world::{Objects, Query};
use crate::yaml;

/// The objects of a render: each with its namespace, `stringData` of Secrets laid over their `data`, as the API server keeps
/// them. Hooks are among them. What cannot be written down (no name, too deep) is left out.
pub fn live(manifests: &Manifests<'_>) -> Objects {
    let mut objects = Objects::new();
    for document in manifests.documents.iter().filter(|d| !d.name.is_empty()) {
        let arena = Bump::new();
        let Ok(text) = yaml::tree_to_yaml(kept(document, &arena)) else { continue };
        let namespace = if is_cluster_scoped(document.kind) { "" } else { document.namespace };
        let key = Query {
            api_version: document.api_version.into(),
            kind: document.kind.into(),
            namespace: namespace.into(),
            name: document.name.into(),
        };
        objects.insert(key, text);
    }
    objects
}

fn kept<'a>(document: &Document<'a>, arena: &'a Bump) -> Tree<'a> {
    let root = document.root();
    let Some(map) = root.tree().as_map() else { return root.tree() };
    let mut entries = map.entries().to_vec();
    set(&mut entries, "apiVersion", Tree::Str(BStr::new(document.api_version)));
    set(&mut entries, "kind", Tree::Str(BStr::new(document.kind)));
    let metadata = root.get("metadata").and_then(|node| node.tree().as_map());
    let mut metadata = metadata.map(|map| map.entries().to_vec()).unwrap_or_default();
    if !is_cluster_scoped(document.kind) {
        set(&mut metadata, "namespace", Tree::Str(BStr::new(document.namespace)));
    }
    set(&mut entries, "metadata", Tree::Map(MapNode::new(arena, metadata)));
    if (document.api_version, document.kind) == ("v1", "Secret") && root.present("stringData").is_some() {
        let mut data =
            root.get("data").and_then(|n| n.tree().as_map()).map(|m| m.entries().to_vec()).unwrap_or_default();
        for (key, value) in root.map("stringData") {
            let text = value.as_str().given().unwrap_or_default();
            let encoded = arena.alloc_str(&base64_encode(text.as_bytes()));
            set(&mut data, key, Tree::Str(BStr::new(encoded.as_bytes())));
        }
        entries.retain(|entry| entry.key != "stringData");
        set(&mut entries, "data", Tree::Map(MapNode::new(arena, data)));
    }
    Tree::Map(MapNode::new(arena, entries))
}

fn set<'a>(entries: &mut Vec<Entry<'a>>, key: &'a str, value: Tree<'a>) {
    entries.retain(|entry| entry.key != key);
    entries.push(Entry { key: BStr::new(key), value, pos: Pos::default() });
}
