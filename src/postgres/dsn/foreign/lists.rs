//! Lists with semicolons: Npgsql's, which is .NET's DbConnectionStringBuilder, and PDO's.

use super::super::store::{Slot, Store};
use super::super::words;
use super::{Error, ErrorKind, Span};

/// Whether the first name is one that only Npgsql knows: `Host=db` without a semicolon.
pub(super) fn is_npgsql(text: &[u8]) -> bool {
    let name = text.split(|b| *b == b'=').next().unwrap_or_default().trim_ascii();
    name.first().is_some_and(u8::is_ascii_uppercase)
}

/// `Name=value;...`; a value may be quoted, with the quote doubled within; names have no case.
pub(super) fn parse_semicolons(text: &[u8], store: &mut Store<'_>) -> Result<(), Error> {
    let mut at = 0;
    while at < text.len() {
        let blank = text.get(at).is_some_and(|b| b.is_ascii_whitespace() || *b == b';');
        if blank {
            at += 1;
            continue;
        }
        let rest = text.get(at..).unwrap_or_default();
        let Some(equals) = memchr::memchr(b'=', rest).map(|n| at + n) else {
            return Err(Error::new(ErrorKind::MissingEquals, Span::new(at, text.len()), ""));
        };
        let name = trimmed(text, at, equals);
        if memchr::memchr(b';', name.of(text)).is_some() {
            return Err(Error::new(ErrorKind::MissingEquals, name, ""));
        }
        let (value, span, end) = value(text, equals + 1)?;
        let lower = name.of(text).to_ascii_lowercase();
        store.named(&lower, name, value, span, Slot::Word)?;
        at = end;
    }
    Ok(())
}

/// A value from after the `=`, where it stands, and where the next name may begin.
fn value(text: &[u8], from: usize) -> Result<(Vec<u8>, Span, usize), Error> {
    let rest = text.get(from..).unwrap_or_default();
    let start = from + rest.iter().take_while(|b| b.is_ascii_whitespace()).count();
    let quote = text.get(start).copied().filter(|b| matches!(b, b'\'' | b'"'));
    let Some(quote) = quote else {
        let rest = text.get(start..).unwrap_or_default();
        let end = start + memchr::memchr(b';', rest).unwrap_or(rest.len());
        let span = trimmed(text, start, end);
        return Ok((span.of(text).to_vec(), span, end + 1));
    };
    let (mut out, mut at) = (Vec::new(), start + 1);
    loop {
        match text.get(at) {
            None => return Err(Error::new(ErrorKind::UnterminatedQuote, Span::new(start, text.len()), "")),
            Some(b) if *b == quote && text.get(at + 1) == Some(&quote) => {
                out.push(quote);
                at += 2;
            }
            Some(b) if *b == quote => return Ok((out, Span::new(start + 1, at), at + 1)),
            Some(b) => {
                out.push(*b);
                at += 1;
            }
        }
    }
}

fn trimmed(text: &[u8], start: usize, end: usize) -> Span {
    let piece = text.get(start..end).unwrap_or_default();
    let left = piece.len() - piece.trim_ascii_start().len();
    Span::new(start + left, start + left + piece.trim_ascii().len())
}

/// PDO: the prefix goes, semicolons become blanks, and libpq reads the rest (pgsql_driver.c of PHP).
pub(super) fn parse_pdo(text: &[u8], store: &mut Store<'_>) -> Result<(), Error> {
    let prefix = b"pgsql:".len();
    // Blanks in place of the prefix keep the places right.
    let words: Vec<u8> =
        text.iter().enumerate().map(|(n, b)| if n < prefix || *b == b';' { b' ' } else { *b }).collect();
    words::parse(&words, store)
}
