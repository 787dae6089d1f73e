//! Truth as `if`, `and`, `or`, `not` and `with` have it (text/template `IsTrue`).

use super::Value;

/// Zero numbers, empty strings, empty containers and nils are false; a struct is always true.
pub fn truth(value: Value<'_>) -> bool {
    match value {
        Value::Invalid | Value::Nil => false,
        Value::Bool(b) => b,
        Value::Int(_, n) => n != 0,
        Value::Uint(_, n) => n != 0,
        Value::Float(f) => f != 0.0,
        Value::Complex(re, im) => re != 0.0 || im != 0.0,
        Value::Str(s) => !s.is_empty(),
        Value::Bytes(b) => !b.is_empty(),
        Value::List(l) => !l.is_empty(),
        Value::Map(m) => !m.is_empty(),
        Value::Object(_) => true,
    }
}
