//! Integers, floats and dates, as far as their characters go: what they come to is for `scalar`.

use super::{Lexer, Step, Token, quoted};
use crate::dialect::TomlRelease;

impl Lexer<'_> {
    /// A number or date that begins with the digit `first`.
    pub(super) fn number(&mut self, first: char) -> Step {
        if first == '0' {
            let kinds = [
                ('b', 2, "not a binary number"),
                ('o', 8, "not an octal number"),
                ('x', 16, "not a hexadecimal number"),
            ];
            match self.next()? {
                '0'..='9' => {}
                '_' => return self.decimal(),
                '.' | 'e' | 'E' => return self.float(),
                r => {
                    let Some((_, base, complaint)) = kinds.into_iter().find(|k| k.0 == r) else {
                        self.backup();
                        return Ok(self.finish(Token::Integer));
                    };
                    let r = self.peek()?;
                    if !r.is_digit(base) {
                        let current = self.slice(self.start, self.pos);
                        let complaint = match complaint {
                            "not a hexadecimal number" if self.release < TomlRelease::V1_5 => {
                                "not a hexidecimal number"
                            }
                            other => other,
                        };
                        return self.fail(format!("{complaint}: '{current}{r}'"));
                    }
                    return self.finish_while(|r| r.is_digit(base) || r == '_', Token::Integer);
                }
            }
        }
        loop {
            match self.next()? {
                '0'..='9' => {}
                '-' | ':' => {
                    let more = |r| matches!(r, '0'..='9' | '-' | ':' | 'T' | 't' | ' ' | '.' | 'Z' | 'z' | '+');
                    return self.finish_while(more, Token::Datetime);
                }
                '_' => return self.decimal(),
                '.' | 'e' | 'E' => return self.float(),
                _ => {
                    self.backup();
                    return Ok(self.finish(Token::Integer));
                }
            }
        }
    }

    fn decimal(&mut self) -> Step {
        loop {
            match self.next()? {
                '0'..='9' | '_' => {}
                '.' | 'e' | 'E' => return self.float(),
                _ => {
                    self.backup();
                    return Ok(self.finish(Token::Integer));
                }
            }
        }
    }

    fn float(&mut self) -> Step {
        self.finish_while(|r| matches!(r, '0'..='9' | '_' | '.' | '-' | '+' | 'e' | 'E'), Token::Float)
    }

    /// After a sign.
    pub(super) fn signed_number(&mut self) -> Step {
        let r = self.next()?;
        match r {
            'i' | 'n' => {
                let rest = if r == 'i' { ['n', 'f'] } else { ['a', 'n'] };
                if !self.accept(rest[0])? || !self.accept(rest[1])? {
                    let current = self.slice(self.start, self.pos);
                    return self.fail(format!("invalid float: '{current}'"));
                }
                Ok(self.finish(Token::Float))
            }
            '.' => self.fail("floats must start with a digit, not '.'"),
            '0'..='9' => {
                if r == '0'
                    && let p @ ('b' | 'o' | 'x') = self.peek()?
                {
                    let current = self.slice(self.start, self.pos);
                    return self.fail(format!("cannot use sign with non-decimal numbers: '{current}{p}'"));
                }
                self.decimal()
            }
            _ => self.fail(format!("expected a digit but got {}", quoted(r))),
        }
    }
}
