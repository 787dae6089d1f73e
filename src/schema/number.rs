//! Numbers as the schema library compares and prints them: exact decimals in, English thousands out.
//!
//! It compares `big.Rat`s of the decimal text, and prints through golang.org/x/text with English rules:
//! `maximum: got 70,000, want 65,535`.

use std::cmp::Ordering;

use num_bigint::{BigInt, Sign};
use serde_json::Number;

use crate::go::strconv::format_float;
use crate::value::Tree;

/// A number of an instance or of a schema: `digits * 10^exponent`, exact; the digits don't end in a zero.
#[derive(Clone, Debug)]
pub struct Num {
    text: String,
    digits: BigInt,
    exponent: i64,
    /// How many digits there are.
    length: i64,
}

/// Go's `big.Rat` reads no larger exponent.
const MAX_EXPONENT: i64 = 1_000_000;

/// Nobody means more digits, and reading them costs their square.
const MAX_DIGITS: usize = 20_000;

impl Num {
    /// A number of the values.
    pub fn of_tree(tree: Tree<'_>) -> Option<Num> {
        match tree {
            Tree::Int(n) => Num::read(n.to_string()),
            Tree::Float(f) => Num::read(format_float(f, b'g', None, 64)),
            _ => None,
        }
    }

    /// A number of the schema, as it was written. `None` for one that `big.Rat` does not read.
    pub fn of_json(number: &Number) -> Option<Num> {
        Num::read(number.to_string())
    }

    fn read(text: String) -> Option<Num> {
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()?),
            None => (text.as_str(), 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = format!("{whole}{fraction}");
        let digits = all.trim_end_matches('0');
        let exponent = exponent.checked_sub(fraction.len().try_into().ok()?)?;
        if exponent.abs() > MAX_EXPONENT || digits.len() > MAX_DIGITS {
            return None;
        }
        let zeros = (all.len() - digits.len()) as i64;
        let digits: BigInt = if digits.is_empty() || digits == "-" { BigInt::ZERO } else { digits.parse().ok()? };
        if digits.sign() == Sign::NoSign {
            return Some(Num { text, digits, exponent: 0, length: 0 });
        }
        let length = digits.magnitude().to_string().len() as i64;
        Some(Num { text, digits, exponent: exponent + zeros, length })
    }

    pub fn is_integer(&self) -> bool {
        self.exponent >= 0
    }

    pub fn compare(&self, other: &Num) -> Ordering {
        let sign = |n: &Num| n.digits.sign();
        if sign(self) != sign(other) || sign(self) == Sign::NoSign {
            return sign(self).cmp(&sign(other));
        }
        // Of one sign: by size, which needs no powers of ten unless they are of one length.
        let sizes = (self.length + self.exponent).cmp(&(other.length + other.exponent));
        let by_size = if sign(self) == Sign::Minus { sizes.reverse() } else { sizes };
        by_size.then_with(|| {
            let unit = self.exponent.min(other.exponent);
            let scale = |n: &Num| &n.digits * ten_to((n.exponent - unit) as u32);
            scale(self).cmp(&scale(other))
        })
    }

    /// Whether this divided by `step` is an integer. Division by zero is not.
    pub fn is_multiple_of(&self, step: &Num) -> bool {
        if step.digits.sign() == Sign::NoSign {
            return false;
        }
        if self.digits.sign() == Sign::NoSign {
            return true;
        }
        let shift = self.exponent - step.exponent;
        if shift < 0 {
            // Its digits don't end in a zero, so ten does not divide them; two or five may.
            let most = i64::try_from(self.digits.bits()).unwrap_or(i64::MAX);
            return -shift <= most && (&self.digits % (&step.digits * ten_to(-shift as u32))) == BigInt::ZERO;
        }
        let modulus = BigInt::from(step.digits.magnitude().clone());
        let power = BigInt::from(10).modpow(&BigInt::from(shift), &modulus);
        (&self.digits * power) % modulus == BigInt::ZERO
    }

