//! Who wrote a value: the table behind [`Origin`].

use std::sync::Arc;

use super::Origin;

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
}
