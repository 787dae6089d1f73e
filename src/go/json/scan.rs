//! The tokens of JSON, and what is said where there is none. Source: encoding/json/scanner.go.

use crate::go::{strconv, utf8};

/// Where a text stops being JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// The text ended in the middle.
    End,
    /// A character that may not stand here; the whole message.
    Character(String),
}

pub(super) struct Scan<'t> {
    pub text: &'t [u8],
    pub at: usize,
}

impl<'t> Scan<'t> {
    pub fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    /// The next byte that is no space.
    pub fn skip_space(&mut self) -> Option<u8> {
        while let Some(b' ' | b'\t' | b'\r' | b'\n') = self.peek() {
            self.at += 1;
        }
        self.peek()
    }

    /// The error about the next character: between tokens the end is the end, inside of one Go takes it for a space.
    pub fn error(&self, context: &str) -> Stop {
        match self.peek() {
            Some(c) => unexpected(c, context),
            None => Stop::End,
        }
    }

    fn error_in_token(&self, context: &str) -> Stop {
        unexpected(self.peek().unwrap_or(b' '), context)
    }

    /// `true`, `false` or `null`; the first letter has been seen.
    pub fn word(&mut self, word: &str) -> Result<(), Stop> {
        self.at += 1;
        for letter in word.bytes().skip(1) {
            if self.peek() != Some(letter) {
                return Err(self.error_in_token(&format!("in literal {word} (expecting '{}')", char::from(letter))));
            }
            self.at += 1;
        }
        Ok(())
    }

    /// A number's text; the first character, a digit or a minus, has been seen.
    pub fn number(&mut self) -> Result<&'t [u8], Stop> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        match self.peek() {
            Some(b'0') => self.at += 1,
            Some(b'1'..=b'9') => self.digits(),
            _ => return Err(self.error_in_token("in numeric literal")),
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.some_digits("after decimal point in numeric literal")?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            self.some_digits("in exponent of numeric literal")?;
        }
        Ok(&self.text[start..self.at])
    }

    fn digits(&mut self) {
        while self.peek().is_some_and(|c| c.is_ascii_digit()) {
            self.at += 1;
        }
    }

    fn some_digits(&mut self, context: &str) -> Result<(), Stop> {
        if !self.peek().is_some_and(|c| c.is_ascii_digit()) {
            return Err(self.error_in_token(context));
        }
        self.digits();
        Ok(())
    }

    /// A string's value; the opening quote has been seen. Invalid UTF-8 and lone surrogates become U+FFFD.
    pub fn string(&mut self) -> Result<Vec<u8>, Stop> {
        self.at += 1;
        let mut out = Vec::new();
        loop {
            let rest = &self.text[self.at..];
            let plain =
                rest.iter().take_while(|c| matches!(c, b' '..=b'~' | 0x7f if !matches!(c, b'"' | b'\\'))).count();
            out.extend_from_slice(&rest[..plain]);
            self.at += plain;
            match self.peek() {
                None => return Err(Stop::End),
                Some(b'"') => {
                    self.at += 1;
                    return Ok(out);
                }
                Some(b'\\') => {
                    self.at += 1;
                    self.escape(&mut out)?;
                }
                Some(0..b' ') => return Err(self.error("in string literal")),
                Some(_) => {
                    if let Some(rune) = utf8::decode(&self.text[self.at..]) {
                        utf8::push(&mut out, rune.char);
                        self.at += rune.width;
                    }
                }
            }
        }
    }

    fn escape(&mut self, out: &mut Vec<u8>) -> Result<(), Stop> {
        let c = match self.peek() {
            Some(c @ (b'"' | b'\\' | b'/')) => c,
            Some(b'b') => 8,
            Some(b'f') => 12,
            Some(b'n') => b'\n',
            Some(b'r') => b'\r',
            Some(b't') => b'\t',
            Some(b'u') => {
                self.at += 1;
                let first = self.hex4()?;
                let c = self.second_half(first).or(char::from_u32(first)).unwrap_or(utf8::RUNE_ERROR);
                utf8::push(out, c);
                return Ok(());
            }
            _ => return Err(self.error_in_token("in string escape code")),
        };
        self.at += 1;
        out.push(c);
        Ok(())
    }

    fn hex4(&mut self) -> Result<u32, Stop> {
        let mut n = 0;
        for _ in 0..4 {
            let digit = self.peek().and_then(|c| char::from(c).to_digit(16));
            n = n << 4 | digit.ok_or_else(|| self.error_in_token("in \\u hexadecimal character escape"))?;
            self.at += 1;
        }
        Ok(n)
    }

    /// The character of a surrogate pair, whose second half is taken only if it makes one.
    fn second_half(&mut self, first: u32) -> Option<char> {
        let rest = self.text.get(self.at..)?.strip_prefix(b"\\u")?;
        let digits = std::str::from_utf8(rest.get(..4)?).ok()?;
        if !digits.bytes().all(|c| c.is_ascii_hexdigit()) {
            return None;
        }
        let second = u32::from_str_radix(digits, 16).ok()?;
        if !(0xd800..0xdc00).contains(&first) || !(0xdc00..0xe000).contains(&second) {
            return None;
        }
        self.at += 6;
        char::from_u32(0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00))
    }
}

/// Go takes the byte for a code point when it shows it.
pub(super) fn unexpected(c: u8, context: &str) -> Stop {
    let quoted = match c {
        b'\'' => r"\'".to_string(),
        b'"' => "\"".to_string(),
        c => strconv::quote(char::from(c).encode_utf8(&mut [0; 4]).as_bytes()).trim_matches('"').to_string(),
    };
    Stop::Character(format!("invalid character '{quoted}' {context}"))
}
