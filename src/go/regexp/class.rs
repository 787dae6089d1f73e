//! Classes of characters: brackets, `\d`, `[:alpha:]`, `\pL`. Source: regexp/syntax parse.go and perl_groups.go.

use super::syntax::{Error, escape, next_rune};
use crate::go::unicode;
use regex_syntax::hir::{ClassUnicode, ClassUnicodeRange};

const INVALID_RANGE: &str = "invalid character class range";

/// A class taken off the front of the pattern, and the rest.
type Taken<'p> = Option<(ClassUnicode, &'p [u8])>;

/// `[...]`: `text` begins with the bracket.
pub(super) fn bracket(text: &[u8], fold: bool) -> Result<(ClassUnicode, &[u8]), Error> {
    let mut rest = text.get(1..).unwrap_or_default();
    let negated = rest.starts_with(b"^");
    if negated {
        rest = &rest[1..];
    }
    // Gathered first and put in order once.
    let mut ranges: Vec<ClassUnicodeRange> = Vec::new();
    let mut first = true;
    // A bracket that stands first is a character.
    while !rest.starts_with(b"]") || first {
        first = false;
        let taken = match named(rest, fold)? {
            Some(taken) => Some(taken),
            None => property(rest, fold)?.or_else(|| perl(rest, fold)),
        };
        if let Some((members, after)) = taken {
            gather(&mut ranges, &members);
            rest = after;
            continue;
        }
        let start = rest;
        let (low, after) = member(rest, text)?;
        rest = after;
        let mut high = low;
        // In "[a-]" the hyphen is a character.
        if rest.len() >= 2 && rest[0] == b'-' && rest[1] != b']' {
            (high, rest) = member(&rest[1..], text)?;
            if high < low {
                return Err(Error::new(INVALID_RANGE, &start[..start.len() - rest.len()]));
            }
        }
        let range = range(low, high);
        gather(&mut ranges, &if fold { unicode::fold(&range) } else { range });
    }
    let mut class = ClassUnicode::new(ranges);
    if negated {
        class.negate();
    }
    Ok((class, &rest[1..]))
}

fn gather(ranges: &mut Vec<ClassUnicodeRange>, class: &ClassUnicode) {
    // Many large classes in one bracket must not pile up.
    if ranges.len() > 1 << 16 {
        *ranges = ClassUnicode::new(std::mem::take(ranges)).ranges().to_vec();
    }
    ranges.extend_from_slice(class.ranges());
}

/// `\pN`, `\p{Greek}`, `\P{^Greek}`.
pub(super) fn property(text: &[u8], fold: bool) -> Result<Taken<'_>, Error> {
    let (mut negated, after) = match text {
        [b'\\', b'p', after @ ..] => (false, after),
        [b'\\', b'P', after @ ..] => (true, after),
        _ => return Ok(None),
    };
    let (c, mut rest) = next_rune(after)?;
    let mut name = &after[..after.len() - rest.len()];
    if c == Some('{') {
        let Some(end) = after.iter().position(|&b| b == b'}') else {
            check_utf8(text)?;
            return Err(Error::new(INVALID_RANGE, text));
        };
        (name, rest) = (&after[1..end], &after[end + 1..]);
        check_utf8(name)?;
    }
    let sequence = &text[..text.len() - rest.len()];
    if let Some(inner) = name.strip_prefix(b"^") {
        (negated, name) = (!negated, inner);
    }
    let class = std::str::from_utf8(name).ok().and_then(|name| unicode::table(name, fold));
    let mut class = class.ok_or_else(|| Error::new(INVALID_RANGE, sequence))?;
    if negated {
        class.negate();
    }
    Ok(Some((class, rest)))
}

