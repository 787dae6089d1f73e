//! References: `$ref`, and those that mean something else for every caller.

use serde_json::Value;

use super::{PER_STEP, Scope, Step, Walk};
use crate::schema::compiled::At;
use crate::schema::failure::{Clause, Failure, Reason};
use crate::schema::member::member;
use crate::schema::path::Path;

impl<'s> Walk<'_, 's> {
    pub(super) fn refer(
        &mut self,
        step: &mut Step<'_, 's, '_>,
        target: At<'s>,
        keyword: &'static str,
    ) -> Result<(), Failure> {
        let failure = match self.same_by(step, target, keyword, false) {
            Ok(()) => return Ok(()),
            Err(failure) => failure,
        };
        let causes = if failure.reason == Reason::Group { failure.causes } else { vec![failure] };
        // With one cause it is the cause alone that is shown.
        let at = if causes.len() == 1 { Path::root() } else { self.here() };
        Err(Failure { at, reason: Reason::Reference, clause: Clause::default(), causes })
    }

    /// `$recursiveRef` and `$dynamicRef`: the outermost resource that offers the anchor answers.
    pub(super) fn late_references(&mut self, step: &mut Step<'_, 's, '_>) {
        if let Some(mut target) = self.compiled.reference(step.at, "$recursiveRef") {
            if target.schema.get("$recursiveAnchor") == Some(&Value::Bool(true)) {
                let compiled = self.compiled;
                let answers = |s: &Scope<'_, 's>| Some(s.at).filter(|at| compiled.is_recursive(*at));
                target = self.outermost(step.scope, answers).unwrap_or(target);
            }
            let checked = self.refer(step, target, "$recursiveRef");
            step.failures.extend(checked.err());
        }
        if let Some(mut target) = self.compiled.reference(step.at, "$dynamicRef") {
            let written = member(step.object, "$dynamicRef").and_then(Value::as_str).unwrap_or_default();
            let anchor = written.split_once('#').map_or("", |(_, f)| f);
            let is_anchor = !anchor.is_empty() && !anchor.starts_with('/');
            if is_anchor && target.schema.get("$dynamicAnchor").and_then(Value::as_str) == Some(anchor) {
                let compiled = self.compiled;
                target = self.outermost(step.scope, |s| compiled.dynamic_anchor(s.at, anchor)).unwrap_or(target);
            }
            let checked = self.refer(step, target, "$dynamicRef");
            step.failures.extend(checked.err());
        }
    }

    /// What the outermost scope that answers says.
    fn outermost(
        &mut self,
        scope: &Scope<'_, 's>,
        answer: impl Fn(&Scope<'_, 's>) -> Option<At<'s>>,
    ) -> Option<At<'s>> {
        let mut looked_at = 0;
        let scopes = std::iter::successors(Some(scope), |s| s.parent).inspect(|_| looked_at += 1);
        let last = scopes.filter_map(answer).last();
        self.pay(looked_at / PER_STEP);
        last
    }
}
