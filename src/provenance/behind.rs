//! From a field of a document to the values that change it.
//!
//! Leaves whose text stands in the field are tried first, the likeliest one by one. If none of them is it, all are changed
//! together and halved: of two thousand leaves the two that matter are found in some forty renders. What a render shows is
//! kept for all fields that are asked about, so that a hundred findings cost little more than one.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use bumpalo::Bump;

use super::differ::differences;
use super::leaves::{Change, ValuesPath, leaves, nudge};
use super::pairs::pairs;
use super::variant::{Otherwise, Provenance, Stop};
use crate::manifest::{DocId, Document, Manifests, Node, Path};
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
/// Paths of one document that are kept of a render; one that changes in more of them has changed everywhere.
const PATHS: usize = 1_000;
/// Leaves found behind one field, after which no more are looked for.
const ENOUGH: usize = 8;

/// Leaves that stand in the field and are tried before all others.
const LIKELY: usize = 32;
/// Those of them that are tried by themselves; `true` and `1` stand in many fields, and are halved.
const SINGLES: usize = 4;
/// Renders of one search, for all fields together: a render that answered for one field answers for the others too.
const RENDERS: u32 = 240;
/// The class of leaves that say nothing about themselves.
const OTHER: u8 = 2;

/// The search for the values behind fields of one render. It keeps what every render showed.
pub struct Search<'s, 'c> {
    provenance: &'s Provenance<'c>,
    manifests: &'s Manifests<'s>,
    leaves: Vec<(ValuesPath, Tree<'c>)>,
    /// By the leaves that were changed together.
    shown: RefCell<HashMap<Vec<usize>, Rc<Shown>>>,
    renders_left: Cell<u32>,
}

/// What came of a render in which some leaves were changed.
enum Shown {
    Effect(Effect),
    /// The chart refuses such values.
    Refused,
    Budget,
}

/// What is different, by document of the render as it is. A path that is a whole document's: all of it.
struct Effect {
    paths: HashMap<DocId, Vec<Path>>,
    /// Fields, counted up to [`MANY`].
    changes: usize,
}

/// How likely a leaf is behind a field that shows this text: class, and the length of its own.
fn rank(leaf: Tree<'_>, shown: &str) -> (u8, usize) {
    let Some(text) = text_of_leaf(leaf) else { return (OTHER, 0) };
    let class = match shown {
        shown if shown.trim_end() == text => 0,
        shown if shown.contains(&text) => 1,
        _ => OTHER,
    };
    (class, text.len())
}

impl<'c> Provenance<'c> {
    /// A search for what is behind fields of the render as it is.
    pub fn search<'s>(&'s self, manifests: &'s Manifests<'s>) -> Search<'s, 'c> {
        let leaves = leaves(self.bound.root().values);
        let renders_left = Cell::new(RENDERS);
        Search { provenance: self, manifests, leaves, shown: RefCell::default(), renders_left }
    }
}

impl Search<'_, '_> {
    /// The values that change the field at a path of a document; the path may also be one that is absent. Found by
    /// rendering: for findings, not for loops.
    pub fn values(&self, document: &Document<'_>, path: &Path) -> Behind {
        let shown = document.root().at(&path.0).map(text_of).unwrap_or_default();
        // What the field is, then what stands in it, the longest first: `true` and `1` stand in many fields.
        let ranks = self.leaves.iter().enumerate().map(|(n, leaf)| (rank(leaf.1, &shown), n));
        let mut likely: Vec<((u8, usize), usize)> = ranks.filter(|((class, _), _)| *class < OTHER).collect();
        likely.sort_by_key(|((class, length), n)| (*class, std::cmp::Reverse(*length), *n));
        let likely: Vec<usize> = likely.into_iter().map(|(_, n)| n).take(LIKELY).collect();
        let (singles, others) = likely.split_at(likely.len().min(SINGLES));
        let mut behind = Behind { influences: Vec::new(), complete: true };
        for n in singles {
            self.try_one(document.id, path, *n, &mut behind);
        }
        self.halve(document.id, path, others, &mut behind);
        if behind.influences.is_empty() {
            let all: Vec<usize> = (0..self.leaves.len()).collect();
            self.halve(document.id, path, &all, &mut behind);
        }
        behind.influences.sort_by(|a, b| (a.changes, &a.path).cmp(&(b.changes, &b.path)));
        behind
    }

