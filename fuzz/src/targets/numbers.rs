//! Numbers: the shortest text of a number is that number again; printf takes any format.

use bumpalo::Bump;
use plimsoll::dialect::DIALECTS;
use plimsoll::go::{fmt, strconv};
use plimsoll::limits::Limits;
use plimsoll::value::{Heap, Value};

pub const PIECES: &[&str] = &[
    "%d",
    "%5.2f",
    "%-10s|",
    "%+v",
    "%#v",
    "%x",
    "%X",
    "%q",
    "%e",
    "%g",
    "%G",
    "%08b",
    "%o",
    "%O",
    "%U",
    "%c",
    "%t",
    "%T",
    "%p",
    "%*d",
    "%.*f",
    "%[2]d",
    "%[1]*.[2]*[3]f",
    "%!",
    "%%",
    "% x",
    "%w",
    "1e308",
    "5e-324",
    "0.1",
    "-0",
    "123456789012345678",
    "+Inf",
    "0x1p-2",
    "1_0",
    "abcdefgh",
    "\x7f\x01\x02\x03",
];

pub fn run(data: &[u8]) {
    for chunk in data.chunks_exact(8) {
        let f = f64::from_le_bytes(chunk.try_into().expect("eight bytes"));
        for verb in [b'g', b'e', b'f'] {
            let text = strconv::format_float(f, verb, None, 64);
            let again = strconv::parse_float(text.as_bytes(), 64).expect("a printed number is a number");
            assert!(again == f || again.is_nan() && f.is_nan(), "{f:?} is printed as {text}");
        }
    }
    drop(strconv::parse_float(data, 64));
    drop(strconv::parse_int(data, 0, 64));
    let arena = Bump::new();
    let limits = Limits { bytes: 8 << 20, ..Limits::default() };
    for dialect in DIALECTS {
        let heap = Heap::new(&arena, &limits, dialect);
        let float = data.first_chunk().map_or(1.5, |b| f64::from_le_bytes(*b));
        let args = [Value::int(42), Value::Float(float), heap.str(data), Value::Nil, Value::Bool(true)];
        drop(fmt::sprintf(&heap, data, &args));
        drop(fmt::sprintf(&heap, data, &[]));
    }
}
