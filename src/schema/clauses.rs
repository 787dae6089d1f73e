//! The clauses of a schema: all that it demands, and what of it values do not satisfy. For coverage.

use std::collections::{BTreeSet, HashMap, HashSet};

use serde_json::Value;

use super::compiled::{Compiled, Judge, URL};
use super::failure::Failure;
use super::pointer::{address, escape, lookup};
use super::{text, walk};
use crate::limits::Stack;
use crate::value::{MapNode, Tree};

/// Keywords that demand something by themselves.
const DEMANDS: [&str; 22] = [
    "type",
    "enum",
    "const",
    "pattern",
    "format",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
    "required",
    "dependentRequired",
    "additionalProperties",
    "contains",
    "not",
];

/// Keywords whose value is a schema, a list of schemas, or a map of schemas, and that demand what those demand. What `if`
/// and `not` hold decides, and demands nothing.
const SCHEMAS: [&str; 7] =
    ["items", "additionalProperties", "additionalItems", "propertyNames", "then", "else", "unevaluatedProperties"];
const LISTS: [&str; 5] = ["allOf", "anyOf", "oneOf", "prefixItems", "items"];
const MAPS: [&str; 3] = ["properties", "patternProperties", "dependentSchemas"];

/// The clauses of a schema as JSON pointers (`/properties/mode/enum`), in the order in which they are met. What `$ref` leads
/// to within the schema counts once, under its own name; a definition that only conditions refer to demands nothing. Empty
/// when it is no schema.
pub fn clauses(schema: &[u8]) -> Vec<String> {
    let Ok(root) = text::parse(schema) else { return Vec::new() };
    let mut found = Vec::new();
    let mut open = vec![(&root, String::new())];
    let mut met = HashSet::new();
    while let Some((schema, pointer)) = open.pop() {
        let Value::Object(members) = schema else { continue };
        if !met.insert(address(schema)) {
            continue;
        }
        let mut below = Vec::new();
        for (keyword, value) in members {
            let at = format!("{pointer}/{}", escape(keyword));
            let keyword = keyword.as_str();
            // `additionalProperties: true` and a schema in its place demand nothing by themselves.
            let demands = match (keyword, value) {
                ("additionalProperties", value) => *value == Value::Bool(false),
                ("uniqueItems", value) => *value == Value::Bool(true),
                _ => DEMANDS.contains(&keyword),
            };
            if demands {
                found.push(at.clone());
            }
            match value {
                Value::String(target) if keyword == "$ref" => {
                    let pointer = target.strip_prefix('#').filter(|pointer| pointer.starts_with('/'));
                    let found = pointer.and_then(|pointer| Some((lookup(&root, pointer, |_| ()).ok()?, pointer)));
                    below.extend(found.map(|(schema, pointer)| (schema, pointer.to_string())));
                }
                Value::Object(_) if SCHEMAS.contains(&keyword) => below.push((value, at)),
                Value::Object(map) if MAPS.contains(&keyword) => {
                    below.extend(map.iter().map(|(name, schema)| (schema, format!("{at}/{}", escape(name)))));
                }
                Value::Array(list) if LISTS.contains(&keyword) => {
                    below.extend(list.iter().enumerate().map(|(n, schema)| (schema, format!("{at}/{n}"))));
                }
                _ => {}
            }
        }
        open.extend(below.into_iter().rev());
    }
    found
}

/// The clauses, as [`clauses`] names them, that values do not satisfy. Empty when they are accepted, or when it cannot be
/// told.
pub fn refusing(schema: &[u8], values: &MapNode<'_>, stack: Stack) -> BTreeSet<String> {
    let Ok(root) = text::parse(schema) else { return BTreeSet::new() };
    let mut compiled = Compiled::new(false, Judge::NEWEST);
    let Ok(start) = compiled.add(URL, &root).and_then(|at| compiled.compile(at).map(|()| at)) else {
        return BTreeSet::new();
    };
    let Ok(Err(failure)) = walk::validate(&compiled, start, Tree::Map(values), None, stack) else {
        return BTreeSet::new();
    };
    let pointers = pointers(&root);
    let mut found = BTreeSet::new();
    let mut open: Vec<&Failure> = vec![&failure];
    while let Some(failure) = open.pop() {
        if let Some(pointer) = pointers.get(&failure.clause.schema) {
            found.insert(format!("{pointer}/{}", escape(failure.clause.keyword)));
        }
        open.extend(&failure.causes);
    }
    found
}

/// Every value of a schema by its address.
fn pointers(root: &Value) -> HashMap<usize, String> {
    let mut found = HashMap::new();
    let mut open = vec![(root, String::new())];
    while let Some((value, pointer)) = open.pop() {
        match value {
            Value::Object(map) => {
                open.extend(map.iter().map(|(name, value)| (value, format!("{pointer}/{}", escape(name)))));
            }
            Value::Array(list) => {
                open.extend(list.iter().enumerate().map(|(n, value)| (value, format!("{pointer}/{n}"))));
            }
            _ => {}
        }
        found.insert(address(value), pointer);
    }
    found
}

#[cfg(test)]
mod tests {
    use bumpalo::Bump;

    use super::*;
    use crate::limits::Limits;
    use crate::value::Origin;
    use crate::yaml;

    const SCHEMA: &[u8] = br##"{
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "mode": {"enum": ["a", "b"], "default": {"enum": [1]}},
            "count": {"type": "integer", "minimum": 1}
        },
        "if": {"$ref": "#/$defs/b"},
        "then": {"$ref": "#/$defs/counted"},
        "$defs": {
            "b": {"properties": {"mode": {"const": "b"}}, "required": ["mode"]},
            "counted": {"required": ["count"]}
        }
    }"##;

    fn refused(values: &str) -> Vec<String> {
        let arena = Bump::new();
        let text = arena.alloc_str(values).as_bytes();
        let tree = yaml::load(text, Origin(0), &arena, &Limits::default()).unwrap();
        refusing(SCHEMA, tree.as_map().unwrap(), Stack::of_size(1 << 20)).into_iter().collect()
    }

    #[test]
    fn clauses_are_what_a_schema_demands() {
        let want = [
            "/type",
            "/additionalProperties",
            "/properties/mode/enum",
            "/properties/count/type",
            "/properties/count/minimum",
            "/$defs/counted/required",
        ];
        assert_eq!(clauses(SCHEMA), want);
        assert!(clauses(b"[").is_empty());
    }

    #[test]
    fn what_values_do_not_satisfy_is_named_by_its_clause() {
        let all = clauses(SCHEMA);
        let known = |values: &str| refused(values).into_iter().filter(|c| all.contains(c)).collect::<Vec<_>>();
        assert!(known("{mode: a}").is_empty());
        assert_eq!(known("{mode: c}"), ["/properties/mode/enum"]);
        assert_eq!(known("{mode: b}"), ["/$defs/counted/required"]);
        assert_eq!(known("{other: 1, count: 0}"), ["/additionalProperties", "/properties/count/minimum"]);
    }
}
