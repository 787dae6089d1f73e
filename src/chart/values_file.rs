//! A values file, a chart's own or the user's: one YAML document, or several laid over each other (`loader.LoadValues`).

use std::borrow::Cow;

use bstr::{BStr, ByteSlice};
use bumpalo::Bump;

use crate::diagnostic::{Kind, Place, Refusal};
use crate::dialect::Dialect;
use crate::go::unicode;
use crate::limits::{Bound, Limits};
use crate::value::{Entry, ListNode, MapNode, Origin, Pos, Tree, merge_maps};
use crate::yaml;

/// Reads a values file; `file` is its name for people. `None` is Go's nil map. The error's message is Helm's text without
/// what the caller puts before it (`failed to parse x`, `cannot load values.yaml`).
pub fn load_values<'c>(
    text: &'c [u8],
    file: &str,
    origin: Origin,
    dialect: &'static Dialect,
    arena: &'c Bump,
    limits: &Limits,
) -> Result<Option<&'c MapNode<'c>>, Refusal> {
    let one = |text: &'c [u8], before: u32| {
        yaml::load_map(text, origin, arena, limits, "map[string]interface {}").map_err(|e| refusal(&e, file, before))
    };
    if !dialect.multi_document_values {
        return one(text, 0);
    }
    let text = if dialect.drops_long_last_line { without_long_last_line(text) } else { text };
    let mut values: Option<&'c MapNode<'c>> = None;
    for document in documents(text) {
        let document = document.map_err(|text| Refusal::new(Kind::Values, text).at(Place::file(file)))?;
        let text: &'c [u8] = match document.text {
            Cow::Borrowed(text) => text,
            Cow::Owned(text) => arena.alloc_slice_copy(&text),
        };
        let map = one(text, document.lines_before).map_err(|r| r.context("cannot unmarshal yaml document"))?;
        let map = match map {
            Some(map) if document.lines_before > 0 => Some(moved_map(map, document.lines_before, arena)),
            map => map,
        };
        values = match (values, map) {
            (Some(base), Some(over)) => Some(merge_maps(arena, base, over)),
            (base, over) => over.or(base),
        };
    }
    Ok(Some(values.unwrap_or_else(|| MapNode::new(arena, Vec::new()))))
}

/// apimachinery's `LineReader` looks for a line's end in pieces of 4096 bytes; when nothing follows a full piece, its reader
/// forgets the line (helm#32506).
fn without_long_last_line(text: &[u8]) -> &[u8] {
    let start = text.rfind_byte(b'\n').map_or(0, |at| at + 1);
    let last = text.len() - start;
    if last > 0 && last.is_multiple_of(4096) { text.get(..start).unwrap_or_default() } else { text }
}

/// A YAML error with Helm's words and the true place.
pub(super) fn refusal(error: &yaml::Error, file: &str, lines_before: u32) -> Refusal {
    let line = error.line().map_or(0, |line| line.saturating_add(lines_before));
    let refusal = match error.kind() {
        yaml::Kind::Budget => Bound::YamlNodes.refuse(error.cause()),
        _ => Refusal::new(Kind::Values, error.to_string()),
    };
    refusal.at(Place::at(file, line, error.column().unwrap_or(0)))
}

struct Document<'t> {
    text: Cow<'t, [u8]>,
    lines_before: u32,
}

/// Cuts a text into documents as apimachinery's `YAMLReader` does: a line that starts with `---` ends a document that has
/// begun, and is part of one that has not. Line ends become `\n`.
fn documents(text: &[u8]) -> impl Iterator<Item = Result<Document<'_>, String>> {
    let mut at = 0;
    let mut line_number = 0u32;
    let mut done = false;
    std::iter::from_fn(move || {
        if done {
            return None;
        }
        let (start, lines_before) = (at, line_number);
        let mut end = at;
        while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
            let line = rest.split_inclusive(|&b| b == b'\n').next().unwrap_or(rest);
            at += line.len();
            line_number = line_number.saturating_add(1);
            if let Some(after) = line.strip_prefix(b"---") {
                let after = after.trim_with(unicode::is_space);
                if !after.is_empty() && !after.starts_with(b"#") {
                    done = true;
                    let shown = BStr::new(after);
                    return Some(Err(format!("error reading yaml document: invalid Yaml document separator: {shown}")));
                }
                if end > start {
                    return Some(Ok(document(text.get(start..end).unwrap_or(b""), lines_before)));
                }
            }
            end = at;
        }
        done = true;
        (end > start).then(|| Ok(document(text.get(start..end).unwrap_or(b""), lines_before)))
    })
}

