//! JSON both ways.

use bstr::BString;
use fastrand::Rng;
use plimsoll::go::json::{self, Escape, Prefix, Sink};
use plimsoll::limits::Exhausted;
use plimsoll::value::{CallError, Heap, MapType, Value};

use crate::generate::{compare, damage, pick, text};
use crate::oracle::{Answer, fields};
use crate::transport::{decode, encode};
use crate::{CASES, values, with_heap};

fn answer(result: Result<BString, CallError>) -> Answer {
    match result {
        Ok(text) => Answer::Ok(text.into()),
        Err(CallError::Failed(message)) => Answer::Err(message.into()),
        Err(CallError::Exhausted(e)) => Answer::Err(e.message().into()),
    }
}

fn shown(value: &[u8]) -> String {
    with_heap(|heap| format!("{:?}", plimsoll::go::fmt::sprintf(heap, b"%#v", &[decode(heap, value)])))
}

#[test]
fn values_are_written_as_go_writes_them() {
    let mut rng = Rng::with_seed(20);
    let cases: Vec<Vec<u8>> =
        (0..*CASES).map(|_| with_heap(|heap| encode(heap, values::any(heap, &mut rng, 4)))).collect();
    let marshal = |case: &Vec<u8>| with_heap(|heap| answer(json::marshal(heap, decode(heap, case), Escape::Html)));
    compare("json.marshal", &cases, Clone::clone, marshal, |case| shown(case));
    let plain = |case: &Vec<u8>| with_heap(|heap| answer(json::marshal(heap, decode(heap, case), Escape::Plain)));
    compare("json.plain", &cases, Clone::clone, plain, |case| shown(case));
    let indent = |case: &Vec<u8>| with_heap(|heap| answer(json::marshal_indent(heap, decode(heap, case), "> ", "  ")));
    compare("json.indent", &cases, Clone::clone, indent, |case| shown(case));
}

/// JSON text with spaces, odd escapes and numbers.
fn document(rng: &mut Rng, depth: u32) -> Vec<u8> {
    let space = |rng: &mut Rng| pick(rng, &["", "", "", " ", "\n", "\t", "\r\n"]).as_bytes().to_vec();
    let string = |rng: &mut Rng| {
        let mut out = b"\"".to_vec();
        for _ in 0..rng.usize(..4) {
            if rng.bool() {
                out.extend(text(rng, 1).into_iter().filter(|c| !b"\"\\\n\r\t\0".contains(c)));
            } else {
                let escapes = [
                    r"\n",
                    r"\u00e9",
                    r"\ud83d\ude00",
                    r"\ud83d",
                    r"\ud83dx",
                    r"\ud83d\u0041",
                    r"\udc00",
                    r"\/",
                    r"\b",
                    r"\\",
                    "\\\"",
                    r"\u0000",
                    r"\uD83D\uDE00",
                ];
                out.extend(pick(rng, &escapes).bytes());
            }
        }
        out.push(b'"');
        out
    };
    let mut out = space(rng);
    match rng.u8(..if depth == 0 { 6 } else { 10 }) {
        0 => out.extend(pick(rng, &["null", "true", "false"]).bytes()),
        1 | 2 => out.extend(string(rng)),
        3 => out.extend(values::integer(rng).to_string().bytes()),
        4 => {
            let f = values::float(rng);
            let f = if f.is_finite() { f } else { 1e300 };
            out.extend(if rng.bool() { format!("{f:e}") } else { f.to_string() }.bytes());
        }
        5 => out
            .extend(pick(rng, &["1e400", "-0", "1.5E+3", "-1e-400", "00", "1.", "-", "1e", "+1", ".5", "tru"]).bytes()),
        6 | 7 => {
            out.push(b'[');
            for i in 0..rng.usize(..4) {
                if i > 0 {
                    out.push(b',');
                }
                out.extend(document(rng, depth - 1));
            }
            out.extend(space(rng));
            out.push(b']');
        }
        _ => {
            out.push(b'{');
            for i in 0..rng.usize(..4) {
                if i > 0 {
                    out.push(b',');
                }
                out.extend(space(rng));
                out.extend(string(rng));
                out.extend(space(rng));
                out.push(b':');
                out.extend(document(rng, depth - 1));
            }
            out.extend(space(rng));
            out.push(b'}');
        }
    }
    out.extend(space(rng));
    out
}

/// Decodes in the order of the text, for the prefix reader.
struct ToHeap<'a, 'h>(&'a Heap<'h>);

impl<'h> Sink for ToHeap<'_, 'h> {
    type Node = Value<'h>;

    fn null(&mut self) -> Value<'h> {
        Value::Nil
    }

    fn bool(&mut self, value: bool) -> Value<'h> {
        Value::Bool(value)
    }

    fn number(&mut self, value: f64) -> Value<'h> {
        Value::Float(value)
    }

    fn string(&mut self, text: &[u8]) -> Value<'h> {
        self.0.str(text)
    }

    fn list(&mut self, items: Vec<(Value<'h>, usize)>) -> Value<'h> {
        self.0.any_list(&items.into_iter().map(|(item, _)| item).collect::<Vec<_>>())
    }

    fn map(&mut self, entries: Vec<(BString, Value<'h>, usize)>) -> Value<'h> {
        let map = self.0.map(MapType::Any);
        for (key, value, _) in entries {
            map.set(self.0, self.0.bstr(key), value);
        }
        Value::Map(map)
    }

    fn step(&mut self) -> Result<(), Exhausted> {
        Ok(())
    }
}

fn unmarshal(case: &[u8]) -> Answer {
    with_heap(|heap| {
        let error = |e: Option<String>| e.unwrap_or_else(|| "<nil>".into()).into_bytes();
        let any = json::unmarshal(heap, case).expect("in budget");
        let map = json::unmarshal_map(heap, case).expect("in budget");
        let list = json::unmarshal_list(heap, case).expect("in budget");
        let first = json::decode_prefix(case, &mut ToHeap(heap)).expect("in budget");
        let (node, taken) = match first.value {
            Some(Prefix { node, taken }) if first.error.is_none() => (node, taken.to_string()),
            Some(Prefix { node, .. }) => (node, String::new()),
            None => (Value::Nil, String::new()),
        };
        Answer::Ok(fields(&[
            encode(heap, any.value),
            error(any.error),
            encode(heap, Value::Map(map.value)),
            error(map.error),
            encode(heap, list.value),
            error(list.error),
            encode(heap, node),
            error(first.error),
            taken.into_bytes(),
        ]))
    })
}

#[test]
fn texts_are_read_as_go_reads_them() {
    let mut rng = Rng::with_seed(21);
    let mut cases: Vec<Vec<u8>> = (0..*CASES)
        .map(|_| {
            let case = document(&mut rng, 3);
            damage(&mut rng, case, 3)
        })
        .collect();
    for depth in [9_999, 10_000, 10_001] {
        cases.push(b"[".repeat(depth));
        cases.push(b"{\"a\":".repeat(depth));
    }
    compare(
        "json.unmarshal",
        &cases,
        Clone::clone,
        |case| unmarshal(case),
        |case| format!("{:?}", bstr::BStr::new(&case[..case.len().min(200)])),
    );
}
