//! Values that a YAML writer has to get right, most of them strings that look like something else.

use bstr::BStr;
use bumpalo::Bump;
use fastrand::Rng;
use plimsoll::value::{Entry, ListNode, MapNode, Pos, Tree};

const STRINGS: &[&str] = &[
    "",
    " ",
    "a",
    "a b",
    "yes",
    "No",
    "y",
    "N",
    "on",
    "OFF",
    "true",
    "False",
    "null",
    "~",
    "Null",
    "nil",
    "0",
    "1",
    "-1",
    "+1",
    "01",
    "0o7",
    "0o-7",
    "-0o7",
    "0x1F",
    "0b1",
    "0b-1",
    "1_000",
    "1.5",
    ".5",
    "1.",
    "1e3",
    "1e400",
    ".inf",
    "-.Inf",
    ".nan",
    "12:30",
    "12:30:45.5",
    "1:60",
    "190:20:30",
    "1_0:59",
    "2001-01-01",
    "2001-1-1",
    "2001-01-01T00:00:00Z",
    "2001-01-01 10:00:00",
    "2001-02-30",
    "<<",
    "=",
    "-",
    "- a",
    "--",
    "---",
    "--- a",
    "...",
    "?",
    "? a",
    ":",
    ": a",
    "a:",
    "a: b",
    "a:b",
    "a #b",
    "a# b",
    "#a",
    "&a",
    "*a",
    "!a",
    "|",
    ">",
    "'",
    "\"",
    "'a'",
    "\"a\"",
    "it's",
    "%a",
    "@a",
    "`a",
    "{",
    "}",
    "[",
    "]",
    "{a: b}",
    "[a]",
    ",",
    "a,b",
    "a, b",
    "\\",
    "a\\b",
    "\t",
    "a\tb",
    "\ta",
    "a\t",
    "\n",
    "\n\n",
    "a\n",
    "a\n\n",
    "a\nb",
    "\na",
    " a\nb",
    "a\n b",
    "a \nb",
    "a\nb ",
    "a\n\nb\n",
    "a\n\tb",
    "\r",
    "a\r\nb",
    "a\rb",
    "\u{0}",
    "\u{1}",
    "\u{1b}[0m",
    "\u{7f}",
    "\u{80}",
    "\u{85}",
    "a\u{85}b",
    "a \u{85} b",
    "a\u{85}\u{85}b",
    "\u{a0}",
    "a\u{a0}b",
    "\u{e9}",
    "\u{2028}",
    "a\u{2028}b",
    "a\u{2028}\nb",
    "\u{2029}b",
    "b\u{2029}",
    "\u{fffd}",
    "\u{feff}",
    "\u{feff}a b",
    "a\u{feff}",
    "\u{fffe}",
    "\u{ffff}",
    "\u{e000}",
    "\u{d7ff}",
    "\u{1f600}",
    "a \u{1f600} b",
    "\u{4e2d}\u{6587}",
    "<a&b>",
    "a: b\nc: d\n",
    "#!/bin/sh\nexec\n",
    "key with spaces",
    "trailing ",
    " leading",
    "  two",
    "end:",
    "a::b",
    "http://x:80/y?z#w",
    "*.example.com",
    "1.2.3",
    "v1.2.3",
    "10m",
    "1Gi",
    "0.1",
    "1e",
    "e1",
    "0x",
    "0b2",
    "08",
    "09",
    "-0",
    "+",
    "+.5",
    "-.5e-3",
    ".",
    "..",
    "infinity",
    "NaN",
    "1.0",
    "100000000000000000000",
];

const WORDS: &[&str] = &[
    "lorem",
    "ipsum",
    "a",
    "dolor:",
    "#sit",
    "amet,",
    "'quoted'",
    "\"x\"",
    "-",
    "\u{e9}t\u{e9}",
    "\\",
    "",
    "\t",
    "\u{1f600}",
    ":",
];

const KEYS: &[&str] = &[
    "a",
    "b",
    "B",
    "a1",
    "a01",
    "a10",
    "a2",
    "a1b",
    "1",
    "10",
    "2",
    "02",
    "1a",
    "-",
    "_",
    "a-b",
    "a.b",
    "a_b",
    "a/b",
    "app.kubernetes.io/name",
    "name",
    "kind",
    "apiVersion",
    "x1y2",
    "x1y10",
    "x01y2",
    "\u{e9}",
    "\u{661}",
    "a\u{661}",
    "\u{4e2d}",
    "A",
    "Z9",
    "z",
    "",
    "~",
    "yes",
    "a b",
];

