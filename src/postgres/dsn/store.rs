//! What a reader of either form writes into: the parts in the order of the text, duplicates kept, and what libpq translates.

use std::ops::Range;

use super::error::{Error, ErrorKind};
use super::keyword::{Keyword, Libpq};
use super::uri::Netloc;
use super::value::{Span, Value};
use super::{Dsn, Form};

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

/// A parameter that libpq does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Other {
    /// As the client compares it: decoded, and in lower case where case does not count. Not shown: it may be a piece of
    /// a password that was not encoded.
    pub name: Value,
    /// Where its name is written.
    pub at: Span,
    /// Counts as a secret, since nobody here knows what it is.
    pub value: Value,
    /// Where its value is written.
    pub span: Span,
}

/// What a client calls the parts of a connection.
#[derive(Clone, Copy)]
pub(super) struct Names {
    pub tables: [&'static [(&'static str, Keyword)]; 2],
    /// A name that is not known is refused.
    pub closed: bool,
}

impl Names {
    /// libpq's own: its table is looked at instead.
    pub const LIBPQ: Names = Names { tables: [&[], &[]], closed: true };

    fn is_libpq(&self) -> bool {
        self.tables.iter().all(|t| t.is_empty())
    }

    fn find(&self, name: &[u8]) -> Option<Keyword> {
        let mut all = self.tables.iter().flat_map(|t| t.iter());
        all.find(|(known, _)| known.as_bytes() == name).map(|(_, keyword)| *keyword)
    }
}

/// Collects parts.
pub(super) struct Store<'h> {
    pub libpq: &'h Libpq,
    /// What is not known of the text.
    holes: &'h [Range<usize>],
    names: Names,
    parts: Vec<Part>,
    others: Vec<Other>,
    pub netlocs: Vec<Netloc>,
}

impl<'h> Store<'h> {
    pub fn new(libpq: &'h Libpq, holes: &'h [Range<usize>]) -> Self {
        Store::foreign(libpq, holes, Names::LIBPQ)
    }

    /// For another client.
    pub fn foreign(libpq: &'h Libpq, holes: &'h [Range<usize>], names: Names) -> Self {
        Store { libpq, holes, names, parts: Vec::new(), others: Vec::new(), netlocs: Vec::new() }
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
        if !self.names.is_libpq() {
            return self.named_elsewhere(name, at, value, span, slot);
        }
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

    /// A parameter of another client.
    fn named_elsewhere(&mut self, name: &[u8], at: Span, value: Vec<u8>, span: Span, slot: Slot) -> Result<(), Error> {
        if let Some(keyword) = self.names.find(name) {
            self.put(Part { keyword, slot, name: Some(at), span, value: Raw(value), alias: None });
            return Ok(());
        }
        if self.names.closed {
            let kind = if slot == Slot::Query { ErrorKind::UnknownQueryParameter } else { ErrorKind::UnknownKeyword };
            return Err(Error::new(kind, at, name));
        }
        let see = |text: Vec<u8>, at: Span| match self.is_unknown(at) {
            true => Value::unknown(true),
            false => Value::known(text, true),
        };
        let other = Other { name: see(name.to_vec(), at), at, value: see(value, span), span };
        self.others.push(other);
        Ok(())
    }

    pub fn into_dsn(self, form: Form) -> Dsn {
        Dsn { form, parts: self.parts, netlocs: self.netlocs, others: self.others }
    }
}
