//! Merging two trees key by key, as values files are laid over each other.

use bumpalo::Bump;

use super::{Entry, MapNode, Tree};

/// `loader.MergeMaps` (Helm 4), `values.mergeMaps` (Helm 3): what `over` says wins, maps are merged, a null stays a null.
/// The result is a map of its own; what is under it may be shared with both. Recurses as deep as both trees agree.
pub fn merge_maps<'c>(arena: &'c Bump, base: &'c MapNode<'c>, over: &'c MapNode<'c>) -> &'c MapNode<'c> {
    let mut merged: Vec<Entry<'c>> = Vec::with_capacity(base.entries().len() + over.entries().len());
    let mut rest = base.entries();
    for entry in over.entries() {
        let before = rest.partition_point(|e| e.key < entry.key);
        merged.extend_from_slice(rest.get(..before).unwrap_or(&[]));
        rest = rest.get(before..).unwrap_or(&[]);
        let known = rest.first().filter(|e| e.key == entry.key);
        if known.is_some() {
            rest = rest.get(1..).unwrap_or(&[]);
        }
        merged.push(match (known.map(|e| e.value), entry.value) {
            (Some(Tree::Map(a)), Tree::Map(b)) => Entry { value: Tree::Map(merge_maps(arena, a, b)), ..*entry },
            _ => *entry,
        });
    }
    merged.extend_from_slice(rest);
    MapNode::new(arena, merged)
}

#[cfg(test)]
mod tests {
    use bstr::BStr;

    use super::*;
    use crate::value::Pos;

    fn map<'c>(arena: &'c Bump, entries: &[(&'c str, Tree<'c>)]) -> &'c MapNode<'c> {
        let entry = |&(key, value): &(&'c str, Tree<'c>)| Entry { key: BStr::new(key), value, pos: Pos::default() };
        MapNode::new(arena, entries.iter().map(entry).collect())
    }

    #[test]
    fn maps_are_merged_and_all_else_is_replaced() {
        let arena = Bump::new();
        let a = map(
            &arena,
            &[("m", Tree::Map(map(&arena, &[("x", Tree::Int(1)), ("y", Tree::Int(2))]))), ("n", Tree::Int(3))],
        );
        let b =
            map(&arena, &[("m", Tree::Map(map(&arena, &[("y", Tree::Null)]))), ("a", Tree::Int(4)), ("n", Tree::Null)]);
        let want = map(
            &arena,
            &[
                ("a", Tree::Int(4)),
                ("m", Tree::Map(map(&arena, &[("x", Tree::Int(1)), ("y", Tree::Null)]))),
                ("n", Tree::Null),
            ],
        );
        assert_eq!(merge_maps(&arena, a, b), want);
        assert_eq!(merge_maps(&arena, b, a).get(b"n").map(|e| e.value), Some(Tree::Int(3)));
    }
}
