//! Moving through the text: classes of characters, steps, line breaks (yaml/v2 `yamlprivateh.go`).

use memchr::memchr;

use super::{Scan, Scanner};

/// Bytes of the character that starts with this byte.
#[inline]
fn width(byte: u8) -> u32 {
    match byte {
        0x00..=0x7F => 1,
        0x80..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xFF => 4,
    }
}

/// Characters in a part of a valid text.
pub(super) fn count(part: &[u8]) -> u32 {
    part.iter().filter(|&&byte| byte & 0xC0 != 0x80).count() as u32
}

impl<'a> Scanner<'a> {
    /// The byte at a distance; NUL beyond the end, as in goyaml's buffer.
    #[inline]
    pub(super) fn at(&self, ahead: usize) -> u8 {
        self.byte(self.mark.offset as usize + ahead)
    }

    #[inline]
    pub(super) fn byte(&self, offset: usize) -> u8 {
        self.source.text.get(offset).copied().unwrap_or(0)
    }

    #[inline]
    pub(super) fn offset(&self) -> usize {
        self.mark.offset as usize
    }

    /// Whether goyaml must be followed step by step (see `reader`).
    #[inline]
    pub(super) fn exact(&self) -> bool {
        self.source.chunks.is_some()
    }

    /// Asks the reader for so many characters.
    #[inline(always)]
    pub(super) fn need(&mut self, count: usize) -> Scan<()> {
        if self.exact() { self.need_exactly(count) } else { Ok(()) }
    }

    #[cold]
    fn need_exactly(&mut self, count: usize) -> Scan<()> {
        match &mut self.source.chunks {
            None => Ok(()),
            Some(chunks) => chunks.need(self.source.text, self.mark, count),
        }
    }

    pub(super) fn buffer_has_bom(&self) -> bool {
        self.source.chunks.as_ref().is_some_and(|chunks| chunks.buffer_has_bom(self.source.text))
    }

    #[inline]
    pub(super) fn is_blank(&self, ahead: usize) -> bool {
        matches!(self.at(ahead), b' ' | b'\t')
    }

    #[inline]
    pub(super) fn is_break_at(&self, offset: usize) -> bool {
        match self.byte(offset) {
            b'\n' | b'\r' => true,
            0xC2 => self.byte(offset + 1) == 0x85,
            0xE2 => self.byte(offset + 1) == 0x80 && matches!(self.byte(offset + 2), 0xA8 | 0xA9),
            _ => false,
        }
    }

    #[inline]
    pub(super) fn is_break(&self, ahead: usize) -> bool {
        self.is_break_at(self.offset() + ahead)
    }

    #[inline]
    pub(super) fn is_breakz(&self, ahead: usize) -> bool {
        self.at(ahead) == 0 || self.is_break(ahead)
    }

    #[inline]
    pub(super) fn is_blankz_at(&self, offset: usize) -> bool {
        matches!(self.byte(offset), b' ' | b'\t' | 0) || self.is_break_at(offset)
    }

    #[inline]
    pub(super) fn is_blankz(&self, ahead: usize) -> bool {
        self.is_blankz_at(self.offset() + ahead)
    }

    /// A letter, a digit, `_` or `-`.
    #[inline]
    pub(super) fn is_alpha(&self) -> bool {
        matches!(self.at(0), b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'_' | b'-')
    }

    /// `---` or `...` with nothing attached to it.
    #[inline]
    pub(super) fn at_indicator(&self, byte: u8) -> bool {
        self.at(0) == byte && self.at(1) == byte && self.at(2) == byte && self.is_blankz(3)
    }

    /// A document indicator at the start of a line.
    #[inline]
    pub(super) fn at_document_indicator(&self) -> bool {
        self.mark.column == 0 && (self.at_indicator(b'-') || self.at_indicator(b'.'))
    }

    /// Steps over one character.
    #[inline]
    pub(super) fn skip(&mut self) {
        self.mark.offset += width(self.at(0));
        self.mark.index += 1;
        self.mark.column += 1;
    }

    /// Steps over so many characters that are one byte each.
    #[inline]
    pub(super) fn skip_ascii(&mut self, count: u32) {
        self.mark.offset += count;
        self.mark.index += count;
        self.mark.column += count;
    }

    /// Steps over spaces at once. Not for exact reading, where it does nothing.
    #[inline]
    pub(super) fn skip_spaces(&mut self) {
        if !self.exact() {
            let rest = self.source.text.get(self.offset()..).unwrap_or_default();
            self.skip_ascii(rest.iter().take_while(|&&byte| byte == b' ').count() as u32);
        }
    }

    /// Steps to an offset on the same line.
    #[inline]
    pub(super) fn skip_to(&mut self, offset: usize) {
        let part = self.source.text.get(self.offset()..offset).unwrap_or_default();
        let count = count(part);
        self.mark.offset = offset as u32;
        self.mark.index += count;
        self.mark.column += count;
    }

    /// Steps over a line break.
    #[inline]
    pub(super) fn skip_line(&mut self) {
        let (bytes, characters) = match self.at(0) {
            b'\r' if self.at(1) == b'\n' => (2, 2),
            byte if self.is_break(0) => (width(byte), 1),
            _ => return,
        };
        self.mark.offset += bytes;
        self.mark.index += characters;
        self.mark.column = 0;
        self.mark.line += 1;
    }

    /// Steps over a line break and gives what it stands for in a scalar: nothing, if there is none here.
    #[inline]
    pub(super) fn read_line(&mut self) -> &'static [u8] {
        let read: &'static [u8] = match (self.at(0), self.at(2)) {
            (b'\n' | b'\r' | 0xC2, _) if self.is_break(0) => b"\n",
            (0xE2, 0xA8) if self.is_break(0) => b"\xE2\x80\xA8",
            (0xE2, _) if self.is_break(0) => b"\xE2\x80\xA9",
            _ => return b"",
        };
        self.skip_line();
        read
    }

    /// The offset of the next line break, or the end of the text. Not for exact reading.
    #[inline]
    pub(super) fn line_end(&self) -> usize {
        let text = self.source.text;
        let from = self.offset();
        if self.source.only_lf {
            return memchr(b'\n', text.get(from..).unwrap_or_default()).map_or(text.len(), |length| from + length);
        }
        let mut end = from;
        while end < text.len() && !self.is_break_at(end) {
            end += 1;
        }
        end
    }

    /// Steps to the end of the line.
    pub(super) fn skip_comment(&mut self) -> Scan<()> {
        if !self.exact() {
            self.skip_to(self.line_end());
            return Ok(());
        }
        while !self.is_breakz(0) {
            self.skip();
            self.need(1)?;
        }
        Ok(())
    }
}
