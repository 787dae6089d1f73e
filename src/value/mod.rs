//! Go's values as a template sees them, and the immutable trees that values files become.
//!
//! A [`Value`] is small and `Copy`. Maps and lists live in the arena of one render and keep their identity, so that
//! `set` through one name is seen through every other, as in Go. Defaults that nobody touches stay in the shared
//! [`Tree`]s of the chart: a container is copied out of its tree one level at a time, when it is first looked into.

mod heap;
mod hints;
mod json;
mod list;
mod map;
mod merge;
mod object;
mod signature;
mod sources;
mod tree;
mod truth;
mod types;

pub use heap::Heap;
pub use hints::Hints;
pub use json::to_json;
pub use list::{List, ListType};
pub use map::{Later, Map, MapType};
pub use merge::merge_maps;
pub use object::{Field, Object};
pub use signature::{CallError, Signature, Ty};
pub use sources::{Source, Sources, position};
pub use tree::{Entry, ListNode, MapNode, Origin, Pos, Tree};
pub use truth::truth;
pub use types::{IntType, Kind, UintType};

use bstr::BStr;

/// A Go value. Strings are bytes, as in Go.
#[derive(Clone, Copy)]
pub enum Value<'h> {
    /// `reflect.Value{}`: nothing at all, the value of an empty pipeline. Prints `<no value>`.
    Invalid,
    /// `interface{}(nil)`: a null in values, a key that is missing from a map of any.
    Nil,
    Bool(bool),
    Int(IntType, i64),
    Uint(UintType, u64),
    Float(f64),
    /// `complex128`; only a literal can make one.
    Complex(f64, f64),
    Str(&'h BStr),
    /// `[]byte`.
    Bytes(&'h [u8]),
    List(&'h List<'h>),
    Map(&'h Map<'h>),
    /// A struct (or pointer to one) with fields and methods.
    Object(&'h dyn Object<'h>),
}

impl<'h> Value<'h> {
    /// Go's `int`.
    pub const fn int(n: i64) -> Self {
        Value::Int(IntType::Int, n)
    }

    /// Go's `int64`.
    pub const fn int64(n: i64) -> Self {
        Value::Int(IntType::Int64, n)
    }

    /// A string that outlives the heap.
    pub fn str(text: &'h str) -> Self {
        Value::Str(BStr::new(text))
    }

    /// The bytes of a string value.
    pub fn as_str(self) -> Option<&'h BStr> {
        match self {
            Value::Str(s) => Some(s),
            _ => None,
        }
    }

    /// Whether this is one of the two nils, or a map or list that was never made.
    pub fn is_nil(self) -> bool {
        match self {
            Value::Invalid | Value::Nil => true,
            Value::Map(m) => m.is_nil(),
            Value::List(l) => l.is_nil(),
            _ => false,
        }
    }
}
