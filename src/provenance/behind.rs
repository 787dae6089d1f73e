//! From a field of a document to the values that change it.
//!
//! Leaves whose text stands in the field are tried one by one. If none of them is it, the others are changed together and
//! halved: of two thousand leaves the two that matter are found in some forty renders.

use std::collections::HashMap;

use bumpalo::Bump;

use super::differ::{differences, fingerprint};
use super::leaves::{Change, ValuesPath, leaves, nudge};
use super::variant::{Provenance, Rendering, Stop};
use crate::manifest::{Document, Identity, Manifests, Node, Path};
use crate::value::Tree;

/// A leaf that changes a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Influence {
    pub path: ValuesPath,
    /// How many fields of the render change with it, counted up to a hundred.
    pub changes: usize,
}

/// The values behind a field.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Behind {
    /// Those that change least beside the field come first.
    pub influences: Vec<Influence>,
    /// Every leaf has had its say, or one was found that stands in the field. Otherwise there may be more.
    pub complete: bool,
}

/// Beyond it, one leaf's changes are many.
const MANY: usize = 100;
/// Leaves found behind one field, after which no more are looked for.
const ENOUGH: usize = 8;

/// Leaves that stand in the field and are tried by themselves.
const SINGLES: usize = 32;
/// Renders for the others.
const HALVINGS: usize = 200;
/// The class of leaves that say nothing about themselves.
const OTHER: u8 = 2;

/// How likely a leaf is behind a field that shows this text: class, and the length of its own.
fn rank<'c>(leaf: (ValuesPath, Tree<'c>), shown: &str) -> (u8, usize, (ValuesPath, Tree<'c>)) {
    let Some(text) = text_of_leaf(leaf.1) else { return (OTHER, 0, leaf) };
    let class = match shown {
        shown if shown.trim_end() == text => 0,
        shown if shown.contains(&text) => 1,
        _ => OTHER,
    };
    (class, text.len(), leaf)
}

/// The field that is asked about, in terms that hold for other renders too.
struct Wanted<'m> {
    manifests: &'m Manifests<'m>,
    document: &'m Document<'m>,
    path: Path,
    print: Option<u64>,
}

