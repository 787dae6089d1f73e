//! The tokens of TOML, and what is said where there is none. Source: lex.go.
//!
//! The machine is kept as the library has it, state by state, because its errors and their lines follow from it: so
//! its states stand together here; what strings and numbers are made of, which no state returns to, beside it.

mod numbers;
mod strings;

use std::collections::VecDeque;

use super::key::is_bare;
use crate::dialect::TomlRelease;
use crate::go::{strconv, unicode, utf8};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    End,
    /// A bare key or a comment.
    Text,
    Str,
    EscapedStr,
    RawStr,
    MultilineStr,
    RawMultilineStr,
    Bool,
    Integer,
    Float,
    Datetime,
    ArrayStart,
    ArrayEnd,
    TableStart,
    TableEnd,
    ArrayTableStart,
    ArrayTableEnd,
    KeyStart,
    KeyEnd,
    CommentStart,
    InlineTableStart,
    InlineTableEnd,
}

#[derive(Clone, Debug)]
pub(super) struct Item<'t> {
    pub token: Token,
    pub text: &'t str,
    pub line: i64,
}

/// Why there is no further token.
#[derive(Clone, Debug)]
pub(super) struct LexError {
    pub message: String,
    pub line: i64,
}

/// States that are returned to; tokens without inner structure are read in one go.
#[derive(Clone, Copy)]
enum State {
    Top,
    TopEnd,
    TableStart,
    TableEnd,
    ArrayTableEnd,
    TableNameStart,
    TableNameEnd,
    BareName,
    QuotedName,
    KeyStart,
    KeyNameStart,
    KeyEnd,
    Value,
    ArrayValue,
    ArrayValueEnd,
    InlineTableValue,
    InlineTableValueEnd,
    Comment,
    Finished,
}

const NEWLINE_INLINE: &str = "newlines not allowed within inline tables";

/// What stands for the end among characters; it cannot stand in a TOML file.
const EOF: char = '\0';

pub(super) struct Lexer<'t> {
    input: &'t [u8],
    start: usize,
    pos: usize,
    line: i64,
    state: State,
    items: VecDeque<Result<Item<'t>, LexError>>,
    /// Widths of the last characters, the newest last.
    widths: Vec<usize>,
    at_end: bool,
    stack: Vec<State>,
    release: TomlRelease,
}

type Step = Result<State, LexError>;

impl<'t> Lexer<'t> {
    pub fn new(input: &'t [u8], release: TomlRelease) -> Self {
        Lexer {
            input,
            start: 0,
            pos: 0,
            line: 1,
            state: State::Top,
            items: VecDeque::new(),
            widths: Vec::new(),
            at_end: false,
            stack: Vec::new(),
            release,
        }
    }

    /// TOML 1.1: line ends and trailing commas in inline tables, `\\e` and `\\x`.
    fn is_1_1(&self) -> bool {
        self.release >= TomlRelease::V1_6
    }

    /// How many containers are open around the next token.
    pub fn depth(&self) -> usize {
        self.stack.len()
    }

