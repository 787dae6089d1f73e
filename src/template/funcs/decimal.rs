//! Decimal numbers of any size, as far as `addf`, `subf`, `mulf` and `divf` need them.
//! Source: shopspring/decimal 1.4.0.

use std::cmp::Ordering;
use std::fmt;

use num_bigint::{BigInt, Sign};

use crate::go::strconv;

/// `value * 10^exponent`.
#[derive(Clone, Debug)]
pub(super) struct Decimal {
    value: BigInt,
    exponent: i64,
}

/// What the library panics with.
#[derive(Debug)]
pub(super) enum Error {
    NotFinite(f64),
    DivisionByZero,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::NotFinite(n) => {
                write!(f, "Cannot create a Decimal from {}", strconv::format_float(*n, b'g', None, 64))
            }
            Error::DivisionByZero => f.write_str("decimal division by 0"),
        }
    }
}

/// Digits behind the point of a quotient that does not come out even (`DivisionPrecision`).
const PRECISION: i64 = 16;

impl Decimal {
    /// By the shortest digits that stand for the float.
    pub(super) fn from_float(n: f64) -> Result<Decimal, Error> {
        if !n.is_finite() {
            return Err(Error::NotFinite(n));
        }
        // Rust's shortest digits: d.ddd e exponent.
        let text = format!("{n:e}");
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let fraction = mantissa.split_once('.').map_or(0, |(_, f)| f.len() as i64);
        let digits: String = mantissa.chars().filter(|c| *c != '.').collect();
        Ok(Decimal {
            value: digits.parse().unwrap_or_default(),
            exponent: exponent.parse::<i64>().unwrap_or(0) - fraction,
        })
    }

    /// The nearest float.
    pub(super) fn to_float(&self) -> f64 {
        if self.value.sign() == Sign::NoSign {
            return 0.0;
        }
        format!("{}e{}", self.value, self.exponent).parse().unwrap_or(0.0)
    }

    /// How many digits it has, roughly: the cost of the next operation.
    pub(super) fn digits(&self) -> u64 {
        self.value.bits() / 3 + self.exponent.unsigned_abs()
    }

    pub(super) fn add(&self, other: &Decimal) -> Result<Decimal, Error> {
        let (a, b, exponent) = self.level(other);
        Ok(Decimal { value: a + b, exponent })
    }

    pub(super) fn sub(&self, other: &Decimal) -> Result<Decimal, Error> {
        let (a, b, exponent) = self.level(other);
        Ok(Decimal { value: a - b, exponent })
    }

    pub(super) fn mul(&self, other: &Decimal) -> Result<Decimal, Error> {
        Ok(Decimal { value: &self.value * &other.value, exponent: self.exponent + other.exponent })
    }

    /// Rounds half away from zero at 16 digits behind the point.
    pub(super) fn div(&self, other: &Decimal) -> Result<Decimal, Error> {
        if other.value.sign() == Sign::NoSign {
            return Err(Error::DivisionByZero);
        }
        let shift = self.exponent - other.exponent + PRECISION;
        let (a, b) = match shift {
            ..0 => (self.value.clone(), &other.value * power_of_ten(-shift)),
            _ => (&self.value * power_of_ten(shift), other.value.clone()),
        };
        let (mut quotient, remainder) = (&a / &b, &a % &b);
        let twice = remainder.magnitude() * 2u8;
        if twice.cmp(b.magnitude()) != Ordering::Less {
            quotient += if (a.sign() == Sign::Minus) != (b.sign() == Sign::Minus) { -1 } else { 1 };
        }
        Ok(Decimal { value: quotient, exponent: -PRECISION })
    }

    /// Both values at the smaller of the two exponents.
    fn level(&self, other: &Decimal) -> (BigInt, BigInt, i64) {
        let exponent = self.exponent.min(other.exponent);
        let at = |d: &Decimal| &d.value * power_of_ten(d.exponent - exponent);
        (at(self), at(other), exponent)
    }
}

fn power_of_ten(n: i64) -> BigInt {
    BigInt::from(10u8).pow(n.clamp(0, i64::from(u32::MAX)) as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(n: f64) -> Decimal {
        Decimal::from_float(n).unwrap()
    }

    #[test]
    fn tenths_add_up() {
        assert_eq!(of(0.1).add(&of(0.2)).unwrap().to_float(), 0.3);
        assert_eq!(of(1e300).add(&of(-1e300)).unwrap().to_float(), 0.0);
    }

    #[test]
    fn quotients_round_away_from_zero() {
        assert_eq!(of(2.0).div(&of(3.0)).unwrap().value.to_string(), "6666666666666667");
        assert_eq!(of(-2.0).div(&of(3.0)).unwrap().value.to_string(), "-6666666666666667");
        assert_eq!(of(1.0).div(&of(0.0)).unwrap_err().to_string(), "decimal division by 0");
    }
}
