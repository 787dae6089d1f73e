//! What is asked of lists.

use std::collections::HashMap;

use serde_json::Value;

use super::scalar::same;
use super::{Draft, Step, Walk, count, int};
use crate::dialect::SchemaLibrary;
use crate::schema::member::member;
use crate::schema::number;
use crate::value::{ListNode, Tree};

impl<'s> Walk<'_, 's> {
    pub(super) fn array<'c>(&mut self, step: &mut Step<'_, 's, 'c>, list: &'c ListNode<'c>) {
        let object = step.object;
        let items: Vec<Tree<'c>> = list.items().iter().map(|(item, _)| *item).collect();
        if let Some(least) = int(object, "minItems")
            && (items.len() as i64) < least
        {
            self.fail(step, "minItems", format!("minItems: got {}, want {}", count(items.len()), number::count(least)));
        }
        if let Some(most) = int(object, "maxItems")
            && (items.len() as i64) > most
        {
            self.fail(step, "maxItems", format!("maxItems: got {}, want {}", count(items.len()), number::count(most)));
        }
        if member(object, "uniqueItems") == Some(&Value::Bool(true))
            && let Some((first, second)) = duplicates(&items)
        {
            self.fail(step, "uniqueItems", format!("items at {} and {} are equal", count(first), count(second)));
        }
        let (first, rest) = if step.draft >= Draft::V2020 {
            (member(object, "prefixItems").and_then(Value::as_array), member(object, "items"))
        } else {
            match member(object, "items") {
                Some(Value::Array(schemas)) => (Some(schemas), member(object, "additionalItems")),
                other => (None, other),
            }
        };
        let first = first.map_or(&[][..], Vec::as_slice);
        for (i, (item, schema)) in items.iter().zip(first).enumerate() {
            step.failures.extend(self.part(step, schema, *item, &i.to_string()).err());
        }
        let counted = first.len().min(items.len());
        let by_tuple = step.draft < Draft::V2020 && member(object, "items").is_some_and(Value::is_array);
        match rest {
            Some(Value::Bool(false)) if by_tuple && items.len() <= counted => {}
            Some(Value::Bool(false)) if by_tuple => {
                let left = count(items.len() - counted);
                self.fail(step, "additionalItems", format!("last {left} additionalItem(s) not allowed"));
            }
            Some(schema @ (Value::Object(_) | Value::Bool(_))) => {
                // Release 6.0.2 counts from where the tuple ended.
                let first = if self.compiled.judge.library == SchemaLibrary::SanthoshTekuri602 { counted } else { 0 };
                for (i, item) in items.iter().enumerate().skip(counted) {
                    step.failures.extend(self.part(step, schema, *item, &(i - first).to_string()).err());
                }
            }
            _ => {}
        }
        self.contains(step, &items);
    }

    fn contains<'c>(&mut self, step: &mut Step<'_, 's, 'c>, items: &[Tree<'c>]) {
        let Some(schema) = member(step.object, "contains").filter(|_| step.draft >= Draft::V6) else { return };
        let mut failures = Vec::new();
        let mut matched = Vec::new();
        for (i, item) in items.iter().enumerate() {
            match self.part(step, schema, *item, &i.to_string()) {
                Err(failure) => failures.push(failure),
                Ok(()) => {
                    matched.push(i);
                    if step.draft >= Draft::V2020 {
                        step.unevaluated.items.remove(&i);
                    }
                }
            }
        }
        let (least, most) = if step.draft >= Draft::V2019 {
            (int(step.object, "minContains"), int(step.object, "maxContains"))
        } else {
            (None, None)
        };
        let list = matched.iter().map(usize::to_string).collect::<Vec<_>>().join(" ");
        let found = matched.len();
        let too_few = match least {
            Some(least) if (found as i64) >= least => None,
            Some(least) if found == 0 => {
                Some(format!("min {} items required to match contains schema, but none matched", number::count(least)))
            }
            Some(least) => Some(format!(
                "min {} items required to match contains schema, but matched {} items at {list}",
                number::count(least),
                count(found)
            )),
            None if found == 0 => Some("no items match contains schema".into()),
            None => None,
        };
        if let Some(words) = too_few {
            self.fail_for(step, "contains", &words, failures);
        }
        if let Some(most) = most
            && (found as i64) > most
        {
            self.fail(
                step,
                "maxContains",
                format!(
                    "max {} items required to match contains schema, but matched {} items at {list}",
                    number::count(most),
                    count(found)
                ),
            );
        }
    }
}

/// The first pair of equal items, by the place of the second.
fn duplicates(items: &[Tree<'_>]) -> Option<(usize, usize)> {
    // Long lists by what their items look like: comparing all pairs would take for ever.
    let mut seen: HashMap<String, Vec<usize>> = HashMap::new();
    for (i, item) in items.iter().enumerate() {
        let alike = seen.entry(outline(*item)).or_default();
        if let Some(j) = alike.iter().find(|j| same(items[**j], *item)) {
            return Some((*j, i));
        }
        alike.push(i);
    }
    None
}

/// The same for equal values, and rarely for others.
fn outline(value: Tree<'_>) -> String {
    match value {
        Tree::List(list) => format!("[{}", list.items().iter().map(|(i, _)| outline(*i)).collect::<String>()),
        Tree::Map(map) => {
            let entries = map.entries().iter().map(|e| format!("{}:{}", e.key, outline(e.value)));
            format!("{{{}", entries.collect::<String>())
        }
        Tree::Int(n) => (n as f64).to_string(),
        Tree::Float(f) => f.to_string(),
        other => format!("{other:?}"),
    }
}
