//! Package regexp: RE2's syntax as Go reads it, run by regex-automata, which has the same leftmost-first meaning and
//! the same promise of linear time.
//!
//! `syntax` owns the grammar and its error texts, `class` the bracket expressions, this file the operations. Go reads
//! an invalid byte of a haystack as U+FFFD; `haystack` makes the automata see that too. `walk` answers for short texts
//! without any automaton.

mod class;
mod expand;
mod haystack;
mod portable;
mod syntax;
mod walk;

pub use portable::portable;
pub use syntax::Error;

use crate::go::{strconv, utf8};
use haystack::Haystack;
use regex_automata::Input;
use regex_automata::meta;
use regex_automata::util::captures::Captures;
use regex_syntax::hir::Hir;
use std::cell::OnceCell;
use std::ops::Range;

/// The most memory that one program may take (bytes). Go's own limit allows 128 MiB of instructions; nothing that
/// a chart means comes near either.
const PROGRAM_LIMIT: usize = 64 << 20;

/// Up to this length a text is searched by a program that is quick to build rather than quick to run.
const SHORT: usize = 1 << 10;

/// A compiled expression. What is certain to make a small program is compiled when a text first needs it: most
/// patterns of a schema meet no value, and most of a chart's meet short ones.
#[derive(Debug, Clone)]
pub struct Regexp {
    hir: Hir,
    /// For short texts, if the program is small.
    lean: OnceCell<Option<meta::Regex>>,
    full: OnceCell<Option<meta::Regex>>,
    small: bool,
    /// Names of the groups, the whole match first; empty for a group without one.
    names: Vec<String>,
    empty: bool,
}

/// Whether an expression is certain to make a small program: short, and nothing in it is repeated by count. A class of
/// Unicode's is not small itself.
fn is_small(pattern: &[u8]) -> bool {
    let has_large_class = pattern.windows(2).any(|pair| matches!(pair, b"\\p" | b"\\P"));
    pattern.len() <= if has_large_class { 128 } else { 256 } && !pattern.contains(&b'{')
}

fn build(hir: &Hir, lean: bool) -> Option<meta::Regex> {
    let config = meta::Config::new().nfa_size_limit(Some(PROGRAM_LIMIT)).utf8_empty(true);
    let config = if lean {
        config.hybrid(false).onepass(false).auto_prefilter(false)
    } else {
        config.onepass_size_limit(Some(1 << 20)).hybrid_cache_capacity(2 << 20)
    };
    // A program serves one thread. Not told, the crate asks the system for the number of processors.
    let config = config.pool_capacity(1);
    meta::Builder::new().configure(config).build_from_hir(hir).ok()
}

/// A match: the places of the whole and of each group (`None` for a group that took no part), whole first.
pub type Groups = Vec<Option<Range<usize>>>;

impl Regexp {
    /// `regexp.Compile`.
    pub fn new(pattern: &[u8]) -> Result<Regexp, Error> {
        let syntax::Parsed { hir, names } = syntax::parse(pattern)?;
        let small = is_small(pattern);
        let regexp =
            Regexp { hir, lean: OnceCell::new(), full: OnceCell::new(), small, names, empty: pattern.is_empty() };
        if !small && regexp.full.get_or_init(|| build(&regexp.hir, false)).is_none() {
            return Err(Error::new("expression too large", pattern));
        }
        Ok(regexp)
    }

    /// The program for a text. `None`, no match at all, is for a small program that is too large: there is none.
    fn program(&self, text: &[u8]) -> Option<&meta::Regex> {
        if self.small && text.len() <= SHORT {
            return self.lean.get_or_init(|| build(&self.hir, true)).as_ref();
        }
        self.full.get_or_init(|| build(&self.hir, false)).as_ref()
    }

    /// The text of `regexp.MustCompile`'s panic for a pattern that `new` refused.
    pub fn must_compile_panic(pattern: &[u8], error: &Error) -> Vec<u8> {
        let mut text = b"regexp: Compile(".to_vec();
        if strconv::can_backquote(pattern) {
            text.push(b'`');
            text.extend_from_slice(pattern);
            text.push(b'`');
        } else {
            text.extend_from_slice(strconv::quote(pattern).as_bytes());
        }
        text.extend_from_slice(b"): ");
        text.extend_from_slice(&error.message());
        text
    }

    /// Bytes that what has been compiled takes, its lazily built automata not counted.
    pub fn memory(&self) -> usize {
        let programs = [&self.lean, &self.full].map(|program| program.get().and_then(Option::as_ref));
        programs.iter().flatten().map(|program| program.memory_usage()).sum()
    }

    /// `SubexpNames`: one a group, the whole match first.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// `MatchString`.
    pub fn is_match(&self, text: &[u8]) -> bool {
        let has_program = self.lean.get().is_some() || self.full.get().is_some();
        if !has_program && let Some(found) = walk::is_match(&self.hir, text) {
            return found;
        }
        self.program(text).is_some_and(|program| program.is_match(Haystack::new(text).bytes()))
    }

