//! `FormatFloat`. Rust's own formatter finds the digits (shortest, or exact and rounded half to even, as Go's);
//! the layout is Go's.

use std::fmt::Write;

/// A double has at most this many significant decimal digits; what is asked beyond is zeros.
const MAX_DIGITS: usize = 800;
/// Nor has it more digits than this after the point.
const MAX_FRACTION: usize = 1100;

/// `FormatFloat(f, verb, precision, bits)`: verbs `b e E f g G x X`; no precision means the shortest text that
/// reads back as the same number. `bits` is 32 or 64. The precision's size is the caller's to bound.
pub fn format_float(f: f64, verb: u8, precision: Option<usize>, bits: u8) -> String {
    if f.is_nan() {
        return "NaN".into();
    }
    let f = if bits == 32 { f64::from(f as f32) } else { f };
    if f.is_infinite() {
        return if f < 0.0 { "-Inf" } else { "+Inf" }.into();
    }
    let mut out = String::new();
    if f.is_sign_negative() {
        out.push('-');
    }
    let f = f.abs();
    match verb {
        b'b' => binary(&mut out, f, bits),
        b'x' | b'X' => hexadecimal(&mut out, f, precision, bits, verb == b'X'),
        b'e' | b'E' => {
            let digits = match precision {
                None => Digits::shortest(f, bits),
                Some(n) => Digits::exact(f, n.saturating_add(1)),
            };
            exponent_form(&mut out, &digits, precision.unwrap_or(digits.text.len().saturating_sub(1)), verb);
        }
        b'f' => match precision {
            None => {
                let digits = Digits::shortest(f, bits);
                let fraction = digits.fraction(digits.text.len());
                point_form(&mut out, &digits, fraction);
            }
            Some(n) => {
                let exact = n.min(MAX_FRACTION);
                // Writing to a String does not fail.
                let _ = write!(out, "{f:.exact$}");
                out.extend(std::iter::repeat_n('0', n - exact));
            }
        },
        b'g' | b'G' => general(&mut out, f, verb, precision, bits),
        _ => return format!("%{}", char::from(verb)),
    }
    out
}

/// Decimal digits without trailing zeros, and where the point stands: `0.text * 10^point`. Zero has no digits.
struct Digits {
    text: Vec<u8>,
    point: i32,
}

impl Digits {
    fn shortest(f: f64, bits: u8) -> Digits {
        let (text, may_tie) = if bits == 32 { (format!("{:e}", f as f32), 6) } else { (format!("{f:e}"), 15) };
        let digits = Digits::read(&text);
        // Half-way between two shortest texts, Go takes the even digit and Rust the upper one.
        if digits.text.len() >= may_tie && digits.text.last().is_some_and(|d| d % 2 == 1) {
            let even = Digits::exact_text(f, digits.text.len());
            let same = if bits == 32 { even.parse() == Ok(f as f32) } else { even.parse() == Ok(f) };
            if same {
                return Digits::read(&even);
            }
        }
        digits
    }

    /// Rounded to `n` significant digits, `n` at least 1.
    fn exact(f: f64, n: usize) -> Digits {
        Digits::read(&Digits::exact_text(f, n))
    }

    fn exact_text(f: f64, n: usize) -> String {
        let fraction = n.clamp(1, MAX_DIGITS) - 1;
        format!("{f:.fraction$e}")
    }

    /// Takes Rust's `d.ddde-5` apart.
    fn read(text: &str) -> Digits {
        let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
        let mut digits: Vec<u8> = mantissa.bytes().filter(u8::is_ascii_digit).collect();
        while digits.last() == Some(&b'0') {
            digits.pop();
        }
        let point = if digits.is_empty() { 0 } else { exponent.parse().unwrap_or(0) + 1 };
        Digits { text: digits, point }
    }

    /// How many of `n` digits stand after the point.
    fn fraction(&self, n: usize) -> usize {
        usize::try_from(n as i64 - i64::from(self.point)).unwrap_or(0)
    }

    fn at(&self, i: i64) -> char {
        usize::try_from(i).ok().and_then(|i| self.text.get(i)).map_or('0', |d| char::from(*d))
    }
}

/// `-d.dddde±dd`
fn exponent_form(out: &mut String, digits: &Digits, fraction: usize, verb: u8) {
    out.push(digits.at(0));
    if fraction > 0 {
        out.push('.');
        out.extend((1..=fraction as i64).map(|i| digits.at(i)));
    }
    let exponent = if digits.text.is_empty() { 0 } else { digits.point - 1 };
    let sign = if exponent < 0 { '-' } else { '+' };
    let _ = write!(out, "{}{sign}{:02}", char::from(verb), exponent.abs());
}

