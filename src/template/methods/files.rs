//! `engine.files`, which is `.Files` (Helm: pkg/engine/files.go).

use super::Own;
use crate::value::{CallError, Heap, ListType, Map, Ty, Value};

pub(super) const METHODS: &[Own] = &[
    Own::new("Get", &[Ty::Str], |heap, files, args| Ok(heap.str(bytes(heap, files, args)))),
    Own::new("GetBytes", &[Ty::Str], |heap, files, args| Ok(Value::Bytes(bytes(heap, files, args)))),
    Own::new("Lines", &[Ty::Str], lines),
];

type Result<'h> = std::result::Result<Value<'h>, CallError>;

/// The named file; nothing when there is none.
fn bytes<'h>(heap: &Heap<'h>, files: Value<'h>, args: &[Value<'h>]) -> &'h [u8] {
    let (Value::Map(files), [Value::Str(name)]) = (files, args) else { return &[] };
    get(heap, files, name)
}

fn get<'h>(heap: &Heap<'h>, files: &Map<'h>, name: &[u8]) -> &'h [u8] {
    match files.get(heap, name) {
        Some(Value::Bytes(bytes)) => bytes,
        _ => &[],
    }
}

fn lines<'h>(heap: &Heap<'h>, files: Value<'h>, args: &[Value<'h>]) -> Result<'h> {
    let text = bytes(heap, files, args);
    heap.reserve(text.len())?;
    if text.is_empty() && heap.dialect().empty_file_has_no_lines {
        return Ok(heap.list(ListType::Str, &[]));
    }
    let text = text.strip_suffix(b"\n").unwrap_or(text);
    let lines: Vec<Value<'h>> = text.split(|b| *b == b'\n').map(|line| Value::Str(line.into())).collect();
    Ok(heap.list(ListType::Str, &lines))
}
