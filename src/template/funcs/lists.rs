//! Lists. Sprig treats whatever reflect calls a slice as a list, strings of bytes included.
//! Source: sprig list.go. Its functions without `must` panic with the error that their twin returns, which a template
//! cannot tell apart: both are one row's body here.

use super::args::{Out, any, int, rest};
use super::deep_equal::deep_equal;
use super::defaults::empty;
use super::panics::{negative_length, nil_dereference};
use super::{Body, Call, Func};
use crate::value::{CallError, ListType, Ty, UintType, Value};

pub(super) const FUNCS: &[Func] = &[
    Func::new("append", &[Ty::Any, Ty::Any], PUSH),
    Func::new("chunk", &[Ty::Int, Ty::Any], CHUNK),
    Func::new("compact", &[Ty::Any], COMPACT),
    Func::new("concat", &[], concat).variadic(Ty::Any),
    Func::new("first", &[Ty::Any], FIRST),
    Func::new("has", &[Ty::Any, Ty::Any], HAS),
    Func::new("initial", &[Ty::Any], INITIAL),
    Func::new("last", &[Ty::Any], LAST),
    Func::new("list", &[], LIST).variadic(Ty::Any),
    Func::new("mustAppend", &[Ty::Any, Ty::Any], PUSH),
    Func::new("mustChunk", &[Ty::Int, Ty::Any], CHUNK),
    Func::new("mustCompact", &[Ty::Any], COMPACT),
    Func::new("mustFirst", &[Ty::Any], FIRST),
    Func::new("mustHas", &[Ty::Any, Ty::Any], HAS),
    Func::new("mustInitial", &[Ty::Any], INITIAL),
    Func::new("mustLast", &[Ty::Any], LAST),
    Func::new("mustPrepend", &[Ty::Any, Ty::Any], PREPEND),
    Func::new("mustPush", &[Ty::Any, Ty::Any], PUSH),
    Func::new("mustRest", &[Ty::Any], REST),
    Func::new("mustReverse", &[Ty::Any], REVERSE),
    Func::new("mustSlice", &[Ty::Any], SLICE).variadic(Ty::Any),
    Func::new("mustUniq", &[Ty::Any], UNIQ),
    Func::new("mustWithout", &[Ty::Any], WITHOUT).variadic(Ty::Any),
    Func::new("prepend", &[Ty::Any, Ty::Any], PREPEND),
    Func::new("push", &[Ty::Any, Ty::Any], PUSH),
    Func::new("rest", &[Ty::Any], REST),
    Func::new("reverse", &[Ty::Any], REVERSE),
    Func::new("slice", &[Ty::Any], SLICE).variadic(Ty::Any),
    Func::new("tuple", &[], LIST).variadic(Ty::Any),
    Func::new("uniq", &[Ty::Any], UNIQ),
    Func::new("without", &[Ty::Any], WITHOUT).variadic(Ty::Any),
];

const PUSH: Body = |c, a| {
    let items = elements(c, any(a, 0), "Cannot push on type")?;
    c.heap.reserve(std::mem::size_of_val(items))?;
    let mut all = Vec::with_capacity(items.len() + 1);
    all.extend_from_slice(items);
    all.push(any(a, 1));
    Ok(c.heap.any_list(&all))
};

const PREPEND: Body = |c, a| {
    let items = elements(c, any(a, 0), "Cannot prepend on type")?;
    c.heap.reserve(std::mem::size_of_val(items))?;
    let mut all = Vec::with_capacity(items.len() + 1);
    all.push(any(a, 1));
    all.extend_from_slice(items);
    Ok(c.heap.any_list(&all))
};

const FIRST: Body =
    |c, a| Ok(elements(c, any(a, 0), "Cannot find first on type")?.first().copied().unwrap_or(Value::Nil));

const LAST: Body = |c, a| Ok(elements(c, any(a, 0), "Cannot find last on type")?.last().copied().unwrap_or(Value::Nil));

const REST: Body = |c, a| match elements(c, any(a, 0), "Cannot find rest on type")?.split_first() {
    Some((_, rest)) => Ok(c.heap.any_list(rest)),
    None => Ok(c.heap.nil_list(ListType::Any)),
};

const INITIAL: Body = |c, a| match elements(c, any(a, 0), "Cannot find initial on type")?.split_last() {
    Some((_, initial)) => Ok(c.heap.any_list(initial)),
    None => Ok(c.heap.nil_list(ListType::Any)),
};

const REVERSE: Body = |c, a| {
    let mut items = elements(c, any(a, 0), "Cannot find reverse on type")?.to_vec();
    items.reverse();
    Ok(c.heap.any_list(&items))
};

const COMPACT: Body = |c, a| {
    let items = elements(c, any(a, 0), "Cannot compact on type")?;
    let kept: Vec<_> = items.iter().copied().filter(|item| !empty(*item)).collect();
    Ok(c.heap.any_list(&kept))
};

