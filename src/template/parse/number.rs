//! Numeric constants: held under every type that can represent them (parse.NumberNode).

use bstr::BStr;

use crate::go::strconv;
use crate::template::ast::{Ideal, Number};
use crate::template::lex::Kind;

/// The number that a token says, or Go's complaint.
pub(super) fn number(kind: Kind, text: &[u8]) -> Result<Number<'_>, String> {
    match kind {
        Kind::CharConstant => character(text),
        Kind::Complex => {
            let (re, im) = complex(text)?;
            Ok(of_complex(text, re, im))
        }
        _ => match text.strip_suffix(b"i").and_then(|digits| strconv::parse_float(digits, 64).ok()) {
            Some(im) => Ok(of_complex(text, 0.0, im)),
            None => real(text),
        },
    }
}

fn character(text: &[u8]) -> Result<Number<'_>, String> {
    let unquoted = strconv::unquote_char(text.get(1..).unwrap_or_default(), b'\'').map_err(|e| e.to_string())?;
    if unquoted.rest != b"'" {
        return Err(format!("malformed character constant: {}", BStr::new(text)));
    }
    let code = unquoted.value;
    Ok(Number {
        text: BStr::new(text),
        int: Some(i64::from(code)),
        uint: Some(u64::from(code)),
        float: Some(f64::from(code)),
        ideal: Some(Ideal::Int(i64::from(code))),
    })
}

fn real(text: &[u8]) -> Result<Number<'_>, String> {
    let mut uint = strconv::parse_uint(text, 0, 64).ok();
    let mut int = strconv::parse_int(text, 0, 64).ok();
    if int == Some(0) && uint.is_none() {
        uint = Some(0); // -0
    }
    let mut float = int.map(|n| n as f64).or(uint.map(|n| n as f64));
    if float.is_none()
        && let Ok(f) = strconv::parse_float(text, 64)
    {
        if !has_float_mark(text) {
            return Err(format!("integer overflow: {}", strconv::quote(text)));
        }
        float = Some(f);
        int = exact_int(f);
        uint = exact_uint(f);
    }
    if float.is_none() {
        return Err(format!("illegal number syntax: {}", strconv::quote(text)));
    }
    let ideal = match float {
        Some(f) if !is_hex_int(text) && has_float_mark(text) => Some(Ideal::Float(f)),
        _ => int.map(Ideal::Int),
    };
    Ok(Number { text: BStr::new(text), int, uint, float, ideal })
}

/// A complex number is one even when its imaginary part is zero, but then it also passes for a real one.
fn of_complex(text: &[u8], re: f64, im: f64) -> Number<'_> {
    let float = (im == 0.0).then_some(re);
    Number {
        text: BStr::new(text),
        int: float.and_then(exact_int),
        uint: float.and_then(exact_uint),
        float,
        ideal: Some(Ideal::Complex(re, im)),
    }
}

/// `fmt.Sscan` of `1+2i`.
fn complex(text: &[u8]) -> Result<(f64, f64), String> {
    let malformed = || "syntax error scanning complex number".to_string();
    let (re, rest) = float_token(text);
    let [sign @ (b'+' | b'-'), rest @ ..] = rest else { return Err(malformed()) };
    let (im, rest) = float_token(rest);
    if rest.first() != Some(&b'i') {
        return Err(malformed());
    }
    let float = |digits: &[u8]| strconv::parse_float(digits, 64).map_err(|e| e.to_string());
    let signed = [&[*sign], im].concat();
    Ok((float(re)?, float(&signed)?))
}

/// The longest prefix that `fmt` takes for a float.
fn float_token(text: &[u8]) -> (&[u8], &[u8]) {
    let mut at = usize::from(matches!(text.first(), Some(b'+' | b'-')));
    let hex = matches!(text.get(at..), Some([b'0', b'x' | b'X', ..]));
    if hex {
        at += 2;
    }
    let digits = |mut at: usize| {
        while text.get(at).is_some_and(|b| *b == b'_' || b.is_ascii_digit() || hex && b.is_ascii_hexdigit()) {
            at += 1;
        }
        at
    };
    at = digits(at);
    if text.get(at) == Some(&b'.') {
        at = digits(at + 1);
    }
    let exponent = if hex { b"pP" } else { b"eE" };
    if text.get(at).is_some_and(|b| exponent.contains(b)) {
        at += 1;
        at += usize::from(matches!(text.get(at), Some(b'+' | b'-')));
        while text.get(at).is_some_and(|b| *b == b'_' || b.is_ascii_digit()) {
            at += 1;
        }
    }
    text.split_at(at.min(text.len()))
}

fn has_float_mark(text: &[u8]) -> bool {
    text.iter().any(|b| b".eEpP".contains(b))
}

/// `isHexInt`: here an `e` is a digit.
fn is_hex_int(text: &[u8]) -> bool {
    matches!(text, [b'0', b'x' | b'X', _, ..]) && !text.iter().any(|b| b"pP".contains(b))
}

fn exact_int(f: f64) -> Option<i64> {
    ((-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&f) && f.trunc() == f).then_some(f as i64)
}

fn exact_uint(f: f64) -> Option<u64> {
    ((0.0..18_446_744_073_709_551_616.0).contains(&f) && f.trunc() == f).then_some(f as u64)
}
