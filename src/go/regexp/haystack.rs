//! What the automata search: the text itself, or, when it is not UTF-8, a copy in which each invalid byte has become
//! U+FFFD, which is how Go reads it; and the way back to the places in the text.

use crate::go::utf8;
use std::ops::Range;

pub(super) enum Haystack<'t> {
    Plain(&'t [u8]),
    /// The copy, and for each of its bytes (and its end) the place in the text.
    Repaired {
        copy: Vec<u8>,
        places: Vec<usize>,
    },
}

impl<'t> Haystack<'t> {
    pub(super) fn new(text: &'t [u8]) -> Haystack<'t> {
        if std::str::from_utf8(text).is_ok() {
            return Haystack::Plain(text);
        }
        let mut copy = Vec::with_capacity(text.len() + 16);
        let mut places = Vec::with_capacity(text.len() + 16);
        for (at, rune) in utf8::runes(text) {
            utf8::push(&mut copy, rune.char);
            places.resize(copy.len(), at);
        }
        places.push(text.len());
        Haystack::Repaired { copy, places }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        match self {
            Haystack::Plain(text) => text,
            Haystack::Repaired { copy, .. } => copy,
        }
    }

    /// A match's place in the text; matches begin and end at characters.
    pub(super) fn original(&self, found: Range<usize>) -> Range<usize> {
        match self {
            Haystack::Plain(_) => found,
            Haystack::Repaired { places, .. } => places[found.start]..places[found.end],
        }
    }
}
