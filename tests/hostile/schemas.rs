//! values.schema.json: exponentials, cycles, patterns, references out of the chart.

use crate::Verdict::{self, Helm, Ours, Renders, Says};
use crate::templates::aliases;
use crate::{Case, chart};

const LIMIT: Verdict = Ours("limit");

fn schema(name: &str, verdict: Verdict, text: String, values: impl Into<String>) -> Case {
    let values = values.into();
    Case::new(format!("schema: {name}"), verdict, move |dir| {
        chart(dir, &[("values.schema.json", text.as_bytes()), ("values.yaml", values.as_bytes())])
    })
}

/// For the judge of Helm up to 3.18.4, whose library recurses until its process ends.
fn older(name: &str, verdict: Verdict, text: String, values: impl Into<String>) -> Case {
    let values = values.into();
    Case::new(format!("schema, 3.17.2: {name}"), verdict, move |dir| {
        let files = [("values.schema.json", text.as_bytes()), ("values.yaml", values.as_bytes())];
        let mut args = chart(dir, &files);
        args.extend(["--helm-version".to_string(), "3.17.2".to_string()]);
        args
    })
}

/// Definitions that each ask for the one before twice, in this way.
fn doubled(keyword: &str, levels: usize, leaf: &str) -> String {
    let mut defs = format!("\"d0\": {leaf}");
    for i in 1..=levels {
        let reference = format!("{{\"$ref\": \"#/$defs/d{}\"}}", i - 1);
        defs += &format!(", \"d{i}\": {{\"{keyword}\": [{reference}, {reference}]}}");
    }
    format!("{{\"$ref\": \"#/$defs/d{levels}\", \"$defs\": {{{defs}}}}}")
}

/// Lists in lists, with more before and after what is asked of the items.
fn nested(before: &str, after: &str) -> String {
    format!(
        "{{\"additionalProperties\": {{\"$ref\": \"#/$defs/a\"}}, \"$defs\": {{\"a\": {{{before}\"items\": {{\"$ref\": \"#/$defs/a\"}}{after}}}}}}}"
    )
}

pub fn cases() -> Vec<Case> {
    newest().into_iter().chain(oldest()).collect()
}

fn oldest() -> Vec<Case> {
    let deep = |leaf: &str| format!("a: {}{leaf}{}", "[".repeat(9_000), "]".repeat(9_000));
    let chain =
        |n: usize| (0..n).map(|i| format!("\"a{i}\": {{\"$ref\": \"#/$defs/a{}\"}},", i + 1)).collect::<String>();
    let many = |n: usize| (0..n).map(|i| format!("\"k{i}\",")).collect::<String>();
    vec![
        older("anyOf doubled", LIMIT, doubled("anyOf", 60, "{\"type\": \"string\"}"), "a: 1"),
        older("allOf doubled", LIMIT, doubled("allOf", 60, "{\"type\": \"object\"}"), "a: 1"),
        older("oneOf doubled", LIMIT, doubled("oneOf", 60, "{\"type\": \"object\"}"), "a: 1"),
        older("reference to itself", LIMIT, "{\"$ref\": \"#\"}".into(), "a: 1"),
        older("circle through allOf", LIMIT, "{\"allOf\": [{\"$ref\": \"#\"}]}".into(), "a: 1"),
        older("nested", Says("rror"), format!("{}{}", "{\"not\":".repeat(50_000), "}".repeat(50_000)), "a: 1"),
        older("nested values", Renders, nested("", ""), deep("")),
        older("nested values that fail", Says("Invalid type"), nested("\"type\": \"array\", ", ""), deep("1")),
        older(
            "references in a chain",
            LIMIT,
            format!("{{\"$ref\": \"#/$defs/a0\", \"$defs\": {{{}\"a100000\": {{}}}}}}", chain(100_000)),
            "a: 1",
        ),
        older(
            "patterns",
            LIMIT,
            format!(
                "{{\"patternProperties\": {{{}}}}}",
                (0..3_000).map(|i| format!("\"^(a|b|{i}){{1,200}}x\": {{}}")).collect::<Vec<_>>().join(",")
            ),
            "a: 1",
        ),
        older(
            "enum, large",
            Renders,
            format!("{{\"properties\": {{\"a\": {{\"enum\": [{}\"a\"]}}}}}}", many(100_000)),
            "a: a",
        ),
        older("required, large", Says("is required"), format!("{{\"required\": [{}\"a\"]}}", many(100_000)), "a: 1"),
        older(
            "numbers, huge exponent",
            Ours("undecided"),
            "{\"properties\": {\"a\": {\"multipleOf\": 1e-999999999}}}".into(),
            "a: 1",
        ),
        older(
            "error text, long path",
            LIMIT,
            "{\"additionalProperties\": {\"items\": {\"type\": \"string\"}}}".into(),
            format!("? {}\n: [{}1]\n", "k".repeat(100_000), "1,".repeat(50_000)),
        ),
        older(
            "http reference",
            Ours("chart-escapes"),
            "{\"properties\": {\"a\": {\"$ref\": \"http://127.0.0.1:9/s.json\"}}}".into(),
            "a: 1",
        ),
    ]
}

