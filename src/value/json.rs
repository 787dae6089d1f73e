//! Trees as JSON of the kind that other crates take.

use serde_json::{Map, Number, Value};

use super::Tree;

/// A tree as JSON. Go has one kind of number here: 1.0 is an integer. Recurses as deep as the tree, whose depth the reader
/// bounded.
pub fn to_json(tree: Tree<'_>) -> Value {
    match tree {
        Tree::Null => Value::Null,
        Tree::Bool(b) => Value::Bool(b),
        Tree::Int(n) => Value::Number(n.into()),
        Tree::Float(f) if f.fract() == 0.0 && f.abs() < 9e15 => Value::Number((f as i64).into()),
        Tree::Float(f) => Number::from_f64(f).map_or(Value::Null, Value::Number),
        Tree::Str(s) => Value::String(String::from_utf8_lossy(s).into_owned()),
        Tree::List(list) => Value::Array(list.items().iter().map(|(i, _)| to_json(*i)).collect()),
        Tree::Map(map) => {
            let entries = map.entries().iter().map(|e| (String::from_utf8_lossy(e.key).into_owned(), to_json(e.value)));
            Value::Object(entries.collect::<Map<_, _>>())
        }
    }
}
