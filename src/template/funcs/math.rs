//! Arithmetic, on integers as `cast` reads them, on decimals, and on floats. Source: sprig numeric.go, functions.go.

use super::args::{any, float, int, rest};
use super::cast::{to_float, to_int};
use super::decimal::{self, Decimal};
use super::panics::divide_by_zero;
use super::{Body, Func};
use crate::value::{CallError, Ty, Value};

pub(super) const FUNCS: &[Func] = &[
    Func::new("add", &[], |_, a| Ok(Value::int64(a.iter().fold(0i64, |sum, n| sum.wrapping_add(to_int(*n))))))
        .variadic(Ty::Any),
    Func::new("add1", &[Ty::Any], |_, a| Ok(Value::int64(to_int(any(a, 0)).wrapping_add(1)))),
    Func::new("add1f", &[Ty::Any], |c, a| fold(c, any(a, 0), &[Value::int(1)], Decimal::add)),
    Func::new("addf", &[], |c, a| fold(c, Value::Float(0.0), a, Decimal::add)).variadic(Ty::Any),
    Func::new("biggest", &[Ty::Any], MAX).variadic(Ty::Any),
    Func::new("ceil", &[Ty::Any], |_, a| Ok(Value::Float(to_float(any(a, 0)).ceil()))),
    Func::new("div", &[Ty::Any, Ty::Any], |_, a| match to_int(any(a, 1)) {
        0 => Err(divide_by_zero()),
        by => Ok(Value::int64(to_int(any(a, 0)).wrapping_div(by))),
    }),
    Func::new("divf", &[Ty::Any], |c, a| fold(c, any(a, 0), rest(a, 1), Decimal::div)).variadic(Ty::Any),
    Func::new("floor", &[Ty::Any], |_, a| Ok(Value::Float(to_float(any(a, 0)).floor()))),
    Func::new("max", &[Ty::Any], MAX).variadic(Ty::Any),
    Func::new("maxf", &[Ty::Any], |_, a| {
        Ok(Value::Float(a.iter().map(|n| to_float(*n)).reduce(go_max).unwrap_or(0.0)))
    })
    .variadic(Ty::Any),
    Func::new("min", &[Ty::Any], |_, a| Ok(Value::int64(a.iter().map(|n| to_int(*n)).min().unwrap_or(0))))
        .variadic(Ty::Any),
    Func::new("minf", &[Ty::Any], |_, a| {
        Ok(Value::Float(a.iter().map(|n| to_float(*n)).reduce(go_min).unwrap_or(0.0)))
    })
    .variadic(Ty::Any),
    Func::new("mod", &[Ty::Any, Ty::Any], |_, a| match to_int(any(a, 1)) {
        0 => Err(divide_by_zero()),
        by => Ok(Value::int64(to_int(any(a, 0)).wrapping_rem(by))),
    }),
    Func::new("mul", &[Ty::Any], |_, a| {
        Ok(Value::int64(a.iter().map(|n| to_int(*n)).reduce(i64::wrapping_mul).unwrap_or(0)))
    })
    .variadic(Ty::Any),
    Func::new("mulf", &[Ty::Any], |c, a| fold(c, any(a, 0), rest(a, 1), Decimal::mul)).variadic(Ty::Any),
    Func::new("round", &[Ty::Any, Ty::Int], |_, a| {
        let half = if a.len() > 2 { float(a, 2) } else { 0.5 };
        Ok(Value::Float(round(to_float(any(a, 0)), int(a, 1), half)))
    })
    .variadic(Ty::Float64),
    Func::new("sub", &[Ty::Any, Ty::Any], |_, a| Ok(Value::int64(to_int(any(a, 0)).wrapping_sub(to_int(any(a, 1)))))),
    Func::new("subf", &[Ty::Any], |c, a| fold(c, any(a, 0), rest(a, 1), Decimal::sub)).variadic(Ty::Any),
];

const MAX: Body = |_, a| Ok(Value::int64(a.iter().map(|n| to_int(*n)).max().unwrap_or(0)));

