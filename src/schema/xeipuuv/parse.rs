//! A schema made ready: nodes that point to each other by number. Source: `schema.go` `parseSchema`, whose order of
//! checks decides which complaint about a schema is the one that is told.

mod bounds;

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use super::canonical::canonical;
use super::pool::{Pool, draft_of, reference, text};
use super::{Draft, Stop};
use crate::go::regexp::Regexp;
use crate::limits::{Exhausted, Stack};
use crate::schema::number::Num;

/// Index of a node.
pub(super) type Id = usize;

/// A part that two references reach is made ready twice, under two names.
const MAX_NODES: usize = 200_000;

/// Bytes that all patterns may take once they are compiled.
const MAX_PATTERN_BYTES: usize = 24 << 20;

/// `JSON_TYPES`
const TYPES: [&str; 7] = ["array", "boolean", "integer", "number", "null", "object", "string"];

/// `subSchema`: what one schema asks for.
#[derive(Default)]
pub(super) struct Node<'s> {
    /// A schema that is `true` or `false`.
    pub pass: Option<bool>,
    /// What stands for it, by `$ref`.
    pub target: Option<Id>,
    pub types: Vec<&'s str>,
    pub properties: Vec<(&'s str, Id)>,
    pub additional_properties: Additional,
    pub patterns: Vec<(&'s str, Id)>,
    pub property_names: Option<Id>,
    pub dependencies: HashMap<&'s str, Dependency<'s>>,
    pub items: Vec<Id>,
    /// `items` is one schema for all.
    pub one_for_all: bool,
    pub additional_items: Additional,
    pub multiple_of: Option<Num>,
    pub minimum: Option<Num>,
    pub exclusive_minimum: Option<Num>,
    pub maximum: Option<Num>,
    pub exclusive_maximum: Option<Num>,
    pub length: Bounds,
    pub pattern: Option<&'s str>,
    pub format: &'s str,
    pub count: Bounds,
    pub required: Vec<&'s str>,
    pub item_count: Bounds,
    pub unique_items: bool,
    pub contains: Option<Id>,
    pub constant: Option<String>,
    pub choices: Vec<String>,
    pub one_of: Vec<Id>,
    pub any_of: Vec<Id>,
    pub all_of: Vec<Id>,
    pub not: Option<Id>,
    pub condition: Option<Id>,
    pub then: Option<Id>,
    pub otherwise: Option<Id>,
}

/// What comes of members or items that nothing else names.
#[derive(Clone, Copy, Default)]
pub(super) enum Additional {
    #[default]
    Unsaid,
    Allowed(bool),
    Schema(Id),
}

pub(super) enum Dependency<'s> {
    Names(Vec<&'s str>),
    Schema(Id),
}

/// Least and most.
#[derive(Clone, Copy, Default)]
pub(super) struct Bounds {
    pub least: Option<i64>,
    pub most: Option<i64>,
}

/// All nodes; the first is the root.
pub(super) struct Parsed<'s> {
    pub nodes: Vec<Node<'s>>,
    patterns: HashMap<&'s str, Regexp>,
}

impl Parsed<'_> {
    /// Whether a pattern of the schema is found in a text.
    pub(super) fn matches(&self, pattern: &str, text: &str) -> bool {
        self.patterns.get(pattern).is_some_and(|regexp| regexp.is_match(text.as_bytes()))
    }
}

struct Parser<'s> {
    parsed: Parsed<'s>,
    pattern_bytes: usize,
    pool: Pool<'s>,
    /// `schemaReferencePool`
    known: HashMap<String, Id>,
    stack: Stack,
}

/// `NewSchema`.
pub(super) fn parse<'s>(schema: &'s Value, stack: Stack) -> Result<Parsed<'s>, Stop> {
    let pool = Pool::new(schema, stack)?;
    let draft = draft_of(schema)?.unwrap_or(Draft::Hybrid);
    let parsed = Parsed { nodes: Vec::new(), patterns: HashMap::new() };
    let mut parser = Parser { parsed, pattern_bytes: 0, pool, known: HashMap::new(), stack };
    parser.schema(schema, draft)?;
    Ok(parser.parsed)
}

