//! JSON as `encoding/json` decodes it into `interface{}`, made into trees that know where they were written.

use bstr::{BStr, BString};
use bumpalo::Bump;

use crate::go::json::{self, Prefix, Sink};
use crate::limits::Exhausted;
use crate::value::{Entry, ListNode, MapNode, Pos, Tree};

/// One value off the front of `text`, and how many bytes it took. `None` when it is not JSON, or holds a number that is out
/// of range: Helm drops the words of these errors. `pos` is where the text begins.
pub(super) fn read<'c>(text: &[u8], arena: &'c Bump, pos: Pos) -> Option<(Tree<'c>, usize)> {
    let mut trees = Trees { arena, pos, left: MAX_TOKENS };
    let decoded = json::decode_prefix(text, &mut trees).ok()?;
    match decoded.value {
        Some(Prefix { node, taken }) if decoded.error.is_none() && node.depth <= MAX_DEPTH => Some((node.tree, taken)),
        _ => None,
    }
}

/// A command line is not this long.
const MAX_TOKENS: u32 = 4 << 20;
/// Ours: trees are walked by recursion later. encoding/json goes down to 10,000.
const MAX_DEPTH: u32 = 1_000;

struct Trees<'c> {
    arena: &'c Bump,
    pos: Pos,
    left: u32,
}

struct Node<'c> {
    tree: Tree<'c>,
    depth: u32,
}

impl<'c> Trees<'c> {
    fn at(&self, offset: usize) -> Pos {
        let offset = u32::try_from(offset).unwrap_or(u32::MAX);
        Pos { column: self.pos.column.saturating_add(offset), ..self.pos }
    }

    /// A collection around nodes; what is too deep is not kept, and [`Trees::step`] ends the reading.
    fn around(&mut self, deepest: Option<u32>, tree: Tree<'c>) -> Node<'c> {
        let depth = deepest.map_or(0, |d| d + 1);
        if depth > MAX_DEPTH {
            self.left = 0;
        }
        Node { tree, depth }
    }
}

impl<'c> Sink for Trees<'c> {
    type Node = Node<'c>;

    fn null(&mut self) -> Node<'c> {
        Node { tree: Tree::Null, depth: 0 }
    }

    fn bool(&mut self, value: bool) -> Node<'c> {
        Node { tree: Tree::Bool(value), depth: 0 }
    }

    fn number(&mut self, value: f64) -> Node<'c> {
        Node { tree: Tree::Float(value), depth: 0 }
    }

    fn string(&mut self, text: &[u8]) -> Node<'c> {
        Node { tree: Tree::Str(BStr::new(self.arena.alloc_slice_copy(text))), depth: 0 }
    }

    fn list(&mut self, items: Vec<(Node<'c>, usize)>) -> Node<'c> {
        let deepest = items.iter().map(|(node, _)| node.depth).max();
        let items: Vec<_> = items.into_iter().map(|(node, offset)| (node.tree, self.at(offset))).collect();
        let tree = Tree::List(ListNode::new(self.arena, &items));
        self.around(deepest, tree)
    }

    fn map(&mut self, entries: Vec<(BString, Node<'c>, usize)>) -> Node<'c> {
        let deepest = entries.iter().map(|(_, node, _)| node.depth).max();
        let entry = |(key, node, offset): (BString, Node<'c>, usize)| Entry {
            key: BStr::new(self.arena.alloc_slice_copy(&key)),
            value: node.tree,
            pos: self.at(offset),
        };
        let entries = entries.into_iter().map(entry).collect();
        let tree = Tree::Map(MapNode::new(self.arena, entries));
        self.around(deepest, tree)
    }

    fn step(&mut self) -> Result<(), Exhausted> {
        self.left = self.left.checked_sub(1).ok_or(Exhausted::Depth)?;
        Ok(())
    }
}
