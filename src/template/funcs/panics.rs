//! Go's run-time panics. text/template turns a panic inside a function into the function's error (`safeCall`), so
//! their texts are part of what templates can see. Sources: runtime/error.go, reflect/value.go.

use crate::value::{CallError, Kind};

pub(super) fn nil_dereference() -> CallError {
    CallError::failed("runtime error: invalid memory address or nil pointer dereference")
}

pub(super) fn nil_map_assignment() -> CallError {
    CallError::failed("assignment to entry in nil map")
}

pub(super) fn divide_by_zero() -> CallError {
    CallError::failed("runtime error: integer divide by zero")
}

pub(super) fn negative_length() -> CallError {
    CallError::failed("runtime error: makeslice: len out of range")
}

pub(super) fn index_out_of_range(index: i64, length: usize) -> CallError {
    CallError::failed(match index {
        ..0 => format!("runtime error: index out of range [{index}]"),
        _ => format!("runtime error: index out of range [{index}] with length {length}"),
    })
}

/// What the bound of a slice expression is compared with.
#[derive(Clone, Copy)]
pub(super) enum Bound {
    /// Strings.
    Length,
    /// Slices.
    Capacity,
}

/// Resolves `s[start:end]`, either bound left out or not, against a length (or capacity, for a slice).
pub(super) fn slice_range(
    start: i64,
    end: Option<i64>,
    length: usize,
    bound: Bound,
) -> Result<std::ops::Range<usize>, CallError> {
    let to = match end {
        None => length,
        Some(end) => match usize::try_from(end) {
            Ok(to) if to <= length => to,
            Ok(to) => {
                let what = match bound {
                    Bound::Length => "length",
                    Bound::Capacity => "capacity",
                };
                let text = format!("runtime error: slice bounds out of range [:{to}] with {what} {length}");
                return Err(CallError::failed(text));
            }
            Err(_) => return Err(CallError::failed(format!("runtime error: slice bounds out of range [:{end}]"))),
        },
    };
    match usize::try_from(start) {
        Ok(from) if from <= to => Ok(from..to),
        Ok(from) => Err(CallError::failed(format!("runtime error: slice bounds out of range [{from}:{to}]"))),
        Err(_) => Err(CallError::failed(format!("runtime error: slice bounds out of range [{start}:]"))),
    }
}

/// A type assertion that does not hold: `x.(want)`.
pub(super) fn conversion(have: &str, want: &str) -> CallError {
    CallError::failed(match have {
        "<nil>" => format!("interface conversion: interface {{}} is nil, not {want}"),
        _ => format!("interface conversion: interface {{}} is {have}, not {want}"),
    })
}

/// A method of reflect.Value on a value of the wrong kind.
pub(super) fn reflect_kind(method: &str, kind: Kind) -> CallError {
    CallError::failed(match kind {
        Kind::Invalid => format!("reflect: call of reflect.Value.{method} on zero Value"),
        kind => format!("reflect: call of reflect.Value.{method} on {} Value", kind.name()),
    })
}
