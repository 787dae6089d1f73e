//! What values.schema.json refuses, for people: which key, what was given, what is allowed, which known key is near.
//!
//! One violation for each leaf of the failure tree, so that two mistakes are two findings. A schema may say why in a
//! `$comment` beside an `if`, and name a rule there in brackets: `"$comment": "[dsn-missing] there is no default host"`.

use serde_json::Value;

use super::compiled::{Compiled, Judge, URL};
use super::failure::{Failure, Reason};
use super::pointer::address;
use super::{NoJudgement, text, unusable_words, walk};
use crate::diagnostic::{Place, Refusal, nearest};
use crate::limits::Stack;
use crate::redact::{REDACTED, is_secret, passwords_of_urls};
use crate::value::{MapNode, Tree};
use crate::values::Enabled;

/// One thing that a schema does not allow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The chart whose schema it is, by its path among charts (`mychart/charts/sub`).
    pub chart: String,
    /// From the root of the root chart's values: keys and indexes. Empty when the schema itself is at fault.
    pub path: Vec<String>,
    /// What is wrong, without the path: `must be one of "a", "b", and is "c"`. A secret is not repeated.
    pub message: String,
    /// What to do, where there is something to say.
    pub help: Option<String>,
    /// The rule that the schema names for it.
    pub rule: Option<String>,
}

/// All violations of a chart's schema and of those of its subcharts, in the order in which Helm would tell them. Empty
/// when the values are accepted.
///
/// # Errors
/// As [`super::check`], where there is no judgement.
pub fn violations(root: &Enabled<'_>, stack: Stack) -> Result<Vec<Violation>, Refusal> {
    let mut found = Vec::new();
    chart(root, root.values, stack, &mut Vec::new(), &mut found)?;
    Ok(found)
}

fn chart(
    enabled: &Enabled<'_>,
    values: &MapNode<'_>,
    stack: Stack,
    prefix: &mut Vec<String>,
    found: &mut Vec<Violation>,
) -> Result<(), Refusal> {
    if let Some(schema) = enabled.chart.schema {
        let place = || Place::file(format!("{}/values.schema.json", enabled.path));
        one(enabled, schema, values, stack, prefix, found).map_err(|e| e.refusal().at(place()))?;
    }
    for sub in enabled.dependencies {
        let name = sub.metadata.name;
        prefix.push(name.to_string());
        match values.get(name).map(|e| e.value) {
            None | Some(Tree::Null) => {}
            Some(Tree::Map(values)) => chart(sub, values, stack, prefix, found)?,
            Some(other) => found.push(Violation {
                chart: sub.path.to_string(),
                path: prefix.clone(),
                message: format!("must be a map with the values of the chart {name}, and is {}", kind(other)),
                help: None,
                rule: None,
            }),
        }
        prefix.pop();
    }
    Ok(())
}

fn one(
    enabled: &Enabled<'_>,
    schema: &[u8],
    values: &MapNode<'_>,
    stack: Stack,
    prefix: &[String],
    found: &mut Vec<Violation>,
) -> Result<(), NoJudgement> {
    let broken = |words: &str| Violation {
        chart: enabled.path.to_string(),
        path: Vec::new(),
        message: format!("the schema cannot be used: {}", words.lines().collect::<Vec<_>>().join(" ")),
        help: None,
        rule: None,
    };
    let root = match text::parse(schema) {
        Ok(root) => root,
        Err(text::Unreadable::Words(words)) => {
            found.push(broken(&words));
            return Ok(());
        }
        Err(text::Unreadable::Exhausted(exhausted)) => return Err(exhausted.into()),
    };
    let mut compiled = Compiled::new(false, Judge::NEWEST);
    let start = match compiled.add(URL, &root).and_then(|at| compiled.compile(at).map(|()| at)) {
        Ok(at) => at,
        Err(why) => {
            found.push(broken(&unusable_words(why)?));
            return Ok(());
        }
    };
    if let Err(failure) = walk::validate(&compiled, start, Tree::Map(values), None, stack)? {
        let mut teller = Teller { chart: enabled, values, root: &root, compiled: &compiled, prefix, found };
        teller.tell(&failure);
    }
    Ok(())
}

struct Teller<'t, 's> {
    chart: &'t Enabled<'t>,
    values: &'t MapNode<'t>,
    root: &'s Value,
    compiled: &'t Compiled<'s>,
    prefix: &'t [String],
    found: &'t mut Vec<Violation>,
}

