//! The grammar: Go's Perl-flavoured RE2 syntax into regex-syntax's Hir, with Go's errors.
//! Source: regexp/syntax parse.go. Groups are kept on a stack of our own, so nesting takes no call stack.

use super::class::{self, check_utf8};
use crate::go::{unicode, utf8};
use regex_syntax::hir::{Capture, Class, Dot, Hir, Look, Repetition};

/// `maxHeight`: how deeply the tree may nest.
const MAX_HEIGHT: u32 = 1000;
/// Most copies that nested counted repetitions may ask for.
const MAX_REPEAT: u64 = 1000;

/// A refusal: what is wrong, and the part of the pattern that shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    code: &'static str,
    expr: Vec<u8>,
}

impl Error {
    pub(super) fn new(code: &'static str, expr: &[u8]) -> Error {
        Error { code, expr: expr.to_vec() }
    }

    /// Go's text, which holds bytes of the pattern as they are.
    pub fn message(&self) -> Vec<u8> {
        [b"error parsing regexp: ", self.code.as_bytes(), b": `", &self.expr, b"`"].concat()
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&String::from_utf8_lossy(&self.message()))
    }
}

impl std::error::Error for Error {}

pub(super) struct Parsed {
    pub(super) hir: Hir,
    /// One a group, the whole expression first; empty for a group without a name.
    pub(super) names: Vec<String>,
}

#[derive(Clone, Copy)]
struct Flags {
    fold: bool,
    multi_line: bool,
    dot_newline: bool,
    swap_greed: bool,
}

/// A finished piece of the expression.
struct Piece {
    hir: Hir,
    kind: Kind,
    /// Height of Go's tree for it.
    height: u32,
    /// Copies that the counted repetitions in it multiply to.
    copies: u64,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// One character.
    Char,
    /// Several characters.
    Literal,
    Class,
    Concat,
    Alternate,
    Other,
}

/// An open group: what stands before the last bar, and after it.
struct Group {
    /// Flags to go back to when it closes.
    flags: Flags,
    /// Number of the group, when it captures.
    capture: Option<usize>,
    alternatives: Vec<Piece>,
    pieces: Vec<Piece>,
}

struct Parser<'p> {
    whole: &'p [u8],
    flags: Flags,
    names: Vec<String>,
    outer: Vec<Group>,
    group: Group,
}

pub(super) fn parse(pattern: &[u8]) -> Result<Parsed, Error> {
    let flags = Flags { fold: false, multi_line: false, dot_newline: false, swap_greed: false };
    let group = Group { flags, capture: None, alternatives: Vec::new(), pieces: Vec::new() };
    let mut parser = Parser { whole: pattern, flags, names: vec![String::new()], outer: Vec::new(), group };
    let mut rest = pattern;
    // The pattern from the last repetition operator on, when nothing has come after it: "a**" is refused.
    let mut last_repeat: Option<&[u8]> = None;
    while !rest.is_empty() {
        let before = rest;
        let (after, repeats) = parser.step(rest, last_repeat)?;
        rest = after;
        last_repeat = repeats.then_some(before);
    }
    parser.end_alternative()?;
    if !parser.outer.is_empty() {
        return Err(Error::new("missing closing )", pattern));
    }
    let alternatives = std::mem::take(&mut parser.group.alternatives);
    Ok(Parsed { hir: parser.alternation(alternatives)?.hir, names: parser.names })
}

impl<'p> Parser<'p> {
    /// Takes one element off the front; true when it was a repetition operator.
    fn step(&mut self, text: &'p [u8], last_repeat: Option<&[u8]>) -> Result<(&'p [u8], bool), Error> {
        let rest = &text[1..];
        match text[0] {
            b'(' if rest.starts_with(b"?") => return Ok((self.perl_group(text)?, false)),
            b'(' => self.open(Some(String::new())),
            b'|' => self.end_alternative()?,
            b')' => self.close()?,
            b'^' => self.look(if self.flags.multi_line { Look::StartLF } else { Look::Start })?,
            b'$' => self.look(if self.flags.multi_line { Look::EndLF } else { Look::End })?,
            b'.' => {
                let dot = if self.flags.dot_newline { Dot::AnyChar } else { Dot::AnyCharExceptLF };
                self.push(Hir::dot(dot), Kind::Class)?;
            }
            b'[' => {
                let (class, rest) = class::bracket(text, self.flags.fold)?;
                self.push(Hir::class(Class::Unicode(class)), Kind::Class)?;
                return Ok((rest, false));
            }
            b'*' => return Ok((self.repeat(0, None, text, rest, false, last_repeat)?, true)),
            b'+' => return Ok((self.repeat(1, None, text, rest, false, last_repeat)?, true)),
            b'?' => return Ok((self.repeat(0, Some(1), text, rest, false, last_repeat)?, true)),
            b'{' => match counts(text) {
                // Not of that form: a brace like any other character.
                None => self.literal(u32::from('{'))?,
                Some((Some((min, max)), after)) if min <= 1000 && max.is_none_or(|max| min <= max && max <= 1000) => {
                    return Ok((self.repeat(min, max, text, after, true, last_repeat)?, true));
                }
                Some((_, after)) => {
                    return Err(Error::new("invalid repeat count", &text[..text.len() - after.len()]));
                }
            },
            b'\\' => return Ok((self.backslash(text)?, false)),
            _ => {
                let (c, rest) = next_rune(text)?;
                self.literal(c.map_or(0, u32::from))?;
                return Ok((rest, false));
            }
        }
        Ok((rest, false))
    }

