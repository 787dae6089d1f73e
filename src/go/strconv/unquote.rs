//! Quoted strings read back. Source: strconv/quote.go.

use crate::go::utf8;

/// `strconv.ErrSyntax`: not a quoted string. Its text is `invalid syntax`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Syntax;

impl std::fmt::Display for Syntax {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("invalid syntax")
    }
}

impl std::error::Error for Syntax {}

/// One character of a quoted string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unquoted<'t> {
    /// A code point; a byte where `multibyte` is false. U+FFFD for a byte that is no character.
    pub value: u32,
    /// Whether the value is to be written as UTF-8, rather than as one byte.
    pub multibyte: bool,
    /// What follows.
    pub rest: &'t [u8],
}

/// `strconv.UnquoteChar`: the first character or escape. `quote` is the one quote that must stand escaped and the
/// only one that may; 0 for none.
pub fn unquote_char(text: &[u8], quote: u8) -> Result<Unquoted<'_>, Syntax> {
    let byte = |value: u8, rest| Ok(Unquoted { value: u32::from(value), multibyte: false, rest });
    match text {
        [] => Err(Syntax),
        [c @ (b'\'' | b'"'), ..] if *c == quote => Err(Syntax),
        [b'\\', rest @ ..] => match rest {
            [b'a', rest @ ..] => byte(7, rest),
            [b'b', rest @ ..] => byte(8, rest),
            [b'f', rest @ ..] => byte(12, rest),
            [b'n', rest @ ..] => byte(b'\n', rest),
            [b'r', rest @ ..] => byte(b'\r', rest),
            [b't', rest @ ..] => byte(b'\t', rest),
            [b'v', rest @ ..] => byte(11, rest),
            [b'\\', rest @ ..] => byte(b'\\', rest),
            [c @ (b'\'' | b'"'), rest @ ..] if *c == quote => byte(*c, rest),
            [b'x', rest @ ..] => {
                let (value, rest) = hexadecimal(rest, 2)?;
                Ok(Unquoted { value, multibyte: false, rest })
            }
            [c @ (b'u' | b'U'), rest @ ..] => {
                let (value, rest) = hexadecimal(rest, if *c == b'u' { 4 } else { 8 })?;
                char::from_u32(value).ok_or(Syntax)?;
                Ok(Unquoted { value, multibyte: true, rest })
            }
            [a @ b'0'..=b'7', b @ b'0'..=b'7', c @ b'0'..=b'7', rest @ ..] => {
                let value = [a, b, c].iter().fold(0, |n, d| n << 3 | u32::from(**d - b'0'));
                if value > 255 { Err(Syntax) } else { Ok(Unquoted { value, multibyte: false, rest }) }
            }
            _ => Err(Syntax),
        },
        [c, rest @ ..] if c.is_ascii() => byte(*c, rest),
        _ => {
            let rune = utf8::decode(text).ok_or(Syntax)?;
            Ok(Unquoted { value: u32::from(rune.char), multibyte: true, rest: text.get(rune.width..).unwrap_or(&[]) })
        }
    }
}

/// `strconv.Unquote`: a Go string in double quotes or backquotes, or one character in single quotes.
pub fn unquote(text: &[u8]) -> Result<Vec<u8>, Syntax> {
    let [quote, body @ .., last] = text else { return Err(Syntax) };
    match quote {
        b'`' if *last == b'`' && !body.contains(&b'`') => Ok(body.iter().copied().filter(|c| *c != b'\r').collect()),
        b'"' | b'\'' => {
            let mut out = Vec::with_capacity(body.len());
            let mut rest = &text[1..];
            while rest.first().is_some_and(|c| c != quote) {
                let c = unquote_char(rest, *quote)?;
                if rest.first() == Some(&b'\n') {
                    return Err(Syntax);
                }
                match char::from_u32(c.value) {
                    Some(char) if c.multibyte => utf8::push(&mut out, char),
                    // Without multibyte, the value is a byte.
                    _ => out.push(c.value as u8),
                }
                rest = c.rest;
                if *quote == b'\'' {
                    break;
                }
            }
            if rest == [*quote] { Ok(out) } else { Err(Syntax) }
        }
        _ => Err(Syntax),
    }
}

fn hexadecimal(text: &[u8], n: usize) -> Result<(u32, &[u8]), Syntax> {
    let (digits, rest) = text.split_at_checked(n).ok_or(Syntax)?;
    let mut value = 0u32;
    for d in digits {
        value = value << 4 | char::from(*d).to_digit(16).ok_or(Syntax)?;
    }
    Ok((value, rest))
}
