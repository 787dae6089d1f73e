//! Go's string-keyed maps, with identity: whoever holds the map sees every change.

use std::cell::RefCell;

use bstr::BStr;
use bumpalo::Bump;
use bumpalo::collections::Vec as ArenaVec;

use super::hints::find;
use super::tree::{MapNode, Tree};
use super::{Heap, Value};

/// The Go type of a map; it shows in `typeOf`, and some have methods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MapType {
    /// `map[string]interface {}`
    Any,
    /// `Values`, a named `map[string]interface {}` with methods.
    Values,
    /// `map[string]string`
    Str,
    /// `files`, a named `map[string][]uint8` with methods (`.Files`).
    Files,
}

/// A map: entries sorted by key, as `range` and every printer want them.
pub struct Map<'h> {
    ty: MapType,
    nil: bool,
    /// Shared by all views of the map.
    slots: &'h RefCell<Slots<'h>>,
}

/// Where a map's values come from that are made when they are first asked for (`.Files`).
pub trait Later<'h> {
    /// Sorted, unique.
    fn keys(&self) -> &'h [&'h BStr];

    /// The value of the key with this index; the same every time.
    fn value(&self, heap: &Heap<'h>, index: usize) -> Value<'h>;
}

enum Slots<'h> {
    /// Not looked into yet.
    Tree(&'h MapNode<'h>),
    /// Not looked into as a whole yet.
    Later(&'h dyn Later<'h>),
    Own(ArenaVec<'h, (&'h BStr, Value<'h>)>),
}

impl<'h> Map<'h> {
    pub(super) fn new(arena: &'h Bump, ty: MapType) -> Self {
        Map { ty, nil: false, slots: arena.alloc(RefCell::new(Slots::Own(ArenaVec::new_in(arena)))) }
    }

    pub(super) fn nil(arena: &'h Bump, ty: MapType) -> Self {
        Map { nil: true, ..Map::new(arena, ty) }
    }

    pub(super) fn of_tree(arena: &'h Bump, node: &'h MapNode<'h>, ty: MapType) -> Self {
        Map { ty, nil: false, slots: arena.alloc(RefCell::new(Slots::Tree(node))) }
    }

    pub(super) fn of_later(arena: &'h Bump, later: &'h dyn Later<'h>, ty: MapType) -> Self {
        Map { ty, nil: false, slots: arena.alloc(RefCell::new(Slots::Later(later))) }
    }

    /// The same map under another of its types: Go's conversion between a map type and its name.
    pub fn view(&'h self, heap: &Heap<'h>, ty: MapType) -> &'h Map<'h> {
        if self.ty == ty { self } else { heap.arena().alloc(Map { ty, nil: self.nil, slots: self.slots }) }
    }

    pub fn ty(&self) -> MapType {
        self.ty
    }

    pub fn is_nil(&self) -> bool {
        self.nil
    }

    pub fn len(&self) -> usize {
        match &*self.slots.borrow() {
            Slots::Tree(node) => node.entries().len(),
            Slots::Later(later) => later.keys().len(),
            Slots::Own(entries) => entries.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value of a key. A null in the map is `Some(Value::Nil)`.
    pub fn get(&self, heap: &Heap<'h>, key: &[u8]) -> Option<Value<'h>> {
        match &*self.slots.borrow() {
            Slots::Own(entries) => return find(heap.hints(), entries, key, |e| e.0).map(|e| e.1),
            Slots::Tree(node) => match find(heap.hints(), node.entries(), key, |e| e.key)?.value {
                Tree::Map(_) | Tree::List(_) => {}
                leaf => return Some(heap.thaw(leaf)),
            },
            Slots::Later(later) => {
                let at = later.keys().binary_search_by(|k| <[u8]>::cmp(k, key)).ok()?;
                return Some(later.value(heap, at));
            }
        }
        self.own(heap);
        self.get(heap, key)
    }

    /// Sets a key; every holder of the map sees it. Setting a key of a nil map makes it a map, which Go would refuse
    /// by a panic: the caller checks [`Map::is_nil`] first.
    pub fn set(&self, heap: &Heap<'h>, key: &'h BStr, value: Value<'h>) {
        self.own(heap);
        if let Slots::Own(entries) = &mut *self.slots.borrow_mut() {
            match entries.binary_search_by(|e| e.0.cmp(key)) {
                Ok(at) => entries[at].1 = value,
                Err(at) => entries.insert(at, (key, value)),
            }
        }
    }

    /// Removes a key, if it is there.
    pub fn remove(&self, heap: &Heap<'h>, key: &[u8]) {
        self.own(heap);
        if let Slots::Own(entries) = &mut *self.slots.borrow_mut()
            && let Ok(at) = entries.binary_search_by(|e| <[u8]>::cmp(e.0, key))
        {
            entries.remove(at);
        }
    }

    /// A snapshot of the entries in key order, safe to walk while the map changes.
    pub fn entries(&self, heap: &Heap<'h>) -> Vec<(&'h BStr, Value<'h>)> {
        self.own(heap);
        match &*self.slots.borrow() {
            Slots::Own(entries) => entries.to_vec(),
            Slots::Tree(_) | Slots::Later(_) => Vec::new(),
        }
    }

    /// The keys in order, without looking into the values.
    pub fn keys(&self) -> Vec<&'h BStr> {
        match &*self.slots.borrow() {
            Slots::Own(entries) => entries.iter().map(|e| e.0).collect(),
            Slots::Tree(node) => node.entries().iter().map(|e| e.key).collect(),
            Slots::Later(later) => later.keys().to_vec(),
        }
    }

    /// The tree this map still is, if nobody has looked into it: printers may walk it without copying.
    pub fn untouched(&self) -> Option<&'h MapNode<'h>> {
        match &*self.slots.borrow() {
            Slots::Tree(node) => Some(node),
            Slots::Own(_) | Slots::Later(_) => None,
        }
    }

    /// Makes the entries the map's own: copied out of the tree, one level deep, or made.
    fn own(&self, heap: &Heap<'h>) {
        let mut entries;
        match *self.slots.borrow() {
            Slots::Own(_) => return,
            Slots::Tree(node) => {
                entries = ArenaVec::with_capacity_in(node.entries().len(), heap.arena());
                entries.extend(node.entries().iter().map(|e| (e.key, heap.thaw(e.value))));
            }
            Slots::Later(later) => {
                let keys = later.keys();
                entries = ArenaVec::with_capacity_in(keys.len(), heap.arena());
                entries.extend(keys.iter().enumerate().map(|(i, key)| (*key, later.value(heap, i))));
            }
        }
        *self.slots.borrow_mut() = Slots::Own(entries);
    }
}
