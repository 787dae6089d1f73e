//! `Unmarshal` into `interface{}`, maps and lists, and what a `Decoder` takes off the front of a text.
//! Source: encoding/json/decode.go, stream.go. Nesting costs no stack.

use bstr::BString;

use super::scan::{Scan, Stop};
use crate::go::strconv;
use crate::limits::Exhausted;
use crate::value::{Heap, ListType, Map, MapType, Value};

/// What decoding makes. Offsets are of the value's (or key's) first byte in the text.
pub trait Sink {
    type Node;

    fn null(&mut self) -> Self::Node;
    fn bool(&mut self, value: bool) -> Self::Node;
    fn number(&mut self, value: f64) -> Self::Node;
    /// `UseNumber`: a number as it is written. `None` asks for [`Sink::number`] instead.
    fn literal(&mut self, _text: &[u8]) -> Option<Self::Node> {
        None
    }
    fn string(&mut self, text: &[u8]) -> Self::Node;
    fn list(&mut self, items: Vec<(Self::Node, usize)>) -> Self::Node;
    /// Entries in the order of the text; of equal keys the last counts.
    fn map(&mut self, entries: Vec<(BString, Self::Node, usize)>) -> Self::Node;
    /// Pays for one more token.
    fn step(&mut self) -> Result<(), Exhausted>;
}

/// A value and the error that came with it: Go goes on after a number that is out of range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded<T> {
    pub value: T,
    /// Go's text.
    pub error: Option<String>,
}

/// A value and how many bytes of the text it took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prefix<N> {
    pub node: N,
    pub taken: usize,
}

/// Deeper than this Go refuses.
const MAX_DEPTH: usize = 10_000;

/// Decodes a text that is one JSON value. `value` is `None` where it is not.
pub fn decode<S: Sink>(text: &[u8], sink: &mut S) -> Result<Decoded<Option<S::Node>>, Exhausted> {
    let mut scan = Scan { text, at: 0 };
    let end = |stop| match stop {
        Stop::End => "unexpected end of JSON input".to_string(),
        Stop::Character(message) => message,
    };
    Ok(match read(&mut scan, sink)? {
        Err(stop) => Decoded { value: None, error: Some(end(stop)) },
        Ok(_) if scan.skip_space().is_some() => {
            Decoded { value: None, error: Some(end(scan.error("after top-level value"))) }
        }
        Ok(Decoded { value, error }) => Decoded { value: Some(value), error },
    })
}

/// `Decoder.Decode`: one value off the front of a text, and how many bytes it took.
pub fn decode_prefix<S: Sink>(text: &[u8], sink: &mut S) -> Result<Decoded<Option<Prefix<S::Node>>>, Exhausted> {
    let mut scan = Scan { text, at: 0 };
    if scan.skip_space().is_none() {
        return Ok(Decoded { value: None, error: Some("EOF".into()) });
    }
    Ok(match read(&mut scan, sink)? {
        // Inside of a token at the end of the text, Go has no character to complain about either.
        Err(_) if scan.at >= text.len() => Decoded { value: None, error: Some("unexpected EOF".into()) },
        Err(Stop::End) => Decoded { value: None, error: Some("unexpected EOF".into()) },
        Err(Stop::Character(message)) => Decoded { value: None, error: Some(message) },
        Ok(Decoded { value: node, error }) => Decoded { value: Some(Prefix { node, taken: scan.at }), error },
    })
}

/// `json.Unmarshal` into an `interface{}` that was nil.
pub fn unmarshal<'h>(heap: &Heap<'h>, text: &[u8]) -> Result<Decoded<Value<'h>>, Exhausted> {
    let Decoded { value, error } = decode(text, &mut ToHeap(heap))?;
    Ok(Decoded { value: value.unwrap_or(Value::Nil), error })
}

/// `json.Unmarshal` into an empty `map[string]interface {}`; `null` makes it a nil map.
pub fn unmarshal_map<'h>(heap: &Heap<'h>, text: &[u8]) -> Result<Decoded<&'h Map<'h>>, Exhausted> {
    let decoded = unmarshal(heap, text)?;
    let map = heap.map(MapType::Any);
    Ok(match (decoded.value, decoded.error) {
        (Value::Map(map), error) => Decoded { value: map, error },
        (Value::Nil, None) => match heap.nil_map(MapType::Any) {
            Value::Map(nil) => Decoded { value: nil, error: None },
            _ => Decoded { value: map, error: None },
        },
        (value, error) => Decoded { value: map, error: mismatch(text, value, error, "map[string]interface {}") },
    })
}

/// `json.Unmarshal` into an empty `[]interface {}`; `null` makes it a nil slice.
pub fn unmarshal_list<'h>(heap: &Heap<'h>, text: &[u8]) -> Result<Decoded<Value<'h>>, Exhausted> {
    let decoded = unmarshal(heap, text)?;
    Ok(match (decoded.value, decoded.error) {
        (value @ Value::List(_), error) => Decoded { value, error },
        (Value::Nil, None) => Decoded { value: heap.nil_list(ListType::Any), error: None },
        (value, error) => Decoded { value: heap.any_list(&[]), error: mismatch(text, value, error, "[]interface {}") },
    })
}

