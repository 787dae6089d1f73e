//! Schemas that refer to themselves without getting anywhere.

use super::{PER_STEP, Scope, Walk};
use crate::schema::compiled::At;
use crate::schema::document::quoted;
use crate::schema::pointer::{address, escape};

impl<'s> Walk<'_, 's> {
    /// What is said when the same schema is already being applied to the same value.
    pub(super) fn cycle(&mut self, scope: &Scope<'_, 's>, at: At<'s>) -> Option<String> {
        let mut looked_at = 0;
        let first = std::iter::successors(scope.parent, |s| s.parent)
            .take_while(|s| s.value == scope.value)
            .inspect(|_| looked_at += 1)
            .find(|s| address(s.at.schema) == address(scope.at.schema));
        self.pay(looked_at / PER_STEP);
        let first = first?;
        let (here, there) = (self.way_to(scope), self.way_to(first));
        let url = quoted(&self.compiled.location(at));
        Some(format!("both {here} and {there} resolve to {url} causing reference cycle"))
    }

    /// The keywords that led to a scope from the top.
    fn way_to(&self, scope: &Scope<'_, 's>) -> String {
        let mut ways = Vec::new();
        let mut scope = scope;
        while let Some(parent) = scope.parent {
            ways.push(if scope.keyword.is_empty() {
                let (here, above) = (self.compiled.location(scope.at), self.compiled.location(parent.at));
                here.get(above.len()..).unwrap_or_default().to_string()
            } else {
                format!("/{}", escape(scope.keyword))
            });
            scope = parent;
        }
        ways.reverse();
        ways.concat()
    }
}
