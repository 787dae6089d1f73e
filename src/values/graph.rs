//! Go maps while values are coalesced: written in place, shared, copied, and frozen at the end with every sharing kept.
//!
//! Coalescing in Helm writes into maps that parent and subchart hold both, so a tree is not enough: maps have identity here.
//! A map that nobody has looked into stays the [`MapNode`] that it was.

use std::collections::BTreeMap;

use bstr::BStr;
use bumpalo::Bump;

use crate::limits::{Exhausted, Limits};
use crate::value::{Entry, ListNode, MapNode, Pos, Tree};

/// A map of the graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct MapId(u32);

/// A value in a map.
#[derive(Clone, Copy, Debug)]
pub(super) enum Val<'c> {
    /// Anything but a map.
    Leaf(Tree<'c>),
    Map(MapId),
}

impl Val<'_> {
    pub(super) fn is_null(self) -> bool {
        matches!(self, Val::Leaf(Tree::Null))
    }

    /// `istable`.
    pub(super) fn map(self) -> Option<MapId> {
        match self {
            Val::Map(id) => Some(id),
            Val::Leaf(_) => None,
        }
    }
}

/// One key of a map.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot<'c> {
    pub value: Val<'c>,
    pub pos: Pos,
}

/// Whether nodes of a tree may be handed on as they are: only where no other part of the result uses them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Nodes {
    Mine,
    Copied,
}

#[derive(Debug)]
enum Body<'c> {
    Tree(&'c MapNode<'c>, Nodes),
    Own(BTreeMap<&'c BStr, Slot<'c>>),
}

/// All maps of one stage.
#[derive(Debug)]
pub(super) struct Graph<'c> {
    arena: &'c Bump,
    maps: Vec<Body<'c>>,
    frozen: Vec<Option<&'c MapNode<'c>>>,
    /// Maps that may still be made or copied.
    left: u32,
    exhausted: Option<Exhausted>,
}

/// Nesting beyond which nothing is followed. Helm's import-values can hang a map into itself, on which Helm recurses until
/// its stack ends.
pub(super) const MAX_DEPTH: u32 = 1_000;

impl<'c> Graph<'c> {
    pub(super) fn new(arena: &'c Bump, limits: &Limits) -> Self {
        Graph { arena, maps: Vec::new(), frozen: Vec::new(), left: limits.yaml_nodes as u32, exhausted: None }
    }

    /// What ran out, if anything did: the graph is then not what Helm would have made.
    pub(super) fn check(&self) -> Result<(), Exhausted> {
        self.exhausted.map_or(Ok(()), Err)
    }

    /// Pays for one map at a depth; false when it must not be followed.
    pub(super) fn may_enter(&mut self, depth: u32) -> bool {
        if depth > MAX_DEPTH {
            self.exhausted = Some(Exhausted::Depth);
            return false;
        }
        match self.left.checked_sub(1) {
            Some(left) => self.left = left,
            None => self.exhausted = Some(Exhausted::Bytes),
        }
        self.exhausted.is_none()
    }

