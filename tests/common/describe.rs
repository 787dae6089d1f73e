//! Values with the type of every scalar, written as `describe` in tests/oracles/strvals.go writes Go's.

use plimsoll::go::strconv;
use plimsoll::value::{MapNode, Tree};

/// A whole tree.
#[allow(dead_code)]
pub fn tree(value: Tree<'_>) -> String {
    let mut out = String::new();
    write(&mut out, value);
    out
}

/// A map.
#[allow(dead_code)]
pub fn map(node: &MapNode<'_>) -> String {
    let mut out = String::from("{");
    for e in node.entries() {
        out += &strconv::quote(e.key);
        out.push(':');
        write(&mut out, e.value);
        out.push(',');
    }
    out + "}"
}

fn write(out: &mut String, value: Tree<'_>) {
    match value {
        Tree::Null => *out += "nil",
        Tree::Bool(b) => *out += if b { "true" } else { "false" },
        Tree::Int(n) => *out += &format!("i{n}"),
        Tree::Float(f) => *out += &format!("f{:016x}", f.to_bits()),
        Tree::Str(s) => *out += &strconv::quote(s),
        Tree::List(l) => {
            out.push('[');
            for (item, _) in l.items() {
                write(out, *item);
                out.push(',');
            }
            out.push(']');
        }
        Tree::Map(m) => *out += &map(m),
    }
}
