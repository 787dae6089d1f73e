//! What differs between two values, places left aside.

use crate::manifest::{Path, Step};
use crate::value::Tree;

/// Nothing is told apart below so many steps: no object of the API is deeper, and paths cost what they are long.
const DEEP: usize = 100;

/// Whether two values are the same, wherever they were written.
pub fn is_same(a: Tree<'_>, b: Tree<'_>) -> bool {
    let mut left = vec![(a, b)];
    while let Some(pair) = left.pop() {
        match pair {
            (Tree::Map(a), Tree::Map(b)) if std::ptr::eq(a, b) => {}
            (Tree::List(a), Tree::List(b)) if std::ptr::eq(a, b) => {}
            (Tree::Map(a), Tree::Map(b)) => {
                let (a, b) = (a.entries(), b.entries());
                if a.len() != b.len() || a.iter().zip(b).any(|(a, b)| a.key != b.key) {
                    return false;
                }
                left.extend(a.iter().zip(b).map(|(a, b)| (a.value, b.value)));
            }
            (Tree::List(a), Tree::List(b)) => {
                let (a, b) = (a.items(), b.items());
                if a.len() != b.len() {
                    return false;
                }
                left.extend(a.iter().zip(b).map(|(a, b)| (a.0, b.0)));
            }
            (Tree::Float(a), Tree::Float(b)) if a.to_bits() == b.to_bits() => {}
            (Tree::Map(_) | Tree::List(_), _) | (_, Tree::Map(_) | Tree::List(_)) => return false,
            (a, b) if a == b => {}
            _ => return false,
        }
    }
    true
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
            if !is_same(a, b) {
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
                        Some(other) if is_same(entry.value, other.value) => {}
                        Some(other) => left.push((entry.value, other.value, below(step()))),
                        None => found.push(below(step())),
                    }
                }
                let new = b.entries().iter().filter(|entry| a.get(entry.key).is_none());
                found.extend(new.map(|entry| below(Step::Key(entry.key.to_string()))));
            }
            (Tree::List(a), Tree::List(b)) => {
                let (a, b) = (a.items(), b.items());
                for (n, (x, y)) in a.iter().zip(b).enumerate().filter(|(_, (x, y))| !is_same(x.0, y.0)) {
                    left.push((x.0, y.0, below(Step::Index(n))));
                }
                found.extend((a.len().min(b.len())..a.len().max(b.len())).map(|n| below(Step::Index(n))));
            }
            (a, b) if is_same(a, b) => {}
            _ => found.push(path),
        }
    }
    found.truncate(limit);
    found.sort();
    found
}
