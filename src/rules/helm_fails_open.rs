//! `helm-fails-open`: what Helm renders without a word although something went wrong.
//!
//! Sources: Helm `pkg/engine/funcs.go` (`fromYAML` gives `Error`, `fromYAMLArray` the error as its only item),
//! `pkg/chart/common/util/jsonschema.go` (an unresolved `urn:` becomes a schema that accepts all), `pkg/engine/engine.go`
//! (`<no value>` is erased); Go `fmt`, Printing, Format errors.

use std::collections::HashMap;

use serde_json::Value;

use super::{Facts, Finding, Fix, Judgement, Rule, Scope, Spot, Subject, connection};
use crate::chart::Chart;
use crate::diagnostic::{Place, Severity};
use crate::manifest::{DocId, Document, Node};
use crate::value::Tree;
use crate::values::Enabled;

pub static RULE: Rule = Rule {
    id: "helm-fails-open",
    summary: "something failed and Helm rendered on",
    severity: Severity::Error,
    scope: Scope::Any,
    docs: include_str!("helm_fails_open.md"),
    check,
    subjects,
};

/// Documents, and charts with a schema.
fn subjects(facts: &Facts<'_>) -> usize {
    fn schemas(chart: &Enabled<'_>) -> usize {
        usize::from(chart.chart.schema.is_some()) + chart.dependencies.iter().map(schemas).sum::<usize>()
    }
    facts.manifests.documents.len() + schemas(facts.bound.root())
}

fn check(facts: &Facts<'_>) -> Vec<Judgement> {
    let holes = holes(facts);
    let judge = |d: &Document<'_>| document(facts, d, holes.get(&d.id).map_or(&[][..], Vec::as_slice));
    let mut judgements: Vec<Judgement> = facts.manifests.documents.iter().map(judge).collect();
    let mut open = vec![facts.bound.root()];
    while let Some(chart) = open.pop() {
        judgements.extend(schema(chart.chart, &chart.path.to_string()));
        open.extend(chart.dependencies);
    }
    judgements
}

/// The lines of documents on which a missing value leaves something broken behind.
fn holes<'f>(facts: &'f Facts<'f>) -> HashMap<DocId, Vec<(u32, &'f str)>> {
    let mut found: HashMap<DocId, Vec<(u32, &str)>> = HashMap::new();
    for erased in facts.erased.iter().take(HOLES) {
        let Some(file) = facts.files.get(erased.file) else { continue };
        let Some(word) = broken_word(&file.content, erased.at) else { continue };
        let line = memchr::memchr_iter(b'\n', file.content.get(..erased.at).unwrap_or_default()).count() + 1;
        let Ok(line) = u32::try_from(line) else { continue };
        // The last document of the file that begins above the line.
        let of_file = facts.manifests.documents.iter().filter(|d| d.template == file.path);
        let starts = of_file.map(|d| (d.line_in_file(d.line), d)).filter(|(start, _)| *start <= line);
        if let Some((start, document)) = starts.max_by_key(|(start, _)| *start) {
            found.entry(document.id).or_default().push((document.line + (line - start), word));
        }
    }
    found
}

/// Places that are looked at.
const HOLES: usize = 10_000;

/// The word around a hole, where no word looks like that on purpose: `repo:`, `name-`, `://:@`. What may be left empty is not
/// told: a whole value, the path of a URL, an option's argument.
fn broken_word(content: &[u8], at: usize) -> Option<&str> {
    let is_edge = |b: &u8| b.is_ascii_whitespace() || b"\"'`,;|()[]{}<>".contains(b);
    let before = content.get(..at)?;
    let after = content.get(at..)?;
    let start = before.iter().rposition(is_edge).map_or(0, |n| n + 1);
    let end = after.iter().position(is_edge).map_or(content.len(), |n| at + n);
    let (left, right) = (before.get(start..)?, content.get(at..end)?);
    let line = before.get(before.iter().rposition(|b| *b == b'\n').map_or(0, |n| n + 1)..start)?;
    let is_comment = line.iter().find(|b| !b.is_ascii_whitespace()).is_some_and(|b| b"#/".contains(b));
    // `key:` with nothing behind it is an empty value.
    let is_key = line.iter().all(|b| b.is_ascii_whitespace() || *b == b'-') && left.ends_with(b":") && right.is_empty();
    let last = *left.last()?;
    let broken = match right.first() {
        None => b":-@".contains(&last) && left.len() > 1 && left.iter().any(u8::is_ascii_alphanumeric),
        Some(next) => b":@".contains(next) && (b":@".contains(&last) || left.ends_with(b"://")),
    };
    let is_option = left.starts_with(b"-") && left.iter().all(|b| b"-".contains(b));
    (broken && !is_comment && !is_key && !is_option).then(|| std::str::from_utf8(content.get(start..end)?).ok())?
}

