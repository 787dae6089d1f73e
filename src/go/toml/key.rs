//! Keys and quoted strings. Source: meta.go, encode.go.

use bstr::{BStr, BString, ByteSlice};

/// Ours: the most pieces that a key may have. Headers and the library's memory of keys grow with the square of it.
pub(super) const MAX_PIECES: usize = 1000;

/// Whether a key needs no quotes.
pub(super) fn is_bare(c: u8) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, b'_' | b'-')
}

/// A text in double quotes. Bytes that are not UTF-8 stay as they are.
pub(super) fn quoted(text: &[u8]) -> BString {
    let mut out = Vec::with_capacity(text.len() + 2);
    out.push(b'"');
    for c in text {
        match c {
            b'"' | b'\\' => out.extend_from_slice(&[b'\\', *c]),
            8 => out.extend_from_slice(b"\\b"),
            b'\t' => out.extend_from_slice(b"\\t"),
            b'\n' => out.extend_from_slice(b"\\n"),
            12 => out.extend_from_slice(b"\\f"),
            b'\r' => out.extend_from_slice(b"\\r"),
            0..32 | 0x7f => out.extend_from_slice(format!("\\u{c:04x}").as_bytes()),
            _ => out.push(*c),
        }
    }
    out.push(b'"');
    out.into()
}

/// One piece of a key, in quotes where it needs them.
pub(super) fn piece(piece: &[u8]) -> BString {
    if !piece.is_empty() && piece.iter().all(|c| is_bare(*c)) { piece.into() } else { quoted(piece) }
}

/// `Key.String`: the pieces with points between.
pub(super) fn dotted<'k>(key: impl IntoIterator<Item = &'k BStr>) -> BString {
    let pieces: Vec<_> = key.into_iter().map(|p| piece(p.as_bytes())).collect();
    bstr::join(".", pieces).into()
}