fn words<T>(words: String) -> Result<T, Stop> {
    Err(Stop::Words(words))
}

fn invalid_type<T>(expected: &str, given: &str) -> Result<T, Stop> {
    words(format!("Invalid type. Expected: {expected}, given: {given}"))
}

fn must_be_an<T>(keyword: &str, what: &str) -> Result<T, Stop> {
    words(format!("{keyword} must be of an {what}"))
}

impl<'s> Parser<'s> {
    fn reserve(&mut self) -> Result<Id, Stop> {
        if self.parsed.nodes.len() >= MAX_NODES {
            return Err(Exhausted::Bytes.into());
        }
        self.parsed.nodes.push(Node::default());
        Ok(self.parsed.nodes.len() - 1)
    }

    fn schema(&mut self, value: &'s Value, draft: Draft) -> Result<Id, Stop> {
        let id = self.reserve()?;
        self.fill(id, value, draft)?;
        Ok(id)
    }

    fn fill(&mut self, id: Id, value: &'s Value, draft: Draft) -> Result<(), Stop> {
        self.stack.check()?;
        let node = match value {
            Value::Bool(pass) if draft >= Draft::V6 => Node { pass: Some(*pass), ..Node::default() },
            Value::Object(object) => self.object(object, draft)?,
            _ => return words("Expected: valid schema, given: Invalid JSON".into()),
        };
        self.parsed.nodes[id] = node;
        Ok(())
    }

    fn object(&mut self, object: &'s Map<String, Value>, draft: Draft) -> Result<Node<'s>, Stop> {
        let mut node = Node::default();
        let keyword = match draft {
            Draft::V4 => "id",
            Draft::Hybrid if object.contains_key("id") => "id",
            _ => "$id",
        };
        match object.get(keyword) {
            Some(Value::String(id)) => drop(reference(id)?),
            Some(_) => return invalid_type("string", keyword),
            None => {}
        }
        self.definitions(object, draft)?;
        for remark in ["title", "description", "$ref"] {
            if object.get(remark).is_some_and(|value| !value.is_string()) {
                return invalid_type("string", remark);
            }
        }
        if let Some(Value::String(written)) = object.get("$ref") {
            let url = reference(&self.pool.reference_of(object, written))?;
            match self.known.get(&text(&url)) {
                // What stands beside it is looked at, and then of no consequence.
                Some(known) => node.target = Some(*known),
                None => {
                    let target = self.reserve()?;
                    self.known.insert(text(&url), target);
                    let found = self.pool.get(&url)?;
                    if !found.schema.is_object() && !found.schema.is_boolean() {
                        return words("valid schema must be of type object".into());
                    }
                    self.fill(target, found.schema, found.draft.unwrap_or(draft))?;
                    node.target = Some(target);
                    return Ok(node);
                }
            }
        }
        self.types(object, &mut node)?;
        self.members(object, draft, &mut node)?;
        self.items(object, draft, &mut node)?;
        self.numbers(object, draft, &mut node)?;
        self.texts(object, &mut node)?;
        self.counts(object, &mut node)?;
        if let (Some(contains), true) = (object.get("contains"), draft >= Draft::V6) {
            node.contains = Some(self.schema(contains, draft)?);
        }
        self.choices(object, draft, &mut node)?;
        self.combinations(object, draft, &mut node)?;
        Ok(node)
    }

    fn definitions(&mut self, object: &'s Map<String, Value>, draft: Draft) -> Result<(), Stop> {
        const WANTED: &str = "array of schemas";
        match object.get("definitions") {
            None => Ok(()),
            Some(Value::Bool(_)) => words(panic_words("bool", "map[string]interface {}")),
            Some(Value::Object(definitions)) => definitions.values().try_for_each(|definition| match definition {
                Value::Object(_) | Value::Bool(_) => self.schema(definition, draft).map(drop),
                _ => invalid_type(WANTED, "definitions"),
            }),
            Some(_) => invalid_type(WANTED, "definitions"),
        }
    }

    fn types(&mut self, object: &'s Map<String, Value>, node: &mut Node<'s>) -> Result<(), Stop> {
        const WANTED: &str = "string/array of strings";
        let mut add = |name: &'s str| match name {
            _ if !TYPES.contains(&name) => words(format!(
                "has a primitive type that is NOT VALID -- given: /{name}/ Expected valid values are:[{}]",
                TYPES.join(" ")
            )),
            _ if node.types.contains(&name) => words(format!("{name} type is duplicated")),
            _ => {
                node.types.push(name);
                Ok(())
            }
        };
        match object.get("type") {
            None => Ok(()),
            Some(Value::String(name)) => add(name),
            Some(Value::Array(names)) => names.iter().try_for_each(|name| match name {
                Value::String(name) => add(name),
                Value::Number(_) => words(panic_words("json.Number", "string")),
                _ => invalid_type(WANTED, "type"),
            }),
            Some(_) => invalid_type(WANTED, "type"),
        }
    }