    fn try_one(&self, doc: DocId, path: &Path, n: usize, behind: &mut Behind) {
        match &*self.show(&[n]) {
            Shown::Effect(effect) if effect.touches(doc, path) => {
                let path = self.leaves.get(n).map(|leaf| leaf.0.clone()).unwrap_or_default();
                behind.influences.push(Influence { path, changes: effect.changes.max(1) });
            }
            Shown::Effect(_) => {}
            // Nothing is known of this leaf.
            Shown::Refused | Shown::Budget => behind.complete = false,
        }
    }

    /// Finds those of some leaves that change the field. The same halves for every field, so that they are rendered once.
    fn halve(&self, doc: DocId, path: &Path, leaves: &[usize], behind: &mut Behind) {
        let mut left = vec![leaves];
        while let Some(group) = left.pop() {
            match group {
                [] => {}
                [one] => self.try_one(doc, path, *one, behind),
                several => match &*self.show(several) {
                    Shown::Effect(effect) if !effect.touches(doc, path) => {}
                    // Some leaf of the group matters, or is refused and hides the others.
                    Shown::Effect(_) | Shown::Refused => {
                        let (first, second) = several.split_at(several.len() / 2);
                        left.extend([second, first]);
                    }
                    Shown::Budget => {
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

    /// The render with some leaves changed.
    fn show(&self, leaves: &[usize]) -> Rc<Shown> {
        if let Some(shown) = self.shown.borrow().get(leaves) {
            return shown.clone();
        }
        let Some(left) = self.renders_left.get().checked_sub(1) else { return Rc::new(Shown::Budget) };
        self.renders_left.set(left);
        let arena = Bump::new();
        let mut variant = self.provenance.variant();
        let change =
            |(path, value): &(ValuesPath, Tree<'_>)| Change { path: path.clone(), value: nudge(*value, &arena) };
        variant.changes = leaves.iter().filter_map(|n| self.leaves.get(*n)).map(change).collect();
        let look = |otherwise: &Otherwise<'_>| Effect::of(self.manifests, otherwise);
        let shown = Rc::new(match self.provenance.render_beside(&variant, self.manifests, look) {
            Ok(effect) => Shown::Effect(effect),
            Err(Stop::Refused(_)) => Shown::Refused,
            Err(Stop::Budget) => Shown::Budget,
        });
        self.shown.borrow_mut().insert(leaves.to_vec(), shown.clone());
        shown
    }
}

impl Effect {
    fn of(manifests: &Manifests<'_>, otherwise: &Otherwise<'_>) -> Effect {
        let mut effect = Effect { paths: HashMap::new(), changes: 0 };
        for (id, other) in pairs(manifests, &otherwise.manifests, &otherwise.same) {
            let Some(document) = manifests.get(id) else { continue };
            let Some(other) = other else {
                effect.paths.insert(id, vec![Path::default()]);
                effect.changes += 1;
                continue;
            };
            let mut paths = differences(document.root().tree(), other.root().tree(), PATHS);
            if paths.is_empty() {
                continue;
            }
            // One that has another name is another object: what it says is no change of its own.
            effect.changes += if document.identity() == other.identity() { paths.len() } else { 1 };
            if paths.len() >= PATHS {
                paths = vec![Path::default()];
            }
            effect.paths.insert(id, paths);
        }
        effect.changes = effect.changes.min(MANY);
        effect
    }

    /// Whether the field, something in it or what holds it is different.
    fn touches(&self, doc: DocId, path: &Path) -> bool {
        let paths = self.paths.get(&doc).map_or(&[][..], Vec::as_slice);
        paths.iter().any(|changed| changed.0.starts_with(&path.0) || path.0.starts_with(&changed.0))
    }
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
