//! What a scalar means: goyaml's table of words and its number forms (yaml/v2 and v3 `resolve.go`).

use super::timestamp::is_timestamp;
use crate::go::strconv::parse_float;

/// The value of a scalar, in goyaml's own types.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scalar<'a> {
    Null,
    Bool(bool),
    Int(i64),
    /// Only what does not fit an `i64`.
    Uint(u64),
    Float(f64),
    Str(&'a [u8]),
    /// A text that is a timestamp; sigs.k8s.io/yaml sees a string.
    Timestamp(&'a [u8]),
}

/// The tag prefix that `!!` stands for.
const LONG: &[u8] = b"tag:yaml.org,2002:";
pub(super) const BINARY: &[u8] = b"tag:yaml.org,2002:binary";
pub(super) const MERGE: &[u8] = b"tag:yaml.org,2002:merge";

/// The value of a plain scalar without a tag (yaml/v2).
#[inline]
pub fn plain(text: &[u8]) -> Scalar<'_> {
    let Some(&first) = text.first() else { return Scalar::Null };
    match first {
        b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~' => {
            word(text).unwrap_or(Scalar::Str(text))
        }
        b'.' => dotted(text).unwrap_or(Scalar::Str(text)),
        b'0'..=b'9' | b'+' | b'-' => signed_word(text).unwrap_or_else(|| number(text, true)),
        _ => Scalar::Str(text),
    }
}

/// The value of a scalar with a tag (yaml/v2 `resolve`); `Err` is goyaml's text.
pub fn tagged<'a>(tag: &[u8], text: &'a [u8]) -> Result<Scalar<'a>, String> {
    let short = tag.strip_prefix(LONG);
    let found = match (tag, short) {
        (b"", _) => return Ok(plain(text)),
        (_, Some(b"bool" | b"int" | b"float" | b"null")) => match text.first() {
            Some(b'0'..=b'9' | b'+' | b'-') => signed_word(text).unwrap_or_else(|| number(text, false)),
            _ => plain(text),
        },
        (_, Some(b"timestamp")) => plain(text),
        _ => return Ok(Scalar::Str(text)),
    };
    let (name, wanted): (&[u8], &[u8]) = (name(found), short.unwrap_or_default());
    match found {
        _ if name == wanted => Ok(found),
        Scalar::Int(n) if wanted == b"float" => Ok(Scalar::Float(n as f64)),
        _ => {
            let (found, text, wanted) = (bstr::BStr::new(name), bstr::BStr::new(text), bstr::BStr::new(wanted));
            Err(format!("cannot decode !!{found} `{text}` as a !!{wanted}"))
        }
    }
}

/// The tag that a value has by itself.
fn name(scalar: Scalar<'_>) -> &'static [u8] {
    match scalar {
        Scalar::Null => b"null",
        Scalar::Bool(_) => b"bool",
        Scalar::Int(_) | Scalar::Uint(_) => b"int",
        Scalar::Float(_) => b"float",
        Scalar::Str(_) => b"str",
        Scalar::Timestamp(_) => b"timestamp",
    }
}

fn word(text: &[u8]) -> Option<Scalar<'static>> {
    match text {
        b"y" | b"Y" | b"yes" | b"Yes" | b"YES" | b"true" | b"True" | b"TRUE" | b"on" | b"On" | b"ON" => {
            Some(Scalar::Bool(true))
        }
        b"n" | b"N" | b"no" | b"No" | b"NO" | b"false" | b"False" | b"FALSE" | b"off" | b"Off" | b"OFF" => {
            Some(Scalar::Bool(false))
        }
        b"~" | b"null" | b"Null" | b"NULL" => Some(Scalar::Null),
        _ => None,
    }
}

fn dotted(text: &[u8]) -> Option<Scalar<'static>> {
    match text {
        b".nan" | b".NaN" | b".NAN" => Some(Scalar::Float(f64::NAN)),
        b".inf" | b".Inf" | b".INF" => Some(Scalar::Float(f64::INFINITY)),
        // Whatever Go reads as a float here, underscores between digits included.
        _ => parse_float(text, 64).ok().map(Scalar::Float),
    }
}

fn signed_word(text: &[u8]) -> Option<Scalar<'static>> {
    match text {
        b"+.inf" | b"+.Inf" | b"+.INF" => Some(Scalar::Float(f64::INFINITY)),
        b"-.inf" | b"-.Inf" | b"-.INF" => Some(Scalar::Float(f64::NEG_INFINITY)),
        _ => None,
    }
}