/// `\d`, `\s`, `\w` and their complements.
pub(super) fn perl(text: &[u8], fold: bool) -> Taken<'_> {
    let [b'\\', letter, rest @ ..] = text else { return None };
    let ranges: &[(u8, u8)] = match letter.to_ascii_lowercase() {
        b'd' => &[(b'0', b'9')],
        b's' => &[(b'\t', b'\n'), (b'\x0c', b'\r'), (b' ', b' ')],
        b'w' => &[(b'0', b'9'), (b'A', b'Z'), (b'_', b'_'), (b'a', b'z')],
        _ => return None,
    };
    Some((group(ranges, letter.is_ascii_uppercase(), fold), rest))
}

/// `[:alpha:]` and `[:^alpha:]`.
fn named(text: &[u8], fold: bool) -> Result<Taken<'_>, Error> {
    if text.len() <= 2 || !text.starts_with(b"[:") {
        return Ok(None);
    }
    let Some(end) = text[2..].windows(2).position(|w| w == b":]") else { return Ok(None) };
    let (whole, rest) = text.split_at(end + 4);
    let name = &text[2..end + 2];
    let (name, negated) = name.strip_prefix(b"^").map_or((name, false), |name| (name, true));
    let ranges: &[(u8, u8)] = match name {
        b"alnum" => &[(b'0', b'9'), (b'A', b'Z'), (b'a', b'z')],
        b"alpha" => &[(b'A', b'Z'), (b'a', b'z')],
        b"ascii" => &[(0, 0x7f)],
        b"blank" => &[(b'\t', b'\t'), (b' ', b' ')],
        b"cntrl" => &[(0, 0x1f), (0x7f, 0x7f)],
        b"digit" => &[(b'0', b'9')],
        b"graph" => &[(b'!', b'~')],
        b"lower" => &[(b'a', b'z')],
        b"print" => &[(b' ', b'~')],
        b"punct" => &[(b'!', b'/'), (b':', b'@'), (b'[', b'`'), (b'{', b'~')],
        b"space" => &[(b'\t', b'\r'), (b' ', b' ')],
        b"upper" => &[(b'A', b'Z')],
        b"word" => &[(b'0', b'9'), (b'A', b'Z'), (b'_', b'_'), (b'a', b'z')],
        b"xdigit" => &[(b'0', b'9'), (b'A', b'F'), (b'a', b'f')],
        _ => return Err(Error::new(INVALID_RANGE, whole)),
    };
    Ok(Some((group(ranges, negated, fold), rest)))
}

/// Folding comes before negation: under `(?i)`, `\W` lacks the long s and the Kelvin sign.
fn group(ranges: &[(u8, u8)], negated: bool, fold: bool) -> ClassUnicode {
    let ranges = ranges.iter().map(|&(low, high)| ClassUnicodeRange::new(char::from(low), char::from(high)));
    let mut class = ClassUnicode::new(ranges);
    if fold {
        class = unicode::fold(&class);
    }
    if negated {
        class.negate();
    }
    class
}

/// One end of a range; `whole` is the bracket expression, for the error when it never closes.
fn member<'p>(text: &'p [u8], whole: &[u8]) -> Result<(u32, &'p [u8]), Error> {
    match text.first() {
        None => Err(Error::new("missing closing ]", whole)),
        Some(b'\\') => escape(text),
        Some(_) => next_rune(text).map(|(c, rest)| (c.map_or(0, u32::from), rest)),
    }
}

/// The characters of a range of code points: surrogates, which an escape may name, never occur.
pub(super) fn range(low: u32, high: u32) -> ClassUnicode {
    let part = |low: u32, high: u32| {
        let (low, high) = (char::from_u32(low)?, char::from_u32(high)?);
        (low <= high).then(|| ClassUnicodeRange::new(low, high))
    };
    let below = part(low, high.min(0xD7FF));
    let above = part(low.max(0xE000), high);
    ClassUnicode::new(below.into_iter().chain(above))
}

/// Refuses text that is not UTF-8, showing it from the first invalid byte.
pub(super) fn check_utf8(text: &[u8]) -> Result<(), Error> {
    let mut rest = text;
    while !rest.is_empty() {
        rest = next_rune(rest)?.1;
    }
    Ok(())
}
