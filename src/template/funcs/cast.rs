//! Whatever it is, as a number: the rules of spf13/cast 1.7.0, through which Sprig's arithmetic sees its arguments.
//! What does not convert is 0. A named type does not convert either, except for weekdays and months.

use crate::go::strconv;
use crate::value::{IntType, Value};

/// `cast.ToInt` and `cast.ToInt64`, which are the same on a 64-bit machine.
pub(super) fn to_int(value: Value<'_>) -> i64 {
    match value {
        Value::Int(IntType::Duration, _) => 0,
        Value::Int(_, n) => n,
        Value::Uint(_, n) => n as i64,
        Value::Float(f) => go_int(f),
        Value::Str(s) => strconv::parse_int(trim_zero_decimal(s), 0, 64).unwrap_or(0),
        Value::Bool(b) => i64::from(b),
        _ => 0,
    }
}

/// `cast.ToFloat64`.
pub(super) fn to_float(value: Value<'_>) -> f64 {
    match value {
        Value::Int(IntType::Duration, _) => 0.0,
        Value::Int(_, n) => n as f64,
        Value::Uint(_, n) => n as f64,
        Value::Float(f) => f,
        Value::Str(s) => strconv::parse_float(s, 64).unwrap_or(0.0),
        Value::Bool(b) => f64::from(u8::from(b)),
        _ => 0.0,
    }
}

/// `int(f)` as amd64 converts: what does not fit is the smallest integer.
pub(super) fn go_int(f: f64) -> i64 {
    // Both bounds are exact in float64.
    if (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&f) { f as i64 } else { i64::MIN }
}

/// Cuts `.000` off: `"8.0"` is an integer, `"8.5"` is none. Points behind the zeros go with them: `"8.0."` is one too.
fn trim_zero_decimal(text: &[u8]) -> &[u8] {
    let mut zeros = false;
    for (at, byte) in text.iter().enumerate().rev() {
        match byte {
            b'.' if zeros => return text.get(..at).unwrap_or_default(),
            b'.' => {}
            b'0' => zeros = true,
            _ => break,
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_go_literals() {
        let int = |s: &'static str| to_int(Value::str(s));
        assert_eq!((int("08"), int("0x1f"), int("8.00"), int("1_000"), int("8.5")), (0, 31, 8, 1000, 0));
    }

    #[test]
    fn floats_that_do_not_fit_are_the_smallest_integer() {
        assert_eq!((go_int(1e19), go_int(f64::NAN), go_int(-1.9)), (i64::MIN, i64::MIN, -1));
    }
}
