//! `Values` (Helm: pkg/chart/common/values.go), which is what `.Values` and the root context are.

use bstr::ByteSlice;

use super::{Own, yaml};
use crate::go::strconv;
use crate::value::{CallError, Heap, Map, MapType, Ty, Value};

pub(super) const METHODS: &[Own] = &[
    Own::new("AsMap", &[], |heap, receiver, _| as_map(heap, receiver)),
    // No template can get hold of a writer: the call fails before it begins.
    Own::new("Encode", &[Ty::Object("io.Writer")], |_, _, _| Err(no_writer())),
    Own::new("PathValue", &[Ty::Str], |heap, receiver, args| path_value(heap, receiver, path(args))),
    Own::new("Table", &[Ty::Str], |heap, receiver, args| table(heap, receiver, path(args))),
    Own::new("YAML", &[], |heap, receiver, _| Ok(heap.str(yaml(heap, receiver)?))),
];

/// See [`super::initials`].
pub(super) const INITIALS: u32 = super::initials(METHODS);

type Result<'h> = std::result::Result<Value<'h>, CallError>;

fn path<'h>(args: &[Value<'h>]) -> &'h [u8] {
    args.first().and_then(|arg| arg.as_str()).map_or(b"", |s| s.as_bytes())
}

fn no_writer() -> CallError {
    CallError::failed("runtime error: invalid memory address or nil pointer dereference")
}

fn as_map<'h>(heap: &Heap<'h>, receiver: Value<'h>) -> Result<'h> {
    match receiver {
        Value::Map(map) if !map.is_empty() => Ok(Value::Map(map.view(heap, MapType::Any))),
        _ => Ok(Value::Map(heap.map(MapType::Any))),
    }
}

fn table<'h>(heap: &Heap<'h>, receiver: Value<'h>, path: &[u8]) -> Result<'h> {
    let mut at = receiver;
    for name in path.split_str(".") {
        at = lookup(heap, at, name)
            .ok_or_else(|| CallError::failed(format!("{} is not a table", strconv::quote(name))))?;
    }
    Ok(at)
}

/// `tableLookup`: a map, seen as `Values`.
fn lookup<'h>(heap: &Heap<'h>, values: Value<'h>, name: &[u8]) -> Option<Value<'h>> {
    match entry(heap, values, name)? {
        Value::Map(map) if is_table(map) => Some(Value::Map(map.view(heap, MapType::Values))),
        _ => None,
    }
}

fn is_table(map: &Map<'_>) -> bool {
    matches!(map.ty(), MapType::Any | MapType::Values)
}

fn entry<'h>(heap: &Heap<'h>, values: Value<'h>, key: &[u8]) -> Option<Value<'h>> {
    if let Value::Map(map) = values { map.get(heap, key) } else { None }
}

/// A value that is no table, by its path.
fn path_value<'h>(heap: &Heap<'h>, receiver: Value<'h>, path: &[u8]) -> Result<'h> {
    if path.is_empty() {
        return Err(CallError::failed("YAML path cannot be empty"));
    }
    let (tables, key) = path.rsplit_once_str(".").map_or((None, path), |(tables, key)| (Some(tables), key));
    let holder = match tables {
        Some(tables) => table(heap, receiver, tables).ok(),
        None => Some(receiver),
    };
    match holder.and_then(|holder| entry(heap, holder, key)) {
        // Only a plain map counts as a table here (`istable`).
        Some(value) if !matches!(value, Value::Map(map) if map.ty() == MapType::Any) => Ok(value),
        _ => Err(CallError::failed(format!("{} is not a value", strconv::quote(key)))),
    }
}
