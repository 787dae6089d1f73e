//! The grammars of `--set` and its kin.

use bumpalo::Bump;
use plimsoll::dialect::DIALECTS;
use plimsoll::limits::Limits;
use plimsoll::value::Sources;
use plimsoll::values::Overrides;

pub const PIECES: &[&str] = &[
    "a",
    "b",
    ".",
    "=",
    ",",
    "[0]",
    "[1]",
    "[65536]",
    "[99999999]",
    "[-1]",
    "[",
    "]",
    "{",
    "}",
    "\\",
    "\\,",
    "\\.",
    "null",
    "true",
    "1",
    "0123",
    "1e5",
    "{\"x\":1}",
    "[1,2]",
    "\"s\"",
    " ",
    "\n",
    "é",
    "a.b[0].c=",
    "a={1,2}",
];

pub fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let one = || vec![text.to_string()];
    for dialect in DIALECTS {
        for overrides in [
            Overrides { set: one(), ..Overrides::default() },
            Overrides { set_string: one(), ..Overrides::default() },
            Overrides { set_json: one(), ..Overrides::default() },
            Overrides { set_literal: one(), ..Overrides::default() },
            Overrides { set: one(), set_string: one(), set_json: one(), ..Overrides::default() },
        ] {
            drop(overrides.read(dialect, &Bump::new(), &Limits::default(), &mut Sources::default()));
        }
    }
}
