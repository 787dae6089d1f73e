//! Durations. Source: sprig date.go `duration`, `durationRound`; Helm's duration helpers, `pkg/engine/funcs.go` of 4.3.

use super::args::any;
use super::dates::{as_time, now};
use super::{Body, Func};
use crate::dialect::Dialect;
use crate::go::strconv;
use crate::go::time::Duration;
use crate::value::{CallError, Heap, IntType, Ty, Value};

pub(super) const FUNCS: &[Func] = &[
    Func::new("duration", &[Ty::Any], |c, a| {
        let seconds = match any(a, 0) {
            Value::Int(IntType::Int64, n) => n,
            Value::Str(s) => clipped(s),
            _ => 0,
        };
        Ok(c.heap.str(Duration(seconds.wrapping_mul(SECOND)).to_string()))
    }),
    Func::new("durationDays", &[Ty::Any], |c, a| Ok(float(c.heap, any(a, 0), |d| d.hours() / 24.0))).only(HELPERS),
    Func::new("durationHours", &[Ty::Any], |c, a| Ok(float(c.heap, any(a, 0), Duration::hours))).only(HELPERS),
    Func::new("durationMicroseconds", &[Ty::Any], |c, a| Ok(whole(c.heap, any(a, 0), Duration::microseconds)))
        .only(HELPERS),
    Func::new("durationMilliseconds", &[Ty::Any], |c, a| Ok(whole(c.heap, any(a, 0), Duration::milliseconds)))
        .only(HELPERS),
    Func::new("durationMinutes", &[Ty::Any], |c, a| Ok(float(c.heap, any(a, 0), Duration::minutes))).only(HELPERS),
    Func::new("durationNanoseconds", &[Ty::Any], |c, a| Ok(whole(c.heap, any(a, 0), Duration::nanoseconds)))
        .only(HELPERS),
    Func::new("durationRound", &[Ty::Any], ROUND),
    Func::new("durationRoundTo", &[Ty::Any, Ty::Any], |c, a| {
        Ok(to_multiple(c.heap, any(a, 0), any(a, 1), Duration::round))
    })
    .only(HELPERS),
    Func::new("durationSeconds", &[Ty::Any], |c, a| Ok(float(c.heap, any(a, 0), Duration::seconds))).only(HELPERS),
    Func::new("durationTruncateTo", &[Ty::Any, Ty::Any], |c, a| {
        Ok(to_multiple(c.heap, any(a, 0), any(a, 1), Duration::truncate))
    })
    .only(HELPERS),
    Func::new("durationWeeks", &[Ty::Any], |c, a| Ok(float(c.heap, any(a, 0), |d| d.hours() / 24.0 / 7.0)))
        .only(HELPERS),
    Func::new("mustToDuration", &[Ty::Any], |c, a| {
        Ok(value(as_duration(c.heap, any(a, 0)).map_err(CallError::Failed)?))
    })
    .only(HELPERS),
];

const HELPERS: fn(&Dialect) -> bool = |d| d.has_duration_helpers;
const SECOND: i64 = 1_000_000_000;

/// The largest unit only, rounded down: `2h`, `5mo`. A unit must be exceeded, so a duration of one hour is `60m`.
const ROUND: Body = |c, a| {
    let nanoseconds = match any(a, 0) {
        Value::Str(s) => Duration::parse(s).map_or(0, |d| d.0),
        Value::Int(IntType::Int64, n) => n,
        other => as_time(other).map_or(0, |then| now(c).sub(then).0),
    };
    const HOUR: u64 = 3600 * SECOND as u64;
    const UNITS: [(u64, &str); 6] = [
        (HOUR * 24 * 365, "y"),
        (HOUR * 24 * 30, "mo"),
        (HOUR * 24, "d"),
        (HOUR, "h"),
        (60 * SECOND as u64, "m"),
        (SECOND as u64, "s"),
    ];
    let size = nanoseconds.unsigned_abs();
    Ok(match UNITS.iter().find(|(unit, _)| size > *unit) {
        Some((unit, name)) => c.heap.str(format!("{}{name}", size / unit)),
        None => Value::str("0s"),
    })
};

