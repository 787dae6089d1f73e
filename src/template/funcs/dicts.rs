//! Maps with string keys. Source: sprig dict.go. Go ranges over a map in random order; here it is the keys' order.

use std::collections::HashSet;

use bstr::BStr;
use foldhash::fast::RandomState;

use super::args::{Out, any, as_map, map, rest, text};
use super::conversion::strval;
use super::merge::{Mode, merge};
use super::panics::{conversion, nil_map_assignment};
use super::{Body, Call, Func};
use crate::value::{CallError, Heap, MapType, Ty, Value};

pub(super) const FUNCS: &[Func] = &[
    Func::new("dict", &[], dict).variadic(Ty::Any),
    Func::new("dig", &[], dig).variadic(Ty::Any),
    Func::new("get", &[Ty::MapAny, Ty::Str], |c, a| {
        Ok(map(a, 0).and_then(|m| m.get(c.heap, text(a, 1))).unwrap_or(Value::str("")))
    }),
    Func::new("hasKey", &[Ty::MapAny, Ty::Str], |c, a| {
        Ok(Value::Bool(map(a, 0).is_some_and(|m| m.get(c.heap, text(a, 1)).is_some())))
    }),
    Func::new("keys", &[], |c, a| {
        c.heap.spend(a.iter().map(|d| as_map(*d).map_or(0, |m| m.len() as u64)).sum())?;
        let keys: Vec<_> = a.iter().filter_map(|d| as_map(*d)).flat_map(|m| m.keys()).map(Value::Str).collect();
        Ok(c.heap.list(crate::value::ListType::Str, &keys))
    })
    .variadic(Ty::MapAny),
    Func::new("merge", &[Ty::MapAny], |c, a| lenient(merge(c.heap, any(a, 0), rest(a, 1), Mode::Fill)))
        .variadic(Ty::MapAny),
    Func::new("mergeOverwrite", &[Ty::MapAny], |c, a| lenient(merge(c.heap, any(a, 0), rest(a, 1), Mode::Overwrite)))
        .variadic(Ty::MapAny),
    Func::new("mustMerge", &[Ty::MapAny], |c, a| Ok(merge(c.heap, any(a, 0), rest(a, 1), Mode::Fill)?))
        .variadic(Ty::MapAny),
    Func::new("mustMergeOverwrite", &[Ty::MapAny], |c, a| Ok(merge(c.heap, any(a, 0), rest(a, 1), Mode::Overwrite)?))
        .variadic(Ty::MapAny),
    Func::new("omit", &[Ty::MapAny], |c, a| select(c, a, false)).variadic(Ty::Str),
    Func::new("pick", &[Ty::MapAny], |c, a| select(c, a, true)).variadic(Ty::Str),
    Func::new("pluck", &[Ty::Str], |c, a| {
        c.heap.spend(a.len() as u64)?;
        let key = text(a, 0);
        let found: Vec<_> = rest(a, 1).iter().filter_map(|d| as_map(*d)?.get(c.heap, key)).collect();
        Ok(c.heap.any_list(&found))
    })
    .variadic(Ty::MapAny),
    Func::new("set", &[Ty::MapAny, Ty::Str, Ty::Any], SET),
    Func::new("unset", &[Ty::MapAny, Ty::Str], UNSET),
    Func::new("values", &[Ty::MapAny], |c, a| {
        let Some(map) = map(a, 0) else { return Ok(c.heap.any_list(&[])) };
        c.heap.reserve(map.len().saturating_mul(size_of::<Value<'_>>()))?;
        let values: Vec<_> = map.entries(c.heap).into_iter().map(|(_, v)| v).collect();
        Ok(c.heap.any_list(&values))
    }),
];

const SET: Body = |c, a| {
    let map = map(a, 0).ok_or_else(nil_map_assignment)?;
    // Inserting moves what stands behind the key.
    c.heap.spend(map.len() as u64 / 64)?;
    map.set(c.heap, text(a, 1), any(a, 2));
    Ok(plain(c.heap, map))
};

const UNSET: Body = |c, a| {
    let Some(map) = map(a, 0) else { return Ok(nil_map(c.heap)) };
    c.heap.spend(map.len() as u64 / 64)?;
    map.remove(c.heap, text(a, 1));
    Ok(plain(c.heap, map))
};

/// Pairs of keys and values; a key without a value gets the empty string.
fn dict<'h>(c: &Call<'_, 'h>, args: &[Value<'h>]) -> Out<'h> {
    let map = c.heap.map(MapType::Any);
    for pair in args.chunks(2) {
        let key = strval(c, any(pair, 0))?;
        map.set(c.heap, key, if pair.len() == 2 { any(pair, 1) } else { Value::str("") });
    }
    Ok(Value::Map(map))
}

/// `dig key... default dict`. A step that is not a plain map is a failed type assertion: so are `.Values` themselves,
/// which are of a type of their own.
fn dig<'h>(c: &Call<'_, 'h>, args: &[Value<'h>]) -> Out<'h> {
    if args.len() < 3 {
        return Err(CallError::failed("dig needs at least three arguments"));
    }
    let (keys, last) = args.split_at(args.len() - 2);
    // Go asserts the dict's type before it looks at the keys.
    let mut step = any(last, 1);
    plain_map(c.heap, step)?;
    let mut path: Vec<&'h BStr> = Vec::with_capacity(keys.len());
    for key in keys {
        path.push(key.as_str().ok_or_else(|| conversion(&key.type_name(c.heap), "string"))?);
    }
    for key in path {
        match plain_map(c.heap, step)?.and_then(|m| m.get(c.heap, key)) {
            Some(next) => step = next,
            None => return Ok(any(last, 0)),
        }
    }
    Ok(step)
}

/// `value.(map[string]interface{})`; `None` for a nil map.
fn plain_map<'h>(heap: &Heap<'h>, value: Value<'h>) -> Result<Option<&'h crate::value::Map<'h>>, CallError> {
    match value {
        Value::Map(map) if map.ty() == MapType::Any => Ok(as_map(value)),
        other => Err(conversion(&other.type_name(heap), "map[string]interface {}")),
    }
}

/// `pick` keeps the keys, `omit` leaves them out; both make a new map.
fn select<'h>(c: &Call<'_, 'h>, args: &[Value<'h>], keep: bool) -> Out<'h> {
    let new = c.heap.map(MapType::Any);
    let Some(map) = map(args, 0) else { return Ok(Value::Map(new)) };
    let wanted: HashSet<&BStr, RandomState> = rest(args, 1).iter().filter_map(|k| k.as_str()).collect();
    if keep {
        for key in wanted {
            if let Some(value) = map.get(c.heap, key) {
                new.set(c.heap, key, value);
            }
        }
    } else {
        c.heap.spend(map.len() as u64)?;
        for (key, value) in map.entries(c.heap) {
            if !wanted.contains(key) {
                new.set(c.heap, key, value);
            }
        }
    }
    Ok(Value::Map(new))
}

/// `merge` and `mergeOverwrite` answer an error with the empty string.
fn lenient<'h>(merged: Result<Value<'h>, super::merge::Fault>) -> Out<'h> {
    match merged {
        Err(super::merge::Fault::Returned(_)) => Ok(Value::str("")),
        other => Ok(other?),
    }
}

/// The map as its parameter's type: `set .Values ...` returns no `Values`.
fn plain<'h>(heap: &Heap<'h>, map: &'h crate::value::Map<'h>) -> Value<'h> {
    Value::Map(map.view(heap, MapType::Any))
}

fn nil_map<'h>(heap: &Heap<'h>) -> Value<'h> {
    heap.nil_map(MapType::Any)
}
