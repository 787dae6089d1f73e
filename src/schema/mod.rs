//! values.schema.json: what Helm would say of the values, and a second opinion before we agree.
//!
//! Two judges. The first ([`walk`]) answers exactly as the schema library of Helm does, words included. The second
//! ([`second`]: the jsonschema crate) is asked about every set of values that the first accepts, on a thread of its own
//! while templates render; when the two disagree, the values are *undecided* and nothing is printed.

mod compiled;
mod document;
mod failure;
mod metaschema;
mod number;
mod second;
mod walk;

pub use second::SecondOpinion;

use bumpalo::Bump;
use serde_json::Value;

use crate::chart::Log;
use crate::diagnostic::{Kind, Place, Refusal};
use crate::dialect::LogPlace;
use crate::go::json;
use crate::limits::Exhausted;
use crate::value::{Entry, ListNode, MapNode, Pos, Tree};
use crate::values::Enabled;
use compiled::{Compiled, URL, Unusable};

/// `ValidateAgainstSchema`: the chart's schema, then those of its subcharts, in Helm's words all together.
///
/// What is accepted comes back with the second opinion still to be heard: [`SecondOpinion::confirm`] before anything is
/// shown. Warnings of Helm's go to `log`.
pub fn check(root: &Enabled<'_>, log: &mut Log) -> Result<SecondOpinion, Refusal> {
    let mut opinion = SecondOpinion::none();
    let words = check_chart(root, root.values, log, &mut opinion)?;
    if words.is_empty() {
        return Ok(opinion);
    }
    Err(Refusal::new(
        Kind::Schema,
        format!("values don't meet the specifications of the schema(s) in the following chart(s):\n{words}"),
    ))
}

fn check_chart(
    chart: &Enabled<'_>,
    values: &MapNode<'_>,
    log: &mut Log,
    opinion: &mut SecondOpinion,
) -> Result<String, Refusal> {
    let mut words = String::new();
    if let Some(schema) = chart.chart.schema
        && let Some(wrong) = check_one(chart, schema, Tree::Map(values), log, opinion)?
    {
        words.push_str(&format!("{}:\n{wrong}", chart.metadata.name));
    }
    for sub in chart.dependencies {
        let name = sub.metadata.name;
        match values.get(name).map(|e| e.value) {
            None | Some(Tree::Null) => {}
            Some(Tree::Map(values)) => words.push_str(&check_chart(sub, values, log, opinion)?),
            Some(other) => words.push_str(&format!(
                "{name}:\ninvalid type for values: expected object (map), got {}\n",
                go_type(other)
            )),
        }
    }
    Ok(words)
}

/// `ValidateAgainstSingleSchema`: what is wrong, in the library's words, the last newline included.
fn check_one(
    chart: &Enabled<'_>,
    schema: &[u8],
    values: Tree<'_>,
    log: &mut Log,
    opinion: &mut SecondOpinion,
) -> Result<Option<String>, Refusal> {
    let place = || Place::file(format!("{}/values.schema.json", chart.path));
    let schema = match parse(schema) {
        Ok(schema) => schema,
        Err(words) => return Ok(Some(words)),
    };
    let wrong = match Compiled::new(URL, &schema) {
        Err(Unusable::Outside(url)) => {
            return Err(Refusal::new(Kind::ChartEscapes, format!("the schema refers to {url}")).at(place()).help(
                "copy what it refers to into the schema's own $defs, or leave it out by --skip-schema-validation",
            ));
        }
        Err(Unusable::Broken(words)) => Some(words),
        Err(Unusable::TooHard) => return Err(too_hard(Exhausted::Bytes).at(place())),
        Ok(compiled) => {
            for urn in &compiled.urns {
                const WARNING: &str = "unresolved URN reference ignored; using permissive schema";
                log.say(
                    LogPlace::UrnUnresolved,
                    &format!("WARNING: {WARNING}: {urn}"),
                    "WARN",
                    WARNING,
                    &[("urn", urn)],
                );
            }
            let checked = walk::validate(&compiled, values).map_err(|e| too_hard(e).at(place()))?;
            checked.err().map(|failure| failure.lines() + "\n")
        }
    };
    if wrong.is_some() {
        // The library looks at the schema itself before it looks at anything else.
        return Ok(invalid_schema(&schema)?.or(wrong));
    }
    opinion.ask(schema, values, place());
    Ok(None)
}

/// What cannot be checked in time has one way out.
fn too_hard(e: Exhausted) -> Refusal {
    let words = format!("the schema cannot be checked: {}", e.message());
    Refusal::new(Kind::Limit, words).help("ask less of the schema, or leave it out by --skip-schema-validation")
}

fn parse(schema: &[u8]) -> Result<Value, String> {
    // What is not UTF-8 is no error to Go: it reads a replacement character.
    serde_json::from_str(&String::from_utf8_lossy(schema)).map_err(|ours| {
        // Go's words about the same text; trailing text has words of the library's own.
        match json::decode_prefix(schema, &mut Nothing) {
            Ok(json::Decoded { error: Some(words), .. }) => words,
            Ok(json::Decoded { value: Some(_), .. }) => "invalid character after top-level value".into(),
            _ => ours.to_string(),
        }
    })
}

/// What the library says of a schema that its draft's own schema refuses.
fn invalid_schema(schema: &Value) -> Result<Option<String>, Refusal> {
    let draft = match schema.get("$schema").and_then(Value::as_str) {
        None => document::Draft::V2020,
        Some(url) => match document::Draft::of_url(url) {
            Some(draft) => draft,
            None => return Ok(None),
        },
    };
    let url = metaschema::url(draft);
    let Some(meta) = metaschema::find(url) else { return Ok(None) };
    let Ok(compiled) = Compiled::new(url, meta) else { return Ok(None) };
    let arena = Bump::new();
    let checked = walk::validate(&compiled, tree(schema, &arena)).map_err(Refusal::from)?;
    Ok(checked.err().map(|failure| {
        let head = failure::quote(&format!("{url}#"));
        let own = document::quoted(&format!("{URL}#"));
        format!("{own} is not valid against metaschema: jsonschema validation failed with {head}\n{}", failure.lines())
    }))
}

/// A JSON document as values.
fn tree<'c>(value: &Value, arena: &'c Bump) -> Tree<'c> {
    let text = |s: &str| bstr::BStr::new(arena.alloc_str(s).as_bytes());
    match value {
        Value::Null => Tree::Null,
        Value::Bool(b) => Tree::Bool(*b),
        Value::Number(n) => Tree::Float(n.as_f64().unwrap_or(f64::MAX)),
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

fn go_type(tree: Tree<'_>) -> &'static str {
    match tree {
        Tree::Null => "<nil>",
        Tree::Bool(_) => "bool",
        Tree::Int(_) => "int64",
        Tree::Float(_) => "float64",
        Tree::Str(_) => "string",
        Tree::List(_) => "[]interface {}",
        Tree::Map(_) => "map[string]interface {}",
    }
}

/// Reads JSON for its errors only.
struct Nothing;

impl json::Sink for Nothing {
    type Node = ();

    fn null(&mut self) {}
    fn bool(&mut self, _: bool) {}
    fn number(&mut self, _: f64) {}
    fn string(&mut self, _: &[u8]) {}
    fn list(&mut self, _: Vec<((), usize)>) {}
    fn map(&mut self, _: Vec<(bstr::BString, (), usize)>) {}
    fn step(&mut self) -> Result<(), Exhausted> {
        Ok(())
    }
}
