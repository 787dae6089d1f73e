//! Values with the type of every scalar, written as `describe` in tests/oracles writes Go's.

use plimsoll::go::strconv;
use plimsoll::value::{MapNode, Tree};

/// A whole tree.
#[allow(dead_code)]
pub fn tree(value: Tree<'_>) -> String {
    let mut out = String::new();
    write(&mut out, value, &mut |_| String::new());
    out
}

/// A map.
#[allow(dead_code)]
pub fn map(node: &MapNode<'_>) -> String {
    let mut out = String::new();
    write_map(&mut out, node, &mut |_| String::new());
    out
}

/// A map, with a number before each map in it: maps of one number are one map.
#[allow(dead_code)]
pub fn identities(node: &MapNode<'_>) -> String {
    let mut out = String::new();
    let mut seen = Vec::new();
    write_map(&mut out, node, &mut |node| {
        let address = std::ptr::from_ref(node) as usize;
        let known = seen.iter().position(|s| *s == address);
        let number = known.unwrap_or_else(|| {
            seen.push(address);
            seen.len() - 1
        });
        number.to_string()
    });
    out
}

/// `mark` gives what stands before a map.
type Mark<'m> = &'m mut dyn FnMut(&MapNode<'_>) -> String;

fn write_map(out: &mut String, node: &MapNode<'_>, mark: Mark<'_>) {
    *out += &mark(node);
    out.push('{');
    for e in node.entries() {
        *out += &strconv::quote(e.key);
        out.push(':');
        write(out, e.value, mark);
        out.push(',');
    }
    out.push('}');
}

fn write(out: &mut String, value: Tree<'_>, mark: Mark<'_>) {
    match value {
        Tree::Null => *out += "nil",
        Tree::Bool(b) => *out += if b { "true" } else { "false" },
        Tree::Int(n) => *out += &format!("i{n}"),
        Tree::Float(f) => *out += &format!("f{:016x}", f.to_bits()),
        Tree::Str(s) => *out += &strconv::quote(s),
        Tree::List(l) => {
            out.push('[');
            for (item, _) in l.items() {
                write(out, *item, mark);
                out.push(',');
            }
            out.push(']');
        }
        Tree::Map(m) => write_map(out, m, mark),
    }
}
