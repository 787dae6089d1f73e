//! Runs a program (text/template/exec.go, as pkg/engine of Helm drives it): data in, bytes out.
//!
//! One [`Run`] is one render: all files of a chart, one after the other, with what they share. The place of an error is
//! the node last visited, as in Go; so every function here marks what Go marks, and nothing else.

mod call;
mod eval;
mod late;
mod member;
#[cfg(test)]
mod tests;
mod trace;
mod walk;

pub use trace::{NoTrace, Recorder, Site, Span, Trace, Way};

use std::collections::HashMap;

use bstr::BStr;
use foldhash::fast::RandomState;
use memchr::memmem;

use super::ast::Template;
use super::error::{Cause, ExecError, Level};
use super::funcs::Memo;
use super::parse::Definitions;
use super::program::Program;
use super::text::At;
use crate::diagnostic::Place;
use crate::limits::{Exhausted, Stack};
use crate::value::{Heap, Value};
use crate::world::Visit;

type Result<T> = std::result::Result<T, Box<ExecError>>;

/// A value with what its variable's static type would be: values out of an `interface {}` answer to that name in errors.
#[derive(Clone, Copy)]
struct Held<'h> {
    value: Value<'h>,
    /// Held in an `interface {}` that nobody has opened yet.
    dynamic: bool,
}

impl<'h> Held<'h> {
    fn concrete(value: Value<'h>) -> Self {
        Held { value, dynamic: false }
    }

    fn dynamic(value: Value<'h>) -> Self {
        Held { value, dynamic: true }
    }

    /// What is inside the interface; nothing, when it is nil.
    fn opened(self) -> Self {
        match self.value {
            Value::Nil => Held::concrete(Value::Invalid),
            value => Held::concrete(value),
        }
    }

    fn type_name(self, heap: &Heap<'h>) -> String {
        match self.value {
            Value::Nil => "interface {}".into(),
            _ if self.dynamic => "interface {}".into(),
            value => value.type_name(heap),
        }
    }
}

/// One render.
pub struct Run<'r, 'h, T = NoTrace> {
    program: &'r Program<'h>,
    heap: &'r Heap<'h>,
    visit: &'r Visit<'r>,
    stack: Stack,
    frame: Option<Frame<'h>>,
    /// The variables of all frames.
    vars: Vec<Option<Held<'h>>>,
    /// Arguments of all calls under way.
    args: Vec<Value<'h>>,
    out: Vec<u8>,
    /// Buffers for includes to come.
    spare: Vec<Vec<u8>>,
    /// Names that have been included, each with its place in `named`: one look-up a call.
    names: HashMap<&'h BStr, usize, RandomState>,
    named: Vec<Named<'h>>,
    /// Texts that `tpl` has been given.
    parsed: HashMap<&'h BStr, Definitions<'h>, RandomState>,
    memo: Memo,
    /// Looks for [`NO_VALUE`].
    no_value: memmem::Finder<'static>,
    trace: T,
}

/// A name that `include` was given.
#[derive(Clone, Copy)]
struct Named<'h> {
    /// What it means outside of any `tpl`.
    template: Option<&'h Template<'h>>,
    /// How often it is being included right now.
    nested: u32,
}

/// A template being executed.
#[derive(Clone, Copy)]
struct Frame<'h> {
    template: &'h Template<'h>,
    at: Option<At<'h>>,
    /// Where its variables begin.
    base: usize,
    /// Nesting of `{{template}}`.
    depth: u32,
    scope: Option<&'h Scope<'h>>,
}

/// Templates that only exist inside of a call of `tpl`.
struct Scope<'h> {
    outer: Option<&'h Scope<'h>>,
    templates: &'h [&'h Template<'h>],
}

impl<'r, 'h> Run<'r, 'h> {
    /// Starts a render. `stack` is what the current thread has left.
    pub fn new(program: &'r Program<'h>, heap: &'r Heap<'h>, visit: &'r Visit<'r>, stack: Stack) -> Self {
        Run::traced(program, heap, visit, stack, NoTrace)
    }
}

