//! What the placeholders of a file or script are looked up in: the container's variables, its files, the rest of the same file.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};

use super::{Spot, value_of};
use crate::kube::{self, Environment, FileAt};
use crate::postgres::topology::config::Raw;
use crate::postgres::topology::placeholder::{Lookup, expand};
use crate::postgres::topology::source::Why;
use crate::postgres::topology::value::Value;

/// Steps from one setting of a file to another.
const DEEP: u32 = 4;
/// Settings of a file that are looked up in one another: more is an attempt to make us work.
const MANY: u32 = 20_000;

/// See the head of this file.
pub struct Desk<'e, 'i, 'm> {
    spot: Spot<'e, 'i, 'm>,
    environment: &'e Environment<'i, 'm>,
    /// The settings of the same file, by key.
    locals: HashMap<&'e str, &'e Raw>,
    used: RefCell<HashSet<String>>,
    depth: Cell<u32>,
    left: Cell<u32>,
}

impl<'e, 'i, 'm> Desk<'e, 'i, 'm> {
    pub(super) fn new(spot: Spot<'e, 'i, 'm>, environment: &'e Environment<'i, 'm>, raws: &'e [Raw]) -> Self {
        let locals = raws.iter().rev().map(|raw| (raw.key.as_str(), raw)).collect();
        Desk { spot, environment, locals, used: RefCell::default(), depth: Cell::new(0), left: Cell::new(MANY) }
    }

    /// The variables that were asked for and are there.
    pub fn into_used(self) -> HashSet<String> {
        self.used.into_inner()
    }

    /// A variable of the program itself, set by another line of the same file.
    fn local(&self, name: &str) -> Option<Value<'m>> {
        let raw = self.locals.get(name)?;
        let left = self.left.get().checked_sub(1)?;
        self.left.set(left);
        if self.depth.get() >= DEEP {
            return None;
        }
        self.depth.set(self.depth.get() + 1);
        let value = expand(&raw.value, raw.is_code, self);
        self.depth.set(self.depth.get() - 1);
        Some(value)
    }
}

impl<'m> Lookup<'m> for Desk<'_, '_, 'm> {
    fn variable(&self, name: &str) -> Option<Value<'m>> {
        if let Some(var) = self.environment.get(name) {
            self.used.borrow_mut().insert(name.to_string());
            return Some(value_of(&var.value));
        }
        if let Some(value) = self.local(name) {
            return Some(value);
        }
        let from = self.environment.maybe_from(name)?.from;
        let why = kube::Why::NotRendered {
            kind: from.kind,
            name: from.name,
            key: "",
            optional: from.optional,
            at: from.node,
        };
        Some(Value::unknown(Why::Kube(why), None))
    }

    fn file(&self, path: &str) -> Option<Value<'m>> {
        let Spot { shelf, workload, container } = self.spot;
        match kube::file_at(shelf.inventory, &workload.pod, container, self.environment, path) {
            FileAt::Provided { content, .. } => Some(value_of(&content)),
            FileAt::Unknown { why, .. } => Some(Value::unknown(Why::Kube(why), None)),
            _ => None,
        }
    }
}
