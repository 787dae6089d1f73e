//! Budgets: how much an input may cost before it is refused. Running out is a refusal, never a hang or a crash.

use std::cell::Cell;
use std::time::{Duration, Instant};

use crate::diagnostic::{Kind, Refusal};

/// The bounds of one run. The defaults are far above what real charts need and far below what hurts.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Steps of one render: a node executed, a byte scanned by an expensive function (weighted), an item made.
    pub fuel: u64,
    /// Bytes that one render may allocate, its output included.
    pub bytes: usize,
    /// Wall time of one render.
    pub time: Duration,
    /// Nesting of YAML, JSON, template control structures and parentheses.
    pub depth: u32,
    /// Bytes of one chart after decompression, all files together.
    pub chart_bytes: u64,
    /// Bytes of one file of a chart (Helm: 5 MiB, `MaxDecompressedFileSize`).
    pub file_bytes: u64,
    /// Files of one chart.
    pub files: usize,
    /// Nodes that YAML aliases may expand to in one document.
    pub yaml_nodes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            fuel: 200_000_000,
            bytes: 192 << 20,
            time: Duration::from_secs(30),
            depth: 10_000,
            chart_bytes: 100 << 20,
            file_bytes: 5 << 20,
            files: 50_000,
            yaml_nodes: 2_000_000,
        }
    }
}

/// A budget ran out. Converts to a [`Refusal`] of kind [`Kind::Limit`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exhausted {
    Fuel,
    Bytes,
    Depth,
    Time,
}

impl Exhausted {
    /// What ran out, in words.
    pub fn message(self) -> &'static str {
        match self {
            Exhausted::Fuel => "the render takes too many steps",
            Exhausted::Bytes => "the render needs too much memory",
            Exhausted::Depth => "nested too deeply",
            Exhausted::Time => "the render takes too long",
        }
    }
}

impl From<Exhausted> for Refusal {
    fn from(e: Exhausted) -> Refusal {
        Refusal::new(Kind::Limit, e.message())
    }
}

/// What is left of the [`Limits`] of one render. Spent through shared references: everything in a render sees the same one.
#[derive(Debug)]
pub struct Budget {
    fuel: Cell<u64>,
    bytes: Cell<usize>,
    deadline: Instant,
    depth: u32,
}

/// The clock is read once in so many units of fuel.
const TICKS_PER_CLOCK: u64 = 1 << 16;

impl Budget {
    pub fn new(limits: &Limits) -> Self {
        Budget {
            fuel: Cell::new(limits.fuel),
            bytes: Cell::new(limits.bytes),
            deadline: Instant::now() + limits.time,
            depth: limits.depth,
        }
    }

    /// Takes `n` steps. Checks the clock now and then.
    #[inline]
    pub fn spend(&self, n: u64) -> Result<(), Exhausted> {
        let left = self.fuel.get();
        if left < n {
            return Err(Exhausted::Fuel);
        }
        self.fuel.set(left - n);
        if left / TICKS_PER_CLOCK != (left - n) / TICKS_PER_CLOCK && Instant::now() > self.deadline {
            return Err(Exhausted::Time);
        }
        Ok(())
    }

    /// Takes `n` bytes; call it *before* an allocation whose size the input decides.
    #[inline]
    pub fn take_bytes(&self, n: usize) -> Result<(), Exhausted> {
        let left = self.bytes.get();
        if left < n {
            return Err(Exhausted::Bytes);
        }
        self.bytes.set(left - n);
        Ok(())
    }

    /// The depth beyond which nesting is refused.
    pub fn max_depth(&self) -> u32 {
        self.depth
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fuel_runs_out_and_stays_out() {
        let b = Budget::new(&Limits { fuel: 10, ..Limits::default() });
        assert_eq!(b.spend(7), Ok(()));
        assert_eq!(b.spend(4), Err(Exhausted::Fuel));
        assert_eq!(b.spend(3), Ok(()));
        assert_eq!(b.spend(1), Err(Exhausted::Fuel));
    }

    #[test]
    fn time_runs_out() {
        let b = Budget::new(&Limits { time: Duration::ZERO, ..Limits::default() });
        std::thread::sleep(Duration::from_millis(2));
        assert_eq!(b.spend(TICKS_PER_CLOCK * 2), Err(Exhausted::Time));
    }
}
