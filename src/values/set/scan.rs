//! The text of a flag, rune by rune, as Go reads it: a byte that is not UTF-8 is U+FFFD.

use super::Stop;
use crate::go::utf8;

/// The runes and how far they are read.
pub(super) struct Scan {
    runes: Vec<char>,
    at: usize,
}

/// The text ended here, plainly.
pub(super) const END: Stop = Stop::End { wrapped: None };

impl Scan {
    pub(super) fn new(text: &[u8]) -> Self {
        Scan { runes: utf8::chars(text), at: 0 }
    }

    /// Column of the next rune, from 1.
    pub(super) fn column(&self) -> u32 {
        u32::try_from(self.at + 1).unwrap_or(u32::MAX)
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.runes.get(self.at).copied()
    }

    pub(super) fn next(&mut self) -> Option<char> {
        let rune = self.peek()?;
        self.at += 1;
        Some(rune)
    }

    /// What is left.
    pub(super) fn rest(&self) -> &[char] {
        self.runes.get(self.at..).unwrap_or(&[])
    }

    pub(super) fn skip(&mut self, n: usize) {
        self.at = self.at.saturating_add(n).min(self.runes.len());
    }

    /// `runesUntil`: the text before the next rune of `stop`, and that rune; `None` at the end of the text. With
    /// `escapes`, a backslash takes the rune after it as it is; a last backslash is dropped.
    pub(super) fn until(&mut self, stop: &[char], escapes: bool) -> (String, Option<char>) {
        let mut text = String::new();
        while let Some(rune) = self.next() {
            if stop.contains(&rune) {
                return (text, Some(rune));
            }
            if escapes && rune == '\\' {
                match self.next() {
                    Some(escaped) => text.push(escaped),
                    None => break,
                }
            } else {
                text.push(rune);
            }
        }
        (text, None)
    }
}
