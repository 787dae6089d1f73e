//! Numbers and quoted strings, both ways.

use std::fmt::{Display, Write};

use fastrand::Rng;
use plimsoll::go::strconv::{self, Unquoted};

use crate::generate::{compare, damage, pick, several, text};
use crate::oracle::{Answer, fields};
use crate::{CASES, values};

#[test]
fn floats_are_formatted_as_go_formats_them() {
    let mut rng = Rng::with_seed(10);
    let cases: Vec<(u8, Option<usize>, u8, f64)> = (0..*CASES)
        .map(|_| {
            let verb = *rng.choice(b"eEfgGbxX").unwrap();
            let precision = match rng.u8(..4) {
                0 | 1 => None,
                2 => Some(rng.usize(..25)),
                _ => Some(rng.usize(..1200)),
            };
            (verb, precision, if rng.u8(..4) == 0 { 32 } else { 64 }, values::float(&mut rng))
        })
        .collect();
    let payload = |(verb, precision, width, f): &(u8, Option<usize>, u8, f64)| {
        let precision = precision.map_or(-1, |n| n as i64);
        let verb = char::from(*verb).to_string();
        fields(&[verb, precision.to_string(), width.to_string(), f.to_bits().to_string()])
    };
    let ours = |(verb, precision, width, f): &(u8, Option<usize>, u8, f64)| {
        Answer::Ok(strconv::format_float(*f, *verb, *precision, *width).into())
    };
    compare("strconv.float", &cases, payload, ours, |case| format!("{case:?}"));
}

#[test]
fn integers_are_formatted_as_go_formats_them() {
    let mut rng = Rng::with_seed(11);
    let cases: Vec<(u32, i64)> = (0..*CASES / 10).map(|_| (rng.u32(2..=36), values::integer(&mut rng))).collect();
    let ours = |(base, n): &(u32, i64)| {
        Answer::Ok(fields(&[strconv::format_int(*n, *base), strconv::format_uint(*n as u64, *base)]))
    };
    compare(
        "strconv.int",
        &cases,
        |(base, n)| fields(&[base.to_string(), n.to_string()]),
        ours,
        |case| format!("{case:?}"),
    );
}

/// A number as people and programs write them, or nearly.
fn number(rng: &mut Rng) -> Vec<u8> {
    let text = match rng.u8(..9) {
        0 => values::integer(rng).to_string(),
        1 => format!("{:#x}", values::integer(rng)),
        2 => format!("{:#o}", values::integer(rng)),
        3 => format!("{:#b}", values::integer(rng)),
        4 => format!("{:e}", values::float(rng)),
        5 => values::float(rng).to_string(),
        6 => strconv::format_float(values::float(rng), b'x', None, 64),
        7 => several(
            rng,
            12,
            &[
                "0", "1", "9", "7", "_", ".", "e", "E", "p", "P", "+", "-", "x", "X", "0x", "b", "o", "a", "f", "e+",
                "p-",
            ],
        ),
        _ => pick(
            rng,
            &[
                "",
                "inf",
                "-Inf",
                "+infinity",
                "Infinit",
                "nan",
                "NaN",
                "+nan",
                "true",
                "T",
                "False",
                "tRUE",
                "1e309",
                "1.7976931348623159e308",
                "4.9e-324",
                "2e-324",
                "0x1p1024",
                "0x1p-1075",
                "0x1.fffffffffffff8p1023",
                "0x1.00000000000008p0",
                "0x1.000000000000081p0",
                "0x.8p-1073",
                "9223372036854775808",
                "0_1",
                "0x_f",
                "1__0",
                "0x1fffffffffffffffffffffffffp-90",
                "3.4028236e38",
                "1e-46",
                "0b",
                "0x",
                "08",
                "0o17",
            ],
        )
        .to_string(),
    };
    damage(rng, text.into_bytes(), 4)
}

#[test]
fn numbers_are_read_as_go_reads_them() {
    let mut rng = Rng::with_seed(12);
    let cases: Vec<Vec<u8>> = (0..*CASES).map(|_| number(&mut rng)).collect();
    let ours = |case: &Vec<u8>| {
        let mut out = String::new();
        fn say<T: Display, E: Display>(out: &mut String, result: Result<T, E>) {
            let _ = match result {
                Ok(value) => writeln!(out, "{value}"),
                Err(error) => writeln!(out, "{error}"),
            };
        }
        for base in [0, 2, 8, 10, 16, 36, 1, 37] {
            for bits in [0, 8, 32, 64] {
                say(&mut out, strconv::parse_int(case, base, bits));
                say(&mut out, strconv::parse_uint(case, base, bits));
            }
        }
        say(&mut out, strconv::atoi(case));
        say(&mut out, strconv::parse_bool(case));
        for bits in [32, 64] {
            // Go's NaN has other bits.
            let bits = strconv::parse_float(case, bits).map(|f| if f.is_nan() { GO_NAN } else { f.to_bits() });
            say(&mut out, bits);
        }
        Answer::Ok(out.into())
    };
    compare("strconv.parse", &cases, Clone::clone, ours, |case| format!("{:?}", bstr::BStr::new(case)));
}

const GO_NAN: u64 = 0x7ff8_0000_0000_0001;

#[test]
fn quoting_is_gos_both_ways() {
    let mut rng = Rng::with_seed(13);
    let escapes: &[&str] = &[
        r"\n",
        r"\x41",
        r"\xff",
        r"\u00e9",
        r"\ud800",
        r"\U0001F600",
        r"\U00110000",
        r"\101",
        r"\400",
        r"\08",
        r"\'",
        "\\\"",
        r"\z",
        "\\",
        "a",
        "\u{e9}",
        "\n",
        "`",
        "\r",
        "'",
        "\"",
        "\u{ad}",
        "\u{2028}",
        "\u{feff}",
    ];
    let cases: Vec<Vec<u8>> = (0..*CASES)
        .map(|_| {
            let quote = pick(&mut rng, &["\"", "'", "`", ""]);
            let inner = if rng.bool() { several(&mut rng, 3, escapes).into_bytes() } else { text(&mut rng, 4) };
            let mut case = [quote.as_bytes(), &inner, quote.as_bytes()].concat();
            if rng.u8(..4) == 0 {
                let c = char::from_u32(rng.u32(..0x110000)).unwrap_or('\u{fffd}');
                case = c.to_string().into_bytes();
            }
            damage(&mut rng, case, 8)
        })
        .collect();
    let ours = |case: &Vec<u8>| {
        let mut out: Vec<Vec<u8>> = vec![strconv::quote(case).into(), strconv::quote_to_ascii(case).into()];
        out.push(strconv::can_backquote(case).to_string().into());
        for c in plimsoll::go::utf8::chars(case) {
            out.push(strconv::quote_rune(u32::from(c)).into());
            out.push(strconv::quote_rune_to_ascii(u32::from(c)).into());
        }
        match strconv::unquote(case) {
            Ok(text) => out.extend([text, b"<nil>".to_vec()]),
            Err(error) => out.extend([Vec::new(), error.to_string().into()]),
        }
        for quote in [b'"', b'\'', 0] {
            match strconv::unquote_char(case, quote) {
                Ok(Unquoted { value, multibyte, rest }) => {
                    out.extend([format!("{value} {multibyte} <nil>").into(), rest.to_vec()]);
                }
                Err(error) => out.extend([format!("0 false {error}").into(), Vec::new()]),
            }
        }
        Answer::Ok(fields(&out))
    };
    compare("strconv.quoting", &cases, Clone::clone, ours, |case| format!("{:?}", bstr::BStr::new(case)));
}
