//! `helm-fails-open`: what Helm renders without a word although something went wrong.
//!
//! Sources: Helm `pkg/engine/funcs.go` (`fromYAML` gives `Error`, `fromYAMLArray` the error as its only item),
//! `pkg/chart/common/util/jsonschema.go` (an unresolved `urn:` becomes a schema that accepts all); Go `fmt`, Printing,
//! Format errors.

use serde_json::Value;

use super::{Facts, Finding, Fix, Judgement, Rule, Scope, Spot, Subject};
use crate::chart::Chart;
use crate::diagnostic::{Place, Severity};
use crate::manifest::{Document, Node};
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
    let mut judgements: Vec<Judgement> = facts.manifests.documents.iter().map(|d| document(facts, d)).collect();
    let mut open = vec![facts.bound.root()];
    while let Some(chart) = open.pop() {
        judgements.extend(schema(chart.chart, &chart.path.to_string()));
        open.extend(chart.dependencies);
    }
    judgements
}

fn document<'f>(facts: &Facts<'f>, document: &Document<'f>) -> Judgement {
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
        (shaped || extra)
            .then(|| if inside.starts_with("<nil>") { "an absent value" } else { "a value of another type" })
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
