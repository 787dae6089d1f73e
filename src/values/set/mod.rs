//! `--set` and its relatives: the grammar of Helm's `pkg/strvals`, with its error texts.
//!
//! Helm has two parsers that differ in little: the literal one knows no escapes and no lists. Here they are one, with a
//! [`Mode`].

mod json;
mod parser;
mod scan;

use bumpalo::Bump;

use super::draft::DraftMap;
use crate::diagnostic::Refusal;
use crate::limits::Limits;
use crate::value::{MapNode, Origin, Pos, Tree};

/// Gives the bytes of a file, or Helm's error text.
pub(super) type Reader<'f> = dyn FnMut(&[u8]) -> Result<Vec<u8>, Refusal> + 'f;

/// How the text after `=` becomes a value.
pub(super) enum Mode<'f> {
    /// `--set`: booleans, null and integers are recognised.
    Typed,
    /// `--set-string`: always a string.
    Text,
    /// `--set-file`: the text names a file; the reader gives its bytes or Helm's error text.
    File(&'f mut Reader<'f>),
    /// `--set-json`: JSON.
    Json,
    /// `--set-literal`: all that follows, as it is.
    Literal,
}

/// Why a flag was not taken in.
#[derive(Debug)]
pub(super) enum Stop {
    /// The text ended. Not an error at the top; `wrapped` is what an outer error would say with it.
    End { wrapped: Option<String> },
    /// Helm's words.
    Text(String),
    /// Ours: a budget ran out, or a file could not be had.
    Refused(Refusal),
}

/// What parsing one flag needs to know.
pub(super) struct Setting<'c, 's> {
    pub arena: &'c Bump,
    pub limits: &'s Limits,
    pub origin: Origin,
    /// An end of text inside an index is an end like any other (Helm 4; Helm 3 calls it an error).
    pub end_in_index_is_quiet: bool,
}

/// Parses one flag's text into `dest`, as `strvals.ParseInto` and its relatives do. On an error `dest` may be half changed.
pub(super) fn apply<'c>(
    setting: &Setting<'c, '_>,
    text: &[u8],
    mode: Mode<'_>,
    dest: &mut DraftMap<'c>,
) -> Result<(), Stop> {
    match parser::Parser::new(setting, text, mode).parse(dest) {
        Err(Stop::End { wrapped: Some(text) }) if !setting.end_in_index_is_quiet => Err(Stop::Text(text)),
        Ok(()) | Err(Stop::End { .. }) => Ok(()),
        Err(stop) => Err(stop),
    }
}

/// A whole flag that is a JSON object (`--set-json '{...}'` of Helm 4); `None` when it is not one, whatever is wrong.
pub(super) fn json_object<'c>(setting: &Setting<'c, '_>, text: &str) -> Option<&'c MapNode<'c>> {
    let pos = Pos { source: setting.origin, line: 1, column: 1 };
    match json::read(text.as_bytes(), setting.arena, pos)? {
        (Tree::Map(map), used) if used == text.len() => Some(map),
        _ => None,
    }
}
