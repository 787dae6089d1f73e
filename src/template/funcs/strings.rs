//! Strings, which are bytes: `trunc` may cut a character in two. Source: sprig strings.go, functions.go; what they call
//! of Go, goutils and xstrings is in `go::strings`.

use bstr::{BStr, ByteSlice};

use super::args::{Out, any, int, rest, text};
use super::conversion::{sprint, strval};
use super::panics::{Bound, slice_range};
use super::{Body, Call, Func};
use crate::go::{strconv, strings as go, utf8};
use crate::limits::Exhausted;
use crate::value::{CallError, Map, MapType, Ty, Value};

pub(super) const FUNCS: &[Func] = &[
    Func::new("abbrev", &[Ty::Int, Ty::Str], |c, a| abbreviate(c, 0, int(a, 0), text(a, 1))),
    Func::new("abbrevboth", &[Ty::Int, Ty::Int, Ty::Str], |c, a| match (int(a, 0), int(a, 1)) {
        (1.., ..7) => Ok(any(a, 2)),
        (left, right) => abbreviate(c, left, right, text(a, 2)),
    }),
    Func::new("camelcase", &[Ty::Str], |c, a| map(c, text(a, 0), go::pascal_case)),
    Func::new("cat", &[], |c, a| spaced(c, a, |value| Ok(sprint(c, value)?.to_vec()))).variadic(Ty::Any),
    Func::new("contains", &[Ty::Str, Ty::Str], |_, a| Ok(Value::Bool(text(a, 1).contains_str(text(a, 0))))),
    Func::new("hasPrefix", &[Ty::Str, Ty::Str], |_, a| Ok(Value::Bool(text(a, 1).starts_with(text(a, 0))))),
    Func::new("hasSuffix", &[Ty::Str, Ty::Str], |_, a| Ok(Value::Bool(text(a, 1).ends_with(text(a, 0))))),
    Func::new("hello", &[], |_, _| Ok(Value::str("Hello!"))),
    Func::new("indent", &[Ty::Int, Ty::Str], |c, a| indent(c, int(a, 0), text(a, 1), b"")),
    Func::new("initials", &[Ty::Str], |c, a| map(c, text(a, 0), go::initials)),
    Func::new("kebabcase", &[Ty::Str], |c, a| map(c, text(a, 0), go::kebab_case)),
    Func::new("lower", &[Ty::Str], |c, a| map(c, text(a, 0), go::to_lower)),
    Func::new("nindent", &[Ty::Int, Ty::Str], |c, a| indent(c, int(a, 0), text(a, 1), b"\n")),
    Func::new("nospace", &[Ty::Str], |c, a| map(c, text(a, 0), go::delete_white_space)),
    Func::new("plural", &[Ty::Str, Ty::Str, Ty::Int], |_, a| Ok(any(a, if int(a, 2) == 1 { 0 } else { 1 }))),
    Func::new("repeat", &[Ty::Int, Ty::Str], |c, a| Ok(Value::Str(repeat(c, text(a, 1), int(a, 0))?))),
    Func::new("replace", &[Ty::Str, Ty::Str, Ty::Str], |c, a| replace(c, text(a, 0), text(a, 1), text(a, 2))),
    Func::new("snakecase", &[Ty::Str], |c, a| map(c, text(a, 0), go::snake_case)),
    Func::new("split", &[Ty::Str, Ty::Str], |c, a| Ok(numbered(c, &split(c, text(a, 0), -1, text(a, 1))?))),
    Func::new("splitList", &[Ty::Str, Ty::Str], |c, a| {
        let parts: Vec<_> = split(c, text(a, 0), -1, text(a, 1))?.into_iter().map(Value::Str).collect();
        Ok(c.heap.list(crate::value::ListType::Str, &parts))
    }),
    Func::new("splitn", &[Ty::Str, Ty::Int, Ty::Str], |c, a| {
        Ok(numbered(c, &split(c, text(a, 0), int(a, 1), text(a, 2))?))
    }),
    Func::new("substr", &[Ty::Int, Ty::Int, Ty::Str], |_, a| substr(int(a, 0), int(a, 1), text(a, 2))),
    Func::new("quote", &[], |c, a| spaced(c, a, |value| Ok(strconv::quote(strval(c, value)?).into_bytes())))
        .variadic(Ty::Any),
    Func::new("squote", &[], |c, a| spaced(c, a, |value| Ok([b"'", sprint(c, value)?.as_bytes(), b"'"].concat())))
        .variadic(Ty::Any),
    Func::new("swapcase", &[Ty::Str], |c, a| map(c, text(a, 0), go::swap_case)),
    Func::new("title", &[Ty::Str], |c, a| map(c, text(a, 0), go::title)),
    Func::new("trim", &[Ty::Str], |_, a| Ok(Value::Str(go::trim_space(text(a, 0)).as_bstr()))),
    Func::new("trimAll", &[Ty::Str, Ty::Str], TRIM),
    Func::new("trimPrefix", &[Ty::Str, Ty::Str], |_, a| {
        let (prefix, text): (&[u8], &'_ BStr) = (text(a, 0), text(a, 1));
        Ok(Value::Str(text.strip_prefix(prefix).map_or(text, ByteSlice::as_bstr)))
    }),
    Func::new("trimSuffix", &[Ty::Str, Ty::Str], |_, a| {
        let (suffix, text): (&[u8], &'_ BStr) = (text(a, 0), text(a, 1));
        Ok(Value::Str(text.strip_suffix(suffix).map_or(text, ByteSlice::as_bstr)))
    }),
    Func::new("trimall", &[Ty::Str, Ty::Str], TRIM),
    Func::new("trunc", &[Ty::Int, Ty::Str], |_, a| Ok(Value::Str(trunc(int(a, 0), text(a, 1))))),
    Func::new("untitle", &[Ty::Str], |c, a| map(c, text(a, 0), go::uncapitalize)),
    Func::new("upper", &[Ty::Str], |c, a| map(c, text(a, 0), go::to_upper)),
    Func::new("wrap", &[Ty::Int, Ty::Str], |c, a| {
        c.heap.reserve(text(a, 1).len().saturating_mul(2))?;
        Ok(c.heap.str(go::wrap(text(a, 1), int(a, 0))))
    }),
    Func::new("wrapWith", &[Ty::Int, Ty::Str, Ty::Str], |c, a| {
        let (width, separator, text) = (int(a, 0), text(a, 1), text(a, 2));
        let lines = text.len() / usize::try_from(width).unwrap_or(1).max(1) + 1;
        // Words may break lines earlier than the width does, at each space.
        let lines = lines.saturating_add(text.iter().filter(|b| **b == b' ').count());
        c.heap.reserve(separator.len().max(1).saturating_mul(lines).saturating_add(text.len()))?;
        Ok(c.heap.str(go::wrap_custom(text, width, separator)))
    }),
];

const TRIM: Body = |c, a| {
    c.heap.spend(text(a, 0).len() as u64 / 16)?;
    Ok(Value::Str(go::trim(text(a, 1), text(a, 0)).as_bstr()))
};

/// A text made anew, of at most a few times the length.
fn map<'h>(c: &Call<'_, 'h>, text: &'h BStr, f: fn(&[u8]) -> Vec<u8>) -> Out<'h> {
    c.heap.reserve(text.len().saturating_mul(4))?;
    Ok(c.heap.str(f(text)))
}

