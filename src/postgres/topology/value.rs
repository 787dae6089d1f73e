//! The text of a setting, put together from pieces: which are known, which are not and why, and where each comes from.
//!
//! It may hold a password: `Debug` shows its shape only. Whoever needs the text asks for it by name.

use std::fmt;
use std::ops::Range;

use super::source::{Origin, Why};

/// What is known of a piece, and where it stands in the text.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece<'m> {
    pub range: Range<usize>,
    /// `None` for what the text around says itself.
    pub origin: Option<Origin<'m>>,
    /// Why it is not known. The text holds a filler there.
    pub unknown: Option<Why<'m>>,
}

/// A text with holes.
#[derive(Clone, Default, PartialEq)]
pub struct Value<'m> {
    text: String,
    /// In order, without gaps.
    pieces: Vec<Piece<'m>>,
}

/// Stands for what is not known: letters, which mean nothing in a URL, a list or a name.
const FILLER: &str = "UNKNOWN";

impl<'m> Value<'m> {
    /// A text that is known whole.
    pub fn known(text: impl Into<String>) -> Value<'m> {
        let mut value = Value::default();
        value.push(&text.into(), None);
        value
    }

    /// A value of which nothing is known.
    pub fn unknown(why: Why<'m>, origin: Option<Origin<'m>>) -> Value<'m> {
        let mut value = Value::default();
        value.push_unknown(why, origin);
        value
    }

    /// Adds text that is known.
    pub fn push(&mut self, text: &str, origin: Option<Origin<'m>>) {
        let start = self.text.len();
        self.text.push_str(text);
        let range = start..self.text.len();
        match self.pieces.last_mut() {
            Some(last) if last.origin == origin && last.unknown.is_none() => last.range.end = range.end,
            _ => self.pieces.push(Piece { range, origin, unknown: None }),
        }
    }

    /// Adds a hole.
    pub fn push_unknown(&mut self, why: Why<'m>, origin: Option<Origin<'m>>) {
        let start = self.text.len();
        self.text.push_str(FILLER);
        self.pieces.push(Piece { range: start..self.text.len(), origin, unknown: Some(why) });
    }

    /// Adds another value; its pieces that have no origin get this one.
    pub fn append(&mut self, other: &Value<'m>, origin: Option<&Origin<'m>>) {
        for piece in &other.pieces {
            let from = piece.origin.or(origin.copied());
            match &piece.unknown {
                Some(why) => self.push_unknown(why.clone(), from),
                None => self.push(other.text.get(piece.range.clone()).unwrap_or_default(), from),
            }
        }
    }

    /// The text with fillers: for parsers that are told of the holes.
    pub fn filled(&self) -> &str {
        &self.text
    }

    /// Where the fillers stand.
    pub fn holes(&self) -> Vec<Range<usize>> {
        self.pieces.iter().filter(|p| p.unknown.is_some()).map(|p| p.range.clone()).collect()
    }

    pub fn pieces(&self) -> &[Piece<'m>] {
        &self.pieces
    }

    /// The text, where all of it is known.
    pub fn text(&self) -> Option<&str> {
        self.is_known().then_some(&self.text)
    }

    pub fn is_known(&self) -> bool {
        self.pieces.iter().all(|p| p.unknown.is_none())
    }

    /// Nothing of it is known.
    pub fn is_blank(&self) -> bool {
        !self.pieces.is_empty() && self.pieces.iter().all(|p| p.unknown.is_some())
    }

    /// Known to be empty.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Why the first hole is one.
    pub fn why(&self) -> Option<&Why<'m>> {
        self.pieces.iter().find_map(|p| p.unknown.as_ref())
    }

    /// The part of the value that a range of the filled text covers.
    pub fn slice(&self, range: Range<usize>) -> Value<'m> {
        let mut out = Value::default();
        for piece in &self.pieces {
            let (start, end) = (piece.range.start.max(range.start), piece.range.end.min(range.end));
            if start >= end {
                continue;
            }
            match &piece.unknown {
                Some(why) => out.push_unknown(why.clone(), piece.origin),
                None => out.push(self.text.get(start..end).unwrap_or_default(), piece.origin),
            }
        }
        out
    }

    /// Without blanks, quotes and line ends around it.
    pub fn trimmed(&self) -> Value<'m> {
        let text = self.text.as_str();
        let inner = text.trim();
        let start = text.len() - text.trim_start().len();
        self.slice(start..start + inner.len())
    }
}

impl fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let holes = self.holes().len();
        write!(f, "<{} bytes, {} not known>", self.text.len(), holes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holes_keep_their_place() {
        let mut value = Value::known(" postgres://u:");
        value.push_unknown(Why::NotText, None);
        value.push("@h/d\n", None);
        let value = value.trimmed();
        assert_eq!(value.filled(), "postgres://u:UNKNOWN@h/d");
        assert_eq!(value.holes().iter().map(|h| (h.start, h.end)).collect::<Vec<_>>(), [(13, 20)]);
        assert_eq!(value.text(), None);
        assert!(value.slice(0..8).is_known() && value.slice(14..15).is_blank());
        assert!(!format!("{value:?}").contains("postgres"));
    }
}
