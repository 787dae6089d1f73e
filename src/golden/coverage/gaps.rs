//! What no case reaches, in words; and how much is reached.

use super::branches::Kind;
use super::{Branch, Coverage, Spot};
use crate::diagnostic::Place;

/// Something that no case reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    pub place: Place,
    /// `branch`, `condition`, `template`, `value`, `clause`.
    pub what: &'static str,
    /// `if: never false`
    pub message: String,
}

/// Reached and all, of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Ways of `if`, `with` and `range`: each has two.
    pub branches: (usize, usize),
    /// The same of `and` and `or`.
    pub conditions: (usize, usize),
    pub templates: (usize, usize),
    pub values: (usize, usize),
    pub clauses: (usize, usize),
}

impl Totals {
    /// Of a hundred branches so many are reached; all, where there are none.
    pub fn percent(&self) -> f64 {
        let (reached, all) = self.branches;
        if all == 0 { 100.0 } else { 100.0 * reached as f64 / all as f64 }
    }
}

impl Coverage {
    pub fn totals(&self) -> Totals {
        let mut totals = Totals::default();
        for branch in self.files.values().flat_map(|file| file.branches.values()) {
            let counted = if branch.kind.is_condition() { &mut totals.conditions } else { &mut totals.branches };
            let (reached, all) = branch.reached();
            counted.0 += reached;
            counted.1 += all;
        }
        let count = |spots: &mut dyn Iterator<Item = &Spot>| {
            spots.fold((0, 0), |(reached, all), spot| (reached + usize::from(spot.hits > 0), all + 1))
        };
        totals.templates = count(&mut self.files.values().flat_map(|file| file.templates.values()));
        totals.values = count(&mut self.values.values());
        totals.clauses = count(&mut self.clauses.values());
        totals
    }

    /// Everything that no case reaches: templates by file and line, then values, then clauses.
    pub fn gaps(&self) -> Vec<Gap> {
        let mut found = Vec::new();
        for (name, file) in &self.files {
            let mut here = Vec::new();
            let gap = |line, what, message| Gap { place: Place::at(name.as_str(), line, 0), what, message };
            for (template, spot) in file.templates.iter().filter(|(_, spot)| spot.hits == 0) {
                here.push(gap(spot.line, "template", format!("{template}: never rendered")));
            }
            for branch in file.branches.values() {
                let what = if branch.kind.is_condition() { "condition" } else { "branch" };
                here.extend(missing(branch).map(|words| gap(branch.line, what, words.to_string())));
            }
            here.sort_by_key(|gap| gap.place.line);
            found.extend(here);
        }
        let spots = [
            (&self.values, &self.values_file, "value", "no case changes it"),
            (&self.clauses, &self.schema_file, "clause", "refuses no case"),
        ];
        for (spots, file, what, words) in spots {
            let mut here: Vec<Gap> = spots
                .iter()
                .filter(|(_, spot)| spot.hits == 0)
                .map(|(name, spot)| Gap {
                    place: Place::at(file.as_str(), spot.line, 0),
                    what,
                    message: format!("{name}: {words}"),
                })
                .collect();
            here.sort_by_key(|gap| gap.place.line);
            found.extend(here);
        }
        found
    }
}

/// The ways that a branch never went; of one that can go one way alone, nothing once it went that.
fn missing(branch: &Branch) -> impl Iterator<Item = &'static str> {
    let words = match branch.kind {
        Kind::If => ["if: never true", "if: never false"],
        Kind::With => ["with: never something", "with: never empty"],
        Kind::Range => ["range: never anything", "range: never empty"],
        Kind::And => ["and: never decided early", "and: never to the last argument"],
        Kind::Or => ["or: never decided early", "or: never to the last argument"],
    };
    let (ways, (reached, all)) = (branch.ways, branch.reached());
    words.into_iter().zip(ways).filter(move |(_, hits)| *hits == 0 && reached < all).map(|(words, _)| words)
}
