//! Numbers as the schema library compares and prints them: exact decimals in, English thousands out.
//!
//! It compares `big.Rat`s of the shortest decimal text, and prints through golang.org/x/text with English rules:
//! `maximum: got 70,000, want 65,535`.

use serde_json::Number;

use crate::go::strconv::format_float;
use crate::value::Tree;

/// `digits * 10^exponent`, exact.
#[derive(Clone, Copy, Debug)]
struct Decimal {
    digits: i128,
    exponent: i32,
}

/// A number of an instance or of a schema.
#[derive(Clone, Debug)]
pub struct Num(String);

impl Num {
    /// A number of the values.
    pub fn of_tree(tree: Tree<'_>) -> Option<Num> {
        match tree {
            Tree::Int(n) => Some(Num(n.to_string())),
            Tree::Float(f) => Some(Num(format_float(f, b'g', None, 64))),
            _ => None,
        }
    }

    /// A number of the schema, as it was written.
    pub fn of_json(number: &Number) -> Num {
        Num(number.to_string())
    }

    pub fn is_integer(&self) -> bool {
        match self.decimal() {
            Some(d) => d.exponent >= 0 || d.digits == 0 || normal(d).exponent >= 0,
            None => self.float().fract() == 0.0,
        }
    }

    pub fn compare(&self, other: &Num) -> std::cmp::Ordering {
        if let (Some(a), Some(b)) = (self.decimal(), other.decimal())
            && let Some((a, b)) = aligned(a, b)
        {
            return a.cmp(&b);
        }
        self.float().total_cmp(&other.float())
    }

    /// Whether this divided by `step` is an integer. Division by zero is not.
    pub fn is_multiple_of(&self, step: &Num) -> bool {
        if let (Some(a), Some(b)) = (self.decimal(), step.decimal())
            && let Some((a, b)) = aligned(a, b)
        {
            return b != 0 && a % b == 0;
        }
        (self.float() / step.float()).fract() == 0.0
    }

    /// As an `int`, when it is an integer.
    pub fn as_int(&self) -> Option<i64> {
        if !self.is_integer() {
            return None;
        }
        match self.decimal().map(normal) {
            Some(d) => 10i128.checked_pow(d.exponent.try_into().ok()?)?.checked_mul(d.digits).map(|n| n as i64),
            None => Some(self.float() as i64),
        }
    }

    fn float(&self) -> f64 {
        self.0.parse().unwrap_or(f64::NAN)
    }

    /// `None` when it has more digits than fit.
    fn decimal(&self) -> Option<Decimal> {
        let (mantissa, exponent) = match self.0.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
            None => (self.0.as_str(), 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits: i128 = format!("{whole}{fraction}").parse().ok()?;
        Some(Decimal { digits, exponent: exponent.checked_sub(fraction.len().try_into().ok()?)? })
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

/// Trailing zeros of the digits moved into the exponent.
fn normal(mut d: Decimal) -> Decimal {
    while d.digits != 0 && d.digits % 10 == 0 && d.exponent < 0 {
        d.digits /= 10;
        d.exponent += 1;
    }
    if d.digits == 0 {
        d.exponent = 0;
    }
    d
}

/// Both as integers of one unit; `None` when that does not fit.
fn aligned(a: Decimal, b: Decimal) -> Option<(i128, i128)> {
    let unit = a.exponent.min(b.exponent);
    let scale = |d: Decimal| {
        let factor = 10i128.checked_pow(u32::try_from(d.exponent.checked_sub(unit)?).ok()?)?;
        d.digits.checked_mul(factor)
    };
    Some((scale(a)?, scale(b)?))
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
        Num(text.into())
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
        assert_eq!(num("1.50").compare(&num("1.5")), std::cmp::Ordering::Equal);
        assert_eq!(num("1e400").compare(&num("1")), std::cmp::Ordering::Greater);
    }
}
