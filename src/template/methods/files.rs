//! `engine.files`, which is `.Files` (Helm: pkg/engine/files.go).

use bstr::BStr;

use super::{Own, yaml};
use crate::go::encode::base64_encode;
use crate::go::glob::{Failure, Glob};
use crate::limits::Exhausted;
use crate::value::{CallError, Heap, ListType, Map, MapType, Ty, Value};

pub(super) const METHODS: &[Own] = &[
    Own::new("AsConfig", &[], |heap, files, _| as_yaml(heap, files, |bytes| heap.str(bytes))),
    Own::new("AsSecrets", &[], |heap, files, _| as_yaml(heap, files, |bytes| heap.str(base64_encode(bytes)))),
    Own::new("Get", &[Ty::Str], |heap, files, args| Ok(heap.str(bytes(heap, files, args)))),
    Own::new("GetBytes", &[Ty::Str], |heap, files, args| Ok(Value::Bytes(bytes(heap, files, args)))),
    Own::new("Glob", &[Ty::Str], glob),
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
    if text.is_empty() {
        let is_there =
            matches!((files, args), (Value::Map(files), [Value::Str(name)]) if files.get(heap, name).is_some());
        if is_there && !heap.dialect().empty_file_has_no_lines {
            return Err(CallError::failed("runtime error: index out of range [-1]"));
        }
        return Ok(heap.list(ListType::Str, &[]));
    }
    let text = text.strip_suffix(b"\n").unwrap_or(text);
    let lines: Vec<Value<'h>> = text.split(|b| *b == b'\n').map(|line| Value::Str(line.into())).collect();
    Ok(heap.list(ListType::Str, &lines))
}

fn glob<'h>(heap: &Heap<'h>, files: Value<'h>, args: &[Value<'h>]) -> Result<'h> {
    let found = heap.map(MapType::Files);
    let (Value::Map(files), [Value::Str(pattern)]) = (files, args) else { return Ok(Value::Map(found)) };
    // A pattern that does not compile matches everything.
    let glob = Glob::new(pattern).ok();
    for name in files.keys() {
        heap.spend(1)?;
        let matches = match &glob {
            None => true,
            Some(glob) => glob.matches(name).map_err(|failure| match failure {
                Failure::TooComplex => CallError::Exhausted(Exhausted::Fuel),
                panic => CallError::failed(panic.to_string()),
            })?,
        };
        if matches && let Some(bytes) = files.get(heap, name) {
            found.set(heap, name, bytes);
        }
    }
    Ok(Value::Map(found))
}

/// A map of base names and texts as YAML; of equal base names the last file counts.
fn as_yaml<'h>(heap: &Heap<'h>, files: Value<'h>, text: impl Fn(&[u8]) -> Value<'h>) -> Result<'h> {
    let texts = heap.map(MapType::Str);
    if let Value::Map(files) = files {
        for (name, bytes) in files.entries(heap) {
            let Value::Bytes(bytes) = bytes else { continue };
            heap.reserve(bytes.len())?;
            texts.set(heap, base(name), text(bytes));
        }
    }
    match yaml(heap, Value::Map(texts)) {
        Ok(text) => Ok(heap.str(text.strip_suffix(b"\n").unwrap_or(&text))),
        Err(CallError::Failed(_)) => Ok(Value::str("")),
        Err(exhausted) => Err(exhausted),
    }
}

/// path.Base of a name that is neither empty nor ends in a slash.
fn base(name: &BStr) -> &BStr {
    BStr::new(name.rsplit(|b| *b == b'/').next().unwrap_or(name))
}
