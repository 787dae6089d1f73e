//! Writing strings: plain, quoted and literal, folded where goyaml v2 folds (`emitterc.go`).

use std::borrow::Cow;

use super::analyze::{Analysis, analyze};
use super::style::{Style, choose};
use super::{Emitter, Flavour, INDENT, WIDTH, chars};

/// A key is written before its value on one line up to this length, its tag counted in.
const MAX_SIMPLE_KEY: usize = 128;
const BINARY: &[u8] = b"!!binary";

impl Emitter {
    /// Writes a key; gives whether the value may follow on its line.
    pub(super) fn write_key(&mut self, key: &[u8]) -> bool {
        let (text, tagged) = encoded(key);
        let analysis = analyze(&text, self.flavour);
        let length = text.len() + if tagged { BINARY.len() } else { 0 };
        let simple = !analysis.multiline && length <= MAX_SIMPLE_KEY;
        if !simple {
            self.indicator(b"?", true, false, true);
        }
        self.write_scalar(&text, analysis, simple, tagged);
        simple
    }

    pub(super) fn write_string(&mut self, text: &[u8]) {
        let (text, tagged) = encoded(text);
        let analysis = analyze(&text, self.flavour);
        self.write_scalar(&text, analysis, false, tagged);
    }

    fn write_scalar(&mut self, text: &[u8], analysis: Analysis, key: bool, tagged: bool) {
        let style = choose(text, analysis, key, tagged, self.flavour);
        if tagged {
            self.write_word(BINARY);
        }
        let outer = self.indent;
        self.indent = if outer < 0 { INDENT } else { outer + INDENT };
        match style {
            Style::Plain => self.write_plain(text, analysis.simple, !key),
            Style::SingleQuoted => self.write_single_quoted(text, !key),
            Style::DoubleQuoted => self.write_double_quoted(text, !key),
            Style::Literal => self.write_literal(text),
        }
        self.indent = outer;
    }

    /// Whether a line may be broken here at all: v3 never does.
    fn too_wide(&self) -> bool {
        self.flavour == Flavour::V2 && self.column > WIDTH
    }

    /// Writes the character at this position and gives the position after it.
    #[inline]
    fn write_char(&mut self, text: &[u8], at: usize) -> usize {
        let end = text.len().min(at + text.get(at).map_or(1, |&byte| chars::width(byte)));
        self.out.extend_from_slice(text.get(at..end).unwrap_or_default());
        self.column += 1;
        end
    }

    /// Writes the line break at this position and gives the position after it.
    fn write_break(&mut self, text: &[u8], at: usize) -> usize {
        if text.get(at) == Some(&b'\n') {
            self.put_break();
            return at + 1;
        }
        let end = self.write_char(text, at);
        self.column = 0;
        self.indention |= self.flavour == Flavour::V3;
        end
    }

    fn write_plain(&mut self, text: &[u8], simple: bool, breaks: bool) {
        if !self.whitespace && !text.is_empty() {
            self.put(b' ');
        }
        let fits = self.flavour == Flavour::V3 || !breaks || self.column + text.len() <= WIDTH;
        if simple && fits {
            self.out.extend_from_slice(text);
            self.column += text.len();
        } else {
            // No text with line breaks in it is ever written plain.
            let (mut at, mut spaces) = (0, false);
            while let Some(&byte) = text.get(at) {
                if byte == b' ' {
                    let fold = breaks && !spaces && text.get(at + 1) != Some(&b' ');
                    at = if self.fold(fold) { at + 1 } else { self.write_char(text, at) };
                    spaces = true;
                } else {
                    at = self.write_char(text, at);
                    self.indention = false;
                    spaces = false;
                }
            }
        }
        self.whitespace = false;
        self.indention = false;
    }

    /// Breaks the line in the place of a space, where that is allowed and the line is full.
    fn fold(&mut self, allowed: bool) -> bool {
        let fold = allowed && self.too_wide();
        if fold {
            self.write_indent();
        }
        fold
    }

    fn write_single_quoted(&mut self, text: &[u8], allow_breaks: bool) {
        self.indicator(b"'", true, false, false);
        let (mut at, mut spaces, mut breaks) = (0, false, false);
        while let Some(&byte) = text.get(at) {
            if byte == b' ' {
                let inside = at > 0 && at + 1 < text.len() && text.get(at + 1) != Some(&b' ');
                let fold = allow_breaks && !spaces && inside;
                at = if self.fold(fold) { at + 1 } else { self.write_char(text, at) };
                spaces = true;
            } else if chars::is_break(text, at) {
                if !breaks && byte == b'\n' {
                    self.put_break();
                }
                at = self.write_break(text, at);
                self.indention = true;
                breaks = true;
            } else {
                if breaks {
                    self.write_indent();
                }
                if byte == b'\'' {
                    self.put(b'\'');
                }
                at = self.write_char(text, at);
                self.indention = false;
                (spaces, breaks) = (false, false);
            }
        }
        self.indicator(b"'", false, false, false);
        (self.whitespace, self.indention) = (false, false);
    }

