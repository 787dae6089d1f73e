//! What can be wrong with a YAML text, in goyaml's and sigs.k8s.io/yaml's own words, with the real place beside them.

use std::borrow::Cow;
use std::fmt;

/// A position in the source text.
///
/// `index` counts characters, as goyaml does for its limit on the length of a simple key; the other fields count from zero too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mark {
    /// Bytes before this position, a leading byte order mark not among them.
    pub offset: u32,
    /// Characters before this position.
    pub index: u32,
    /// Lines before this position.
    pub line: u32,
    /// Characters before this position on its line.
    pub column: u32,
}

/// The stage that refused the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Bytes that are not text (yaml/v2 `readerc.go`).
    Reader,
    /// Characters that are not tokens (`scannerc.go`).
    Scanner,
    /// Tokens that are not a document (`parserc.go`).
    Parser,
    /// A document that has no value: aliases, merges, tags, map keys (`decode.go`).
    Decode,
    /// A duplicate key, under the strict reading only.
    Duplicate,
    /// A value that JSON has no words for: NaN, infinity, a key that is null.
    Convert,
    /// A value of another shape than the reader of it expects.
    Target,
    /// Our own budget ran out: no verdict of goyaml's.
    Budget,
}

/// Why a text was refused.
///
/// `Display` is the text of `sigs.k8s.io/yaml`'s `Unmarshal`, byte for byte; [`Error::cause`] is the part of it that goyaml or
/// encoding/json wrote. The place is the true one, which goyaml's text often misses by a line or leaves out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    kind: Kind,
    cause: Cow<'static, str>,
    mark: Option<Mark>,
}

impl Error {
    pub(super) fn new(kind: Kind, cause: impl Into<Cow<'static, str>>, mark: Option<Mark>) -> Self {
        Error { kind, cause: cause.into(), mark }
    }

    /// An error of the reader carries no line at all.
    pub(super) fn reader(problem: &'static str, mark: Mark) -> Self {
        Error::new(Kind::Reader, format!("yaml: {problem}"), Some(mark))
    }

    /// goyaml counts lines from zero and corrects that only for scanner errors that are not on the first line (`decode.go`, `fail`).
    pub(super) fn scanner(context: Mark, problem: &'static str, at: Mark) -> Self {
        let line = if at.line != 0 { at.line + 1 } else { context.line };
        Error::new(Kind::Scanner, with_line(line, problem), Some(at))
    }

    /// Parser errors are left one line too low; `context` is the start of the enclosing construct.
    pub(super) fn parser(context: Option<Mark>, problem: &'static str, at: Mark) -> Self {
        let line = if at.line != 0 { at.line } else { context.map_or(0, |mark| mark.line) };
        Error::new(Kind::Parser, with_line(line, problem), Some(at))
    }

    pub(super) fn decode(problem: impl fmt::Display, mark: Mark) -> Self {
        Error::new(Kind::Decode, format!("yaml: {problem}"), Some(mark))
    }

    pub(super) fn budget(what: &'static str, mark: Mark) -> Self {
        Error::new(Kind::Budget, format!("yaml: {what}"), Some(mark))
    }

    /// Moves the place, not goyaml's words, down by so many lines: the text was a part of a longer one.
    pub(super) fn further_down(mut self, lines: u32) -> Self {
        if let Some(mark) = &mut self.mark {
            mark.line += lines;
        }
        self
    }

    /// The stage that refused.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Line of the problem, from 1, where it has a place.
    pub fn line(&self) -> Option<u32> {
        self.mark.map(|mark| mark.line + 1)
    }

    /// Column of the problem in characters, from 1.
    pub fn column(&self) -> Option<u32> {
        self.mark.map(|mark| mark.column + 1)
    }

    /// Byte offset of the problem, from 0.
    pub fn offset(&self) -> Option<usize> {
        self.mark.map(|mark| mark.offset as usize)
    }

    /// The text of goyaml's own error (`yaml: line 3: ...`), or of encoding/json's, without what sigs.k8s.io/yaml puts before it.
    pub fn cause(&self) -> &str {
        &self.cause
    }
}

fn with_line(line: u32, problem: &str) -> String {
    if line == 0 { format!("yaml: {problem}") } else { format!("yaml: line {line}: {problem}") }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stage = match self.kind {
            Kind::Target => "error unmarshaling JSON: while decoding JSON: ",
            _ => "error converting YAML to JSON: ",
        };
        f.write_str(stage)?;
        f.write_str(&self.cause)
    }
}

impl std::error::Error for Error {}
