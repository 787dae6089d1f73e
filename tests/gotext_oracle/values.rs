//! Generated values: every type that templates can hold, the numbers and texts that printers get wrong.

use fastrand::Rng;
use plimsoll::value::{Heap, IntType, ListType, MapType, UintType, Value};

use crate::generate::text;

/// Floats of every size: round ones, halves, powers, random bits, the edges.
pub fn float(rng: &mut Rng) -> f64 {
    let sign = if rng.bool() { 1.0 } else { -1.0 };
    sign * match rng.u8(..10) {
        0 => f64::from(rng.u32(..200)),
        1 => f64::from(rng.u32(..10_000)) / 8.0,
        2 => f64::from(rng.u32(..100_000)) / 1000.0,
        3 => 10f64.powi(rng.i32(-30..30)),
        4 => 2f64.powi(rng.i32(-1074..1024)),
        5 => f64::from_bits(rng.u64(..)),
        6 => rng.u64(..) as f64,
        7 => rng.f64(),
        8 => (rng.u64(..1 << 53) as f64) * 10f64.powi(rng.i32(-25..10)),
        _ => rng
            .choice([
                0.0,
                f64::INFINITY,
                f64::NAN,
                f64::MAX,
                f64::MIN_POSITIVE,
                5e-324,
                1e21,
                1e20,
                1e-6,
                1e-7,
                123456789.0,
            ])
            .unwrap(),
    }
}

pub fn integer(rng: &mut Rng) -> i64 {
    match rng.u8(..6) {
        0 => rng.i64(-10..300),
        1 => rng.i64(..),
        2 => 1i64 << rng.u32(..63),
        3 => rng.choice([i64::MIN, i64::MAX, 0, -1, 0x10ffff, 0x110000, 0xd800, 0xfffd]).unwrap(),
        4 => 10i64.pow(rng.u32(..19)) - rng.i64(0..2),
        _ => -(1i64 << rng.u32(..63)) + rng.i64(0..2),
    }
}

/// A value that is no container.
pub fn leaf<'h>(heap: &Heap<'h>, rng: &mut Rng) -> Value<'h> {
    match rng.u8(..16) {
        0 => Value::Nil,
        1 => Value::Bool(rng.bool()),
        2..=5 => {
            let ty = rng.choice([IntType::Int, IntType::Int, IntType::Int64, IntType::Int32]).unwrap();
            let n = integer(rng);
            Value::Int(ty, if ty == IntType::Int32 { i64::from(n as i32) } else { n })
        }
        6 => match rng.u8(..3) {
            0 => {
                let n = integer(rng);
                Value::Int(IntType::Duration, n)
            }
            1 => Value::Int(IntType::Month, rng.i64(-1..15)),
            _ => Value::Int(IntType::Weekday, rng.i64(-1..9)),
        },
        7 => {
            let n = integer(rng) as u64;
            match rng.u8(..4) {
                0 => Value::Uint(UintType::Uint, n),
                1 => Value::Uint(UintType::Uint8, u64::from(n as u8)),
                2 => Value::Uint(UintType::Uint32, u64::from(n as u32)),
                _ => Value::Uint(UintType::Uint64, n),
            }
        }
        8..=10 => Value::Float(float(rng)),
        11 if rng.u8(..3) == 0 => Value::Complex(float(rng), float(rng)),
        12 => heap.bytes(text(rng, 6)),
        _ => heap.str(text(rng, 6)),
    }
}

/// Any value, containers included.
pub fn any<'h>(heap: &Heap<'h>, rng: &mut Rng, depth: u32) -> Value<'h> {
    if depth == 0 || rng.u8(..3) == 0 {
        return leaf(heap, rng);
    }
    let count = rng.usize(..4);
    match rng.u8(..12) {
        0 => heap.str_list((0..count).map(|_| text(rng, 4)).collect::<Vec<_>>()),
        1 => {
            let items: Vec<_> = (0..count).map(|_| Value::int(integer(rng))).collect();
            heap.list(ListType::Int, &items)
        }
        2 => {
            let items: Vec<_> = (0..count).map(|_| list(heap, rng, depth - 1)).collect();
            heap.list(ListType::Lists, &items)
        }
        3 => {
            let map = heap.map(MapType::Str);
            for _ in 0..count {
                map.set(heap, heap.bstr(text(rng, 3)), heap.str(text(rng, 4)));
            }
            Value::Map(map)
        }
        4 if rng.u8(..3) == 0 => heap.nil_map(rng.choice([MapType::Any, MapType::Str]).unwrap()),
        5 if rng.u8(..3) == 0 => heap.nil_list(rng.choice([ListType::Any, ListType::Str]).unwrap()),
        6..=8 => list(heap, rng, depth),
        _ => {
            let map = heap.map(MapType::Any);
            for _ in 0..count {
                map.set(heap, heap.bstr(text(rng, 3)), any(heap, rng, depth - 1));
            }
            Value::Map(map)
        }
    }
}

fn list<'h>(heap: &Heap<'h>, rng: &mut Rng, depth: u32) -> Value<'h> {
    let items: Vec<_> = (0..rng.usize(..4)).map(|_| any(heap, rng, depth.saturating_sub(1))).collect();
    heap.any_list(&items)
}
