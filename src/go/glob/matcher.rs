//! What a pattern has been rewritten to, and how each matcher answers. Source: gobwas/glob match/*.go, with its
//! counting of bytes where characters were meant.
//!
//! A matcher either takes a whole text (`Match`) or finds its first place in one (`Index`), with the lengths that a
//! match there may have ("segments").

use crate::go::utf8;
use bstr::ByteSlice;

const SEPARATOR: u8 = b'/';

/// Steps after which a match is given up: a tree of stars can take exponentially many.
const MAX_STEPS: u64 = 2_000_000;

/// No answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// The pattern has too many stars for this name; our own limit.
    TooComplex,
    /// The library panics: an empty alternative stands in a row of fixed length (`a{,}`) and nothing is left.
    OutOfRange { end: usize, length: usize },
}

/// For a panic, the text of Go's runtime.
impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Failure::TooComplex => f.write_str("the pattern takes too long to match"),
            Failure::OutOfRange { end, length } => {
                write!(f, "runtime error: slice bounds out of range [:{end}] with length {length}")
            }
        }
    }
}

impl std::error::Error for Failure {}

#[derive(Debug, Clone)]
pub(super) enum Matcher {
    Nothing,
    /// Anything without a separator.
    Any,
    /// Anything.
    Super,
    /// One character that is no separator.
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
    Text(Vec<u8>),
    AnyOf(Vec<Matcher>),
    /// All of them take the same text.
    Every(Vec<Matcher>),
    /// One after the other, `length` characters in all.
    Row {
        matchers: Vec<Matcher>,
        length: usize,
    },
    /// At least so many characters.
    Min(usize),
    /// At most so many.
    Max(usize),
    Contains {
        needle: Vec<u8>,
        not: bool,
    },
    Prefix(Vec<u8>),
    Suffix(Vec<u8>),
    PrefixSuffix(Vec<u8>, Vec<u8>),
    /// The text, then anything without a separator.
    PrefixAny(Vec<u8>),
    /// Anything without a separator, then the text.
    SuffixAny(Vec<u8>),
    Tree(Box<Tree>),
}

/// A matcher with what stands to its left and right.
#[derive(Debug, Clone)]
pub(super) struct Tree {
    pub(super) value: Matcher,
    pub(super) left: Option<Matcher>,
    pub(super) right: Option<Matcher>,
    /// Characters of the left and right side, when fixed (none is zero), and of all.
    left_length: Option<usize>,
    right_length: Option<usize>,
    length: Option<usize>,
}

impl Tree {
    pub(super) fn new(value: Matcher, left: Option<Matcher>, right: Option<Matcher>) -> Tree {
        let side = |side: &Option<Matcher>| side.as_ref().map_or(Some(0), Matcher::length);
        let (left_length, right_length) = (side(&left), side(&right));
        let length =
            value.length().zip(left_length).zip(right_length).map(|((value, left), right)| value + left + right);
        Tree { value, left, right, left_length, right_length, length }
    }
}

impl Matcher {
    /// `Len`: characters that it takes, when that is fixed.
    pub(super) fn length(&self) -> Option<usize> {
        match self {
            Matcher::Nothing => Some(0),
            Matcher::Single | Matcher::List { .. } | Matcher::Range { .. } => Some(1),
            Matcher::Text(text) => Some(utf8::rune_count(text)),
            Matcher::Row { length, .. } => Some(*length),
            Matcher::Tree(tree) => tree.length,
            Matcher::AnyOf(matchers) => {
                // An open length at the start is forgotten.
                let mut common = None;
                for length in matchers.iter().map(Matcher::length) {
                    match (common, length) {
                        (None, length) => common = length,
                        (Some(so_far), Some(length)) if so_far == length => {}
                        _ => return None,
                    }
                }
                common
            }
            _ => None,
        }
    }
}

/// Whether the matcher takes the whole text.
pub(super) fn run(matcher: &Matcher, text: &[u8]) -> Result<bool, Failure> {
    Run { steps: 0 }.matches(matcher, text)
}

/// A place and the lengths, in bytes, that a match there may have.
type Found = Option<(usize, Vec<usize>)>;

struct Run {
    steps: u64,
}

impl Run {
    fn step(&mut self, cost: usize) -> Result<(), Failure> {
        self.steps += 1 + cost as u64 / 16;
        if self.steps > MAX_STEPS { Err(Failure::TooComplex) } else { Ok(()) }
    }

