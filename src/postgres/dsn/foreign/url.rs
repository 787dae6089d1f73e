//! URLs as the clients that are not libpq take them apart: by a general URL parser.
//!
//! Those parsers agree as long as everything in the credentials is encoded; where it is not, nothing is read. They differ
//! from libpq in this: `#` begins a fragment, `+` in the query is a space, and a bad `%` is left as it is or refused.

use super::super::keyword::Keyword;
use super::super::store::{Part, Slot, Store};
use super::super::uri::Netloc;
use super::{Error, ErrorKind, Span};

/// Whether a scheme is SQLAlchemy's: `postgresql+driver`, also behind Celery's `db+` and `sqla+`.
pub(super) fn is_sqlalchemy(scheme: &[u8]) -> bool {
    let scheme = scheme.strip_prefix(b"db+").or_else(|| scheme.strip_prefix(b"sqla+")).unwrap_or(scheme);
    [&b"postgresql"[..], b"postgres"].iter().any(|name| match scheme.strip_prefix(*name) {
        Some(rest) => rest.is_empty() || rest.starts_with(b"+"),
        None => false,
    })
}

/// Where the authority of `scheme://` begins.
fn authority(text: &[u8]) -> usize {
    memchr::memmem::find(text, b"://").map_or(text.len(), |at| at + 3)
}

/// `postgresql://` for a client that is not libpq.
pub(super) fn parse(text: &[u8], store: &mut Store<'_>) -> Result<(), Error> {
    read(text, authority(text), store, true)
}

/// SQLAlchemy's `make_url`.
pub(super) fn parse_sqlalchemy(text: &[u8], store: &mut Store<'_>) -> Result<(), Error> {
    read(text, authority(text), store, true)
}

/// `r2dbc:postgresql://`, also behind `pool:`.
pub(super) fn parse_r2dbc(text: &[u8], store: &mut Store<'_>) -> Result<(), Error> {
    let scheme = text.get(..authority(text)).unwrap_or_default();
    let known = scheme.ends_with(b":postgresql://") || scheme.ends_with(b":postgres://");
    if !known {
        return Err(Error::new(ErrorKind::UnknownForm, Span::new(0, scheme.len()), ""));
    }
    read(text, scheme.len(), store, true)
}

/// `jdbc:postgresql:`, as `parseURL` of org.postgresql.Driver reads it: no credentials before the host.
pub(super) fn parse_jdbc(text: &[u8], store: &mut Store<'_>) -> Result<(), Error> {
    let start = b"jdbc:postgresql:".len();
    let rest = text.get(start..).unwrap_or_default();
    if !rest.starts_with(b"//") {
        let end = until(text, start, b"?");
        if rest.starts_with(b"/") {
            return Err(Error::new(ErrorKind::UnknownForm, Span::new(start, start + 1), ""));
        }
        put(text, Keyword::DbName, Slot::Path, Span::new(start, end), store)?;
        return query(text, end + 1, text.len(), store, false);
    }
    let start = start + 2;
    let end = until(text, start, b"/?");
    if let Some(at) = text.get(start..end).and_then(|a| memchr::memchr(b'@', a)) {
        // The driver takes `user:password@host` for a host.
        return Err(Error::new(ErrorKind::Credentials, Span::new(start, start + at + 1), ""));
    }
    if text.get(end) != Some(&b'/') && end > start {
        return Err(Error::new(ErrorKind::UnknownForm, Span::new(start, end), ""));
    }
    netlocs(text, start, end, store);
    let path = until(text, end, b"?");
    if path > end {
        put(text, Keyword::DbName, Slot::Path, Span::new(end + 1, path), store)?;
    }
    query(text, path + 1, text.len(), store, false)
}

/// Authority, path and query.
fn read(text: &[u8], start: usize, store: &mut Store<'_>, strict: bool) -> Result<(), Error> {
    let end = until(text, start, b"/?#");
    let tail = text.get(end..).unwrap_or_default();
    let at = text.get(start..end).unwrap_or_default().iter().rposition(|b| *b == b'@').map(|n| start + n);
    // An `@` behind the authority means that the credentials hold a `/`, `?` or `#`; each parser makes something else of it.
    if at.is_none() && strict {
        let path = tail.iter().position(|b| matches!(b, b'?' | b'#')).unwrap_or(tail.len());
        let early = tail.get(..path).unwrap_or_default();
        let digits = early.starts_with(b"/") && memchr::memchr(b'@', early).is_some();
        let later = !tail.starts_with(b"/") && memchr::memchr(b'@', tail).is_some();
        if digits || later {
            return Err(Error::new(ErrorKind::Disagreement, Span::new(end, end + 1), ""));
        }
    }
    let mut host = start;
    if let Some(at) = at {
        let credentials = Span::new(start, at);
        if memchr::memchr(b'@', credentials.of(text)).is_some() {
            return Err(Error::new(ErrorKind::Disagreement, credentials, ""));
        }
        let colon = until(text, start, b":").min(at);
        put(text, Keyword::User, Slot::User, Span::new(start, colon), store)?;
        if colon < at {
            put(text, Keyword::Password, Slot::Password, Span::new(colon + 1, at), store)?;
        }
        host = at + 1;
    }
    netlocs(text, host, end, store);
    let stop = until(text, end, b"#");
    let path = until(text, end, b"?").min(stop);
    if text.get(end) == Some(&b'/') {
        put(text, Keyword::DbName, Slot::Path, Span::new(end + 1, path), store)?;
    }
    query(text, path + 1, stop, store, true)
}