fn document<'f>(facts: &Facts<'f>, document: &Document<'f>, holes: &[(u32, &str)]) -> Judgement {
    let subject = facts.subject(document);
    let mut found: Vec<(Node<'f>, String)> = Vec::new();
    let mut open: Vec<(Option<&str>, Node<'f>)> = vec![(None, document.root())];
    while let Some((key, node)) = open.pop() {
        if let Tree::Str(_) = node.tree()
            && let Some(message) = node.as_str().given().and_then(|text| failure(key, text))
        {
            found.push((node, message));
        }
        open.extend(node.items().map(|child| (None, child)));
        open.extend(node.entries().map(|(key, child)| (Some(key), child)));
    }
    found.sort_by_key(|(node, _)| (node.pos().line, node.pos().column));
    if let (true, Some((line, word))) = (found.is_empty(), holes.first()) {
        let spot = connection::line_spot(facts, document.id, *line);
        // What is broken may hold a piece of a password: its shape is told, letters are not.
        let shape: String = word.chars().map(|c| if c.is_alphanumeric() { 'x' } else { c }).take(60).collect();
        let message = format!(
            "a value that does not exist is printed into the middle of a text, and Helm erases it: what is left has the shape \
             {shape:?}"
        );
        let fix = match &spot {
            Spot::Field { path, .. } if !path.0.is_empty() => Fix::new().remove_field(document, &path.to_string()),
            _ => Fix::new().remove_document(document),
        };
        let help = "look at the template that writes this line: the path of the value is misspelt, or nothing gives it";
        return Judgement::broken(subject, Finding::new(message).at(spot).help(help).fix(fix));
    }
    let Some((first, message)) = found.first() else {
        return Judgement::holds(subject, "no error stands in it as data");
    };
    let mut finding = Finding::new(message.clone()).at(facts.at(*first));
    let mut fix = Fix::new();
    // From the last one on, for places in lists move.
    for (node, _) in found.iter().rev() {
        fix = fix.remove_field(document, &facts.manifests.path_of(*node).to_string());
    }
    for (node, _) in found.iter().skip(1).take(4) {
        finding = finding.also(facts.at(*node), "here too");
    }
    let help =
        "look at the template that writes this line: a value that it reads is absent, or is not what it takes it for";
    Judgement::broken(subject, finding.help(help).fix(fix))
}

/// What a text says of a failure. `key` is the key that it stands at.
fn failure(key: Option<&str>, text: &str) -> Option<String> {
    let yaml =
        ["error converting YAML to JSON: ", "error unmarshaling JSON: "].iter().any(|head| text.starts_with(head));
    let json =
        text.starts_with("json: cannot unmarshal ") || text.starts_with("invalid character '") && key == Some("Error");
    if yaml || json {
        let words = "an error of fromYaml or fromJson stands here as data: Helm hands the text of the error on instead of failing";
        return Some(words.into());
    }
    let verb = text.match_indices("%!").find_map(|(at, mark)| {
        let rest = text.get(at + mark.len()..)?;
        let mut chars = rest.chars();
        let (verb, open) = (chars.next()?, chars.next()?);
        let known = [
            "<nil>)",
            "MISSING)",
            "BADINDEX)",
            "string=",
            "int=",
            "int64=",
            "float64=",
            "bool=",
            "map[",
            "[]interface",
        ];
        let inside = rest.get(2..)?;
        let shaped = verb.is_ascii_alphabetic() && open == '(' && known.iter().any(|head| inside.starts_with(head));
        let extra = rest.starts_with("(EXTRA ");
        (shaped || extra).then(|| match inside {
            _ if extra => "more values than it has places for",
            inside if inside.starts_with("<nil>") => "an absent value",
            inside if inside.starts_with("MISSING") => "fewer values than it has places for",
            _ => "a value of another type",
        })
    });
    verb.map(|what| {
        format!("printf met {what} and printed the complaint into the object, where it stands as if it were meant")
    })
}

/// References of a schema that nobody resolves, and that therefore accept everything.
fn schema(chart: &Chart<'_>, path: &str) -> Option<Judgement> {
    let text = chart.schema?;
    let subject = Subject::new("schema", path);
    let Ok(schema) = serde_json::from_slice::<Value>(text) else {
        return Some(Judgement::undecided(subject, "the schema is not JSON"));
    };
    let Some(urn) = unresolved(&schema) else {
        return Some(Judgement::holds(subject, "all that it refers to is known"));
    };
    let message = format!("the schema refers to {urn}, which is nowhere: Helm then accepts every value there");
    let place = Place::file(format!("{path}/values.schema.json"));
    let help = "write what it refers to into the schema's own $defs";
    Some(Judgement::broken(subject, Finding::new(message).at(Spot::File(place)).help(help)))
}

/// The first `urn:` that is referred to and is no `$id` of the schema.
fn unresolved(schema: &Value) -> Option<String> {
    let (mut ids, mut refs) = (Vec::new(), Vec::new());
    let mut open = vec![schema];
    while let Some(value) = open.pop() {
        match value {
            Value::Object(map) => {
                for (key, value) in map {
                    match (key.as_str(), value.as_str()) {
                        ("$id" | "id", Some(text)) => ids.push(text),
                        ("$ref" | "$dynamicRef", Some(text)) if text.starts_with("urn:") => refs.push(text),
                        _ => {}
                    }
                }
                open.extend(map.values());
            }
            Value::Array(items) => open.extend(items),
            _ => {}
        }
    }
    let base = |text: &str| text.split('#').next().unwrap_or_default().to_string();
    refs.into_iter().find(|r| !ids.iter().any(|id| base(id) == base(r))).map(str::to_string)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn holes_are_told_from_what_may_be_empty() {
        let word =
            |before: &str, after: &str| broken_word(format!("{before}{after}").as_bytes(), before.len()).is_some();
        for (before, after) in [
            ("  image: repo/app:", "\n"),
            ("  name: \"web-", "\"\n"),
            ("  url: postgres://app:", "@db/app\n"),
            ("  url: postgres://", ":5432/app\n"),
        ] {
            assert!(word(before, after), "{before}|{after}");
        }
        for (before, after) in [
            ("  replicas: ", "\n"),
            ("  image:", "\n"),
            ("  - --level=", "\n"),
            ("  url: http://host/", "\n"),
            ("  name: ", "postgres\n"),
            ("# see repo:", "\n"),
            ("  - ", "\n"),
            ("", ""),
        ] {
            assert!(!word(before, after), "{before}|{after}");
        }
    }

    #[test]
    fn what_nobody_resolves_is_found() {
        let schema = json!({"$defs": {"a": {"$id": "urn:a"}}, "properties": {"x": {"$ref": "urn:a#/b"}}});
        assert_eq!(unresolved(&schema), None);
        let schema = json!({"properties": {"x": {"$ref": "urn:b"}}});
        assert_eq!(unresolved(&schema), Some("urn:b".into()));
    }

    #[test]
    fn complaints_of_printf_are_told_from_text() {
        assert!(failure(None, "db-%!s(<nil>):5432").is_some() && failure(None, "%!d(string=5432)").is_some());
        assert!(failure(None, "100%! (really)").is_none() && failure(None, "%s %d").is_none());
        assert!(failure(Some("Error"), "error converting YAML to JSON: yaml: line 2").is_some());
        assert!(failure(Some("help"), "an error converting YAML to JSON: see logs").is_none());
    }
}
