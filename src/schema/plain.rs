//! Schemas that need no second opinion: those made of everyday keywords alone, each used as every draft means it.
//!
//! What is recognised here is certainly valid against its draft's metaschema, and is what the first judge is held to by
//! its oracle most densely. Everything else, however slightly unusual, is asked about: to say no costs time, nothing more.

use serde_json::{Map, Value};

use super::draft::Draft;
use crate::go::regexp::Regexp;

/// Whether a schema document is plain. `is_known`: patterns that are certainly regular expressions.
pub fn is_plain(schema: &Value, is_known: impl Fn(&str) -> bool) -> bool {
    let draft = match schema.get("$schema") {
        None => Some(Draft::V2020),
        // The metaschemas want an absolute address, which the library's own reading does not.
        Some(url) => url.as_str().filter(|u| u.starts_with("http")).and_then(Draft::of_url),
    };
    // Draft 4 and 2019-09 have rules of their own about much of this, and few charts.
    matches!(draft, Some(draft @ (Draft::V6 | Draft::V7 | Draft::V2020)) if Plain { draft, is_known: &is_known }.subschema(schema))
}

struct Plain<'k> {
    draft: Draft,
    is_known: &'k dyn Fn(&str) -> bool,
}

impl Plain<'_> {
    fn subschema(&self, schema: &Value) -> bool {
        match schema {
            Value::Bool(_) => true,
            Value::Object(object) => object.iter().all(|(keyword, value)| self.keyword(keyword, value, object)),
            _ => false,
        }
    }

    fn keyword(&self, keyword: &str, value: &Value, object: &Map<String, Value>) -> bool {
        let draft = self.draft;
        let plain = |schema: &Value| self.subschema(schema);
        let is_regexp = |pattern: &str| (self.is_known)(pattern) || Regexp::new(pattern.as_bytes()).is_ok();
        match keyword {
            "$schema" => value.as_str().is_some_and(|u| u.starts_with("http") && Draft::of_url(u) == Some(draft)),
            "title" | "description" | "$comment" | "format" => value.is_string(),
            // Before 2019-09 what stands beside a reference is no schema any more, for one library or the other.
            "$ref" => value.as_str().is_some_and(is_pointer) && (draft == Draft::V2020 || object.len() == 1),
            "default" | "const" => true,
            "examples" => value.is_array(),
            "deprecated" | "readOnly" | "writeOnly" | "uniqueItems" => value.is_boolean(),
            "type" => match value {
                Value::String(name) => is_type(name),
                Value::Array(names) => is_set(names) && names.iter().all(|n| n.as_str().is_some_and(is_type)),
                _ => false,
            },
            "enum" => value.as_array().is_some_and(|choices| is_set(choices)),
            "required" => value.as_array().is_some_and(|names| is_set(names) && names.iter().all(Value::is_string)),
            "pattern" => value.as_str().is_some_and(is_regexp),
            "properties" | "$defs" | "definitions" => value.as_object().is_some_and(|m| m.values().all(plain)),
            "patternProperties" => {
                value.as_object().is_some_and(|m| m.keys().all(|k| is_regexp(k)) && m.values().all(plain))
            }
            "items" | "additionalProperties" | "propertyNames" | "contains" | "not" => plain(value),
            "if" | "then" | "else" => draft != Draft::V6 && plain(value),
            "allOf" | "anyOf" | "oneOf" => value.as_array().is_some_and(|s| !s.is_empty() && s.iter().all(plain)),
            "minLength" | "maxLength" | "minItems" | "maxItems" | "minProperties" | "maxProperties" => {
                value.as_u64().is_some()
            }
            "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" => value.as_i64().is_some(),
            "multipleOf" => value.as_u64().is_some_and(|n| n > 0),
            _ => false,
        }
    }
}

/// `#/$defs/name`, without anything that would have to be decoded.
fn is_pointer(reference: &str) -> bool {
    reference.strip_prefix("#/").is_some_and(|rest| {
        rest.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'$' | b'-' | b'_' | b'.'))
    })
}

fn is_type(name: &str) -> bool {
    matches!(name, "null" | "boolean" | "number" | "integer" | "string" | "array" | "object")
}

/// Not empty, and no two alike.
fn is_set(values: &[Value]) -> bool {
    !values.is_empty() && (1..values.len()).all(|i| !values[..i].contains(&values[i]))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn is_plain(schema: &Value) -> bool {
        super::is_plain(schema, |_| false)
    }

    #[test]
    fn everyday_schemas_are_plain() {
        assert!(is_plain(&json!({"type": "object", "properties": {"a": {"type": ["string", "null"], "minLength": 1}},
            "required": ["a"], "additionalProperties": false, "allOf": [{"$ref": "#/$defs/x"}], "$defs": {"x": true}})));
        assert!(is_plain(
            &json!({"$schema": "http://json-schema.org/draft-07/schema#", "if": {}, "then": {"maximum": 3}})
        ));
    }

    #[test]
    fn what_is_unusual_is_asked_about() {
        for schema in [
            json!([]),
            json!({"type": "strnig"}),
            json!({"required": ["a", "a"]}),
            json!({"minLength": -1}),
            json!({"properties": []}),
            json!({"pattern": "("}),
            json!({"$id": "x"}),
            json!({"$ref": "other.json"}),
            json!({"unevaluatedProperties": false}),
            json!({"x-own": 1}),
            json!({"$schema": "json-schema.org/draft-07/schema"}),
            json!({"$ref": "#/$defs/a b"}),
            json!({"properties": {"a": {"$schema": "http://json-schema.org/draft-07/schema#"}}}),
            json!({"$schema": "http://json-schema.org/draft-04/schema#"}),
            json!({"$schema": "http://json-schema.org/draft-07/schema#", "$ref": "#/definitions/a", "type": "object"}),
            json!({"properties": {"a": {"not": 3}}}),
        ] {
            assert!(!is_plain(&schema), "{schema}");
        }
    }

    /// What is plain is a schema for the other judge as well.
    #[test]
    fn the_crate_takes_what_is_plain() {
        let schema: Value = serde_json::from_str(include_str!("../../chart/values.schema.json")).unwrap();
        assert!(is_plain(&schema), "the reference chart's own schema is plain");
        assert!(jsonschema::options().build(&schema).is_ok());
    }
}
