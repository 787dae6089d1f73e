//! Values that are a schema: parts of them may follow another draft than the whole, and are held to that.

use std::collections::HashMap;

use super::Walk;
use crate::schema::compiled::At;
use crate::schema::draft::Draft;
use crate::schema::pointer::{address, escape};

/// What is known of a schema that is checked against its metaschema.
pub struct Meta<'s> {
    /// The metaschemas of the drafts that it uses.
    pub drafts: HashMap<Draft, At<'s>>,
    /// Its resources, by pointer.
    pub resources: HashMap<String, Draft>,
}

impl<'s> Walk<'_, 's> {
    /// What a schema stands for when it is applied at the present path: where a resource begins and the metaschema comes
    /// round to itself, the metaschema of the resource's draft.
    pub(super) fn meant(&self, at: At<'s>) -> At<'s> {
        let Some(meta) = self.meta else { return at };
        if !meta.drafts.values().any(|m| address(m.schema) == address(at.schema)) {
            return at;
        }
        let pointer: String = self.path.tokens().iter().map(|t| format!("/{}", escape(t))).collect();
        let draft = meta.resources.get(&pointer);
        draft.and_then(|draft| meta.drafts.get(draft)).copied().unwrap_or(at)
    }
}
