//! Values as YAML, JSON and TOML, and back. Sources: Helm `pkg/engine/funcs.go`, sprig defaults.go.
//!
//! What happens to an error is each function's own: `toJson` answers it with an empty string, `fromJson` with a map that
//! holds its text, `must...` fails.

use bstr::BStr;

use super::args::{Out, any, text};
use super::{Body, Call, Func};
use crate::go::json::{self, Escape};
use crate::value::{CallError, Ty, Value};

pub(super) const FUNCS: &[Func] = &[
    Func::new("fromJson", &[Ty::Str], |c, a| {
        let decoded = json::unmarshal_map(c.heap, text(a, 0))?;
        with_error(c, Value::Map(decoded.value), decoded.error)
    }),
    Func::new("fromJsonArray", &[Ty::Str], |c, a| {
        let decoded = json::unmarshal_list(c.heap, text(a, 0))?;
        Ok(match decoded.error {
            Some(error) => c.heap.any_list(&[c.heap.str(error)]),
            None => decoded.value,
        })
    }),
    Func::new("mustFromJson", &[Ty::Str], |c, a| {
        let decoded = json::unmarshal(c.heap, text(a, 0))?;
        decoded.error.map_or(Ok(decoded.value), |error| Err(CallError::Failed(error)))
    }),
    Func::new("mustToJson", &[Ty::Any], |c, a| Ok(c.heap.str(json::marshal(c.heap, any(a, 0), Escape::Html)?))),
    Func::new("mustToPrettyJson", &[Ty::Any], PRETTY),
    Func::new("mustToRawJson", &[Ty::Any], RAW),
    Func::new("toJson", &[Ty::Any], |c, a| {
        or_empty(json::marshal(c.heap, any(a, 0), Escape::Html).map(|s| c.heap.str(s)))
    }),
    Func::new("toPrettyJson", &[Ty::Any], |c, a| or_empty(PRETTY(c, a))),
    Func::new("toRawJson", &[Ty::Any], RAW),
];

const PRETTY: Body = |c, a| Ok(c.heap.str(json::marshal_indent(c.heap, any(a, 0), "", "  ")?));
const RAW: Body = |c, a| Ok(c.heap.str(json::marshal(c.heap, any(a, 0), Escape::Plain)?));

/// An error is dropped, not a budget that ran out.
fn or_empty(result: Out<'_>) -> Out<'_> {
    match result {
        Err(CallError::Failed(_)) => Ok(Value::str("")),
        other => other,
    }
}

/// The map, with the error's text in it when there is one.
fn with_error<'h>(c: &Call<'_, 'h>, map: Value<'h>, error: Option<String>) -> Out<'h> {
    if let (Value::Map(map), Some(error)) = (map, error) {
        if map.is_nil() {
            return Err(super::panics::nil_map_assignment());
        }
        map.set(c.heap, BStr::new("Error"), c.heap.str(error));
    }
    Ok(map)
}
