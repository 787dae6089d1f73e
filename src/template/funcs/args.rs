//! Reading arguments that the executor has checked. Nothing here can fail: what the signature rules out reads as the
//! type's zero value.

use bstr::BStr;

use crate::value::{CallError, Map, Value};

pub(super) type Out<'h> = Result<Value<'h>, CallError>;

/// An argument of any type; a missing one is nil.
pub(super) fn any<'h>(args: &[Value<'h>], i: usize) -> Value<'h> {
    match args.get(i) {
        None | Some(Value::Invalid) => Value::Nil,
        Some(value) => *value,
    }
}

/// The arguments from `i` on: a variadic parameter.
pub(super) fn rest<'s, 'h>(args: &'s [Value<'h>], i: usize) -> &'s [Value<'h>] {
    args.get(i..).unwrap_or(&[])
}

pub(super) fn text<'h>(args: &[Value<'h>], i: usize) -> &'h BStr {
    any(args, i).as_str().unwrap_or_default()
}

pub(super) fn int(args: &[Value<'_>], i: usize) -> i64 {
    match any(args, i) {
        Value::Int(_, n) => n,
        Value::Uint(_, n) => n as i64,
        _ => 0,
    }
}

pub(super) fn float(args: &[Value<'_>], i: usize) -> f64 {
    match any(args, i) {
        Value::Float(f) => f,
        _ => 0.0,
    }
}

pub(super) fn flag(args: &[Value<'_>], i: usize) -> bool {
    matches!(any(args, i), Value::Bool(true))
}

/// A map; `None` for a nil one, which reads as empty and cannot be written to.
pub(super) fn map<'h>(args: &[Value<'h>], i: usize) -> Option<&'h Map<'h>> {
    as_map(any(args, i))
}

pub(super) fn as_map<'h>(value: Value<'h>) -> Option<&'h Map<'h>> {
    match value {
        Value::Map(map) if !map.is_nil() => Some(map),
        _ => None,
    }
}
