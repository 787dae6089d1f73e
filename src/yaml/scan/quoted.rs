//! Quoted scalars (yaml/v2 `yaml_parser_scan_flow_scalar`).

use super::super::token::{Kind, Style, Token};
use super::text::Text;
use super::{Scan, Scanner};

impl<'a> Scanner<'a> {
    pub(super) fn scan_quoted(&mut self, single: bool) -> Scan<Token<'a>> {
        let start = self.mark;
        let quote = self.at(0);
        self.skip_ascii(1);
        let mut value = Text::new(self.source.text, self.offset());
        loop {
            self.need(4)?;
            if self.at_document_indicator() {
                return Err(self.fail(start, "found unexpected document indicator"));
            }
            if self.at(0) == 0 {
                return Err(self.fail(start, "found unexpected end of stream"));
            }
            let mut leading_blanks = false;
            while !self.is_blankz(0) {
                match self.at(0) {
                    b'\'' if single && self.at(1) == b'\'' => {
                        value.push(b"'", self.arena);
                        self.skip_ascii(2);
                    }
                    byte if byte == quote => break,
                    b'\\' if !single => {
                        if self.is_break(1) {
                            self.need(3)?;
                            self.skip_ascii(1);
                            self.skip_line();
                            leading_blanks = true;
                            break;
                        }
                        self.scan_escape(start, &mut value)?;
                    }
                    _ => {
                        let from = self.offset();
                        self.skip_quoted_run(quote);
                        value.push_source(from, self.offset());
                    }
                }
                self.need(2)?;
            }
            self.need(1)?;
            if self.at(0) == quote {
                break;
            }
            self.scan_quoted_blanks(leading_blanks, &mut value)?;
        }
        self.skip_ascii(1);
        let style = if single { Style::SingleQuoted } else { Style::DoubleQuoted };
        Ok(Token { kind: Kind::Scalar { value: value.finish(), style }, start, end: self.mark })
    }

    /// Blanks stay as they are; a line break with all the blanks around it is folded.
    fn scan_quoted_blanks(&mut self, mut leading_blanks: bool, value: &mut Text<'a>) -> Scan<()> {
        let (from, mut to) = (self.offset(), self.offset());
        let mut leading_break: &[u8] = b"";
        self.breaks.clear();
        loop {
            if self.is_blank(0) {
                self.skip_ascii(1);
                if !leading_blanks {
                    to = self.offset();
                }
            } else if self.is_break(0) {
                self.need(2)?;
                let read = self.read_line();
                if leading_blanks {
                    self.breaks.extend_from_slice(read);
                } else {
                    leading_break = read;
                    leading_blanks = true;
                }
            } else {
                break;
            }
            self.need(1)?;
        }
        if !leading_blanks {
            value.push_source(from, to);
        } else {
            value.push_fold(leading_break, &self.breaks, self.arena);
        }
        Ok(())
    }

    /// Steps over characters that stand for themselves; over one alone where the reader must be asked after each.
    fn skip_quoted_run(&mut self, quote: u8) {
        if self.exact() {
            self.skip();
            return;
        }
        let mut to = self.offset();
        loop {
            match self.byte(to) {
                0 | b' ' | b'\t' | b'\r' | b'\n' => break,
                b'\\' if quote == b'"' => break,
                byte if byte == quote => break,
                0xC2 | 0xE2 if self.is_break_at(to) => break,
                _ => to += 1,
            }
        }
        self.skip_to(to);
    }

    fn scan_escape(&mut self, start: super::Mark, value: &mut Text<'a>) -> Scan<()> {
        let (bytes, digits): (&[u8], usize) = match self.at(1) {
            b'0' => (b"\0", 0),
            b'a' => (b"\x07", 0),
            b'b' => (b"\x08", 0),
            b't' | b'\t' => (b"\t", 0),
            b'n' => (b"\n", 0),
            b'v' => (b"\x0B", 0),
            b'f' => (b"\x0C", 0),
            b'r' => (b"\r", 0),
            b'e' => (b"\x1B", 0),
            b' ' => (b" ", 0),
            b'"' => (b"\"", 0),
            b'\'' => (b"'", 0),
            b'\\' => (b"\\", 0),
            b'N' => (b"\xC2\x85", 0),
            b'_' => (b"\xC2\xA0", 0),
            b'L' => (b"\xE2\x80\xA8", 0),
            b'P' => (b"\xE2\x80\xA9", 0),
            b'x' => (b"", 2),
            b'u' => (b"", 4),
            b'U' => (b"", 8),
            _ => return Err(self.fail(start, "found unknown escape character")),
        };
        self.skip_ascii(2);
        if digits == 0 {
            value.push(bytes, self.arena);
            return Ok(());
        }
        self.need(digits)?;
        let mut code: u64 = 0;
        for ahead in 0..digits {
            match (self.at(ahead) as char).to_digit(16) {
                Some(digit) => code = code << 4 | u64::from(digit),
                None => return Err(self.fail(start, "did not find expected hexdecimal number")),
            }
        }
        match u32::try_from(code).ok().and_then(char::from_u32) {
            Some(character) => value.push(character.encode_utf8(&mut [0; 4]).as_bytes(), self.arena),
            None => return Err(self.fail(start, "found invalid Unicode character escape code")),
        }
        self.skip_ascii(digits as u32);
        Ok(())
    }
}
