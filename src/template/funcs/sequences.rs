//! Runs of integers: `until`, `untilStep`, `seq`. Source: sprig numeric.go.

use super::args::{Out, int, rest};
use super::{Call, Func};
use crate::limits::Exhausted;
use crate::value::{CallError, ListType, Ty, Value};

pub(super) const FUNCS: &[Func] = &[
    Func::new("seq", &[], seq).variadic(Ty::Int),
    Func::new("until", &[Ty::Int], |c, a| {
        let stop = int(a, 0);
        numbers(c, 0, stop, if stop < 0 { -1 } else { 1 })
    }),
    Func::new("untilStep", &[Ty::Int, Ty::Int, Ty::Int], |c, a| numbers(c, int(a, 0), int(a, 1), int(a, 2))),
];

/// A `[]int`; asked for before it is made.
fn numbers<'h>(c: &Call<'_, 'h>, start: i64, stop: i64, step: i64) -> Out<'h> {
    let count = count(start, stop, step)?;
    c.heap.reserve(count.saturating_mul(size_of::<Value<'_>>()))?;
    let items: Vec<_> = (0..count as i64).map(|i| Value::int(start + i * step)).collect();
    Ok(c.heap.list(ListType::Int, &items))
}

/// `seq`, which leaves the end in: one argument counts from 1, the middle one of three is the step.
fn seq<'h>(c: &Call<'_, 'h>, args: &[Value<'h>]) -> Out<'h> {
    let (start, end, step) = match rest(args, 0) {
        [_] => (1, int(args, 0), if int(args, 0) < 1 { -1 } else { 1 }),
        [_, _] => (int(args, 0), int(args, 1), if int(args, 1) < int(args, 0) { -1 } else { 1 }),
        [_, _, _] => (int(args, 0), int(args, 2), int(args, 1)),
        _ => return Ok(Value::str("")),
    };
    let backwards = end < start;
    if args.len() == 3 && backwards && step > 0 {
        return Ok(Value::str(""));
    }
    let stop = end.wrapping_add(if backwards { -1 } else { 1 });
    let count = count(start, stop, step)?;
    c.heap.reserve(count.saturating_mul(21))?;
    let mut text = String::new();
    for i in 0..count as i64 {
        if i > 0 {
            text.push(' ');
        }
        text.push_str(&(start + i * step).to_string());
    }
    Ok(c.heap.str(text))
}

/// How many steps lie between start and stop. A count that Go would overflow on, or never end, is refused.
fn count(start: i64, stop: i64, step: i64) -> Result<usize, CallError> {
    let distance = i128::from(stop) - i128::from(start);
    let step = i128::from(step);
    if distance == 0 || step == 0 || (distance > 0) != (step > 0) {
        return Ok(0);
    }
    let count = (distance.abs() + step.abs() - 1) / step.abs();
    // The step beyond the last one must not wrap around, or Go starts again from the other end.
    let beyond = i128::from(start) + count * step;
    if i64::try_from(beyond).is_err() {
        return Err(Exhausted::Bytes.into());
    }
    usize::try_from(count).map_err(|_| Exhausted::Bytes.into())
}
