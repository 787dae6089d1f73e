//! Literal and folded block scalars (yaml/v2 `yaml_parser_scan_block_scalar`).

use bumpalo::collections::Vec as BumpVec;

use super::super::error::Mark;
use super::super::token::{Kind, Style, Token};
use super::{Scan, Scanner};

#[derive(Clone, Copy, PartialEq)]
enum Chomp {
    Strip,
    Clip,
    Keep,
}

impl<'a> Scanner<'a> {
    pub(super) fn scan_block_scalar(&mut self, literal: bool) -> Scan<Token<'a>> {
        let start = self.mark;
        self.skip_ascii(1);
        let (chomp, increment) = self.scan_block_header(start)?;
        self.skip_rest_of_line(start)?;
        let mut indent = match increment {
            0 => 0,
            n => self.indent.max(0) + n,
        };
        self.breaks.clear();
        let mut end = self.scan_block_breaks(&mut indent, start)?;
        self.need(1)?;
        let mut value = BumpVec::new_in(self.arena);
        let (mut leading_blank, mut leading_break): (bool, &[u8]) = (false, b"");
        while self.mark.column as i32 == indent && self.at(0) != 0 {
            let trailing_blank = self.is_blank(0);
            if !literal && !leading_blank && !trailing_blank && leading_break == b"\n" {
                if self.breaks.is_empty() {
                    value.push(b' ');
                }
            } else {
                value.extend_from_slice_copy(leading_break);
            }
            value.extend_from_slice_copy(&self.breaks);
            self.breaks.clear();
            leading_blank = trailing_blank;
            let from = self.offset();
            self.skip_comment()?;
            value.extend_from_slice_copy(self.source.text.get(from..self.offset()).unwrap_or_default());
            self.need(2)?;
            leading_break = self.read_line();
            end = self.scan_block_breaks(&mut indent, start)?;
        }
        if chomp != Chomp::Strip {
            value.extend_from_slice_copy(leading_break);
        }
        if chomp == Chomp::Keep {
            value.extend_from_slice_copy(&self.breaks);
        }
        let style = if literal { Style::Literal } else { Style::Folded };
        Ok(Token { kind: Kind::Scalar { value: value.into_bump_slice(), style }, start, end })
    }

    /// Chomping and indentation indicators, in either order.
    fn scan_block_header(&mut self, start: Mark) -> Scan<(Chomp, i32)> {
        self.need(1)?;
        let mut chomp = self.scan_chomp();
        if chomp.is_some() {
            self.need(1)?;
        }
        let mut increment = 0;
        if self.at(0).is_ascii_digit() {
            if self.at(0) == b'0' {
                return Err(self.fail(start, "found an indentation indicator equal to 0"));
            }
            increment = i32::from(self.at(0) - b'0');
            self.skip_ascii(1);
            if chomp.is_none() {
                self.need(1)?;
                chomp = self.scan_chomp();
            }
        }
        self.need(1)?;
        Ok((chomp.unwrap_or(Chomp::Clip), increment))
    }

    fn scan_chomp(&mut self) -> Option<Chomp> {
        let chomp = match self.at(0) {
            b'+' => Chomp::Keep,
            b'-' => Chomp::Strip,
            _ => return None,
        };
        self.skip_ascii(1);
        Some(chomp)
    }

    /// Skips indentation and empty lines, whose breaks are kept, and finds the indentation if it is not known yet. Gives the
    /// place where the content ended.
    fn scan_block_breaks(&mut self, indent: &mut i32, start: Mark) -> Scan<Mark> {
        let mut end = self.mark;
        let mut deepest = 0;
        loop {
            self.need(1)?;
            while (*indent == 0 || (self.mark.column as i32) < *indent) && self.at(0) == b' ' {
                self.skip_ascii(1);
                self.need(1)?;
            }
            deepest = deepest.max(self.mark.column as i32);
            if (*indent == 0 || (self.mark.column as i32) < *indent) && self.at(0) == b'\t' {
                return Err(self.fail(start, "found a tab character where an indentation space is expected"));
            }
            if !self.is_break(0) {
                break;
            }
            self.need(2)?;
            let read = self.read_line();
            self.breaks.extend_from_slice(read);
            end = self.mark;
        }
        if *indent == 0 {
            *indent = deepest.max(self.indent + 1).max(1);
        }
        Ok(end)
    }
}
