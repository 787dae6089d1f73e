//! TOML both ways.

use fastrand::Rng;
use plimsoll::go::time::Location;
use plimsoll::go::toml::{self, Times};
use plimsoll::value::{CallError, Heap, Value};

use crate::generate::{compare, damage, pick, several};
use crate::oracle::Answer;
use crate::transport::{decode, encode};
use crate::{CASES, values, with_heap};

fn has_complex<'h>(heap: &Heap<'h>, value: Value<'h>) -> bool {
    match value {
        Value::Complex(..) => true,
        Value::List(list) => list.items(heap).iter().any(|item| has_complex(heap, *item)),
        Value::Map(map) => map.entries(heap).iter().any(|(_, value)| has_complex(heap, *value)),
        _ => false,
    }
}

#[test]
fn values_are_written_as_the_library_writes_them() {
    let mut rng = Rng::with_seed(30);
    let mut cases = Vec::new();
    while cases.len() < *CASES {
        with_heap(|heap| {
            // Where a map has several errors, Go tells of any of them: complex numbers only ever come alone.
            let value = values::any(heap, &mut rng, 4);
            if !has_complex(heap, value) || matches!(value, Value::Complex(..)) {
                cases.push(encode(heap, value));
            }
        });
    }
    let ours = |case: &Vec<u8>| {
        with_heap(|heap| match toml::encode(heap, decode(heap, case)) {
            Ok(Ok(text)) => Answer::Ok(text.into()),
            Ok(Err(message)) => Answer::Err(message.into()),
            Err(CallError::Failed(message)) => Answer::Panic(message.into()),
            Err(CallError::Exhausted(e)) => panic!("{e:?}"),
        })
    };
    compare("toml.encode", &cases, Clone::clone, ours, |case| {
        with_heap(|heap| format!("{:?}", plimsoll::go::fmt::sprintf(heap, b"%#v", &[decode(heap, case)])))
    });
}

/// TOML text: every kind of line, keys that meet each other, values that are nearly right.
fn document(rng: &mut Rng) -> Vec<u8> {
    let mut out = String::from(pick(rng, &["", "", "", "", "", "\u{feff}", "# comment\n", "\n\n"]));
    for _ in 0..rng.usize(..7) {
        let line = match rng.u8(..8) {
            0 => format!("[{}]", key(rng)),
            1 => format!("[[{}]]", key(rng)),
            2 => pick(rng, &["", "# c", "  ", "\t# \u{e9}", "[ a . b ]", "[[ a ]] # c", "a", "= 1", "[]", "[a"]).into(),
            _ => format!("{}{}={}{}", key(rng), pick(rng, &["", " ", " ", "\t"]), pick(rng, &["", " "]), value(rng, 3)),
        };
        out += &line;
        out += pick(rng, &["\n", "\n", "\n", "\n", "\r\n", " # c\n", "", "\n\n"]);
    }
    damage(rng, out.into_bytes(), 3)
}

fn key(rng: &mut Rng) -> String {
    let mut out = String::new();
    for i in 0..rng.usize(1..4) {
        if i > 0 {
            out += pick(rng, &[".", ".", ".", " . "]);
        }
        out += pick(
            rng,
            &[
                "a",
                "b",
                "c",
                "a",
                "b",
                "a-b_1",
                "\"a\"",
                "'b'",
                "\"\"",
                "\"x\\u00e9\"",
                "\"a.b\"",
                "1",
                "\u{e9}",
                "\"\\n\"",
            ],
        );
    }
    out
}