    fn write_double_quoted(&mut self, text: &[u8], allow_breaks: bool) {
        self.indicator(b"\"", true, false, false);
        // goyaml asks for a byte order mark at the start of the text, at every character of it.
        let escape_all = text.starts_with(b"\xEF\xBB\xBF");
        let (mut at, mut spaces) = (0, false);
        while let Some(&byte) = text.get(at) {
            let plain = chars::is_printable(text, at) && !chars::is_break(text, at) && byte != b'"' && byte != b'\\';
            if !plain || escape_all {
                let width = chars::width(byte);
                self.write_escape(text.get(at..at + width).unwrap_or_default());
                at += width;
                spaces = false;
            } else if byte == b' ' {
                let inside = at > 0 && at + 1 < text.len();
                if self.fold(allow_breaks && !spaces && inside) {
                    if text.get(at + 1) == Some(&b' ') {
                        self.put(b'\\');
                    }
                    at += 1;
                } else {
                    at = self.write_char(text, at);
                }
                spaces = true;
            } else {
                at = self.write_char(text, at);
                spaces = false;
            }
        }
        self.indicator(b"\"", false, false, false);
        (self.whitespace, self.indention) = (false, false);
    }

    fn write_escape(&mut self, character: &[u8]) {
        let code = std::str::from_utf8(character).ok().and_then(|text| text.chars().next()).map_or(0xFFFD, u32::from);
        let short = match code {
            0x00 => b'0',
            0x07 => b'a',
            0x08 => b'b',
            0x09 => b't',
            0x0A => b'n',
            0x0B => b'v',
            0x0C => b'f',
            0x0D => b'r',
            0x1B => b'e',
            0x22 => b'"',
            0x5C => b'\\',
            0x85 => b'N',
            0xA0 => b'_',
            0x2028 => b'L',
            0x2029 => b'P',
            _ => {
                let escape = match code {
                    0..=0xFF => format!("\\x{code:02X}"),
                    0x100..=0xFFFF => format!("\\u{code:04X}"),
                    _ => format!("\\U{code:08X}"),
                };
                self.out.extend_from_slice(escape.as_bytes());
                self.column += escape.len();
                return;
            }
        };
        self.put(b'\\');
        self.put(short);
    }

    fn write_literal(&mut self, text: &[u8]) {
        self.indicator(b"|", true, false, false);
        if text.first() == Some(&b' ') || chars::is_break(text, 0) {
            self.indicator(b"2", false, false, false);
        }
        match trailing_breaks(text) {
            0 => self.indicator(b"-", false, false, false),
            1 => {}
            _ => self.indicator(b"+", false, false, false),
        }
        self.put_break();
        (self.indention, self.whitespace) = (true, true);
        let (mut at, mut breaks) = (0, true);
        while at < text.len() {
            if chars::is_break(text, at) {
                at = self.write_break(text, at);
                self.indention = true;
                breaks = true;
            } else {
                if breaks {
                    self.write_indent();
                }
                let rest = text.get(at..).unwrap_or_default();
                let run =
                    rest.iter().position(|byte| matches!(byte, b'\n' | b'\r' | 0xC2 | 0xE2)).unwrap_or(rest.len());
                if run > 0 {
                    let part = rest.get(..run).unwrap_or_default();
                    self.out.extend_from_slice(part);
                    self.column += part.iter().filter(|&&byte| byte & 0xC0 != 0x80).count();
                    at += run;
                } else {
                    at = self.write_char(text, at);
                }
                self.indention = false;
                breaks = false;
            }
        }
    }
}

/// How a literal text ends: 0 without a line break, 1 with one, 2 with several, or where nothing stands before the only one.
fn trailing_breaks(text: &[u8]) -> usize {
    let start_of_last = |end: usize| {
        let continued =
            text.get(..end).unwrap_or_default().iter().rev().take_while(|&&byte| byte & 0xC0 == 0x80).count();
        end.checked_sub(continued + 1)
    };
    let Some(last) = start_of_last(text.len()).filter(|&at| chars::is_break(text, at)) else { return 0 };
    match start_of_last(last) {
        None => 2,
        Some(before) if chars::is_break(text, before) => 2,
        Some(_) => 1,
    }
}

/// Text as it is, or base64 of what is no text, which gets a tag.
fn encoded(text: &[u8]) -> (Cow<'_, [u8]>, bool) {
    if text.is_ascii() || std::str::from_utf8(text).is_ok() {
        (Cow::Borrowed(text), false)
    } else {
        (Cow::Owned(base64_lines(text)), true)
    }
}

/// Base64 in lines of 70 (`encodeBase64`): one line has no break, several all end with one.
fn base64_lines(bytes: &[u8]) -> Vec<u8> {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut encoded = Vec::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let at = |index: usize| u32::from(chunk.get(index).copied().unwrap_or(0));
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        for digit in 0..4 {
            let sextet = (bits >> (18 - 6 * digit)) & 0x3F;
            encoded.push(if digit <= chunk.len() { DIGITS[sextet as usize] } else { b'=' });
        }
    }
    // Go counts the lines as if a full last line were followed by another.
    if encoded.len() / 70 == 0 {
        return encoded;
    }
    encoded.chunks(70).flat_map(|line| line.iter().copied().chain([b'\n'])).collect()
}
