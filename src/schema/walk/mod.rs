//! Values against a schema, as the schema library of Helm walks them: the same order, the same shape of failures.
//!
//! Source: santhosh-tekuri/jsonschema v6, `validator.go`. Where Go ranges over a map, its order is random and ours is
//! that of the keys.

mod array;
mod combine;
mod object;
mod scalar;
mod unevaluated;

use serde_json::{Map, Value};

use super::compiled::{At, Compiled};
use super::document::{Draft, address};
use super::failure::{Failure, Reason};
use super::number::Num;
use crate::limits::Exhausted;
use crate::value::Tree;
use unevaluated::Unevaluated;

/// How many schemas may be applied to parts of the values: combinations multiply.
const MAX_STEPS: u64 = 1_000_000;

/// Checks values against a compiled schema. `Err(Exhausted)` when that takes too long.
pub fn validate<'c>(compiled: &Compiled<'_>, values: Tree<'c>) -> Result<Result<(), Failure>, Exhausted> {
    let mut walk = Walk { compiled, path: Vec::new(), steps: MAX_STEPS };
    let scope = Scope { at: compiled.root(), value: 0, parent: None };
    let checked = walk.run(&scope, values, false, false).map(|_| ());
    if walk.steps == 0 { Err(Exhausted::Fuel) } else { Ok(checked) }
}

type Checked<'c> = Result<Unevaluated<'c>, Failure>;

struct Walk<'w, 's> {
    compiled: &'w Compiled<'s>,
    /// Path into the values.
    path: Vec<String>,
    /// How many are left; at 0 nothing is true any more.
    steps: u64,
}

/// A schema being applied, and the one that applied it.
struct Scope<'p, 's> {
    at: At<'s>,
    /// Tells values apart: schemas applied to one value share it.
    value: u32,
    parent: Option<&'p Scope<'p, 's>>,
}

/// One schema object applied to one value.
struct Step<'p, 'o, 'c> {
    scope: &'p Scope<'p, 'o>,
    object: &'o Map<String, Value>,
    draft: Draft,
    value: Tree<'c>,
    unevaluated: Unevaluated<'c>,
    failures: Vec<Failure>,
    /// Only whether it fails matters, not why.
    quiet: bool,
}

impl<'c> Step<'_, '_, 'c> {
    fn done(&self) -> bool {
        self.quiet && !self.failures.is_empty()
    }
}