    /// What is asked of the members of an object, one by one.
    fn members(&mut self, object: &'s Map<String, Value>, draft: Draft, node: &mut Node<'s>) -> Result<(), Stop> {
        match object.get("properties") {
            None => {}
            Some(Value::Object(properties)) => {
                for (name, schema) in properties {
                    node.properties.push((name, self.schema(schema, draft)?));
                }
            }
            Some(_) => return words("properties must be of type object".into()),
        }
        node.additional_properties = self.additional(object, "additionalProperties", draft)?;
        match object.get("patternProperties") {
            None => {}
            Some(Value::Object(patterns)) => {
                for (pattern, schema) in patterns {
                    if !self.pattern(pattern)? {
                        return words(format!("Invalid regex pattern '{pattern}'"));
                    }
                    node.patterns.push((pattern, self.schema(schema, draft)?));
                }
            }
            Some(_) => return invalid_type("valid schema", "patternProperties"),
        }
        if let (Some(names), true) = (object.get("propertyNames"), draft >= Draft::V6) {
            if !names.is_object() && !names.is_boolean() {
                return invalid_type("valid schema", "patternProperties");
            }
            node.property_names = Some(self.schema(names, draft)?);
        }
        self.dependencies(object, draft, node)
    }

    fn additional(&mut self, object: &'s Map<String, Value>, keyword: &str, draft: Draft) -> Result<Additional, Stop> {
        match object.get(keyword) {
            None => Ok(Additional::Unsaid),
            Some(Value::Bool(allowed)) => Ok(Additional::Allowed(*allowed)),
            Some(schema @ Value::Object(_)) => self.schema(schema, draft).map(Additional::Schema),
            Some(_) => invalid_type("boolean/valid schema", keyword),
        }
    }

    fn dependencies(&mut self, object: &'s Map<String, Value>, draft: Draft, node: &mut Node<'s>) -> Result<(), Stop> {
        let wrong = || words("dependency must be of type schema or array of strings".into());
        let dependencies = match object.get("dependencies") {
            None => return Ok(()),
            Some(Value::Object(dependencies)) => dependencies,
            Some(_) => return words("dependencies must be of type object".into()),
        };
        for (name, dependency) in dependencies {
            let dependency = match dependency {
                Value::Array(names) => {
                    let wanted: Option<Vec<&str>> = names.iter().map(Value::as_str).collect();
                    let Some(wanted) = wanted else { return wrong() };
                    Dependency::Names(wanted)
                }
                Value::Object(_) | Value::Bool(_) => Dependency::Schema(self.schema(dependency, draft)?),
                _ => return wrong(),
            };
            node.dependencies.insert(name, dependency);
        }
        Ok(())
    }

