//! `merge` and its kin: maps into maps, in place. Source: dario.cat/mergo 1.0.1 `deepMerge` with the two sets of options
//! that Sprig uses.
//!
//! What surprises: a nested map that the target lacks is taken over as it is, so that target and source share it from
//! then on; an "empty" value of the target (0, false, "") is filled even by `merge`; nil in the source is skipped by
//! `merge` and set by `mergeOverwrite`.

use super::panics::reflect_kind;
use crate::limits::Exhausted;
use crate::value::{CallError, Heap, Kind, Map, MapType, Value};

/// Which of two values wins.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// The target's, unless it is empty.
    Fill,
    /// The source's.
    Overwrite,
}

/// Why a merge stopped. The target keeps what had been merged.
pub(super) enum Fault {
    /// mergo returned an error.
    Returned(&'static str),
    /// mergo panicked, or a budget ran out.
    Raised(CallError),
}

impl From<Exhausted> for Fault {
    fn from(e: Exhausted) -> Self {
        Fault::Raised(e.into())
    }
}

impl From<Fault> for CallError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Returned(text) => CallError::failed(text),
            Fault::Raised(e) => e,
        }
    }
}

/// Merges the sources into the target, first to last, and returns the target. A nil target becomes a new map as soon
/// as a source is not nil.
pub(super) fn merge<'h>(
    heap: &Heap<'h>,
    target: Value<'h>,
    sources: &[Value<'h>],
    mode: Mode,
) -> Result<Value<'h>, Fault> {
    let mut target = super::args::as_map(target);
    for source in sources {
        let Some(source) = super::args::as_map(*source) else { continue };
        let into = *target.get_or_insert_with(|| heap.map(MapType::Any));
        merge_maps(heap, into, source, mode, 0)?;
    }
    // As the parameter's type: what comes out is no `Values`.
    Ok(target.map_or_else(|| heap.nil_map(MapType::Any), |map| Value::Map(map.view(heap, MapType::Any))))
}

fn merge_maps<'h>(
    heap: &Heap<'h>,
    target: &'h Map<'h>,
    source: &'h Map<'h>,
    mode: Mode,
    depth: u32,
) -> Result<(), Fault> {
    if depth > heap.budget().max_depth() {
        return Err(Exhausted::Depth.into());
    }
    for (key, new) in source.entries(heap) {
        heap.spend(1)?;
        let old = target.get(heap, key);
        // An interface that holds nil; a nil slice of a named map's own element type counts as well.
        if matches!(new, Value::Nil | Value::Invalid) {
            if mode == Mode::Overwrite {
                assign(heap, target, key, new)?;
            }
            continue;
        }
        let kind = new.kind();
        if matches!(kind, Kind::Struct | Kind::Ptr | Kind::Map) {
            merge_values(heap, old, new, mode, depth + 1)?;
        }
        let kept = match old {
            None => false,
            Some(old) if is_empty(old) => false,
            Some(_) if kind == Kind::Slice && mode == Mode::Fill => true,
            Some(old) if kind == Kind::Map && old.kind() == Kind::Map => true,
            Some(_) => mode == Mode::Fill,
        };
        if !kept {
            assign(heap, target, key, new)?;
        }
    }
    Ok(())
}

/// What happens inside of the old value before it is kept or replaced.
fn merge_values<'h>(
    heap: &Heap<'h>,
    old: Option<Value<'h>>,
    new: Value<'h>,
    mode: Mode,
    depth: u32,
) -> Result<(), Fault> {
    match (old, new) {
        (Some(Value::Map(old)), Value::Map(new)) if !old.is_nil() => merge_maps(heap, old, new, mode, depth),
        // A pointer meets something that is neither a pointer nor of its own type.
        (Some(Value::Object(old)), new) if old.is_pointer() && mode == Mode::Fill => match new {
            Value::Map(new) if new.is_nil() => Ok(()),
            Value::Object(new) if new.is_pointer() => Ok(()),
            _ => Err(Fault::Returned("src and dst must be of same type")),
        },
        // A struct with exported fields is merged field by field, whatever the source is.
        (Some(Value::Object(old)), new) if !old.is_pointer() && !old.fields(heap).is_empty() => match new {
            Value::Object(new) if !new.is_pointer() => Ok(()),
            other => Err(Fault::Raised(reflect_kind("Field", other.kind()))),
        },
        _ => Ok(()),
    }
}

/// `dst.SetMapIndex`: a map of strings takes no values of any.
fn assign<'h>(heap: &Heap<'h>, target: &'h Map<'h>, key: &'h bstr::BStr, value: Value<'h>) -> Result<(), Fault> {
    if target.ty() == MapType::Str {
        let text = "reflect.Value.SetMapIndex: value of type interface {} is not assignable to type string";
        return Err(Fault::Raised(CallError::failed(text)));
    }
    heap.spend(target.len() as u64 / 64)?;
    target.set(heap, key, value);
    Ok(())
}

/// mergo's `isEmptyValue`: a pointer is as empty as what it points to, a struct never is.
fn is_empty(value: Value<'_>) -> bool {
    match value {
        Value::Complex(..) => false,
        other => !crate::value::truth(other),
    }
}
