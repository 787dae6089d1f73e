//! Whole values to YAML: `toYaml`'s way through JSON and back, and `toYamlPretty`'s own.

use bstr::BStr;
use bumpalo::Bump;

use super::decode;
use super::emit::{Emitter, Flavour, in_order, sort_keys};
use super::error::Error;
use super::node::{Document, NodeKind};
use super::number::float_to_yaml;
use super::resolve::Scalar;
use crate::go::time::Duration;
use crate::value::{Heap, IntType, Tree, Value};

/// Beyond this depth the long way is taken, which knows how deep is too deep and what is a circle.
const MAX_DEPTH: u32 = 500;
/// A key longer than this, escaped, is not read back as one (see `scan::keys`).
const MAX_KEY: usize = 1000 / 6;

/// JSON as `encoding/json` writes it to YAML (`sigs.k8s.io/yaml`, `JSONToYAML`). The error is goyaml's: some characters that
/// JSON leaves as they are may not stand in YAML.
pub fn json_to_yaml(json: &[u8]) -> Result<Vec<u8>, Error> {
    let arena = Bump::new();
    // The text must outlive the nodes, which borrow from it; what it holds was paid for when it was written.
    let document = Document::parse(arena.alloc_slice_copy(json), &arena, usize::MAX)?;
    let mut emitter = Emitter::new(Flavour::V2);
    write_document(&document, &mut emitter)?;
    Ok(emitter.finish())
}

enum Task<'a> {
    Node(u32),
    Entry(&'a [u8], u32),
    EndMap,
    EndList,
}

fn write_document(document: &Document<'_>, emitter: &mut Emitter) -> Result<(), Error> {
    let mut tasks = vec![Task::Node(0)];
    while let Some(task) = tasks.pop() {
        let index = match task {
            Task::EndMap => {
                emitter.end_map();
                continue;
            }
            Task::EndList => {
                emitter.end_list();
                continue;
            }
            Task::Entry(key, value) => {
                emitter.key(key);
                value
            }
            Task::Node(index) => index,
        };
        let Some((index, node)) = document.resolve(index) else {
            emitter.null();
            continue;
        };
        match node.kind {
            NodeKind::Mapping => {
                emitter.begin_map();
                tasks.push(Task::EndMap);
                let mut entries = Vec::new();
                let mut children = document.children(index);
                while let (Some(key), Some(value)) = (children.next(), children.next()) {
                    if let Some((_, key)) = document.resolve(key) {
                        entries.push((key.value, value));
                    }
                }
                // Of equal keys the last one counts.
                entries.sort_by(|a, b| a.0.cmp(b.0));
                entries.reverse();
                entries.dedup_by(|later, kept| later.0 == kept.0);
                entries.reverse();
                sort_keys(&mut entries, Flavour::V2, |entry| entry.0);
                tasks.extend(entries.into_iter().rev().map(|(key, value)| Task::Entry(key, value)));
            }
            NodeKind::Sequence => {
                emitter.begin_list();
                tasks.push(Task::EndList);
                let from = tasks.len();
                tasks.extend(document.children(index).map(Task::Node));
                if let Some(items) = tasks.get_mut(from..) {
                    items.reverse();
                }
            }
            NodeKind::Scalar | NodeKind::Alias(_) => match decode::scalar(node)? {
                Scalar::Null => emitter.null(),
                Scalar::Bool(b) => emitter.bool(b),
                Scalar::Int(n) => emitter.int(n),
                Scalar::Uint(n) => emitter.uint(n),
                Scalar::Float(n) => emitter.float(n),
                Scalar::Str(text) | Scalar::Timestamp(text) => emitter.str(text),
            },
        }
    }
    Ok(())
}

/// A value that only the way through JSON can write, or that has no YAML at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NeedsJson;

/// What `sigs.k8s.io/yaml` marshals a value to, written at once. A value that holds more than maps, lists, numbers and ordinary
/// strings is not: marshal that to JSON and call [`json_to_yaml`].
pub fn value_to_yaml<'h>(heap: &Heap<'h>, value: Value<'h>) -> Result<Vec<u8>, NeedsJson> {
    let mut emitter = Emitter::new(Flavour::V2);
    write_value(heap, value, &mut emitter, 0)?;
    Ok(emitter.finish())
}

