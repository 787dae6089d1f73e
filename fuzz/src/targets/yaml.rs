//! YAML both ways: what is read is written, and what is written is read as the same.

use bumpalo::Bump;
use plimsoll::limits::Limits;
use plimsoll::value::{Origin, Tree};
use plimsoll::yaml;

pub const PIECES: &[&str] = &[
    "a: ",
    "b: ",
    "- ",
    "? ",
    ": ",
    "\n",
    "\n  ",
    "\n    ",
    "[",
    "]",
    "{",
    "}",
    ", ",
    "&x ",
    "*x",
    "<<: *x\n",
    "!!str ",
    "!!int ",
    "!!binary ",
    "!t ",
    "|\n",
    ">-\n  ",
    "|+2\n",
    "\"x\\n\\u00e9\"",
    "'it''s'",
    "# c\n",
    "---\n",
    "...\n",
    "%YAML 1.1\n",
    "yes",
    "null",
    "~",
    "1.5e3",
    "0x1f",
    "0o17",
    "1_000",
    ".inf",
    "-.NaN",
    "12:30:45",
    "2001-12-14",
    "x y",
    "\t",
    "é",
    "\u{85}",
    "\u{2028}",
    "\r\n",
    "=",
    "<<",
];

pub fn run(data: &[u8]) {
    let arena = Bump::new();
    let text = arena.alloc_slice_copy(data);
    let limits = Limits::default();
    let Ok(tree) = yaml::load(text, Origin::default(), &arena, &limits) else { return };
    let Ok(written) = yaml::tree_to_yaml(tree) else { return };
    let written = arena.alloc_slice_copy(&written);
    let again = yaml::load(written, Origin::default(), &arena, &limits);
    // goyaml writes a key `<<` plain, and reads a merge: what it wrote is then not what it reads.
    if written.windows(2).any(|two| two == b"<<") {
        return;
    }
    let again = again.unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(written)));
    assert!(same(tree, again), "{tree:?} is written as {}", String::from_utf8_lossy(written));
}

/// Equal but for places; a NaN is like another.
fn same(a: Tree<'_>, b: Tree<'_>) -> bool {
    match (a, b) {
        (Tree::Map(a), Tree::Map(b)) => {
            a.entries().len() == b.entries().len()
                && a.entries().iter().zip(b.entries()).all(|(a, b)| a.key == b.key && same(a.value, b.value))
        }
        (Tree::List(a), Tree::List(b)) => {
            a.items().len() == b.items().len() && a.items().iter().zip(b.items()).all(|(a, b)| same(a.0, b.0))
        }
        (Tree::Float(a), Tree::Float(b)) => a == b || a.is_nan() && b.is_nan(),
        (a, b) => a == b,
    }
}