impl<'s> Teller<'_, 's> {
    fn tell(&mut self, failure: &Failure) {
        let passed_on = matches!(failure.reason, Reason::Group | Reason::Reference)
            || matches!(failure.clause.keyword, "allOf" | "propertyNames" | "contains") && !failure.causes.is_empty();
        if passed_on && failure.clause.keyword != "propertyNames" && failure.clause.keyword != "contains" {
            return failure.causes.iter().for_each(|cause| self.tell(cause));
        }
        if matches!(failure.clause.keyword, "anyOf" | "oneOf")
            && let Some(meant) = the_one_that_was_meant(failure)
        {
            return self.tell(meant);
        }
        self.leaf(failure);
    }

    fn leaf(&mut self, failure: &Failure) {
        let chain = chain(self.root, failure.clause.schema);
        let schema = chain.last().copied().unwrap_or(&Value::Null);
        let tokens: Vec<String> = failure.at.tokens().iter().map(|t| t.to_string()).collect();
        let value = find(self.values, &tokens);
        let comment = comment(&chain);
        match failure.clause.keyword {
            "required" | "dependentRequired" => {
                let Some(Tree::Map(map)) = value else { return };
                for key in missing(schema, failure.clause.keyword, map) {
                    let similar = unknown_keys(schema, map, self.compiled);
                    let near = nearest(&key, similar.iter().map(String::as_str));
                    let help = near.map(|n| format!("there is {n}, which is not known: is {key} meant?"));
                    self.add(&tokens, Some(&key), "is missing".into(), help, &comment);
                }
            }
            "additionalProperties" => {
                let Some(Tree::Map(map)) = value else { return };
                let known: Vec<&str> = properties(schema).collect();
                for key in unknown_keys(schema, map, self.compiled) {
                    let help = match (nearest(&key, known.iter().copied()), known.len()) {
                        (Some(near), _) => Some(format!("is {near} meant?")),
                        (None, 1..=24) => Some(format!("known here: {}", known.join(", "))),
                        _ => None,
                    };
                    self.add(&tokens, Some(&key), "is not known to the chart".into(), help, &comment);
                }
            }
            keyword => {
                let text = value.and_then(|v| match v {
                    Tree::Str(text) => Some(text.to_string()),
                    _ => None,
                });
                let text = text.unwrap_or_default();
                let secret = self.prefix.iter().chain(&tokens).any(|token| is_secret(token, &text));
                let given = value.map(|v| shown(v, secret));
                let message = words(keyword, schema, value, given.as_deref(), failure);
                let near = match (keyword, value) {
                    ("enum", Some(Tree::Str(text))) if !secret => {
                        let choices = schema.get("enum").and_then(Value::as_array).into_iter().flatten();
                        nearest(&text.to_string(), choices.filter_map(Value::as_str)).map(|n| format!("is {n} meant?"))
                    }
                    _ => None,
                };
                let described = schema.get("description").and_then(Value::as_str).map(first_line);
                self.add(&tokens, None, message, near.or(described), &comment);
            }
        }
    }

    fn add(
        &mut self,
        tokens: &[String],
        key: Option<&str>,
        message: String,
        help: Option<String>,
        (why, rule): &(Option<String>, Option<String>),
    ) {
        let path: Vec<String> = self.prefix.iter().chain(tokens).cloned().chain(key.map(str::to_string)).collect();
        let violation = Violation {
            chart: self.chart.path.to_string(),
            path,
            message,
            help: help.or_else(|| why.clone()),
            rule: rule.clone(),
        };
        if !self.found.contains(&violation) {
            self.found.push(violation);
        }
    }
}

/// Of several forms the one whose failure lies deepest, when it is the only one there: what fails at the top is another
/// form altogether.
fn the_one_that_was_meant(failure: &Failure) -> Option<&Failure> {
    fn depth(failure: &Failure, left: u32) -> usize {
        let own = failure.at.tokens().len();
        let below = failure.causes.iter().filter(|_| left > 0).map(|c| depth(c, left - 1));
        below.max().unwrap_or(0).max(own)
    }
    if let [only] = failure.causes.as_slice() {
        return Some(only);
    }
    let depths: Vec<usize> = failure.causes.iter().map(|c| depth(c, 64)).collect();
    let deepest = depths.iter().copied().max().filter(|d| *d > failure.at.tokens().len())?;
    let mut there = failure.causes.iter().zip(depths).filter(|(_, d)| *d == deepest);
    there.next().filter(|_| there.next().is_none()).map(|(cause, _)| cause)
}