const UNIQ: Body = |c, a| {
    let mut kept = Vec::new();
    for item in elements(c, any(a, 0), "Cannot find uniq on type")? {
        if !contains(c, &kept, *item)? {
            kept.push(*item);
        }
    }
    Ok(c.heap.any_list(&kept))
};

const WITHOUT: Body = |c, a| {
    let mut kept = Vec::new();
    for item in elements(c, any(a, 0), "Cannot find without on type")? {
        if !contains(c, rest(a, 1), *item)? {
            kept.push(*item);
        }
    }
    Ok(c.heap.any_list(&kept))
};

const HAS: Body = |c, a| match any(a, 1) {
    Value::Nil => Ok(Value::Bool(false)),
    list => Ok(Value::Bool(contains(c, elements(c, list, "Cannot find has on type")?, any(a, 0))?)),
};

/// The variadic arguments themselves: never a nil slice.
const LIST: Body = |c, a| {
    let items: Vec<_> = (0..a.len()).map(|i| any(a, i)).collect();
    Ok(c.heap.any_list(&items))
};

const SLICE: Body = |c, a| {
    let list = any(a, 0);
    let items = elements(c, list, "list should be type of slice or array but")?;
    if items.is_empty() {
        return Ok(Value::Nil);
    }
    let start = if a.len() > 1 { super::cast::to_int(any(a, 1)) } else { 0 };
    let end = if a.len() > 2 { super::cast::to_int(any(a, 2)) } else { items.len() as i64 };
    let range = usize::try_from(start).ok().zip(usize::try_from(end).ok());
    let Some((from, to)) = range.filter(|(from, to)| from <= to && *to <= items.len()) else {
        return Err(CallError::failed("reflect.Value.Slice: slice index out of bounds"));
    };
    Ok(match list {
        Value::Bytes(bytes) => c.heap.bytes(bytes.get(from..to).unwrap_or_default()),
        Value::List(l) => c.heap.list(l.ty(), items.get(from..to).unwrap_or_default()),
        other => other,
    })
};

/// The chunks are counted in floating point, so odd sizes panic as Go's `make` does. Source: `mustChunk`.
const CHUNK: Body = |c, a| {
    let size = int(a, 0);
    let items = elements(c, any(a, 1), "Cannot chunk type")?;
    let length = items.len() as f64;
    let count = super::cast::go_int(((length - 1.0) / size as f64).floor() + 1.0);
    if count < 0 {
        return Err(negative_length());
    }
    let mut chunks = Vec::new();
    for i in 0..count {
        let mut chunk = size;
        if i == count - 1 {
            chunk = super::cast::go_int((length % size as f64).floor());
            if chunk == 0 {
                chunk = size;
            }
        }
        if chunk < 0 {
            return Err(negative_length());
        }
        c.heap.spend(1)?;
        let from = i.wrapping_mul(size) as usize;
        let part = items
            .get(from..from.saturating_add(chunk as usize))
            .ok_or_else(|| CallError::failed("reflect: slice index out of range"))?;
        chunks.push(c.heap.any_list(part));
    }
    Ok(c.heap.list(ListType::Lists, &chunks))
};

fn concat<'h>(c: &Call<'_, 'h>, lists: &[Value<'h>]) -> Out<'h> {
    let mut all = Vec::new();
    for list in lists {
        let items = elements(c, *list, "Cannot concat type").map_err(|e| match e {
            CallError::Failed(text) if text.starts_with("Cannot") => CallError::Failed(text + " as list"),
            e => e,
        })?;
        c.heap.reserve(std::mem::size_of_val(items))?;
        all.extend_from_slice(items);
    }
    // Appending nothing leaves Go's slice nil.
    if all.is_empty() { Ok(c.heap.nil_list(ListType::Any)) } else { Ok(c.heap.any_list(&all)) }
}

/// The elements of a slice, each as its own type. Everything else is refused: `refusal` and the kind's name.
pub(super) fn elements<'h>(c: &Call<'_, 'h>, list: Value<'h>, refusal: &str) -> Result<&'h [Value<'h>], CallError> {
    match list {
        Value::List(list) => {
            c.heap.spend(1 + list.len() as u64 / 4)?;
            Ok(list.items(c.heap))
        }
        Value::Bytes(bytes) => {
            c.heap.reserve(bytes.len().saturating_mul(size_of::<Value<'_>>()))?;
            let items = bytes.iter().map(|b| Value::Uint(UintType::Uint8, u64::from(*b)));
            Ok(c.heap.arena().alloc_slice_fill_iter(items))
        }
        // `reflect.TypeOf(nil)` is a nil pointer.
        Value::Nil | Value::Invalid => Err(nil_dereference()),
        other => Err(CallError::failed(format!("{refusal} {}", other.kind().name()))),
    }
}

fn contains<'h>(c: &Call<'_, 'h>, items: &[Value<'h>], wanted: Value<'h>) -> Result<bool, CallError> {
    for item in items {
        if deep_equal(c.heap, wanted, *item)? {
            return Ok(true);
        }
    }
    Ok(false)
}
