//! `marshalWithoutNumber`: JSON in which two equal values are the same text. Numbers are floats.

use serde_json::Value;

use super::Stop;
use crate::go::json::{Escape, append_string, float_text};

/// Sorted keys, numbers as Go prints a float64, HTML escaped.
pub(super) fn canonical(value: &Value) -> Result<String, Stop> {
    let mut out = Vec::new();
    append(&mut out, value)?;
    Ok(String::from_utf8_lossy(&out).into_owned())
}

/// Recurses as deep as the value, whose depth its reader bounded.
fn append(out: &mut Vec<u8>, value: &Value) -> Result<(), Stop> {
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Bool(b) => out.extend_from_slice(if *b { b"true" } else { b"false" }),
        Value::Number(n) => match n.as_f64().filter(|f| f.is_finite()) {
            Some(float) => out.extend_from_slice(float_text(float).as_bytes()),
            None => return Err(Stop::Unsure(format!("the number {n}"))),
        },
        Value::String(text) => append_string(out, text.as_bytes(), Escape::Html),
        Value::Array(items) => {
            out.push(b'[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push(b',');
                }
                append(out, item)?;
            }
            out.push(b']');
        }
        Value::Object(members) => {
            let mut sorted: Vec<(&String, &Value)> = members.iter().collect();
            sorted.sort_unstable_by_key(|(key, _)| *key);
            out.push(b'{');
            for (i, (key, member)) in sorted.into_iter().enumerate() {
                if i > 0 {
                    out.push(b',');
                }
                append_string(out, key.as_bytes(), Escape::Html);
                out.push(b':');
                append(out, member)?;
            }
            out.push(b'}');
        }
    }
    Ok(())
}
