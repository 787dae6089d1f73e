//! A place inside of a document, and readers of what stands there that tell absent, null and wrong apart.

use super::document::DocId;
use super::path::Step;
use crate::value::{ListNode, MapNode, Pos, Tree};

/// A value of a document with its place. Cheap to copy.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Node<'m> {
    doc: DocId,
    /// Lines of the output before the text that the document was read from.
    base: u32,
    tree: Tree<'m>,
    /// Within that text.
    pos: Pos,
}

/// What a reader found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Field<'m, T> {
    /// No such key.
    Absent,
    /// The key is there, its value is null: for the API server as good as absent, for people often a mistake.
    Null(Node<'m>),
    /// Something of another type.
    Wrong(Node<'m>),
    Given(T),
}

impl<'m, T> Field<'m, T> {
    /// The value, if there is one of the right type.
    pub fn given(self) -> Option<T> {
        match self {
            Field::Given(value) => Some(value),
            _ => None,
        }
    }

    /// `None` for absent and null, the wrong node as an error: for readers that must not overlook it.
    pub fn or_wrong(self) -> Result<Option<T>, Node<'m>> {
        match self {
            Field::Given(value) => Ok(Some(value)),
            Field::Absent | Field::Null(_) => Ok(None),
            Field::Wrong(node) => Err(node),
        }
    }

    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Field<'m, U> {
        match self {
            Field::Given(value) => Field::Given(f(value)),
            Field::Absent => Field::Absent,
            Field::Null(node) => Field::Null(node),
            Field::Wrong(node) => Field::Wrong(node),
        }
    }
}

/// `intstr.IntOrString`, and resource quantities, which may be numbers too.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Quantity<'m> {
    Int(i64),
    Float(f64),
    Text(&'m str),
}

impl Quantity<'_> {
    /// As text, the way `%v` shows it: `8080`, `50%`, `1.5`.
    pub fn text(self) -> String {
        match self {
            Quantity::Int(n) => n.to_string(),
            Quantity::Float(n) => n.to_string(),
            Quantity::Text(t) => t.to_string(),
        }
    }
}

impl<'m> Node<'m> {
    pub(super) fn root(doc: DocId, base: u32, tree: Tree<'m>, pos: Pos) -> Self {
        Node { doc, base, tree, pos }
    }

    /// A child of the same document.
    fn child(self, tree: Tree<'m>, pos: Pos) -> Self {
        Node { tree, pos, ..self }
    }

    /// The same place, known by another document (items of a `List`).
    pub(super) fn owned_by(self, doc: DocId) -> Self {
        Node { doc, ..self }
    }

    pub fn doc(self) -> DocId {
        self.doc
    }

