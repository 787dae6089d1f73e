//! Paths into values, and values with some of them changed.

use std::fmt;

use bstr::BStr;
use bumpalo::Bump;

use crate::value::{Entry, ListNode, MapNode, Pos, Tree};

/// A path into values: keys, and indexes of lists as numbers, as `value::position` takes it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct ValuesPath(pub Vec<String>);

impl fmt::Display for ValuesPath {
    /// As `--set` takes it: `a.b[0].c`, dots inside of keys escaped. A key that is a number looks like an index.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, token) in self.0.iter().enumerate() {
            if n > 0 && !token.is_empty() && token.bytes().all(|b| b.is_ascii_digit()) {
                write!(f, "[{token}]")?;
                continue;
            }
            if n > 0 {
                f.write_str(".")?;
            }
            f.write_str(&token.replace('.', "\\."))?;
        }
        Ok(())
    }
}

/// A leaf, and what it is to be.
#[derive(Clone, Debug)]
pub struct Change<'v> {
    pub path: ValuesPath,
    pub value: Tree<'v>,
}

/// More than any chart has; a map of values may be given by anybody.
const MAX_LEAVES: usize = 20_000;

/// The scalars of values, nulls too, with their paths, in the order of the keys; not more than twenty thousand.
pub fn leaves<'c>(root: &'c MapNode<'c>) -> Vec<(ValuesPath, Tree<'c>)> {
    let mut found = Vec::new();
    // A branch and how many of its children have been seen; `path` names the child at hand.
    let mut trail: Vec<(Tree<'c>, usize)> = vec![(Tree::Map(root), 0)];
    let mut path: Vec<String> = Vec::new();
    while let Some((branch, next)) = trail.last_mut() {
        let child = match *branch {
            Tree::Map(map) => map.entries().get(*next).map(|e| (e.key.to_string(), e.value)),
            Tree::List(list) => list.items().get(*next).map(|(value, _)| (next.to_string(), *value)),
            _ => None,
        };
        *next += 1;
        path.truncate(trail.len() - 1);
        let Some((token, value)) = child else {
            trail.pop();
            continue;
        };
        path.push(token);
        match value {
            Tree::Map(_) | Tree::List(_) => trail.push((value, 0)),
            leaf if found.len() < MAX_LEAVES => found.push((ValuesPath(path.clone()), leaf)),
            _ => break,
        }
    }
    found
}

/// Another value of the same shape: what is not empty stays so, a number stays a number, text keeps its punctuation.
pub fn nudge<'v>(value: Tree<'_>, arena: &'v Bump) -> Tree<'v> {
    match value {
        Tree::Bool(b) => Tree::Bool(!b),
        Tree::Int(n) => Tree::Int(n.wrapping_add(1)),
        Tree::Float(n) => Tree::Float(n + 1.0),
        Tree::Str(text) => {
            let mut bytes = text.to_vec();
            match bytes.iter_mut().rev().find(|b| b.is_ascii_alphanumeric()) {
                Some(last) => *last = following(*last),
                None => bytes.push(b'x'),
            }
            Tree::Str(BStr::new(arena.alloc_slice_copy(&bytes)))
        }
        Tree::Null | Tree::List(_) | Tree::Map(_) => Tree::Str(BStr::new("x")),
    }
}

/// The next letter or digit of its kind; after the last one comes the first.
fn following(b: u8) -> u8 {
    match b {
        b'9' => b'0',
        b'z' => b'a',
        b'Z' => b'A',
        b => b + 1,
    }
}

/// The user's values with changes laid over them. `all` are the values that the chart sees: what a list holds beside the
/// changed item comes from there, for a list is only ever replaced as a whole.
pub(super) fn changed<'v>(
    user: &'v MapNode<'v>,
    all: &'v MapNode<'v>,
    changes: &[Change<'v>],
    arena: &'v Bump,
) -> &'v MapNode<'v> {
    let mut user = user;
    for change in changes {
        user = set(user, all, &change.path.0, change.value, arena);
    }
    user
}

fn set<'v>(
    user: &'v MapNode<'v>,
    all: &'v MapNode<'v>,
    path: &[String],
    value: Tree<'v>,
    arena: &'v Bump,
) -> &'v MapNode<'v> {
    // Every container on the way: the user's own as long as it is a map, else what the chart sees.
    let mut containers = Vec::with_capacity(path.len());
    let (mut own, mut seen) = (Some(Tree::Map(user)), Some(Tree::Map(all)));
    for token in path {
        let own_map = own.filter(|tree| matches!(tree, Tree::Map(_)));
        let own_list = own.filter(|tree| matches!(tree, Tree::List(_)));
        let seen_list = seen.filter(|tree| matches!(tree, Tree::List(_)));
        let container = own_map.or(own_list).or(seen_list);
        containers.push(container.unwrap_or_else(|| Tree::empty_map(arena)));
        // Below a list that is not the user's everything is copied from what the chart sees.
        own = if own.is_none() && seen_list.is_some() { seen } else { own };
        own = own.and_then(|tree| child(tree, token));
        seen = seen.and_then(|tree| child(tree, token));
    }
    let mut value = value;
    for (container, token) in containers.iter().zip(path).rev() {
        value = with_child(*container, token, value, arena);
    }
    value.as_map().unwrap_or(user)
}

fn child<'v>(tree: Tree<'v>, token: &str) -> Option<Tree<'v>> {
    match tree {
        Tree::Map(map) => map.get(token.as_bytes()).map(|e| e.value),
        Tree::List(list) => list.items().get(token.parse::<usize>().ok()?).map(|(value, _)| *value),
        _ => None,
    }
}

fn with_child<'v>(container: Tree<'v>, token: &str, value: Tree<'v>, arena: &'v Bump) -> Tree<'v> {
    match container {
        Tree::List(list) => {
            let mut items = list.items().to_vec();
            if let Some(item) = token.parse::<usize>().ok().and_then(|at| items.get_mut(at)) {
                item.0 = value;
            }
            Tree::List(ListNode::new(arena, &items))
        }
        Tree::Map(map) => {
            let mut entries = map.entries().to_vec();
            match entries.iter_mut().find(|e| e.key == token.as_bytes()) {
                Some(entry) => entry.value = value,
                None => {
                    let key = BStr::new(arena.alloc_str(token).as_bytes());
                    entries.push(Entry { key, value, pos: Pos::default() });
                }
            }
            Tree::Map(MapNode::new(arena, entries))
        }
        leaf => leaf,
    }
}
