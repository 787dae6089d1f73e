//! Dates and the `time.Time` that templates hold. Source: sprig date.go; the library is `go::time`.

use std::any::Any;
use std::cmp::Ordering;

use super::args::{any, int, text};
use super::{Body, Call, Func};
use crate::go::time::{Duration, Location, Time, parse_in_location};
use crate::value::{CallError, Field, Heap, IntType, Object, Signature, Ty, Value};

pub(super) const FUNCS: &[Func] = &[
    Func::new("ago", &[Ty::Any], |c, a| {
        // Unlike `date`, an int32 is no time here.
        let then = match any(a, 0) {
            Value::Int(IntType::Int32, _) => now(c),
            value => instant(c, value),
        };
        Ok(c.heap.str(now(c).sub(&then).round(Duration(1_000_000_000)).to_string()))
    }),
    Func::new("date", &[Ty::Str, Ty::Any], |c, a| show(c, text(a, 0), any(a, 1), b"Local")),
    Func::new("dateInZone", &[Ty::Str, Ty::Any, Ty::Str], |c, a| show(c, text(a, 0), any(a, 1), text(a, 2))),
    Func::new("dateModify", &[Ty::Str, Ty::Object("time.Time")], MODIFY),
    Func::new("date_in_zone", &[Ty::Str, Ty::Any, Ty::Str], |c, a| show(c, text(a, 0), any(a, 1), text(a, 2))),
    Func::new("date_modify", &[Ty::Str, Ty::Object("time.Time")], MODIFY),
    Func::new("htmlDate", &[Ty::Any], |c, a| show(c, b"2006-01-02", any(a, 0), b"Local")),
    Func::new("htmlDateInZone", &[Ty::Any, Ty::Str], |c, a| show(c, b"2006-01-02", any(a, 0), text(a, 1))),
    Func::new("mustDateModify", &[Ty::Str, Ty::Object("time.Time")], MUST_MODIFY),
    Func::new("mustToDate", &[Ty::Str, Ty::Str], |c, a| {
        let time = parse_in_location(text(a, 0), text(a, 1), &c.visit.local());
        Ok(object(c.heap, time.map_err(|e| CallError::failed(e.to_string()))?))
    }),
    Func::new("must_date_modify", &[Ty::Str, Ty::Object("time.Time")], MUST_MODIFY),
    Func::new("now", &[], |c, _| Ok(object(c.heap, now(c)))),
    Func::new("toDate", &[Ty::Str, Ty::Str], |c, a| {
        let time = parse_in_location(text(a, 0), text(a, 1), &c.visit.local());
        Ok(object(c.heap, time.unwrap_or_else(|_| Time::zero())))
    }),
    Func::new("unixEpoch", &[Ty::Object("time.Time")], |c, a| {
        Ok(c.heap.str(instant(c, any(a, 0)).unix_seconds().to_string()))
    }),
];

const MODIFY: Body = |c, a| {
    let time = instant(c, any(a, 1));
    Ok(match Duration::parse(text(a, 0)) {
        Ok(by) => object(c.heap, time.add(by)),
        Err(_) => any(a, 1),
    })
};

const MUST_MODIFY: Body = |c, a| {
    let by = Duration::parse(text(a, 0)).map_err(CallError::Failed)?;
    Ok(object(c.heap, instant(c, any(a, 1)).add(by)))
};

/// `dateInZone`: a zone that is not known is UTC.
fn show<'h>(c: &Call<'_, 'h>, layout: &[u8], date: Value<'h>, zone: &[u8]) -> super::args::Out<'h> {
    // Every element of a layout is at least as long as a tenth of what it becomes.
    c.heap.reserve(layout.len().saturating_mul(10))?;
    let location = Location::load(zone, &c.visit.local()).unwrap_or_else(Location::utc);
    Ok(c.heap.str(instant(c, date).in_location(location).format(layout)))
}

/// A time, or seconds since 1970 in an integer of the usual types; now for anything else.
fn instant<'h>(c: &Call<'_, 'h>, value: Value<'h>) -> Time {
    match value {
        Value::Int(IntType::Int | IntType::Int32 | IntType::Int64, n) => Time::unix(n, 0, c.visit.local()),
        other => as_time(other).cloned().unwrap_or_else(|| now(c)),
    }
}

pub(super) fn now(c: &Call<'_, '_>) -> Time {
    let (seconds, nanos) = c.visit.now();
    let time = Time::unix(seconds, i64::from(nanos), c.visit.local());
    match c.visit.elapsed() {
        Some(nanoseconds) => time.with_monotonic(nanoseconds),
        None => time,
    }
}

pub(super) fn as_time<'h>(value: Value<'h>) -> Option<&'h Time> {
    match value {
        Value::Object(o) => Some(&o.concrete()?.downcast_ref::<TimeObject>()?.0),
        _ => None,
    }
}

pub(super) fn object<'h>(heap: &Heap<'h>, time: Time) -> Value<'h> {
    heap.object(TimeObject(time))
}

