//! What a person reads. The verdict itself is held to Helm's library elsewhere.

use bstr::BStr;
use bumpalo::Bump;

use super::*;
use crate::chart::{Chart, Metadata};
use crate::limits::Limits;
use crate::value::Origin;
use crate::yaml;

fn told(schema: &str, values: &str) -> Vec<Violation> {
    let arena = Bump::new();
    let values = yaml::load(arena.alloc_slice_copy(values.as_bytes()), Origin::default(), &arena, &Limits::default());
    let values = values.unwrap().as_map().unwrap();
    let chart = Chart {
        metadata: Metadata::default(),
        values: Tree::Null,
        values_origin: Origin::default(),
        schema: Some(schema.as_bytes()),
        templates: &[],
        files: &[],
        dependencies: &[],
    };
    let path = BStr::new("c");
    let root = Enabled { chart: &chart, metadata: Metadata::default(), path, values, dependencies: &[] };
    violations(&root, Stack::of_size(1 << 20)).unwrap()
}

fn lines(schema: &str, values: &str) -> Vec<String> {
    let line = |v: &Violation| {
        let help = v.help.as_ref().map(|h| format!(" ({h})")).unwrap_or_default();
        format!("{} {}{help}", v.path.join("."), v.message)
    };
    told(schema, values).iter().map(line).collect()
}

#[test]
fn keys_are_named_one_by_one() {
    let schema = r#"{"required": ["mode", "size"], "additionalProperties": false,
        "properties": {"mode": {}, "size": {}, "tls": {"additionalProperties": false, "properties": {"enabled": {}}}}}"#;
    let want = [
        "size is missing (there is sise, which is not known: is size meant?)",
        "tls.enable is not known to the chart (is enabled meant?)",
        "qqqqqq is not known to the chart (known here: mode, size, tls)",
        "sise is not known to the chart (is size meant?)",
    ];
    let mut got = lines(schema, "{mode: 1, sise: 2, qqqqqq: 3, tls: {enable: true}}");
    got.sort_by_key(|line| want.iter().position(|w| w == line));
    assert_eq!(got, want);
}

#[test]
fn what_was_given_is_shown_unless_it_is_secret() {
    let schema = r#"{"properties": {"mode": {"enum": ["require", "verify-full"]}, "count": {"minimum": 1}, "flag": {"type": "boolean"},
        "connectionString": {"pattern": "^postgres://"}, "apiToken": {"maxLength": 3}, "address": {"pattern": "^x"},
        "name": {"minLength": 1}, "list": {"type": ["array", "null"]}, "gone": false, "f": {"const": "a URL: x://y"}}}"#;
    let values = "{mode: requir, count: 0, flag: 'yes', connectionString: geheim, apiToken: geheim, address: 'p://u:geheim@h', name: '', list: {a: 1}, gone: 1, f: q}";
    let got = lines(schema, values);
    let want = [
        "address must match the pattern ^x, and is \"p://u:[redacted]@h\"",
        "apiToken must have at most 3 characters, and is [redacted]",
        "connectionString must match the pattern ^postgres://, and is [redacted]",
        "count must be at least 1, and is 0",
        "f must be a URL: x://y, and is \"q\"",
        "flag must be a boolean (true or false, without quotes), and is the string \"yes\"",
        "gone is not allowed here",
        "list must be a list or null, and is a map",
        "mode must be one of \"require\", \"verify-full\", and is \"requir\" (is require meant?)",
        "name must not be empty",
    ];
    assert_eq!(got, want);
}

#[test]
fn of_several_forms_the_one_that_was_meant_is_told() {
    let schema = r#"{"properties": {"a": {"anyOf": [{"type": "string"}, {"type": "object", "properties": {"b": {"type": "integer"}}}]},
        "c": {"oneOf": [{"type": "string"}, {"type": "integer"}]}}}"#;
    assert_eq!(
        lines(schema, "{a: {b: x}, c: [1]}"),
        [
            "a.b must be a whole number, and is the string \"x\"",
            "c fits none of the forms that are allowed here: a string, a whole number"
        ]
    );
}

#[test]
fn a_condition_says_why_and_names_its_rule() {
    let schema = r#"{"allOf": [
        {"$comment": "A8 [some-rule]: the embedded server speaks no TLS.", "if": {"properties": {"m": {"const": 1}}},
         "then": {"properties": {"tls": {"const": false}}}},
        {"$comment": "A9: nor this", "if": true, "then": {"properties": {"x": {"const": false}}}}]}"#;
    let got = told(schema, "{m: 1, tls: true, x: 1}");
    assert_eq!(
        (got[0].rule.as_deref(), got[0].help.as_deref()),
        (Some("some-rule"), Some("the embedded server speaks no TLS"))
    );
    assert_eq!((got[1].rule.as_deref(), got[1].help.as_deref()), (None, Some("nor this")));
    assert_eq!(got.len(), 2, "one clause masks no other");
}

#[test]
fn a_schema_that_is_none_is_told_as_such() {
    assert!(told("{", "{}")[0].message.starts_with("the schema cannot be used: "));
    assert!(told(r#"{"properties": {"a": {"pattern": "("}}}"#, "{a: x}")[0].message.contains("invalid regex"));
}
