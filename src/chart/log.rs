//! What Helm writes to stderr while it loads charts and puts values together.

use crate::dialect::{Dialect, LogPlace, LogStyle};
use crate::go::slog;

/// Lines for stderr, in order, without newlines.
#[derive(Debug)]
pub struct Log {
    style: LogStyle,
    pub lines: Vec<String>,
}

impl Log {
    pub fn new(dialect: &'static Dialect) -> Self {
        Log { style: dialect.log, lines: Vec::new() }
    }

    /// `log.Printf`, in both of Helm's lines; in Helm 4 it ends in slog.
    pub fn printf(&mut self, place: LogPlace, text: &str) {
        let line = match self.style {
            LogStyle::Lines(place_of) => format!("{}: {text}", place_of(place)),
            LogStyle::Slog => slog::line("INFO", text, &[]),
        };
        self.lines.push(line);
    }

    /// What Helm 3 says with `log.Printf` and Helm 4 with slog, in words of its own.
    pub fn say(&mut self, place: LogPlace, text: &str, level: &str, message: &str, attributes: &[(&str, &str)]) {
        let line = match self.style {
            LogStyle::Lines(place_of) => format!("{}: {text}", place_of(place)),
            LogStyle::Slog => slog::line(level, message, attributes),
        };
        self.lines.push(line);
    }

    /// What only Helm 4 says.
    pub fn slog(&mut self, level: &str, message: &str, attributes: &[(&str, &str)]) {
        if let LogStyle::Slog = self.style {
            self.lines.push(slog::line(level, message, attributes));
        }
    }
}