/// A text that begins with a digit or a sign.
fn number(text: &[u8], timestamps: bool) -> Scalar<'_> {
    // A short decimal number, the usual case.
    if text.len() <= 18 && text.iter().all(u8::is_ascii_digit) && text.first() != Some(&b'0') {
        return Scalar::Int(text.iter().fold(0, |n, digit| n * 10 + i64::from(digit - b'0')));
    }
    if timestamps && is_timestamp(text) {
        return Scalar::Timestamp(text);
    }
    let stripped: Vec<u8>;
    let digits = if text.contains(&b'_') {
        stripped = text.iter().copied().filter(|&byte| byte != b'_').collect();
        &stripped
    } else {
        text
    };
    if let Some(n) = parse_signed(digits, 0) {
        return Scalar::Int(n);
    }
    if let Some(n) = parse_unsigned(digits, 0) {
        return Scalar::Uint(n);
    }
    if let Some(n) = float(digits) {
        return Scalar::Float(n);
    }
    match digits {
        [b'0', b'b', rest @ ..] => {
            if let Some(n) = parse_signed(rest, 2) {
                return Scalar::Int(n);
            }
            if let Some(n) = parse_unsigned(rest, 2) {
                return Scalar::Uint(n);
            }
        }
        [b'-', b'0', b'b', rest @ ..] => {
            if let Some(n) = parse_signed(&[b"-", rest].concat(), 2) {
                return Scalar::Int(n);
            }
        }
        _ => {}
    }
    Scalar::Str(text)
}

/// Go's `strconv.ParseInt` for a text without underscores; base 0 takes the base from a prefix.
fn parse_signed(text: &[u8], base: u32) -> Option<i64> {
    let (negative, digits) = match text {
        [b'+', rest @ ..] => (false, rest),
        [b'-', rest @ ..] => (true, rest),
        _ => (false, text),
    };
    let n = parse_unsigned(digits, base)?;
    match negative {
        false => i64::try_from(n).ok(),
        true => 0i64.checked_sub_unsigned(n),
    }
}

/// Go's `strconv.ParseUint`, likewise.
fn parse_unsigned(text: &[u8], base: u32) -> Option<u64> {
    let (base, digits) = match (base, text) {
        (_, []) => return None,
        (0, [b'0', b'b' | b'B', _, ..]) => (2, text.get(2..)?),
        (0, [b'0', b'o' | b'O', _, ..]) => (8, text.get(2..)?),
        (0, [b'0', b'x' | b'X', _, ..]) => (16, text.get(2..)?),
        (0, [b'0', ..]) => (8, text.get(1..)?),
        (0, _) => (10, text),
        (base, _) => (base, text),
    };
    digits.iter().try_fold(0u64, |n, &byte| {
        let digit = (byte as char).to_digit(base)?;
        n.checked_mul(u64::from(base))?.checked_add(u64::from(digit))
    })
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`, and within the range of a double.
fn float(text: &[u8]) -> Option<f64> {
    let digits = |at: usize| text.get(at..).map_or(0, |rest| rest.iter().take_while(|b| b.is_ascii_digit()).count());
    let mut at = usize::from(matches!(text.first(), Some(b'+' | b'-')));
    let whole = digits(at);
    at += whole;
    if text.get(at) == Some(&b'.') {
        let fraction = digits(at + 1);
        if whole == 0 && fraction == 0 {
            return None;
        }
        at += 1 + fraction;
    } else if whole == 0 {
        return None;
    }
    if matches!(text.get(at), Some(b'e' | b'E')) {
        at += 1;
        at += usize::from(matches!(text.get(at), Some(b'+' | b'-')));
        let exponent = digits(at);
        if exponent == 0 {
            return None;
        }
        at += exponent;
    }
    if at != text.len() {
        return None;
    }
    std::str::from_utf8(text).ok()?.parse::<f64>().ok().filter(|n| n.is_finite())
}

/// Go's `base64.StdEncoding.DecodeString`: padded, line breaks ignored, spare bits of the last byte not looked at.
pub(super) fn base64(text: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let mut bytes = text.iter().copied().filter(|byte| !matches!(byte, b'\r' | b'\n'));
    loop {
        let (mut bits, mut sextets) = (0u32, 0);
        let mut padding = 0;
        for _ in 0..4 {
            let value = match bytes.next() {
                None if sextets == 0 && padding == 0 => return Some(out),
                None => return None,
                Some(b'=') if sextets >= 2 => {
                    padding += 1;
                    continue;
                }
                _ if padding > 0 => return None,
                Some(byte @ b'A'..=b'Z') => byte - b'A',
                Some(byte @ b'a'..=b'z') => byte - b'a' + 26,
                Some(byte @ b'0'..=b'9') => byte - b'0' + 52,
                Some(b'+') => 62,
                Some(b'/') => 63,
                Some(_) => return None,
            };
            bits = bits << 6 | u32::from(value);
            sextets += 1;
        }
        bits <<= 6 * padding;
        let [_, a, b, c] = bits.to_be_bytes();
        out.extend([a, b, c].iter().take(sextets - 1));
        if padding > 0 {
            return bytes.next().is_none().then_some(out);
        }
    }
}

/// yaml/v3 reads `0o` and `-0o` once more where Go's own base prefix failed (`0o-7`).
pub(super) fn is_octal_v3(text: &[u8]) -> bool {
    let digits: Vec<u8> = text.iter().copied().filter(|&byte| byte != b'_').collect();
    match digits.as_slice() {
        [b'0', b'o', rest @ ..] => parse_signed(rest, 8).is_some() || parse_unsigned(rest, 8).is_some(),
        [b'-', b'0', b'o', rest @ ..] => parse_signed(&[b"-", rest].concat(), 8).is_some(),
        _ => false,
    }
}
