//! Budgets: how much an input may cost before it is refused. Running out is a refusal, never a hang or a crash.

mod stack;

use std::cell::Cell;
use std::time::{Duration, Instant};

use bumpalo::Bump;

use crate::diagnostic::{Kind, Refusal};
pub use stack::{Stack, beside, with_deep_stack};

/// The bounds of one run. The defaults are far above what real charts need, and such that the worst input costs about a
/// second and less than 256 MiB. Each may be set by `--limit NAME=N`: see [`Bound`].
#[derive(Clone, Debug)]
pub struct Limits {
    /// Steps of one render, some ten nanoseconds each: a node executed, a byte scanned by an expensive function
    /// (weighted), an item made.
    pub fuel: u64,
    /// Bytes that one render may allocate, and as many that it may write.
    pub bytes: usize,
    /// Wall time of one render: for what the weights of fuel do not foresee, on a machine that is slow or busy.
    pub time: Duration,
    /// Nesting of YAML, JSON, template control structures and parentheses.
    pub depth: u32,
    /// Bytes of stack. Most of what nests asks only whether there is room left.
    pub stack: usize,
    /// Bytes of one chart after decompression, all files together that are held in memory.
    pub chart_bytes: u64,
    /// Bytes of one file of values, or named by `--set-file`. (What a chart holds has Helm's own bound, 5 MiB.)
    pub file_bytes: u64,
    /// Files and folders of one chart.
    pub files: usize,
    /// Nodes of one YAML document, and what its aliases may expand to.
    pub yaml_nodes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            fuel: 150_000_000,
            bytes: 104 << 20,
            time: Duration::from_secs(60),
            depth: 10_000,
            stack: 128 << 20,
            chart_bytes: 32 << 20,
            file_bytes: 16 << 20,
            files: 50_000,
            yaml_nodes: 500_000,
        }
    }
}

/// One of the [`Limits`], by the name that `--limit` knows it by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    Fuel,
    Bytes,
    /// Seconds.
    Time,
    Depth,
    Stack,
    ChartBytes,
    FileBytes,
    Files,
    YamlNodes,
}

impl Bound {
    pub const ALL: [Bound; 9] = [
        Bound::Fuel,
        Bound::Bytes,
        Bound::Time,
        Bound::Depth,
        Bound::Stack,
        Bound::ChartBytes,
        Bound::FileBytes,
        Bound::Files,
        Bound::YamlNodes,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Bound::Fuel => "fuel",
            Bound::Bytes => "bytes",
            Bound::Time => "time",
            Bound::Depth => "depth",
            Bound::Stack => "stack",
            Bound::ChartBytes => "chart-bytes",
            Bound::FileBytes => "file-bytes",
            Bound::Files => "files",
            Bound::YamlNodes => "yaml-nodes",
        }
    }

    /// The refusal of what needs more, with the switch that allows it.
    pub fn refuse(self, message: impl Into<String>) -> Refusal {
        let help = format!("where the input can be trusted, allow more: --limit {}=N", self.name());
        Refusal::new(Kind::Limit, message).help(help)
    }
}

impl Limits {
    /// Takes one `NAME=N` of `--limit`; the error says what is wrong with it.
    pub fn set(&mut self, assignment: &str) -> Result<(), String> {
        let (name, number) = assignment.split_once('=').ok_or_else(|| format!("{assignment:?} is not NAME=N"))?;
        let Some(bound) = Bound::ALL.into_iter().find(|b| b.name() == name) else {
            let known = Bound::ALL.map(Bound::name).join(", ");
            return Err(format!("no limit is called {name:?}; known: {known}"));
        };
        let n: u64 = number.parse().map_err(|_| format!("{number:?} is not a whole number"))?;
        let size = usize::try_from(n).unwrap_or(usize::MAX);
        match bound {
            Bound::Fuel => self.fuel = n,
            Bound::Bytes => self.bytes = size,
            // A century is as good as for ever, and does not overflow a clock.
            Bound::Time => self.time = Duration::from_secs(n.min(100 * 366 * 86_400)),
            Bound::Depth => self.depth = u32::try_from(n).unwrap_or(u32::MAX),
            Bound::Stack => self.stack = size,
            Bound::ChartBytes => self.chart_bytes = n,
            Bound::FileBytes => self.file_bytes = n,
            Bound::Files => self.files = size,
            Bound::YamlNodes => self.yaml_nodes = size,
        }
        Ok(())
    }
}

/// Bytes of an arena that are taken. What its last piece still has room for costs nothing: no page of it was touched.
#[inline]
pub fn used_bytes(arena: &Bump) -> usize {
    arena.allocated_bytes().saturating_sub(arena.chunk_capacity())
}

/// A budget ran out. Converts to a [`Refusal`] of kind [`Kind::Limit`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exhausted {
    Fuel,
    Bytes,
    Depth,
    /// Room on the stack.
    Stack,
    Time,
}

impl Exhausted {
    /// What ran out, in words.
    pub fn message(self) -> &'static str {
        match self {
            Exhausted::Fuel => "the render takes too many steps",
            Exhausted::Bytes => "the render needs too much memory",
            Exhausted::Depth | Exhausted::Stack => "nested too deeply",
            Exhausted::Time => "the render takes too long",
        }
    }
}

impl From<Exhausted> for Refusal {
    fn from(e: Exhausted) -> Refusal {
        let bound = match e {
            Exhausted::Fuel => Bound::Fuel,
            Exhausted::Bytes => Bound::Bytes,
            Exhausted::Depth => Bound::Depth,
            Exhausted::Stack => Bound::Stack,
            Exhausted::Time => Bound::Time,
        };
        bound.refuse(e.message())
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
    fn every_bound_can_be_set_and_is_named_by_its_refusal() {
        let mut limits = Limits::default();
        for bound in Bound::ALL {
            limits.set(&format!("{}=7", bound.name())).unwrap();
            let help = bound.refuse("too much").help.unwrap();
            assert!(help.ends_with(&format!("--limit {}=N", bound.name())), "{help}");
        }
        let Limits { fuel, bytes, time, depth, stack, chart_bytes, file_bytes, files, yaml_nodes } = limits;
        assert_eq!((fuel, bytes, time, depth, stack), (7, 7, Duration::from_secs(7), 7, 7));
        assert_eq!((chart_bytes, file_bytes, files, yaml_nodes), (7, 7, 7, 7));
        assert!(limits_error("fuel").contains("NAME=N"));
        assert!(limits_error("fuel=-1").contains("whole number"));
        assert!(limits_error("foul=1").contains("known: fuel, "));
    }

    fn limits_error(text: &str) -> String {
        Limits::default().set(text).unwrap_err()
    }

    #[test]
    fn time_runs_out() {
        let b = Budget::new(&Limits { time: Duration::ZERO, ..Limits::default() });
        std::thread::sleep(Duration::from_millis(2));
        assert_eq!(b.spend(TICKS_PER_CLOCK * 2), Err(Exhausted::Time));
    }
}
