//! What of a value no schema has looked at yet: what `unevaluatedProperties` and `unevaluatedItems` speak of.

use std::collections::BTreeSet;

use bstr::BStr;
use serde_json::{Map, Value};

use crate::schema::draft::Draft;
use crate::schema::member::member;
use crate::value::Tree;

#[derive(Clone, Debug, Default)]
pub(super) struct Unevaluated<'c> {
    pub properties: BTreeSet<&'c BStr>,
    pub items: BTreeSet<usize>,
}

impl<'c> Unevaluated<'c> {
    /// Everything that the schema (`None`: one that says nothing) cannot account for by itself, if anybody wants to know.
    pub fn of(value: Tree<'c>, object: Option<&Map<String, Value>>, draft: Draft, caller_needs: bool) -> Self {
        let mut out = Unevaluated::default();
        let has = |keyword: &str| object.is_some_and(|o| member(o, keyword).is_some());
        let wants = |keyword: &str| caller_needs || (draft >= Draft::V2019 && has(keyword));
        match value {
            Tree::Map(map) if !has("additionalProperties") && wants("unevaluatedProperties") => {
                out.properties = map.entries().iter().map(|e| e.key).collect();
            }
            Tree::List(list) => {
                let (all, some) = object.map_or((false, 0), |object| items_evaluated(object, draft));
                if !all && wants("unevaluatedItems") {
                    out.items = (some..list.items().len()).collect();
                }
            }
            _ => {}
        }
        out
    }

    pub fn is_empty(&self) -> bool {
        self.properties.is_empty() && self.items.is_empty()
    }

    /// What another schema has looked at too is no longer open.
    pub fn keep_common(&mut self, other: &Unevaluated<'c>) {
        self.properties.retain(|p| other.properties.contains(p));
        self.items.retain(|i| other.items.contains(i));
    }
}

/// Whether a schema accounts for all items by its keywords alone, or for how many.
fn items_evaluated(object: &Map<String, Value>, draft: Draft) -> (bool, usize) {
    let list = |keyword: &str| member(object, keyword).and_then(Value::as_array).map(Vec::len);
    if draft >= Draft::V2020 {
        return (member(object, "items").is_some(), list("prefixItems").unwrap_or(0));
    }
    match list("items") {
        Some(n) => (member(object, "additionalItems").is_some(), n),
        None => (member(object, "items").is_some(), 0),
    }
}
