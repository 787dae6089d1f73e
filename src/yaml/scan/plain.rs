//! Plain scalars (yaml/v2 `yaml_parser_scan_plain_scalar`).

use super::super::token::{Kind, Style, Token};
use super::text::Text;
use super::{Scan, Scanner};

/// Bytes at which a run of a plain scalar has to be looked at more closely.
const STOP: u8 = 1;
/// The same, inside of a flow collection only.
const FLOW_STOP: u8 = 2;

const CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let stops = [0, b' ', b'\t', b'\r', b'\n', b':', 0xC2, 0xE2];
    let mut i = 0;
    while i < stops.len() {
        classes[stops[i] as usize] = STOP | FLOW_STOP;
        i += 1;
    }
    let flow_stops = *b",?[]{}";
    i = 0;
    while i < flow_stops.len() {
        classes[flow_stops[i] as usize] = FLOW_STOP;
        i += 1;
    }
    classes
};

impl<'a> Scanner<'a> {
    pub(super) fn scan_plain(&mut self) -> Scan<Token<'a>> {
        let start = self.mark;
        let mut end = self.mark;
        let indent = self.indent + 1;
        let mut value = Text::new(self.source.text, self.offset());
        let (mut leading_blanks, mut leading_break): (bool, &[u8]) = (false, b"");
        // Blanks on the line so far, which count only if something follows them.
        let mut blanks = (0, 0);
        self.breaks.clear();

        loop {
            self.need(4)?;
            if self.at_document_indicator() || self.at(0) == b'#' {
                break;
            }
            while !self.is_blankz(0) && !self.at_plain_end() {
                if leading_blanks {
                    value.push_fold(leading_break, &self.breaks, self.arena);
                    self.breaks.clear();
                    leading_blanks = false;
                } else if blanks.0 != blanks.1 {
                    value.push_source(blanks.0, blanks.1);
                }
                blanks = (0, 0);
                let from = self.offset();
                self.skip_plain_run();
                value.push_source(from, self.offset());
                end = self.mark;
                self.need(2)?;
            }
            if !self.is_blank(0) && !self.is_break(0) {
                break;
            }
            self.need(1)?;
            loop {
                if self.is_blank(0) {
                    if leading_blanks && (self.mark.column as i32) < indent && self.at(0) == b'\t' {
                        return Err(self.fail(start, "found a tab character that violates indentation"));
                    }
                    if !leading_blanks {
                        if blanks.0 == blanks.1 {
                            blanks = (self.offset(), self.offset());
                        }
                        blanks.1 += 1;
                    }
                    self.skip_ascii(1);
                } else if self.is_break(0) {
                    self.need(2)?;
                    let read = self.read_line();
                    if leading_blanks {
                        self.breaks.extend_from_slice(read);
                    } else {
                        blanks = (0, 0);
                        leading_break = read;
                        leading_blanks = true;
                    }
                } else {
                    break;
                }
                self.need(1)?;
            }
            if self.flow_level == 0 && (self.mark.column as i32) < indent {
                break;
            }
        }
        if leading_blanks {
            self.simple_key_allowed = true;
        }
        Ok(Token { kind: Kind::Scalar { value: value.finish(), style: Style::Plain }, start, end })
    }

    /// A colon with nothing attached, or an indicator of the flow collection around.
    #[inline]
    fn at_plain_end(&self) -> bool {
        match self.at(0) {
            b':' => self.is_blankz(1),
            b',' | b'?' | b'[' | b']' | b'{' | b'}' => self.flow_level > 0,
            _ => false,
        }
    }

    /// Steps over the characters up to the next one that may end the scalar; over one alone where the reader must be asked
    /// after each.
    #[inline]
    fn skip_plain_run(&mut self) {
        if self.exact() {
            self.skip();
            return;
        }
        let text = self.source.text;
        let class = if self.flow_level > 0 { FLOW_STOP } else { STOP };
        let from = self.offset();
        let mut to = from;
        let mut ascii = 0u8;
        while let Some(&byte) = text.get(to) {
            if CLASSES[byte as usize] & class != 0 {
                let goes_on = match byte {
                    b':' => !self.is_blankz_at(to + 1),
                    0xC2 | 0xE2 => !self.is_break_at(to),
                    _ => false,
                };
                if !goes_on {
                    break;
                }
            }
            ascii |= byte;
            to += 1;
        }
        if ascii < 0x80 { self.skip_ascii((to - from) as u32) } else { self.skip_to(to) }
    }
}
