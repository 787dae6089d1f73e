//! The trace that counts where a render went.

use std::collections::HashMap;

use crate::template::ast::Template;
use crate::template::exec::{Site, Trace, Way};

/// How often each way was gone. Sources are known by their id, templates by where they lie.
#[derive(Debug, Default)]
pub struct Counter {
    ways: HashMap<(u64, u32, Way), u64>,
    begun: HashMap<usize, u64>,
}

impl Counter {
    /// How often a branch of a source went a way.
    pub fn ways(&self, source: u64, pos: u32, way: Way) -> u64 {
        self.ways.get(&(source, pos, way)).copied().unwrap_or(0)
    }

    /// How often a template was begun.
    pub fn begun(&self, template: &Template<'_>) -> u64 {
        self.begun.get(&place(template)).copied().unwrap_or(0)
    }
}

fn place(template: &Template<'_>) -> usize {
    std::ptr::from_ref(template).cast::<u8>() as usize
}

impl<'h> Trace<'h> for Counter {
    const ON: bool = true;

    fn begun(&mut self, template: &'h Template<'h>) {
        *self.begun.entry(place(template)).or_default() += 1;
    }

    fn went(&mut self, at: Site<'h>, way: Way) {
        *self.ways.entry((at.source.id, at.pos, way)).or_default() += 1;
    }
}
