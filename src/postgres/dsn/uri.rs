//! The URI form, as `conninfo_uri_parse_options` and `conninfo_uri_parse_params` of fe-connect.c read it.
//!
//! Peculiar to libpq: the first `@` ends the credentials unless a `/` comes first (a `?` or `#` does not); hosts are joined
//! with commas *before* they are decoded; an empty user, host, port or path is as good as none; `+` is itself.

use super::error::{Error, ErrorKind};
use super::keyword::{Keyword, Libpq};
use super::store::{Part, Slot, Store};
use super::value::Span;

/// Either of these makes a text a URI. Case matters.
pub(super) const PREFIXES: [&[u8]; 2] = [b"postgresql://", b"postgres://"];

/// The length of the prefix that makes the text a URI.
pub(super) fn prefix(text: &[u8]) -> Option<usize> {
    PREFIXES.iter().find(|p| text.starts_with(p)).map(|p| p.len())
}

/// One `host[:port]` of the authority, as written: without brackets and colon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Netloc {
    pub host: Span,
    pub port: Option<Span>,
}

/// Reads what follows the prefix, which ends at `start`.
pub(super) fn parse(text: &[u8], start: usize, store: &mut Store<'_>) -> Result<(), Error> {
    let authority = credentials(text, start, store)?;
    let (netlocs, mut at) = hosts(text, authority)?;
    let all = Span::new(authority, at);
    let joined = |piece: fn(&Netloc) -> Option<Span>| {
        let pieces = netlocs.iter().map(|n| piece(n).map(|s| s.of(text)).unwrap_or_default());
        pieces.collect::<Vec<_>>().join(&b","[..])
    };
    let spans = |piece: fn(&Netloc) -> Option<Span>| match netlocs.as_slice() {
        [one] => piece(one).unwrap_or(all),
        _ => all,
    };
    for (keyword, slot, piece) in [
        (Keyword::Host, Slot::Hosts, (|n: &Netloc| Some(n.host)) as fn(&Netloc) -> Option<Span>),
        (Keyword::Port, Slot::Ports, |n: &Netloc| n.port),
    ] {
        let raw = joined(piece);
        if !raw.is_empty() {
            let value = decode(&raw, spans(piece), store.libpq)?;
            store.put(Part { keyword, slot, name: None, span: spans(piece), value: value.into(), alias: None });
        }
    }
    if text.get(at) == Some(&b'/') {
        let end = until(text, at + 1, b"?");
        store_decoded(text, Keyword::DbName, Slot::Path, Span::new(at + 1, end), store)?;
        at = end;
    }
    if at < text.len() {
        query(text, at + 1, store)?;
    }
    store.netlocs = netlocs;
    Ok(())
}

/// The first of `stops` from `from` on, or the end.
fn until(text: &[u8], from: usize, stops: &[u8]) -> usize {
    let rest = text.get(from..).unwrap_or_default();
    rest.iter().position(|b| stops.contains(b)).map_or(text.len(), |n| from + n)
}

fn store_decoded(text: &[u8], keyword: Keyword, slot: Slot, span: Span, store: &mut Store<'_>) -> Result<(), Error> {
    if span.start < span.end {
        let value = decode(span.of(text), span, store.libpq)?;
        store.put(Part { keyword, slot, name: None, span, value: value.into(), alias: None });
    }
    Ok(())
}

/// `user[:password]@`. Where the authority goes on.
fn credentials(text: &[u8], start: usize, store: &mut Store<'_>) -> Result<usize, Error> {
    let at = until(text, start, b"@/");
    if text.get(at) != Some(&b'@') {
        return Ok(start);
    }
    let user = until(text, start, b":@");
    store_decoded(text, Keyword::User, Slot::User, Span::new(start, user), store)?;
    if user < at {
        store_decoded(text, Keyword::Password, Slot::Password, Span::new(user + 1, at), store)?;
    }
    Ok(at + 1)
}

/// `host[:port],...`, each host perhaps in brackets. Where the authority ends.
fn hosts(text: &[u8], start: usize) -> Result<(Vec<Netloc>, usize), Error> {
    let mut netlocs = Vec::new();
    let mut at = start;
    loop {
        let host = if text.get(at) == Some(&b'[') {
            let end = until(text, at + 1, b"]");
            if end == text.len() {
                return Err(Error::new(ErrorKind::BracketOpen, Span::new(at, end), text));
            }
            if end == at + 1 {
                return Err(Error::new(ErrorKind::BracketEmpty, Span::new(at, end + 1), text));
            }
            if let Some(&byte) = text.get(end + 1)
                && !b":/?,".contains(&byte)
            {
                return Err(Error::new(ErrorKind::AfterBracket(byte), Span::new(end + 1, end + 2), text));
            }
            let host = Span::new(at + 1, end);
            at = end + 1;
            host
        } else {
            let end = until(text, at, b":/?,");
            let host = Span::new(at, end);
            at = end;
            host
        };
        let mut port = None;
        if text.get(at) == Some(&b':') {
            let end = until(text, at + 1, b"/?,");
            port = Some(Span::new(at + 1, end));
            at = end;
        }
        netlocs.push(Netloc { host, port });
        if text.get(at) != Some(&b',') {
            return Ok((netlocs, at));
        }
        at += 1;
    }
}

/// `name=value&...`, from the byte after `?`.
fn query(text: &[u8], start: usize, store: &mut Store<'_>) -> Result<(), Error> {
    let mut at = start;
    while at < text.len() {
        let end = until(text, at, b"&");
        let pair = Span::new(at, end);
        let equals = until(pair.of(text), 0, b"=") + at;
        if equals == end {
            return Err(Error::new(ErrorKind::MissingQueryEquals, pair, pair.of(text)));
        }
        let (name, span) = (Span::new(at, equals), Span::new(equals + 1, end));
        let second = until(span.of(text), 0, b"=") + span.start;
        if second < end {
            return Err(Error::new(ErrorKind::ExtraEquals, Span::new(second, end), name.of(text)));
        }
        let keyword = decode(name.of(text), name, store.libpq)?;
        let value = decode(span.of(text), span, store.libpq)?;
        store.named(&keyword, name, value, span, Slot::Query)?;
        at = end + 1;
    }
    Ok(())
}

/// Percent-decoding. libpq 18 also drops spaces at both ends and refuses those between.
pub(super) fn decode(raw: &[u8], span: Span, libpq: &Libpq) -> Result<Vec<u8>, Error> {
    let fail = |kind| Err(Error::new(kind, span, raw));
    let mut out = Vec::with_capacity(raw.len());
    let mut at = if libpq.trims_spaces { raw.iter().take_while(|b| **b == b' ').count() } else { 0 };
    while let Some(&byte) = raw.get(at) {
        if byte == b' ' && libpq.trims_spaces {
            break;
        }
        if byte != b'%' {
            out.push(byte);
            at += 1;
            continue;
        }
        let digit = |n: usize| raw.get(n).and_then(|b| char::from(*b).to_digit(16));
        let (Some(high), Some(low)) = (digit(at + 1), digit(at + 2)) else { return fail(ErrorKind::BadPercent) };
        match (high << 4 | low) as u8 {
            0 => return fail(ErrorKind::ZeroByte),
            byte => out.push(byte),
        }
        at += 3;
    }
    if raw.get(at..).unwrap_or_default().iter().any(|b| *b != b' ') {
        return fail(ErrorKind::Space);
    }
    Ok(out)
}