/// A `time.Time`.
#[derive(Debug, Clone)]
pub struct TimeObject(pub Time);

const NONE: Signature = Signature { params: &[], variadic: None };
const TEXT: Signature = Signature { params: &[Ty::Str], variadic: None };
const DURATION: Signature = Signature { params: &[Ty::Duration], variadic: None };
const OTHER: Signature = Signature { params: &[Ty::Object("time.Time")], variadic: None };
const DATE: Signature = Signature { params: &[Ty::Int, Ty::Int, Ty::Int], variadic: None };

/// `RFC3339Nano`, which is also how a time stands in JSON.
const RFC3339_NANO: &[u8] = b"2006-01-02T15:04:05.999999999Z07:00";

impl<'h> Object<'h> for TimeObject {
    fn type_name(&self, _: &Heap<'h>) -> String {
        "time.Time".into()
    }

    fn is_pointer(&self) -> bool {
        false
    }

    fn fields(&self, _: &Heap<'h>) -> Vec<Field<'h>> {
        Vec::new()
    }

    fn method(&self, name: &str) -> Option<&'static Signature> {
        match name {
            "Day" | "Hour" | "IsDST" | "IsZero" | "Local" | "MarshalJSON" | "MarshalText" | "Minute" | "Month"
            | "Nanosecond" | "Second" | "String" | "UTC" | "Unix" | "UnixMicro" | "UnixMilli" | "UnixNano"
            | "Weekday" | "Year" | "YearDay" => Some(&NONE),
            "Format" => Some(&TEXT),
            "Add" | "Round" | "Truncate" => Some(&DURATION),
            "After" | "Before" | "Compare" | "Equal" | "Sub" => Some(&OTHER),
            "AddDate" => Some(&DATE),
            _ => None,
        }
    }

    fn call(&self, heap: &Heap<'h>, name: &str, args: &[Value<'h>]) -> Result<Value<'h>, CallError> {
        let t = &self.0;
        let (hour, minute, second) = t.clock();
        let duration = || Duration(int(args, 0));
        let against = || as_time(any(args, 0)).map_or(Ordering::Equal, |other| t.compare(other));
        Ok(match name {
            "Year" => Value::int(t.date().year),
            "Month" => Value::Int(IntType::Month, i64::from(t.date().month)),
            "Day" => Value::int(i64::from(t.date().day)),
            "Hour" => Value::int(i64::from(hour)),
            "Minute" => Value::int(i64::from(minute)),
            "Second" => Value::int(i64::from(second)),
            "Nanosecond" => Value::int(i64::from(t.nanosecond())),
            "Weekday" => Value::Int(IntType::Weekday, i64::from(t.weekday().0)),
            "YearDay" => Value::int(i64::from(t.year_day())),
            "Unix" => Value::int64(t.unix_seconds()),
            "UnixMilli" => Value::int64(t.unix_millis()),
            "UnixMicro" => Value::int64(t.unix_micros()),
            "UnixNano" => Value::int64(t.unix_nanos()),
            "IsZero" => Value::Bool(t.is_zero()),
            "IsDST" => Value::Bool(t.is_dst()),
            "UTC" => object(heap, t.in_location(Location::utc())),
            "Local" => object(heap, t.in_location(Location::local())),
            "String" => heap.str(t.to_string()),
            "Format" => {
                heap.reserve(text(args, 0).len().saturating_mul(10))?;
                heap.str(t.format(text(args, 0)))
            }
            "MarshalText" => heap.bytes(t.format(RFC3339_NANO)),
            "MarshalJSON" => heap.bytes([b"\"", t.format(RFC3339_NANO).as_slice(), b"\""].concat()),
            "Add" => object(heap, t.add(duration())),
            "Round" => object(heap, t.round(duration())),
            "Truncate" => object(heap, t.truncate(duration())),
            "AddDate" => object(heap, t.add_date(int(args, 0), int(args, 1), int(args, 2))),
            "Sub" => Value::Int(IntType::Duration, as_time(any(args, 0)).map_or(0, |other| t.sub(other).0)),
            "After" => Value::Bool(against() == Ordering::Greater),
            "Before" => Value::Bool(against() == Ordering::Less),
            "Equal" => Value::Bool(against() == Ordering::Equal),
            _ => Value::int(against() as i64),
        })
    }

    fn same_inside(&self, other: &dyn Object<'h>) -> bool {
        other.concrete().and_then(|o| o.downcast_ref::<TimeObject>()).is_some_and(|other| self.0.is_same(&other.0))
    }

    fn text(&self, _: &Heap<'h>) -> Option<String> {
        Some(self.0.to_string())
    }

    fn json_text(&self, _: &Heap<'h>) -> Option<String> {
        Some(String::from_utf8_lossy(&self.0.format(RFC3339_NANO)).into_owned())
    }

    fn concrete(&self) -> Option<&dyn Any> {
        Some(self)
    }
}
