//! Which axes a difference needs: rows between the two are rendered until it is there.

use std::collections::HashMap;
use std::rc::Rc;

use super::outcome::{Asked, Output, outcome};
use crate::diagnostic::Refusal;
use crate::dialect::Dialect;
use crate::dialect::axes::{Axis, differing, hybrid};
use crate::limits::Stack;
use crate::lint::Collected;

pub type Answer = Rc<Result<Output, Refusal>>;

/// Renders of one chart by rows between two.
pub struct Between<'a> {
    asked: &'a Asked<'a>,
    from: &'static Dialect,
    to: &'static Dialect,
    stack: Stack,
    axes: Vec<&'static Axis>,
    /// Which axes of the second were taken, as bits, and what came of it.
    known: HashMap<u64, Answer>,
}

impl<'a> Between<'a> {
    pub fn new(asked: &'a Asked<'a>, from: &'static Dialect, to: &'static Dialect, stack: Stack) -> Self {
        Between { asked, from, to, stack, axes: differing(from, to), known: HashMap::new() }
    }

    fn all(&self) -> u64 {
        (1u64 << self.axes.len()) - 1
    }

    fn render(&mut self, taken: u64) -> Answer {
        if let Some(known) = self.known.get(&taken) {
            return known.clone();
        }
        let axes = self.named(taken);
        let row = hybrid(self.from, self.to, &axes);
        let answer = Rc::new(outcome(self.asked, row, self.stack, false, &mut Collected::default()));
        self.known.insert(taken, answer.clone());
        answer
    }

    fn named(&self, taken: u64) -> Vec<&'static Axis> {
        self.axes.iter().enumerate().filter(|(i, _)| taken & (1 << i) != 0).map(|(_, axis)| *axis).collect()
    }

    /// A smallest set of axes with which `holds` becomes true: one alone, if one does; else one of which none can be spared.
    /// `None` when not even all of them do it.
    pub fn axes_for(&mut self, holds: impl Fn(&Result<Output, Refusal>) -> bool) -> Option<Vec<&'static Axis>> {
        for i in 0..self.axes.len() {
            if holds(&self.render(1 << i)) {
                return Some(self.named(1 << i));
            }
        }
        let mut taken = self.all();
        if !holds(&self.render(taken)) {
            return None;
        }
        for i in 0..self.axes.len() {
            let without = taken & !(1 << i);
            if holds(&self.render(without)) {
                taken = without;
            }
        }
        Some(self.named(taken))
    }
}
