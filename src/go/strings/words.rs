//! github.com/Masterminds/goutils, stringutils.go and wordutils.go: much of it counts bytes and reads each byte as a
//! character of Latin-1.

use crate::go::{unicode, utf8};

/// `Wrap`: lines of at most `width` bytes where words allow; longer words stand on a line of their own.
pub fn wrap(text: &[u8], width: i64) -> Vec<u8> {
    wrap_lines(text, width, b"\n", false)
}

/// `WrapCustom` with long words broken, as `wrapWith` calls it; no separator means a line end.
pub fn wrap_custom(text: &[u8], width: i64, separator: &[u8]) -> Vec<u8> {
    wrap_lines(text, width, if separator.is_empty() { b"\n" } else { separator }, true)
}

fn wrap_lines(text: &[u8], width: i64, separator: &[u8], break_words: bool) -> Vec<u8> {
    let width = usize::try_from(width.max(1)).unwrap_or(usize::MAX);
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while rest.len() > width {
        if let Some(after) = rest.strip_prefix(b" ") {
            rest = after;
            continue;
        }
        let (line, after) = if let Some(space) = rest[..=width].iter().rposition(|&b| b == b' ') {
            (&rest[..space], &rest[space + 1..])
        } else if break_words {
            rest.split_at(width)
        } else if let Some(space) = rest[width..].iter().position(|&b| b == b' ') {
            (&rest[..width + space], &rest[width + space + 1..])
        } else {
            break;
        };
        out.extend_from_slice(line);
        out.extend_from_slice(separator);
        rest = after;
    }
    out.extend_from_slice(rest);
    out
}

/// `AbbreviateFull`: `width` bytes at most, with "..." where something is left out; `Abbreviate` is the offset 0.
/// Where the library gives an error, which Sprig drops, this is empty.
pub fn abbreviate(text: &[u8], offset: i64, width: i64) -> Vec<u8> {
    let length = text.len() as i64;
    if text.is_empty() || width < 4 {
        return Vec::new();
    }
    if length <= width {
        return text.to_vec();
    }
    let kept = width - 3;
    let offset = offset.min(length);
    // A very negative offset overflows, and then counts as one too far.
    let offset = if length.wrapping_sub(offset) < kept { length - kept } else { offset };
    let at = |place: i64| usize::try_from(place).unwrap_or(0).min(text.len());
    if offset <= 4 {
        return [&text[..at(kept)], b"..."].concat();
    }
    if width < 7 {
        return Vec::new();
    }
    let tail = if offset + kept < length {
        abbreviate(&text[at(offset)..], 0, kept)
    } else {
        text[at(length - kept)..].to_vec()
    };
    [b"...", &tail[..]].concat()
}

/// `Initials`: the first byte of each word, as a character.
pub fn initials(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut after_gap = true;
    for c in text.iter().map(|&b| char::from(b)) {
        if unicode::is_space(c) {
            after_gap = true;
        } else if after_gap {
            utf8::push(&mut out, c);
            after_gap = false;
        }
    }
    out
}

/// `DeleteWhiteSpace`: what remains is written anew byte for character, unless nothing was dropped.
pub fn delete_white_space(text: &[u8]) -> Vec<u8> {
    let is_space = |b: &u8| unicode::is_space(char::from(*b));
    if !text.iter().any(is_space) {
        return text.to_vec();
    }
    let mut out = Vec::with_capacity(text.len());
    for &byte in text.iter().filter(|b| !is_space(b)) {
        utf8::push(&mut out, char::from(byte));
    }
    out
}

/// `Uncapitalize`: the first letter of each word in lower case.
pub fn uncapitalize(text: &[u8]) -> Vec<u8> {
    let mut next = true;
    super::map(text, |c| {
        if unicode::is_space(c) {
            next = true;
            return c;
        }
        if std::mem::take(&mut next) { unicode::to_lower(c) } else { c }
    })
}

/// `SwapCase`: lower case at the start of a word becomes title case.
pub fn swap_case(text: &[u8]) -> Vec<u8> {
    let mut after_space = true;
    super::map(text, |c| {
        if unicode::is_upper(c) || unicode::is_title(c) {
            after_space = false;
            unicode::to_lower(c)
        } else if unicode::is_lower(c) {
            if std::mem::take(&mut after_space) { unicode::to_title(c) } else { unicode::to_upper(c) }
        } else {
            after_space = unicode::is_space(c);
            c
        }
    })
}
