//! `filepath.Match` on Unix.

use crate::go::utf8;

const SEPARATOR: u8 = b'/';

/// `filepath.ErrBadPattern`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadPattern;

impl std::fmt::Display for BadPattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("syntax error in pattern")
    }
}

impl std::error::Error for BadPattern {}

/// `filepath.Match`: a bad pattern is told only if matching comes to it.
pub fn filepath_match(mut pattern: &[u8], mut name: &[u8]) -> Result<bool, BadPattern> {
    'pattern: while !pattern.is_empty() {
        let (star, chunk, rest) = next_chunk(pattern);
        pattern = rest;
        if star && chunk.is_empty() {
            return Ok(!name.contains(&SEPARATOR));
        }
        let last = pattern.is_empty();
        if let Some(after) = match_chunk(chunk, name)?
            && (after.is_empty() || !last)
        {
            name = after;
            continue;
        }
        if star {
            for i in 0..name.iter().position(|&b| b == SEPARATOR).unwrap_or(name.len()) {
                if let Some(after) = match_chunk(chunk, &name[i + 1..])?
                    && (after.is_empty() || !last)
                {
                    name = after;
                    continue 'pattern;
                }
            }
        }
        return Ok(false);
    }
    Ok(name.is_empty())
}

/// Whether stars come first, what follows up to the next star, and the rest.
fn next_chunk(pattern: &[u8]) -> (bool, &[u8], &[u8]) {
    let stars = pattern.iter().take_while(|&&b| b == b'*').count();
    let pattern = &pattern[stars..];
    let (mut at, mut in_class) = (0, false);
    while let Some(&byte) = pattern.get(at) {
        match byte {
            b'\\' => at += 1,
            b'[' => in_class = true,
            b']' => in_class = false,
            b'*' if !in_class => break,
            _ => {}
        }
        at += 1;
    }
    let (chunk, rest) = pattern.split_at(at.min(pattern.len()));
    (stars > 0, chunk, rest)
}

/// What follows the chunk in the name, `None` when the name does not begin with it. The chunk is read to its end
/// either way, so that a bad one is found.
fn match_chunk<'n>(mut chunk: &[u8], name: &'n [u8]) -> Result<Option<&'n [u8]>, BadPattern> {
    let (mut rest, mut failed) = (name, false);
    while let Some((&first, after)) = chunk.split_first() {
        failed = failed || rest.is_empty();
        let rune = if failed { None } else { utf8::decode(rest) };
        match first {
            b'[' => {
                let c = rune.map_or('\0', |rune| rune.char);
                rest = &rest[rune.map_or(0, |rune| rune.width)..];
                let (matched, after) = class(after, c)?;
                chunk = after;
                failed = failed || !matched;
            }
            b'?' => {
                if let Some(rune) = rune {
                    failed = rest[0] == SEPARATOR;
                    rest = &rest[rune.width..];
                }
                chunk = after;
            }
            _ => {
                let (literal, after) = match first {
                    b'\\' => after.split_first().ok_or(BadPattern)?,
                    _ => (&first, after),
                };
                if !failed {
                    failed = *literal != rest[0];
                    rest = &rest[1..];
                }
                chunk = after;
            }
        }
    }
    Ok((!failed).then_some(rest))
}

/// Reads a class after its bracket: whether it takes the character, and what follows.
fn class(mut chunk: &[u8], c: char) -> Result<(bool, &[u8]), BadPattern> {
    let negated = chunk.starts_with(b"^");
    chunk = &chunk[usize::from(negated)..];
    let (mut matched, mut ranges) = (false, 0);
    loop {
        if let Some(after) = chunk.strip_prefix(b"]")
            && ranges > 0
        {
            return Ok((matched != negated, after));
        }
        let (low, after) = member(chunk)?;
        let (mut high, mut after) = (low, after);
        if let Some(range) = after.strip_prefix(b"-") {
            (high, after) = member(range)?;
        }
        matched = matched || (low <= c && c <= high);
        ranges += 1;
        chunk = after;
    }
}

/// One end of a range; something must follow it.
fn member(chunk: &[u8]) -> Result<(char, &[u8]), BadPattern> {
    let chunk = match chunk {
        [] | [b'-' | b']', ..] => return Err(BadPattern),
        [b'\\', after @ ..] => after,
        _ => chunk,
    };
    let rune = utf8::decode(chunk).filter(|rune| rune.valid).ok_or(BadPattern)?;
    match &chunk[rune.width..] {
        [] => Err(BadPattern),
        rest => Ok((rune.char, rest)),
    }
}