fn newest() -> Vec<Case> {
    let refers = |url: &str| format!("{{\"properties\": {{\"a\": {{\"$ref\": \"{url}\"}}}}}}");
    vec![
        schema("anyOf doubled", LIMIT, doubled("anyOf", 60, "{\"type\": \"string\"}"), "a: 1"),
        schema("allOf doubled", LIMIT, doubled("allOf", 60, "{\"type\": \"object\"}"), "a: 1"),
        schema("oneOf doubled", LIMIT, doubled("oneOf", 60, "{\"type\": \"object\"}"), "a: 1"),
        schema("allOf doubled a little", LIMIT, doubled("allOf", 24, "{\"type\": \"object\"}"), "a: 1"),
        schema("reference to itself", Says("reference cycle"), "{\"$ref\": \"#\"}".into(), "a: 1"),
        schema("references in a circle", Says("reference cycle"), "{\"$ref\": \"#/$defs/a\", \"$defs\": {\"a\": {\"$ref\": \"#/$defs/b\"}, \"b\": {\"$ref\": \"#/$defs/a\"}}}".into(), "a: 1"),
        schema("circle through allOf", Says("reference cycle"), "{\"allOf\": [{\"$ref\": \"#\"}]}".into(), "a: 1"),
        schema("dynamic reference to itself", Helm, "{\"$dynamicAnchor\": \"x\", \"properties\": {\"a\": {\"$dynamicRef\": \"#x\"}}}".into(), "a: {a: {a: 1}}"),
        schema("nested", Says("rror"), format!("{}{}", "{\"not\":".repeat(50_000), "}".repeat(50_000)), "a: 1"),
        schema("nested arrays", Says("rror"), "[".repeat(1_000_000), "a: 1"),
        schema("nested a little", Renders, format!("{}{{}}{}", "{\"properties\":{\"a\":".repeat(60), "}}".repeat(60)), "a: 1"),
        schema("nested values", Helm, nested("", ""), format!("a: {}{}", "[".repeat(9_000), "]".repeat(9_000))),
        schema("nested values, both judges", Helm, nested("\"x-own\": 1, ", ""), format!("a: {}{}", "[".repeat(9_000), "]".repeat(9_000))),
        schema("nested values that fail", Helm, nested("\"type\": \"array\", ", ""), format!("a: {}1{}", "[".repeat(9_000), "]".repeat(9_000))),
        schema("nested values that fail much", LIMIT, nested("\"type\": \"array\", ", ""), format!("a: {}{}1{}", "[".repeat(9_000), "1,".repeat(300_000), "]".repeat(9_000))),
        schema("nested values of nested schemas", LIMIT, nested(&"\"allOf\": [{".repeat(12), &"}]".repeat(12)), format!("a: {}{}", "[".repeat(9_900), "]".repeat(9_900))),
        schema("references in a chain", LIMIT, format!("{{\"$ref\": \"#/$defs/a0\", \"$defs\": {{{}\"a20000\": {{}}}}}}", (0..20_000).map(|i| format!("\"a{i}\": {{\"$ref\": \"#/$defs/a{}\"}},", i + 1)).collect::<String>()), "a: 1"),
        schema("references in a chain that nothing enters", Says("error[undecided]"), format!("{{\"x-own\": 1, \"properties\": {{\"z\": {{\"$ref\": \"#/$defs/a0\"}}}}, \"$defs\": {{{}\"a100000\": {{}}}}}}", (0..100_000).map(|i| format!("\"a{i}\": {{\"$ref\": \"#/$defs/a{}\"}},", i + 1)).collect::<String>()), "a: 1"),
        schema("unique items", Renders, "{\"properties\": {\"a\": {\"uniqueItems\": true}}}".into(), format!("a: [{}]", (0..40_000).map(|i| format!("[{i}],")).collect::<String>())),
        schema("pattern", Renders, "{\"properties\": {\"a\": {\"pattern\": \"^(a+)+$\"}}}".into(), format!("a: {}", "a".repeat(50_000))),
        schema("pattern counted", Says("invalid repeat count"), "{\"properties\": {\"a\": {\"pattern\": \"((a{0,1000}){0,1000}){0,1000}\"}}}".into(), "a: aaa"),
        schema("pattern large", Says("rror"), format!("{{\"properties\": {{\"a\": {{\"pattern\": \"{}\"}}}}}}", "(\\\\pL{1,1000})".repeat(500)), "a: aaa"),
        schema("patterns", LIMIT, format!("{{\"patternProperties\": {{{}}}}}", (0..3_000).map(|i| format!("\"^(a|b|{i}){{1,200}}x\": {{}}")).collect::<Vec<_>>().join(",")), (0..3_000).map(|i| format!("k{i}: 1\n")).collect::<String>()),
        schema("enum, large", Renders, format!("{{\"properties\": {{\"a\": {{\"enum\": [{}1]}}}}}}", "0,".repeat(200_000)), "a: 1"),
        schema("numbers, large", Helm, format!("{{\"properties\": {{\"a\": {{\"multipleOf\": 1e-{}}}}}}}", 300), "a: 1e300"),
        schema("numbers, huge exponent", Says("rror"), "{\"properties\": {\"a\": {\"multipleOf\": 1e-999999999, \"maximum\": 1e999999999}}}".into(), "a: 1e300"),
        schema("error text, large", Says("values don't meet"), "{\"additionalProperties\": {\"type\": \"string\"}}".into(), (0..5_000).map(|i| format!("k{i}: 1\n")).collect::<String>()),
        schema("error text, long path", LIMIT, "{\"additionalProperties\": {\"items\": {\"type\": \"string\"}}}".into(), format!("? {}\n: [{}1]\n", "k".repeat(100_000), "1,".repeat(50_000))),
        schema("values of aliases", Helm, "{\"type\": \"object\"}".into(), aliases("")),
        schema("file reference", Ours("chart-escapes"), refers("file:///etc/passwd"), "a: 1"),
        schema("relative reference", Ours("chart-escapes"), refers("../../other.json"), "a: 1"),
        schema("http reference", Ours("chart-escapes"), refers("http://127.0.0.1:9/s.json"), "a: 1"),
        schema("https reference", Ours("chart-escapes"), refers("https://127.0.0.1:9/s.json"), "a: 1"),
        schema("reference with escapes", Helm, refers("file:///\\u001b[2J"), "a: 1"),
        schema("http dialect", Ours("chart-escapes"), "{\"$schema\": \"http://127.0.0.1:9/s.json\"}".into(), "a: 1"),
        schema("identity elsewhere", Renders, "{\"$id\": \"http://127.0.0.1:9/s.json\", \"properties\": {\"a\": {\"$ref\": \"#/$defs/a\"}}, \"$defs\": {\"a\": {}}}".into(), "a: 1"),
        schema("a null", Helm, "null".into(), "a: 1"),
        schema("a number", Helm, "1".into(), "a: 1"),
        schema("empty", Helm, String::new(), "a: 1"),
    ]
}
