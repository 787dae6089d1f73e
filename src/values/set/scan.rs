//! The text of a flag, rune by rune, as Go reads it: a byte that is not UTF-8 is U+FFFD.

use super::Stop;
use crate::go::utf8;

/// The text and how far it is read.
pub(super) struct Scan {
    text: String,
    /// Bytes, and runes, that are read.
    at: usize,
    runes: u32,
}

/// The text ended here, plainly.
pub(super) const END: Stop = Stop::End { wrapped: None };

impl Scan {
    pub(super) fn new(text: &[u8]) -> Self {
        Scan { text: utf8::chars(text).into_iter().collect(), at: 0, runes: 0 }
    }

    /// Column of the next rune, from 1.
    pub(super) fn column(&self) -> u32 {
        self.runes.saturating_add(1)
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn next(&mut self) -> Option<char> {
        let rune = self.peek()?;
        self.at += rune.len_utf8();
        self.runes = self.runes.saturating_add(1);
        Some(rune)
    }

    /// What is left.
    pub(super) fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or("")
    }

    /// Passes over bytes that make whole runes.
    pub(super) fn skip(&mut self, bytes: usize) {
        let end = self.at.saturating_add(bytes);
        while self.at < end && self.next().is_some() {}
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