    /// `Match`.
    fn matches(&mut self, matcher: &Matcher, text: &[u8]) -> Result<bool, Failure> {
        self.step(text.len())?;
        let lone = || match utf8::decode(text) {
            None => Some(utf8::RUNE_ERROR),
            Some(rune) => (rune.width == text.len()).then_some(rune.char),
        };
        Ok(match matcher {
            Matcher::Nothing => text.is_empty(),
            Matcher::Any => !text.contains(&SEPARATOR),
            Matcher::Super => true,
            Matcher::Single => lone().is_some_and(|c| c != '/'),
            Matcher::List { chars, not } => lone().is_some_and(|c| chars.contains(&c) != *not),
            Matcher::Range { low, high, not } => lone().is_some_and(|c| (*low <= c && c <= *high) != *not),
            Matcher::Text(own) => own == text,
            Matcher::AnyOf(matchers) => {
                for matcher in matchers {
                    if self.matches(matcher, text)? {
                        return Ok(true);
                    }
                }
                false
            }
            Matcher::Every(matchers) => {
                for matcher in matchers {
                    if !self.matches(matcher, text)? {
                        return Ok(false);
                    }
                }
                true
            }
            Matcher::Row { matchers, length } => utf8::rune_count(text) == *length && self.row(matchers, text)?,
            Matcher::Min(min) => utf8::rune_count(text) >= *min,
            Matcher::Max(max) => utf8::rune_count(text) <= *max,
            Matcher::Contains { needle, not } => text.contains_str(needle) != *not,
            Matcher::Prefix(prefix) => text.starts_with(prefix),
            Matcher::Suffix(suffix) => text.ends_with(suffix),
            Matcher::PrefixSuffix(prefix, suffix) => text.starts_with(prefix) && text.ends_with(suffix),
            Matcher::PrefixAny(prefix) => text.strip_prefix(&prefix[..]).is_some_and(|rest| !rest.contains(&SEPARATOR)),
            Matcher::SuffixAny(suffix) => text.strip_suffix(&suffix[..]).is_some_and(|rest| !rest.contains(&SEPARATOR)),
            Matcher::Tree(tree) => self.tree(tree, text)?,
        })
    }

    /// Whether the text begins with the row. The end of a piece is taken one byte after the start of its last
    /// character, so pieces after, or ending in, a wide character fail.
    fn row(&mut self, matchers: &[Matcher], text: &[u8]) -> Result<bool, Failure> {
        let mut rest = text;
        for matcher in matchers {
            let length = matcher.length().unwrap_or(0);
            // A piece without characters still goes through all of the text to look for its end.
            let starts = utf8::runes(rest).map(|(at, _)| at);
            let (count, last) = match length {
                0 => starts.fold((0, 0), |(count, _), at| (count + 1, at)),
                _ => starts.take(length).fold((0, 0), |(count, _), at| (count + 1, at)),
            };
            if count < length {
                return Ok(false);
            }
            if rest.is_empty() {
                return Err(Failure::OutOfRange { end: text.len() + 1, length: text.len() });
            }
            if !self.matches(matcher, &rest[..last + 1])? {
                return Ok(false);
            }
            rest = &rest[last + 1..];
        }
        Ok(true)
    }

    fn tree(&mut self, tree: &Tree, text: &[u8]) -> Result<bool, Failure> {
        if tree.length.is_some_and(|length| length > text.len()) {
            return Ok(false);
        }
        let mut offset = tree.left_length.unwrap_or(0);
        let limit = match tree.right_length {
            Some(right) => text.len().saturating_sub(right),
            None => text.len(),
        };
        while offset < limit {
            let Some((index, segments)) = self.index(&tree.value, &text[offset..limit])? else { return Ok(false) };
            let start = offset + index;
            let before = &text[..start];
            let left = match &tree.left {
                Some(left) => self.matches(left, before)?,
                None => before.is_empty(),
            };
            if left {
                for length in segments.into_iter().rev() {
                    let after = text.get(start + length..).unwrap_or_default();
                    let right = match &tree.right {
                        Some(right) => self.matches(right, after)?,
                        None => after.is_empty(),
                    };
                    if right {
                        return Ok(true);
                    }
                }
            }
            offset = start + utf8::decode(&text[start..]).map_or(1, |rune| rune.width);
        }
        Ok(false)
    }