fn abbreviate<'h>(c: &Call<'_, 'h>, left: i64, right: i64, text: &'h BStr) -> Out<'h> {
    if right < 4 {
        return Ok(Value::Str(text));
    }
    c.heap.reserve(text.len())?;
    Ok(c.heap.str(go::abbreviate(text, left, right)))
}

/// Go's `strings.Repeat` panics over a negative count and over a length beyond all memory.
fn repeat<'h>(c: &Call<'_, 'h>, text: &[u8], count: i64) -> Result<&'h BStr, CallError> {
    let count = usize::try_from(count).map_err(|_| CallError::failed("strings: negative Repeat count"))?;
    let length = match text.len().checked_mul(count) {
        Some(length) if i64::try_from(length).is_ok() => length,
        _ => return Err(CallError::failed("strings: Repeat output length overflow")),
    };
    c.heap.reserve(length)?;
    let bytes = c.heap.arena().alloc_slice_fill_copy(length, 0u8);
    if let Some(only) = text.first().filter(|_| text.len() == 1) {
        bytes.fill(*only);
    } else if !text.is_empty() {
        bytes.chunks_exact_mut(text.len()).for_each(|chunk| chunk.copy_from_slice(text));
    }
    Ok(bytes.as_bstr())
}

/// `before`, the padding, the text, and the padding again after each line end, the last one included.
fn indent<'h>(c: &Call<'_, 'h>, spaces: i64, text: &[u8], before: &[u8]) -> Out<'h> {
    let width = usize::try_from(spaces).map_err(|_| CallError::failed("strings: negative Repeat count"))?;
    let lines = memchr::memchr_iter(b'\n', text).count() + 1;
    let length = lines.checked_mul(width).and_then(|n| n.checked_add(text.len() + before.len()));
    let length = length.filter(|n| i64::try_from(*n).is_ok()).ok_or(Exhausted::Bytes)?;
    c.heap.reserve(length)?;
    let out = c.heap.arena().alloc_slice_fill_copy(length, b' ');
    let mut at = 0;
    let mut put = |piece: &[u8], gap: usize| {
        if let Some(target) = out.get_mut(at..at + piece.len()) {
            target.copy_from_slice(piece);
        }
        at += piece.len() + gap;
    };
    put(before, width);
    let mut lines = text.split_inclusive(|b| *b == b'\n');
    lines.by_ref().for_each(|line| put(line, if line.ends_with(b"\n") { width } else { 0 }));
    Ok(Value::Str(out.as_bstr()))
}

