//! Who wrote a value: the table behind [`Origin`].

use std::sync::Arc;

use super::{MapNode, Origin, Pos, Tree};
use crate::diagnostic::Place;

/// One source of values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// values.yaml of a chart, named by its path among charts (`mychart/charts/sub`).
    Defaults(Arc<str>),
    /// A values file, as the user named it; `-` is standard input.
    File(Arc<str>),
    /// A flag (`--set`) and its text.
    Flag(&'static str, Arc<str>),
}

/// All sources of one render. Origin 0 is nobody; the others count from 1 in the order of [`Sources::add`].
#[derive(Clone, Debug, Default)]
pub struct Sources {
    list: Vec<Source>,
}

impl Sources {
    pub fn new() -> Self {
        Sources::default()
    }

    pub fn add(&mut self, source: Source) -> Origin {
        self.list.push(source);
        Origin(u32::try_from(self.list.len()).unwrap_or(0))
    }

    /// The source of an origin; `None` for "made here, by nobody".
    pub fn get(&self, origin: Origin) -> Option<&Source> {
        self.list.get((origin.0 as usize).checked_sub(1)?)
    }
    /// A position as a place in the file that wrote it: `mychart/values.yaml`, a values file as the user named it, or the
    /// name of a flag, whose text is never shown for it may hold a secret. `None` for what nobody wrote.
    pub fn place(&self, pos: Pos) -> Option<Place> {
        Some(match self.get(pos.source)? {
            Source::Defaults(chart) => Place::at(format!("{chart}/values.yaml"), pos.line, pos.column),
            Source::File(name) => Place::at(name.clone(), pos.line, pos.column),
            Source::Flag(flag, _) => Place::file(*flag),
        })
    }
}

/// Where a path into values was written: the position of its last key or item, and whether it is there at all. Where it is
/// not, the position is that of the nearest one above it, if one was written.
pub fn position<'c>(root: &'c MapNode<'c>, path: &[String]) -> (Option<Pos>, Option<Tree<'c>>) {
    let (mut last, mut at) = (None, Tree::Map(root));
    for token in path {
        let next = match at {
            Tree::Map(map) => map.get(token.as_bytes()).map(|e| (e.value, e.pos)),
            Tree::List(list) => token.parse::<usize>().ok().and_then(|i| list.items().get(i)).copied(),
            _ => None,
        };
        let Some((tree, pos)) = next else { return (last, None) };
        at = tree;
        // What coalescing made has no place; the one above it is better than none.
        if pos.line > 0 || pos.source != Origin::default() {
            last = Some(pos);
        }
    }
    (last, Some(at))
}

#[cfg(test)]
mod tests {
    use bstr::BStr;
    use bumpalo::Bump;

    use super::*;
    use crate::value::{Entry, ListNode};

    #[test]
    fn a_path_is_placed_where_it_was_written_or_above() {
        let arena = Bump::new();
        let mut sources = Sources::new();
        let source = sources.add(Source::Defaults("c".into()));
        let pos = |line, column| Pos { source, line, column };
        let map = |key: &'static str, value, pos| {
            Tree::Map(MapNode::new(&arena, vec![Entry { key: BStr::new(key), value, pos }]))
        };
        // a: {b: [x, {y: 1}]}, a line each.
        let inner = map("y", Tree::Int(1), pos(4, 5));
        let list = [(Tree::Str(BStr::new("x")), pos(3, 5)), (inner, pos(4, 5))];
        let b = map("b", Tree::List(ListNode::new(&arena, &list)), pos(2, 3));
        let root = map("a", b, pos(1, 1)).as_map().unwrap();
        let at = |path: &[&str]| {
            let path: Vec<String> = path.iter().map(|p| p.to_string()).collect();
            let (pos, tree) = position(root, &path);
            (pos.and_then(|p| sources.place(p)).unwrap().to_string(), tree.is_some())
        };
        assert_eq!(at(&["a", "b", "1", "y"]), ("c/values.yaml:4:5".into(), true));
        assert_eq!(at(&["a", "nope", "deeper"]), ("c/values.yaml:1:1".into(), false));
        let flag = sources.add(Source::Flag("--set", "a.password=geheim".into()));
        let place = sources.place(Pos { source: flag, line: 1, column: 3 }).unwrap();
        assert_eq!(place.to_string(), "--set");
    }
}