fn value(rng: &mut Rng, depth: u32) -> String {
    let separator = |rng: &mut Rng| pick(rng, &[",", ", ", ", ", ",\n", " , # c\n", ",,", " "]).to_string();
    match rng.u8(..if depth == 0 { 8 } else { 11 }) {
        0 => values::integer(rng).to_string(),
        1 => {
            let f = values::float(rng);
            if f.is_finite() { format!("{f:?}") } else { "nan".into() }
        }
        2 => pick(
            rng,
            &[
                "true",
                "false",
                "tru",
                "inf",
                "+inf",
                "-nan",
                "nan",
                "in",
                "infx",
                "nn",
                "+i",
                "-n",
                "0x1F",
                "0o17",
                "0b101",
                "0b12",
                "0xg",
                "0o8",
                "1_000",
                "1__0",
                "_1",
                "1_",
                "0_1",
                "01",
                "-01",
                "+1",
                "-0",
                "+0x1",
                "1.",
                ".1",
                "1.e2",
                "1e5",
                "1E+5",
                "1_0.0_1",
                "1._5",
                "3.14.15",
                "1e",
                "1e400",
                "00.5",
                "9223372036854775808",
                "-9223372036854775808",
                "--1",
                "+",
                "0x",
                "1e-400",
                "0.1_",
                "1.2e3.4",
            ],
        )
        .into(),
        3 => pick(
            rng,
            &[
                "1979-05-27T07:32:00Z",
                "1979-05-27t07:32:00.5-07:00",
                "1979-05-27 07:32:00",
                "1979-05-27",
                "07:32:00",
                "7:32:00",
                "07:32",
                "1979-05-27T07:32Z",
                "1979-05-27T07:32",
                "1979-13-01",
                "1979-05-2",
                "1979-05-27T07:32:00.123456789z",
                "1979-02-30",
                "24:00:00",
                "07:32:00.999999",
                "1979-05-27T7:32:00Z",
                "1979-05-27 ",
                "1979-05-27T",
                "1979-05-27T00:00:00+25:00",
                "0000-01-01",
                "12:3",
                "1-1",
            ],
        )
        .into(),
        4 | 5 => {
            let pieces = [
                "a",
                "b c",
                "\\n",
                "\\u00e9",
                "\\U0001F600",
                "\\ud800",
                "\\x41",
                "\\xe9",
                "\\e",
                "\\q",
                "\\\"",
                "\\\\",
                "\u{1F600}",
                "\\u12",
                "\n",
                "\t",
                "'",
                "\\ ",
                "#",
            ];
            format!("\"{}\"", several(rng, 3, &pieces))
        }
        6 => {
            let pieces = ["a", "\n", "\\\n", "\\  \n  ", "\"", "\"\"", "\\\"", "\\\\", "\r\n", "\\ x", "\\u00e9", " "];
            format!("\"\"\"{}\"\"\"", several(rng, 5, &pieces))
        }
        7 => {
            let pieces = ["a", "\\n", "\"", "\n", "''", "'", "\u{e9}"];
            if rng.bool() {
                format!("'{}'", several(rng, 3, &pieces[..3]))
            } else {
                format!("'''{}'''", several(rng, 4, &pieces))
            }
        }
        8 | 9 => {
            let mut out = String::from("[");
            for _ in 0..rng.usize(..4) {
                out += &value(rng, depth - 1);
                out += &separator(rng);
            }
            out + pick(rng, &["]", "]", "\n]", ""])
        }
        _ => {
            let mut out = String::from("{");
            for i in 0..rng.usize(..4) {
                if i > 0 {
                    out += &separator(rng);
                }
                out += &format!("{} = {}", key(rng), value(rng, depth - 1));
            }
            out + pick(rng, &["}", "}", " }", ",}", "\n}", ""])
        }
    }
}

#[test]
fn texts_are_read_as_the_library_reads_them() {
    let mut rng = Rng::with_seed(31);
    let cases: Vec<Vec<u8>> = (0..*CASES).map(|_| document(&mut rng)).collect();
    let ours = |case: &Vec<u8>| {
        with_heap(|heap| {
            let text = |time: plimsoll::go::time::Time| {
                heap.str([b"time ", time.format(b"2006-01-02T15:04:05.999999999Z07:00 MST").as_slice()].concat())
            };
            // The oracle runs in UTC.
            let times = Times { local: Location::utc(), local_offset: 0, value: &text };
            match toml::decode(heap, case, &times) {
                Ok(Ok(map)) => Answer::Ok(encode(heap, Value::Map(map))),
                Ok(Err(message)) => Answer::Err(message.into()),
                Err(CallError::Failed(message)) => Answer::Panic(message.into()),
                Err(CallError::Exhausted(e)) => panic!("{e:?}"),
            }
        })
    };
    compare("toml.decode", &cases, Clone::clone, ours, |case| format!("{:?}", bstr::BStr::new(case)));
}
