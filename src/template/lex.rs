//! Text into tokens (text/template/parse/lex.go). Trimming of spaces happens here; the parser never sees it.

use memchr::{memchr_iter, memmem};

use crate::go::{strconv, unicode, utf8};

/// What a token is. Keywords come last, as [`Kind::is_keyword`] needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The text says what is wrong.
    Error,
    Bool,
    /// A printable ASCII character that means nothing by itself.
    Char,
    CharConstant,
    Complex,
    Assign,
    Declare,
    Eof,
    /// `.name`
    Field,
    Identifier,
    LeftDelim,
    LeftParen,
    Number,
    Pipe,
    RawString,
    RightDelim,
    RightParen,
    Space,
    String,
    Text,
    /// `$name`
    Variable,
    Block,
    Break,
    Continue,
    Dot,
    Define,
    Else,
    End,
    If,
    Nil,
    Range,
    Template,
    With,
}

impl Kind {
    fn is_keyword(self) -> bool {
        self >= Kind::Block
    }

    fn keyword(word: &[u8]) -> Option<Kind> {
        Some(match word {
            b"." => Kind::Dot,
            b"block" => Kind::Block,
            b"break" => Kind::Break,
            b"continue" => Kind::Continue,
            b"define" => Kind::Define,
            b"else" => Kind::Else,
            b"end" => Kind::End,
            b"if" => Kind::If,
            b"range" => Kind::Range,
            b"nil" => Kind::Nil,
            b"template" => Kind::Template,
            b"with" => Kind::With,
            _ => return None,
        })
    }
}

/// A token. What an error says, the lexer keeps ([`Lexer::show`]).
#[derive(Clone, Copy, Debug)]
pub struct Token<'c> {
    pub kind: Kind,
    /// Byte offset in the source.
    pub pos: u32,
    pub text: &'c [u8],
    /// The line where it starts, from 1; 0 for a token that was never read.
    pub line: u32,
}

impl Token<'_> {
    /// Stands where no token has been read yet.
    pub const NONE: Token<'static> = Token { kind: Kind::Error, pos: 0, text: b"", line: 0 };
}

pub struct Lexer<'c> {
    input: &'c [u8],
    pos: usize,
    start: usize,
    /// Once the end has been met, [`Lexer::backup`] does nothing any more, as in Go.
    at_eof: bool,
    paren_depth: i64,
    line: u32,
    start_line: u32,
    inside_action: bool,
    error: String,
}

/// ASCII letters and digits, and `_`.
const WORD: [bool; 256] = {
    let mut word = [false; 256];
    let mut byte = 0u8;
    while byte < 128 {
        word[byte as usize] = byte.is_ascii_alphanumeric() || byte == b'_';
        byte += 1;
    }
    word
};

const LEFT: &[u8] = b"{{";
const RIGHT: &[u8] = b"}}";
/// `- ` after the left delimiter, ` -` before the right one.
const TRIM: usize = 2;

impl<'c> Lexer<'c> {
    pub fn new(input: &'c [u8]) -> Self {
        Lexer {
            input,
            pos: 0,
            start: 0,
            at_eof: false,
            paren_depth: 0,
            line: 1,
            start_line: 1,
            inside_action: false,
            error: String::new(),
        }
    }

    /// How an error message shows a token.
    pub fn show(&self, token: &Token<'_>) -> String {
        match token.kind {
            Kind::Eof => "EOF".into(),
            Kind::Error => self.error.clone(),
            kind if kind.is_keyword() => format!("<{}>", String::from_utf8_lossy(token.text)),
            _ if token.text.len() > 10 => {
                let end = utf8::runes(token.text).nth(10).map_or(token.text.len(), |(at, _)| at);
                format!("{}...", strconv::quote(&token.text[..end]))
            }
            _ => strconv::quote(token.text),
        }
    }

