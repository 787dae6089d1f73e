//! A render that failed: what was said, where, and through which calls; and the words that Helm makes of it.

use super::parse::ParseError;
use crate::diagnostic::{Kind, Place, Refusal};
use crate::dialect::ErrorStyle;
use crate::go::strconv;
use crate::limits::Exhausted;

/// The end of an execution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExecError {
    pub cause: Cause,
    /// What each level put before the cause, the innermost first.
    pub levels: Vec<Level>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// In Go's words.
    Failed(String),
    Exhausted(Exhausted),
}

/// One level of wrapping.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Level {
    /// text/template's own `ExecError`.
    Executing {
        /// Line from 1, column in bytes from 0, as Go counts.
        place: Place,
        /// The template that was executed: a file's name, or a define's.
        template: String,
        /// The node last visited, as text.
        node: String,
        /// The function whose error this is.
        calling: Option<String>,
    },
    /// What a function put before an error that it passes on.
    Said(String),
}

impl ExecError {
    /// Puts a level around.
    pub(super) fn within(mut self: Box<Self>, level: Level) -> Box<Self> {
        // A budget that ran out names the place where that happened, and nothing around it.
        if self.levels.is_empty() || matches!(self.cause, Cause::Failed(_)) {
            self.levels.push(level);
        }
        self
    }

    /// Where it happened: the innermost place.
    pub fn place(&self) -> Option<&Place> {
        self.levels.iter().find_map(|level| match level {
            Level::Executing { place, .. } => Some(place),
            Level::Said(_) => None,
        })
    }

    /// As Helm would end: its whole text for kinds that are Helm's.
    pub fn refusal(&self, style: ErrorStyle) -> Refusal {
        let refusal = match &self.cause {
            Cause::Exhausted(e) => Refusal::from(*e),
            Cause::Failed(_) => Refusal::new(Kind::Exec, self.helm_text(style)),
        };
        match self.place() {
            // Columns for people count from 1.
            Some(place) => refusal.at(Place { column: place.column + 1, ..place.clone() }),
            None => refusal,
        }
    }

    /// Go's `Error()`, and where in it the error of each `errors.Unwrap` begins, the outermost first.
    fn go_text(&self) -> (String, Vec<usize>) {
        let mut text = String::new();
        let mut starts = Vec::new();
        for level in self.levels.iter().rev() {
            starts.push(text.len());
            match level {
                Level::Executing { place, template, node, calling } => {
                    let template = strconv::quote(template.as_bytes());
                    let Place { file, line, column, .. } = place;
                    text.push_str(&format!("template: {file}:{line}:{column}: executing {template} at <{node}>: "));
                    if let Some(function) = calling {
                        text.push_str(&format!("error calling {function}: "));
                    }
                }
                Level::Said(said) => {
                    text.push_str(said);
                    text.push_str(": ");
                }
            }
        }
        // The error that a function gave is one of its own; what the executor says itself is not.
        if !matches!(self.levels.first(), Some(Level::Executing { calling: None, .. })) {
            starts.push(text.len());
        }
        match &self.cause {
            Cause::Failed(message) => text.push_str(message),
            Cause::Exhausted(e) => text.push_str(e.message()),
        }
        (text, starts)
    }

    /// Helm reads Go's text and shapes it anew (pkg/engine `reformatExecErrorMsg` and `cleanupExecError`).
    fn helm_text(&self, style: ErrorStyle) -> String {
        let (text, starts) = self.go_text();
        let mut tokens = text.splitn(3, ": ");
        if let (Some(_), Some(location), Some(rest)) = (tokens.next(), tokens.next(), tokens.next())
            && let Some(warning) = warning(rest)
        {
            return format!("execution error at ({location}): {warning}");
        }
        match style {
            ErrorStyle::OneLine => text,
            ErrorStyle::Trace => trace(&text, &starts).unwrap_or(text),
        }
    }
}

const WARN_START: &str = "HELM_ERR_START";
const WARN_END: &str = "HELM_ERR_END";

/// Marks a message as the chart author's own: Helm shows it without what is around it.
pub(super) fn warn(message: &str) -> String {
    format!("{WARN_START}{message}{WARN_END}")
}

fn warning(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once(WARN_START)?;
    rest.rsplit_once(WARN_END).map(|(message, _)| message)
}

/// Helm 4's lines: location, function, message of each error in the chain. `None` when one of them is not text/template's.
fn trace(text: &str, starts: &[usize]) -> Option<String> {
    let mut lines: Vec<Lines<'_>> = Vec::new();
    for start in starts {
        let read = Lines::read(text.get(*start..)?)?;
        if lines.last() != Some(&read) {
            lines.push(read);
        }
    }
    let mut out = String::new();
    for Lines { location, function, message } in lines {
        if !location.is_empty() {
            out.push_str(&format!("{location}\n  "));
        }
        if let Some((name, node)) = function {
            out.push_str(&format!("executing \"{name}\" at <{node}>:\n    "));
        }
        if !message.is_empty() {
            out.push_str(&format!("{message}\n"));
        }
    }
    // strings.TrimSpace
    Some(out.trim().to_string())
}

/// Helm's `TraceableError`.
#[derive(PartialEq)]
struct Lines<'t> {
    location: &'t str,
    function: Option<(&'t str, &'t str)>,
    message: &'t str,
}

impl<'t> Lines<'t> {
    /// `parseTemplateExecErrorString`
    fn read(text: &'t str) -> Option<Self> {
        let rest = text.strip_prefix("template: ")?;
        if rest.starts_with("no template ") {
            return Some(Lines { location: "", function: None, message: text });
        }
        Self::executing(rest).or_else(|| {
            let (location, message) = rest.rsplit_once(": ")?;
            Some(Lines { location, function: None, message: before_next(message) })
        })
    }

    fn executing(rest: &'t str) -> Option<Self> {
        let (location, after) = rest.split_once(": executing ")?;
        let (name, after) = after.strip_prefix('"')?.split_once('"')?;
        let (node, message) = after.strip_prefix(" at <")?.split_once(">: ")?;
        Some(Lines { location, function: Some((name, node)), message: before_next(message) })
    }
}

/// A message up to the next error of the chain.
fn before_next(message: &str) -> &str {
    message.split_once(" template:").map_or(message, |(first, _)| first)
}

/// A parse error in Go's words: `template: file:line: message`.
pub(super) fn parse_error_text(file: &bstr::BStr, error: &ParseError) -> String {
    match error {
        ParseError::Syntax { message, line } => format!("template: {file}:{line}: {message}"),
        ParseError::Exhausted(e) => e.message().to_string(),
    }
}

/// A parse error as Helm prints it (pkg/engine `cleanupParseError`): the location, and what follows the last colon.
pub(super) fn parse_refusal(file: &bstr::BStr, error: &ParseError) -> Refusal {
    match error {
        ParseError::Exhausted(e) => Refusal::from(*e).at(Place::file(file.to_string())),
        ParseError::Syntax { line, .. } => {
            let text = parse_error_text(file, error);
            let mut tokens = text.split(": ");
            let location = tokens.nth(1).unwrap_or_default();
            let message = text.rsplit(": ").next().unwrap_or_default();
            Refusal::new(Kind::Parse, format!("parse error at ({location}): {message}")).at(Place::at(
                file.to_string(),
                *line,
                0,
            ))
        }
    }
}
