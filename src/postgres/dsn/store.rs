//! What a reader of either form writes into: the parts in the order of the text, duplicates kept, and what libpq translates.

use std::ops::Range;

use super::error::{Error, ErrorKind};
use super::keyword::{Keyword, Libpq};
use super::value::{Span, Value};

/// Where in a connection string a part stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Slot {
    /// Before the `@` of a URI.
    User,
    /// After the `:` before the `@` of a URI.
    Password,
    /// The hosts of a URI's authority, all of them.
    Hosts,
    /// The ports of a URI's authority, all of them.
    Ports,
    /// The path of a URI.
    Path,
    /// A query parameter of a URI.
    Query,
    /// `parameter=value` of the keyword form, and of other clients' lists.
    Word,
}

/// What libpq reads as something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Alias {
    /// `ssl=true` in a URI: `sslmode=require`. No other value of `ssl` is known.
    Ssl,
    /// `requiressl=1...`: `sslmode=require`; any other value: `sslmode=prefer`.
    RequireSsl,
}

/// The bytes of a value while it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Raw(pub Vec<u8>);

impl From<Vec<u8>> for Raw {
    fn from(bytes: Vec<u8>) -> Self {
        Raw(bytes)
    }
}

/// One parameter that a connection string sets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part<V = Value> {
    pub keyword: Keyword,
    pub slot: Slot,
    /// Where its name is written, if it is.
    pub name: Option<Span>,
    /// Where its value is written, without quotes and brackets. Of several hosts or ports: the whole authority.
    pub span: Span,
    pub value: V,
    /// It is written otherwise.
    pub alias: Option<Alias>,
}

/// Collects parts.
pub(super) struct Store<'h> {
    pub libpq: &'h Libpq,
    /// What is not known of the text.
    holes: &'h [Range<usize>],
    parts: Vec<Part>,
}

impl<'h> Store<'h> {
    pub fn new(libpq: &'h Libpq, holes: &'h [Range<usize>]) -> Self {
        Store { libpq, holes, parts: Vec::new() }
    }

    /// Whether something that is not known lies in or at the span.
    pub fn is_unknown(&self, span: Span) -> bool {
        self.holes.iter().any(|h| Span::new(h.start, h.end).touches(span))
    }

    pub fn put(&mut self, part: Part<Raw>) {
        let secret = part.keyword.row().secret;
        let value =
            if self.is_unknown(part.span) { Value::unknown(secret) } else { Value::known(part.value.0, secret) };
        let Part { keyword, slot, name, span, alias, .. } = part;
        self.parts.push(Part { keyword, slot, name, span, value, alias });
    }

    /// A parameter by its name, which this libpq must know.
    pub fn named(&mut self, name: &[u8], at: Span, value: Vec<u8>, span: Span, slot: Slot) -> Result<(), Error> {
        let (name, value, alias) = match name {
            b"ssl" if slot == Slot::Query && value == b"true" => {
                (&b"sslmode"[..], b"require".to_vec(), Some(Alias::Ssl))
            }
            _ => (name, value, None),
        };
        let (name, value, alias) = match name {
            b"requiressl" => {
                let mode = if value.first() == Some(&b'1') { b"require".to_vec() } else { b"prefer".to_vec() };
                (&b"sslmode"[..], mode, Some(Alias::RequireSsl))
            }
            _ => (name, value, alias),
        };
        let Some(keyword) = Keyword::named(name).filter(|k| self.libpq.knows(*k)) else {
            let kind = if slot == Slot::Query { ErrorKind::UnknownQueryParameter } else { ErrorKind::UnknownKeyword };
            return Err(Error::new(kind, at, name));
        };
        self.put(Part { keyword, slot, name: Some(at), span, value: Raw(value), alias });
        Ok(())
    }

    pub fn into_parts(self) -> Vec<Part> {
        self.parts
    }
}
