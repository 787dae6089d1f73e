//! Patterns, matches, replacements and splits against Go's regexp.

use crate::generate::{self, compare, damage, pick};
use crate::oracle::{Answer, ask, cases, fields};
use bstr::ByteSlice;
use fastrand::Rng;
use plimsoll::go::regexp::{Regexp, quote_meta};
use std::ops::Range;

const CHARS: &[&str] = &[
    "a",
    "a",
    "b",
    "c",
    "A",
    "k",
    "K",
    "s",
    "0",
    "_",
    "-",
    " ",
    "\\n",
    "é",
    "ß",
    "世",
    "😀",
    "İ",
    "ſ",
    "\u{212a}",
    "\\.",
    "\\x41",
    "\\x{1F600}",
    "\\x{FFFD}",
    "\u{FFFD}",
    "\\101",
    "\\*",
    "\\-",
    "\\_",
    "Σ",
    "ς",
    "\\t",
    "\\x{10FFFF}",
    "\\x{D800}",
    "\\0",
    "/",
];
const CLASSES: &[&str] = &[
    ".",
    "\\d",
    "\\D",
    "\\w",
    "\\W",
    "\\s",
    "\\S",
    "\\pL",
    "\\PL",
    "\\p{Greek}",
    "\\P{Greek}",
    "\\p{^Lu}",
    "\\p{Lu}",
    "\\pN",
    "\\p{Latin}",
    "\\p{Any}",
];
const MEMBERS: &[&str] = &[
    "a-c",
    "A-Z",
    "0-9",
    "x",
    "\\d",
    "\\W",
    "[:alpha:]",
    "[:^digit:]",
    "[:word:]",
    "-",
    "é-ü",
    "\\n",
    "\\]",
    "\\pL",
    "\\PL",
    "k",
    "世",
    "\\x00-\\x7f",
    "a-",
    "^",
    ".",
    "\\x{100}-\\x{10FFFF}",
    " ",
    "s",
    "S-T",
    "[",
    "ß",
];
const WRONG: &[&str] = &[
    "(",
    ")",
    "[",
    "]",
    "[]",
    "[^]",
    "[z-a]",
    "[:alpha:]",
    "[[:foo:]]",
    "\\p{Foo}",
    "\\pX",
    "\\p",
    "\\p{",
    "\\p{L",
    "\\C",
    "\\1",
    "\\8",
    "\\x",
    "\\xg",
    "\\x{",
    "\\x{}",
    "\\x{110000}",
    "\\x{12",
    "**",
    "a**",
    "a{2}{3}",
    "a{1001}",
    "(a{100}){11}",
    "a{3,2}",
    "a{,2}",
    "a{2",
    "{",
    "}",
    "a{99999999999}",
    "{2}",
    "*",
    "+",
    "?",
    "|*",
    "(*)",
    "(?i)*",
    "(?",
    "(?P",
    "(?P<",
    "(?P<n",
    "(?P<>a)",
    "(?P<n-m>a)",
    "(?<n>a)",
    "(?<n",
    "(?'n'a)",
    "(?=a)",
    "(?!a)",
    "(?<=a)",
    "(?#c)",
    "(?x)a",
    "(?i-)",
    "(?-)",
    "(?)",
    "(?:)",
    "(?-i-s)",
    "\\",
    "\\Q",
    "\\Qa*\\E",
    "\\E",
    "\\Z",
    "\\z",
    "\\G",
    "\\K",
    "\\R",
    "\\X",
    "\\h",
    "\\é",
    "[\\b]",
    "[a-\\d]",
    "[\\d-z]",
    "((a{2}){501})",
    "\\pé",
    "\\p{^Greek}",
    "\\P{^}",
    "a{0}",
    "(a){0}b",
    "a{1000}",
    "(a{0,1000})",
    "a*?",
    "a+??",
    "a{2}?",
    "a{2}??",
    "\\07",
    "\\08",
    "\\777",
    "(?P<n>a)(?P<n>b)",
    "(?i)(?-i)a",
    "(?s).(?-s).",
    "(?U)a*",
    "(?U)a*?",
    "(?m)^a$",
    "(?im-sU:a)",
    "[a",
    "[a-",
    "[^",
    "[[.a.]]",
    "[[=a=]]",
];

fn class(rng: &mut Rng) -> String {
    let members: String = (0..rng.usize(1..4)).map(|_| pick(rng, MEMBERS)).collect();
    format!("[{}{members}]", if rng.u8(..4) == 0 { "^" } else { "" })
}

