//! Where a rendered field comes from: the line of the template, and the values behind it. Asked only about findings, once a
//! case, and within a bound of its own.

use std::cell::{Cell, OnceCell};

use crate::diagnostic::Place;
use crate::manifest::{Document, Path};
use crate::provenance::{Lines, Search, ValuesPath};
use crate::rules::Facts;

/// Findings of a case whose values are looked for. Their renders are shared, and bounded together.
const LOOKUPS: u32 = 40;
/// Values that change more fields than this name things, or switch them; they are not where one field is changed.
const NARROW: usize = 24;
/// Values that are told of one field.
const TOLD: usize = 3;

/// The origins of one case.
pub struct Origins<'f> {
    facts: &'f Facts<'f>,
    lines: OnceCell<Lines>,
    search: Search<'f, 'f>,
    lookups_left: Cell<u32>,
}

impl<'f> Origins<'f> {
    pub fn new(facts: &'f Facts<'f>) -> Self {
        let search = facts.provenance.search(facts.manifests);
        Origins { facts, lines: OnceCell::new(), search, lookups_left: Cell::new(LOOKUPS) }
    }

    /// The place in the document's own template that wrote a line of the output.
    pub fn template(&self, document: &Document<'_>, output_line: u32) -> Option<Place> {
        // A render that cannot be repeated has no lines to tell.
        let lines = self.lines.get_or_init(|| self.facts.provenance.lines().unwrap_or_default());
        lines.of(document, output_line).map(|origin| origin.outer.clone())
    }

    /// The values that change a field and little else.
    pub fn values(&self, document: &Document<'_>, path: &Path) -> Vec<ValuesPath> {
        let Some(left) = self.lookups_left.get().checked_sub(1) else { return Vec::new() };
        self.lookups_left.set(left);
        let behind = self.search.values(document, path);
        let narrow = behind.influences.into_iter().filter(|i| i.changes <= NARROW);
        narrow.map(|influence| influence.path).take(TOLD).collect()
    }
}
