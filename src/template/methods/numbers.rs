//! `time.Duration`, `time.Month`, `time.Weekday`.

use super::Own;
use crate::go::time::{Duration, Month, Weekday};
use crate::value::{CallError, Heap, IntType, Ty, Value};

pub(super) fn methods(ty: IntType) -> &'static [Own] {
    match ty {
        IntType::Duration => DURATION,
        IntType::Month => MONTH,
        IntType::Weekday => WEEKDAY,
        IntType::Int | IntType::Int32 | IntType::Int64 => &[],
    }
}

type Result<'h> = std::result::Result<Value<'h>, CallError>;

const DURATION: &[Own] = &[
    Own::new("Abs", &[], |_, d, _| Ok(value(duration(d).abs()))),
    Own::new("Hours", &[], |_, d, _| Ok(Value::Float(duration(d).hours()))),
    Own::new("Microseconds", &[], |_, d, _| Ok(Value::int64(duration(d).microseconds()))),
    Own::new("Milliseconds", &[], |_, d, _| Ok(Value::int64(duration(d).milliseconds()))),
    Own::new("Minutes", &[], |_, d, _| Ok(Value::Float(duration(d).minutes()))),
    Own::new("Nanoseconds", &[], |_, d, _| Ok(Value::int64(duration(d).nanoseconds()))),
    Own::new("Round", &[Ty::Duration], |_, d, args| Ok(value(duration(d).round(to(args))))),
    Own::new("Seconds", &[], |_, d, _| Ok(Value::Float(duration(d).seconds()))),
    Own::new("String", &[], |heap, d, _| text(heap, duration(d))),
    Own::new("Truncate", &[Ty::Duration], |_, d, args| Ok(value(duration(d).truncate(to(args))))),
];

const MONTH: &[Own] = &[Own::new("String", &[], |heap, month, _| text(heap, Month(number(month))))];

const WEEKDAY: &[Own] =
    &[Own::new("String", &[], |heap, day, _| text(heap, Weekday(u8::try_from(number(day)).unwrap_or(u8::MAX))))];

fn number(value: Value<'_>) -> i64 {
    if let Value::Int(_, n) = value { n } else { 0 }
}

fn duration(value: Value<'_>) -> Duration {
    Duration(number(value))
}

fn to(args: &[Value<'_>]) -> Duration {
    args.first().map_or(Duration(0), |arg| duration(*arg))
}

fn value<'h>(duration: Duration) -> Value<'h> {
    Value::Int(IntType::Duration, duration.0)
}

fn text<'h>(heap: &Heap<'h>, shown: impl std::fmt::Display) -> Result<'h> {
    Ok(heap.str(shown.to_string()))
}
