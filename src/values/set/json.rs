//! JSON as `encoding/json` decodes one value into `interface{}`: numbers are float64, the last of equal keys wins.

use bstr::BStr;
use bumpalo::Bump;

use crate::value::{Entry, ListNode, MapNode, Pos, Tree};

/// Deeper than this encoding/json refuses.
const MAX_DEPTH: u32 = 10_000;
/// Ours: where reading would cost more stack than a thread has. Helm reads on to 10,000.
const OUR_DEPTH: u32 = 1_000;

/// Reads one value off the front of `runes`; the value and how many runes it took. `None` when it is not JSON.
pub(crate) fn read<'c>(runes: &[char], arena: &'c Bump, pos: Pos) -> Option<(Tree<'c>, usize)> {
    let mut reader = Reader { runes, at: 0, arena, pos };
    let value = reader.value(0)?;
    Some((value, reader.at))
}

struct Reader<'r, 'c> {
    runes: &'r [char],
    at: usize,
    arena: &'c Bump,
    pos: Pos,
}

impl<'c> Reader<'_, 'c> {
    fn peek(&self) -> Option<char> {
        self.runes.get(self.at).copied()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += 1;
        Some(c)
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(' ' | '\t' | '\r' | '\n')) {
            self.at += 1;
        }
    }

    fn value(&mut self, depth: u32) -> Option<Tree<'c>> {
        if depth > OUR_DEPTH.min(MAX_DEPTH) {
            return None;
        }
        self.skip_space();
        match self.peek()? {
            '{' => self.object(depth),
            '[' => self.array(depth),
            '"' => Some(Tree::Str(self.string()?)),
            't' => self.word("true", Tree::Bool(true)),
            'f' => self.word("false", Tree::Bool(false)),
            'n' => self.word("null", Tree::Null),
            _ => self.number(),
        }
    }

    fn word(&mut self, word: &str, value: Tree<'c>) -> Option<Tree<'c>> {
        word.chars().all(|c| self.next() == Some(c)).then_some(value)
    }

    fn object(&mut self, depth: u32) -> Option<Tree<'c>> {
        self.at += 1;
        let mut entries = Vec::new();
        self.skip_space();
        if self.peek() == Some('}') {
            self.at += 1;
            return Some(Tree::Map(MapNode::new(self.arena, entries)));
        }
        loop {
            self.skip_space();
            let pos = self.here();
            if self.peek()? != '"' {
                return None;
            }
            let key = self.string()?;
            self.skip_space();
            if self.next()? != ':' {
                return None;
            }
            let value = self.value(depth + 1)?;
            entries.push(Entry { key, value, pos });
            self.skip_space();
            match self.next()? {
                ',' => {}
                '}' => return Some(Tree::Map(MapNode::new(self.arena, entries))),
                _ => return None,
            }
        }
    }

    fn array(&mut self, depth: u32) -> Option<Tree<'c>> {
        self.at += 1;
        let mut items = Vec::new();
        self.skip_space();
        if self.peek() == Some(']') {
            self.at += 1;
            return Some(Tree::List(ListNode::new(self.arena, &items)));
        }
        loop {
            self.skip_space();
            let pos = self.here();
            items.push((self.value(depth + 1)?, pos));
            self.skip_space();
            match self.next()? {
                ',' => {}
                ']' => return Some(Tree::List(ListNode::new(self.arena, &items))),
                _ => return None,
            }
        }
    }

    fn string(&mut self) -> Option<&'c BStr> {
        self.at += 1;
        let mut text = String::new();
        loop {
            match self.next()? {
                '"' => return Some(BStr::new(self.arena.alloc_str(&text).as_bytes())),
                '\\' => text.push(match self.next()? {
                    c @ ('"' | '\\' | '/') => c,
                    'b' => '\u{8}',
                    'f' => '\u{C}',
                    'n' => '\n',
                    'r' => '\r',
                    't' => '\t',
                    'u' => self.unicode()?,
                    _ => return None,
                }),
                c if c < ' ' => return None,
                c => text.push(c),
            }
        }
    }

    /// After `\u`: half a pair without its other half is U+FFFD.
    fn unicode(&mut self) -> Option<char> {
        let first = self.hex4()?;
        if (0xD800..0xDC00).contains(&first) && self.peek() == Some('\\') {
            let before = self.at;
            self.at += 1;
            if self.peek() == Some('u') {
                self.at += 1;
                let second = self.hex4()?;
                if (0xDC00..0xE000).contains(&second) {
                    return char::from_u32(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00));
                }
            }
            self.at = before;
        }
        Some(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn hex4(&mut self) -> Option<u32> {
        let mut n = 0;
        for _ in 0..4 {
            n = n * 16 + self.next()?.to_digit(16)?;
        }
        Some(n)
    }

    fn number(&mut self) -> Option<Tree<'c>> {
        let start = self.at;
        if self.peek() == Some('-') {
            self.at += 1;
        }
        match self.next()? {
            '0' => {}
            '1'..='9' => {
                self.digits();
            }
            _ => return None,
        }
        if self.peek() == Some('.') {
            self.at += 1;
            self.digits().then_some(())?;
        }
        if matches!(self.peek(), Some('e' | 'E')) {
            self.at += 1;
            if matches!(self.peek(), Some('+' | '-')) {
                self.at += 1;
            }
            self.digits().then_some(())?;
        }
        let text: String = self.runes.get(start..self.at)?.iter().collect();
        // Out of range is an error in Go, not infinity.
        let number: f64 = text.parse().ok()?;
        number.is_finite().then_some(Tree::Float(number))
    }

    /// Takes digits; whether there was one.
    fn digits(&mut self) -> bool {
        let start = self.at;
        while self.peek().is_some_and(|c| c.is_ascii_digit()) {
            self.at += 1;
        }
        self.at > start
    }

    fn here(&self) -> Pos {
        let column = u32::try_from(self.at).unwrap_or(u32::MAX);
        Pos { column: self.pos.column.saturating_add(column), ..self.pos }
    }
}
