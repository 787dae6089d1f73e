//! What compiling one schema leads to, in the library's order (`objcompiler.go`): `definitions` are reached by
//! reference only.

use serde_json::{Map, Value};

use super::draft::Draft;
use super::member::member;

/// Something that a schema mentions.
pub enum Reached<'s> {
    Schema(&'s Value),
    /// A keyword and the reference that it holds.
    Reference(&'static str, &'s str),
    /// A keyword and a regular expression of its.
    Pattern(&'static str, &'s str),
}

/// All that a schema mentions.
pub fn reach(object: &Map<String, Value>, draft: Draft) -> Vec<Reached<'_>> {
    let mut reach = Reach { object, out: Vec::new() };
    reach.reference("$ref");
    // Before 2019-09 nothing beside `$ref` counts; the library means only what draft 4 had.
    if draft >= Draft::V2019 || reach.out.is_empty() {
        reach.draft_4(draft);
    }
    if draft >= Draft::V6 {
        reach.value("contains");
        reach.value("propertyNames");
    }
    if draft >= Draft::V7 && member(object, "if").is_some() {
        reach.value("if");
        let known = member(object, "if").and_then(Value::as_bool);
        if known != Some(false) {
            reach.value("then");
        }
        if known != Some(true) {
            reach.value("else");
        }
    }
    if draft >= Draft::V2019 {
        reach.reference("$recursiveRef");
        reach.members("dependentSchemas");
        reach.value("unevaluatedItems");
        reach.value("unevaluatedProperties");
    }
    if draft >= Draft::V2020 {
        reach.reference("$dynamicRef");
        reach.items("prefixItems");
        reach.value("items");
    }
    reach.out
}

struct Reach<'s> {
    object: &'s Map<String, Value>,
    out: Vec<Reached<'s>>,
}

impl<'s> Reach<'s> {
    fn draft_4(&mut self, draft: Draft) {
        self.items("allOf");
        self.items("anyOf");
        self.items("oneOf");
        self.value("not");
        if draft < Draft::V2020 {
            if member(self.object, "items").is_some_and(Value::is_array) {
                self.items("items");
                self.value("additionalItems");
            } else {
                self.value("items");
            }
        }
        self.members("properties");
        self.members("patternProperties");
        let patterns = member(self.object, "patternProperties").and_then(Value::as_object).into_iter();
        self.out.extend(patterns.flat_map(Map::keys).map(|p| Reached::Pattern("patternProperties", p)));
        self.value("additionalProperties");
        if let Some(Value::Object(dependencies)) = member(self.object, "dependencies") {
            self.out.extend(dependencies.values().filter(|v| !v.is_array()).map(Reached::Schema));
        }
        if let Some(pattern) = member(self.object, "pattern").and_then(Value::as_str) {
            self.out.push(Reached::Pattern("pattern", pattern));
        }
    }

    fn reference(&mut self, keyword: &'static str) {
        if let Some(reference) = member(self.object, keyword).and_then(Value::as_str) {
            self.out.push(Reached::Reference(keyword, reference));
        }
    }

    fn value(&mut self, keyword: &str) {
        self.out.extend(member(self.object, keyword).map(Reached::Schema));
    }

    fn items(&mut self, keyword: &str) {
        let items = member(self.object, keyword).and_then(Value::as_array);
        self.out.extend(items.into_iter().flatten().map(Reached::Schema));
    }

    fn members(&mut self, keyword: &str) {
        let members = member(self.object, keyword).and_then(Value::as_object);
        self.out.extend(members.into_iter().flat_map(Map::values).map(Reached::Schema));
    }
}