const FLOATS: &[f64] = &[
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.1,
    0.5,
    1.5,
    100000.0,
    999999.0,
    1e6,
    1234567.5,
    123456789.0,
    1e15,
    1e20,
    1e21,
    1e22,
    1e100,
    1e-4,
    1e-5,
    1e-6,
    1e-7,
    9007199254740993.0,
    9223372036854775807.0,
    9223372036854775808.0,
    -9223372036854775808.0,
    -9223372036854777856.0,
    1e19,
    18446744073709551615.0,
    1.844674407370955e19,
    2e19,
    f64::MAX,
    f64::MIN_POSITIVE,
    5e-324,
    0.30000000000000004,
    3.4028235e38,
];

pub struct Make<'c> {
    pub arena: &'c Bump,
    /// Also strings that are no text, and floats that are no number.
    pub wild: bool,
}

impl<'c> Make<'c> {
    pub fn tree(&self, rng: &mut Rng, depth: u32) -> Tree<'c> {
        match rng.u8(..if depth == 0 { 10 } else { 16 }) {
            0 => Tree::Null,
            1 => Tree::Bool(rng.bool()),
            2 => Tree::Int(if rng.bool() { rng.i64(-100..100) } else { rng.i64(..) }),
            3 => Tree::Float(self.float(rng)),
            4..10 => Tree::Str(self.string(rng)),
            10..12 => {
                let items: Vec<_> = (0..rng.usize(..4)).map(|_| (self.tree(rng, depth - 1), Pos::default())).collect();
                Tree::List(ListNode::new(self.arena, &items))
            }
            _ => {
                let count = if rng.u8(..) < 8 { rng.usize(13..40) } else { rng.usize(..6) };
                let entry =
                    |rng: &mut Rng| Entry { key: self.key(rng), value: self.tree(rng, depth - 1), pos: Pos::default() };
                let entries = (0..count).map(|_| entry(rng)).collect();
                Tree::Map(MapNode::new(self.arena, entries))
            }
        }
    }

    fn keep(&self, text: impl AsRef<[u8]>) -> &'c BStr {
        BStr::new(self.arena.alloc_slice_copy(text.as_ref()))
    }

    fn float(&self, rng: &mut Rng) -> f64 {
        match rng.u8(..8) {
            0..4 => FLOATS[rng.usize(..FLOATS.len())],
            4 => rng.i32(..) as f64 / [1.0, 2.0, 10.0, 1000.0][rng.usize(..4)],
            5 => rng.f64() * 10f64.powi(rng.i32(-30..30)),
            6 if self.wild => [f64::NAN, f64::INFINITY, f64::NEG_INFINITY][rng.usize(..3)],
            _ => Some(f64::from_bits(rng.u64(..))).filter(|n| n.is_finite()).unwrap_or(1.0),
        }
    }

    fn key(&self, rng: &mut Rng) -> &'c BStr {
        match rng.u8(..16) {
            0 => self.string(rng),
            1 => self.keep("k".repeat(rng.usize(100..1100))),
            2 => self.keep(format!("{}{}", KEYS[rng.usize(..KEYS.len())], KEYS[rng.usize(..KEYS.len())])),
            3..6 => {
                let letters = b"abcxyz-._/AB";
                self.keep((0..rng.usize(1..8)).map(|_| letters[rng.usize(..letters.len())]).collect::<Vec<u8>>())
            }
            _ => self.keep(KEYS[rng.usize(..KEYS.len())]),
        }
    }

    fn string(&self, rng: &mut Rng) -> &'c BStr {
        let piece = |rng: &mut Rng| STRINGS[rng.usize(..STRINGS.len())].to_string();
        match rng.u8(..12) {
            0..5 => self.keep(piece(rng)),
            5 => self.keep(piece(rng) + &piece(rng)),
            6 => self.keep(piece(rng) + "\n" + &piece(rng) + if rng.bool() { "\n" } else { "" }),
            // Long lines, for folding.
            7 | 8 => {
                let space: &[&str] = if rng.u8(..) < 200 { &[" ", " ", " ", "  "] } else { &[" ", "  ", "\n"] };
                let mut text = String::new();
                for _ in 0..rng.usize(1..60) {
                    text += WORDS[rng.usize(..WORDS.len())];
                    text += space[rng.usize(..space.len())];
                }
                if rng.bool() {
                    text.truncate(text.trim_end().len());
                }
                self.keep(text)
            }
            9 => self.keep((0..rng.usize(..12)).map(|_| rng.char('\0'..'\u{2ff}')).collect::<String>()),
            10 if self.wild => self.keep((0..rng.usize(..80)).map(|_| rng.u8(..)).collect::<Vec<u8>>()),
            _ => self.keep((0..rng.usize(..12)).map(|_| rng.char(' '..'\u{7f}')).collect::<String>()),
        }
    }
}
