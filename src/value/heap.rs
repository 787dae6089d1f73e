//! The heap of one render: where its values are made, and the budget that making them costs.

use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use bstr::BStr;
use bumpalo::Bump;

use super::Value;
use super::hints::Hints;
use super::list::{List, ListType};
use super::map::{Later, Map, MapType};
use super::object::Object;
use super::tree::{ListNode, MapNode, Tree};
use crate::diagnostic::Refusal;
use crate::dialect::Dialect;
use crate::limits::{Budget, Exhausted, Limits, used_bytes};

/// Everything that a render allocates from; thrown away whole with its arena.
pub struct Heap<'h> {
    arena: &'h Bump,
    budget: Budget,
    limits: Limits,
    max_bytes: usize,
    dialect: &'static Dialect,
    /// Tree node (by address) -> the one container that was made of it.
    thawed: RefCell<HashMap<usize, Value<'h>, BuildHasherDefault<AddressHasher>>>,
    spoilt: RefCell<Option<Refusal>>,
    hints: Option<&'h Hints>,
}

/// Containers that most renders look into.
const THAWED: usize = 256;

impl<'h> Heap<'h> {
    pub fn new(arena: &'h Bump, limits: &Limits, dialect: &'static Dialect) -> Self {
        Heap {
            arena,
            budget: Budget::new(limits),
            limits: limits.clone(),
            max_bytes: limits.bytes.saturating_add(used_bytes(arena)),
            dialect,
            thawed: RefCell::new(HashMap::with_capacity_and_hasher(THAWED, BuildHasherDefault::default())),
            spoilt: RefCell::default(),
            hints: None,
        }
    }

    /// The same, for a render whose templates have run before: what they look up is likely to stand where it stood.
    pub fn guided(self, hints: &'h Hints) -> Self {
        Heap { hints: Some(hints), ..self }
    }

