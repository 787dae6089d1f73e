//! Typed values over the pipe: Go's types arrive as they are on both sides. Mirrored by tests/oracles/transport.go.
//!
//! One byte says what follows; lengths and counts are u32, integers 64 bits, all big-endian.

use plimsoll::value::{Heap, IntType, ListType, MapType, UintType, Value};

const INTS: [IntType; 6] =
    [IntType::Int, IntType::Int32, IntType::Int64, IntType::Duration, IntType::Month, IntType::Weekday];
const UINTS: [UintType; 4] = [UintType::Uint, UintType::Uint8, UintType::Uint32, UintType::Uint64];
const LISTS: [ListType; 6] =
    [ListType::Any, ListType::Str, ListType::Int, ListType::Lists, ListType::StrLists, ListType::Maps];
const MAPS: [MapType; 2] = [MapType::Any, MapType::Str];

/// The bytes of a value. Panics on one that has no form here (Helm's named types).
#[allow(dead_code)]
pub fn encode<'h>(heap: &Heap<'h>, value: Value<'h>) -> Vec<u8> {
    let mut out = Vec::new();
    write(heap, value, &mut out);
    out
}

/// The value of such bytes.
#[allow(dead_code)]
pub fn decode<'h>(heap: &Heap<'h>, bytes: &[u8]) -> Value<'h> {
    let mut rest = bytes;
    let value = read(heap, &mut rest);
    assert!(rest.is_empty(), "bytes after the value: {bytes:?}");
    value
}

fn write<'h>(heap: &Heap<'h>, value: Value<'h>, out: &mut Vec<u8>) {
    match value {
        Value::Invalid | Value::Nil => out.push(b'n'),
        Value::Bool(b) => out.extend([b'b', u8::from(b)]),
        Value::Int(ty, n) => {
            out.extend([b'i', index(&INTS, ty)]);
            out.extend(n.to_be_bytes());
        }
        Value::Uint(ty, n) => {
            out.extend([b'u', index(&UINTS, ty)]);
            out.extend(n.to_be_bytes());
        }
        Value::Float(f) => {
            out.push(b'f');
            // One NaN is like another to whoever sees them.
            let bits = if f.is_nan() { 0x7ff8 << 48 } else { f.to_bits() };
            out.extend(bits.to_be_bytes());
        }
        Value::Complex(re, im) => {
            out.push(b'c');
            out.extend(re.to_bits().to_be_bytes());
            out.extend(im.to_bits().to_be_bytes());
        }
        Value::Str(text) => {
            out.push(b's');
            write_bytes(text, out);
        }
        Value::Bytes(bytes) => {
            out.push(b'y');
            write_bytes(bytes, out);
        }
        Value::List(list) => {
            out.extend([if list.is_nil() { b'L' } else { b'l' }, index(&LISTS, list.ty())]);
            out.extend((list.len() as u32).to_be_bytes());
            list.items(heap).iter().for_each(|item| write(heap, *item, out));
        }
        Value::Map(map) => {
            out.extend([if map.is_nil() { b'M' } else { b'm' }, index(&MAPS, map.ty())]);
            out.extend((map.len() as u32).to_be_bytes());
            for (key, value) in map.entries(heap) {
                write_bytes(key, out);
                write(heap, value, out);
            }
        }
        // A struct goes one way only: by its type and its text.
        Value::Object(_) => {
            out.push(b'?');
            let shown = plimsoll::go::fmt::sprintf(heap, b"%T=%v", &[value, value]).expect("text of a struct");
            write_bytes(&shown, out);
        }
    }
}

fn index<T: PartialEq + std::fmt::Debug>(all: &[T], one: T) -> u8 {
    all.iter().position(|t| *t == one).unwrap_or_else(|| panic!("no form for {one:?}")) as u8
}

fn write_bytes(bytes: &[u8], out: &mut Vec<u8>) {
    out.extend((bytes.len() as u32).to_be_bytes());
    out.extend(bytes);
}

fn read<'h>(heap: &Heap<'h>, rest: &mut &[u8]) -> Value<'h> {
    match take(rest) {
        b'n' => Value::Nil,
        b'b' => Value::Bool(take(rest) != 0),
        b'i' => Value::Int(INTS[usize::from(take(rest))], read_u64(rest) as i64),
        b'u' => Value::Uint(UINTS[usize::from(take(rest))], read_u64(rest)),
        b'f' => Value::Float(f64::from_bits(read_u64(rest))),
        b'c' => Value::Complex(f64::from_bits(read_u64(rest)), f64::from_bits(read_u64(rest))),
        b's' => heap.str(read_bytes(rest)),
        b'y' => heap.bytes(read_bytes(rest)),
        tag @ (b'l' | b'L') => {
            let ty = LISTS[usize::from(take(rest))];
            let count = read_u32(rest);
            let items: Vec<_> = (0..count).map(|_| read(heap, rest)).collect();
            if tag == b'L' { heap.nil_list(ty) } else { heap.list(ty, &items) }
        }
        tag @ (b'm' | b'M') => {
            let ty = MAPS[usize::from(take(rest))];
            let map = heap.map(ty);
            for _ in 0..read_u32(rest) {
                let key = heap.bstr(read_bytes(rest));
                map.set(heap, key, read(heap, rest));
            }
            if tag == b'M' { heap.nil_map(ty) } else { Value::Map(map) }
        }
        tag => panic!("no such tag: {tag}"),
    }
}

fn take(rest: &mut &[u8]) -> u8 {
    let (first, tail) = rest.split_first().expect("more bytes");
    *rest = tail;
    *first
}

fn read_u32(rest: &mut &[u8]) -> u32 {
    let (head, tail) = rest.split_first_chunk().expect("more bytes");
    *rest = tail;
    u32::from_be_bytes(*head)
}

fn read_u64(rest: &mut &[u8]) -> u64 {
    let (head, tail) = rest.split_first_chunk().expect("more bytes");
    *rest = tail;
    u64::from_be_bytes(*head)
}

fn read_bytes<'b>(rest: &mut &'b [u8]) -> &'b [u8] {
    let length = read_u32(rest) as usize;
    let (bytes, tail) = rest.split_at(length);
    *rest = tail;
    bytes
}
