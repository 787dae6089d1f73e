//! Directives, anchors, aliases and tags (yaml/v2 `scannerc.go`).

use bumpalo::collections::Vec as BumpVec;

use super::super::error::{Error, Mark};
use super::super::token::{Kind, Token};
use super::{Scan, Scanner};

impl<'a> Scanner<'a> {
    fn skip_blanks(&mut self) -> Scan<()> {
        while self.is_blank(0) {
            self.skip_ascii(1);
            self.need(1)?;
        }
        Ok(())
    }

    /// Blanks, a comment and the line break, behind what began at `start`.
    pub(super) fn skip_rest_of_line(&mut self, start: Mark) -> Scan<()> {
        self.skip_blanks()?;
        if self.at(0) == b'#' {
            self.skip_comment()?;
        }
        if !self.is_breakz(0) {
            return Err(self.fail(start, "did not find expected comment or line break"));
        }
        if self.is_break(0) {
            self.need(2)?;
            self.skip_line();
        }
        Ok(())
    }

    /// Letters, digits, `_` and `-`.
    fn scan_word(&mut self) -> Scan<&'a [u8]> {
        let from = self.offset();
        while self.is_alpha() {
            self.skip_ascii(1);
            self.need(1)?;
        }
        Ok(self.source.text.get(from..self.offset()).unwrap_or_default())
    }

    pub(super) fn scan_directive(&mut self) -> Scan<Token<'a>> {
        let start = self.mark;
        self.skip_ascii(1);
        self.need(1)?;
        let name = self.scan_word()?;
        if name.is_empty() {
            return Err(self.fail(start, "could not find expected directive name"));
        }
        if !self.is_blankz(0) {
            return Err(self.fail(start, "found unexpected non-alphabetical character"));
        }
        let kind = match name {
            b"YAML" => self.scan_version(start)?,
            b"TAG" => self.scan_tag_directive(start)?,
            _ => return Err(self.fail(start, "found unknown directive name")),
        };
        let end = self.mark;
        self.need(1)?;
        self.skip_rest_of_line(start)?;
        Ok(Token { kind, start, end })
    }

    fn scan_version(&mut self, start: Mark) -> Scan<Kind<'a>> {
        self.need(1)?;
        self.skip_blanks()?;
        let major = self.scan_version_number(start)?;
        if self.at(0) != b'.' {
            return Err(self.fail(start, "did not find expected digit or '.' character"));
        }
        self.skip_ascii(1);
        let minor = self.scan_version_number(start)?;
        Ok(Kind::VersionDirective { major, minor })
    }

    fn scan_version_number(&mut self, start: Mark) -> Scan<u8> {
        self.need(1)?;
        let (mut value, mut length) = (0, 0);
        while self.at(0).is_ascii_digit() {
            length += 1;
            if length > 2 {
                return Err(self.fail(start, "found extremely long version number"));
            }
            value = value * 10 + (self.at(0) - b'0');
            self.skip_ascii(1);
            self.need(1)?;
        }
        if length == 0 {
            return Err(self.fail(start, "did not find expected version number"));
        }
        Ok(value)
    }

    fn scan_tag_directive(&mut self, start: Mark) -> Scan<Kind<'a>> {
        self.need(1)?;
        self.skip_blanks()?;
        let handle = self.scan_tag_handle(true, start)?;
        self.need(1)?;
        if !self.is_blank(0) {
            return Err(self.fail(start, "did not find expected whitespace"));
        }
        self.skip_blanks()?;
        let prefix = self.scan_tag_uri(b"", start)?;
        self.need(1)?;
        if !self.is_blankz(0) {
            return Err(self.fail(start, "did not find expected whitespace or line break"));
        }
        Ok(Kind::TagDirective { handle, prefix })
    }

    pub(super) fn scan_anchor(&mut self, anchor: bool) -> Scan<Token<'a>> {
        let start = self.mark;
        self.skip_ascii(1);
        self.need(1)?;
        let name = self.scan_word()?;
        let ends = self.is_blankz(0) || matches!(self.at(0), b'?' | b':' | b',' | b']' | b'}' | b'%' | b'@' | b'`');
        if name.is_empty() || !ends {
            return Err(self.fail(start, "did not find expected alphabetic or numeric character"));
        }
        let kind = if anchor { Kind::Anchor(name) } else { Kind::Alias(name) };
        Ok(Token { kind, start, end: self.mark })
    }

    pub(super) fn scan_tag(&mut self) -> Scan<Token<'a>> {
        let start = self.mark;
        self.need(2)?;
        let (handle, suffix): (&[u8], &[u8]) = if self.at(1) == b'<' {
            self.skip_ascii(2);
            let suffix = self.scan_tag_uri(b"", start)?;
            if self.at(0) != b'>' {
                return Err(self.fail(start, "did not find the expected '>'"));
            }
            self.skip_ascii(1);
            (b"", suffix)
        } else {
            let handle = self.scan_tag_handle(false, start)?;
            if handle.len() > 1 && handle.ends_with(b"!") {
                (handle, self.scan_tag_uri(b"", start)?)
            } else {
                // It was the beginning of the suffix; the lone `!` is a tag of its own.
                match self.scan_tag_uri(handle, start)? {
                    b"" => (b"", b"!"),
                    suffix => (b"!", suffix),
                }
            }
        };
        self.need(1)?;
        if !self.is_blankz(0) {
            return Err(self.fail(start, "did not find expected whitespace or line break"));
        }
        Ok(Token { kind: Kind::Tag { handle, suffix }, start, end: self.mark })
    }

    fn scan_tag_handle(&mut self, directive: bool, start: Mark) -> Scan<&'a [u8]> {
        self.need(1)?;
        if self.at(0) != b'!' {
            return Err(self.fail(start, "did not find expected '!'"));
        }
        let from = self.offset();
        self.skip_ascii(1);
        self.need(1)?;
        let word = self.scan_word()?;
        if self.at(0) == b'!' {
            self.skip_ascii(1);
        } else if directive && !word.is_empty() {
            return Err(self.fail(start, "did not find expected '!'"));
        }
        Ok(self.source.text.get(from..self.offset()).unwrap_or_default())
    }

    /// The characters of a URI, after a head whose leading `!` does not belong to it.
    fn scan_tag_uri(&mut self, head: &[u8], start: Mark) -> Scan<&'a [u8]> {
        let mut uri = BumpVec::new_in(self.arena);
        uri.extend_from_slice_copy(head.get(1..).unwrap_or_default());
        let mut found = !head.is_empty();
        self.need(1)?;
        loop {
            match self.at(0) {
                b'%' => self.scan_uri_escapes(start, &mut uri)?,
                byte if self.is_alpha() || b";/?:@&=+$,.!~*'()[]".contains(&byte) => {
                    uri.push(byte);
                    self.skip_ascii(1);
                }
                _ => break,
            }
            self.need(1)?;
            found = true;
        }
        if !found {
            return Err(self.fail(start, "did not find expected tag URI"));
        }
        Ok(uri.into_bump_slice())
    }

    /// One character of UTF-8, each of its bytes as `%XX`.
    fn scan_uri_escapes(&mut self, start: Mark, uri: &mut BumpVec<'a, u8>) -> Scan<()> {
        let mut left = None;
        while left != Some(0) {
            self.need(3)?;
            let digit = |ahead| (self.at(ahead) as char).to_digit(16);
            let octet = match (self.at(0), digit(1), digit(2)) {
                (b'%', Some(high), Some(low)) => (high << 4 | low) as u8,
                _ => return Err(self.fail(start, "did not find URI escaped octet")),
            };
            left = Some(match left {
                None => self.uri_width(octet, start)? - 1,
                Some(_) if octet & 0xC0 != 0x80 => {
                    return Err(self.fail(start, "found an incorrect trailing UTF-8 octet"));
                }
                Some(n) => n - 1,
            });
            uri.push(octet);
            self.skip_ascii(3);
        }
        Ok(())
    }

    fn uri_width(&self, octet: u8, start: Mark) -> Result<u32, Error> {
        match octet {
            0x00..=0x7F => Ok(1),
            0xC0..=0xDF => Ok(2),
            0xE0..=0xEF => Ok(3),
            0xF0..=0xF7 => Ok(4),
            _ => Err(self.fail(start, "found an incorrect leading UTF-8 octet")),
        }
    }
}
