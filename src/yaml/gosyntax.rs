//! Nodes as Go's `%#v` prints the values that goyaml makes of them: some error texts quote them so.

use super::error::{Error, Kind};
use super::node::{Document, NodeKind};
use super::number;
use super::resolve::Scalar;
use crate::go::strconv;

/// What one quotation may grow to.
const MAX_BYTES: usize = 64 << 10;

/// A scalar as `%#v` shows it inside of an `interface {}`; a nil by itself is `<nil>`.
pub(super) fn scalar(value: Scalar<'_>) -> String {
    match value {
        Scalar::Null => "<nil>".to_string(),
        Scalar::Bool(b) => b.to_string(),
        Scalar::Int(n) => n.to_string(),
        Scalar::Uint(n) => format!("{n:#x}"),
        Scalar::Float(n) => match n {
            _ if n.is_nan() => "NaN".to_string(),
            f64::INFINITY => "+Inf".to_string(),
            f64::NEG_INFINITY => "-Inf".to_string(),
            _ => number::float(n),
        },
        Scalar::Str(text) | Scalar::Timestamp(text) => strconv::quote(text),
    }
}

/// The node with this index as `%#v` shows it. Maps are shown in the order of their keys as texts, which is Go's own order as
/// long as they are of one type.
pub(super) fn node(document: &Document<'_>, index: u32, depth: usize, out: &mut String) -> Result<(), Error> {
    let Some((index, node)) = document.resolve(index) else { return Ok(()) };
    if out.len() > MAX_BYTES || depth > 100 {
        return Err(Error::new(Kind::Budget, "yaml: invalid map key", Some(node.mark)));
    }
    match node.kind {
        NodeKind::Sequence => {
            out.push_str("[]interface {}{");
            for (n, item) in document.children(index).enumerate() {
                out.push_str(if n > 0 { ", " } else { "" });
                self::node(document, item, depth + 1, out)?;
            }
            out.push('}');
        }
        NodeKind::Mapping => {
            let mut entries = Vec::new();
            mapping(document, index, depth, &mut entries)?;
            entries.sort();
            out.push_str("map[interface {}]interface {}{");
            for (n, (key, value)) in entries.iter().enumerate() {
                out.push_str(if n > 0 { ", " } else { "" });
                out.push_str(key);
                out.push(':');
                out.push_str(value);
            }
            out.push('}');
        }
        NodeKind::Scalar | NodeKind::Alias(_) => match super::decode::scalar(node)? {
            Scalar::Null => out.push_str("interface {}(nil)"),
            value => out.push_str(&scalar(value)),
        },
    }
    Ok(())
}

/// The entries of a mapping, merges included.
fn mapping(
    document: &Document<'_>,
    index: u32,
    depth: usize,
    entries: &mut Vec<(String, String)>,
) -> Result<(), Error> {
    let Some((index, node)) = document.resolve(index) else { return Ok(()) };
    if entries.len() > MAX_BYTES || depth > 100 {
        return Err(Error::new(Kind::Budget, "yaml: invalid map key", Some(node.mark)));
    }
    let mut children = document.children(index);
    while let (Some(key), Some(value)) = (children.next(), children.next()) {
        if document.nodes().get(key as usize).is_some_and(super::decode::is_merge) {
            match document.resolve(value) {
                Some((list, node)) if node.kind == NodeKind::Sequence => {
                    let merged: Vec<u32> = document.children(list).collect();
                    for &map in merged.iter().rev() {
                        mapping(document, map, depth + 1, entries)?;
                    }
                }
                _ => mapping(document, value, depth + 1, entries)?,
            }
            continue;
        }
        let (mut shown, mut content) = (String::new(), String::new());
        self::node(document, key, depth + 1, &mut shown)?;
        self::node(document, value, depth + 1, &mut content)?;
        entries.retain(|(known, _)| *known != shown);
        entries.push((shown, content));
    }
    Ok(())
}
