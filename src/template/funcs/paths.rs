//! Slash-separated paths. Source: Go path; path/filepath, which is the same on Unix.

use super::args::text;
use super::{Body, Func};
use crate::value::{Ty, Value};

pub(super) const FUNCS: &[Func] = &[
    Func::new("base", &[Ty::Str], BASE),
    Func::new("clean", &[Ty::Str], CLEAN),
    Func::new("dir", &[Ty::Str], DIR),
    Func::new("ext", &[Ty::Str], EXT),
    Func::new("isAbs", &[Ty::Str], IS_ABS),
    Func::new("osBase", &[Ty::Str], BASE),
    Func::new("osClean", &[Ty::Str], CLEAN),
    Func::new("osDir", &[Ty::Str], DIR),
    Func::new("osExt", &[Ty::Str], EXT),
    Func::new("osIsAbs", &[Ty::Str], IS_ABS),
];

const BASE: Body = |c, a| Ok(c.heap.str(base(text(a, 0))));
const CLEAN: Body = |c, a| Ok(c.heap.str(clean(text(a, 0))));
const DIR: Body = |c, a| {
    let path: &[u8] = text(a, 0);
    let end = path.iter().rposition(|b| *b == b'/').map_or(0, |slash| slash + 1);
    Ok(c.heap.str(clean(path.get(..end).unwrap_or_default())))
};
const EXT: Body = |c, a| {
    let path: &[u8] = text(a, 0);
    let name = path.iter().rposition(|b| *b == b'/').map_or(0, |slash| slash + 1);
    match path.iter().rposition(|b| *b == b'.') {
        Some(dot) if dot >= name => Ok(c.heap.str(path.get(dot..).unwrap_or_default())),
        _ => Ok(Value::str("")),
    }
};
const IS_ABS: Body = |_, a| Ok(Value::Bool(text(a, 0).starts_with(b"/")));

/// The last element, trailing slashes aside: `.` of an empty path, `/` of slashes only.
fn base(path: &[u8]) -> &[u8] {
    if path.is_empty() {
        return b".";
    }
    let end = path.iter().rposition(|b| *b != b'/').map_or(0, |last| last + 1);
    let path = path.get(..end).unwrap_or_default();
    let start = path.iter().rposition(|b| *b == b'/').map_or(0, |slash| slash + 1);
    match path.get(start..) {
        None | Some([]) => b"/",
        Some(name) => name,
    }
}

/// The shortest equal path: no empty elements, no `.`, `..` resolved where it can be.
fn clean(path: &[u8]) -> Vec<u8> {
    let rooted = path.starts_with(b"/");
    let mut parts: Vec<&[u8]> = Vec::new();
    for part in path.split(|b| *b == b'/') {
        match part {
            b"" | b"." => {}
            b".." => match parts.last() {
                Some(last) if *last != b".." => drop(parts.pop()),
                _ if rooted => {}
                _ => parts.push(part),
            },
            part => parts.push(part),
        }
    }
    let mut out = if rooted { b"/".to_vec() } else { Vec::new() };
    out.extend(parts.join(&b'/'));
    if out.is_empty() { b".".to_vec() } else { out }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_cleaned_as_go_cleans_them() {
        for (path, want) in [("", "."), ("/..", "/"), ("a/../..", ".."), ("../a//b/./", "../a/b"), ("/a/../b", "/b")] {
            assert_eq!(clean(path.as_bytes()), want.as_bytes(), "{path}");
        }
    }

    #[test]
    fn the_base_of_slashes_is_a_slash() {
        assert_eq!((base(b"///"), base(b""), base(b"a/b//")), (&b"/"[..], &b"."[..], &b"b"[..]));
    }
}
