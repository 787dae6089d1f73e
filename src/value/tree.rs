//! Immutable values with the place of every leaf: what YAML, JSON and `--set` become, and what coalescing merges.
//!
//! A tree lives in the arena of its chart and is shared freely. Two places that hold the *same* [`MapNode`] (by address)
//! are one Go map: a template that changes it through one sees it through the other. Copy with [`Tree::copy`] where Go
//! would have copied.

use bstr::BStr;
use bumpalo::Bump;

/// Where a leaf was written: a source known to the caller (a values file, a flag), and line and column from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Hash)]
pub struct Pos {
    pub source: Origin,
    pub line: u32,
    pub column: u32,
}

/// Index of a source in the table of whoever loads values (`values::Sources`). 0 is "made here, by nobody".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Hash, PartialOrd, Ord)]
pub struct Origin(pub u32);

/// What JSON can say, with Go's two number types: `float64` from files, `int64` from `--set`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Tree<'c> {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Str(&'c BStr),
    List(&'c ListNode<'c>),
    Map(&'c MapNode<'c>),
}

/// A map: entries sorted by key bytes, keys unique.
#[derive(Debug, PartialEq)]
pub struct MapNode<'c> {
    entries: &'c [Entry<'c>],
    // Not zero-sized even when empty: the address is the identity.
    _identity: u8,
}

/// One key of a map with its value and where that was written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Entry<'c> {
    pub key: &'c BStr,
    pub value: Tree<'c>,
    pub pos: Pos,
}

/// A list, with the place of every item.
#[derive(Debug, PartialEq)]
pub struct ListNode<'c> {
    items: &'c [(Tree<'c>, Pos)],
    _identity: u8,
}

impl<'c> MapNode<'c> {
    /// Sorts the entries; the last of equal keys wins, as in Go.
    pub fn new(arena: &'c Bump, mut entries: Vec<Entry<'c>>) -> &'c MapNode<'c> {
        MapNode::of(arena, &mut entries)
    }

    /// [`MapNode::new`] of entries that lie somewhere else; their order there is lost.
    pub fn of(arena: &'c Bump, entries: &mut [Entry<'c>]) -> &'c MapNode<'c> {
        let mut kept = entries.len();
        if !entries.is_sorted_by(|a, b| a.key < b.key) {
            entries.sort_by(|a, b| a.key.cmp(b.key));
            kept = 0;
            for at in 0..entries.len() {
                kept += usize::from(kept == 0 || entries[kept - 1].key != entries[at].key);
                entries[kept - 1] = entries[at];
            }
        }
        arena.alloc(MapNode { entries: arena.alloc_slice_copy(&entries[..kept]), _identity: 0 })
    }

    pub fn entries(&self) -> &'c [Entry<'c>] {
        self.entries
    }

    pub fn get(&self, key: &[u8]) -> Option<&'c Entry<'c>> {
        self.entries.get(position(self.entries, key, |e| e.key)?)
    }
}

/// Up to so many entries are looked through one by one: to see that two names are not of one length takes one step, to
/// compare them a call.
const FEW: usize = 16;

/// Where a key stands among sorted entries.
#[inline]
pub(super) fn position<'e, T>(entries: &'e [T], key: &[u8], of: impl Fn(&'e T) -> &'e BStr) -> Option<usize> {
    if entries.len() <= FEW {
        return entries.iter().position(|entry| of(entry) == key);
    }
    entries.binary_search_by(|entry| <[u8]>::cmp(of(entry), key)).ok()
}

impl<'c> ListNode<'c> {
    pub fn new(arena: &'c Bump, items: &[(Tree<'c>, Pos)]) -> &'c ListNode<'c> {
        arena.alloc(ListNode { items: arena.alloc_slice_copy(items), _identity: 0 })
    }

    pub fn items(&self) -> &'c [(Tree<'c>, Pos)] {
        self.items
    }
}

impl<'c> Tree<'c> {
    /// An empty map of its own identity.
    pub fn empty_map(arena: &'c Bump) -> Tree<'c> {
        Tree::Map(MapNode::new(arena, Vec::new()))
    }

    pub fn as_map(self) -> Option<&'c MapNode<'c>> {
        match self {
            Tree::Map(m) => Some(m),
            _ => None,
        }
    }

    /// What encoding/json calls it in errors.
    pub fn json_name(self) -> &'static str {
        match self {
            Tree::Null => "null",
            Tree::Bool(_) => "bool",
            Tree::Int(_) | Tree::Float(_) => "number",
            Tree::Str(_) => "string",
            Tree::List(_) => "array",
            Tree::Map(_) => "object",
        }
    }

    /// A deep copy with identities of its own. Recurses as deep as the tree, whose depth the reader bounded.
    pub fn copy(self, arena: &'c Bump) -> Tree<'c> {
        match self {
            Tree::Map(m) => {
                let entries = m.entries.iter().map(|e| Entry { value: e.value.copy(arena), ..*e }).collect();
                Tree::Map(MapNode::new(arena, entries))
            }
            Tree::List(l) => {
                let items: Vec<_> = l.items.iter().map(|(t, p)| (t.copy(arena), *p)).collect();
                Tree::List(ListNode::new(arena, &items))
            }
            leaf => leaf,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry<'c>(key: &'c str, n: i64) -> Entry<'c> {
        Entry { key: BStr::new(key), value: Tree::Int(n), pos: Pos::default() }
    }

    #[test]
    fn the_last_of_equal_keys_wins_and_keys_are_sorted() {
        let arena = Bump::new();
        let m = MapNode::new(&arena, vec![entry("b", 1), entry("a", 2), entry("b", 3)]);
        let got: Vec<_> = m.entries().iter().map(|e| (e.key.to_string(), e.value)).collect();
        assert_eq!(got, [("a".to_string(), Tree::Int(2)), ("b".to_string(), Tree::Int(3))]);
        assert!(m.get(b"b").is_some() && m.get(b"c").is_none());
    }

    #[test]
    fn empty_maps_are_not_one_map() {
        let arena = Bump::new();
        let (a, b) = (MapNode::new(&arena, vec![]), MapNode::new(&arena, vec![]));
        assert!(!std::ptr::eq(a, b));
    }
}