/// `-ddd.dddd`
fn point_form(out: &mut String, digits: &Digits, fraction: usize) {
    let point = i64::from(digits.point);
    if point > 0 {
        out.extend((0..point).map(|i| digits.at(i)));
    } else {
        out.push('0');
    }
    if fraction > 0 {
        out.push('.');
        out.extend((0..fraction as i64).map(|i| digits.at(point + i)));
    }
}

/// `%g`: the exponent form for large exponents, else the point form; trailing zeros never show.
fn general(out: &mut String, f: f64, verb: u8, precision: Option<usize>, bits: u8) {
    let (digits, mut precision, shortest) = match precision {
        None => {
            let digits = Digits::shortest(f, bits);
            let n = digits.text.len();
            (digits, n, true)
        }
        Some(n) => (Digits::exact(f, n.max(1)), n.max(1), false),
    };
    let count = digits.text.len();
    let enough_for_point = i64::try_from(count).is_ok_and(|n| n >= i64::from(digits.point));
    let threshold = match shortest {
        true => 6,
        false if precision > count && enough_for_point => count,
        false => precision,
    };
    let exponent = i64::from(digits.point) - 1;
    if exponent < -4 || exponent >= threshold as i64 {
        precision = precision.min(count);
        exponent_form(out, &digits, precision.saturating_sub(1), verb + b'e' - b'g');
        return;
    }
    if precision as i64 > i64::from(digits.point) {
        precision = count;
    }
    let fraction = digits.fraction(precision);
    point_form(out, &digits, fraction);
}

struct Binary {
    mantissa: u64,
    exponent: i32,
    mantissa_bits: u32,
}

/// Mantissa (with the implicit bit) and exponent, as the format's own width has them.
fn split(f: f64, bits: u8) -> Binary {
    let (raw, mantissa_bits, exponent_bits, bias) = match bits {
        32 => (u64::from((f as f32).to_bits()), 23, 8, -127),
        _ => (f.to_bits(), 52, 11, -1023),
    };
    let mantissa = raw & ((1 << mantissa_bits) - 1);
    match (raw >> mantissa_bits) as i32 & ((1 << exponent_bits) - 1) {
        0 => Binary { mantissa, exponent: 1 + bias, mantissa_bits },
        exponent => Binary { mantissa: mantissa | 1 << mantissa_bits, exponent: exponent + bias, mantissa_bits },
    }
}

/// `ddddp±ddd`
fn binary(out: &mut String, f: f64, bits: u8) {
    let b = split(f, bits);
    let _ = write!(out, "{}p{:+}", b.mantissa, b.exponent - b.mantissa_bits as i32);
}

/// `0x1.yyyyp±dd`
fn hexadecimal(out: &mut String, f: f64, precision: Option<usize>, bits: u8, upper: bool) {
    let Binary { mut mantissa, mut exponent, mantissa_bits } = split(f, bits);
    if mantissa == 0 {
        exponent = 0;
    }
    // The leading 1 goes to bit 60: one bit of integer, then fifteen hexadecimal digits of fraction.
    mantissa <<= 60 - mantissa_bits;
    while mantissa != 0 && mantissa & (1 << 60) == 0 {
        mantissa <<= 1;
        exponent -= 1;
    }
    if let Some(n) = precision
        && n < 15
    {
        let shift = n as u32 * 4;
        let extra = (mantissa << shift) & ((1 << 60) - 1);
        mantissa >>= 60 - shift;
        if extra | (mantissa & 1) > 1 << 59 {
            mantissa += 1;
        }
        mantissa <<= 60 - shift;
        if mantissa & (1 << 61) != 0 {
            mantissa >>= 1;
            exponent += 1;
        }
    }
    out.push_str(if upper { "0X" } else { "0x" });
    out.push(if mantissa >> 60 & 1 == 1 { '1' } else { '0' });
    let mut rest = mantissa << 4;
    let count = precision.unwrap_or_else(|| (16 - rest.trailing_zeros() as usize / 4).min(16));
    let count = if precision.is_none() && rest == 0 { 0 } else { count };
    if count > 0 {
        out.push('.');
        for _ in 0..count {
            let digit = char::from_digit((rest >> 60) as u32, 16).unwrap_or('0');
            out.push(if upper { digit.to_ascii_uppercase() } else { digit });
            rest <<= 4;
        }
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    let _ = write!(out, "{}{sign}{:02}", if upper { 'P' } else { 'p' }, exponent.abs());
}