impl<'w, 's> Walk<'w, 's>
where
    's: 'w,
{
    fn run<'c>(&mut self, scope: &Scope<'_, 's>, value: Tree<'c>, caller_needs: bool, quiet: bool) -> Checked<'c> {
        let object = match scope.at.schema {
            Value::Bool(false) => return Err(self.said("false schema")),
            Value::Object(object) if !object.is_empty() => object,
            _ => return Ok(Unevaluated::none()),
        };
        self.steps = self.steps.saturating_sub(1);
        if self.steps == 0 {
            return Err(self.said("out of steps"));
        }
        if scope.is_cycle() {
            return Err(self.said("reference cycle"));
        }
        let draft = self.compiled.draft(scope.at);
        let unevaluated = Unevaluated::of(value, object, draft, caller_needs);
        let mut step = Step { scope, object, draft, value, unevaluated, failures: Vec::new(), quiet };
        let lone_reference = draft < Draft::V2019 && self.compiled.reference(scope.at, "$ref").is_some();
        if !lone_reference && let Some(words) = scalar::first(object, draft, value) {
            return Err(self.said(words));
        }
        if let Some(target) = self.compiled.reference(scope.at, "$ref") {
            let checked = self.refer(&mut step, target);
            if lone_reference {
                return checked.map(|()| step.unevaluated);
            }
            step.failures.extend(checked.err());
        }
        match value {
            Tree::Map(map) => self.object(&mut step, map),
            Tree::List(list) => self.array(&mut step, list),
            Tree::Str(text) => self.string(&mut step, text),
            Tree::Int(_) | Tree::Float(_) => self.number(&mut step),
            Tree::Null | Tree::Bool(_) => {}
        }
        if !step.done() {
            if draft >= Draft::V2019 {
                self.late_references(&mut step);
            }
            self.combine(&mut step);
            if draft >= Draft::V2019 {
                self.leftovers(&mut step);
            }
        }
        match step.failures.len() {
            0 => Ok(step.unevaluated),
            1 => Err(step.failures.swap_remove(0)),
            _ => Err(Failure { at: self.path.clone(), reason: Reason::Group, causes: step.failures }),
        }
    }

    /// Applies a subschema to the same value.
    fn same<'c>(&mut self, step: &mut Step<'_, 's, 'c>, at: At<'s>, quiet: bool) -> Result<(), Failure> {
        let scope = Scope { at, value: step.scope.value, parent: Some(step.scope) };
        let needs = !step.unevaluated.is_empty();
        let rest = self.run(&scope, step.value, needs, step.quiet || quiet)?;
        step.unevaluated.keep_common(&rest);
        Ok(())
    }

    /// Applies a subschema to a part of the value.
    fn part<'c>(
        &mut self,
        step: &Step<'_, 's, 'c>,
        schema: &'s Value,
        value: Tree<'c>,
        token: &str,
    ) -> Result<(), Failure> {
        let scope = Scope { at: At { schema, ..step.scope.at }, value: step.scope.value + 1, parent: Some(step.scope) };
        self.path.push(token.into());
        let checked = self.run(&scope, value, false, step.quiet);
        self.path.pop();
        checked.map(|_| ())
    }

    fn refer(&mut self, step: &mut Step<'_, 's, '_>, target: At<'s>) -> Result<(), Failure> {
        self.same(step, target, false).map_err(|failure| Failure {
            at: self.path.clone(),
            reason: Reason::Reference,
            causes: if failure.reason == Reason::Group { failure.causes } else { vec![failure] },
        })
    }

    /// `$recursiveRef` and `$dynamicRef`: the outermost resource that offers the anchor answers.
    fn late_references(&mut self, step: &mut Step<'_, 's, '_>) {
        let at = step.scope.at;
        if let Some(mut target) = self.compiled.reference(at, "$recursiveRef") {
            if target.schema.get("$recursiveAnchor") == Some(&Value::Bool(true)) {
                let scopes = std::iter::successors(Some(step.scope), |s| s.parent);
                target = scopes.filter(|s| self.compiled.is_recursive(s.at)).last().map_or(target, |s| s.at);
            }
            let checked = self.refer(step, target);
            step.failures.extend(checked.err());
        }
        if let Some(mut target) = self.compiled.reference(at, "$dynamicRef") {
            let written = step.object.get("$dynamicRef").and_then(Value::as_str).unwrap_or_default();
            let anchor = written.split_once('#').map_or("", |(_, f)| f);
            let is_anchor = !anchor.is_empty() && !anchor.starts_with('/');
            if is_anchor && target.schema.get("$dynamicAnchor").and_then(Value::as_str) == Some(anchor) {
                let scopes = std::iter::successors(Some(step.scope), |s| s.parent);
                target = scopes.filter_map(|s| self.compiled.dynamic_anchor(s.at, anchor)).last().unwrap_or(target);
            }
            let checked = self.refer(step, target);
            step.failures.extend(checked.err());
        }
    }

    fn said(&self, words: impl Into<String>) -> Failure {
        Failure { at: self.path.clone(), reason: Reason::Said(words.into()), causes: Vec::new() }
    }

    fn fail(&self, step: &mut Step<'_, '_, '_>, words: impl Into<String>) {
        step.failures.push(self.said(words));
    }
}

impl Scope<'_, '_> {
    /// Whether the same schema is already being applied to the same value.
    fn is_cycle(&self) -> bool {
        std::iter::successors(self.parent, |s| s.parent)
            .take_while(|s| s.value == self.value)
            .any(|s| address(s.at.schema) == address(self.at.schema))
    }
}

/// A keyword whose value is an integer.
fn int(object: &Map<String, Value>, keyword: &str) -> Option<i64> {
    num(object, keyword)?.as_int()
}

/// A keyword whose value is a number.
fn num(object: &Map<String, Value>, keyword: &str) -> Option<Num> {
    match object.get(keyword)? {
        Value::Number(n) => Some(Num::of_json(n)),
        _ => None,
    }
}

/// The strings of a list.
fn strings(value: Option<&Value>) -> impl Iterator<Item = &str> {
    value.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

/// Bytes of the values as text.
fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A count as it is printed.
fn count(n: usize) -> String {
    super::number::count(n as i64)
}
