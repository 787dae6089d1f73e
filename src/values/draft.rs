//! User values while files and flags are still being put together: a tree that is written in place.
//!
//! Nothing is shared yet, so plain ownership does; what was read from a file stays a frozen [`Tree`] until it is touched.

use std::collections::BTreeMap;

use bstr::BStr;
use bumpalo::Bump;

use crate::value::{Entry, ListNode, MapNode, Pos, Tree};

/// A value under construction.
#[derive(Debug)]
pub(super) enum Draft<'c> {
    Frozen(Tree<'c>),
    Map(DraftMap<'c>),
    List(DraftList<'c>),
}

/// Keys with what they hold and where that was written.
pub(super) type DraftMap<'c> = BTreeMap<&'c BStr, (Draft<'c>, Pos)>;

/// Items with where they were written.
pub(super) type DraftList<'c> = Vec<(Draft<'c>, Pos)>;

impl<'c> Draft<'c> {
    /// Go's dynamic type, as a failed type assertion names it.
    pub(super) fn go_type(&self) -> &'static str {
        match self {
            Draft::Map(_) | Draft::Frozen(Tree::Map(_)) => "map[string]interface {}",
            Draft::List(_) | Draft::Frozen(Tree::List(_)) => "[]interface {}",
            Draft::Frozen(Tree::Null) => "nil",
            Draft::Frozen(Tree::Bool(_)) => "bool",
            Draft::Frozen(Tree::Int(_)) => "int64",
            Draft::Frozen(Tree::Float(_)) => "float64",
            Draft::Frozen(Tree::Str(_)) => "string",
        }
    }

    /// The map to write into, if this is one.
    pub(super) fn map_mut(&mut self) -> Option<&mut DraftMap<'c>> {
        if let Draft::Frozen(Tree::Map(node)) = *self {
            *self = Draft::Map(thaw(node));
        }
        match self {
            Draft::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The list to write into, if this is one.
    pub(super) fn list_mut(&mut self) -> Option<&mut DraftList<'c>> {
        if let Draft::Frozen(Tree::List(node)) = *self {
            *self = Draft::List(node.items().iter().map(|(t, p)| (Draft::Frozen(*t), *p)).collect());
        }
        match self {
            Draft::List(list) => Some(list),
            _ => None,
        }
    }

    /// The finished value.
    pub(super) fn freeze(self, arena: &'c Bump) -> Tree<'c> {
        match self {
            Draft::Frozen(tree) => tree,
            Draft::Map(map) => Tree::Map(freeze_map(map, arena)),
            Draft::List(list) => {
                let items: Vec<_> = list.into_iter().map(|(d, pos)| (d.freeze(arena), pos)).collect();
                Tree::List(ListNode::new(arena, &items))
            }
        }
    }
}

/// The entries of a finished map, to be written over.
pub(super) fn thaw<'c>(node: &MapNode<'c>) -> DraftMap<'c> {
    node.entries().iter().map(|e| (e.key, (Draft::Frozen(e.value), e.pos))).collect()
}

/// A finished map of its own identity.
pub(super) fn freeze_map<'c>(map: DraftMap<'c>, arena: &'c Bump) -> &'c MapNode<'c> {
    let entries = map.into_iter().map(|(key, (d, pos))| Entry { key, value: d.freeze(arena), pos }).collect();
    MapNode::new(arena, entries)
}