    /// `FindStringIndex`.
    pub fn find(&self, text: &[u8]) -> Option<Range<usize>> {
        let haystack = Haystack::new(text);
        let found = self.program(text)?.find(haystack.bytes())?;
        Some(haystack.original(found.range()))
    }

    /// `FindStringSubmatchIndex`.
    pub fn find_groups(&self, text: &[u8]) -> Option<Groups> {
        let haystack = Haystack::new(text);
        let program = self.program(text)?;
        let mut captures = program.create_captures();
        program.captures(haystack.bytes(), &mut captures);
        captures.is_match().then(|| self.groups(&haystack, &captures))
    }

    /// `FindAllStringIndex`: at most `n` matches, all when `n` is negative; `None` is Go's nil, no match at all.
    pub fn find_all(&self, text: &[u8], n: isize) -> Option<Vec<Range<usize>>> {
        let haystack = Haystack::new(text);
        let bytes = haystack.bytes();
        let program = self.program(text)?;
        let limit = usize::try_from(n).unwrap_or(usize::MAX);
        let mut found = Vec::new();
        let (mut at, mut previous_end) = (0, None);
        while found.len() < limit && at <= bytes.len() {
            let Some(one) = program.search(&Input::new(bytes).range(at..)) else { break };
            // An empty match right after another match does not count.
            let accept = one.end() != at || previous_end != Some(one.start());
            at = if one.end() == at { after_rune(bytes, at) } else { one.end() };
            previous_end = Some(one.end());
            if accept {
                found.push(haystack.original(one.range()));
            }
        }
        (!found.is_empty()).then_some(found)
    }

    /// `ReplaceAllString`: the template's `$1`, `${1}`, `$name` and `$$` are expanded.
    pub fn replace_all(&self, text: &[u8], template: &[u8]) -> Vec<u8> {
        if !template.contains(&b'$') {
            return self.replace_all_literal(text, template);
        }
        self.replace(text, |out, groups| expand::expand(out, template, text, &groups, &self.names))
    }

    /// `ReplaceAllLiteralString`.
    pub fn replace_all_literal(&self, text: &[u8], replacement: &[u8]) -> Vec<u8> {
        self.replace(text, |out, _| out.extend_from_slice(replacement))
    }

    /// `Split`: the pieces between matches, at most `n`, all when `n` is negative; `None` is Go's nil (`n` is zero).
    pub fn split<'t>(&self, text: &'t [u8], n: isize) -> Option<Vec<&'t [u8]>> {
        if n == 0 {
            return None;
        }
        if !self.empty && text.is_empty() {
            return Some(vec![b""]);
        }
        let mut pieces = Vec::new();
        let (mut begin, mut end) = (0, 0);
        for found in self.find_all(text, n).unwrap_or_default() {
            if n > 0 && pieces.len() as isize >= n - 1 {
                break;
            }
            end = found.start;
            if found.end != 0 {
                pieces.push(&text[begin..end]);
            }
            begin = found.end;
        }
        if end != text.len() {
            pieces.push(&text[begin..]);
        }
        Some(pieces)
    }

    fn replace(&self, text: &[u8], mut write: impl FnMut(&mut Vec<u8>, Groups)) -> Vec<u8> {
        let haystack = Haystack::new(text);
        let bytes = haystack.bytes();
        let Some(program) = self.program(text) else { return text.to_vec() };
        let mut captures = program.create_captures();
        let mut out = Vec::with_capacity(text.len());
        // `last_end` is in the original text; the rest of the loop walks what the automata see.
        let (mut last_end, mut last_seen, mut at) = (0, 0, 0);
        while at <= bytes.len() {
            program.search_captures(&Input::new(bytes).range(at..), &mut captures);
            let Some(found) = captures.get_match() else { break };
            let place = haystack.original(found.range());
            out.extend_from_slice(&text[last_end..place.start]);
            if found.end() > last_seen || found.start() == 0 {
                write(&mut out, self.groups(&haystack, &captures));
            }
            (last_end, last_seen) = (place.end, found.end());
            at = found.end().max(after_rune(bytes, at));
        }
        out.extend_from_slice(&text[last_end..]);
        out
    }

    fn groups(&self, haystack: &Haystack<'_>, captures: &Captures) -> Groups {
        // Groups that can never match ("(a){0}") have been compiled away; Go still counts them.
        let group = |i| captures.get_group(i).map(|span| haystack.original(span.start..span.end));
        (0..self.names.len()).map(group).collect()
    }
}

/// `regexp.QuoteMeta`.
pub fn quote_meta(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for &byte in text {
        if b"\\.+*?()|[]{}^$".contains(&byte) {
            out.push(b'\\');
        }
        out.push(byte);
    }
    out
}

/// The place after the rune at `at`; past the end it is one further.
fn after_rune(bytes: &[u8], at: usize) -> usize {
    at + utf8::decode(&bytes[at..]).map_or(1, |rune| rune.width)
}
