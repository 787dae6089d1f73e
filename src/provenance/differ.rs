//! What differs between two values, places left aside.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::manifest::{Path, Step};
use crate::value::Tree;

/// Nothing is told apart below so many steps: no object of the API is deeper, and paths cost what they are long.
const DEEP: usize = 100;

/// Equal for equal values, wherever they were written.
pub fn fingerprint(tree: Tree<'_>) -> u64 {
    let mut hash = DefaultHasher::new();
    let mut left = vec![tree];
    while let Some(tree) = left.pop() {
        match tree {
            Tree::Null => 0u8.hash(&mut hash),
            Tree::Bool(b) => (1u8, b).hash(&mut hash),
            Tree::Int(n) => (2u8, n).hash(&mut hash),
            Tree::Float(n) => (3u8, n.to_bits()).hash(&mut hash),
            Tree::Str(text) => (4u8, text).hash(&mut hash),
            Tree::List(list) => {
                (5u8, list.items().len()).hash(&mut hash);
                left.extend(list.items().iter().map(|(item, _)| *item));
            }
            Tree::Map(map) => {
                (6u8, map.entries().len()).hash(&mut hash);
                for entry in map.entries() {
                    entry.key.hash(&mut hash);
                    left.push(entry.value);
                }
            }
        }
    }
    hash.finish()
}

/// The paths at which two values differ, not more than `limit`: leaves that changed, and whole branches that one side lacks.
pub fn differences(a: Tree<'_>, b: Tree<'_>, limit: usize) -> Vec<Path> {
    let mut found = Vec::new();
    let mut left: Vec<(Tree<'_>, Tree<'_>, Path)> = vec![(a, b, Path::default())];
    while let Some((a, b, path)) = left.pop() {
        if found.len() >= limit {
            break;
        }
        if path.0.len() >= DEEP {
            if fingerprint(a) != fingerprint(b) {
                found.push(path);
            }
            continue;
        }
        let below = |step: Step| {
            let mut path = path.clone();
            path.0.push(step);
            path
        };
        match (a, b) {
            (Tree::Map(a), Tree::Map(b)) => {
                for entry in a.entries() {
                    let step = || Step::Key(entry.key.to_string());
                    match b.get(entry.key) {
                        Some(other) if same(entry.value, other.value) => {}
                        Some(other) => left.push((entry.value, other.value, below(step()))),
                        None => found.push(below(step())),
                    }
                }
                let new = b.entries().iter().filter(|entry| a.get(entry.key).is_none());
                found.extend(new.map(|entry| below(Step::Key(entry.key.to_string()))));
            }
            (Tree::List(a), Tree::List(b)) => {
                let (a, b) = (a.items(), b.items());
                for (n, (x, y)) in a.iter().zip(b).enumerate().filter(|(_, (x, y))| !same(x.0, y.0)) {
                    left.push((x.0, y.0, below(Step::Index(n))));
                }
                found.extend((a.len().min(b.len())..a.len().max(b.len())).map(|n| below(Step::Index(n))));
            }
            (a, b) if same(a, b) => {}
            _ => found.push(path),
        }
    }
    found.truncate(limit);
    found.sort();
    found
}

/// Equal, as far as that is seen without looking into containers.
fn same(a: Tree<'_>, b: Tree<'_>) -> bool {
    match (a, b) {
        (Tree::Map(a), Tree::Map(b)) => std::ptr::eq(a, b),
        (Tree::List(a), Tree::List(b)) => std::ptr::eq(a, b),
        (Tree::Map(_) | Tree::List(_), _) | (_, Tree::Map(_) | Tree::List(_)) => false,
        (a, b) => a == b,
    }
}
