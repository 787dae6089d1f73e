//! TOML both ways.

use fastrand::Rng;
use plimsoll::go::toml;
use plimsoll::value::{CallError, Heap, Value};

use crate::generate::compare;
use crate::oracle::Answer;
use crate::transport::{decode, encode};
use crate::{CASES, values, with_heap};

fn has_complex<'h>(heap: &Heap<'h>, value: Value<'h>) -> bool {
    match value {
        Value::Complex(..) => true,
        Value::List(list) => list.items(heap).iter().any(|item| has_complex(heap, *item)),
        Value::Map(map) => map.entries(heap).iter().any(|(_, value)| has_complex(heap, *value)),
        _ => false,
    }
}

#[test]
fn values_are_written_as_the_library_writes_them() {
    let mut rng = Rng::with_seed(30);
    let mut cases = Vec::new();
    while cases.len() < *CASES {
        with_heap(|heap| {
            // Where a map has several errors, Go tells of any of them: complex numbers only ever come alone.
            let value = values::any(heap, &mut rng, 4);
            if !has_complex(heap, value) || matches!(value, Value::Complex(..)) {
                cases.push(encode(heap, value));
            }
        });
    }
    let ours = |case: &Vec<u8>| {
        with_heap(|heap| match toml::encode(heap, decode(heap, case)) {
            Ok(Ok(text)) => Answer::Ok(text.into()),
            Ok(Err(message)) => Answer::Err(message.into()),
            Err(CallError::Failed(message)) => Answer::Panic(message.into()),
            Err(CallError::Exhausted(e)) => panic!("{e:?}"),
        })
    };
    compare("toml.encode", &cases, Clone::clone, ours, |case| {
        with_heap(|heap| format!("{:?}", plimsoll::go::fmt::sprintf(heap, b"%#v", &[decode(heap, case)])))
    });
}
