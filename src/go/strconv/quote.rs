//! Quoted strings. Source: strconv/quote.go.

use crate::go::{unicode, utf8};

/// `strconv.Quote`, which is also `%q`: double quotes, with escapes for what is not printable or not UTF-8.
pub fn quote(text: &[u8]) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for (at, rune) in utf8::runes(text) {
        match rune.char {
            _ if !rune.valid => out.push_str(&format!("\\x{:02x}", text[at])),
            c @ ('"' | '\\') => out.extend(['\\', c]),
            c if unicode::is_print(c) => out.push(c),
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
    out.push('"');
    out
}

/// `strconv.CanBackquote`: whether the text can stand between back quotes unchanged.
pub fn can_backquote(text: &[u8]) -> bool {
    utf8::runes(text).all(|(_, rune)| {
        let forbidden = matches!(rune.char, '\u{FEFF}' | '`' | '\x7f') || (rune.char < ' ' && rune.char != '\t');
        rune.valid && !forbidden
    })
}
