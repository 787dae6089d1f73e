//! Integers and booleans: `FormatInt`, `ParseInt`, `Atoi`, `ParseBool`.

use super::{NumError, Reason, lower, underscores_ok};

const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";

/// `FormatInt`: base 2 to 36 (any other base counts as the nearest of these).
pub fn format_int(n: i64, base: u32) -> String {
    let digits = format_uint(n.unsigned_abs(), base);
    if n < 0 { format!("-{digits}") } else { digits }
}

/// `FormatUint`: base 2 to 36.
pub fn format_uint(mut n: u64, base: u32) -> String {
    if base == 10 {
        return n.to_string();
    }
    let base = u64::from(base.clamp(2, 36));
    let mut digits = Vec::new();
    loop {
        digits.push(char::from(DIGITS[(n % base) as usize]));
        n /= base;
        if n == 0 {
            return digits.iter().rev().collect();
        }
    }
}

/// A byte in base 10, written where the caller has room.
pub fn format_byte(n: u8, digits: &mut [u8; 3]) -> &[u8] {
    *digits = [b'0' + n / 100, b'0' + n / 10 % 10, b'0' + n % 10];
    let zeros = if n >= 100 {
        0
    } else if n >= 10 {
        1
    } else {
        2
    };
    &digits[zeros..]
}

/// `ParseUint`: base 0 reads Go's prefixes and underscores; `bits` 0 means 64.
pub fn parse_uint(text: &[u8], base: u32, bits: u32) -> Result<u64, NumError> {
    digits(text, base, bits).map_err(|(reason, _)| NumError::new("ParseUint", text, reason))
}

/// `ParseInt`: as [`parse_uint`], with a sign.
pub fn parse_int(text: &[u8], base: u32, bits: u32) -> Result<i64, NumError> {
    signed(text, base, bits).map_err(|reason| NumError::new("ParseInt", text, reason))
}

/// `Atoi`.
pub fn atoi(text: &[u8]) -> Result<i64, NumError> {
    signed(text, 10, 64).map_err(|reason| NumError::new("Atoi", text, reason))
}

/// `ParseBool`: `1 t T TRUE true True 0 f F FALSE false False`.
pub fn parse_bool(text: &[u8]) -> Result<bool, NumError> {
    match text {
        b"1" | b"t" | b"T" | b"true" | b"TRUE" | b"True" => Ok(true),
        b"0" | b"f" | b"F" | b"false" | b"FALSE" | b"False" => Ok(false),
        _ => Err(NumError::new("ParseBool", text, Reason::Syntax)),
    }
}

fn signed(text: &[u8], base: u32, bits: u32) -> Result<i64, Reason> {
    let (negative, magnitude) = match text {
        [b'+', rest @ ..] => (false, rest),
        [b'-', rest @ ..] => (true, rest),
        _ => (false, text),
    };
    let n = match digits(magnitude, base, bits) {
        Ok(n) => n,
        Err((Reason::Range, largest)) => largest,
        Err((reason, _)) => return Err(reason),
    };
    let cutoff = 1u64 << (width(bits) - 1);
    match negative {
        false if n >= cutoff => Err(Reason::Range),
        true if n > cutoff => Err(Reason::Range),
        false => Ok(n as i64),
        true => Ok((n as i64).wrapping_neg()),
    }
}

fn width(bits: u32) -> u32 {
    if bits == 0 { 64 } else { bits.min(64) }
}

/// The value of unsigned digits; with [`Reason::Range`] comes the largest value that the width holds.
fn digits(text: &[u8], base: u32, bits: u32) -> Result<u64, (Reason, u64)> {
    const SYNTAX: (Reason, u64) = (Reason::Syntax, 0);
    if text.is_empty() {
        return Err(SYNTAX);
    }
    let (radix, body) = match (base, text) {
        (2..=36, _) => (base, text),
        (0, [b'0', letter, rest @ ..]) if !rest.is_empty() && lower(*letter) == b'b' => (2, rest),
        (0, [b'0', letter, rest @ ..]) if !rest.is_empty() && lower(*letter) == b'o' => (8, rest),
        (0, [b'0', letter, rest @ ..]) if !rest.is_empty() && lower(*letter) == b'x' => (16, rest),
        (0, [b'0', rest @ ..]) => (8, rest),
        (0, _) => (10, text),
        _ => return Err((Reason::Base(base), 0)),
    };
    let largest = u64::MAX >> (64 - width(bits));
    let (mut n, mut underscores) = (0u64, false);
    for c in body {
        let digit = match c {
            b'_' if base == 0 => {
                underscores = true;
                continue;
            }
            b'0'..=b'9' => c - b'0',
            b'a'..=b'z' | b'A'..=b'Z' => lower(*c) - b'a' + 10,
            _ => return Err(SYNTAX),
        };
        if u32::from(digit) >= radix {
            return Err(SYNTAX);
        }
        let next = n.checked_mul(u64::from(radix)).and_then(|n| n.checked_add(u64::from(digit)));
        match next {
            Some(next) if next <= largest => n = next,
            // Go stops here as well: a bad digit further on is not seen.
            _ => return Err((Reason::Range, largest)),
        }
    }
    if underscores && !underscores_ok(text) {
        return Err(SYNTAX);
    }
    Ok(n)
}
