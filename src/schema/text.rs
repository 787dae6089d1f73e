//! A schema's text: read as the schema library reads it, and turned into values when it is itself checked.

use std::str::FromStr;

use bstr::{BStr, BString, ByteSlice};
use bumpalo::Bump;
use serde_json::{Map, Number, Value};

use crate::go::json::{self, Decoded, Prefix, Sink};
use crate::limits::Exhausted;
use crate::value::{Entry, ListNode, MapNode, Pos, Tree};

/// Deeper than this nobody nests a schema; every level costs stack.
const MAX_DEPTH: u32 = 1_000;

/// Why there is no schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// Not JSON, in Go's words.
    Words(String),
    /// Ours.
    Exhausted(Exhausted),
}

/// `jsonschema.UnmarshalJSON`: numbers keep their text.
pub fn parse(text: &[u8]) -> Result<Value, Unreadable> {
    let (value, taken) = parse_first(text)?;
    if text.get(taken..).is_some_and(|rest| !rest.trim_with(|c| matches!(c, ' ' | '\t' | '\r' | '\n')).is_empty()) {
        return Err(Unreadable::Words("invalid character after top-level value".into()));
    }
    Ok(value)
}

/// `json.Decoder.Decode`: the first value, and where it ends.
pub fn parse_first(text: &[u8]) -> Result<(Value, usize), Unreadable> {
    let mut reader = Reader { too_deep: false };
    let decoded = json::decode_prefix(text, &mut reader).map_err(Unreadable::Exhausted)?;
    let Prefix { node: (value, _), taken } = match decoded {
        Decoded { error: Some(words), .. } => return Err(Unreadable::Words(words)),
        Decoded { value: Some(prefix), .. } => prefix,
        Decoded { value: None, .. } => return Err(Unreadable::Words("EOF".into())),
    };
    if reader.too_deep { Err(Unreadable::Exhausted(Exhausted::Depth)) } else { Ok((value, taken)) }
}

struct Reader {
    too_deep: bool,
}

impl Reader {
    /// A value around others, of which `depth` is the deepest.
    fn around(&mut self, depth: u32, value: Value) -> (Value, u32) {
        if depth >= MAX_DEPTH {
            self.too_deep = true;
            return (Value::Null, 0);
        }
        (value, depth + 1)
    }
}

impl Sink for Reader {
    /// A value and how deep it is.
    type Node = (Value, u32);

    fn null(&mut self) -> Self::Node {
        (Value::Null, 0)
    }

    fn bool(&mut self, value: bool) -> Self::Node {
        (Value::Bool(value), 0)
    }

    fn number(&mut self, value: f64) -> Self::Node {
        (Number::from_f64(value).map_or(Value::Null, Value::Number), 0)
    }

    fn literal(&mut self, text: &[u8]) -> Option<Self::Node> {
        Some((Value::Number(Number::from_str(text.to_str().ok()?).ok()?), 0))
    }

    fn string(&mut self, text: &[u8]) -> Self::Node {
        (Value::String(text.to_str_lossy().into_owned()), 0)
    }

    fn list(&mut self, items: Vec<(Self::Node, usize)>) -> Self::Node {
        let depth = items.iter().map(|((_, depth), _)| *depth).max().unwrap_or(0);
        self.around(depth, Value::Array(items.into_iter().map(|((value, _), _)| value).collect()))
    }

    fn map(&mut self, entries: Vec<(BString, Self::Node, usize)>) -> Self::Node {
        let depth = entries.iter().map(|(_, (_, depth), _)| *depth).max().unwrap_or(0);
        let members = entries.into_iter().map(|(key, (value, _), _)| (owned(key), value));
        let members: Map<String, Value> = members.collect();
        self.around(depth, Value::Object(members))
    }

    fn step(&mut self) -> Result<(), Exhausted> {
        Ok(())
    }
}

/// Lossy where it is not UTF-8; nothing is copied where it is.
fn owned(text: BString) -> String {
    String::from_utf8(text.into()).unwrap_or_else(|e| e.as_bytes().to_str_lossy().into_owned())
}

/// A schema as values.
pub fn tree<'c>(value: &Value, arena: &'c Bump) -> Tree<'c> {
    let text = |s: &str| BStr::new(arena.alloc_str(s).as_bytes());
    match value {
        Value::Null => Tree::Null,
        Value::Bool(b) => Tree::Bool(*b),
        Value::Number(n) => number(n),
        Value::String(s) => Tree::Str(text(s)),
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(|i| (tree(i, arena), Pos::default())).collect();
            Tree::List(ListNode::new(arena, &items))
        }
        Value::Object(members) => {
            let entry = |(key, value): (&String, &Value)| Entry {
                key: text(key),
                value: tree(value, arena),
                pos: Pos::default(),
            };
            Tree::Map(MapNode::new(arena, members.iter().map(entry).collect()))
        }
    }
}

/// The library compares decimals of any size; what metaschemas ask of numbers is sign and wholeness, and those are kept.
fn number(number: &Number) -> Tree<'static> {
    if let Some(int) = number.as_i64() {
        return Tree::Int(int);
    }
    let negative = number.to_string().starts_with('-');
    let float = match number.as_f64() {
        Some(float) if float.is_finite() => float,
        _ if negative => f64::MIN,
        _ => f64::MAX,
    };
    let is_zero =
        number.to_string().bytes().take_while(|b| !matches!(b, b'e' | b'E')).all(|b| !matches!(b, b'1'..=b'9'));
    Tree::Float(match float {
        0.0 if !is_zero && negative => -f64::MIN_POSITIVE,
        0.0 if !is_zero => f64::MIN_POSITIVE,
        float => float,
    })
}
