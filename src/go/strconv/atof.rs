//! `ParseFloat`: Go's syntax (hexadecimal, underscores, infinities); the decimal value itself comes from Rust's reader,
//! which rounds to nearest even as Go's does.

use super::{NumError, Reason, lower, underscores_ok};

/// `ParseFloat(text, bits)`, `bits` 32 or 64.
pub fn parse_float(text: &[u8], bits: u8) -> Result<f64, NumError> {
    if let Some(special) = special(text) {
        return Ok(special);
    }
    read(text).ok_or(Reason::Syntax).and_then(|scan| scan.value(text, bits)).map_err(|reason| NumError {
        func: "ParseFloat",
        input: text.to_vec(),
        reason,
    })
}

/// Infinities and NaN, in any case; NaN takes no sign.
fn special(text: &[u8]) -> Option<f64> {
    let is = |text: &[u8], word: &str| text.eq_ignore_ascii_case(word.as_bytes());
    let (sign, body) = match text {
        [b'+', rest @ ..] => (1.0, rest),
        [b'-', rest @ ..] => (-1.0, rest),
        _ if is(text, "nan") => return Some(f64::NAN),
        _ => (1.0, text),
    };
    (is(body, "inf") || is(body, "infinity")).then_some(sign * f64::INFINITY)
}

struct Scan {
    negative: bool,
    hex: bool,
    /// The first 16 hexadecimal digits; decimal digits are left to Rust.
    mantissa: u64,
    truncated: bool,
    /// The power of two that goes with `mantissa`.
    exponent: i64,
}

/// The number's shape; `None` when it has none.
fn read(text: &[u8]) -> Option<Scan> {
    let mut scan =
        Scan { negative: text.first() == Some(&b'-'), hex: false, mantissa: 0, truncated: false, exponent: 0 };
    let mut rest = if matches!(text.first(), Some(b'+' | b'-')) { &text[1..] } else { text };
    if let [b'0', x, body @ ..] = rest
        && lower(*x) == b'x'
        && !body.is_empty()
    {
        scan.hex = true;
        rest = body;
    }
    let (mut saw_dot, mut saw_digits, mut underscores) = (false, false, false);
    let (mut taken, mut in_mantissa, mut point) = (0i64, 0i64, 0i64);
    while let [c, tail @ ..] = rest {
        match c {
            b'_' => underscores = true,
            b'.' if saw_dot => return None,
            b'.' => (saw_dot, point) = (true, taken),
            _ => match char::from(*c).to_digit(if scan.hex { 16 } else { 10 }) {
                None => break,
                Some(digit) => {
                    saw_digits = true;
                    if digit == 0 && taken == 0 {
                        // Leading zeros only move the point.
                        point -= 1;
                    } else {
                        taken += 1;
                        if in_mantissa < 16 {
                            scan.mantissa = scan.mantissa.wrapping_mul(16).wrapping_add(u64::from(digit));
                            in_mantissa += 1;
                        } else {
                            scan.truncated |= digit != 0 || scan.hex && !c.is_ascii_digit();
                        }
                    }
                }
            },
        }
        rest = tail;
    }
    if !saw_digits {
        return None;
    }
    if !saw_dot {
        point = taken;
    }
    let marker = if scan.hex { b'p' } else { b'e' };
    match rest {
        [c, tail @ ..] if lower(*c) == marker => {
            let (sign, digits) = match tail {
                [b'+', digits @ ..] => (1, digits),
                [b'-', digits @ ..] => (-1, digits),
                digits => (1, digits),
            };
            if !digits.first().is_some_and(u8::is_ascii_digit) {
                return None;
            }
            let mut exponent = 0i64;
            for d in digits {
                match d {
                    b'_' => underscores = true,
                    // Far enough: nothing that large or small is a number.
                    b'0'..=b'9' if exponent < 10_000 => exponent = exponent * 10 + i64::from(d - b'0'),
                    b'0'..=b'9' => {}
                    _ => return None,
                }
            }
            scan.exponent = sign * exponent;
        }
        [] if !scan.hex => {}
        _ => return None,
    }
    if underscores && !underscores_ok(text) {
        return None;
    }
    scan.exponent += (point - in_mantissa) * 4;
    Some(scan)
}

impl Scan {
    fn value(&self, text: &[u8], bits: u8) -> Result<f64, Reason> {
        let magnitude = if self.hex { self.hexadecimal(bits) } else { decimal(text, bits)?.abs() };
        if magnitude.is_infinite() {
            return Err(Reason::Range);
        }
        Ok(if self.negative { -magnitude } else { magnitude })
    }

    /// Rounds the mantissa to the format's width, half to even, denormal numbers included (`atofHex`).
    fn hexadecimal(&self, bits: u8) -> f64 {
        let (mantissa_bits, bias) = if bits == 32 { (23u32, -127i64) } else { (52, -1023) };
        let (mut mantissa, mut exponent) = (self.mantissa, self.exponent + i64::from(mantissa_bits));
        if mantissa == 0 {
            return 0.0;
        }
        while mantissa >> (mantissa_bits + 2) == 0 {
            mantissa <<= 1;
            exponent -= 1;
        }
        mantissa |= u64::from(self.truncated);
        // Two bits more than the format has; the lower one stands for everything that was shifted out.
        while mantissa >> (mantissa_bits + 3) != 0 || mantissa > 1 && exponent < bias + 1 - 2 {
            mantissa = mantissa >> 1 | mantissa & 1;
            exponent += 1;
        }
        let round = mantissa & 3 | mantissa >> 2 & 1;
        mantissa = (mantissa >> 2) + u64::from(round == 3);
        exponent += 2;
        if mantissa == 1 << (mantissa_bits + 1) {
            mantissa >>= 1;
            exponent += 1;
        }
        if mantissa >> mantissa_bits == 0 {
            exponent = bias;
        }
        if exponent > -bias {
            return f64::INFINITY;
        }
        let raw = mantissa & ((1 << mantissa_bits) - 1) | ((exponent - bias) as u64) << mantissa_bits;
        if bits == 32 { f64::from(f32::from_bits(raw as u32)) } else { f64::from_bits(raw) }
    }
}

fn decimal(text: &[u8], bits: u8) -> Result<f64, Reason> {
    let kept: Vec<u8> = text.iter().copied().filter(|c| *c != b'_').collect();
    let text = std::str::from_utf8(&kept).map_err(|_| Reason::Syntax)?;
    let value = if bits == 32 { text.parse::<f32>().map(f64::from) } else { text.parse::<f64>() };
    value.map_err(|_| Reason::Syntax)
}