impl Provenance<'_> {
    /// The values that change the field at a path of a document of the render as it is; the path may also be one that is
    /// absent. Found by rendering: for findings, not for loops.
    pub fn values_behind(&self, manifests: &Manifests<'_>, document: &Document<'_>, path: &Path) -> Behind {
        let print = document.root().at(&path.0).map(|node| fingerprint(node.tree()));
        let wanted = Wanted { manifests, document, path: path.clone(), print };
        let shown = document.root().at(&path.0).map(text_of).unwrap_or_default();
        let leaves = leaves(self.bound.root().values);
        // What the field is, then what stands in it, the longest first: `true` and `1` stand in many fields.
        let mut ranked: Vec<(u8, usize, (ValuesPath, Tree<'_>))> =
            leaves.into_iter().map(|leaf| rank(leaf, &shown)).collect();
        ranked.sort_by_key(|(class, length, _)| (*class, std::cmp::Reverse(*length)));
        let cut = ranked.partition_point(|(class, _, _)| *class < OTHER).min(SINGLES);
        let leaves: Vec<(ValuesPath, Tree<'_>)> = ranked.into_iter().map(|(_, _, leaf)| leaf).collect();
        let (likely, others) = leaves.split_at(cut);
        let mut behind = Behind { influences: Vec::new(), complete: true };
        for leaf in likely {
            self.try_one(&wanted, leaf, &mut behind);
        }
        if behind.influences.is_empty() {
            self.halve(&wanted, others, &mut behind);
        }
        behind.influences.sort_by(|a, b| (a.changes, &a.path).cmp(&(b.changes, &b.path)));
        behind
    }

    fn try_one(&self, wanted: &Wanted<'_>, leaf: &(ValuesPath, Tree<'_>), behind: &mut Behind) {
        match self.with_changed(std::slice::from_ref(leaf), |rendering| wanted.changes_in(rendering)) {
            Ok(0) => {}
            Ok(changes) => behind.influences.push(Influence { path: leaf.0.clone(), changes }),
            // The chart refuses such a value: nothing is known of this leaf.
            Err(_) => behind.complete = false,
        }
    }

    /// Finds the leaves among these that change the field.
    fn halve(&self, wanted: &Wanted<'_>, leaves: &[(ValuesPath, Tree<'_>)], behind: &mut Behind) {
        let mut left = vec![leaves];
        let mut renders = 0;
        while let Some(group) = left.pop() {
            renders += 1;
            if renders > HALVINGS {
                behind.complete = false;
                return;
            }
            match group {
                [] => continue,
                [one] => self.try_one(wanted, one, behind),
                group => match self.with_changed(group, |rendering| wanted.is_changed_in(rendering)) {
                    Ok(false) => {}
                    // Some leaf of the group matters, or is refused and hides the others.
                    Ok(true) | Err(Stop::Refused(_)) => {
                        let (first, second) = group.split_at(group.len() / 2);
                        left.extend([second, first]);
                    }
                    Err(Stop::Budget) => {
                        behind.complete = false;
                        return;
                    }
                },
            }
            if behind.influences.len() >= ENOUGH {
                behind.complete &= left.is_empty();
                return;
            }
        }
    }

    fn with_changed<R>(
        &self,
        leaves: &[(ValuesPath, Tree<'_>)],
        look: impl FnOnce(&Rendering<'_>) -> R,
    ) -> Result<R, Stop> {
        let arena = Bump::new();
        let mut variant = self.variant();
        let change =
            |(path, value): &(ValuesPath, Tree<'_>)| Change { path: path.clone(), value: nudge(*value, &arena) };
        variant.changes = leaves.iter().map(change).collect();
        self.render(&variant, look)
    }
}

impl Wanted<'_> {
    fn is_changed_in(&self, rendering: &Rendering<'_>) -> bool {
        let document = counterpart(self.document, self.manifests, &rendering.manifests);
        let now = document.and_then(|d| d.root().at(&self.path.0)).map(|node| fingerprint(node.tree()));
        now != self.print
    }

    /// How many fields are different; 0 when this one is not.
    fn changes_in(&self, rendering: &Rendering<'_>) -> usize {
        if !self.is_changed_in(rendering) {
            return 0;
        }
        let mut changes = 0;
        let now: HashMap<Identity<'_>, &Document<'_>> =
            rendering.manifests.documents.iter().filter_map(|d| Some((d.identity()?, d))).collect();
        for document in &self.manifests.documents {
            changes += match document.identity().and_then(|identity| now.get(&identity)) {
                Some(now) if fingerprint(now.root().tree()) == fingerprint(document.root().tree()) => 0,
                Some(now) => differences(document.root().tree(), now.root().tree(), MANY).len(),
                None => 1,
            };
            if changes >= MANY {
                return MANY;
            }
        }
        changes.max(1)
    }
}

/// The same document of another render: by identity, or where its name has changed, by its place in its template.
pub fn counterpart<'m, 'o>(
    document: &Document<'_>,
    of: &Manifests<'_>,
    other: &'o Manifests<'m>,
) -> Option<&'o Document<'m>> {
    let same_place = other.get(document.id).filter(|d| d.identity() == document.identity());
    let by_identity = || other.documents.iter().find(|d| d.identity().is_some() && d.identity() == document.identity());
    same_place.or_else(by_identity).or_else(|| {
        let is_sibling = |d: &&Document<'_>| d.template == document.template && d.kind == document.kind;
        let nth = of.documents.iter().filter(is_sibling).position(|d| d.id == document.id)?;
        other.documents.iter().filter(|d| d.template == document.template && d.kind == document.kind).nth(nth)
    })
}

/// All text below a node.
fn text_of(node: Node<'_>) -> String {
    let mut text = String::new();
    let mut left = vec![node.tree()];
    while let Some(tree) = left.pop() {
        match tree {
            Tree::Map(map) => left.extend(map.entries().iter().map(|e| e.value)),
            Tree::List(list) => left.extend(list.items().iter().map(|(item, _)| *item)),
            leaf => {
                text.push_str(&text_of_leaf(leaf).unwrap_or_default());
                text.push('\n');
            }
        }
    }
    text
}

/// What a template would print of a leaf; `None` where that says too little to look for.
fn text_of_leaf(leaf: Tree<'_>) -> Option<String> {
    let text = match leaf {
        Tree::Str(text) => text.to_string(),
        Tree::Int(n) => n.to_string(),
        Tree::Float(n) => n.to_string(),
        Tree::Bool(b) => b.to_string(),
        Tree::Null | Tree::List(_) | Tree::Map(_) => return None,
    };
    (!text.is_empty()).then_some(text)
}