/// `strconv.ParseInt` whose error is dropped: out of range is the nearest that fits.
fn clipped(text: &[u8]) -> i64 {
    strconv::parse_int(text, 10, 64).unwrap_or_else(|e| match e.reason {
        strconv::Reason::Range if text.starts_with(b"-") => i64::MIN,
        strconv::Reason::Range => i64::MAX,
        _ => 0,
    })
}

fn value<'h>(duration: Duration) -> Value<'h> {
    Value::Int(IntType::Duration, duration.0)
}

fn float<'h>(heap: &Heap<'h>, v: Value<'h>, unit: fn(Duration) -> f64) -> Value<'h> {
    Value::Float(as_duration(heap, v).map_or(0.0, unit))
}

fn whole<'h>(heap: &Heap<'h>, v: Value<'h>, unit: fn(Duration) -> i64) -> Value<'h> {
    Value::int64(as_duration(heap, v).map_or(0, unit))
}

fn to_multiple<'h>(
    heap: &Heap<'h>,
    v: Value<'h>,
    multiple: Value<'h>,
    to: fn(Duration, Duration) -> Duration,
) -> Value<'h> {
    value(match (as_duration(heap, v), as_duration(heap, multiple)) {
        (Err(_), _) => Duration(0),
        (Ok(duration), Err(_)) => duration,
        (Ok(duration), Ok(multiple)) => to(duration, multiple),
    })
}

/// `asDuration`: durations as they are, texts such as `1h30m`, numbers and their texts as seconds.
fn as_duration<'h>(heap: &Heap<'h>, v: Value<'h>) -> Result<Duration, String> {
    match v {
        Value::Nil | Value::Invalid => Err("invalid duration".into()),
        Value::Int(IntType::Duration, n) => Ok(Duration(n)),
        Value::Int(_, n) => of_seconds(n),
        Value::Uint(_, n) => {
            i64::try_from(n).ok().and_then(|n| of_seconds(n).ok()).ok_or_else(|| overflow(&n.to_string()))
        }
        Value::Float(f) => of_float(f),
        Value::Str(s) => {
            let trimmed = crate::go::strings::trim_space(s);
            if trimmed.is_empty() {
                return Err("empty duration".into());
            }
            if let Ok(duration) = Duration::parse(trimmed) {
                return Ok(duration);
            }
            match strconv::parse_float(trimmed, 64) {
                Ok(f) => of_float(f),
                Err(_) => Err(format!("could not parse duration {}", strconv::quote(s))),
            }
        }
        other => Err(format!("unsupported duration type {}", other.type_name(heap))),
    }
}

fn overflow(seconds: &str) -> String {
    format!("duration seconds overflow: {seconds}")
}

fn of_seconds(seconds: i64) -> Result<Duration, String> {
    seconds.checked_mul(SECOND).map(Duration).ok_or_else(|| overflow(&seconds.to_string()))
}

fn of_float(seconds: f64) -> Result<Duration, String> {
    let shown = |f: f64| strconv::format_float(f, b'g', None, 64);
    if !seconds.is_finite() {
        return Err(format!("invalid duration seconds: {}", shown(seconds)));
    }
    const MOST: f64 = i64::MAX as f64 / SECOND as f64;
    const LEAST: f64 = i64::MIN as f64 / SECOND as f64;
    if !(LEAST..=MOST).contains(&seconds) {
        return Err(overflow(&shown(seconds)));
    }
    let nanoseconds = seconds * SECOND as f64;
    if nanoseconds > i64::MAX as f64 || nanoseconds < i64::MIN as f64 {
        return Err(format!("duration nanoseconds overflow: {}", shown(nanoseconds)));
    }
    Ok(Duration(super::cast::go_int(nanoseconds)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_seconds() {
        assert_eq!(of_float(1.5), Ok(Duration(1_500_000_000)));
        assert!(of_float(f64::NAN).is_err() && of_seconds(i64::MAX).is_err());
    }
}
