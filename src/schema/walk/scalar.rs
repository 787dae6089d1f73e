//! Type, constants, and what is asked of strings and numbers.

use std::cmp::Ordering;

use bstr::BStr;
use serde_json::{Map, Value};

use super::{Step, Walk, count, int, num, text};
use crate::dialect::SchemaLibrary;
use crate::go::utf8;
use crate::schema::draft::Draft;
use crate::schema::failure::quote;
use crate::schema::format;
use crate::schema::member::member;
use crate::schema::number::{self, Num};
use crate::value::Tree;

/// The names of types in the order in which the library lists them.
const TYPES: [&str; 7] = ["null", "boolean", "number", "integer", "string", "array", "object"];

/// A keyword, its limit where there is one, and which order of value and limit breaks it.
type Limit = (&'static str, Option<Num>, fn(Ordering) -> bool);

/// What is checked before everything else; the first that fails ends it: its keyword, and what is said.
pub(super) fn first(
    object: &Map<String, Value>,
    draft: Draft,
    value: Tree<'_>,
    asserts_format: bool,
    library: SchemaLibrary,
) -> Option<(&'static str, String)> {
    if let Some(wanted) = member(object, "type") {
        let named = |t: &&str| wanted.as_str() == Some(*t) || super::strings(Some(wanted)).any(|w| w == *t);
        let wanted: Vec<&str> = TYPES.into_iter().filter(named).collect();
        let got = type_of(value);
        let integer =
            got == "number" && wanted.contains(&"integer") && Num::of_tree(value).is_some_and(|n| n.is_integer());
        if !wanted.is_empty() && !wanted.contains(&got) && !integer {
            return Some(("type", format!("got {got}, want {}", wanted.join(" or "))));
        }
    }
    if let Some(words) = constant(object, draft, value, library) {
        return Some(("const", words));
    }
    if let Some(Value::Array(choices)) = member(object, "enum")
        && !choices.iter().any(|c| equals(value, c, library))
    {
        let plain = !choices.iter().any(|c| c.is_array() || c.is_object());
        let words = match choices.as_slice() {
            [only] if plain => format!("value must be {}", display(only)),
            several if plain => {
                let shown: Vec<String> = several.iter().map(display).collect();
                format!("value must be one of {}", shown.join(", "))
            }
            _ => "'enum' failed".into(),
        };
        return Some(("enum", words));
    }
    if asserts_format
        && let (Some(name), Tree::Str(text)) = (member(object, "format").and_then(Value::as_str), value)
        && let Some(why) = format::check(name, text)
    {
        return Some(("format", format!("{} is not valid {name}: {why}", quote(text))));
    }
    None
}

/// `const`.
pub(super) fn constant(
    object: &Map<String, Value>,
    draft: Draft,
    value: Tree<'_>,
    library: SchemaLibrary,
) -> Option<String> {
    let wanted = member(object, "const").filter(|_| draft >= Draft::V6)?;
    match wanted {
        _ if equals(value, wanted, library) => None,
        Value::Array(_) | Value::Object(_) => Some("'const' failed".into()),
        scalar => Some(format!("value must be {}", display(scalar))),
    }
}

fn type_of(value: Tree<'_>) -> &'static str {
    match value {
        Tree::Null => "null",
        Tree::Bool(_) => "boolean",
        Tree::Int(_) | Tree::Float(_) => "number",
        Tree::Str(_) => "string",
        Tree::List(_) => "array",
        Tree::Map(_) => "object",
    }
}

/// A scalar of the schema as Go prints it.
fn display(value: &Value) -> String {
    match value {
        Value::String(s) => quote(s),
        Value::Null => "<nil>".into(),
        Value::Array(_) | Value::Object(_) => "value".into(),
        other => other.to_string(),
    }
}

/// Deep equality; numbers by value.
pub(super) fn equals(value: Tree<'_>, wanted: &Value, library: SchemaLibrary) -> bool {
    match (value, wanted) {
        (Tree::Null, Value::Null) => true,
        (Tree::Bool(a), Value::Bool(b)) => a == *b,
        (Tree::Str(a), Value::String(b)) => a == b.as_bytes(),
        (Tree::Int(_) | Tree::Float(_), Value::Number(b)) => {
            matches!((Num::of_tree(value), Num::of_json(b)), (Some(a), Some(b)) if a.compare(&b) == Ordering::Equal)
        }
        // Release 6.0.2 takes a text for the number that it shows.
        (Tree::Int(_) | Tree::Float(_), Value::String(b)) if library == SchemaLibrary::SanthoshTekuri602 => {
            let shown = serde_json::from_str::<serde_json::Number>(b).ok();
            let (a, b) = (Num::of_tree(value), shown.and_then(|b| Num::of_json(&b)));
            matches!((a, b), (Some(a), Some(b)) if a.compare(&b) == Ordering::Equal)
        }
        (Tree::List(a), Value::Array(b)) => {
            a.items().len() == b.len() && a.items().iter().zip(b).all(|((a, _), b)| equals(*a, b, library))
        }
        (Tree::Map(a), Value::Object(b)) => {
            a.entries().len() == b.len()
                && a.entries().iter().all(|e| b.get(&text(e.key)).is_some_and(|b| equals(e.value, b, library)))
        }
        _ => false,
    }
}

/// Deep equality of two parts of the values.
pub(super) fn same(a: Tree<'_>, b: Tree<'_>) -> bool {
    match (a, b) {
        (Tree::Int(_) | Tree::Float(_), Tree::Int(_) | Tree::Float(_)) => match (Num::of_tree(a), Num::of_tree(b)) {
            (Some(a), Some(b)) => a.compare(&b) == Ordering::Equal,
            _ => false,
        },
        (Tree::List(a), Tree::List(b)) => {
            a.items().len() == b.items().len() && a.items().iter().zip(b.items()).all(|(a, b)| same(a.0, b.0))
        }
        (Tree::Map(a), Tree::Map(b)) => {
            a.entries().len() == b.entries().len()
                && a.entries().iter().zip(b.entries()).all(|(a, b)| a.key == b.key && same(a.value, b.value))
        }
        (Tree::Null, Tree::Null) => true,
        (Tree::Bool(a), Tree::Bool(b)) => a == b,
        (Tree::Str(a), Tree::Str(b)) => a == b,
        _ => false,
    }
}

impl<'s> Walk<'_, 's> {
    pub(super) fn string<'c>(&mut self, step: &mut Step<'_, 's, 'c>, value: &'c BStr) {
        let length = utf8::rune_count(value);
        if let Some(least) = int(step.object, "minLength")
            && (length as i64) < least
        {
            self.fail(step, "minLength", format!("minLength: got {}, want {}", count(length), number::count(least)));
        }
        if let Some(most) = int(step.object, "maxLength")
            && (length as i64) > most
        {
            self.fail(step, "maxLength", format!("maxLength: got {}, want {}", count(length), number::count(most)));
        }
        if let Some(pattern) = member(step.object, "pattern").and_then(Value::as_str)
            && !self.compiled.pattern(pattern).is_some_and(|p| p.is_match(value))
        {
            self.fail(step, "pattern", format!("{} does not match pattern {}", quote(value), quote(pattern)));
        }
    }

    pub(super) fn number(&mut self, step: &mut Step<'_, 's, '_>) {
        let Some(got) = Num::of_tree(step.value) else { return };
        let object = step.object;
        // Draft 4: the exclusive keywords are switches beside the limits; the library knows both forms everywhere.
        let switched = |keyword: &str| member(object, keyword) == Some(&Value::Bool(true));
        let exclusive_max =
            if switched("exclusiveMaximum") { num(object, "maximum") } else { num(object, "exclusiveMaximum") };
        let exclusive_min =
            if switched("exclusiveMinimum") { num(object, "minimum") } else { num(object, "exclusiveMinimum") };
        let max = if switched("exclusiveMaximum") { None } else { num(object, "maximum") };
        let min = if switched("exclusiveMinimum") { None } else { num(object, "minimum") };
        let limits: [Limit; 4] = [
            ("minimum", min, |o| o == Ordering::Less),
            ("maximum", max, |o| o == Ordering::Greater),
            ("exclusiveMinimum", exclusive_min, |o| o != Ordering::Greater),
            ("exclusiveMaximum", exclusive_max, |o| o != Ordering::Less),
        ];
        for (keyword, limit, broken) in limits {
            if let Some(limit) = limit
                && broken(got.compare(&limit))
            {
                self.fail(step, keyword, format!("{keyword}: got {}, want {}", got.english(), limit.english()));
            }
        }
        if let Some(unit) = num(object, "multipleOf")
            && !got.is_multiple_of(&unit)
        {
            self.fail(step, "multipleOf", format!("multipleOf: got {}, want {}", got.english(), unit.english()));
        }
    }
}