/// [`value_to_yaml`] for an immutable tree.
pub fn tree_to_yaml(tree: Tree<'_>) -> Result<Vec<u8>, NeedsJson> {
    let mut emitter = Emitter::new(Flavour::V2);
    write_tree(tree, &mut emitter, 0)?;
    Ok(emitter.finish())
}

/// Pays for one more node; a container that is held many times over is written as often. The JSON that is wanted when the
/// heap refuses is refused as well, and by that the budget's own error is told.
fn pay(heap: &Heap<'_>, emitter: &Emitter, more: usize) -> Result<(), NeedsJson> {
    let (before, after) = (emitter.written(), emitter.written().saturating_add(more));
    // The whole is asked for whenever it has doubled.
    if before.checked_ilog2() != after.checked_ilog2() && heap.reserve(after.saturating_mul(2)).is_err() {
        return Err(NeedsJson);
    }
    heap.spend(1 + more as u64 / 16).map_err(|_| NeedsJson)
}

fn write_value<'h>(heap: &Heap<'h>, value: Value<'h>, emitter: &mut Emitter, depth: u32) -> Result<(), NeedsJson> {
    if depth > MAX_DEPTH {
        return Err(NeedsJson);
    }
    pay(heap, emitter, size(value))?;
    match value {
        Value::Invalid | Value::Nil => emitter.null(),
        Value::Bool(b) => emitter.bool(b),
        Value::Int(_, n) => emitter.int(n),
        Value::Uint(_, n) => emitter.uint(n),
        Value::Float(n) => write_float(n, emitter)?,
        Value::Str(text) => write_str(text, emitter)?,
        Value::List(list) if list.is_nil() => emitter.null(),
        Value::List(list) => {
            emitter.begin_list();
            for item in list.items(heap) {
                write_value(heap, *item, emitter, depth + 1)?;
            }
            emitter.end_list();
        }
        Value::Map(map) if map.is_nil() => emitter.null(),
        Value::Map(map) => match map.untouched() {
            Some(node) => write_tree(Tree::Map(node), emitter, depth)?,
            None => {
                let mut entries = map.entries(heap);
                sort_keys(&mut entries, Flavour::V2, |entry| entry.0);
                emitter.begin_map();
                for (key, value) in entries {
                    write_key(key, emitter)?;
                    write_value(heap, value, emitter, depth + 1)?;
                }
                emitter.end_map();
            }
        },
        Value::Complex(..) | Value::Bytes(_) | Value::Object(_) => return Err(NeedsJson),
    }
    Ok(())
}

fn write_tree(tree: Tree<'_>, emitter: &mut Emitter, depth: u32) -> Result<(), NeedsJson> {
    if depth > MAX_DEPTH {
        return Err(NeedsJson);
    }
    match tree {
        Tree::Null => emitter.null(),
        Tree::Bool(b) => emitter.bool(b),
        Tree::Int(n) => emitter.int(n),
        Tree::Float(n) => write_float(n, emitter)?,
        Tree::Str(text) => write_str(text, emitter)?,
        Tree::List(list) => {
            emitter.begin_list();
            for (item, _) in list.items() {
                write_tree(*item, emitter, depth + 1)?;
            }
            emitter.end_list();
        }
        Tree::Map(map) => {
            let sorted;
            let mut entries = map.entries();
            if !in_order(entries, Flavour::V2, |entry| entry.key) {
                let mut copy = entries.to_vec();
                sort_keys(&mut copy, Flavour::V2, |entry| entry.key);
                sorted = copy;
                entries = &sorted;
            }
            emitter.begin_map();
            for entry in entries {
                write_key(entry.key, emitter)?;
                write_tree(entry.value, emitter, depth + 1)?;
            }
            emitter.end_map();
        }
    }
    Ok(())
}

