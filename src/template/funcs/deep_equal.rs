//! `reflect.DeepEqual`: types count, `int` 1 is not `int64` 1, a nil list is not an empty one.

use crate::limits::Exhausted;
use crate::value::{Heap, List, Map, Object, Value};

pub(super) fn deep_equal<'h>(heap: &Heap<'h>, a: Value<'h>, b: Value<'h>) -> Result<bool, Exhausted> {
    equal(heap, a, b, 0)
}

fn equal<'h>(heap: &Heap<'h>, a: Value<'h>, b: Value<'h>, depth: u32) -> Result<bool, Exhausted> {
    heap.spend(1)?;
    if depth > heap.budget().max_depth() {
        return Err(Exhausted::Depth);
    }
    Ok(match (a, b) {
        (Value::Nil | Value::Invalid, Value::Nil | Value::Invalid) => true,
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::Int(ta, a), Value::Int(tb, b)) => ta == tb && a == b,
        (Value::Uint(ta, a), Value::Uint(tb, b)) => ta == tb && a == b,
        (Value::Float(a), Value::Float(b)) => a == b,
        (Value::Complex(ar, ai), Value::Complex(br, bi)) => ar == br && ai == bi,
        (Value::Str(a), Value::Str(b)) => {
            heap.spend(a.len() as u64 / 64)?;
            a == b
        }
        (Value::Bytes(a), Value::Bytes(b)) => a == b,
        (Value::List(a), Value::List(b)) => return lists(heap, a, b, depth),
        (Value::Map(a), Value::Map(b)) => return maps(heap, a, b, depth),
        (Value::Object(a), Value::Object(b)) => return objects(heap, a, b, depth),
        _ => false,
    })
}

fn lists<'h>(heap: &Heap<'h>, a: &'h List<'h>, b: &'h List<'h>, depth: u32) -> Result<bool, Exhausted> {
    if a.ty() != b.ty() || a.is_nil() != b.is_nil() || a.len() != b.len() {
        return Ok(false);
    }
    if std::ptr::eq(a, b) {
        return Ok(true);
    }
    for (x, y) in a.items(heap).iter().zip(b.items(heap)) {
        if !equal(heap, *x, *y, depth + 1)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn maps<'h>(heap: &Heap<'h>, a: &'h Map<'h>, b: &'h Map<'h>, depth: u32) -> Result<bool, Exhausted> {
    if a.ty() != b.ty() || a.is_nil() != b.is_nil() || a.len() != b.len() {
        return Ok(false);
    }
    if std::ptr::eq(a, b) {
        return Ok(true);
    }
    for ((ka, x), (kb, y)) in a.entries(heap).into_iter().zip(b.entries(heap)) {
        if ka != kb || !equal(heap, x, y, depth + 1)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Structs are equal by their fields. What they show as text stands for fields that nobody can reach.
fn objects<'h>(heap: &Heap<'h>, a: &'h dyn Object<'h>, b: &'h dyn Object<'h>, depth: u32) -> Result<bool, Exhausted> {
    if std::ptr::addr_eq(a, b) {
        return Ok(true);
    }
    if a.type_name(heap) != b.type_name(heap) || a.is_pointer() != b.is_pointer() || a.text(heap) != b.text(heap) {
        return Ok(false);
    }
    for (x, y) in a.fields(heap).into_iter().zip(b.fields(heap)) {
        if !equal(heap, x.value, y.value, depth + 1)? {
            return Ok(false);
        }
    }
    Ok(true)
}