    /// As an `int`, when it is an integer; the low bits of one that does not fit.
    pub fn as_int(&self) -> Option<i64> {
        if !self.is_integer() {
            return None;
        }
        if self.exponent > 64 {
            // A multiple of 2^64.
            return Some(0);
        }
        let whole = &self.digits * ten_to(self.exponent as u32);
        let low = whole.magnitude().iter_u64_digits().next().unwrap_or(0) as i64;
        Some(if whole.sign() == Sign::Minus { low.wrapping_neg() } else { low })
    }

    pub fn is_positive(&self) -> bool {
        self.digits.sign() == Sign::Plus
    }

    /// Whether it is negative, its digits, and how many of them (or zeros behind them) stand before the point.
    pub fn decimal(&self) -> (bool, String, i64) {
        let digits = self.digits.magnitude().to_string();
        (self.digits.sign() == Sign::Minus, digits, self.length + self.exponent)
    }

    fn float(&self) -> f64 {
        // A rational has no negative zero.
        self.text.parse::<f64>().unwrap_or(f64::NAN) + 0.0
    }

    /// As `message.Printer` prints a `float64` with `%v` in English.
    pub fn english(&self) -> String {
        let text = format_float(self.float(), b'g', None, 64);
        match text.split_once('e') {
            None => thousands(&text),
            Some((mantissa, exponent)) => {
                let exponent: String = exponent.trim_start_matches('+').chars().map(superscript).collect();
                format!("{mantissa}×10{exponent}")
            }
        }
    }
}

fn ten_to(exponent: u32) -> BigInt {
    BigInt::from(10).pow(exponent)
}

/// An integer as `message.Printer` prints it with `%d`.
pub fn count(n: i64) -> String {
    thousands(&n.to_string())
}

fn thousands(text: &str) -> String {
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |d| ("-", d));
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(w, f)| (w, Some(f)));
    let mut out = String::from(sign);
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(fraction) = fraction {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

fn superscript(c: char) -> char {
    match c {
        '-' => '⁻',
        '0' => '⁰',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        '4' => '⁴',
        '5' => '⁵',
        '6' => '⁶',
        '7' => '⁷',
        '8' => '⁸',
        '9' => '⁹',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn num(text: &str) -> Num {
        Num::read(text.into()).unwrap()
    }

    // Expected: golang.org/x/text/message with language.English.
    #[test]
    fn numbers_are_printed_in_english() {
        for (text, want) in [
            ("70000", "70,000"),
            ("1234.5678", "1,234.5678"),
            ("-1234.5", "-1,234.5"),
            ("1234567.891", "1.234567891×10⁰⁶"),
            ("1e-7", "1×10⁻⁰⁷"),
            ("1e300", "1×10³⁰⁰"),
            ("100", "100"),
        ] {
            assert_eq!(num(text).english(), want);
        }
        assert_eq!(count(12345), "12,345");
    }

    #[test]
    fn decimals_are_exact() {
        assert!(num("0.3").is_multiple_of(&num("0.1")));
        assert!(!num("0.35").is_multiple_of(&num("0.1")));
        assert!(!num("1").is_multiple_of(&num("0")));
        assert!(num("1.0").is_integer() && num("1e3").is_integer() && !num("1.5").is_integer());
        assert_eq!(num("1.50").compare(&num("1.5")), Ordering::Equal);
        assert_eq!(num("1e400").compare(&num("1")), Ordering::Greater);
        assert_eq!(num("-1e400").compare(&num("-1e-400")), Ordering::Less);
        assert!(num("1e1000").is_multiple_of(&num("0.125")) && !num("1e1000").is_multiple_of(&num("3e-999")));
        assert!(num("25").is_multiple_of(&num("0.5")) && num("0").is_multiple_of(&num("7")));
        assert!(!num("25").is_multiple_of(&num("100")) && num("-500").is_multiple_of(&num("100")));
        assert_eq!((num("1e3").as_int(), num("-12").as_int(), num("0.5").as_int()), (Some(1000), Some(-12), None));
        assert!(Num::read("1e1000001".into()).is_none());
    }
}