    pub(super) fn arena(&self) -> &'c Bump {
        self.arena
    }

    fn add(&mut self, body: Body<'c>) -> MapId {
        self.maps.push(body);
        MapId((self.maps.len() - 1) as u32)
    }

    pub(super) fn empty(&mut self) -> MapId {
        self.add(Body::Own(BTreeMap::new()))
    }

    /// A map with the content of a tree.
    pub(super) fn import(&mut self, node: &'c MapNode<'c>, nodes: Nodes) -> MapId {
        self.add(Body::Tree(node, nodes))
    }

    fn own(&mut self, id: MapId) -> &mut BTreeMap<&'c BStr, Slot<'c>> {
        let index = id.0 as usize;
        if let Some(Body::Tree(node, nodes)) = self.maps.get(index) {
            let (node, nodes) = (*node, *nodes);
            let mut entries = BTreeMap::new();
            for e in node.entries() {
                let value = match e.value {
                    Tree::Map(child) => Val::Map(self.import(child, nodes)),
                    Tree::List(list) if nodes == Nodes::Copied => Val::Leaf(Tree::List(fresh(list, self.arena))),
                    leaf => Val::Leaf(leaf),
                };
                entries.insert(e.key, Slot { value, pos: e.pos });
            }
            if let Some(body) = self.maps.get_mut(index) {
                *body = Body::Own(entries);
            }
        }
        match self.maps.get_mut(index) {
            Some(Body::Own(entries)) => entries,
            // Ids come from this graph alone, and a tree has just been replaced.
            _ => unreachable!("a map of another graph"),
        }
    }

    pub(super) fn get(&mut self, id: MapId, key: &[u8]) -> Option<Slot<'c>> {
        self.own(id).get(BStr::new(key)).copied()
    }

    pub(super) fn set(&mut self, id: MapId, key: &'c BStr, slot: Slot<'c>) {
        self.own(id).insert(key, slot);
    }

    pub(super) fn remove(&mut self, id: MapId, key: &BStr) {
        self.own(id).remove(key);
    }

    /// The entries as they are now, in key order.
    pub(super) fn entries(&mut self, id: MapId) -> Vec<(&'c BStr, Slot<'c>)> {
        self.own(id).iter().map(|(key, slot)| (*key, *slot)).collect()
    }

    pub(super) fn is_empty(&self, id: MapId) -> bool {
        match self.maps.get(id.0 as usize) {
            Some(Body::Tree(node, _)) => node.entries().is_empty(),
            Some(Body::Own(entries)) => entries.is_empty(),
            None => true,
        }
    }

    /// `copyMap`: a map of its own over the same values.
    pub(super) fn copy_shallow(&mut self, id: MapId) -> MapId {
        let entries = self.own(id).clone();
        self.add(Body::Own(entries))
    }

    /// `copystructure.Copy`.
    pub(super) fn copy_deep(&mut self, id: MapId) -> MapId {
        self.copy_at(id, 0)
    }

    fn copy_at(&mut self, id: MapId, depth: u32) -> MapId {
        if !self.may_enter(depth) {
            return id;
        }
        let entries = match self.maps.get(id.0 as usize) {
            Some(Body::Tree(node, _)) => {
                let node = *node;
                return self.import(node, Nodes::Copied);
            }
            Some(Body::Own(entries)) => entries.clone(),
            None => BTreeMap::new(),
        };
        let mut copied = BTreeMap::new();
        for (key, slot) in entries {
            let value = match slot.value {
                Val::Map(child) => Val::Map(self.copy_at(child, depth + 1)),
                Val::Leaf(Tree::List(list)) => Val::Leaf(Tree::List(fresh(list, self.arena))),
                leaf => leaf,
            };
            copied.insert(key, Slot { value, ..slot });
        }
        self.add(Body::Own(copied))
    }

    /// `cleanNilValues`: takes the nulls out, at every depth of maps.
    pub(super) fn remove_nulls(&mut self, id: MapId, depth: u32) {
        if !self.may_enter(depth) {
            return;
        }
        if let Some(Body::Tree(node, _)) = self.maps.get(id.0 as usize)
            && !has_null(node)
        {
            return;
        }
        for (key, slot) in self.entries(id) {
            match slot.value {
                Val::Leaf(Tree::Null) => self.remove(id, key),
                Val::Map(child) => self.remove_nulls(child, depth + 1),
                Val::Leaf(_) => {}
            }
        }
    }

    /// The finished tree: the same map gives the same node every time.
    pub(super) fn freeze(&mut self, id: MapId) -> &'c MapNode<'c> {
        self.freeze_at(id, 0)
    }

    fn freeze_at(&mut self, id: MapId, depth: u32) -> &'c MapNode<'c> {
        if !self.may_enter(depth) {
            return MapNode::new(self.arena, Vec::new());
        }
        let index = id.0 as usize;
        if let Some(Some(node)) = self.frozen.get(index) {
            return node;
        }
        let entries = match self.maps.get(index) {
            Some(Body::Tree(node, nodes)) => {
                let node = match nodes {
                    Nodes::Mine => node,
                    Nodes::Copied => match Tree::Map(node).copy(self.arena) {
                        Tree::Map(copy) => copy,
                        _ => node,
                    },
                };
                return self.keep(index, node);
            }
            Some(Body::Own(entries)) => entries.clone(),
            None => BTreeMap::new(),
        };
        let mut finished = Vec::with_capacity(entries.len());
        for (key, Slot { value, pos }) in entries {
            let value = match value {
                Val::Map(child) => Tree::Map(self.freeze_at(child, depth + 1)),
                Val::Leaf(leaf) => leaf,
            };
            finished.push(Entry { key, value, pos });
        }
        let node = MapNode::new(self.arena, finished);
        self.keep(index, node)
    }

    fn keep(&mut self, index: usize, node: &'c MapNode<'c>) -> &'c MapNode<'c> {
        if self.frozen.len() <= index {
            self.frozen.resize(index + 1, None);
        }
        if let Some(slot) = self.frozen.get_mut(index) {
            *slot = Some(node);
        }
        node
    }

    /// A value as it is now; nothing is remembered of it, and what is shared in the graph is not shared in the tree.
    pub(super) fn snapshot(&mut self, value: Val<'c>) -> Tree<'c> {
        self.snapshot_at(value, 0)
    }

    fn snapshot_at(&mut self, value: Val<'c>, depth: u32) -> Tree<'c> {
        let id = match value {
            Val::Leaf(leaf) => return leaf,
            Val::Map(id) => id,
        };
        if !self.may_enter(depth) {
            return Tree::Null;
        }
        let entries = match self.maps.get(id.0 as usize) {
            Some(Body::Tree(node, _)) => return Tree::Map(node).copy(self.arena),
            Some(Body::Own(entries)) => entries.clone(),
            None => return Tree::Null,
        };
        let mut finished = Vec::with_capacity(entries.len());
        for (key, slot) in entries {
            let value = match slot.value {
                Val::Leaf(Tree::List(list)) => Tree::List(fresh(list, self.arena)),
                other => self.snapshot_at(other, depth + 1),
            };
            finished.push(Entry { key, value, pos: slot.pos });
        }
        Tree::Map(MapNode::new(self.arena, finished))
    }
}

/// A list of its own. One that holds no maps or lists cannot be told from its copy.
fn fresh<'c>(list: &'c ListNode<'c>, arena: &'c Bump) -> &'c ListNode<'c> {
    if list.items().iter().any(|(item, _)| matches!(item, Tree::Map(_) | Tree::List(_)))
        && let Tree::List(copy) = Tree::List(list).copy(arena)
    {
        return copy;
    }
    list
}

fn has_null(node: &MapNode<'_>) -> bool {
    node.entries().iter().any(|e| match e.value {
        Tree::Null => true,
        Tree::Map(child) => has_null(child),
        _ => false,
    })
}
