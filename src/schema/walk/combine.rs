//! Schemas made of schemas: `not`, `allOf`, `anyOf`, `oneOf`, `if`; and what all of them have left over.

use serde_json::Value;

use super::{Draft, Failure, Step, Walk, text};
use crate::schema::compiled::At;
use crate::schema::member::member;
use crate::schema::number;
use crate::value::Tree;

impl<'s> Walk<'_, 's> {
    pub(super) fn combine(&mut self, step: &mut Step<'_, 's, '_>) {
        let object = step.object;
        let document = step.at.document;
        let at = |schema: &'s Value| At { schema, document };
        let list = |keyword: &str| member(object, keyword).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        if let Some(schema) = member(object, "not")
            && self.same(step, at(schema), true).is_ok()
        {
            self.fail(step, "not", "'not' failed");
        }
        let mut failures = Vec::new();
        for schema in list("allOf") {
            failures.extend(self.same(step, at(schema), false).err());
            if step.quiet && !failures.is_empty() {
                break;
            }
        }
        if !failures.is_empty() {
            self.fail_for(step, "allOf", "'allOf' failed", failures);
        }
        self.any_of(step, list("anyOf"));
        self.one_of(step, list("oneOf"));
        if step.draft >= Draft::V7
            && let Some(condition) = member(object, "if")
        {
            let branch = if self.same(step, at(condition), true).is_ok() { "then" } else { "else" };
            if let Some(schema) = member(object, branch) {
                let checked = self.same(step, at(schema), false);
                step.failures.extend(checked.err());
            }
        }
    }

    fn any_of(&mut self, step: &mut Step<'_, 's, '_>, schemas: &'s [Value]) {
        let mut failures = Vec::new();
        let mut matched = false;
        for schema in schemas {
            match self.same(step, At { schema, ..step.at }, false) {
                Err(failure) => failures.push(failure),
                Ok(()) => {
                    matched = true;
                    // What is left over wants every schema that matches.
                    if step.unevaluated.is_empty() {
                        break;
                    }
                }
            }
        }
        if !matched && !schemas.is_empty() {
            self.fail_for(step, "anyOf", "'anyOf' failed", failures);
        }
    }

    fn one_of(&mut self, step: &mut Step<'_, 's, '_>, schemas: &'s [Value]) {
        let mut failures = Vec::new();
        let mut matched = None;
        for (i, schema) in schemas.iter().enumerate() {
            match (self.same(step, At { schema, ..step.at }, matched.is_some()), matched) {
                (Err(failure), None) => failures.push(failure),
                (Err(_), Some(_)) => {}
                (Ok(()), None) => matched = Some(i),
                (Ok(()), Some(first)) => {
                    let (first, second) = (number::count(first as i64), number::count(i as i64));
                    self.fail(step, "oneOf", format!("'oneOf' failed, subschemas {first}, {second} matched"));
                    return;
                }
            }
        }
        if matched.is_none() && !schemas.is_empty() {
            self.fail_for(step, "oneOf", "'oneOf' failed, none matched", failures);
        }
    }

    pub(super) fn fail_for(
        &mut self,
        step: &mut Step<'_, 's, '_>,
        keyword: &'static str,
        words: &str,
        causes: Vec<Failure>,
    ) {
        let failure = self.said(step.at, keyword, words);
        step.failures.push(Failure { causes, ..failure });
    }

    /// `unevaluatedProperties` and `unevaluatedItems`.
    pub(super) fn leftovers(&mut self, step: &mut Step<'_, 's, '_>) {
        if let (Tree::Map(map), Some(schema)) = (step.value, member(step.object, "unevaluatedProperties")) {
            for key in std::mem::take(&mut step.unevaluated.properties) {
                if let Some(entry) = map.get(key) {
                    step.failures.extend(self.part(step, schema, entry.value, &text(key)).err());
                }
            }
        }
        if let (Tree::List(list), Some(schema)) = (step.value, member(step.object, "unevaluatedItems")) {
            for i in std::mem::take(&mut step.unevaluated.items) {
                if let Some((item, _)) = list.items().get(i) {
                    step.failures.extend(self.part(step, schema, *item, &i.to_string()).err());
                }
            }
        }
    }
}