/// The schemas around a schema, from the root to itself. Empty for what is in another document.
fn chain(root: &Value, wanted: usize) -> Vec<&Value> {
    let mut trail: Vec<(&Value, usize)> = vec![(root, 0)];
    while let Some((at, next)) = trail.last_mut() {
        if *next == 0 && address(at) == wanted {
            return trail.into_iter().map(|(value, _)| value).collect();
        }
        let child = match at {
            Value::Object(map) => map.values().nth(*next),
            Value::Array(list) => list.get(*next),
            _ => None,
        };
        *next += 1;
        match child {
            Some(child) => trail.push((child, 0)),
            None => drop(trail.pop()),
        }
    }
    Vec::new()
}

/// What the nearest condition around a schema says in its `$comment`: why, and the rule that it names.
fn comment(chain: &[&Value]) -> (Option<String>, Option<String>) {
    let conditions = chain.iter().rev().filter(|schema| schema.get("if").is_some() || schema.get("enum").is_some());
    let Some(text) = conditions.filter_map(|schema| schema.get("$comment")).find_map(Value::as_str) else {
        return (None, None);
    };
    let rule = text.split_once('[').and_then(|(_, rest)| rest.split_once(']')).map(|(id, _)| id.to_string());
    let rule = rule.filter(|id| !id.is_empty() && id.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'));
    let after = text.split_once(']').filter(|_| rule.is_some()).map_or(text, |(_, after)| after);
    // A row of a list of requirements before a colon is no reason.
    let why = match after.split_once(": ") {
        Some((row, why)) if row.len() <= 4 => why,
        _ => after,
    };
    let why = why.trim_start_matches([':', ' ']).trim_end_matches([',', '.']).trim();
    (Some(why.to_string()).filter(|w| w.contains(' ')), rule)
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().trim_end_matches('.').to_string()
}

fn find<'v>(values: &'v MapNode<'v>, tokens: &[String]) -> Option<Tree<'v>> {
    tokens.iter().try_fold(Tree::Map(values), |at, token| match at {
        Tree::Map(map) => map.get(token.as_bytes()).map(|e| e.value),
        Tree::List(list) => list.items().get(token.parse::<usize>().ok()?).map(|(item, _)| *item),
        _ => None,
    })
}

fn properties(schema: &Value) -> impl Iterator<Item = &str> {
    schema.get("properties").and_then(Value::as_object).into_iter().flat_map(|p| p.keys().map(String::as_str))
}

fn unknown_keys(schema: &Value, map: &MapNode<'_>, compiled: &Compiled<'_>) -> Vec<String> {
    let patterns = schema.get("patternProperties").and_then(Value::as_object);
    let patterns: Vec<_> = patterns.into_iter().flat_map(|p| p.keys()).filter_map(|p| compiled.pattern(p)).collect();
    let known = |key: &str| properties(schema).any(|p| p == key);
    let entries = map.entries().iter().filter(|e| !patterns.iter().any(|p| p.is_match(e.key)));
    entries.map(|e| e.key.to_string()).filter(|key| !known(key)).collect()
}

fn missing(schema: &Value, keyword: &str, map: &MapNode<'_>) -> Vec<String> {
    let lists: Vec<&Value> = match keyword {
        "required" => schema.get("required").into_iter().collect(),
        _ => {
            let both = ["dependentRequired", "dependencies"].into_iter().filter_map(|k| schema.get(k)?.as_object());
            both.flatten().filter(|(name, _)| map.get(name.as_bytes()).is_some()).map(|(_, wanted)| wanted).collect()
        }
    };
    let names = lists.into_iter().filter_map(Value::as_array).flatten().filter_map(Value::as_str);
    names.filter(|name| map.get(name.as_bytes()).is_none()).map(str::to_string).collect()
}

/// What was given, short, and never a secret.
fn shown(value: Tree<'_>, secret: bool) -> String {
    const LONGEST: usize = 60;
    match value {
        Tree::Str(text) if text.is_empty() => "empty".into(),
        Tree::Null => "null".into(),
        Tree::Map(_) | Tree::List(_) => kind(value).into(),
        Tree::Bool(b) => b.to_string(),
        _ if secret => REDACTED.into(),
        Tree::Str(text) => {
            let mut text = text.to_string();
            let passwords: Vec<String> = passwords_of_urls(&text).map(str::to_string).collect();
            passwords.iter().filter(|p| !p.is_empty()).for_each(|p| text = text.replace(p.as_str(), REDACTED));
            let cut: String = text.chars().take(LONGEST).collect();
            let dots = if cut.len() < text.len() { "..." } else { "" };
            format!("{}{dots}", Value::String(cut))
        }
        Tree::Int(n) => n.to_string(),
        Tree::Float(n) => n.to_string(),
    }
}

/// What kind of value it is, with its article.
fn kind(value: Tree<'_>) -> &'static str {
    match value {
        Tree::Null => "null",
        Tree::Bool(_) => "a boolean",
        Tree::Int(_) | Tree::Float(_) => "a number",
        Tree::Str(_) => "a string",
        Tree::List(_) => "a list",
        Tree::Map(_) => "a map",
    }
}

fn type_name(name: &str) -> &str {
    match name {
        "boolean" => "a boolean (true or false, without quotes)",
        "integer" => "a whole number",
        "number" => "a number",
        "string" => "a string",
        "array" => "a list",
        "object" => "a map",
        other => other,
    }
}

fn words(keyword: &str, schema: &Value, value: Option<Tree<'_>>, given: Option<&str>, failure: &Failure) -> String {
    let limit = |keyword: &str| schema.get(keyword).map(Value::to_string).unwrap_or_default();
    let and_is = given.map(|g| format!(", and is {g}")).unwrap_or_default();
    let must = |what: String| format!("must be {what}{and_is}");
    match keyword {
        "type" => {
            let named = |v: &Value| v.as_str().map(|n| type_name(n).to_string());
            let types: Vec<String> = match schema.get("type") {
                Some(Value::Array(names)) => names.iter().filter_map(named).collect(),
                Some(name) => named(name).into_iter().collect(),
                None => Vec::new(),
            };
            let is = match (value, given) {
                (Some(Tree::Str(text)), Some(given)) if !text.is_empty() => format!(", and is the string {given}"),
                _ => and_is,
            };
            format!("must be {}{is}", types.join(" or "))
        }
        "const" => match schema.get("const") {
            Some(Value::String(text)) if text.is_empty() => must("empty".into()),
            // A sentence says what is wanted; nobody is to write it down as it is.
            Some(Value::String(text)) if text.contains(' ') => must(text.clone()),
            Some(other) => must(other.to_string()),
            None => failure_words(failure),
        },
        "enum" => {
            let choices = schema.get("enum").and_then(Value::as_array).into_iter().flatten();
            let shown: Vec<String> = choices.map(Value::to_string).collect();
            let one_of = if shown.len() == 1 { "" } else { "one of " };
            must(format!("{one_of}{}", shown.join(", ")))
        }
        "minLength" if value.is_some_and(|v| matches!(v, Tree::Str(t) if t.is_empty())) => "must not be empty".into(),
        "minLength" => format!("must have at least {} characters{and_is}", limit(keyword)),
        "maxLength" => format!("must have at most {} characters{and_is}", limit(keyword)),
        "minItems" => format!("must have at least {} items", limit(keyword)),
        "maxItems" => format!("must have at most {} items", limit(keyword)),
        "minProperties" => format!("must have at least {} keys", limit(keyword)),
        "maxProperties" => format!("must have at most {} keys", limit(keyword)),
        "minimum" => must(format!("at least {}", limit(keyword))),
        "maximum" => must(format!("at most {}", limit(keyword))),
        "exclusiveMinimum" => must("greater than the limit of the schema".into()),
        "exclusiveMaximum" => must("less than the limit of the schema".into()),
        "multipleOf" => must(format!("a multiple of {}", limit(keyword))),
        "pattern" => {
            let pattern = schema.get("pattern").and_then(Value::as_str).unwrap_or_default();
            format!("must match the pattern {pattern}{and_is}")
        }
        "format" => {
            let name = schema.get("format").and_then(Value::as_str).unwrap_or_default();
            must(format!("a valid {name}"))
        }
        "false" => "is not allowed here".into(),
        "not" => {
            format!("is of a form that is not allowed here{}", given.map(|g| format!(": {g}")).unwrap_or_default())
        }
        "anyOf" | "oneOf" => format!("fits none of the forms that are allowed here{}", forms(schema, keyword)),
        "propertyNames" => "has a key whose name is not allowed".into(),
        _ => failure_words(failure),
    }
}

/// The titles of alternatives, where all of them have one.
fn forms(schema: &Value, keyword: &str) -> String {
    let forms = schema.get(keyword).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let title = |s: &Value| {
        let named = s.get("title").and_then(Value::as_str).map(str::to_string);
        named.or_else(|| s.get("type").and_then(Value::as_str).map(|t| type_name(t).to_string()))
    };
    let titles: Option<Vec<String>> = forms.iter().map(title).collect();
    titles.filter(|t| !t.is_empty()).map(|t| format!(": {}", t.join(", "))).unwrap_or_default()
}

/// The library's words, for keywords whose words repeat no value.
fn failure_words(failure: &Failure) -> String {
    match &failure.reason {
        Reason::Said(words) if !matches!(failure.clause.keyword, "pattern" | "format") => words.clone(),
        _ => "is not allowed by the schema".into(),
    }
}

#[cfg(test)]
mod tests;