    pub fn arena(&self) -> &'h Bump {
        self.arena
    }

    pub fn budget(&self) -> &Budget {
        &self.budget
    }

    /// The bounds that the budget was made of.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    pub(super) fn hints(&self) -> Option<&'h Hints> {
        self.hints
    }

    /// What the arena may grow to.
    pub fn max_bytes(&self) -> usize {
        self.max_bytes
    }

    pub fn dialect(&self) -> &'static Dialect {
        self.dialect
    }

    /// Takes `n` steps and refuses when the arena has grown beyond its bound. The executor calls it at every node;
    /// a function calls it before work whose size the input decides.
    #[inline]
    pub fn spend(&self, n: u64) -> Result<(), Exhausted> {
        if used_bytes(self.arena) > self.max_bytes {
            return Err(Exhausted::Bytes);
        }
        self.budget.spend(n)
    }

    /// Asks for `n` bytes *before* a result of that size is built (`repeat`, printf widths, `until`); costs fuel too.
    pub fn reserve(&self, n: usize) -> Result<(), Exhausted> {
        if used_bytes(self.arena).saturating_add(n) > self.max_bytes {
            return Err(Exhausted::Bytes);
        }
        self.budget.spend(n as u64 / 16)
    }

    /// Says why a value could not be had where no error can be told: a stand-in takes its place, and nothing that the
    /// render says from here on may be shown. The first reason stays.
    pub fn spoil(&self, why: Refusal) {
        self.spoilt.borrow_mut().get_or_insert(why);
    }

    /// Why the render must not be shown.
    pub fn spoilt(&self) -> Option<Refusal> {
        self.spoilt.borrow().clone()
    }

    /// A string copied into the arena.
    pub fn str(&self, text: impl AsRef<[u8]>) -> Value<'h> {
        Value::Str(self.bstr(text))
    }

    /// A string copied into the arena, bare.
    pub fn bstr(&self, text: impl AsRef<[u8]>) -> &'h BStr {
        BStr::new(self.arena.alloc_slice_copy(text.as_ref()))
    }

    pub fn bytes(&self, bytes: impl AsRef<[u8]>) -> Value<'h> {
        Value::Bytes(self.arena.alloc_slice_copy(bytes.as_ref()))
    }

    /// A list of the given type.
    pub fn list(&self, ty: ListType, items: &[Value<'h>]) -> Value<'h> {
        Value::List(self.arena.alloc(List::new(ty, self.arena.alloc_slice_copy(items))))
    }

    /// `[]interface{}`.
    pub fn any_list(&self, items: &[Value<'h>]) -> Value<'h> {
        self.list(ListType::Any, items)
    }

    /// A nil slice of the given type: `null` in JSON, empty everywhere else.
    pub fn nil_list(&self, ty: ListType) -> Value<'h> {
        Value::List(self.arena.alloc(List::nil(ty)))
    }

    /// `[]string`.
    pub fn str_list<S: AsRef<[u8]>>(&self, items: impl IntoIterator<Item = S>) -> Value<'h> {
        let items: Vec<_> = items.into_iter().map(|s| self.str(s)).collect();
        self.list(ListType::Str, &items)
    }

    /// An empty map of the given type.
    pub fn map(&self, ty: MapType) -> &'h Map<'h> {
        self.arena.alloc(Map::new(self.arena, ty))
    }

    /// A map whose values are made when they are first asked for.
    pub fn later_map<T: Later<'h> + 'h>(&self, ty: MapType, later: T) -> &'h Map<'h> {
        self.arena.alloc(Map::of_later(self.arena, self.arena.alloc(later), ty))
    }

    /// A nil map of the given type.
    pub fn nil_map(&self, ty: MapType) -> Value<'h> {
        Value::Map(self.arena.alloc(Map::nil(self.arena, ty)))
    }

    pub fn object<T: Object<'h> + 'h>(&self, object: T) -> Value<'h> {
        Value::Object(self.arena.alloc(object))
    }

    /// The value of a tree. The same node gives the same container every time.
    pub fn thaw(&self, tree: Tree<'h>) -> Value<'h> {
        match tree {
            Tree::Null => Value::Nil,
            Tree::Bool(b) => Value::Bool(b),
            Tree::Int(n) => Value::int64(n),
            Tree::Float(f) => Value::Float(f),
            Tree::Str(s) => Value::Str(s),
            Tree::Map(node) => Value::Map(self.thaw_map(node, MapType::Any)),
            Tree::List(node) => self.thaw_list(node),
        }
    }

    /// The map of a node; `ty` counts when the node is met for the first time.
    pub fn thaw_map(&self, node: &'h MapNode<'h>, ty: MapType) -> &'h Map<'h> {
        let address = std::ptr::from_ref(node) as usize;
        if let Some(Value::Map(map)) = self.thawed.borrow().get(&address) {
            return map;
        }
        let map: &'h Map<'h> = self.arena.alloc(Map::of_tree(self.arena, node, ty));
        self.thawed.borrow_mut().insert(address, Value::Map(map));
        map
    }

    fn thaw_list(&self, node: &'h ListNode<'h>) -> Value<'h> {
        let address = std::ptr::from_ref(node) as usize;
        if let Some(list) = self.thawed.borrow().get(&address) {
            return *list;
        }
        let list = Value::List(self.arena.alloc(List::of_tree(node)));
        self.thawed.borrow_mut().insert(address, list);
        list
    }
}

/// Addresses are already well spread; one multiplication is enough.
#[derive(Default)]
struct AddressHasher(u64);

impl Hasher for AddressHasher {
    fn write(&mut self, bytes: &[u8]) {
        for b in bytes {
            self.write_usize(usize::from(*b));
        }
    }

    fn write_usize(&mut self, n: usize) {
        self.0 = (self.0.rotate_left(5) ^ n as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::V4_3;

    /// The arena takes memory from the system in pieces, each as large as all before.
    #[test]
    fn what_is_taken_counts_not_what_there_is_room_for() {
        const BYTES: usize = 3 << 20;
        let arena = Bump::new();
        let heap = Heap::new(&arena, &Limits { bytes: BYTES, ..Limits::default() }, &V4_3);
        let kib = [0; 1024];
        let one = || {
            heap.str(kib);
            heap.spend(1)
        };
        let taken = (0..).take_while(|_| one().is_ok()).count() * kib.len();
        assert!((BYTES - (64 << 10)..=BYTES).contains(&taken), "{taken}");
    }
}
