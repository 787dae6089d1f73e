//! The drafts: what each is called, and where its schemas hold further schemas (santhosh-tekuri/jsonschema v6, `draft.go`).

use serde_json::Value;

use super::member::{member, member_of};

/// The drafts, in order of age.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Draft {
    V4,
    V6,
    V7,
    V2019,
    V2020,
}

impl Draft {
    /// The draft of a `$schema`; `None` for a metaschema of somebody's own.
    pub fn of_url(text: &str) -> Option<Draft> {
        let (path, fragment) = text.split_once('#').unwrap_or((text, ""));
        if !fragment.is_empty() {
            return None;
        }
        let path = path.strip_prefix("http://").or_else(|| path.strip_prefix("https://")).unwrap_or(path);
        match path.strip_prefix("json-schema.org/")? {
            "schema" | "draft/2020-12/schema" => Some(Draft::V2020),
            "draft/2019-09/schema" => Some(Draft::V2019),
            "draft-07/schema" => Some(Draft::V7),
            "draft-06/schema" => Some(Draft::V6),
            "draft-04/schema" => Some(Draft::V4),
            _ => None,
        }
    }

    pub fn id_keyword(self) -> &'static str {
        if self == Draft::V4 { "id" } else { "$id" }
    }

    /// The identifier of a schema, without its fragment. Before 2019-09 nothing beside `$ref` counts.
    pub fn own_id(self, schema: &Value) -> Option<&str> {
        if self < Draft::V2019 && member_of(schema, "$ref").is_some() {
            return None;
        }
        let id = member_of(schema, self.id_keyword())?.as_str()?;
        let id = id.split('#').next().unwrap_or_default();
        (!id.is_empty()).then_some(id)
    }

    /// All places of a schema where schemas stand.
    pub fn subschemas(self, schema: &Value) -> Vec<&Value> {
        let mut out = Vec::new();
        let Value::Object(object) = schema else { return out };
        for (since, keyword, shape) in SUBSCHEMAS {
            if *since > self {
                continue;
            }
            match (shape, member(object, keyword)) {
                (Shape::Value, Some(value)) => out.push(value),
                (Shape::Items, Some(Value::Array(items))) => out.extend(items),
                (Shape::Members, Some(Value::Object(members))) => out.extend(members.values()),
                _ => {}
            }
        }
        out
    }
}

/// Whether the schemas are a keyword's value, its items or its members.
enum Shape {
    Value,
    Items,
    Members,
}

static SUBSCHEMAS: &[(Draft, &str, Shape)] = &[
    (Draft::V4, "definitions", Shape::Members),
    (Draft::V4, "not", Shape::Value),
    (Draft::V4, "allOf", Shape::Items),
    (Draft::V4, "anyOf", Shape::Items),
    (Draft::V4, "oneOf", Shape::Items),
    (Draft::V4, "properties", Shape::Members),
    (Draft::V4, "additionalProperties", Shape::Value),
    (Draft::V4, "patternProperties", Shape::Members),
    (Draft::V4, "items", Shape::Value),
    (Draft::V4, "items", Shape::Items),
    (Draft::V4, "additionalItems", Shape::Value),
    (Draft::V4, "dependencies", Shape::Members),
    (Draft::V6, "propertyNames", Shape::Value),
    (Draft::V6, "contains", Shape::Value),
    (Draft::V7, "if", Shape::Value),
    (Draft::V7, "then", Shape::Value),
    (Draft::V7, "else", Shape::Value),
    (Draft::V2019, "$defs", Shape::Members),
    (Draft::V2019, "dependentSchemas", Shape::Members),
    (Draft::V2019, "unevaluatedProperties", Shape::Value),
    (Draft::V2019, "unevaluatedItems", Shape::Value),
    (Draft::V2019, "contentSchema", Shape::Value),
    (Draft::V2020, "prefixItems", Shape::Items),
];
