//! Go's slices. Only one function that a template can call changes a slice in place (`sortAlpha` a `[]string`), so a
//! list's items are as good as fixed.

use std::cell::Cell;

use super::tree::ListNode;
use super::{Heap, Value};

/// The element type; it shows in `typeOf`, in `%T` and in what a function accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListType {
    /// `[]interface {}`
    Any,
    /// `[]string`
    Str,
    /// `[]int`
    Int,
    /// `[][]interface {}`, made by `chunk`.
    Lists,
    /// `[]map[string]interface {}`, an array of tables that `fromToml` read.
    Maps,
    /// `[][]string`
    StrLists,
    /// `VersionSet`, a named `[]string` with a method `Has`.
    VersionSet,
    /// A slice of structs or of pointers to them, by Go's name of the slice: `[]*chart.Maintainer`.
    Structs(&'static str),
}

/// A slice with its element type.
pub struct List<'h> {
    ty: ListType,
    nil: bool,
    state: Cell<State<'h>>,
}

#[derive(Clone, Copy)]
enum State<'h> {
    Tree(&'h ListNode<'h>),
    Items(&'h [Value<'h>]),
}

impl<'h> List<'h> {
    pub(super) fn new(ty: ListType, items: &'h [Value<'h>]) -> Self {
        List { ty, nil: false, state: Cell::new(State::Items(items)) }
    }

    pub(super) fn nil(ty: ListType) -> Self {
        List { ty, nil: true, state: Cell::new(State::Items(&[])) }
    }

    pub(super) fn of_tree(node: &'h ListNode<'h>) -> Self {
        List { ty: ListType::Any, nil: false, state: Cell::new(State::Tree(node)) }
    }

    pub fn ty(&self) -> ListType {
        self.ty
    }

    pub fn is_nil(&self) -> bool {
        self.nil
    }

    pub fn len(&self) -> usize {
        match self.state.get() {
            State::Tree(node) => node.items().len(),
            State::Items(items) => items.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Puts other items in place of the list's own; whoever holds the list sees them.
    pub fn replace(&self, heap: &Heap<'h>, items: &[Value<'h>]) {
        self.state.set(State::Items(heap.arena().alloc_slice_copy(items)));
    }

    /// The items; copied out of the tree when first asked for.
    pub fn items(&self, heap: &Heap<'h>) -> &'h [Value<'h>] {
        match self.state.get() {
            State::Items(items) => items,
            State::Tree(node) => {
                let trees = node.items();
                let items: &'h [Value<'h>] = heap.arena().alloc_slice_fill_with(trees.len(), |i| heap.thaw(trees[i].0));
                self.state.set(State::Items(items));
                items
            }
        }
    }
}
