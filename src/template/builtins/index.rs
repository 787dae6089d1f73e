//! `index` and `len`. (Go's `slice` is hidden by Sprig's.)

use super::Result;
use crate::value::{CallError, Heap, MapType, UintType, Value};

pub(super) fn index<'h>(heap: &Heap<'h>, item: Value<'h>, indexes: &[Value<'h>]) -> Result<Value<'h>> {
    if matches!(item, Value::Invalid | Value::Nil) {
        return Err(CallError::failed("index of untyped nil"));
    }
    indexes.iter().try_fold(item, |item, index| step(heap, item, *index))
}

fn step<'h>(heap: &Heap<'h>, item: Value<'h>, index: Value<'h>) -> Result<Value<'h>> {
    match item {
        Value::Invalid | Value::Nil => Err(CallError::failed("index of nil pointer")),
        Value::Str(text) => {
            let at = position(heap, index, text.len())?;
            byte(text.get(at)).ok_or_else(|| CallError::failed("reflect: string index out of range"))
        }
        Value::Bytes(bytes) => {
            let at = position(heap, index, bytes.len())?;
            byte(bytes.get(at)).ok_or_else(out_of_range)
        }
        Value::List(list) => {
            let at = position(heap, index, list.len())?;
            list.items(heap).get(at).copied().ok_or_else(out_of_range)
        }
        Value::Map(map) => match index {
            Value::Str(key) => Ok(map.get(heap, key).unwrap_or(match map.ty() {
                MapType::Any | MapType::Values => Value::Nil,
                MapType::Str => Value::str(""),
                MapType::Files => Value::Bytes(&[]),
            })),
            Value::Invalid | Value::Nil => Err(CallError::failed("value is nil; should be of type string")),
            other => Err(CallError::failed(format!("value has type {}; should be string", other.type_name(heap)))),
        },
        other => Err(CallError::failed(format!("can't index item of type {}", pointed_type(heap, other)))),
    }
}

fn byte<'h>(byte: Option<&u8>) -> Option<Value<'h>> {
    byte.map(|b| Value::Uint(UintType::Uint8, u64::from(*b)))
}

fn out_of_range() -> CallError {
    CallError::failed("reflect: slice index out of range")
}

/// `indexArg`: the length itself passes here, and is refused by reflect.
fn position<'h>(heap: &Heap<'h>, index: Value<'h>, len: usize) -> Result<usize> {
    let n = match index {
        Value::Int(_, n) => n,
        Value::Uint(_, n) => n as i64,
        Value::Invalid | Value::Nil => return Err(CallError::failed("cannot index slice/array with nil")),
        other => {
            let ty = other.type_name(heap);
            return Err(CallError::failed(format!("cannot index slice/array with type {ty}")));
        }
    };
    match usize::try_from(n) {
        Ok(at) if at <= len => Ok(at),
        _ => Err(CallError::failed(format!("index out of range: {n}"))),
    }
}

pub(super) fn len<'h>(heap: &Heap<'h>, item: Value<'h>) -> Result<Value<'h>> {
    let len = match item {
        Value::Str(text) => text.len(),
        Value::Bytes(bytes) => bytes.len(),
        Value::List(list) => list.len(),
        Value::Map(map) => map.len(),
        Value::Nil => return Err(CallError::failed("len of nil pointer")),
        Value::Invalid => return Err(CallError::failed("reflect: call of reflect.Value.Type on zero Value")),
        other => return Err(CallError::failed(format!("len of type {}", pointed_type(heap, other)))),
    };
    Ok(Value::int(len as i64))
}

/// The type of what a pointer points to.
fn pointed_type<'h>(heap: &Heap<'h>, value: Value<'h>) -> String {
    match value {
        Value::Object(object) => object.type_name(heap),
        other => other.type_name(heap),
    }
}