fn write_float(n: f64, emitter: &mut Emitter) -> Result<(), NeedsJson> {
    emitter.word(float_to_yaml(n).ok_or(NeedsJson)?.as_bytes());
    Ok(())
}

fn write_str(text: &BStr, emitter: &mut Emitter) -> Result<(), NeedsJson> {
    if !survives_json(text) {
        return Err(NeedsJson);
    }
    emitter.str(text);
    Ok(())
}

fn write_key(key: &BStr, emitter: &mut Emitter) -> Result<(), NeedsJson> {
    if key.len() > MAX_KEY || !survives_json(key) {
        return Err(NeedsJson);
    }
    emitter.key(key);
    Ok(())
}

/// Whether a string comes back from JSON and goyaml as it was: text, without the characters that goyaml refuses or takes for
/// something else and that JSON does not escape.
fn survives_json(text: &[u8]) -> bool {
    if text.is_ascii() {
        return !text.contains(&0x7F);
    }
    let Ok(text) = std::str::from_utf8(text) else { return false };
    !text.contains(|c| matches!(c, '\u{7F}'..='\u{9F}' | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}'))
}

/// Bytes that a value takes by itself, roughly; a tree's own size was bounded when it was read.
fn size(value: Value<'_>) -> usize {
    match value {
        Value::Str(text) => text.len(),
        Value::Bytes(bytes) => bytes.len().saturating_mul(6),
        Value::Map(map) => map.len().saturating_mul(8),
        Value::List(list) => list.len().saturating_mul(4),
        _ => 8,
    }
}

/// What `toYamlPretty` prints: the Go value itself through goyaml v3, JSON not asked.
pub fn value_to_pretty_yaml<'h>(heap: &Heap<'h>, value: Value<'h>) -> Result<Vec<u8>, NeedsJson> {
    let mut emitter = Emitter::new(Flavour::V3);
    write_pretty(heap, value, &mut emitter, 0)?;
    Ok(emitter.finish())
}

fn write_pretty<'h>(heap: &Heap<'h>, value: Value<'h>, emitter: &mut Emitter, depth: u32) -> Result<(), NeedsJson> {
    if depth > heap.budget().max_depth() {
        return Err(NeedsJson);
    }
    pay(heap, emitter, size(value))?;
    match value {
        Value::Invalid | Value::Nil => emitter.null(),
        Value::Bool(b) => emitter.bool(b),
        Value::Int(IntType::Duration, n) => emitter.str(Duration(n).to_string().as_bytes()),
        Value::Int(_, n) => emitter.int(n),
        Value::Uint(_, n) => emitter.uint(n),
        Value::Float(n) => emitter.float(n),
        Value::Str(text) => emitter.str(text),
        Value::Bytes(bytes) => {
            emitter.begin_list();
            bytes.iter().for_each(|&byte| emitter.uint(u64::from(byte)));
            emitter.end_list();
        }
        Value::List(list) => {
            emitter.begin_list();
            for item in list.items(heap) {
                write_pretty(heap, *item, emitter, depth + 1)?;
            }
            emitter.end_list();
        }
        Value::Map(map) => {
            let mut entries = map.entries(heap);
            sort_keys(&mut entries, Flavour::V3, |entry| entry.0);
            emitter.begin_map();
            for (key, value) in entries {
                emitter.key(key);
                write_pretty(heap, value, emitter, depth + 1)?;
            }
            emitter.end_map();
        }
        Value::Object(object) => match object.json_text(heap) {
            // goyaml has a word of its own for times; the others are strings.
            Some(text) if object.type_name(heap) == "time.Time" => emitter.word(text.as_bytes()),
            Some(text) => emitter.str(text.as_bytes()),
            None => {
                emitter.begin_map();
                for field in object.fields(heap) {
                    emitter.key(field.name.to_lowercase().as_bytes());
                    write_pretty(heap, field.value, emitter, depth + 1)?;
                }
                emitter.end_map();
            }
        },
        Value::Complex(..) => return Err(NeedsJson),
    }
    Ok(())
}
