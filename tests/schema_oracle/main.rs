//! values.schema.json, held to Helm's own packages: generated schemas and values, the same verdict in the same words.

mod generate;
mod older;
#[path = "../common/oracle.rs"]
mod oracle;

use std::collections::BTreeMap;

use bumpalo::Bump;
use fastrand::Rng;
use oracle::{Answer, ask, ask_all, cases, fields, split};
use plimsoll::diagnostic::Kind;
use plimsoll::limits::Stack;
use plimsoll::schema::{Judgement, verdict};
use plimsoll::value::{Entry, ListNode, MapNode, Pos, Tree};
use serde_json::Value;

/// Of the stack that a test's thread has.
const STACK: usize = 1 << 20;

/// One question.
struct Case {
    major: &'static str,
    schema: String,
    values: Value,
    ints: bool,
}

impl Case {
    fn payload(&self, times: u32) -> Vec<u8> {
        let ints = if self.ints { "int" } else { "float" };
        fields(&[self.major, &self.schema, &self.values.to_string(), ints, &times.to_string()])
    }

    fn ours(&self) -> String {
        let arena = Bump::new();
        match verdict(self.schema.as_bytes(), tree(&self.values, self.ints, &arena), Stack::of_size(STACK)) {
            Ok(Ok(Judgement::Agrees)) => String::new(),
            Ok(Ok(Judgement::Disagrees(words))) => format!("second opinion: {words}"),
            Ok(Ok(Judgement::NoSchema(words)) | Err(words)) => words,
            Err(refusal) if refusal.kind == Kind::ChartEscapes => format!("outside: {refusal}"),
            Err(refusal) => format!("refusal: {refusal:?}"),
        }
    }
}

fn tree<'c>(value: &Value, ints: bool, arena: &'c Bump) -> Tree<'c> {
    let text = |s: &str| bstr::BStr::new(arena.alloc_str(s).as_bytes());
    match value {
        Value::Null => Tree::Null,
        Value::Bool(b) => Tree::Bool(*b),
        Value::Number(n) => match n.as_i64() {
            Some(int) if ints => Tree::Int(int),
            _ => Tree::Float(n.as_f64().unwrap()),
        },
        Value::String(s) => Tree::Str(text(s)),
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(|i| (tree(i, ints, arena), Pos::default())).collect();
            Tree::List(ListNode::new(arena, &items))
        }
        Value::Object(members) => {
            let entry =
                |(k, v): (&String, &Value)| Entry { key: text(k), value: tree(v, ints, arena), pos: Pos::default() };
            Tree::Map(MapNode::new(arena, members.iter().map(entry).collect()))
        }
    }
}

/// A text without what Go leaves to chance: siblings and lists of names come in the order of their bytes.
fn canonical(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let (head, rest) = lines.split_at(lines.iter().take_while(|l| !l.trim_start().starts_with("- ")).count());
    format!("{}\n{}", head.join("\n"), sorted(rest, 0))
}

fn sorted(lines: &[&str], indent: usize) -> String {
    let mut blocks: Vec<String> = Vec::new();
    let starts: Vec<usize> =
        (0..lines.len()).filter(|i| lines[*i].len() - lines[*i].trim_start().len() <= indent).collect();
    for (n, start) in starts.iter().enumerate() {
        let end = starts.get(n + 1).copied().unwrap_or(lines.len());
        blocks.push(format!("{}\n{}", names(lines[*start]), sorted(&lines[start + 1..end], indent + 2)));
    }
    blocks.sort();
    blocks.concat()
}

fn names(line: &str) -> String {
    let (Some(start), Some(end)) = (line.find("additional properties "), line.rfind(" not allowed")) else {
        return line.into();
    };
    let start = start + "additional properties ".len();
    let mut names: Vec<&str> = line[start..end].split(", ").collect();
    names.sort_unstable();
    format!("{}{}{}", &line[..start], names.join(", "), &line[end..])
}

