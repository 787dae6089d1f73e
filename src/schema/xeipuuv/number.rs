//! Limits of numbers as the library prints them: `%v` of a `big.Float` that was made of a decimal.

use serde_json::Value;

use super::Stop;
use crate::schema::number::Num;

/// More digits than this, and the `big.Float` may be another number than the decimal.
const MOST_DIGITS: usize = 18;

/// Outside of these exponents Go's `%g` writes one.
const PLAIN_EXPONENTS: std::ops::Range<i64> = -4..6;

/// `mustBeNumber`; `None` for what is no number.
pub(super) fn number(value: &Value) -> Result<Option<Num>, Stop> {
    let Value::Number(n) = value else { return Ok(None) };
    match Num::of_json(n) {
        Some(num) => Ok(Some(num)),
        None => Err(Stop::Unsure(format!("the number {n}"))),
    }
}

/// `mustBeInteger`: written without point and exponent, within an int64.
pub(super) fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Number(n) => n.to_string().parse().ok(),
        _ => None,
    }
}

/// The shortest text, as `%g` has it.
pub(super) fn shown(num: &Num) -> Result<String, Stop> {
    let (negative, digits, point) = num.decimal();
    if digits.len() > MOST_DIGITS {
        return Err(Stop::Unsure(format!("a limit of {} digits", digits.len())));
    }
    let sign = if negative { "-" } else { "" };
    if digits == "0" {
        return Ok(digits);
    }
    let exponent = point - 1;
    if !PLAIN_EXPONENTS.contains(&exponent) {
        let (first, rest) = digits.split_at(1);
        let dot = if rest.is_empty() { "" } else { "." };
        let minus = if exponent < 0 { '-' } else { '+' };
        return Ok(format!("{sign}{first}{dot}{rest}e{minus}{:02}", exponent.abs()));
    }
    let length = digits.len() as i64;
    Ok(match point {
        ..=0 => format!("{sign}0.{}{digits}", "0".repeat(-point as usize)),
        _ if point >= length => format!("{sign}{digits}{}", "0".repeat((point - length) as usize)),
        _ => format!("{sign}{}.{}", &digits[..point as usize], &digits[point as usize..]),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    // Expected: fmt.Sprint of big.Floats, Go 1.23.
    #[test]
    fn limits_are_printed_as_big_floats_are() {
        for (text, want) in [
            ("0", "0"),
            ("5", "5"),
            ("-7200", "-7200"),
            ("65535", "65535"),
            ("999999", "999999"),
            ("1000000", "1e+06"),
            ("1234567.5", "1.2345675e+06"),
            ("0.5", "0.5"),
            ("-0.00012", "-0.00012"),
            ("0.000012", "1.2e-05"),
            ("12.50", "12.5"),
            ("1e2", "100"),
        ] {
            let value: Value = serde_json::from_str(text).unwrap();
            assert_eq!(shown(&number(&value).unwrap().unwrap()).unwrap(), want);
        }
    }
}
