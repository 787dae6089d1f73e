//! `eq`, `lt` and what follows from them. Numbers of different kinds do not compare, signed and unsigned integers do.

use super::Result;
use crate::go::fmt;
use crate::value::{CallError, Heap, Kind, Object, Value};

/// Kinds that have an order or at least equality of their own (`basicKind`).
#[derive(PartialEq)]
enum Basic {
    Bool,
    Complex,
    Int,
    Float,
    String,
    Uint,
}

fn basic(value: Value<'_>) -> Option<Basic> {
    Some(match value {
        Value::Bool(_) => Basic::Bool,
        Value::Int(..) => Basic::Int,
        Value::Uint(..) => Basic::Uint,
        Value::Float(_) => Basic::Float,
        Value::Complex(..) => Basic::Complex,
        Value::Str(_) => Basic::String,
        _ => return None,
    })
}

/// Whether the first equals any of the others.
pub(super) fn eq<'h>(heap: &Heap<'h>, first: Value<'h>, others: &[Value<'h>]) -> Result<bool> {
    if others.is_empty() {
        return Err(CallError::failed("missing argument for comparison"));
    }
    for other in others {
        if equal(heap, first, *other)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn equal<'h>(heap: &Heap<'h>, a: Value<'h>, b: Value<'h>) -> Result<bool> {
    Ok(match (a, b) {
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::Int(_, a), Value::Int(_, b)) => a == b,
        (Value::Uint(_, a), Value::Uint(_, b)) => a == b,
        (Value::Int(_, a), Value::Uint(_, b)) | (Value::Uint(_, b), Value::Int(_, a)) => u64::try_from(a) == Ok(b),
        (Value::Float(a), Value::Float(b)) => a == b,
        (Value::Complex(a, b), Value::Complex(c, d)) => a == c && b == d,
        (Value::Str(a), Value::Str(b)) => a == b,
        _ if basic(a) != basic(b) => {
            let nil = |v| matches!(v, Value::Invalid | Value::Nil);
            if !nil(a) && !nil(b) {
                return Err(incompatible(heap, a, b));
            }
            false
        }
        _ => return equal_others(heap, a, b),
    })
}

/// Maps, slices, structs and nils.
fn equal_others<'h>(heap: &Heap<'h>, a: Value<'h>, b: Value<'h>) -> Result<bool> {
    let (ka, kb) = (a.kind(), b.kind());
    if ka != kb && ka != Kind::Invalid && kb != Kind::Invalid {
        let shown_a = shown(heap, "%s", a)?;
        let shown_b = shown(heap, "%v", b)?;
        let (ta, tb) = (a.type_name(heap), b.type_name(heap));
        return Err(CallError::failed(format!("non-comparable types {shown_a}: {ta}, {tb}: {shown_b}")));
    }
    if a.is_nil() || b.is_nil() {
        return Ok(a.is_nil() == b.is_nil());
    }
    match (a, b) {
        (Value::Object(a), Value::Object(b)) if a.is_pointer() => {
            Ok(std::ptr::addr_eq(std::ptr::from_ref(a), std::ptr::from_ref(b)))
        }
        (Value::Object(x), Value::Object(y)) if comparable(heap, y) => {
            Ok(x.type_name(heap) == y.type_name(heap) && x.same_inside(y) && equal_fields(heap, x, y)?)
        }
        _ => Err(CallError::failed(format!("non-comparable type {}: {}", shown(heap, "%s", b)?, b.type_name(heap)))),
    }
}

/// A struct is comparable when all of its fields are.
fn comparable<'h>(heap: &Heap<'h>, object: &'h dyn Object<'h>) -> bool {
    object.fields(heap).iter().all(|field| match field.value {
        Value::Map(_) | Value::List(_) | Value::Bytes(_) => false,
        Value::Object(inner) => inner.is_pointer() || comparable(heap, inner),
        _ => true,
    })
}

fn equal_fields<'h>(heap: &Heap<'h>, a: &'h dyn Object<'h>, b: &'h dyn Object<'h>) -> Result<bool> {
    for (a, b) in a.fields(heap).iter().zip(&b.fields(heap)) {
        if !equal(heap, a.value, b.value)? {
            return Ok(false);
        }
    }
    Ok(true)
}

pub(super) fn lt<'h>(heap: &Heap<'h>, a: Value<'h>, b: Value<'h>) -> Result<bool> {
    let unordered = || CallError::failed("invalid type for comparison");
    let (Some(ka), Some(kb)) = (basic(a), basic(b)) else { return Err(unordered()) };
    Ok(match (a, b) {
        (Value::Int(_, a), Value::Int(_, b)) => a < b,
        (Value::Uint(_, a), Value::Uint(_, b)) => a < b,
        (Value::Int(_, a), Value::Uint(_, b)) => u64::try_from(a).map_or(true, |a| a < b),
        (Value::Uint(_, a), Value::Int(_, b)) => u64::try_from(b).is_ok_and(|b| a < b),
        (Value::Float(a), Value::Float(b)) => a < b,
        (Value::Str(a), Value::Str(b)) => a < b,
        _ if ka != kb => return Err(incompatible(heap, a, b)),
        _ => return Err(unordered()),
    })
}

pub(super) fn le<'h>(heap: &Heap<'h>, a: Value<'h>, b: Value<'h>) -> Result<bool> {
    Ok(lt(heap, a, b)? || equal(heap, a, b)?)
}

fn incompatible<'h>(heap: &Heap<'h>, a: Value<'h>, b: Value<'h>) -> CallError {
    if !heap.dialect().names_compared_types {
        return CallError::failed("incompatible types for comparison");
    }
    let (a, b) = (a.type_name(heap), b.type_name(heap));
    CallError::failed(format!("incompatible types for comparison: {a} and {b}"))
}

fn shown<'h>(heap: &Heap<'h>, format: &str, value: Value<'h>) -> Result<String> {
    Ok(fmt::sprintf(heap, format.as_bytes(), &[value])?.to_string())
}
