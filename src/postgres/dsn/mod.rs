//! Connection strings as libpq reads them, to the byte and to the error; what the environment adds; other clients' forms.
//!
//! [`parse`] reads a text, [`effective`] lays it over service file, environment and defaults, [`foreign`]
//! reads what is written for other clients, and as they read it. Held to `PQconninfoParse` and `PQconndefaults` of libpq 15 to 18 by tests/libpq_oracle.

mod error;
pub mod foreign;
mod hosts;
mod keyword;
mod refused;
mod service;
mod settings;
mod store;
mod uri;
mod value;
mod words;

use std::fmt;
use std::ops::Range;

use store::Store;

pub use error::{Error, ErrorKind};
pub use hosts::{Host, Reach};
pub use keyword::{KEYWORDS, Keyword, LIBPQ, Libpq, Row};
pub use refused::Refused;
pub use settings::{Seen, Setting, Settings, Source, Surroundings, effective};
pub use store::{Alias, Other, Part, Slot};
pub use uri::Netloc;
pub use value::{Span, Value};

/// Which form a text has: libpq's two, and those of other clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Form {
    /// `postgresql://` or `postgres://`.
    Uri,
    /// `parameter=value ...`; the empty text too.
    Words,
    /// `postgresql+driver://` ([`foreign`], as are those that follow).
    SqlAlchemy,
    /// `jdbc:postgresql://`.
    Jdbc,
    /// `r2dbc:postgresql://`.
    R2dbc,
    /// `Host=...;Username=...`.
    Semicolons,
    /// `pgsql:host=...;dbname=...`.
    Pdo,
}

/// A connection string that was read. `Debug` and `Display` show no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dsn {
    pub form: Form,
    /// In the order in which libpq stores them; of two with one keyword the later one counts.
    pub parts: Vec<Part>,
    /// Each host and port of a URI's authority, as written.
    pub netlocs: Vec<Netloc>,
    /// Parameters that only another client knows, or nobody; none with libpq.
    pub others: Vec<Other>,
}

/// Reads a connection string as the newest libpq does.
///
/// # Errors
/// libpq's own refusals, and a byte 0.
pub fn parse(text: impl AsRef<[u8]>) -> Result<Dsn, Error> {
    parse_with(text, &[], Libpq::NEWEST)
}

/// Reads a connection string of which some bytes are not known: `holes` are their places, filled with anything that has no
/// meaning in a connection string (letters). A part that a hole lies in, or at, has a value that is not known; a hole is taken
/// to hold nothing that ends its part (a password that is encoded, a name, a number).
///
/// # Errors
/// libpq's own refusals; [`ErrorKind::Unknown`] where a hole decides about the form or lies in what is refused.
pub fn parse_with(text: impl AsRef<[u8]>, holes: &[Range<usize>], libpq: &Libpq) -> Result<Dsn, Error> {
    let text = text.as_ref();
    check_text(text, holes)?;
    read(text, Store::new(libpq, holes))
}

/// What stops any client: a byte 0, and a hole that hides the form.
fn check_text(text: &[u8], holes: &[Range<usize>]) -> Result<(), Error> {
    if let Some(at) = memchr::memchr(0, text) {
        return Err(Error::new(ErrorKind::Nul, Span::new(at, at + 1), ""));
    }
    match holes.iter().find(|h| hides_form(text.get(..h.start).unwrap_or(text))) {
        Some(hole) => Err(Error::new(ErrorKind::Unknown, Span::new(hole.start, hole.end), "")),
        None => Ok(()),
    }
}

/// libpq's grammar.
fn read(text: &[u8], mut store: Store<'_>) -> Result<Dsn, Error> {
    let read = match uri::prefix(text) {
        Some(start) => uri::parse(text, start, &mut store).map(|()| Form::Uri),
        None => words::parse(text, &mut store).map(|()| Form::Words),
    };
    match read {
        Ok(form) => Ok(store.into_dsn(form)),
        Err(error) if store.is_unknown(error.span) => Err(Error::new(ErrorKind::Unknown, error.span, "")),
        Err(error) => Err(error),
    }
}

/// Whether more text after this could make it a URI or not.
fn hides_form(before: &[u8]) -> bool {
    uri::PREFIXES.iter().any(|p| before.len() < p.len() && p.starts_with(before))
}

impl Dsn {
    /// The part that counts for a keyword: the last.
    pub fn get(&self, keyword: Keyword) -> Option<&Part> {
        self.parts.iter().rfind(|p| p.keyword == keyword)
    }

    /// Parts that a later one of the same keyword overrides.
    pub fn overridden(&self) -> impl Iterator<Item = &Part> {
        let mut last = [0; KEYWORDS.len()];
        for (n, part) in self.parts.iter().enumerate() {
            last[part.keyword as usize] = n;
        }
        self.parts.iter().enumerate().filter(move |(n, p)| last[p.keyword as usize] != *n).map(|(_, p)| p)
    }
}

/// As `parameter=value` with secrets as `***`: for people, not for libpq.
impl fmt::Display for Dsn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, part) in self.parts.iter().enumerate() {
            let blank = if n == 0 { "" } else { " " };
            write!(f, "{blank}{}={}", part.keyword, part.value)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
