//! What somebody who watches sees, on standard error: on a terminal the step at hand in one line that changes, elsewhere a plain
//! line when a step begins and one when it ends.

use std::cell::{Cell, RefCell};
use std::io::{IsTerminal, Write};
use std::time::Instant;

use crate::diagnostic::{Plain, excerpt};
use crate::redact::Secrets;
use crate::report::Outcome;

/// Characters of a line.
const WIDE: usize = 160;

/// The eye of whoever watches.
pub struct Progress {
    live: bool,
    quiet: bool,
    /// When the run began.
    pub began: Instant,
    step: RefCell<String>,
    /// When the step at hand began; none between two.
    since: Cell<Option<Instant>>,
    /// None of them may be shown.
    pub secrets: RefCell<Secrets>,
}

impl Progress {
    pub fn new(quiet: bool) -> Progress {
        let dumb = std::env::var_os("TERM").is_none_or(|t| t == "dumb");
        Progress {
            live: std::io::stderr().is_terminal() && !dumb,
            quiet,
            began: Instant::now(),
            step: RefCell::default(),
            since: Cell::default(),
            secrets: RefCell::default(),
        }
    }

    /// Since the run began.
    fn clock(&self) -> String {
        format!("{:7.1} s", self.began.elapsed().as_secs_f64())
    }

    fn write(&self, text: &str) {
        if !self.quiet {
            // Nobody may be there to read.
            let _ = std::io::stderr().lock().write_all(text.as_bytes());
        }
    }

    fn clean(&self, text: &str) -> String {
        let hidden = self.secrets.borrow().hide(text).into_owned();
        Plain(&excerpt(&hidden, WIDE)).to_string()
    }

    /// A step begins.
    pub fn begin(&self, what: &str) {
        let text = self.clean(what);
        self.write(&match self.live {
            true => format!("\r\x1b[K{}  ...  {text}", self.clock()),
            false => format!("{}  ...  {text}\n", self.clock()),
        });
        *self.step.borrow_mut() = text;
        self.since.set(Some(Instant::now()));
    }

    /// The step at hand, and since when.
    pub fn at_hand(&self) -> Option<(String, Instant)> {
        self.since.get().map(|since| (self.step.borrow().clone(), since))
    }

    /// What it waits for.
    pub fn detail(&self, why: &str) {
        if self.live {
            let step = self.step.borrow();
            let line = format!("{}  ...  {step}: {}", self.clock(), self.clean(why));
            let line: String = line.chars().take(WIDE).collect();
            self.write(&format!("\r\x1b[K{line}"));
        }
    }

    /// Something is known.
    pub fn told(&self, outcome: Outcome, what: &str) {
        self.since.set(None);
        let head = if self.live { "\r\x1b[K" } else { "" };
        self.write(&format!("{head}{}  {:<7} {}\n", self.clock(), outcome.name(), self.clean(what)));
    }

    /// A line that is no answer.
    pub fn line(&self, text: &str) {
        let head = if self.live { "\r\x1b[K" } else { "" };
        self.write(&format!("{head}{}  {}\n", self.clock(), self.clean(text)));
    }
}
