//! From one type to another: text of anything, numbers of anything. Source: sprig strings.go, numeric.go.

use bstr::{BStr, ByteSlice};

use super::args::{any, text};
use super::cast::{to_float, to_int};
use super::lists::elements;
use super::{Call, Func};
use crate::go::{fmt, strconv};
use crate::value::{CallError, ListType, Ty, Value};

pub(super) const FUNCS: &[Func] = &[
    // Atoi's error is dropped, its result is not: what does not fit is the nearest that does.
    Func::new("atoi", &[Ty::Str], |_, a| Ok(Value::int(atoi(text(a, 0))))),
    Func::new("float64", &[Ty::Any], |_, a| Ok(Value::Float(to_float(any(a, 0))))),
    Func::new("int", &[Ty::Any], |_, a| Ok(Value::int(to_int(any(a, 0))))),
    Func::new("int64", &[Ty::Any], |_, a| Ok(Value::int64(to_int(any(a, 0))))),
    Func::new("join", &[Ty::Str, Ty::Any], |c, a| {
        let items = strings(c, any(a, 1))?;
        let separator = text(a, 0);
        let separators = separator.len().saturating_mul(items.len());
        c.heap.reserve(items.iter().fold(separators, |sum, s| sum.saturating_add(s.len())))?;
        Ok(c.heap.str(bstr::join(separator, items)))
    }),
    Func::new("sortAlpha", &[Ty::Any], |c, a| {
        let list = any(a, 0);
        if !matches!(list, Value::List(_) | Value::Bytes(_)) {
            return Ok(c.heap.str_list([strval(c, list)?]));
        }
        let mut items = strings(c, list)?;
        c.heap.spend(items.len() as u64 * 2)?;
        items.sort_unstable();
        let items: Vec<_> = items.into_iter().map(Value::Str).collect();
        // A list of strings is sorted where it stands: whoever holds it sees that.
        match list {
            Value::List(l) if l.ty() == ListType::Str => {
                l.replace(c.heap, &items);
                Ok(list)
            }
            _ => Ok(c.heap.list(ListType::Str, &items)),
        }
    }),
    Func::new("toDecimal", &[Ty::Any], |c, a| {
        Ok(Value::int64(strconv::parse_int(sprint(c, any(a, 0))?, 8, 64).unwrap_or(0)))
    }),
    Func::new("toString", &[Ty::Any], |c, a| Ok(Value::Str(strval(c, any(a, 0))?))),
    Func::new("toStrings", &[Ty::Any], |c, a| match any(a, 0) {
        list @ Value::List(l) if l.ty() == ListType::Str => Ok(list),
        value => {
            let items: Vec<_> = strings(c, value)?.into_iter().map(Value::Str).collect();
            Ok(c.heap.list(ListType::Str, &items))
        }
    }),
];

/// `strval`: strings and bytes as they are, errors and stringers by what they say, the rest as `%v`.
pub(super) fn strval<'h>(c: &Call<'_, 'h>, value: Value<'h>) -> Result<&'h BStr, CallError> {
    Ok(match value {
        Value::Str(s) => s,
        Value::Bytes(b) => b.as_bstr(),
        other => sprint(c, other)?,
    })
}

/// `fmt.Sprint` of one value.
pub(super) fn sprint<'h>(c: &Call<'_, 'h>, value: Value<'h>) -> Result<&'h BStr, CallError> {
    match value {
        Value::Str(s) => Ok(s),
        other => Ok(c.heap.bstr(fmt::sprint(c.heap, &[other])?)),
    }
}

/// `strslice`: the elements of a list without nils, or the one value itself.
pub(super) fn strings<'h>(c: &Call<'_, 'h>, value: Value<'h>) -> Result<Vec<&'h BStr>, CallError> {
    match value {
        Value::Nil | Value::Invalid => Ok(Vec::new()),
        Value::List(_) | Value::Bytes(_) => elements(c, value, "")?
            .iter()
            .filter(|item| !matches!(item, Value::Nil | Value::Invalid))
            .map(|item| strval(c, *item))
            .collect(),
        other => Ok(vec![strval(c, other)?]),
    }
}

fn atoi(text: &[u8]) -> i64 {
    strconv::atoi(text).unwrap_or_else(|e| match e.reason {
        strconv::Reason::Range if text.starts_with(b"-") => i64::MIN,
        strconv::Reason::Range => i64::MAX,
        _ => 0,
    })
}