/// The complaint about a value of another type; a text that is not JSON keeps its own.
fn mismatch(text: &[u8], value: Value<'_>, error: Option<String>, wanted: &str) -> Option<String> {
    let got = match value {
        Value::Bool(_) => "bool",
        Value::Str(_) => "string",
        Value::List(_) => "array",
        Value::Map(_) => "object",
        Value::Float(_) => "number",
        // A number that is out of range: here it is not even looked at.
        _ if (Scan { text, at: 0 }).skip_space().is_some_and(|c| c == b'-' || c.is_ascii_digit())
            && error.as_deref().is_some_and(|e| e.starts_with("json: ")) =>
        {
            "number"
        }
        _ => return error,
    };
    Some(format!("json: cannot unmarshal {got} into Go value of type {wanted}"))
}

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
        let items: Vec<_> = items.into_iter().map(|(item, _)| item).collect();
        self.0.any_list(&items)
    }

    fn map(&mut self, mut entries: Vec<(BString, Value<'h>, usize)>) -> Value<'h> {
        // Keys that come in order are only appended.
        entries.sort_by(|a, b| a.0.cmp(&b.0));
        let map = self.0.map(MapType::Any);
        for (key, value, _) in entries {
            map.set(self.0, self.0.bstr(key), value);
        }
        Value::Map(map)
    }

    fn step(&mut self) -> Result<(), Exhausted> {
        self.0.spend(4)
    }
}

/// A container that is not closed yet.
enum Open<N> {
    List(Vec<(N, usize)>, usize),
    Map { entries: Vec<(BString, N, usize)>, key: (BString, usize), start: usize },
}

type Read<T> = Result<T, Stop>;

/// Reads one value, and the first complaint about a number in it.
fn read<S: Sink>(scan: &mut Scan<'_>, sink: &mut S) -> Result<Read<Decoded<S::Node>>, Exhausted> {
    let mut open: Vec<Open<S::Node>> = Vec::new();
    let mut error = None;
    loop {
        sink.step()?;
        let (mut node, mut start) = match begin(scan, sink, &mut open, &mut error) {
            Err(stop) => return Ok(Err(stop)),
            Ok(None) => continue,
            Ok(Some(value)) => value,
        };
        // A value is whole: it goes into what is open around it, which may become whole as well.
        loop {
            let Some(outer) = open.pop() else { return Ok(Ok(Decoded { value: node, error })) };
            let next = scan.skip_space();
            match (outer, next) {
                (Open::List(mut items, at), Some(b',' | b']')) => {
                    items.push((node, start));
                    scan.at += 1;
                    if next == Some(b',') {
                        open.push(Open::List(items, at));
                        break;
                    }
                    (node, start) = (sink.list(items), at);
                }
                (Open::Map { mut entries, key, start: at }, Some(b',' | b'}')) => {
                    entries.push((key.0, node, key.1));
                    scan.at += 1;
                    if next == Some(b',') {
                        match read_key(scan) {
                            Ok(key) => open.push(Open::Map { entries, key, start: at }),
                            Err(stop) => return Ok(Err(stop)),
                        }
                        break;
                    }
                    (node, start) = (sink.map(entries), at);
                }
                (Open::List(..), _) => return Ok(Err(scan.error("after array element"))),
                (Open::Map { .. }, _) => return Ok(Err(scan.error("after object key:value pair"))),
            }
        }
    }
}

/// The beginning of a value: a whole one with its offset, or nothing when it opened a container.
fn begin<S: Sink>(
    scan: &mut Scan<'_>,
    sink: &mut S,
    open: &mut Vec<Open<S::Node>>,
    error: &mut Option<String>,
) -> Read<Option<(S::Node, usize)>> {
    let next = scan.skip_space();
    let start = scan.at;
    let node = match next {
        Some(b'{' | b'[') if open.len() >= MAX_DEPTH => return Err(scan.error("exceeded max depth")),
        Some(b'{') => {
            scan.at += 1;
            if scan.skip_space() != Some(b'}') {
                let key = read_key(scan)?;
                open.push(Open::Map { entries: Vec::new(), key, start });
                return Ok(None);
            }
            scan.at += 1;
            sink.map(Vec::new())
        }
        Some(b'[') => {
            scan.at += 1;
            if scan.skip_space() != Some(b']') {
                open.push(Open::List(Vec::new(), start));
                return Ok(None);
            }
            scan.at += 1;
            sink.list(Vec::new())
        }
        Some(b'"') => {
            let text = scan.string()?;
            sink.string(&text)
        }
        Some(b't') => {
            scan.word("true")?;
            sink.bool(true)
        }
        Some(b'f') => {
            scan.word("false")?;
            sink.bool(false)
        }
        Some(b'n') => {
            scan.word("null")?;
            sink.null()
        }
        Some(b'-' | b'0'..=b'9') => {
            let text = scan.number()?;
            match sink.literal(text).map(Ok).unwrap_or_else(|| strconv::parse_float(text, 64).map(|n| sink.number(n))) {
                Ok(number) => number,
                Err(_) => {
                    let text = String::from_utf8_lossy(text);
                    let message = format!("json: cannot unmarshal number {text} into Go value of type float64");
                    error.get_or_insert(message);
                    sink.null()
                }
            }
        }
        _ => return Err(scan.error("looking for beginning of value")),
    };
    Ok(Some((node, start)))
}

/// A key with its colon, and where it stands.
fn read_key(scan: &mut Scan<'_>) -> Read<(BString, usize)> {
    if scan.skip_space() != Some(b'"') {
        return Err(scan.error("looking for beginning of object key string"));
    }
    let start = scan.at;
    let key = scan.string()?;
    if scan.skip_space() != Some(b':') {
        return Err(scan.error("after object key"));
    }
    scan.at += 1;
    Ok((key.into(), start))
}
