//! The document while it is read: tables that grow, by their keys, and which keys may still be defined.
//! Source: parse.go, `addContext` and `setValue`.

use std::collections::{BTreeMap, HashMap, HashSet};

use bstr::{BStr, BString};

use super::decode::Problem;
use super::key;
use crate::dialect::TomlRelease;
use crate::value::{Heap, ListType, Map, MapType, Value};

pub(super) type Key = Vec<BString>;

/// Go's text of a key, by which the library remembers what it knows about it.
pub(super) fn text(key: &[BString]) -> BString {
    key::dotted(key.iter().map(|piece| BStr::new(piece.as_slice())))
}

/// Index into [`Tables::all`]. A table inside of another has the higher one.
type Id = usize;

enum Node<'h> {
    Leaf(Value<'h>),
    Table(Id),
    /// `[[name]]`
    Tables(Vec<Id>),
}

/// All tables of the document; the first is the root.
pub(super) struct Tables<'h> {
    all: Vec<BTreeMap<BString, Node<'h>>>,
    /// Keys that came into being because something inside of them was defined.
    implicit: HashSet<BString>,
    /// Whether the value of a key is an array; of the last value that was set there.
    arrays: HashMap<BString, bool>,
    release: TomlRelease,
}

impl<'h> Tables<'h> {
    pub fn new(release: TomlRelease) -> Self {
        Tables { all: vec![BTreeMap::new()], implicit: HashSet::new(), arrays: HashMap::new(), release }
    }

    pub fn set_implicit(&mut self, key: &[BString]) {
        self.implicit.insert(text(key));
    }

    pub fn set_array(&mut self, key: &[BString], is_array: bool) {
        self.arrays.insert(text(key), is_array);
    }

    fn add_table(&mut self) -> Id {
        self.all.push(BTreeMap::new());
        self.all.len() - 1
    }

    /// The table that a node leads to; none for a value.
    fn table(&self, id: Id, key: &BString) -> Option<Id> {
        match self.all.get(id)?.get(key)? {
            Node::Table(id) => Some(*id),
            Node::Tables(ids) => ids.last().copied(),
            Node::Leaf(_) => None,
        }
    }

    /// The table in which the last piece of a key belongs, after its parents; those that are missing are made.
    pub fn descend(&mut self, parents: &[BString]) -> Result<Id, Problem> {
        let mut id = 0;
        for (i, piece) in parents.iter().enumerate() {
            let at = &parents[..=i];
            if !self.all[id].contains_key(piece) {
                self.set_implicit(at);
                let new = self.add_table();
                self.all[id].insert(piece.clone(), Node::Table(new));
            }
            let Some(inner) = self.table(id, piece) else {
                return Err(Problem::Context(format!("Key '{}' was already created as a hash.", text(at))));
            };
            id = inner;
        }
        Ok(id)
    }

    /// Makes a table in the one that [`Tables::descend`] found, or one more of an array of tables.
    pub fn open(&mut self, table: Id, parents: &[BString], last: &BString, array: bool) -> Result<(), Problem> {
        let new = self.add_table();
        if !array {
            return self.set(parents, last, Node::Table(new));
        }
        match self.all[table].entry(last.clone()).or_insert_with(|| Node::Tables(Vec::new())) {
            Node::Tables(ids) => {
                ids.push(new);
                Ok(())
            }
            _ => {
                let key = text(&[parents, std::slice::from_ref(last)].concat());
                Err(Problem::Context(format!("Key '{key}' was already created and cannot be used as an array.")))
            }
        }
    }

    /// Sets a value in the table of a context that is open.
    pub fn set_value(&mut self, context: &[BString], name: &BString, value: Value<'h>) -> Result<(), Problem> {
        self.set(context, name, Node::Leaf(value))
    }

    fn set(&mut self, context: &[BString], name: &BString, node: Node<'h>) -> Result<(), Problem> {
        let mut id = 0;
        for (i, piece) in context.iter().enumerate() {
            if !self.all[id].contains_key(piece) {
                let key = text(&context[..=i]);
                return Err(Problem::Bug(format!("Context for key '{key}' has not been established.")));
            }
            let Some(inner) = self.table(id, piece) else {
                let key = text(&context[..=i]);
                return Err(Problem::Context(format!("Key '{key}' has already been defined.")));
            };
            id = inner;
        }
        if self.all[id].contains_key(name) {
            let key = text(&[context, std::slice::from_ref(name)].concat());
            let was_implicit = self.implicit.remove(&key);
            let overwrites = self.release < TomlRelease::V1_6 && self.arrays.get(&key) == Some(&true);
            if !was_implicit && !overwrites {
                return Err(Problem::Context(format!("Key '{key}' has already been defined.")));
            }
            // What was defined implicitly stays; only an array takes the place of the tables that its items made.
            if !self.arrays.get(&key).is_some_and(|is_array| *is_array) {
                return Ok(());
            }
        }
        self.all[id].insert(name.clone(), node);
        Ok(())
    }

    /// The root as a map.
    pub fn into_map(self, heap: &Heap<'h>) -> &'h Map<'h> {
        let maps: Vec<&'h Map<'h>> = self.all.iter().map(|_| heap.map(MapType::Any)).collect();
        for (map, entries) in maps.iter().zip(&self.all) {
            for (name, node) in entries {
                let value = match node {
                    Node::Leaf(value) => *value,
                    Node::Table(id) => Value::Map(maps[*id]),
                    Node::Tables(ids) => {
                        let tables: Vec<_> = ids.iter().map(|id| Value::Map(maps[*id])).collect();
                        heap.list(ListType::Maps, &tables)
                    }
                };
                map.set(heap, heap.bstr(name), value);
            }
        }
        maps[0]
    }
}
