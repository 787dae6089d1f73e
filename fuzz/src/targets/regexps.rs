//! Regular expressions: all ways to ask the same question agree.

use plimsoll::go::regexp::{Regexp, quote_meta};

pub const PIECES: &[&str] = &[
    "a",
    "b",
    "ab",
    ".",
    "*",
    "+",
    "?",
    "*?",
    "{2,5}",
    "{1000}",
    "{0,1000}",
    "|",
    "(",
    ")",
    "(?:",
    "(?i)",
    "(?P<n>",
    "(?s:",
    "[",
    "]",
    "[^",
    "a-z",
    "[[:alpha:]]",
    "\\d",
    "\\W",
    "\\pL",
    "\\P{Greek}",
    "\\b",
    "\\B",
    "^",
    "$",
    "\\A",
    "\\z",
    "\\Q",
    "\\E",
    "\\x{10FFFF}",
    "\\n",
    "é",
    "\0",
    "aaaaaaaaaa",
];

pub fn run(data: &[u8]) {
    let (pattern, text) = data.split_at(data.len() / 2);
    let quoted = Regexp::new(&quote_meta(text));
    if let Ok(quoted) = quoted {
        assert!(quoted.is_match(text), "a quoted text matches itself");
    }
    let Ok(regexp) = Regexp::new(pattern) else { return };
    let found = regexp.find(text);
    assert_eq!(found.is_some(), regexp.is_match(text));
    let all = regexp.find_all(text, -1);
    assert_eq!(all.as_ref().and_then(|all| all.first()), found.as_ref());
    let groups = regexp.find_groups(text);
    assert_eq!(groups.is_some(), found.is_some());
    if found.is_none() {
        assert_eq!(regexp.replace_all(text, b"x"), text);
    }
    drop(regexp.replace_all(text, pattern));
    drop(regexp.replace_all_literal(text, pattern));
    if let Some(parts) = regexp.split(text, -1) {
        assert!(parts.iter().map(|p| p.len()).sum::<usize>() <= text.len());
    }
}
