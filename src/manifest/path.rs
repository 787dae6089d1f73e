//! Names of places inside of a document, and the way from a place back to its name.

use std::fmt;

use super::node::Node;
use crate::value::Tree;

/// One step down.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Step {
    Key(String),
    Index(usize),
}

/// A place, from the root of a document down.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Path(pub Vec<Step>);

impl Path {
    /// `spec.containers[0].image`; a key with a dot, bracket or quote stands in quotes: `metadata.labels."app.kubernetes.io/name"`.
    /// `None` where the text is none.
    pub fn parse(text: &str) -> Option<Path> {
        let mut steps = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            if let Some(after) = rest.strip_prefix('[') {
                let (number, after) = after.split_once(']')?;
                steps.push(Step::Index(number.parse().ok()?));
                rest = after;
                continue;
            }
            if !steps.is_empty() {
                rest = rest.strip_prefix('.')?;
            }
            if let Some(quoted) = rest.strip_prefix('"') {
                let (key, after) = unquote(quoted)?;
                steps.push(Step::Key(key));
                rest = after;
            } else {
                let end = rest.find(['.', '[']).unwrap_or(rest.len());
                let (key, after) = rest.split_at(end);
                if key.is_empty() {
                    return None;
                }
                steps.push(Step::Key(key.to_string()));
                rest = after;
            }
        }
        Some(Path(steps))
    }
}

/// The text up to the closing quote, and what follows it.
fn unquote(text: &str) -> Option<(String, &str)> {
    let mut key = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((key, text.get(at + 1..)?)),
            '\\' => key.push(chars.next()?.1),
            c => key.push(c),
        }
    }
    None
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, step) in self.0.iter().enumerate() {
            match step {
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Key(key) => {
                    if n > 0 {
                        f.write_str(".")?;
                    }
                    if key.is_empty() || key.contains(['.', '[', ']', '"', '\\']) {
                        write!(f, "\"{}\"", key.replace('\\', "\\\\").replace('"', "\\\""))?;
                    } else {
                        f.write_str(key)?;
                    }
                }
            }
        }
        Ok(())
    }
}

/// The name of the first node that `found` takes, parents before children, children in the order of their keys. The trail
/// is kept as indexes, so nothing is copied until the node is found, and nothing recurses.
fn search<'m>(root: Node<'m>, mut found: impl FnMut(Node<'m>) -> bool) -> Option<Path> {
    let mut trail: Vec<(Node<'m>, usize)> = Vec::new();
    let mut node = root;
    loop {
        if found(node) {
            return Some(name(&trail));
        }
        trail.push((node, 0));
        loop {
            let (parent, next) = trail.last_mut()?;
            let child = child(*parent, *next);
            *next += 1;
            match child {
                Some(child) => {
                    node = child;
                    break;
                }
                None => trail.pop(),
            };
        }
    }
}

fn child(parent: Node<'_>, index: usize) -> Option<Node<'_>> {
    match parent.tree() {
        Tree::Map(map) => parent.get(std::str::from_utf8(map.entries().get(index)?.key).ok()?),
        Tree::List(_) => parent.index(index),
        _ => None,
    }
}

/// The steps that a trail has taken: each frame's child is the one before its next.
fn name(trail: &[(Node<'_>, usize)]) -> Path {
    let step = |(parent, next): &(Node<'_>, usize)| {
        let taken = next.checked_sub(1)?;
        Some(match parent.tree() {
            Tree::Map(map) => Step::Key(map.entries().get(taken)?.key.to_string()),
            _ => Step::Index(taken),
        })
    };
    Path(trail.iter().filter_map(step).collect())
}

/// The name of a node below `root`, which is known by its place and its value.
pub(super) fn find<'m>(root: Node<'m>, wanted: Node<'m>) -> Option<Path> {
    search(root, |node| same(node, wanted))
}

fn same(a: Node<'_>, b: Node<'_>) -> bool {
    let same_tree = match (a.tree(), b.tree()) {
        (Tree::Map(a), Tree::Map(b)) => std::ptr::eq(a, b),
        (Tree::List(a), Tree::List(b)) => std::ptr::eq(a, b),
        (Tree::Map(_) | Tree::List(_), _) | (_, Tree::Map(_) | Tree::List(_)) => false,
        (a, b) => a == b,
    };
    same_tree && a.pos() == b.pos()
}

/// The name of the last node that begins at or before a line; of several that begin at one place, of the innermost.
pub(super) fn at_line(root: Node<'_>, line: u32) -> Path {
    let mut best = (0, 0);
    let (mut visited, mut chosen) = (0usize, 0usize);
    search(root, |node| {
        visited += 1;
        let pos = node.pos();
        if pos.line <= line && (pos.line, pos.column) >= best {
            best = (pos.line, pos.column);
            chosen = visited;
        }
        false
    });
    let mut visited = 0;
    let found = search(root, |_| {
        visited += 1;
        visited == chosen
    });
    found.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_they_are_written() {
        for text in
            ["spec.containers[0].image", "metadata.labels.\"app.kubernetes.io/name\"", "[3][1].a", "a.\"q\\\"\""]
        {
            assert_eq!(Path::parse(text).unwrap().to_string(), text);
        }
        for bad in ["a..b", "a[x]", "a[1", "a.\"b", ".a", "a[1]b"] {
            assert_eq!(Path::parse(bad), None, "{bad}");
        }
    }
}