fn document(text: &[u8], lines_before: u32) -> Document<'_> {
    if text.ends_with(b"\n") && memchr::memmem::find(text, b"\r\n").is_none() {
        return Document { text: Cow::Borrowed(text), lines_before };
    }
    let mut owned = text.replace("\r\n", "\n");
    if !owned.ends_with(b"\n") {
        owned.push(b'\n');
    }
    Document { text: Cow::Owned(owned), lines_before }
}

/// A tree whose places lie further down; documents after the first do not begin on line 1.
fn moved_map<'c>(map: &'c MapNode<'c>, lines: u32, arena: &'c Bump) -> &'c MapNode<'c> {
    let entries = map.entries().iter();
    let entries = entries.map(|e| Entry { value: moved(e.value, lines, arena), pos: lower(e.pos, lines), ..*e });
    MapNode::new(arena, entries.collect())
}

fn moved<'c>(tree: Tree<'c>, lines: u32, arena: &'c Bump) -> Tree<'c> {
    match tree {
        Tree::Map(map) => Tree::Map(moved_map(map, lines, arena)),
        Tree::List(list) => {
            let items: Vec<_> =
                list.items().iter().map(|(t, pos)| (moved(*t, lines, arena), lower(*pos, lines))).collect();
            Tree::List(ListNode::new(arena, &items))
        }
        leaf => leaf,
    }
}

fn lower(pos: Pos, lines: u32) -> Pos {
    Pos { line: pos.line.saturating_add(lines), ..pos }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::{V3_22, V4_3};

    fn load(text: &str, dialect: &'static Dialect) -> Result<String, String> {
        let arena = Bump::new();
        let text = arena.alloc_slice_copy(text.as_bytes());
        let limits = Limits::default();
        let map = load_values(text, "v.yaml", Origin(1), dialect, &arena, &limits).map_err(|r| r.message)?;
        let Some(map) = map else { return Ok("nil".into()) };
        Ok(map.entries().iter().map(|e| format!("{}@{}={:?} ", e.key, e.pos.line, e.value)).collect())
    }

    // Expected: helm 4.3.1 and 3.22.0.
    #[test]
    fn documents_are_laid_over_each_other() {
        let text = "a: 1\nb: 2\n--- # next\r\nb: 3\r\n";
        assert_eq!(load(text, &V4_3).unwrap(), "a@1=Float(1.0) b@4=Float(3.0) ");
        assert_eq!(load(text, &V3_22).unwrap(), "a@1=Float(1.0) b@2=Float(2.0) ");
        assert_eq!(load("---\n---\na: 1", &V4_3).unwrap(), "a@3=Float(1.0) ");
        assert_eq!(load("", &V4_3).unwrap(), "");
        assert_eq!(load("", &V3_22).unwrap(), "nil");
    }

    #[test]
    fn a_broken_separator_is_refused() {
        assert_eq!(
            load("a: 1\n---foo\nb: 2", &V4_3).unwrap_err(),
            "error reading yaml document: invalid Yaml document separator: foo"
        );
    }

    #[test]
    fn a_list_is_no_values_file() {
        let tail = "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go value of type \
                    map[string]interface {}";
        assert_eq!(load("- 1", &V3_22).unwrap_err(), tail);
        assert_eq!(load("- 1", &V4_3).unwrap_err(), format!("cannot unmarshal yaml document: {tail}"));
    }
}
