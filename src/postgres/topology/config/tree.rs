//! Configuration files that are YAML or JSON.

use bumpalo::Bump;

use super::Raw;
use crate::limits::Limits;
use crate::value::{Origin, Tree};
use crate::yaml;

/// Deeper nesting than any setting has.
const DEEP: usize = 24;
/// More settings than any program reads.
const MANY: usize = 20_000;

/// The leaves of the first document; `None` where the text is not YAML.
pub fn read(text: &str, arena: &Bump, limits: &Limits) -> Option<Vec<Raw>> {
    let copy = arena.alloc_str(text);
    let tree = yaml::load(copy.as_bytes(), Origin::default(), arena, limits).ok()?;
    if !matches!(tree, Tree::Map(_) | Tree::List(_)) {
        return None;
    }
    let mut out = Vec::new();
    let mut trail = Vec::new();
    walk(tree, 0, &mut trail, &mut out);
    Some(out)
}

fn walk(tree: Tree<'_>, line: u32, trail: &mut Vec<String>, out: &mut Vec<Raw>) {
    if trail.len() > DEEP || out.len() >= MANY {
        return;
    }
    let value = match tree {
        Tree::Map(map) => {
            for entry in map.entries() {
                trail.push(entry.key.to_string());
                walk(entry.value, entry.pos.line, trail, out);
                trail.pop();
            }
            return;
        }
        Tree::List(list) => {
            for (n, (item, pos)) in list.items().iter().enumerate() {
                trail.push(n.to_string());
                walk(*item, pos.line, trail, out);
                trail.pop();
            }
            return;
        }
        Tree::Null => return,
        Tree::Bool(b) => b.to_string(),
        Tree::Int(n) => n.to_string(),
        Tree::Float(n) => n.to_string(),
        Tree::Str(text) => match std::str::from_utf8(text) {
            Ok(text) => text.to_string(),
            Err(_) => return,
        },
    };
    out.push(Raw { key: trail.join("."), value, is_code: false, line });
}
