//! Strings, from behind their first quotes to behind their last.

use super::{EOF, LexError, Lexer, Step, Token};
use crate::go::strconv;

impl Lexer<'_> {
    pub(super) fn string(&mut self) -> Step {
        let mut escaped = false;
        loop {
            match self.next()? {
                EOF => return self.fail(r#"unexpected EOF; expected '"'"#),
                '\n' | '\r' => return self.fail_on_line_before("strings cannot contain newlines".into()),
                '\\' => {
                    escaped = true;
                    self.escape()?;
                }
                '"' => {
                    self.backup();
                    self.emit(if escaped { Token::EscapedStr } else { Token::Str });
                    return self.after_quotes(1);
                }
                _ => {}
            }
        }
    }

    pub(super) fn raw_string(&mut self) -> Step {
        loop {
            match self.next()? {
                EOF => return self.fail(r#"unexpected EOF; expected "'""#),
                '\n' | '\r' => return self.fail_on_line_before("strings cannot contain newlines".into()),
                '\'' => {
                    self.backup();
                    self.emit(Token::RawStr);
                    return self.after_quotes(1);
                }
                _ => {}
            }
        }
    }

    pub(super) fn multiline_string(&mut self) -> Step {
        loop {
            match self.next()? {
                EOF => return self.fail(r#"unexpected EOF; expected '"""'"#),
                '\\' if !matches!(self.next()?, '\n' | '\r') => {
                    self.backup();
                    self.escape()?;
                }
                '"' if self.closes('"')? => {
                    self.emit(Token::MultilineStr);
                    return self.after_quotes(3);
                }
                _ => {}
            }
        }
    }

    pub(super) fn raw_multiline_string(&mut self) -> Step {
        loop {
            match self.next()? {
                EOF => return self.fail(r#"unexpected EOF; expected "'''""#),
                '\'' if self.closes('\'')? => {
                    self.emit(Token::RawMultilineStr);
                    return self.after_quotes(3);
                }
                _ => {}
            }
        }
    }

    /// After one quote: whether this and the next two close the string. Up to two more may stand before them.
    fn closes(&mut self, quote: char) -> Result<bool, LexError> {
        if !self.accept(quote)? {
            return Ok(false);
        }
        if !self.accept(quote)? {
            self.backup();
            return Ok(false);
        }
        if self.peek()? == quote {
            let current = self.slice(self.start, self.pos);
            let five = String::from(quote).repeat(5);
            if current.ends_with(&five) && !(quote == '"' && current.ends_with(&format!("\\{five}"))) {
                let message = if quote == '"' { r#"unexpected '""""""'"# } else { r#"unexpected "''''''""# };
                return self.fail(message).map(|_| false);
            }
            self.backup();
            self.backup();
            return Ok(false);
        }
        for _ in 0..3 {
            self.backup();
        }
        Ok(true)
    }

    /// Reads over the quotes that end a string.
    fn after_quotes(&mut self, count: usize) -> Step {
        for _ in 0..count {
            self.next()?;
        }
        let state = self.pop();
        Ok(self.ignore(state))
    }

    /// What follows a backslash.
    fn escape(&mut self) -> Result<(), LexError> {
        let (count, message) = match self.next()? {
            'b' | 't' | 'n' | 'f' | 'r' | '"' | ' ' | '\t' | '\\' => return Ok(()),
            'e' if self.is_1_1() => return Ok(()),
            'x' if self.is_1_1() => (2, r"expected two hexadecimal digits after '\x', but got"),
            'u' => (4, r"expected four hexadecimal digits after '\u', but got"),
            'U' => (8, r"expected eight hexadecimal digits after '\U', but got"),
            r => {
                let message = format!("invalid escape in string '\\{r}'");
                let line = if self.at_end { self.line - 1 } else { self.line };
                return Err(LexError { message, line });
            }
        };
        for _ in 0..count {
            if !self.next()?.is_ascii_hexdigit() {
                let current = strconv::quote(self.slice(self.start, self.pos).as_bytes());
                return self.fail(format!("{message} {current} instead")).map(|_| ());
            }
        }
        Ok(())
    }
}