/// `strings.Replace(src, old, new, -1)`: an empty `old` stands before every character and at the end.
fn replace<'h>(c: &Call<'_, 'h>, old: &[u8], new: &[u8], text: &'h BStr) -> Out<'h> {
    c.heap.spend(text.len() as u64 / 32)?;
    if !text.contains_str(old) {
        return Ok(Value::Str(text));
    }
    let count = if old.is_empty() { utf8::rune_count(text) + 1 } else { text.find_iter(old).count() };
    if count == 0 || old == new {
        return Ok(Value::Str(text));
    }
    c.heap.reserve(count.saturating_mul(new.len()).saturating_add(text.len()))?;
    let mut out = Vec::with_capacity(text.len());
    if old.is_empty() {
        for (at, rune) in utf8::runes(text) {
            out.extend_from_slice(new);
            out.extend_from_slice(text.get(at..at + rune.width).unwrap_or_default());
        }
        out.extend_from_slice(new);
    } else {
        text.replace_into(old, new, &mut out);
    }
    Ok(c.heap.str(out))
}

/// `strings.SplitN`: `n` parts at most, all when it is negative; an empty separator splits between characters.
fn split<'h>(c: &Call<'_, 'h>, separator: &[u8], n: i64, text: &'h BStr) -> Result<Vec<&'h BStr>, CallError> {
    let limit = match usize::try_from(n) {
        Ok(0) => return Ok(Vec::new()),
        Ok(limit) => limit,
        Err(_) => usize::MAX,
    };
    c.heap.spend(text.len() as u64 / 16)?;
    let mut parts: Vec<&'h BStr> = Vec::new();
    let mut rest: &'h [u8] = text;
    if separator.is_empty() {
        c.heap.reserve(text.len().min(limit).saturating_mul(2 * size_of::<Value<'_>>()))?;
        while let Some(rune) = utf8::decode(rest) {
            if parts.len() + 1 == limit {
                parts.push(rest.as_bstr());
                break;
            }
            let (head, tail) = rest.split_at_checked(rune.width).unwrap_or((rest, b""));
            parts.push(head.as_bstr());
            rest = tail;
        }
        return Ok(parts);
    }
    let count = text.find_iter(separator).count().min(limit);
    c.heap.reserve(count.saturating_mul(2 * size_of::<Value<'_>>()))?;
    while parts.len() + 1 < limit {
        let Some((head, tail)) = rest.split_once_str(separator) else { break };
        parts.push(head.as_bstr());
        rest = tail;
    }
    parts.push(rest.as_bstr());
    Ok(parts)
}

/// `_0`, `_1`, ... in a `map[string]string`.
fn numbered<'h>(c: &Call<'_, 'h>, parts: &[&'h BStr]) -> Value<'h> {
    let map: &Map<'h> = c.heap.map(MapType::Str);
    // In the order of the keys, so that each insertion is at the end.
    let mut entries: Vec<_> = parts.iter().enumerate().map(|(i, part)| (format!("_{i}"), *part)).collect();
    entries.sort_unstable();
    for (key, part) in entries {
        map.set(c.heap, c.heap.bstr(key), Value::Str(part));
    }
    Value::Map(map)
}

fn substr<'h>(start: i64, end: i64, text: &'h BStr) -> Out<'h> {
    let (start, end) = match (start, end) {
        (..0, end) => (0, Some(end)),
        (start, ..0) => (start, None),
        (start, end) => (start, Some(end).filter(|end| *end <= text.len() as i64)),
    };
    let range = slice_range(start, end, text.len(), Bound::Length)?;
    Ok(Value::Str(text.get(range).unwrap_or_default().as_bstr()))
}

/// The first bytes, or for a negative count the last.
fn trunc(count: i64, text: &BStr) -> &BStr {
    let length = text.len() as i64;
    match count {
        ..0 if length + count > 0 => text.get((length + count) as usize..).unwrap_or_default().as_bstr(),
        0.. if length > count => text.get(..count as usize).unwrap_or_default().as_bstr(),
        _ => text,
    }
}

/// Values with a space between them, nils left out.
fn spaced<'h>(c: &Call<'_, 'h>, args: &[Value<'h>], show: impl Fn(Value<'h>) -> Result<Vec<u8>, CallError>) -> Out<'h> {
    let mut out = Vec::new();
    let mut first = true;
    for value in rest(args, 0).iter().filter(|v| !matches!(v, Value::Nil | Value::Invalid)) {
        if !std::mem::take(&mut first) {
            out.push(b' ');
        }
        let shown = show(*value)?;
        c.heap.reserve(shown.len().saturating_mul(2))?;
        out.extend(shown);
    }
    Ok(c.heap.str(out))
}