    /// The value itself. The places inside of it count from the document's text: go through nodes for places.
    pub fn tree(self) -> Tree<'m> {
        self.tree
    }

    /// Where it stands in the output: the place of its key, or of itself as an item of a list. Line and column from 1.
    pub fn pos(self) -> Pos {
        Pos { line: self.base + self.pos.line, ..self.pos }
    }

    pub fn line(self) -> u32 {
        self.base + self.pos.line
    }

    /// The value of a key, a null too. `None` where this is no map.
    pub fn get(self, key: &str) -> Option<Node<'m>> {
        let entry = self.tree.as_map()?.get(key.as_bytes())?;
        Some(self.child(entry.value, entry.pos))
    }

    /// [`Node::get`], key after key: `dig("spec.template.spec")`. Keys with dots need [`Node::at`].
    pub fn dig(self, keys: &str) -> Option<Node<'m>> {
        keys.split('.').try_fold(self, Node::get)
    }

    pub fn index(self, index: usize) -> Option<Node<'m>> {
        let Tree::List(list) = self.tree else { return None };
        list.items().get(index).map(|(tree, pos)| self.child(*tree, *pos))
    }

    pub fn at(self, path: &[Step]) -> Option<Node<'m>> {
        path.iter().try_fold(self, |node, step| match step {
            Step::Key(key) => node.get(key),
            Step::Index(index) => node.index(*index),
        })
    }

    /// The items of a list; of anything else none.
    pub fn items(self) -> impl Iterator<Item = Node<'m>> + use<'m> {
        let items = match self.tree {
            Tree::List(list) => list.items(),
            _ => &[],
        };
        items.iter().map(move |(tree, pos)| self.child(*tree, *pos))
    }

    /// The entries of a map by key; of anything else none. A key that is not UTF-8 is passed over: YAML has none.
    pub fn entries(self) -> impl Iterator<Item = (&'m str, Node<'m>)> + use<'m> {
        let entries = self.tree.as_map().map_or(&[][..], MapNode::entries);
        entries.iter().filter_map(move |e| Some((std::str::from_utf8(e.key).ok()?, self.child(e.value, e.pos))))
    }

    pub fn is_null(self) -> bool {
        self.tree == Tree::Null
    }

    /// This value as a string.
    pub fn as_str(self) -> Field<'m, &'m str> {
        self.read(|tree| match tree {
            Tree::Str(text) => std::str::from_utf8(text).ok(),
            _ => None,
        })
    }

    pub fn as_bool(self) -> Field<'m, bool> {
        self.read(|tree| match tree {
            Tree::Bool(b) => Some(b),
            _ => None,
        })
    }

    /// A whole number; `3.0` is one, as it is for the API server.
    pub fn as_int(self) -> Field<'m, i64> {
        self.read(|tree| match tree {
            Tree::Int(n) => Some(n),
            // Exact up to 2^53, and no field of the API goes further.
            Tree::Float(n) if n.fract() == 0.0 && n.abs() <= 9_007_199_254_740_992.0 => Some(n as i64),
            _ => None,
        })
    }

    pub fn as_quantity(self) -> Field<'m, Quantity<'m>> {
        self.read(|tree| match tree {
            Tree::Int(n) => Some(Quantity::Int(n)),
            Tree::Float(n) => Some(Quantity::Float(n)),
            Tree::Str(text) => std::str::from_utf8(text).ok().map(Quantity::Text),
            _ => None,
        })
    }

    pub fn as_map(self) -> Field<'m, &'m MapNode<'m>> {
        self.read(Tree::as_map)
    }

    pub fn as_list(self) -> Field<'m, &'m ListNode<'m>> {
        self.read(|tree| match tree {
            Tree::List(list) => Some(list),
            _ => None,
        })
    }

    fn read<T>(self, f: impl FnOnce(Tree<'m>) -> Option<T>) -> Field<'m, T> {
        match self.tree {
            Tree::Null => Field::Null(self),
            tree => f(tree).map_or(Field::Wrong(self), Field::Given),
        }
    }

    /// A string below a key.
    pub fn str(self, key: &str) -> Field<'m, &'m str> {
        self.get(key).map_or(Field::Absent, Node::as_str)
    }

    pub fn bool(self, key: &str) -> Field<'m, bool> {
        self.get(key).map_or(Field::Absent, Node::as_bool)
    }

    pub fn int(self, key: &str) -> Field<'m, i64> {
        self.get(key).map_or(Field::Absent, Node::as_int)
    }

    pub fn quantity(self, key: &str) -> Field<'m, Quantity<'m>> {
        self.get(key).map_or(Field::Absent, Node::as_quantity)
    }

    /// A key that has a value other than null.
    pub fn present(self, key: &str) -> Option<Node<'m>> {
        self.get(key).filter(|node| !node.is_null())
    }

    /// The items of the list below a key.
    pub fn list(self, key: &str) -> impl Iterator<Item = Node<'m>> + use<'m> {
        self.get(key).into_iter().flat_map(Node::items)
    }

    /// The entries of the map below a key.
    pub fn map(self, key: &str) -> impl Iterator<Item = (&'m str, Node<'m>)> + use<'m> {
        self.get(key).into_iter().flat_map(Node::entries)
    }
}