/// Where `propertyNames` fails, the library keeps a slice that whatever it visits next may overwrite.
fn without_lost_places(text: &str) -> String {
    let lost = |line: &str| match line.split_once(": invalid propertyName ") {
        Some((place, name)) => format!("{}- at ?: {name}", &place[..place.len() - place.trim_start().len()]),
        None => line.into(),
    };
    canonical(&text.lines().map(lost).collect::<Vec<String>>().join("\n"))
}

/// Of a thousand accepted values that the crate may refuse: schemas that refer to their own negation, or to lists, drafts
/// that change without an id: what nobody writes and only a generator finds.
const DISAGREEMENTS: usize = 10;

/// Asks both and counts; prints what differs.
fn hold(cases: &[Case]) {
    let payloads: Vec<_> = cases.iter().map(|c| c.payload(1)).collect();
    let answers = ask_all("schema", &payloads);
    let (mut differ, mut disagree) = (0, 0);
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for (case, answer) in cases.iter().zip(answers) {
        let Answer::Ok(answer) = answer else { panic!("{answer:?}: {}", case.schema) };
        let want = String::from_utf8_lossy(&split(&answer)[0]).into_owned();
        let got = case.ours();
        *kinds.entry(kind(&want)).or_default() += 1;
        // What is outside of the chart Helm looks for and we do not.
        if canonical(&want) == canonical(&got) || got.starts_with("outside") {
            continue;
        }
        let Answer::Ok(all) = ask("schema", &case.payload(200)) else { panic!("{}", case.schema) };
        let all: Vec<String> = split(&all).iter().map(|t| String::from_utf8_lossy(t).into_owned()).collect();
        if all.iter().any(|want| without_lost_places(want) == without_lost_places(&got)) {
            continue;
        }
        // What needs no second opinion is never disagreed about.
        assert!(!got.starts_with("second opinion: a plain schema"), "{}: {got}", case.schema);
        if want.is_empty() && got.starts_with("second opinion") {
            disagree += 1;
        } else {
            differ += 1;
        }
        if differ <= 8 {
            eprintln!("schema: {}\nvalues: {} {}\nwant: {want}\ngot:  {got}\n", case.schema, case.values, case.ints);
        }
    }
    println!("schema oracle: {} cases, {differ} differ, {disagree} second opinions disagree; {kinds:?}", cases.len());
    let accepted = kinds.get("accepted").copied().unwrap_or(0);
    assert_eq!(differ, 0);
    assert!(disagree * 1000 <= accepted * DISAGREEMENTS, "{disagree} of {accepted}");
}

fn kind(text: &str) -> &'static str {
    if text.is_empty() {
        "accepted"
    } else if text.contains("is not valid against metaschema") {
        "no schema"
    } else if text.trim_start().starts_with("- ") {
        "refused"
    } else {
        "unusable"
    }
}

fn generated(seed: u64, count: usize, mut make: impl FnMut(&mut Rng) -> (String, Value)) -> Vec<Case> {
    let mut rng = Rng::with_seed(seed);
    (0..count)
        .map(|i| {
            let (schema, values) = make(&mut rng);
            Case { major: if i % 2 == 0 { "4" } else { "3" }, schema, values, ints: rng.u8(..4) == 0 }
        })
        .collect()
}

#[test]
fn schemas_and_values_are_judged_alike() {
    let count = cases(20_000);
    hold(&generated(1, count, |rng| {
        let schema = generate::schema(rng);
        (schema.to_string(), generate::values(rng))
    }));
}

#[test]
fn formats_are_judged_alike() {
    let count = cases(20_000);
    hold(&generated(2, count, generate::format));
}

#[test]
fn texts_that_are_no_schema_are_refused_alike() {
    let count = cases(20_000) / 4;
    hold(&generated(3, count, |rng| (generate::broken_text(rng), generate::values(rng))));
}

#[test]
fn numbers_are_printed_and_compared_alike() {
    let count = cases(20_000) / 2;
    hold(&generated(4, count, generate::numbers));
}