    /// `Index`.
    fn index(&mut self, matcher: &Matcher, text: &[u8]) -> Result<Found, Failure> {
        self.step(text.len())?;
        // The end of a character, which for an invalid byte is that of U+FFFD.
        let ends = |base: usize, text: &[u8]| -> Vec<usize> {
            utf8::runes(text).map(|(at, rune)| base + at + rune.char.len_utf8()).collect()
        };
        let starts = |base: usize, text: &[u8]| -> Vec<usize> {
            utf8::runes(text).map(|(at, _)| base + at).chain([base + text.len()]).collect()
        };
        let one = |accept: &dyn Fn(char) -> bool| {
            utf8::runes(text).find(|(_, rune)| accept(rune.char)).map(|(at, rune)| (at, vec![rune.char.len_utf8()]))
        };
        let until_separator = |text: &[u8]| text.iter().position(|&b| b == SEPARATOR).unwrap_or(text.len());
        Ok(match matcher {
            Matcher::Nothing => Some((0, vec![0])),
            Matcher::Any => Some((0, starts(0, &text[..until_separator(text)]))),
            Matcher::Super => Some((0, starts(0, text))),
            Matcher::Single => one(&|c| c != '/'),
            Matcher::List { chars, not } => one(&|c| chars.contains(&c) != *not),
            Matcher::Range { low, high, not } => one(&|c| (*low <= c && c <= *high) != *not),
            Matcher::Text(own) => text.find(own).map(|at| (at, vec![own.len()])),
            Matcher::AnyOf(matchers) => self.index_any(matchers, text)?,
            Matcher::Every(matchers) => self.index_every(matchers, text)?,
            Matcher::Row { matchers, length } => {
                for (at, _) in utf8::runes(text) {
                    if text.len() - at < *length {
                        break;
                    }
                    if self.row(matchers, &text[at..])? {
                        return Ok(Some((at, vec![*length])));
                    }
                }
                None
            }
            Matcher::Min(min) => {
                let ends = ends(0, text);
                (text.len() >= *min && ends.len() >= (*min).max(1)).then(|| (0, ends[min.saturating_sub(1)..].to_vec()))
            }
            Matcher::Max(max) => {
                let ends = ends(0, text);
                Some((0, [0].into_iter().chain(ends.into_iter().take(*max)).collect()))
            }
            Matcher::Contains { needle, not } => {
                let found = text.find(needle);
                match found {
                    None if !not => None,
                    Some(at) if !not => {
                        let offset = at + needle.len();
                        let lengths = if text.len() <= offset { vec![offset] } else { starts(offset, &text[offset..]) };
                        Some((0, lengths))
                    }
                    _ => Some((0, starts(0, &text[..found.unwrap_or(text.len())]))),
                }
            }
            Matcher::Prefix(prefix) => text.find(prefix).map(|at| {
                let length = prefix.len();
                (at, [vec![length], ends(length, &text[at + length..])].concat())
            }),
            Matcher::Suffix(suffix) => text.find(suffix).map(|at| (0, vec![at + suffix.len()])),
            Matcher::PrefixSuffix(prefix, suffix) => index_prefix_suffix(prefix, suffix, text),
            Matcher::PrefixAny(prefix) => text.find(prefix).map(|at| {
                let length = prefix.len();
                let rest = &text[at + length..];
                (at, [vec![length], ends(length, &rest[..until_separator(rest)])].concat())
            }),
            Matcher::SuffixAny(suffix) => text.find(suffix).map(|at| {
                let start = text[..at].iter().rposition(|&b| b == SEPARATOR).map_or(0, |separator| separator + 1);
                (start, vec![at + suffix.len() - start])
            }),
            // The library never looks for a tree inside a text.
            Matcher::Tree(_) => None,
        })
    }

    /// The first place of any, with the lengths of all that are found there.
    fn index_any(&mut self, matchers: &[Matcher], text: &[u8]) -> Result<Found, Failure> {
        let mut best: Found = None;
        for matcher in matchers {
            let Some((at, lengths)) = self.index(matcher, text)? else { continue };
            match &mut best {
                Some((so_far, _)) if at > *so_far => {}
                Some((so_far, merged)) if at == *so_far => {
                    merged.extend(lengths);
                    merged.sort_unstable();
                    merged.dedup();
                }
                _ => best = Some((at, lengths)),
            }
        }
        Ok(best)
    }

    /// The lengths that all agree on; each looks from where the one before it was found.
    fn index_every(&mut self, matchers: &[Matcher], text: &[u8]) -> Result<Found, Failure> {
        let (mut index, mut offset) = (0, 0);
        let mut current: Vec<usize> = Vec::new();
        let mut rest = text;
        for (i, matcher) in matchers.iter().enumerate() {
            let Some((at, lengths)) = self.index(matcher, rest)? else { return Ok(None) };
            if i == 0 {
                current = lengths;
            } else {
                let delta = index as i64 - (at + offset) as i64;
                current.retain(|&length| lengths.iter().any(|&n| length as i64 + delta == n as i64));
                if current.is_empty() {
                    return Ok(None);
                }
            }
            index = at + offset;
            rest = text.get(index..).unwrap_or_default();
            offset += at;
        }
        Ok(Some((index, current)))
    }
}

fn index_prefix_suffix(prefix: &[u8], suffix: &[u8], text: &[u8]) -> Found {
    let start = text.find(prefix)?;
    let mut rest = &text[start..];
    let mut lengths = Vec::new();
    while let Some(at) = rest.rfind(suffix) {
        lengths.push(at + suffix.len());
        rest = &rest[..at];
    }
    lengths.reverse();
    (!lengths.is_empty()).then_some((start, lengths))
}
