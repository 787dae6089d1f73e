//! The scanner: bytes to tokens, with goyaml's own state machine (yaml/v2 `scannerc.go`).
//!
//! The order in which it looks ahead is part of the behaviour: the parser may refuse before a later bad byte is seen, and
//! the book-keeping of simple keys, flaws included, decides which texts are accepted.

mod block;
mod cursor;
mod keys;
mod plain;
mod props;
mod quoted;
mod text;

use std::collections::VecDeque;

use bumpalo::Bump;

use super::error::{Error, Mark};
use super::reader::Source;
use super::token::{Kind, Token};
use keys::SimpleKeys;

/// goyaml's `max_flow_level` and `max_indents`.
const MAX_DEPTH: usize = 10_000;

pub(super) type Scan<T> = Result<T, Error>;

/// The scanner with its queue of tokens.
pub(super) struct Scanner<'a> {
    source: Source<'a>,
    arena: &'a Bump,
    mark: Mark,
    started: bool,
    /// Set when the parser has taken the end of the stream.
    pub ended: bool,
    queue: VecDeque<Token<'a>>,
    /// Tokens that have left the queue.
    taken: usize,
    /// The head of the queue may be handed out.
    available: bool,
    flow_level: usize,
    indent: i32,
    indents: Vec<i32>,
    simple_key_allowed: bool,
    keys: SimpleKeys,
    /// Line breaks of the scalar at hand; kept to be used again.
    breaks: Vec<u8>,
}

impl<'a> Scanner<'a> {
    pub fn new(source: Source<'a>, arena: &'a Bump) -> Self {
        Scanner {
            source,
            arena,
            mark: Mark::default(),
            started: false,
            ended: false,
            queue: VecDeque::with_capacity(16),
            taken: 0,
            available: false,
            flow_level: 0,
            indent: -1,
            indents: Vec::new(),
            simple_key_allowed: false,
            keys: SimpleKeys::default(),
            breaks: Vec::new(),
        }
    }

