//! The pattern's tree. Source: gobwas/glob syntax/lexer and syntax/ast.

use crate::go::utf8;

/// Our own limit on nested braces: the library recurses.
const MAX_DEPTH: usize = 100;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Node {
    Nothing,
    Text(Vec<u8>),
    /// `*`
    Any,
    /// `**`
    Super,
    /// `?`
    Single,
    List {
        chars: Vec<char>,
        not: bool,
    },
    Range {
        low: char,
        high: char,
        not: bool,
    },
    /// `{a,b}`: each a pattern.
    AnyOf(Vec<Node>),
    Pattern(Vec<Node>),
}

pub(super) fn parse(pattern: &[u8]) -> Result<Node, String> {
    let mut lexer = Lexer { data: pattern, at: 0, peeked: None, error: None };
    // The braces that are open: the alternatives so far; and the one that is being read stands on `current`.
    let mut open: Vec<(Vec<Node>, Vec<Node>)> = Vec::new();
    let mut current: Vec<Node> = Vec::new();
    loop {
        let c = lexer.read();
        lexer.check()?;
        match c {
            END => break,
            '{' => {
                if open.len() == MAX_DEPTH {
                    return Err("pattern nests too deeply".into());
                }
                open.push((std::mem::take(&mut current), Vec::new()));
            }
            ',' if !open.is_empty() => {
                if let Some((_, alternatives)) = open.last_mut() {
                    alternatives.push(Node::Pattern(std::mem::take(&mut current)));
                }
            }
            '}' if !open.is_empty() => close(&mut open, &mut current),
            '[' => current.push(lexer.range()?),
            '?' => current.push(Node::Single),
            '*' => {
                let second = lexer.read();
                if second != '*' {
                    lexer.unread(second);
                }
                lexer.check()?;
                current.push(if second == '*' { Node::Super } else { Node::Any });
            }
            c => {
                lexer.unread(c);
                let breakers: &[char] =
                    if open.is_empty() { &['?', '*', '[', '{'] } else { &['?', '*', '[', '{', '}', ','] };
                let text = lexer.text(breakers);
                lexer.check()?;
                if !text.is_empty() {
                    current.push(Node::Text(text));
                }
            }
        }
    }
    // Braces that never close are taken as closed.
    while !open.is_empty() {
        close(&mut open, &mut current);
    }
    Ok(Node::Pattern(current))
}

fn close(open: &mut Vec<(Vec<Node>, Vec<Node>)>, current: &mut Vec<Node>) {
    if let Some((outer, mut alternatives)) = open.pop() {
        alternatives.push(Node::Pattern(std::mem::replace(current, outer)));
        current.push(Node::AnyOf(alternatives));
    }
}

/// The library takes the character NUL for the end: inside text it is skipped, elsewhere it ends the pattern.
const END: char = '\0';

struct Lexer<'p> {
    data: &'p [u8],
    at: usize,
    /// A character that was put back.
    peeked: Option<char>,
    error: Option<&'static str>,
}

impl Lexer<'_> {
    fn read(&mut self) -> char {
        if let Some(c) = self.peeked.take() {
            return c;
        }
        let (c, width) = self.look();
        self.at += width;
        c
    }

    fn unread(&mut self, c: char) {
        self.peeked = Some(c);
    }

    /// The next character, not counting one that was put back.
    fn look(&mut self) -> (char, usize) {
        match utf8::decode(&self.data[self.at..]) {
            None => (END, 0),
            Some(rune) if rune.char == utf8::RUNE_ERROR => {
                self.error = Some("could not read rune");
                (END, 0)
            }
            Some(rune) => (rune.char, rune.width),
        }
    }

    fn check(&self) -> Result<(), String> {
        self.error.map_or(Ok(()), |error| Err(error.to_owned()))
    }

    /// Text up to one of the breakers; a backslash takes the next character as it is.
    fn text(&mut self, breakers: &[char]) -> Vec<u8> {
        let mut out = Vec::new();
        let mut escaped = false;
        loop {
            let c = self.read();
            if c == END {
                return out;
            }
            if !escaped {
                if c == '\\' {
                    escaped = true;
                    continue;
                }
                if breakers.contains(&c) {
                    self.unread(c);
                    return out;
                }
            }
            escaped = false;
            utf8::push(&mut out, c);
        }
    }

    /// What follows `[`: one range or a list. An invalid byte in it is told as the end of the pattern.
    fn range(&mut self) -> Result<Node, String> {
        let ended = || Err("unexpected end of input".to_owned());
        let mut first = self.read();
        let not = first == '!';
        if not {
            first = self.read();
        }
        if first == END {
            return ended();
        }
        let (next, width) = self.look();
        if next == '-' {
            self.at += width;
            let high = self.read();
            if high == END {
                return ended();
            }
            return match self.read() {
                END => ended(),
                ']' if high < first => Err(format!("hi character '{high}' should be greater than lo '{first}'")),
                ']' => Ok(Node::Range { low: first, high, not }),
                _ => Err("expected close range character".into()),
            };
        }
        self.unread(first);
        let chars = utf8::chars(&self.text(&[']']));
        match self.read() {
            END => ended(),
            ']' if chars.is_empty() => Err("could not parse range".into()),
            ']' => Ok(Node::List { chars, not }),
            // The list was cut short by NUL.
            _ => Err("expected close range character".into()),
        }
    }
}
