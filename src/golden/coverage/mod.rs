//! What the cases of a chart reach, and what none of them reaches: branches of its templates, values, clauses of its schema.
//! Of the chart's own templates only; charts below it have tests of their own.
//!
//! | file | owns |
//! |---|---|
//! | `counter` | the trace that counts where a render went |
//! | `branches` | the branches that templates have |
//! | `gather` | one case, counted |
//! | `gaps` | what is not reached, in words |
//! | `lcov` | the same for tools, in lcov's format |

mod branches;
mod counter;
mod gaps;
mod gather;
mod lcov;

pub use gaps::{Gap, Totals};
pub use lcov::lcov;

use std::collections::BTreeMap;

use branches::Kind;

/// What the cases of one chart reach.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// By the path of the template's file.
    files: BTreeMap<String, File>,
    /// By path (`worker.replicas`): the leaves of the chart's values.yaml.
    values: BTreeMap<String, Spot>,
    values_file: String,
    /// By JSON pointer: the clauses of its schema.
    clauses: BTreeMap<String, Spot>,
    schema_file: String,
}

/// One template file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct File {
    /// By byte offset, a branch before a condition that it begins with.
    branches: BTreeMap<(u32, bool), Branch>,
    /// By name: what it defines, itself included.
    templates: BTreeMap<String, Spot>,
    /// Lines that do something, and how often they did.
    lines: BTreeMap<u32, u64>,
}

/// A branch, and how often it went each way.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Branch {
    kind: Kind,
    line: u32,
    /// `Way::Body` and `Way::Else`; of `and` and `or` `Way::Short` and `Way::Whole`.
    ways: [u64; 2],
    /// A comment on its line says that it can go one way alone: `{{/* plimsoll: one way -- why */}}`.
    one_way: bool,
}

impl Branch {
    /// The ways that count, and those of them that were gone.
    fn reached(&self) -> (usize, usize) {
        let gone = self.ways.iter().filter(|hits| **hits > 0).count();
        if self.one_way { (gone.min(1), 1) } else { (gone, self.ways.len()) }
    }
}

/// A line, and how often it was reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Spot {
    line: u32,
    hits: u64,
}

impl Coverage {
    /// Adds what another case reaches.
    pub fn add(&mut self, other: Coverage) {
        for (name, file) in other.files {
            let known = self.files.entry(name).or_default();
            for (pos, branch) in file.branches {
                match known.branches.get_mut(&pos) {
                    Some(known) => known.ways.iter_mut().zip(branch.ways).for_each(|(a, b)| *a += b),
                    None => drop(known.branches.insert(pos, branch)),
                }
            }
            add_spots(&mut known.templates, file.templates);
            for (line, hits) in file.lines {
                *known.lines.entry(line).or_default() += hits;
            }
        }
        add_spots(&mut self.values, other.values);
        add_spots(&mut self.clauses, other.clauses);
        for (mine, other) in [(&mut self.values_file, other.values_file), (&mut self.schema_file, other.schema_file)] {
            if mine.is_empty() {
                *mine = other;
            }
        }
    }
}

fn add_spots(known: &mut BTreeMap<String, Spot>, more: BTreeMap<String, Spot>) {
    for (name, spot) in more {
        let known = known.entry(name).or_default();
        known.line = spot.line;
        known.hits += spot.hits;
    }
}