    /// The next token, left in the queue (`peek_token`).
    #[inline]
    pub fn peek(&mut self) -> Scan<Token<'a>> {
        if !self.available {
            self.fetch_more()?;
        }
        match self.queue.front() {
            Some(token) => Ok(*token),
            // Nothing follows the end of the stream; the parser does not ask.
            None => Ok(Token { kind: Kind::StreamEnd, start: self.mark, end: self.mark }),
        }
    }

    /// Removes the token that was peeked at (`skip_token`).
    #[inline]
    pub fn take(&mut self) {
        self.available = false;
        self.taken += 1;
        if let Some(token) = self.queue.pop_front() {
            self.ended = token.kind == Kind::StreamEnd;
        }
    }

    /// Fetches until the head of the queue can no longer turn out to be a key (`yaml_parser_fetch_more_tokens`).
    fn fetch_more(&mut self) -> Scan<()> {
        loop {
            if !self.queue.is_empty() && !self.keys.may_be_key(self.taken, self.mark)? {
                break;
            }
            self.fetch_next()?;
        }
        self.available = true;
        Ok(())
    }

    /// The number that the next token of the queue will have.
    fn next_number(&self) -> usize {
        self.taken + self.queue.len()
    }

    fn push(&mut self, kind: Kind<'a>, start: Mark, end: Mark) {
        self.queue.push_back(Token { kind, start, end });
    }

    /// Puts a token before the one with this number. A token that has left the queue already cannot be preceded: goyaml then
    /// appends (`yaml_insert_token` with a negative position).
    fn insert(&mut self, number: usize, kind: Kind<'a>, at: Mark) {
        let token = Token { kind, start: at, end: at };
        match number.checked_sub(self.taken) {
            Some(index) if index <= self.queue.len() => self.queue.insert(index, token),
            _ => self.queue.push_back(token),
        }
    }

    /// The dispatcher (`yaml_parser_fetch_next_token`).
    fn fetch_next(&mut self) -> Scan<()> {
        self.need(1)?;
        if !self.started {
            return self.fetch_stream_start();
        }
        self.skip_to_token()?;
        self.unroll_indent(self.mark.column as i32);
        self.need(4)?;
        let byte = self.at(0);
        let column_zero = self.mark.column == 0;
        if byte == 0 {
            return self.fetch_stream_end();
        }
        if column_zero {
            match byte {
                b'%' => return self.fetch_directive(),
                b'-' if self.at_indicator(b'-') => return self.fetch_document_indicator(Kind::DocumentStart),
                b'.' if self.at_indicator(b'.') => return self.fetch_document_indicator(Kind::DocumentEnd),
                _ => {}
            }
        }
        let flow = self.flow_level > 0;
        match byte {
            b'[' => self.fetch_flow_start(Kind::FlowSequenceStart),
            b'{' => self.fetch_flow_start(Kind::FlowMappingStart),
            b']' => self.fetch_flow_end(Kind::FlowSequenceEnd),
            b'}' => self.fetch_flow_end(Kind::FlowMappingEnd),
            b',' => self.fetch_flow_entry(),
            b'-' if self.is_blankz(1) => self.fetch_block_entry(),
            b'?' if flow || self.is_blankz(1) => self.fetch_key(),
            b':' if flow || self.is_blankz(1) => self.fetch_value(),
            b'*' | b'&' => self.fetch_anchor(byte == b'&'),
            b'!' => self.fetch_tag(),
            b'|' if !flow => self.fetch_block_scalar(true),
            b'>' if !flow => self.fetch_block_scalar(false),
            b'\'' | b'"' => self.fetch_quoted(byte == b'\''),
            b'-' => self.fetch_plain(),
            b'?' | b':' if !flow => self.fetch_plain(),
            b'?' | b':' | b'#' | b'|' | b'>' | b'%' | b'@' | b'`' => self.no_token(),
            _ if self.is_blankz(0) => self.no_token(),
            _ => self.fetch_plain(),
        }
    }

    fn no_token(&self) -> Scan<()> {
        Err(self.fail(self.mark, "found character that cannot start any token"))
    }

    /// A scanner error at the current position.
    fn fail(&self, context: Mark, problem: &'static str) -> Error {
        Error::scanner(context, problem, self.mark)
    }

    /// Skips blanks, comments and line breaks (`yaml_parser_scan_to_next_token`).
    fn skip_to_token(&mut self) -> Scan<()> {
        loop {
            self.need(1)?;
            if self.mark.column == 0 && self.buffer_has_bom() {
                self.skip();
            }
            self.need(1)?;
            // A tab may separate tokens but not indent them.
            self.skip_spaces();
            while self.at(0) == b' ' || (self.at(0) == b'\t' && (self.flow_level > 0 || !self.simple_key_allowed)) {
                self.skip();
                self.need(1)?;
            }
            if self.at(0) == b'#' {
                self.skip_comment()?;
            }
            if !self.is_break(0) {
                return Ok(());
            }
            self.need(2)?;
            self.skip_line();
            if self.flow_level == 0 {
                self.simple_key_allowed = true;
            }
        }
    }

    fn save_simple_key(&mut self) -> Scan<()> {
        if !self.simple_key_allowed {
            return Ok(());
        }
        let required = self.flow_level == 0 && self.indent == self.mark.column as i32;
        self.remove_simple_key()?;
        self.keys.save(self.next_number(), required, self.mark);
        Ok(())
    }

    fn remove_simple_key(&mut self) -> Scan<()> {
        self.keys.remove(self.mark)
    }

    /// Opens a block collection at a column further to the right (`yaml_parser_roll_indent`).
    fn roll_indent(&mut self, column: u32, number: Option<usize>, kind: Kind<'a>, mark: Mark) -> Scan<()> {
        if self.flow_level > 0 || self.indent >= column as i32 {
            return Ok(());
        }
        self.indents.push(self.indent);
        self.indent = column as i32;
        if self.indents.len() > MAX_DEPTH {
            return Err(self.fail(self.keys.last_mark(), "exceeded max depth of 10000"));
        }
        match number {
            Some(number) => self.insert(number, kind, mark),
            None => self.push(kind, mark, mark),
        }
        Ok(())
    }

    /// Closes the block collections to the right of a column (`yaml_parser_unroll_indent`).
    fn unroll_indent(&mut self, column: i32) {
        if self.flow_level > 0 {
            return;
        }
        while self.indent > column {
            self.push(Kind::BlockEnd, self.mark, self.mark);
            self.indent = self.indents.pop().unwrap_or(-1);
        }
    }

    fn fetch_stream_start(&mut self) -> Scan<()> {
        self.keys.open(0, Mark::default());
        self.simple_key_allowed = true;
        self.started = true;
        self.push(Kind::StreamStart, self.mark, self.mark);
        Ok(())
    }

    fn fetch_stream_end(&mut self) -> Scan<()> {
        if self.mark.column != 0 {
            self.mark.column = 0;
            self.mark.line += 1;
        }
        self.unroll_indent(-1);
        self.remove_simple_key()?;
        self.simple_key_allowed = false;
        self.push(Kind::StreamEnd, self.mark, self.mark);
        Ok(())
    }

    fn fetch_directive(&mut self) -> Scan<()> {
        self.unroll_indent(-1);
        self.remove_simple_key()?;
        self.simple_key_allowed = false;
        let token = self.scan_directive()?;
        self.queue.push_back(token);
        Ok(())
    }

    fn fetch_document_indicator(&mut self, kind: Kind<'a>) -> Scan<()> {
        self.unroll_indent(-1);
        self.remove_simple_key()?;
        self.simple_key_allowed = false;
        let start = self.mark;
        self.skip_ascii(3);
        self.push(kind, start, self.mark);
        Ok(())
    }

    fn fetch_flow_start(&mut self, kind: Kind<'a>) -> Scan<()> {
        self.save_simple_key()?;
        self.keys.open(self.next_number(), self.mark);
        self.flow_level += 1;
        if self.flow_level > MAX_DEPTH {
            return Err(self.fail(self.keys.last_mark(), "exceeded max depth of 10000"));
        }
        self.indicator(kind, true)
    }

    fn fetch_flow_end(&mut self, kind: Kind<'a>) -> Scan<()> {
        self.remove_simple_key()?;
        if self.flow_level > 0 {
            self.flow_level -= 1;
            self.keys.close();
        }
        self.indicator(kind, false)
    }

    fn fetch_flow_entry(&mut self) -> Scan<()> {
        self.remove_simple_key()?;
        self.indicator(Kind::FlowEntry, true)
    }

    fn fetch_block_entry(&mut self) -> Scan<()> {
        // In a flow collection it is the parser that refuses the entry.
        if self.flow_level == 0 {
            if !self.simple_key_allowed {
                return Err(self.fail(self.mark, "block sequence entries are not allowed in this context"));
            }
            self.roll_indent(self.mark.column, None, Kind::BlockSequenceStart, self.mark)?;
        }
        self.remove_simple_key()?;
        self.indicator(Kind::BlockEntry, true)
    }

    fn fetch_key(&mut self) -> Scan<()> {
        if self.flow_level == 0 {
            if !self.simple_key_allowed {
                return Err(self.fail(self.mark, "mapping keys are not allowed in this context"));
            }
            self.roll_indent(self.mark.column, None, Kind::BlockMappingStart, self.mark)?;
        }
        self.remove_simple_key()?;
        self.indicator(Kind::Key, self.flow_level == 0)
    }

    fn fetch_value(&mut self) -> Scan<()> {
        if let Some((number, mark)) = self.keys.take_valid(self.mark)? {
            self.insert(number, Kind::Key, mark);
            self.roll_indent(mark.column, Some(number), Kind::BlockMappingStart, mark)?;
            return self.indicator(Kind::Value, false);
        }
        if self.flow_level == 0 {
            if !self.simple_key_allowed {
                return Err(self.fail(self.mark, "mapping values are not allowed in this context"));
            }
            self.roll_indent(self.mark.column, None, Kind::BlockMappingStart, self.mark)?;
        }
        self.indicator(Kind::Value, self.flow_level == 0)
    }

    /// Takes an indicator of one byte; `key_allowed` says whether a simple key may follow it.
    fn indicator(&mut self, kind: Kind<'a>, key_allowed: bool) -> Scan<()> {
        self.simple_key_allowed = key_allowed;
        let start = self.mark;
        self.skip_ascii(1);
        self.push(kind, start, self.mark);
        Ok(())
    }

    fn fetch_anchor(&mut self, anchor: bool) -> Scan<()> {
        self.save_simple_key()?;
        self.simple_key_allowed = false;
        let token = self.scan_anchor(anchor)?;
        self.queue.push_back(token);
        Ok(())
    }

    fn fetch_tag(&mut self) -> Scan<()> {
        self.save_simple_key()?;
        self.simple_key_allowed = false;
        let token = self.scan_tag()?;
        self.queue.push_back(token);
        Ok(())
    }

    fn fetch_block_scalar(&mut self, literal: bool) -> Scan<()> {
        self.remove_simple_key()?;
        self.simple_key_allowed = true;
        let token = self.scan_block_scalar(literal)?;
        self.queue.push_back(token);
        Ok(())
    }

    fn fetch_quoted(&mut self, single: bool) -> Scan<()> {
        self.save_simple_key()?;
        self.simple_key_allowed = false;
        let token = self.scan_quoted(single)?;
        self.queue.push_back(token);
        Ok(())
    }

    fn fetch_plain(&mut self) -> Scan<()> {
        self.save_simple_key()?;
        self.simple_key_allowed = false;
        let token = self.scan_plain()?;
        self.queue.push_back(token);
        Ok(())
    }
}