/// `host:port,...`; empty ones are none.
fn netlocs(text: &[u8], start: usize, end: usize, store: &mut Store<'_>) {
    let all = Span::new(start, end);
    if all.of(text).is_empty() {
        return;
    }
    let (mut hosts, mut ports, mut at) = (Vec::new(), Vec::new(), start);
    for piece in all.of(text).split(|b| *b == b',') {
        let bracket = piece.iter().rposition(|b| *b == b']').map_or(0, |n| n + 1);
        let colon = piece.iter().rposition(|b| *b == b':').filter(|n| *n >= bracket).unwrap_or(piece.len());
        let host = piece.get(..colon).unwrap_or_default();
        let inner = host.strip_prefix(b"[").and_then(|h| h.strip_suffix(b"]")).unwrap_or(host);
        hosts.push(percent(inner, false));
        let skip = usize::from(inner.len() < host.len());
        let span = Span::new(at + skip, at + skip + inner.len());
        let port = (colon < piece.len()).then(|| Span::new(at + colon + 1, at + piece.len()));
        ports.push(piece.get(colon + 1..).unwrap_or_default().to_vec());
        store.netlocs.push(Netloc { host: span, port });
        at += piece.len() + 1;
    }
    let one = |pick: fn(&Netloc) -> Option<Span>| match store.netlocs.as_slice() {
        [netloc] => pick(netloc).unwrap_or(all),
        _ => all,
    };
    let (host, port) = (one(|n| Some(n.host)), one(|n| n.port));
    for (keyword, slot, span, values) in
        [(Keyword::Host, Slot::Hosts, host, hosts), (Keyword::Port, Slot::Ports, port, ports)]
    {
        if values.iter().any(|v| !v.is_empty()) {
            let value = values.join(&b","[..]).into();
            store.put(Part { keyword, slot, name: None, span, value, alias: None });
        }
    }
}

fn query(text: &[u8], start: usize, end: usize, store: &mut Store<'_>, plus: bool) -> Result<(), Error> {
    let mut at = start;
    while at < end {
        let stop = until(text, at, b"&").min(end);
        let equals = until(text, at, b"=").min(stop);
        let (name, span) = (Span::new(at, equals), Span::new((equals + 1).min(stop), stop));
        if at < stop {
            store.named(&percent(name.of(text), plus), name, percent(span.of(text), plus), span, Slot::Query)?;
        }
        at = stop + 1;
    }
    Ok(())
}

fn put(text: &[u8], keyword: Keyword, slot: Slot, span: Span, store: &mut Store<'_>) -> Result<(), Error> {
    let raw = span.of(text);
    let malformed = raw.iter().enumerate().any(|(n, b)| *b == b'%' && hex(raw, n).is_none());
    if malformed {
        // Some leave it as it is, others refuse.
        return Err(Error::new(ErrorKind::Disagreement, span, ""));
    }
    if !raw.is_empty() {
        store.put(Part { keyword, slot, name: None, span, value: percent(raw, false).into(), alias: None });
    }
    Ok(())
}

fn hex(raw: &[u8], at: usize) -> Option<u8> {
    let digit = |n: usize| raw.get(n).and_then(|b| char::from(*b).to_digit(16));
    Some((digit(at + 1)? << 4 | digit(at + 2)?) as u8)
}

/// Decodes `%xx`; what is malformed stays.
fn percent(raw: &[u8], plus: bool) -> Vec<u8> {
    let (mut out, mut at) = (Vec::with_capacity(raw.len()), 0);
    while let Some(&byte) = raw.get(at) {
        match (byte, hex(raw, at)) {
            (b'%', Some(decoded)) => {
                out.push(decoded);
                at += 2;
            }
            (b'+', _) if plus => out.push(b' '),
            _ => out.push(byte),
        }
        at += 1;
    }
    out
}

fn until(text: &[u8], from: usize, stops: &[u8]) -> usize {
    let rest = text.get(from..).unwrap_or_default();
    rest.iter().position(|b| stops.contains(b)).map_or(text.len(), |n| from + n)
}