    pub fn next_item(&mut self) -> Result<Item<'t>, LexError> {
        loop {
            if let Some(item) = self.items.pop_front() {
                return item;
            }
            match self.step() {
                Ok(state) => self.state = state,
                Err(error) => {
                    self.state = State::Finished;
                    self.items.push_back(Err(error));
                }
            }
        }
    }

    fn step(&mut self) -> Step {
        match self.state {
            State::Top => self.top(),
            State::TopEnd => self.top_end(),
            State::TableStart => self.table_start(),
            State::TableEnd => {
                self.emit(Token::TableEnd);
                Ok(State::TopEnd)
            }
            State::ArrayTableEnd => match self.next()? {
                ']' => {
                    self.emit(Token::ArrayTableEnd);
                    Ok(State::TopEnd)
                }
                r => {
                    let r = quoted(r);
                    self.fail(format!("expected end of table array name delimiter ']', but got {r} instead"))
                }
            },
            State::TableNameStart => self.table_name_start(),
            State::TableNameEnd => {
                self.skip_blanks()?;
                match self.next()? {
                    '.' => Ok(self.ignore(State::TableNameStart)),
                    ']' => Ok(self.pop()),
                    r => {
                        let r = quoted(r);
                        self.fail(format!("expected '.' or ']' to end table name, but got {r} instead"))
                    }
                }
            }
            State::BareName => {
                while u8::try_from(self.next()?).is_ok_and(is_bare) {}
                self.backup();
                self.emit(Token::Text);
                Ok(self.pop())
            }
            State::QuotedName => match self.next()? {
                '"' => {
                    self.ignore(State::Value);
                    self.string()
                }
                _ => {
                    self.ignore(State::Value);
                    self.raw_string()
                }
            },
            State::KeyStart => self.key_start(),
            State::KeyNameStart => {
                self.skip_blanks()?;
                match self.peek()? {
                    '"' | '\'' => {
                        self.stack.push(State::KeyEnd);
                        Ok(self.ignore(State::QuotedName))
                    }
                    '=' | EOF => self.fail("unexpected '='"),
                    '.' => self.fail("unexpected '.'"),
                    _ => {
                        self.stack.push(State::KeyEnd);
                        Ok(State::BareName)
                    }
                }
            }
            State::KeyEnd => self.key_end(),
            State::Value => self.value(),
            State::ArrayValue => match self.next()? {
                ' ' | '\t' | '\n' | '\r' => Ok(self.ignore(State::ArrayValue)),
                '#' => Ok(self.comment(State::ArrayValue)),
                ',' => self.fail("unexpected comma"),
                ']' => Ok(self.close(Token::ArrayEnd)),
                _ => {
                    self.backup();
                    self.stack.push(State::ArrayValueEnd);
                    Ok(State::Value)
                }
            },
            State::ArrayValueEnd => match self.next()? {
                ' ' | '\t' | '\n' | '\r' => Ok(self.ignore(State::ArrayValueEnd)),
                '#' => Ok(self.comment(State::ArrayValueEnd)),
                ',' => Ok(self.ignore(State::ArrayValue)),
                ']' => Ok(self.close(Token::ArrayEnd)),
                r => {
                    let r = rune_or_end(r);
                    self.fail(format!("expected a comma (',') or array terminator (']'), but got {r}"))
                }
            },
            State::InlineTableValue => match self.next()? {
                '\n' | '\r' if !self.is_1_1() => self.fail_on_line_before(NEWLINE_INLINE.into()),
                ' ' | '\t' | '\n' | '\r' => Ok(self.ignore(State::InlineTableValue)),
                '#' => Ok(self.comment(State::InlineTableValue)),
                ',' => self.fail("unexpected comma"),
                '}' => Ok(self.close(Token::InlineTableEnd)),
                _ => {
                    self.backup();
                    self.stack.push(State::InlineTableValueEnd);
                    Ok(State::KeyStart)
                }
            },
            State::InlineTableValueEnd => match self.next()? {
                '\n' | '\r' if !self.is_1_1() => self.fail_on_line_before(NEWLINE_INLINE.into()),
                ' ' | '\t' | '\n' | '\r' => Ok(self.ignore(State::InlineTableValueEnd)),
                '#' => Ok(self.comment(State::InlineTableValueEnd)),
                ',' => {
                    self.ignore(State::Value);
                    self.skip_blanks()?;
                    match self.peek()? {
                        '}' if self.is_1_1() => Ok(State::InlineTableValueEnd),
                        '}' => self.fail("trailing comma not allowed in inline tables"),
                        _ => Ok(State::InlineTableValue),
                    }
                }
                '}' => Ok(self.close(Token::InlineTableEnd)),
                r => {
                    let r = rune_or_end(r);
                    self.fail(format!("expected a comma or an inline table terminator '}}', but got {r} instead"))
                }
            },
            State::Comment => {
                while !matches!(self.next()?, '\n' | '\r' | EOF) {}
                self.backup();
                self.emit(Token::Text);
                Ok(self.pop())
            }
            State::Finished => {
                self.emit(Token::End);
                Ok(State::Finished)
            }
        }
    }

    fn top(&mut self) -> Step {
        match self.next()? {
            ' ' | '\t' | '\n' | '\r' => Ok(self.ignore(State::Top)),
            '#' => Ok(self.comment(State::Top)),
            '[' => Ok(State::TableStart),
            EOF => {
                self.emit(Token::End);
                Ok(State::Finished)
            }
            _ => {
                self.backup();
                self.stack.push(State::TopEnd);
                Ok(State::KeyStart)
            }
        }
    }

    fn top_end(&mut self) -> Step {
        match self.next()? {
            '#' => Ok(self.comment(State::Top)),
            ' ' | '\t' => Ok(State::TopEnd),
            '\n' | '\r' => Ok(self.ignore(State::Top)),
            EOF => {
                self.emit(Token::End);
                Ok(State::Finished)
            }
            r => {
                let r = quoted(r);
                self.fail(format!(
                    "expected a top-level item to end with a newline, comment, or EOF, but got {r} instead"
                ))
            }
        }
    }

    fn table_start(&mut self) -> Step {
        if self.peek()? == '[' {
            self.next()?;
            self.emit(Token::ArrayTableStart);
            self.stack.push(State::ArrayTableEnd);
        } else {
            self.emit(Token::TableStart);
            self.stack.push(State::TableEnd);
        }
        Ok(State::TableNameStart)
    }

    fn table_name_start(&mut self) -> Step {
        self.skip_blanks()?;
        match self.peek()? {
            ']' | EOF => self.fail("unexpected end of table name (table names cannot be empty)"),
            '.' => self.fail("unexpected table separator (table names cannot be empty)"),
            '"' | '\'' => {
                self.stack.push(State::TableNameEnd);
                Ok(self.ignore(State::QuotedName))
            }
            _ => {
                self.stack.push(State::TableNameEnd);
                Ok(State::BareName)
            }
        }
    }

    fn key_start(&mut self) -> Step {
        self.skip_blanks()?;
        match self.peek()? {
            '=' | EOF => self.fail("unexpected '=': key name appears blank"),
            '.' => self.fail("unexpected '.': keys cannot start with a '.'"),
            _ => {
                self.emit(Token::KeyStart);
                Ok(State::KeyNameStart)
            }
        }
    }

    fn key_end(&mut self) -> Step {
        self.skip_blanks()?;
        match self.next()? {
            EOF => self.fail("unexpected EOF; expected key separator '='"),
            '.' => Ok(self.ignore(State::KeyNameStart)),
            '=' => {
                self.emit(Token::KeyEnd);
                Ok(State::Value)
            }
            r => {
                let message = format!("expected '.' or '=', but got {} instead", quoted(r));
                if r == '\n' { self.fail_at_newline(message) } else { self.fail(message) }
            }
        }
    }

    fn value(&mut self) -> Step {
        let r = self.next()?;
        match r {
            ' ' | '\t' => return Ok(self.ignore(State::Value)),
            '0'..='9' => return self.number(r),
            '[' => {
                self.ignore(State::Value);
                self.emit(Token::ArrayStart);
                return Ok(State::ArrayValue);
            }
            '{' => {
                self.ignore(State::Value);
                self.emit(Token::InlineTableStart);
                return Ok(State::InlineTableValue);
            }
            '"' | '\'' => {
                let mut triple = false;
                if self.accept(r)? {
                    triple = self.accept(r)?;
                    if !triple {
                        self.backup();
                    }
                }
                self.ignore(State::Value);
                return match (r, triple) {
                    ('"', false) => self.string(),
                    ('"', true) => self.multiline_string(),
                    (_, false) => self.raw_string(),
                    (_, true) => self.raw_multiline_string(),
                };
            }
            '.' => return self.fail("floats must start with a digit, not '.'"),
            // Letters that turn out not to belong to `inf` or `nan` stay read: the complaint below lacks them.
            'i' | 'n' if self.accept('n')? && self.accept('f')? || self.accept('a')? && self.accept('n')? => {
                return Ok(self.finish(Token::Float));
            }
            '-' | '+' => return self.signed_number(),
            _ => {}
        }
        if unicode::is_letter(r) {
            self.backup();
            return self.word();
        }
        match r {
            EOF => self.fail("unexpected EOF; expected value"),
            '\n' => self.fail_at_newline(format!("expected value but found {} instead", quoted(r))),
            _ => self.fail(format!("expected value but found {} instead", quoted(r))),
        }
    }

    fn word(&mut self) -> Step {
        let from = self.pos;
        while unicode::is_letter(self.next()?) {}
        self.backup();
        let word = self.slice(from, self.pos);
        match word {
            "true" | "false" => Ok(self.finish(Token::Bool)),
            _ => self.fail(format!("expected value but found {} instead", strconv::quote(word.as_bytes()))),
        }
    }

    fn finish_while(&mut self, more: impl Fn(char) -> bool, token: Token) -> Step {
        while more(self.next()?) {}
        self.backup();
        Ok(self.finish(token))
    }

    /// Emits a token and goes back to whoever wanted it.
    fn finish(&mut self, token: Token) -> State {
        self.emit(token);
        self.pop()
    }

    fn close(&mut self, token: Token) -> State {
        self.ignore(State::Value);
        self.finish(token)
    }

    fn comment(&mut self, after: State) -> State {
        self.stack.push(after);
        self.ignore(State::Value);
        self.emit(Token::CommentStart);
        State::Comment
    }

    fn pop(&mut self) -> State {
        self.stack.pop().unwrap_or(State::Top)
    }

    fn slice(&self, from: usize, to: usize) -> &'t str {
        // Every character up to here has been decoded.
        self.input.get(from..to).and_then(|b| std::str::from_utf8(b).ok()).unwrap_or("")
    }

    fn emit(&mut self, token: Token) {
        let text = self.slice(self.start, self.pos);
        let text = if token == Token::Datetime { text.trim() } else { text };
        self.items.push_back(Ok(Item { token, text, line: self.line }));
        self.start = self.pos;
    }

    fn ignore(&mut self, next: State) -> State {
        self.start = self.pos;
        next
    }

    fn next(&mut self) -> Result<char, LexError> {
        let Some(rune) = utf8::decode(self.input.get(self.pos..).unwrap_or(&[])) else {
            self.at_end = true;
            return Ok(EOF);
        };
        if rune.char == '\n' {
            self.line += 1;
        }
        let after = self.input.get(self.pos + 1);
        if !rune.valid {
            let byte = self.input.get(self.pos).copied().unwrap_or(0);
            return Err(LexError { message: format!("invalid UTF-8 byte: {byte:#04x}"), line: self.line });
        }
        let control = rune.char.is_ascii_control() && !matches!(rune.char, '\t' | '\r' | '\n');
        if control || rune.char == '\r' && after != Some(&b'\n') {
            let message = format!("TOML files cannot contain control characters: '{:#04x}'", u32::from(rune.char));
            return Err(LexError { message, line: self.line });
        }
        if self.widths.len() == 4 {
            self.widths.remove(0);
        }
        self.widths.push(rune.width);
        self.pos += rune.width;
        Ok(rune.char)
    }

    /// One character back; four may be taken back in a row.
    fn backup(&mut self) {
        if self.at_end {
            self.at_end = false;
            return;
        }
        self.pos = self.pos.saturating_sub(self.widths.pop().unwrap_or(0));
        if self.input.get(self.pos) == Some(&b'\n') {
            self.line -= 1;
        }
    }

    fn accept(&mut self, wanted: char) -> Result<bool, LexError> {
        let found = self.next()? == wanted;
        if !found {
            self.backup();
        }
        Ok(found)
    }

    fn peek(&mut self) -> Result<char, LexError> {
        let r = self.next()?;
        self.backup();
        Ok(r)
    }

    fn skip_blanks(&mut self) -> Result<(), LexError> {
        while matches!(self.next()?, ' ' | '\t') {}
        self.backup();
        self.ignore(State::Value);
        Ok(())
    }

    /// `errorf`: at the end of the text, the error is told of the line that ended.
    fn fail(&self, message: impl Into<String>) -> Step {
        let after_newline = || self.pos.checked_sub(1).and_then(|at| self.input.get(at)) == Some(&b'\n');
        let before = self.at_end && (self.release < TomlRelease::V1_5 || after_newline());
        Err(LexError { message: message.into(), line: self.line - i64::from(before) })
    }

    /// Releases before 1.5 tell such an error of the line after it.
    fn fail_at_newline(&self, message: String) -> Step {
        if self.release < TomlRelease::V1_5 { self.fail(message) } else { self.fail_on_line_before(message) }
    }

    /// `errorPrevLine`
    fn fail_on_line_before(&self, message: String) -> Step {
        Err(LexError { message, line: self.line - 1 })
    }
}

fn quoted(r: char) -> String {
    strconv::quote_rune(u32::from(r))
}

fn rune_or_end(r: char) -> String {
    if r == EOF { "end of file".into() } else { format!("'{r}'") }
}