/// `execDecimalOp`: floats become decimals by their shortest digits, so that 0.1 and 0.2 add up to 0.3.
fn fold<'h>(
    c: &super::Call<'_, 'h>,
    first: Value<'h>,
    others: &[Value<'h>],
    op: fn(&Decimal, &Decimal) -> Result<Decimal, decimal::Error>,
) -> super::args::Out<'h> {
    let fail = |e: decimal::Error| CallError::failed(e.to_string());
    let mut result = Decimal::from_float(to_float(first)).map_err(fail)?;
    for other in others {
        // Digits pile up from one product to the next.
        c.heap.spend(16 + result.digits() / 4)?;
        result = op(&result, &Decimal::from_float(to_float(*other)).map_err(fail)?).map_err(fail)?;
    }
    Ok(Value::Float(result.to_float()))
}

/// `math.NaN`, which is not the NaN that the processor makes.
const GO_NAN: f64 = f64::from_bits(0x7FF8_0000_0000_0001);

/// `math.Max`: NaN wins over all but +Inf, +0 over -0.
fn go_max(x: f64, y: f64) -> f64 {
    if x == f64::INFINITY || y == f64::INFINITY {
        f64::INFINITY
    } else if x.is_nan() || y.is_nan() {
        GO_NAN
    } else if x == 0.0 && y == 0.0 {
        if x.is_sign_negative() { y } else { x }
    } else if x > y {
        x
    } else {
        y
    }
}

/// `math.Min`: -Inf wins over NaN, NaN over the rest, -0 over +0.
fn go_min(x: f64, y: f64) -> f64 {
    let greater = go_max(-x, -y);
    if greater.is_nan() { greater } else { -greater }
}

/// `round value places [half]`: half is the fraction from which on it goes up, also for negative numbers.
fn round(value: f64, places: i64, half: f64) -> f64 {
    let scale = pow10(places as f64);
    let digit = scale * value;
    let fraction = digit - digit.trunc();
    let whole = if fraction >= half { digit.ceil() } else { digit.floor() };
    whole / scale
}

/// `math.Pow(10, y)` for integral y, with Go's own rounding errors. Source: math/pow.go.
fn pow10(y: f64) -> f64 {
    if y == 0.0 {
        return 1.0;
    }
    let whole = y.abs();
    if whole >= 9_223_372_036_854_775_808.0 {
        return if y > 0.0 { f64::INFINITY } else { 0.0 };
    }
    // 10 = x * 2^exponent with x in [0.5, 1).
    let (mut x, mut exponent) = (0.625f64, 4i64);
    let (mut result, mut result_exponent) = (1.0f64, 0i64);
    let mut bits = whole as i64;
    while bits != 0 {
        if !(-(1 << 12)..=1 << 12).contains(&exponent) {
            // Overflow or underflow, whatever follows.
            result_exponent += exponent;
            break;
        }
        if bits & 1 == 1 {
            result *= x;
            result_exponent += exponent;
        }
        x *= x;
        exponent <<= 1;
        if x < 0.5 {
            x += x;
            exponent -= 1;
        }
        bits >>= 1;
    }
    if y < 0.0 {
        result = 1.0 / result;
        result_exponent = -result_exponent;
    }
    scale_by_power_of_two(result, result_exponent)
}

/// `math.Ldexp` for a fraction near 1: the two halves of the exponent keep both factors in range, and only the last
/// multiplication can round.
fn scale_by_power_of_two(fraction: f64, exponent: i64) -> f64 {
    let exponent = exponent.clamp(-2200, 2200) as i32;
    if exponent > 1000 {
        fraction * 2f64.powi(1000) * 2f64.powi(exponent - 1000)
    } else if exponent < -1000 {
        fraction * 2f64.powi(-900) * 2f64.powi(exponent + 900)
    } else {
        fraction * 2f64.powi(exponent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_of_ten_have_go_s_errors() {
        assert_eq!(pow10(2.0), 100.0);
        assert_eq!(pow10(-1.0), 0.1);
        assert_eq!((pow10(400.0), pow10(-400.0)), (f64::INFINITY, 0.0));
    }

    #[test]
    fn negative_numbers_round_by_their_own_fraction() {
        assert_eq!(round(-2.5, 0, 0.5), -3.0);
        assert_eq!(round(2.5, 0, 0.5), 3.0);
    }
}