    pub fn next_token(&mut self) -> Token<'c> {
        if self.inside_action { self.lex_inside_action() } else { self.lex_text() }
    }

    fn rest(&self) -> &'c [u8] {
        self.rest_from(self.pos)
    }

    fn rest_from(&self, at: usize) -> &'c [u8] {
        self.input.get(at..).unwrap_or_default()
    }

    fn current(&self) -> &'c [u8] {
        self.input.get(self.start..self.pos).unwrap_or_default()
    }

    fn next(&mut self) -> Option<char> {
        if let Some(byte @ 0..0x80) = self.byte() {
            self.pos += 1;
            self.line += u32::from(byte == b'\n');
            return Some(char::from(byte));
        }
        let Some(rune) = utf8::decode(self.rest()) else {
            self.at_eof = true;
            return None;
        };
        self.pos += rune.width;
        if rune.char == '\n' {
            self.line += 1;
        }
        Some(rune.char)
    }

    fn backup(&mut self) {
        if self.at_eof {
            return;
        }
        if let Some(rune) = utf8::decode_last(self.input.get(..self.pos).unwrap_or_default()) {
            self.pos -= rune.width;
            if rune.char == '\n' {
                self.line -= 1;
            }
        }
    }

    fn peek(&mut self) -> Option<char> {
        if let Some(byte @ 0..0x80) = self.byte() {
            return Some(char::from(byte));
        }
        let c = self.next();
        self.backup();
        c
    }

    fn byte(&self) -> Option<u8> {
        self.input.get(self.pos).copied()
    }

    fn emit(&mut self, kind: Kind) -> Token<'c> {
        let token = Token { kind, pos: self.start as u32, text: self.current(), line: self.start_line };
        self.start = self.pos;
        self.start_line = self.line;
        token
    }

    /// Skips what was passed over without [`Lexer::next`].
    fn ignore(&mut self) {
        self.count_lines();
        self.start = self.pos;
        self.start_line = self.line;
    }

    fn count_lines(&mut self) {
        self.line += memchr_iter(b'\n', self.current()).count() as u32;
    }

    fn accept(&mut self, valid: &[u8]) -> bool {
        if self.next().is_some_and(|c| is_one_of(c, valid)) {
            return true;
        }
        self.backup();
        false
    }

    fn accept_run(&mut self, valid: &[u8]) {
        while self.next().is_some_and(|c| is_one_of(c, valid)) {}
        self.backup();
    }

    /// An error ends the input.
    fn fail(&mut self, message: impl Into<String>) -> Token<'c> {
        self.error = message.into();
        let token = Token { kind: Kind::Error, pos: self.start as u32, text: b"", line: self.start_line };
        self.input = b"";
        self.start = 0;
        self.pos = 0;
        token
    }

    fn lex_text(&mut self) -> Token<'c> {
        loop {
            let Some(x) = self.left_delim() else {
                self.pos = self.input.len();
                if self.pos > self.start {
                    self.count_lines();
                    return self.emit(Kind::Text);
                }
                return self.emit(Kind::Eof);
            };
            if x > 0 {
                self.pos += x;
                let mut trimmed = 0;
                if has_left_trim_marker(self.rest_from(self.pos + LEFT.len())) {
                    trimmed = self.current().iter().rev().take_while(|b| is_space_byte(**b)).count();
                }
                self.pos -= trimmed;
                self.count_lines();
                let token = self.emit(Kind::Text);
                self.pos += trimmed;
                self.ignore();
                if !token.text.is_empty() {
                    return token;
                }
            }
            // A comment ends in text again.
            if let Some(token) = self.lex_left_delim() {
                return token;
            }
        }
    }

    /// How far it is to the next left delimiter.
    fn left_delim(&self) -> Option<usize> {
        let rest = self.rest();
        memchr_iter(LEFT[0], rest).find(|at| rest.get(at + 1) == Some(&LEFT[1]))
    }

    fn at_right_delim(&self) -> Option<bool> {
        let rest = self.rest();
        if has_right_trim_marker(rest) && rest[TRIM..].starts_with(RIGHT) {
            return Some(true);
        }
        rest.starts_with(RIGHT).then_some(false)
    }

    fn lex_left_delim(&mut self) -> Option<Token<'c>> {
        self.pos += LEFT.len();
        let marker = if has_left_trim_marker(self.rest()) { TRIM } else { 0 };
        if self.rest_from(self.pos + marker).starts_with(b"/*") {
            self.pos += marker;
            self.ignore();
            return self.lex_comment();
        }
        let token = self.emit(Kind::LeftDelim);
        self.inside_action = true;
        self.pos += marker;
        self.ignore();
        self.paren_depth = 0;
        Some(token)
    }

    /// Skips a comment; gives a token only when it is malformed.
    fn lex_comment(&mut self) -> Option<Token<'c>> {
        self.pos += 2;
        let Some(x) = memmem::find(self.rest(), b"*/") else {
            return Some(self.fail("unclosed comment"));
        };
        self.pos += x + 2;
        let Some(trim) = self.at_right_delim() else {
            return Some(self.fail("comment ends before closing delimiter"));
        };
        self.count_lines();
        self.emit(Kind::Text);
        if trim {
            self.pos += TRIM;
        }
        self.pos += RIGHT.len();
        if trim {
            self.pos += left_spaces(self.rest());
        }
        self.ignore();
        None
    }

    fn lex_right_delim(&mut self) -> Token<'c> {
        let trim = self.at_right_delim() == Some(true);
        if trim {
            self.pos += TRIM;
            self.ignore();
        }
        self.pos += RIGHT.len();
        let token = self.emit(Kind::RightDelim);
        if trim {
            self.pos += left_spaces(self.rest());
            self.ignore();
        }
        self.inside_action = false;
        token
    }

    fn lex_inside_action(&mut self) -> Token<'c> {
        match self.byte() {
            Some(b'a'..=b'z' | b'A'..=b'Z' | b'_') => return self.lex_identifier(),
            // What a right delimiter may begin with.
            Some(b'}' | b' ' | b'\t' | b'\r' | b'\n') if self.at_right_delim().is_some() => {
                if self.paren_depth == 0 {
                    return self.lex_right_delim();
                }
                return self.fail("unclosed left paren");
            }
            _ => {}
        }
        let Some(c) = self.next() else {
            return self.fail("unclosed action");
        };
        match c {
            ' ' | '\t' | '\r' | '\n' => {
                self.backup();
                self.lex_space()
            }
            '=' => self.emit(Kind::Assign),
            ':' => {
                if self.next() != Some('=') {
                    return self.fail("expected :=");
                }
                self.emit(Kind::Declare)
            }
            '|' => self.emit(Kind::Pipe),
            '"' => self.lex_quoted('"', Kind::String, "unterminated quoted string"),
            '`' => self.lex_raw_quote(),
            '$' => self.lex_field_or_variable(Kind::Variable),
            '\'' => self.lex_quoted('\'', Kind::CharConstant, "unterminated character constant"),
            '.' if self.rest().first().is_some_and(|b| !b.is_ascii_digit()) => self.lex_field_or_variable(Kind::Field),
            '.' | '+' | '-' | '0'..='9' => {
                self.backup();
                self.lex_number()
            }
            c if is_alphanumeric(c) => {
                self.backup();
                self.lex_identifier()
            }
            '(' => {
                self.paren_depth += 1;
                self.emit(Kind::LeftParen)
            }
            ')' => {
                self.paren_depth -= 1;
                if self.paren_depth < 0 {
                    return self.fail("unexpected right paren");
                }
                self.emit(Kind::RightParen)
            }
            ' '..='~' => self.emit(Kind::Char),
            c => self.fail(format!("unrecognized character in action: {}", code_point(c))),
        }
    }

    fn lex_space(&mut self) -> Token<'c> {
        let from = self.pos;
        while let Some(byte) = self.byte().filter(|b| is_space_byte(*b)) {
            self.line += u32::from(byte == b'\n');
            self.pos += 1;
        }
        self.at_eof |= self.pos == self.input.len();
        let spaces = self.pos - from;
        // The last space may belong to a trim marker.
        let from_last = self.rest_from(self.pos.saturating_sub(1));
        if has_right_trim_marker(from_last) && from_last[TRIM..].starts_with(RIGHT) {
            self.backup();
            if spaces == 1 {
                return self.lex_right_delim();
            }
        }
        self.emit(Kind::Space)
    }

    /// Passes over what needs no second look: bytes of printable ASCII, one by one.
    fn skip(&mut self, plain: impl Fn(u8) -> bool) {
        self.pos += self.rest().iter().take_while(|b| matches!(b, b' '..=b'~') && plain(**b)).count();
    }

    fn skip_word(&mut self) {
        self.pos += self.rest().iter().take_while(|b| WORD[usize::from(**b)]).count();
    }

    /// Passes over letters and digits: what comes after them.
    fn pass_word(&mut self) -> Option<char> {
        self.skip_word();
        if let Some(byte @ 0..0x80) = self.byte() {
            return Some(char::from(byte));
        }
        let mut c = self.next();
        while c.is_some_and(is_alphanumeric) {
            c = self.next();
        }
        self.backup();
        c
    }

    fn lex_identifier(&mut self) -> Token<'c> {
        let c = self.pass_word();
        let word = self.current();
        if !self.at_terminator() {
            return self.fail(bad_character(c));
        }
        match Kind::keyword(word) {
            Some(keyword) => self.emit(keyword),
            None if word == b"true" || word == b"false" => self.emit(Kind::Bool),
            None => self.emit(Kind::Identifier),
        }
    }

    fn lex_field_or_variable(&mut self, kind: Kind) -> Token<'c> {
        if self.at_terminator() {
            return self.emit(if kind == Kind::Variable { kind } else { Kind::Dot });
        }
        let c = self.pass_word();
        if !self.at_terminator() {
            return self.fail(bad_character(c));
        }
        self.emit(kind)
    }

    /// Whether an identifier may end here.
    fn at_terminator(&mut self) -> bool {
        match self.peek() {
            None | Some(' ' | '\t' | '\r' | '\n' | '.' | ',' | '|' | ':' | ')' | '(') => true,
            Some(_) => self.rest().starts_with(RIGHT),
        }
    }

    /// A string or a character constant; what is inside, the parser checks.
    fn lex_quoted(&mut self, quote: char, kind: Kind, unterminated: &str) -> Token<'c> {
        loop {
            self.skip(|b| b != b'\\' && char::from(b) != quote);
            match self.next() {
                Some('\\') if !matches!(self.next(), None | Some('\n')) => {}
                Some('\\' | '\n') | None => return self.fail(unterminated),
                Some(c) if c == quote => return self.emit(kind),
                Some(_) => {}
            }
        }
    }

    fn lex_raw_quote(&mut self) -> Token<'c> {
        loop {
            self.skip(|b| b != b'`');
            match self.next() {
                None => return self.fail("unterminated raw quoted string"),
                Some('`') => return self.emit(Kind::RawString),
                Some(_) => {}
            }
        }
    }

    /// Accepts some that are no numbers, such as `089`; the parser notices.
    fn lex_number(&mut self) -> Token<'c> {
        if !self.scan_number() {
            return self.bad_number();
        }
        if matches!(self.peek(), Some('+' | '-')) {
            // Complex: 1+2i. No spaces, must end in i.
            if !self.scan_number() || self.current().last() != Some(&b'i') {
                return self.bad_number();
            }
            return self.emit(Kind::Complex);
        }
        self.emit(Kind::Number)
    }

    fn bad_number(&mut self) -> Token<'c> {
        self.fail(format!("bad number syntax: {}", strconv::quote(self.current())))
    }

    fn scan_number(&mut self) -> bool {
        const DECIMAL: &[u8] = b"0123456789_";
        const HEX: &[u8] = b"0123456789abcdefABCDEF_";
        self.accept(b"+-");
        let mut digits = DECIMAL;
        if self.accept(b"0") {
            if self.accept(b"xX") {
                digits = HEX;
            } else if self.accept(b"oO") {
                digits = b"01234567_";
            } else if self.accept(b"bB") {
                digits = b"01_";
            }
        }
        self.accept_run(digits);
        if self.accept(b".") {
            self.accept_run(digits);
        }
        if digits == DECIMAL && self.accept(b"eE") || digits == HEX && self.accept(b"pP") {
            self.accept(b"+-");
            self.accept_run(DECIMAL);
        }
        self.accept(b"i");
        if self.peek().is_some_and(is_alphanumeric) {
            self.next();
            return false;
        }
        true
    }
}

fn bad_character(c: Option<char>) -> String {
    match c {
        Some(c) => format!("bad character {}", code_point(c)),
        None => "bad character U+FFFFFFFFFFFFFFFF".into(),
    }
}

/// `%#U`.
fn code_point(c: char) -> String {
    let number = format!("U+{:04X}", u32::from(c));
    if unicode::is_print(c) { format!("{number} '{c}'") } else { number }
}

fn is_one_of(c: char, valid: &[u8]) -> bool {
    u8::try_from(c).is_ok_and(|b| valid.contains(&b))
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
}

fn is_space_byte(b: u8) -> bool {
    is_space(char::from(b))
}

fn is_alphanumeric(c: char) -> bool {
    c == '_' || unicode::is_letter(c) || unicode::is_digit(c)
}

fn left_spaces(text: &[u8]) -> usize {
    text.iter().take_while(|b| is_space_byte(**b)).count()
}

fn has_left_trim_marker(text: &[u8]) -> bool {
    matches!(text, [b'-', space, ..] if is_space_byte(*space))
}

fn has_right_trim_marker(text: &[u8]) -> bool {
    matches!(text, [space, b'-', ..] if is_space_byte(*space))
}
