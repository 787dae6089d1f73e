//! Values against a schema, as the schema library of Helm walks them: the same order, the same shape of failures.
//!
//! Source: santhosh-tekuri/jsonschema v6, `validator.go`. Where Go ranges over a map, its order is random and ours is
//! that of the keys.

mod array;
mod combine;
mod cycle;
mod meta;
mod object;
mod refer;
mod scalar;
mod unevaluated;

use serde_json::{Map, Value};

use super::compiled::{At, Compiled};
use super::draft::Draft;
use super::failure::{Clause, Failure, Reason};
use super::member::member;
use super::number::Num;
use super::path::Path;
use super::pointer::address;
use crate::limits::{Exhausted, Stack};
use crate::value::Tree;
pub use meta::Meta;
use unevaluated::Unevaluated;

/// How many schemas may be applied to parts of the values: combinations multiply.
const MAX_STEPS: u64 = 1_000_000;

/// So many parts of a path that are copied, or schemas that are looked back at, cost a step.
const PER_STEP: usize = 4;

/// Checks values against a schema of `compiled`. `Err(Exhausted)` when that takes too long, or more than the stack has.
pub fn validate<'s>(
    compiled: &Compiled<'s>,
    root: At<'s>,
    values: Tree<'_>,
    meta: Option<&Meta<'s>>,
    stack: Stack,
) -> Result<Result<(), Failure>, Exhausted> {
    let mut walk = Walk { compiled, meta, path: Path::root(), steps: MAX_STEPS, stack, exhausted: None };
    let scope = Scope::top(root);
    let checked = walk.run(&scope, root, values, false, false).map(|_| ());
    walk.exhausted.map_or(Ok(checked), Err)
}

type Checked<'c> = Result<Unevaluated<'c>, Failure>;

struct Walk<'w, 's> {
    compiled: &'w Compiled<'s>,
    /// When the values are themselves a schema.
    meta: Option<&'w Meta<'s>>,
    /// Path into the values.
    path: Path,
    /// How many are left.
    steps: u64,
    stack: Stack,
    /// Once this is said, nothing else is true any more.
    exhausted: Option<Exhausted>,
}

/// A schema being applied, and the one that applied it.
struct Scope<'p, 's> {
    at: At<'s>,
    /// The keyword that led here from elsewhere; empty when the parent holds the schema.
    keyword: &'static str,
    /// Tells values apart: schemas applied to one value share it.
    value: u32,
    parent: Option<&'p Scope<'p, 's>>,
}

/// One schema object applied to one value.
struct Step<'p, 'o, 'c> {
    scope: &'p Scope<'p, 'o>,
    at: At<'o>,
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
    /// `at` is what the scope's schema stands for: itself, but for schemas in schemas of another draft.
    fn run<'c>(
        &mut self,
        scope: &Scope<'_, 's>,
        at: At<'s>,
        value: Tree<'c>,
        caller_needs: bool,
        quiet: bool,
    ) -> Checked<'c> {
        let draft = self.compiled.draft(at);
        let object = match at.schema {
            Value::Bool(false) => return Err(self.said(at, "false", "false schema")),
            Value::Object(object) if !object.is_empty() => object,
            _ => return Ok(Unevaluated::of(value, None, draft, caller_needs)),
        };
        self.pay(1);
        if let Err(exhausted) = self.stack.check() {
            self.exhausted.get_or_insert(exhausted);
        }
        if self.exhausted.is_some() {
            return Err(self.said(at, "", "exhausted"));
        }
        if let Some(words) = self.cycle(scope, at) {
            return Err(self.said(at, "$ref", words));
        }
        let lone = if draft < Draft::V2019 { self.compiled.reference(at, "$ref") } else { None };
        let unevaluated = Unevaluated::of(value, Some(object).filter(|_| lone.is_none()), draft, caller_needs);
        let mut step = Step { scope, at, object, draft, value, unevaluated, failures: Vec::new(), quiet };
        if let Some(target) = lone {
            // Nothing beside `$ref` counts but, to the library, `const`.
            if let Some(words) = scalar::constant(object, draft, value, self.compiled.judge.library) {
                return Err(self.said(at, "const", words));
            }
            return self.refer(&mut step, target, "$ref").map(|()| step.unevaluated);
        }
        let asserts_format = self.compiled.asserts_format(draft);
        if let Some((keyword, words)) = scalar::first(object, draft, value, asserts_format, self.compiled.judge.library)
        {
            return Err(self.said(at, keyword, words));
        }
        if let Some(target) = self.compiled.reference(at, "$ref") {
            let checked = self.refer(&mut step, target, "$ref");
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
            _ => Err(Failure {
                at: self.here(),
                reason: Reason::Group,
                clause: Clause::default(),
                causes: step.failures,
            }),
        }
    }

    fn pay(&mut self, steps: usize) {
        self.steps = self.steps.saturating_sub(steps as u64);
        if self.steps == 0 {
            self.exhausted.get_or_insert(Exhausted::Fuel);
        }
    }

    /// The path as it is now, for a failure to keep.
    fn here(&mut self) -> Path {
        self.pay(self.path.len() / PER_STEP);
        // On the way out nobody looks any more.
        if self.exhausted.is_some() { Path::root() } else { self.path.fixed() }
    }

    /// Applies a subschema to the same value.
    fn same<'c>(&mut self, step: &mut Step<'_, 's, 'c>, at: At<'s>, quiet: bool) -> Result<(), Failure> {
        self.same_by(step, at, "", quiet)
    }

    fn same_by<'c>(
        &mut self,
        step: &mut Step<'_, 's, 'c>,
        at: At<'s>,
        keyword: &'static str,
        quiet: bool,
    ) -> Result<(), Failure> {
        let scope = step.scope.child(at, keyword, step.scope.value);
        let needs = !step.unevaluated.is_empty();
        let meant = self.meant(at);
        let rest = self.run(&scope, meant, step.value, needs, step.quiet || quiet)?;
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
        let at = At { schema, ..step.at };
        let scope = step.scope.child(at, "", step.scope.value + 1);
        if self.path.is_full() {
            self.pay(self.path.len() / PER_STEP);
        }
        let inner = self.path.push(token);
        let outer = std::mem::replace(&mut self.path, inner);
        let meant = self.meant(at);
        let checked = self.run(&scope, meant, value, false, step.quiet);
        self.path = outer;
        checked.map(|_| ())
    }

    fn said(&mut self, at: At<'_>, keyword: &'static str, words: impl Into<String>) -> Failure {
        let clause = Clause { schema: address(at.schema), keyword };
        Failure { at: self.here(), reason: Reason::Said(words.into()), clause, causes: Vec::new() }
    }

    fn fail(&mut self, step: &mut Step<'_, '_, '_>, keyword: &'static str, words: impl Into<String>) {
        let failure = self.said(step.at, keyword, words);
        step.failures.push(failure);
    }
}

impl<'p, 's> Scope<'p, 's> {
    fn top(at: At<'s>) -> Self {
        Scope { at, keyword: "", value: 0, parent: None }
    }

    fn child(&'p self, at: At<'s>, keyword: &'static str, value: u32) -> Scope<'p, 's> {
        Scope { at, keyword, value, parent: Some(self) }
    }
}

/// A keyword whose value is an integer.
fn int(object: &Map<String, Value>, keyword: &str) -> Option<i64> {
    num(object, keyword)?.as_int()
}

/// A keyword whose value is a number.
fn num(object: &Map<String, Value>, keyword: &str) -> Option<Num> {
    match member(object, keyword)? {
        Value::Number(n) => Num::of_json(n),
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
