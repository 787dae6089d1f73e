//! References: `$ref`, and those that mean something else for every caller.

use serde_json::Value;

use super::{Scope, Step, Walk};
use crate::schema::compiled::At;
use crate::schema::failure::{Failure, Reason};

impl<'s> Walk<'_, 's> {
    pub(super) fn refer(
        &mut self,
        step: &mut Step<'_, 's, '_>,
        target: At<'s>,
        keyword: &'static str,
    ) -> Result<(), Failure> {
        self.same_by(step, target, keyword, false).map_err(|failure| Failure {
            at: self.path.fixed(),
            reason: Reason::Reference,
            causes: if failure.reason == Reason::Group { failure.causes } else { vec![failure] },
        })
    }

    /// `$recursiveRef` and `$dynamicRef`: the outermost resource that offers the anchor answers.
    pub(super) fn late_references(&mut self, step: &mut Step<'_, 's, '_>) {
        let scopes = || std::iter::successors(Some(step.scope), |s: &&Scope<'_, 's>| s.parent);
        if let Some(mut target) = self.compiled.reference(step.at, "$recursiveRef") {
            if target.schema.get("$recursiveAnchor") == Some(&Value::Bool(true)) {
                target = scopes().filter(|s| self.compiled.is_recursive(s.at)).last().map_or(target, |s| s.at);
            }
            let checked = self.refer(step, target, "$recursiveRef");
            step.failures.extend(checked.err());
        }
        if let Some(mut target) = self.compiled.reference(step.at, "$dynamicRef") {
            let written = step.object.get("$dynamicRef").and_then(Value::as_str).unwrap_or_default();
            let anchor = written.split_once('#').map_or("", |(_, f)| f);
            let is_anchor = !anchor.is_empty() && !anchor.starts_with('/');
            if is_anchor && target.schema.get("$dynamicAnchor").and_then(Value::as_str) == Some(anchor) {
                let scopes = std::iter::successors(Some(step.scope), |s| s.parent);
                target = scopes.filter_map(|s| self.compiled.dynamic_anchor(s.at, anchor)).last().unwrap_or(target);
            }
            let checked = self.refer(step, target, "$dynamicRef");
            step.failures.extend(checked.err());
        }
    }
}
