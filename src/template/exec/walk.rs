//! Nodes: text, actions and control structures.

use super::{Held, Result, Run, Site, Trace, Way};
use crate::go::{fmt, strconv};
use crate::template::ast::{Branch, Invocation, List, Node, NodeKind, Pipe, Target};
use crate::template::text::At;
use crate::value::{ListType, MapType, UintType, Value, truth};

/// `maxExecDepth` of text/template.
const MAX_DEPTH: u32 = 100_000;

/// How a list came to its end.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Flow {
    Next,
    Break,
    Continue,
}

impl<'h, T: Trace<'h>> Run<'_, 'h, T> {
    pub(super) fn list(&mut self, dot: Held<'h>, nodes: List<'h>) -> Result<Flow> {
        self.stack.check().map_err(|e| self.exhausted(e))?;
        for node in nodes {
            let flow = self.node(dot, node)?;
            if flow != Flow::Next {
                return Ok(flow);
            }
        }
        Ok(Flow::Next)
    }

    fn node(&mut self, dot: Held<'h>, node: &'h Node<'h>) -> Result<Flow> {
        self.spend(1)?;
        self.at(At::Node(node));
        match node.kind {
            NodeKind::Text(text) => {
                self.write(text)?;
                self.tell_text(text);
            }
            NodeKind::Action(pipe) => self.action(dot, node, pipe)?,
            NodeKind::If(branch) => return self.if_or_with(dot, branch, false),
            NodeKind::With(branch) => return self.if_or_with(dot, branch, true),
            NodeKind::Range(branch) => return self.range(dot, branch),
            NodeKind::Template(invocation) => self.template(dot, invocation)?,
            NodeKind::Break => return Ok(Flow::Break),
            NodeKind::Continue => return Ok(Flow::Continue),
            NodeKind::Forget(slots) => {
                for slot in slots {
                    self.set_slot(*slot, None);
                }
            }
        }
        Ok(Flow::Next)
    }

    fn write(&mut self, text: &[u8]) -> Result<()> {
        self.heap.budget().take_bytes(text.len()).map_err(|e| self.exhausted(e))?;
        self.out.extend_from_slice(text);
        Ok(())
    }

    fn action(&mut self, dot: Held<'h>, node: &'h Node<'h>, pipe: &'h Pipe<'h>) -> Result<()> {
        let value = self.pipeline(dot, pipe)?;
        if !pipe.targets.is_empty() {
            return Ok(());
        }
        self.at(At::Node(node));
        let before = self.out.len();
        if let Value::Str(text) = value.value {
            self.write(text)?;
            self.tell(before, At::Node(node));
            return Ok(());
        }
        fmt::print_value(self.heap, value.value, &mut self.out).map_err(|e| self.exhausted(e))?;
        self.tell(before, At::Node(node));
        let written = self.out.len() - before;
        self.heap.budget().take_bytes(written).map_err(|e| self.exhausted(e))
    }

    fn if_or_with(&mut self, dot: Held<'h>, branch: &'h Branch<'h>, with: bool) -> Result<Flow> {
        let value = self.pipeline(dot, branch.pipe)?;
        let is_true = truth(value.value);
        self.tell_way(branch.pipe.pos, if is_true { Way::Body } else { Way::Else });
        if is_true {
            self.list(if with { value } else { dot }, branch.list)
        } else if let Some(otherwise) = branch.otherwise {
            self.list(dot, otherwise)
        } else {
            Ok(Flow::Next)
        }
    }

    fn range(&mut self, dot: Held<'h>, branch: &'h Branch<'h>) -> Result<Flow> {
        let value = self.pipeline(dot, branch.pipe)?.value;
        let ran = match value {
            Value::Int(ty, end) if self.heap.dialect().ranges_over_integers => {
                self.one_variable(branch, value)?;
                self.count(branch, end, |n| Value::Int(ty, n))?
            }
            Value::Uint(ty, end) if self.heap.dialect().ranges_over_integers => {
                self.one_variable(branch, value)?;
                // More than i64 can count never ends anyway.
                self.count(branch, i64::try_from(end).unwrap_or(i64::MAX), |n| Value::Uint(ty, n as u64))?
            }
            Value::List(list) => {
                let dynamic = list.ty() == ListType::Any;
                let items = list.items(self.heap);
                for (i, value) in items.iter().enumerate() {
                    let element = Held { value: *value, dynamic };
                    if self.iteration(branch, Value::int(i as i64), element)? == Flow::Break {
                        break;
                    }
                }
                !items.is_empty()
            }
            Value::Bytes(bytes) => {
                for (i, b) in bytes.iter().enumerate() {
                    let element = Held::concrete(Value::Uint(UintType::Uint8, u64::from(*b)));
                    if self.iteration(branch, Value::int(i as i64), element)? == Flow::Break {
                        break;
                    }
                }
                !bytes.is_empty()
            }
            Value::Map(map) => {
                let dynamic = matches!(map.ty(), MapType::Any | MapType::Values);
                let entries = map.entries(self.heap);
                for (key, value) in &entries {
                    let element = Held { value: *value, dynamic };
                    if self.iteration(branch, Value::Str(key), element)? == Flow::Break {
                        break;
                    }
                }
                !entries.is_empty()
            }
            Value::Invalid | Value::Nil => false,
            other => {
                let mut shown = Vec::new();
                fmt::print_value(self.heap, other, &mut shown).map_err(|e| self.exhausted(e))?;
                let shown = String::from_utf8_lossy(&shown);
                return Err(self.failure(format!("range can't iterate over {shown}")));
            }
        };
        if !ran {
            self.tell_way(branch.pipe.pos, Way::Else);
        }
        match branch.otherwise {
            // A break in the else branch is taken for one of this loop, a continue for one of the outer.
            Some(otherwise) if !ran => match self.list(dot, otherwise)? {
                Flow::Break => Ok(Flow::Next),
                flow => Ok(flow),
            },
            _ => Ok(Flow::Next),
        }
    }