/// An expression of about `size` elements.
fn expression(rng: &mut Rng, size: usize) -> String {
    if size <= 1 {
        return match rng.u8(..24) {
            0..=11 => pick(rng, CHARS).into(),
            12..=14 => pick(rng, CLASSES).into(),
            15 | 16 => class(rng),
            17 => pick(rng, &["^", "$", "\\b", "\\B", "\\A", "\\z", "(?m:^)", "(?m:$)"]).into(),
            18 => String::new(),
            19 => pick(rng, &["\\Qa.b\\E", "(?:)", "()", "(?i)", "(?s)", "(?m)", "(?U)", "(?-i)", "|"]).into(),
            _ => pick(rng, &["ab", "abc", "foo", "ba", "aa", "bar"]).into(),
        };
    }
    match rng.u8(..10) {
        0..=3 => {
            let left = rng.usize(1..size);
            expression(rng, left) + &expression(rng, size - left)
        }
        4 | 5 => {
            let left = rng.usize(1..size);
            format!("{}|{}", expression(rng, left), expression(rng, size - left))
        }
        6 => format!("({})", expression(rng, size - 1)),
        7 => {
            format!("(?{}:{})", pick(rng, &["", "", "i", "s", "m", "U", "i-s", "is", "-i"]), expression(rng, size - 1))
        }
        8 if rng.u8(..3) == 0 => format!("(?P<{}>{})", pick(rng, &["n", "m", "n2", "_"]), expression(rng, size - 1)),
        _ => {
            let inner = expression(rng, size - 1);
            let inner = if inner.chars().count() == 1 { inner } else { format!("(?:{inner})") };
            let times = [
                "*", "+", "?", "*?", "+?", "??", "{0}", "{1}", "{2}", "{2,}", "{0,2}", "{1,3}?", "{,2}", "{0,}", "{3}",
            ];
            inner + pick(rng, &times)
        }
    }
}

fn pattern(rng: &mut Rng) -> Vec<u8> {
    let size = rng.usize(1..9);
    let mut text = expression(rng, size);
    if rng.u8(..8) == 0 {
        text = pick(rng, &["(?i)", "(?s)", "(?m)", "(?U)", "(?im)"]).to_owned() + &text;
    }
    damage(rng, text.into_bytes(), 20)
}

/// Text in which the generated patterns find something.
fn haystack(rng: &mut Rng) -> Vec<u8> {
    match rng.u8(..8) {
        0 => generate::text(rng, 20),
        1 => Vec::new(),
        _ => {
            let pieces = [
                "a", "a", "b", "c", "ab", "abc", "foo", "A", "K", "k", "\u{212a}", "s", "ſ", "0", "_", " ", "\n", "é",
                "世", "\u{FFFD}", "😀",
            ];
            let text: String = (0..rng.usize(..14)).map(|_| pick(rng, &pieces)).collect();
            damage(rng, text.into_bytes(), 8)
        }
    }
}

fn template(rng: &mut Rng) -> Vec<u8> {
    let pieces = [
        "x",
        "$1",
        "${1}",
        "$2",
        "$0",
        "${0}b",
        "$1x",
        "${n}",
        "$n",
        "$n2",
        "${m",
        "$$",
        "$",
        "${",
        "${}",
        "$é",
        "é",
        "$01",
        "${2}",
        "-",
        "$3",
        "$99999999999",
        "$_",
        "${_}",
    ];
    let text: String = (0..rng.usize(..4)).map(|_| pick(rng, &pieces)).collect();
    damage(rng, text.into_bytes(), 20)
}

fn show(bytes: &[u8]) -> String {
    format!("{:?}", bytes.as_bstr())
}

fn compiled(pattern: &[u8]) -> Answer {
    match Regexp::new(pattern) {
        Ok(_) => Answer::Ok(Vec::new()),
        Err(e) => Answer::Err(e.message()),
    }
}

#[test]
fn patterns_and_their_errors() {
    let mut rng = Rng::with_seed(5);
    let listed = WRONG.iter().map(|text| text.as_bytes().to_vec());
    let mut patterns: Vec<Vec<u8>> = listed.collect();
    for _ in 0..cases(20_000) {
        let mut text = pattern(&mut rng);
        for _ in 0..rng.usize(..3) {
            let at = rng.usize(..=text.len());
            text.splice(at..at, pick(&mut rng, WRONG).bytes());
        }
        patterns.push(damage(&mut rng, text, 6));
    }
    compare("regexp.compile", &patterns, |p| p.clone(), |p| compiled(p), |p| show(p));
    let must = |p: &Vec<u8>| match Regexp::new(p) {
        Ok(_) => Answer::Ok(Vec::new()),
        Err(e) => Answer::Panic(Regexp::must_compile_panic(p, &e)),
    };
    compare("regexp.must", &patterns[..1000], |p| p.clone(), must, |p| show(p));
    compare("regexp.quote", &patterns[..1000], |p| p.clone(), |p| Answer::Ok(quote_meta(p)), |p| show(p));
}