    fn items(&mut self, object: &'s Map<String, Value>, draft: Draft, node: &mut Node<'s>) -> Result<(), Stop> {
        const WANTED: &str = "valid schema/array of schemas";
        match object.get("items") {
            None => {}
            Some(Value::Array(items)) => {
                for item in items {
                    if !item.is_object() && !item.is_boolean() {
                        return invalid_type(WANTED, "items");
                    }
                    node.items.push(self.schema(item, draft)?);
                }
            }
            Some(one @ (Value::Object(_) | Value::Bool(_))) => {
                node.items.push(self.schema(one, draft)?);
                node.one_for_all = true;
            }
            Some(_) => return invalid_type(WANTED, "items"),
        }
        node.additional_items = self.additional(object, "additionalItems", draft)?;
        Ok(())
    }

    fn choices(&mut self, object: &'s Map<String, Value>, draft: Draft, node: &mut Node<'s>) -> Result<(), Stop> {
        if let (Some(constant), true) = (object.get("const"), draft >= Draft::V6) {
            node.constant = Some(canonical(constant)?);
        }
        match object.get("enum") {
            None => Ok(()),
            Some(Value::Array(choices)) => {
                let mut seen = HashSet::new();
                for choice in choices {
                    let choice = canonical(choice)?;
                    if !seen.insert(choice.clone()) {
                        return words("enum items must be unique".into());
                    }
                    node.choices.push(choice);
                }
                Ok(())
            }
            Some(_) => must_be_an("enum", "array"),
        }
    }

    fn combinations(&mut self, object: &'s Map<String, Value>, draft: Draft, node: &mut Node<'s>) -> Result<(), Stop> {
        node.one_of = self.list(object, "oneOf", "oneOf", draft)?;
        node.any_of = self.list(object, "anyOf", "anyOf", draft)?;
        // The library says it wrong.
        node.all_of = self.list(object, "allOf", "anyOf", draft)?;
        node.not = self.one(object, "not", draft)?;
        if draft >= Draft::V7 {
            node.condition = self.one(object, "if", draft)?;
            node.then = self.one(object, "then", draft)?;
            node.otherwise = self.one(object, "else", draft)?;
        }
        Ok(())
    }

    fn list(
        &mut self,
        object: &'s Map<String, Value>,
        keyword: &str,
        told: &str,
        draft: Draft,
    ) -> Result<Vec<Id>, Stop> {
        match object.get(keyword) {
            None => Ok(Vec::new()),
            Some(Value::Array(schemas)) => schemas.iter().map(|schema| self.schema(schema, draft)).collect(),
            Some(_) => must_be_an(told, "array"),
        }
    }

    fn one(&mut self, object: &'s Map<String, Value>, keyword: &str, draft: Draft) -> Result<Option<Id>, Stop> {
        match object.get(keyword) {
            None => Ok(None),
            Some(schema @ (Value::Object(_) | Value::Bool(_))) => self.schema(schema, draft).map(Some),
            Some(_) => must_be_an(keyword, "object"),
        }
    }

    /// Compiles a pattern; `false` when it is none.
    fn pattern(&mut self, text: &'s str) -> Result<bool, Stop> {
        if self.parsed.patterns.contains_key(text) {
            return Ok(true);
        }
        let Ok(regexp) = Regexp::new(text.as_bytes()) else { return Ok(false) };
        self.pattern_bytes = self.pattern_bytes.saturating_add(regexp.memory());
        if self.pattern_bytes > MAX_PATTERN_BYTES {
            return Err(Exhausted::Bytes.into());
        }
        self.parsed.patterns.insert(text, regexp);
        Ok(true)
    }
}

/// A type assertion of the library that panics, as Helm tells it.
fn panic_words(is: &str, wanted: &str) -> String {
    format!("unable to validate schema: interface conversion: interface {{}} is {is}, not {wanted}")
}