    fn one_variable(&self, branch: &Branch<'h>, value: Value<'h>) -> Result<()> {
        let (Value::Int(..) | Value::Uint(..)) = value else { return Ok(()) };
        if branch.pipe.targets.len() < 2 {
            return Ok(());
        }
        let mut shown = Vec::new();
        fmt::print_value(self.heap, value, &mut shown).map_err(|e| self.exhausted(e))?;
        let shown = String::from_utf8_lossy(&shown);
        Err(self.failure(format!("can't use {shown} to iterate over more than one variable")))
    }

    fn count(&mut self, branch: &'h Branch<'h>, end: i64, value: impl Fn(i64) -> Value<'h>) -> Result<bool> {
        for n in 0..end {
            if self.iteration(branch, Value::Invalid, Held::concrete(value(n)))? == Flow::Break {
                break;
            }
        }
        Ok(end > 0)
    }

    fn iteration(&mut self, branch: &'h Branch<'h>, index: Value<'h>, element: Held<'h>) -> Result<Flow> {
        self.spend(1)?;
        self.tell_way(branch.pipe.pos, Way::Body);
        match branch.pipe.targets {
            [] => {}
            [one] => self.set_target(branch.pipe, one, element)?,
            [first, second, ..] => {
                self.set_target(branch.pipe, first, Held::concrete(index))?;
                self.set_target(branch.pipe, second, element)?;
            }
        }
        self.list(element, branch.list)
    }

    fn template(&mut self, dot: Held<'h>, invocation: &'h Invocation<'h>) -> Result<()> {
        let Some(template) = self.lookup(invocation.name) else {
            let name = strconv::quote(invocation.name);
            return Err(self.failure(format!("template {name} not defined")));
        };
        let (depth, scope) = self.frame.map_or((0, None), |f| (f.depth, f.scope));
        if depth == MAX_DEPTH {
            return Err(self.failure(format!("exceeded maximum template depth ({MAX_DEPTH})")));
        }
        let dot = match invocation.pipe {
            Some(pipe) => self.pipeline(dot, pipe)?,
            None => Held::concrete(Value::Invalid),
        };
        if T::ON
            && let Some(frame) = self.frame
        {
            let pos = frame.at.map_or(0, At::pos);
            self.trace.enter(Site { source: frame.template.source, pos });
        }
        let done = self.invoke(template, dot, depth + 1, scope);
        if T::ON {
            self.trace.leave();
        }
        done
    }

    /// Declares or assigns.
    pub(super) fn set_target(&mut self, pipe: &Pipe<'h>, target: &Target<'h>, value: Held<'h>) -> Result<()> {
        let slot = if pipe.assigns { self.defined(target.slots) } else { target.slots.first().copied() };
        match slot {
            Some(slot) => self.set_slot(slot, Some(value)),
            None => return Err(self.failure(format!("undefined variable: {}", target.name))),
        }
        Ok(())
    }

    /// The first slot that holds something.
    pub(super) fn defined(&self, slots: &[u32]) -> Option<u32> {
        slots.iter().copied().find(|slot| self.slot(*slot).is_some())
    }

    pub(super) fn slot(&self, slot: u32) -> Option<Held<'h>> {
        let base = self.frame.map_or(0, |f| f.base);
        self.vars.get(base + slot as usize).copied().flatten()
    }

    fn set_slot(&mut self, slot: u32, value: Option<Held<'h>>) {
        let base = self.frame.map_or(0, |f| f.base);
        if let Some(variable) = self.vars.get_mut(base + slot as usize) {
            *variable = value;
        }
    }
}
