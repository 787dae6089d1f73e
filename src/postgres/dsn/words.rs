//! The keyword form (`host=db user='me'`), as `conninfo_parse` of fe-connect.c reads it.
//!
//! Peculiar to libpq: blanks around `=` are skipped, so `host= port=1` gives the host `port=1`; a backslash takes the next
//! byte as it is, in quotes and outside; a quoted value needs no blank after it.

use super::error::{Error, ErrorKind};
use super::store::{Slot, Store};
use super::value::Span;

/// C's isspace in the C locale.
fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

fn skip(text: &[u8], from: usize, skipped: impl Fn(u8) -> bool) -> usize {
    let rest = text.get(from..).unwrap_or_default();
    from + rest.iter().take_while(|b| skipped(**b)).count()
}

/// Reads the whole text.
pub(super) fn parse(text: &[u8], store: &mut Store<'_>) -> Result<(), Error> {
    let mut at = skip(text, 0, is_blank);
    while at < text.len() {
        let end = skip(text, at, |b| b != b'=' && !is_blank(b));
        let name = Span::new(at, end);
        let equals = skip(text, end, is_blank);
        if text.get(equals) != Some(&b'=') {
            return Err(Error::new(ErrorKind::MissingEquals, name, name.of(text)));
        }
        let start = skip(text, equals + 1, is_blank);
        let (value, end) = if text.get(start) == Some(&b'\'') { quoted(text, start)? } else { bare(text, start) };
        let span = if text.get(start) == Some(&b'\'') { Span::new(start + 1, end - 1) } else { Span::new(start, end) };
        store.named(name.of(text), name, value, span, Slot::Word)?;
        at = skip(text, end, is_blank);
    }
    Ok(())
}

/// A value without quotes, and where it ends.
fn bare(text: &[u8], start: usize) -> (Vec<u8>, usize) {
    let mut out = Vec::new();
    let mut at = start;
    while let Some(&byte) = text.get(at).filter(|b| !is_blank(**b)) {
        if byte == b'\\' {
            at += 1;
            out.extend(text.get(at));
        } else {
            out.push(byte);
        }
        at += 1;
    }
    (out, at.min(text.len()))
}

/// A value in quotes, and the byte after the closing one.
fn quoted(text: &[u8], start: usize) -> Result<(Vec<u8>, usize), Error> {
    let mut out = Vec::new();
    let mut at = start + 1;
    loop {
        match text.get(at) {
            None => return Err(Error::new(ErrorKind::UnterminatedQuote, Span::new(start, text.len()), "")),
            Some(b'\\') => {
                at += 1;
                out.extend(text.get(at));
            }
            Some(b'\'') => return Ok((out, at + 1)),
            Some(&byte) => out.push(byte),
        }
        at += 1;
    }
}
