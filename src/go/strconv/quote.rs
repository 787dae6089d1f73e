//! Quoted strings and characters. Source: strconv/quote.go.

use crate::go::{unicode, utf8};

/// `strconv.Quote`, which is also `%q`: double quotes, with escapes for what is not printable or not UTF-8.
pub fn quote(text: &[u8]) -> String {
    quoted(text, false)
}

/// `strconv.QuoteToASCII`: as [`quote`], with escapes for all that is not ASCII.
pub fn quote_to_ascii(text: &[u8]) -> String {
    quoted(text, true)
}

/// `strconv.QuoteRune`: single quotes. What is no character is quoted as U+FFFD.
pub fn quote_rune(rune: u32) -> String {
    quoted_rune(rune, false)
}

/// `strconv.QuoteRuneToASCII`.
pub fn quote_rune_to_ascii(rune: u32) -> String {
    quoted_rune(rune, true)
}

/// `strconv.CanBackquote`: whether the text can stand between backquotes on one line, control characters other than
/// tab, and byte order marks excluded.
pub fn can_backquote(text: &[u8]) -> bool {
    utf8::runes(text).all(|(_, rune)| {
        let plain = !matches!(rune.char, '`' | '\x7f' | '\u{feff}') && (rune.char >= ' ' || rune.char == '\t');
        rune.valid && plain
    })
}

fn quoted(text: &[u8], ascii: bool) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for (at, rune) in utf8::runes(text) {
        if rune.valid {
            push_escaped(&mut out, rune.char, '"', ascii);
        } else {
            out.push_str(&format!("\\x{:02x}", text[at]));
        }
    }
    out.push('"');
    out
}

fn quoted_rune(rune: u32, ascii: bool) -> String {
    let mut out = String::from("'");
    push_escaped(&mut out, char::from_u32(rune).unwrap_or(utf8::RUNE_ERROR), '\'', ascii);
    out.push('\'');
    out
}

fn push_escaped(out: &mut String, c: char, quote: char, ascii: bool) {
    match c {
        c if c == quote || c == '\\' => out.extend(['\\', c]),
        c if unicode::is_print(c) && (c.is_ascii() || !ascii) => out.push(c),
        '\x07' => out.push_str("\\a"),
        '\x08' => out.push_str("\\b"),
        '\x0c' => out.push_str("\\f"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        '\x0b' => out.push_str("\\v"),
        c if c < ' ' || c == '\x7f' => out.push_str(&format!("\\x{:02x}", u32::from(c))),
        c if u32::from(c) < 0x10000 => out.push_str(&format!("\\u{:04x}", u32::from(c))),
        c => out.push_str(&format!("\\U{:08x}", u32::from(c))),
    }
}
