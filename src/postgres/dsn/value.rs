//! The value of a parameter: bytes, known or not, that show themselves only where they are no secret.

use std::fmt;

use bstr::{BStr, BString};

/// Where something stands in the source text: byte offsets, `end` exclusive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    pub start: usize,
    pub end: usize,
}

impl Span {
    /// From `start` up to `end`.
    pub fn new(start: usize, end: usize) -> Self {
        Span { start, end }
    }

    /// The bytes of `text` that it covers; empty where it lies outside.
    pub fn of(self, text: &[u8]) -> &[u8] {
        text.get(self.start..self.end).unwrap_or_default()
    }

    /// Whether the two share a byte, or one is empty and lies within the other or at its edge.
    pub fn touches(self, other: Span) -> bool {
        if self.start == self.end || other.start == other.end {
            return self.start <= other.end && other.start <= self.end;
        }
        self.start < other.end && other.start < self.end
    }
}

/// What a parameter is set to. `Debug` and `Display` print `***` for a secret and `?` for what is not known.
#[derive(Clone, PartialEq, Eq)]
pub struct Value {
    text: Option<BString>,
    secret: bool,
}

impl Value {
    /// Bytes that are known. libpq decodes `%ff` too: UTF-8 is not promised.
    pub fn known(text: impl Into<BString>, secret: bool) -> Self {
        Value { text: Some(text.into()), secret }
    }

    /// A value that is set to something nobody here can see.
    pub fn unknown(secret: bool) -> Self {
        Value { text: None, secret }
    }

    /// Whether the bytes are known.
    pub fn is_known(&self) -> bool {
        self.text.is_some()
    }

    /// Whether it must not be shown.
    pub fn is_secret(&self) -> bool {
        self.secret
    }

    /// The bytes, where they are known. A secret is handed out as well: it is for comparing, never for printing.
    pub fn bytes(&self) -> Option<&BStr> {
        self.text.as_ref().map(|t| BStr::new(t.as_slice()))
    }

    /// The text, where it is known and UTF-8.
    pub fn text(&self) -> Option<&str> {
        self.text.as_ref().and_then(|t| std::str::from_utf8(t).ok())
    }

    /// Known to be these bytes.
    pub fn is(&self, text: &str) -> bool {
        self.bytes().is_some_and(|b| b == text.as_bytes())
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.text {
            None => f.write_str("?"),
            Some(_) if self.secret => f.write_str("***"),
            Some(text) => fmt::Display::fmt(text, f),
        }
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.text {
            None => f.write_str("?"),
            Some(_) if self.secret => f.write_str("***"),
            Some(text) => fmt::Debug::fmt(text, f),
        }
    }
}