impl<'r, 'h, T: Trace<'h>> Run<'r, 'h, T> {
    /// [`Run::new`] of a render that is watched.
    pub fn traced(program: &'r Program<'h>, heap: &'r Heap<'h>, visit: &'r Visit<'r>, stack: Stack, trace: T) -> Self {
        Run {
            program,
            heap,
            visit,
            stack,
            frame: None,
            vars: Vec::new(),
            args: Vec::new(),
            out: Vec::new(),
            spare: Vec::new(),
            names: HashMap::default(),
            named: Vec::new(),
            parsed: HashMap::default(),
            memo: Memo::default(),
            no_value: memmem::Finder::new(NO_VALUE),
            trace,
        }
    }

    /// Renders one file, by its template's name, and appends what it says to `out`. Gives the places of `out` at which a
    /// missing value was printed and erased.
    pub fn file(&mut self, name: &BStr, data: Value<'h>, out: &mut Vec<u8>) -> Result<Vec<usize>> {
        let Some(template) = self.program.template(name) else {
            let message = no_template(name);
            return Err(Box::new(ExecError { cause: Cause::Failed(message), levels: Vec::new() }));
        };
        self.vars.clear();
        self.args.clear();
        self.frame = None;
        let text = self.rendered(template, data, None)?;
        // Helm erases what Go prints for a missing value, wherever it comes from.
        let erased = self.erase_no_value(&text, out);
        self.spare.push(text);
        Ok(erased)
    }

    /// Executes a template from its beginning, as `Template.Execute` does, into a buffer of its own.
    fn rendered(
        &mut self,
        template: &'h Template<'h>,
        data: Value<'h>,
        scope: Option<&'h Scope<'h>>,
    ) -> Result<Vec<u8>> {
        let mut buffer = self.spare.pop().unwrap_or_default();
        buffer.clear();
        std::mem::swap(&mut self.out, &mut buffer);
        if T::ON {
            self.trace.open();
        }
        let done = self.invoke(template, Held::concrete(data).opened(), 0, scope);
        std::mem::swap(&mut self.out, &mut buffer);
        if T::ON {
            self.trace.close(&buffer);
        }
        done.map(|()| buffer)
    }

    /// Walks a template in a frame of its own.
    fn invoke(
        &mut self,
        template: &'h Template<'h>,
        dot: Held<'h>,
        depth: u32,
        scope: Option<&'h Scope<'h>>,
    ) -> Result<()> {
        if T::ON {
            self.trace.begun(template);
        }
        let base = self.vars.len();
        self.vars.resize(base + template.slots as usize, None);
        self.vars[base] = Some(dot);
        let outer = self.frame.replace(Frame { template, at: None, base, depth, scope });
        let done = self.list(dot, template.root);
        self.frame = outer;
        self.vars.truncate(base);
        done.map(|_| ())
    }

    /// Whoever watches.
    pub fn trace(&mut self) -> &mut T {
        &mut self.trace
    }

    /// Tells whoever watches what an action has printed from `from` on.
    #[inline]
    fn tell(&mut self, from: usize, node: At<'h>) {
        if T::ON
            && let Some(frame) = self.frame
        {
            let by = Site { source: frame.template.source, pos: node.pos() };
            self.trace.printed(from, self.out.get(from..).unwrap_or_default(), by);
        }
    }

    /// The same for text of the template itself.
    #[inline]
    fn tell_text(&mut self, text: &'h [u8]) {
        if T::ON
            && let Some(frame) = self.frame
        {
            let source = frame.template.source;
            let pos = (text.as_ptr() as usize).saturating_sub(source.text.as_ptr() as usize);
            let by = Site { source, pos: u32::try_from(pos).unwrap_or(u32::MAX) };
            self.trace.copied(self.out.len() - text.len(), text, by);
        }
    }

    /// Tells whoever watches where a branch went.
    #[inline]
    fn tell_way(&mut self, pos: u32, way: Way) {
        if T::ON
            && let Some(frame) = self.frame
        {
            self.trace.went(Site { source: frame.template.source, pos }, way);
        }
    }

    /// The template that a name means here.
    fn lookup(&self, name: &[u8]) -> Option<&'h Template<'h>> {
        self.lookup_in_scope(name).or_else(|| self.program.template(name))
    }

    /// The template that a name means inside of the calls of `tpl` that are under way.
    fn lookup_in_scope(&self, name: &[u8]) -> Option<&'h Template<'h>> {
        let mut scope = self.frame.and_then(|f| f.scope);
        while let Some(inner) = scope {
            if let Some(template) = inner.templates.iter().find(|t| t.name == name) {
                return Some(template);
            }
            scope = inner.outer;
        }
        None
    }

    /// Marks the node that is visited.
    #[inline]
    fn at(&mut self, at: At<'h>) {
        if let Some(frame) = &mut self.frame {
            frame.at = Some(at);
        }
    }

    /// An error of the executor, at the node last visited.
    #[cold]
    fn failure(&self, message: impl Into<String>) -> Box<ExecError> {
        Box::new(ExecError { cause: Cause::Failed(message.into()), levels: Vec::new() }).within(self.level(None))
    }

    #[cold]
    fn exhausted(&self, e: Exhausted) -> Box<ExecError> {
        Box::new(ExecError { cause: Cause::Exhausted(e), levels: Vec::new() }).within(self.level(None))
    }

    #[inline]
    fn spend(&self, n: u64) -> Result<()> {
        self.heap.spend(n).map_err(|e| self.exhausted(e))
    }

    /// Copies a text without what Go prints for a missing value; gives the places of `out` at which that stood.
    fn erase_no_value(&self, text: &[u8], out: &mut Vec<u8>) -> Vec<usize> {
        let mut from = 0;
        let mut erased = Vec::new();
        for at in self.no_value.find_iter(text) {
            out.extend_from_slice(&text[from..at]);
            erased.push(out.len());
            from = at + NO_VALUE.len();
        }
        out.extend_from_slice(&text[from..]);
        erased
    }

    /// The current place, as a level around an error.
    fn level(&self, calling: Option<&BStr>) -> Level {
        let calling = calling.map(BStr::to_string);
        let Some(Frame { template, at, .. }) = self.frame else {
            return Level::Said(String::new());
        };
        let pos = at.map_or(0, At::pos) as usize;
        let before = template.source.text.get(..pos).unwrap_or_default();
        let line = 1 + memchr::memchr_iter(b'\n', before).count();
        let column = pos - memchr::memrchr(b'\n', before).map_or(0, |newline| newline + 1);
        Level::Executing {
            place: Place::at(template.source.name.to_string(), line as u32, column as u32),
            template: template.name.to_string(),
            node: at.map_or_else(String::new, At::text),
            calling,
        }
    }
}

fn no_template(name: &BStr) -> String {
    format!("template: no template {} associated with template \"gotpl\"", crate::go::strconv::quote(name))
}

const NO_VALUE: &[u8] = b"<no value>";
