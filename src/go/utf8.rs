//! unicode/utf8: runes out of bytes as Go reads them. A byte that starts no valid sequence is one U+FFFD of width
//! one, where Rust and bstr would fold a truncated sequence into one replacement character.

/// What Go shows in place of an invalid byte.
pub const RUNE_ERROR: char = '\u{FFFD}';

/// One rune of a Go string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rune {
    /// The character, U+FFFD for an invalid byte.
    pub char: char,
    /// Bytes that it takes up in the string.
    pub width: usize,
    /// False for an invalid byte.
    pub valid: bool,
}

/// `utf8.DecodeRune`: the first rune; nothing of an empty string.
#[inline]
pub fn decode(text: &[u8]) -> Option<Rune> {
    if let Some(&byte @ 0..0x80) = text.first() {
        return Some(Rune { char: char::from(byte), width: 1, valid: true });
    }
    match bstr::decode_utf8(text) {
        (_, 0) => None,
        (Some(char), width) => Some(Rune { char, width, valid: true }),
        (None, _) => Some(Rune { char: RUNE_ERROR, width: 1, valid: false }),
    }
}

/// `utf8.DecodeLastRune`.
#[inline]
pub fn decode_last(text: &[u8]) -> Option<Rune> {
    if let Some(&byte @ 0..0x80) = text.last() {
        return Some(Rune { char: char::from(byte), width: 1, valid: true });
    }
    match bstr::decode_last_utf8(text) {
        (_, 0) => None,
        (Some(char), width) => Some(Rune { char, width, valid: true }),
        (None, _) => Some(Rune { char: RUNE_ERROR, width: 1, valid: false }),
    }
}

/// `for i, r := range text`: every rune with the byte index where it starts.
pub fn runes(text: &[u8]) -> impl Iterator<Item = (usize, Rune)> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rune = decode(text.get(at..)?)?;
        let start = at;
        at += rune.width;
        Some((start, rune))
    })
}

/// `utf8.RuneCount`.
pub fn rune_count(text: &[u8]) -> usize {
    if text.is_ascii() { text.len() } else { runes(text).count() }
}

/// The first `n` runes of a text.
pub fn prefix(text: &[u8], n: usize) -> &[u8] {
    if text.len() <= n {
        return text;
    }
    match runes(text).nth(n) {
        Some((at, _)) => &text[..at],
        None => text,
    }
}

/// `[]rune(text)`: invalid bytes become U+FFFD.
pub fn chars(text: &[u8]) -> Vec<char> {
    runes(text).map(|(_, rune)| rune.char).collect()
}

/// Appends a character's bytes.
pub fn push(out: &mut Vec<u8>, char: char) {
    out.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes());
}