struct Case {
    pattern: Vec<u8>,
    text: Vec<u8>,
    template: Vec<u8>,
    n: isize,
}

fn indices(groups: impl IntoIterator<Item = Option<Range<usize>>>) -> String {
    let numbers: Vec<String> = groups
        .into_iter()
        .flat_map(|g| g.map_or(["-1".into(), "-1".into()], |g| [g.start.to_string(), g.end.to_string()]))
        .collect();
    format!("[{}]", numbers.join(" "))
}

fn listed(list: Option<Vec<&[u8]>>) -> Vec<u8> {
    match list {
        None => b"nil".to_vec(),
        Some(list) => [b"[", fields(&list).as_slice(), b"]"].concat(),
    }
}

fn everything(case: &Case) -> Answer {
    let Case { pattern, text, template, n } = case;
    let re = match Regexp::new(pattern) {
        Ok(re) => re,
        Err(e) => return Answer::Err(e.message()),
    };
    // Without a program yet, and below with one: two ways to the same answer.
    let is_match = re.is_match(text);
    let all = re.find_all(text, *n);
    let first = re.find_groups(text);
    assert_eq!(re.find(text), first.as_ref().and_then(|groups| groups[0].clone()));
    let all_places: Vec<String> = all.iter().flatten().map(|r| indices([Some(r.clone())])).collect();
    assert_eq!(is_match, re.is_match(text), "{} on {}", show(pattern), show(text));
    Answer::Ok(fields(&[
        is_match.to_string().into_bytes(),
        indices(first.unwrap_or_default()).into_bytes(),
        format!("[{}]", all_places.join(" ")).into_bytes(),
        listed(all.map(|all| all.into_iter().map(|r| &text[r]).collect())),
        re.replace_all(text, template),
        re.replace_all_literal(text, template),
        listed(re.split(text, *n)),
        re.names().join(",").into_bytes(),
    ]))
}

#[test]
fn matches() {
    let mut rng = Rng::with_seed(6);
    let mut cases_made = Vec::new();
    let count = cases(20_000);
    while cases_made.len() < count {
        let pattern = pattern(&mut rng);
        for _ in 0..4 {
            let (text, template) = (haystack(&mut rng), template(&mut rng));
            let n = [-1, -1, -1, 0, 1, 2, 3][rng.usize(..7)];
            cases_made.push(Case { pattern: pattern.clone(), text, template, n });
        }
    }
    let payload = |c: &Case| fields(&[&c.pattern[..], &c.text, &c.template, c.n.to_string().as_bytes()]);
    let shown = |c: &Case| format!("{} on {} with {} n={}", show(&c.pattern), show(&c.text), show(&c.template), c.n);
    compare("regexp.all", &cases_made, payload, everything, shown);
}

#[test]
fn depth_and_size() {
    let nested = |n: usize| ["(".repeat(n), "a".into(), ")".repeat(n)].concat();
    let patterns = [
        nested(998),
        nested(999),
        nested(1000),
        nested(1001),
        nested(50_000),
        "(".repeat(100_000),
        format!("{}a{}", "(?:".repeat(5000), ")*".repeat(500)),
        "a|".repeat(20_000),
        "(a{10}){100}".into(),
        "((((a{5}){5}){5}){8})".into(),
        "x*".repeat(10_000),
        format!("[{}]", "\\pL".repeat(5000)),
        format!("[{}]", "世é".repeat(50_000)),
        "é".repeat(20_000),
    ];
    for pattern in patterns {
        assert_eq!(compiled(pattern.as_bytes()), ask("regexp.compile", pattern.as_bytes()), "{:.60}", pattern);
    }
    // Go's program for these is small, ours is not: refused, and soon.
    let start = std::time::Instant::now();
    for pattern in [r"(\pL{10}){100}", r"(?i)(\w{1000}\PL{1000}){1}", r"(((\pL{1,10}){1,10}){1,10})"] {
        let _ = Regexp::new(pattern.as_bytes());
    }
    assert!(start.elapsed().as_secs() < 10, "{:?}", start.elapsed());
}
