//! `deepCopy`: maps and lists all the way down, with identities of their own.
//! Source: mitchellh/copystructure 1.2.0, reflectwalk 1.0.2.

use super::panics::reflect_kind;
use crate::limits::Exhausted;
use crate::value::{CallError, Heap, Kind, Value};

/// A copy that shares no container with the original. Nil itself cannot be copied: Go panics.
pub(super) fn deep_copy<'h>(heap: &Heap<'h>, value: Value<'h>) -> Result<Value<'h>, CallError> {
    match value {
        Value::Nil | Value::Invalid => Err(reflect_kind("Type", Kind::Invalid)),
        value => Ok(copy(heap, value, 0)?),
    }
}

fn copy<'h>(heap: &Heap<'h>, value: Value<'h>, depth: u32) -> Result<Value<'h>, Exhausted> {
    heap.spend(1)?;
    if depth > heap.budget().max_depth() {
        return Err(Exhausted::Depth);
    }
    Ok(match value {
        Value::Map(map) if map.is_nil() => heap.nil_map(map.ty()),
        Value::Map(map) => {
            let new = heap.map(map.ty());
            for (key, item) in map.entries(heap) {
                new.set(heap, key, copy(heap, item, depth + 1)?);
            }
            Value::Map(new)
        }
        Value::List(list) if list.is_nil() => heap.nil_list(list.ty()),
        Value::List(list) => {
            let mut items = Vec::with_capacity(list.len());
            for item in list.items(heap) {
                items.push(copy(heap, *item, depth + 1)?);
            }
            heap.list(list.ty(), &items)
        }
        // Strings and bytes never change in place; structs of Go's libraries are immutable to templates.
        other => other,
    })
}