    fn backslash(&mut self, text: &'p [u8]) -> Result<&'p [u8], Error> {
        if let Some((&letter, rest)) = text[1..].split_first() {
            match letter {
                b'A' => return self.look(Look::Start).map(|()| rest),
                b'b' => return self.look(Look::WordAscii).map(|()| rest),
                b'B' => return self.look(Look::WordAsciiNegate).map(|()| rest),
                b'z' => return self.look(Look::End).map(|()| rest),
                b'C' => return Err(Error::new("invalid escape sequence", &text[..2])),
                b'Q' => return self.quoted(rest),
                _ => {}
            }
        }
        let fold = self.flags.fold;
        let class = match class::property(text, fold)? {
            Some(taken) => Some(taken),
            None => class::perl(text, fold),
        };
        if let Some((class, rest)) = class {
            self.push(Hir::class(Class::Unicode(class)), Kind::Class)?;
            return Ok(rest);
        }
        let (c, rest) = escape(text)?;
        self.literal(c)?;
        Ok(rest)
    }

    /// What follows `\Q`, up to `\E` or the end.
    fn quoted(&mut self, text: &'p [u8]) -> Result<&'p [u8], Error> {
        let end = text.windows(2).position(|w| w == b"\\E");
        let (mut literal, rest) = end.map_or((text, &b""[..]), |end| (&text[..end], &text[end + 2..]));
        while !literal.is_empty() {
            let (c, after) = next_rune(literal)?;
            self.literal(c.map_or(0, u32::from))?;
            literal = after;
        }
        Ok(rest)
    }

    /// `(?P<name>`, `(?<name>`, `(?i)`, `(?i-s:`.
    fn perl_group(&mut self, text: &'p [u8]) -> Result<&'p [u8], Error> {
        let name_start = if text.len() > 4 && text[2..].starts_with(b"P<") {
            4
        } else if text.len() > 3 && text[2] == b'<' {
            3
        } else {
            return self.flag_group(text);
        };
        let invalid = |shown: &[u8]| Error::new("invalid named capture", shown);
        let Some(end) = text.iter().position(|&b| b == b'>') else {
            check_utf8(text)?;
            return Err(invalid(text));
        };
        let name = &text[name_start..end];
        check_utf8(name)?;
        if name.is_empty() || !name.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'_') {
            return Err(invalid(&text[..=end]));
        }
        self.open(Some(String::from_utf8_lossy(name).into_owned()));
        Ok(&text[end + 1..])
    }

    fn flag_group(&mut self, text: &'p [u8]) -> Result<&'p [u8], Error> {
        let mut rest = &text[2..];
        let mut flags = self.flags;
        let (mut set, mut saw_flag) = (true, false);
        while !rest.is_empty() {
            let (c, after) = next_rune(rest)?;
            rest = after;
            let flag = match c {
                Some('i') => &mut flags.fold,
                Some('m') => &mut flags.multi_line,
                Some('s') => &mut flags.dot_newline,
                Some('U') => &mut flags.swap_greed,
                Some('-') if set => {
                    (set, saw_flag) = (false, false);
                    continue;
                }
                Some(':' | ')') if set || saw_flag => {
                    if c == Some(':') {
                        self.open(None);
                    }
                    self.flags = flags;
                    return Ok(rest);
                }
                _ => break,
            };
            *flag = set;
            saw_flag = true;
        }
        Err(Error::new("invalid or unsupported Perl syntax", &text[..text.len() - rest.len()]))
    }

    /// Opens a group; one with a name (which may be empty) captures.
    fn open(&mut self, name: Option<String>) {
        let capture = name.map(|name| {
            self.names.push(name);
            self.names.len() - 1
        });
        let group = Group { flags: self.flags, capture, alternatives: Vec::new(), pieces: Vec::new() };
        self.outer.push(std::mem::replace(&mut self.group, group));
    }

    fn close(&mut self) -> Result<(), Error> {
        self.end_alternative()?;
        let Some(outer) = self.outer.pop() else {
            return Err(Error::new("unexpected )", self.whole));
        };
        let group = std::mem::replace(&mut self.group, outer);
        self.flags = group.flags;
        let piece = self.alternation(group.alternatives)?;
        let piece = match group.capture {
            None => piece,
            Some(index) => Piece {
                // Names stay here: Go allows two groups of one name.
                hir: Hir::capture(Capture { index: index as u32, name: None, sub: Box::new(piece.hir) }),
                kind: Kind::Other,
                height: piece.height + 1,
                copies: piece.copies,
            },
        };
        self.check(&piece)?;
        self.group.pieces.push(piece);
        Ok(())
    }

    fn end_alternative(&mut self) -> Result<(), Error> {
        let pieces = std::mem::take(&mut self.group.pieces);
        let piece = self.concatenation(pieces)?;
        self.group.alternatives.push(piece);
        Ok(())
    }

    fn concatenation(&self, pieces: Vec<Piece>) -> Result<Piece, Error> {
        // Neighbouring characters are one literal of Go's tree.
        let is_text = |p: &Piece| matches!(p.kind, Kind::Char | Kind::Literal);
        let merged = pieces.windows(2).filter(|w| is_text(&w[0]) && is_text(&w[1])).count();
        let kind = match pieces.as_slice() {
            [] => Kind::Other,
            [one] => one.kind,
            many if many.len() - merged == 1 => Kind::Literal,
            _ => Kind::Concat,
        };
        self.joined(pieces, kind, Kind::Concat, Hir::concat)
    }

    fn alternation(&self, pieces: Vec<Piece>) -> Result<Piece, Error> {
        let kind = match pieces.as_slice() {
            [one] => one.kind,
            // Go makes one class of it.
            many if many.iter().all(|p| matches!(p.kind, Kind::Class | Kind::Char)) => Kind::Class,
            _ => Kind::Alternate,
        };
        self.joined(pieces, kind, Kind::Alternate, Hir::alternation)
    }

    /// One piece of several, in a tree where a list never holds a list of its own kind.
    fn joined(&self, pieces: Vec<Piece>, kind: Kind, list: Kind, join: fn(Vec<Hir>) -> Hir) -> Result<Piece, Error> {
        let child = |p: &Piece| if p.kind == list { p.height - 1 } else { p.height };
        let children = pieces.iter().map(child).max().unwrap_or(1);
        let whole = pieces.iter().map(|p| p.height).max().unwrap_or(1);
        let height = if pieces.len() > 1 && kind == list { children + 1 } else { whole };
        let copies = pieces.iter().map(|p| p.copies).max().unwrap_or(1);
        let hir = join(pieces.into_iter().map(|piece| piece.hir).collect());
        let piece = Piece { hir, kind, height, copies };
        self.check(&piece)?;
        Ok(piece)
    }

    /// Puts the last piece under a repetition. `before` begins with the operator, `after` follows it.
    fn repeat(
        &mut self,
        min: u32,
        max: Option<u32>,
        before: &'p [u8],
        mut after: &'p [u8],
        counted: bool,
        last_repeat: Option<&[u8]>,
    ) -> Result<&'p [u8], Error> {
        let mut greedy = !self.flags.swap_greed;
        if let Some(rest) = after.strip_prefix(b"?") {
            (after, greedy) = (rest, !greedy);
        }
        if let Some(last) = last_repeat {
            return Err(Error::new("invalid nested repetition operator", &last[..last.len() - after.len()]));
        }
        let shown = &before[..before.len() - after.len()];
        let Some(piece) = self.group.pieces.pop() else {
            return Err(Error::new("missing argument to repetition operator", shown));
        };
        let copies = match max {
            _ if !counted => piece.copies,
            Some(0) => 1,
            max => piece.copies.saturating_mul(u64::from(max.unwrap_or(min)).max(1)),
        };
        let hir = Hir::repetition(Repetition { min, max, greedy, sub: Box::new(piece.hir) });
        let piece = Piece { hir, kind: Kind::Other, height: piece.height + 1, copies };
        self.check(&piece)?;
        if counted && (min >= 2 || max.is_some_and(|max| max >= 2)) && copies > MAX_REPEAT {
            return Err(Error::new("invalid repeat count", shown));
        }
        self.group.pieces.push(piece);
        Ok(after)
    }

    fn literal(&mut self, code: u32) -> Result<(), Error> {
        let hir = match char::from_u32(code) {
            // A surrogate can be written as an escape, and matches nothing.
            None => Hir::fail(),
            Some(_) if self.flags.fold => Hir::class(Class::Unicode(unicode::fold(&class::range(code, code)))),
            Some(c) => Hir::literal(c.encode_utf8(&mut [0; 4]).as_bytes()),
        };
        self.push(hir, Kind::Char)
    }

    fn look(&mut self, look: Look) -> Result<(), Error> {
        self.push(Hir::look(look), Kind::Other)
    }

    fn push(&mut self, hir: Hir, kind: Kind) -> Result<(), Error> {
        self.group.pieces.push(Piece { hir, kind, height: 1, copies: 1 });
        Ok(())
    }

    fn check(&self, piece: &Piece) -> Result<(), Error> {
        if piece.height > MAX_HEIGHT {
            return Err(Error::new("expression nests too deeply", self.whole));
        }
        Ok(())
    }
}

/// `{2}`, `{2,}`, `{2,5}` and what follows; `None` for anything else. Numbers that are too big have no value.
#[allow(clippy::type_complexity)]
fn counts(text: &[u8]) -> Option<(Option<(u32, Option<u32>)>, &[u8])> {
    let (min, rest) = count(text.strip_prefix(b"{")?)?;
    let (max, rest) = match rest.strip_prefix(b",") {
        None => (Some(min), rest),
        Some(rest) if rest.starts_with(b"}") => (None, rest),
        Some(rest) => count(rest).map(|(max, rest)| (Some(max), rest))?,
    };
    let rest = rest.strip_prefix(b"}")?;
    let counts = match (min, max) {
        (Some(min), None) => Some((min, None)),
        (Some(min), Some(Some(max))) => Some((min, Some(max))),
        _ => None,
    };
    Some((counts, rest))
}

/// A number without leading zeros; no value when it is too big.
fn count(text: &[u8]) -> Option<(Option<u32>, &[u8])> {
    let digits = text.iter().take_while(|b| b.is_ascii_digit()).count();
    let (number, rest) = text.split_at(digits);
    if number.is_empty() || (number.len() > 1 && number.starts_with(b"0")) {
        return None;
    }
    let value = std::str::from_utf8(number).ok().and_then(|n| n.parse().ok());
    Some((value.filter(|&n: &u32| n < 1_000_000_000), rest))
}

/// A character escape (`\n`, `\x{1F600}`, `\012`, `\.`) as a code point; `text` begins with the backslash.
pub(super) fn escape(text: &[u8]) -> Result<(u32, &[u8]), Error> {
    let after = &text[1..];
    if after.is_empty() {
        return Err(Error::new("trailing backslash at end of expression", b""));
    }
    let (c, mut rest) = next_rune(after)?;
    let c = c.unwrap_or_default();
    let octal = |rest: &[u8]| rest.first().filter(|b| (b'0'..=b'7').contains(b)).map(|b| u32::from(b - b'0'));
    let simple = match c {
        'a' => Some(7),
        'f' => Some(12),
        'n' => Some(10),
        'r' => Some(13),
        't' => Some(9),
        'v' => Some(11),
        c if c.is_ascii() && !c.is_ascii_alphanumeric() => Some(u32::from(c)),
        // A single digit other than zero would be a backreference.
        '0'..='7' if c == '0' || octal(rest).is_some() => {
            let mut value = u32::from(c) - u32::from('0');
            for _ in 1..3 {
                let Some(digit) = octal(rest) else { break };
                value = value * 8 + digit;
                rest = &rest[1..];
            }
            Some(value)
        }
        'x' if !rest.is_empty() => hexadecimal(&mut rest)?,
        _ => None,
    };
    match simple {
        Some(code) => Ok((code, rest)),
        None => Err(Error::new("invalid escape sequence", &text[..text.len() - rest.len()])),
    }
}

/// What follows `\x`: two digits, or any number in braces; `None` when it is neither. `rest` has then moved past
/// what was looked at, which is what the error shows.
fn hexadecimal(rest: &mut &[u8]) -> Result<Option<u32>, Error> {
    let mut next = || -> Result<Option<char>, Error> {
        let (c, after) = next_rune(rest)?;
        *rest = after;
        Ok(c)
    };
    let digit = |c: Option<char>| c.and_then(|c| c.to_digit(16));
    let first = next()?;
    if first != Some('{') {
        let second = next()?;
        return Ok(digit(first).zip(digit(second)).map(|(high, low)| high * 16 + low));
    }
    let mut value = None;
    loop {
        let c = next()?;
        if c == Some('}') {
            return Ok(value);
        }
        let Some(digit) = digit(c) else { return Ok(None) };
        let larger = value.unwrap_or(0) * 16 + digit;
        if larger > u32::from(char::MAX) {
            return Ok(None);
        }
        value = Some(larger);
    }
}

/// The first character, `None` at the end, where Go has U+FFFD of no width.
pub(super) fn next_rune(text: &[u8]) -> Result<(Option<char>, &[u8]), Error> {
    match utf8::decode(text) {
        None => Ok((None, text)),
        Some(rune) if rune.valid => Ok((Some(rune.char), &text[rune.width..])),
        Some(_) => Err(Error::new("invalid UTF-8", text)),
    }
}
