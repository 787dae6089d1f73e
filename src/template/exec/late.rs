//! `include` and `tpl`: functions that render (pkg/engine `includeFun`, `tplFun`).

use bstr::BStr;
use memchr::memmem;

use super::call::Failure;
use super::{Named, Run, Scope, Trace, no_template};
use crate::go::strconv;
use crate::template::ast::Source;
use crate::template::error::{Cause, ExecError, Level, parse_error_text};
use crate::template::parse::{Definitions, ParseError, parse};
use crate::value::{CallError, Value};

/// `recursionMaxNums`
const MAX_NESTING: u32 = 1000;

type Result<T> = std::result::Result<T, Failure>;

impl<'h, T: Trace<'h>> Run<'_, 'h, T> {
    pub(super) fn include(&mut self, name: &'h BStr, data: Value<'h>) -> Result<Value<'h>> {
        // A frame, a buffer and a copy.
        self.heap.spend(16).map_err(CallError::from)?;
        let at = match self.names.get(name) {
            Some(at) => *at,
            None => {
                self.named.push(Named { template: self.program.template(name), nested: 0 });
                self.names.insert(name, self.named.len() - 1);
                self.named.len() - 1
            }
        };
        let Named { template, nested } = self.named[at];
        if nested > MAX_NESTING {
            return Err(CallError::failed(format!(
                "rendering template has a nested reference name: {name}: unable to execute template"
            ))
            .into());
        }
        let Some(template) = self.lookup_in_scope(name).or(template) else {
            return Err(CallError::failed(no_template(name)).into());
        };
        self.named[at].nested += 1;
        let scope = self.frame.and_then(|f| f.scope);
        let result = self.rendered(template, data, scope);
        self.named[at].nested -= 1;
        let text = result?;
        let value = self.heap.str(&text);
        self.spare.push(text);
        Ok(value)
    }

    pub(super) fn tpl(&mut self, text: &'h BStr, data: Value<'h>) -> Result<Value<'h>> {
        if memmem::find(text, b"{{").is_none() {
            return Ok(if self.no_value.find(text).is_none() { Value::Str(text) } else { self.without_no_value(text) });
        }
        let definitions = self.parse_text(text)?;
        let scope = self.frame.and_then(|f| f.scope);
        // Templates of the text hide those outside, unless they are empty.
        let known: Vec<_> =
            definitions.iter().copied().filter(|t| !(t.empty && self.lookup(t.name).is_some())).collect();
        let inner: &'h Scope<'h> =
            self.heap.arena().alloc(Scope { outer: scope, templates: self.heap.arena().alloc_slice_copy(&known) });
        let Some(main) = definitions.iter().find(|t| t.name == t.source.name) else {
            return Ok(Value::str(""));
        };
        match self.rendered(main, data, Some(inner)) {
            Ok(out) => {
                let value = self.without_no_value(&out);
                self.spare.push(out);
                Ok(value)
            }
            Err(e) => {
                let quoted = strconv::quote(text);
                Err(e.within(Level::Said(format!("error during tpl function execution for {quoted}"))).into())
            }
        }
    }

    fn parse_text(&mut self, text: &'h BStr) -> Result<Definitions<'h>> {
        if let Some(known) = self.parsed.get(text) {
            return Ok(known);
        }
        let arena = self.heap.arena();
        self.heap.reserve(text.len()).map_err(CallError::Exhausted)?;
        let source: &'h Source<'h> = arena.alloc(Source::text(text));
        let parsed =
            parse(source, arena, self.heap.max_bytes(), self.program.dialect(), self.stack).map_err(|e| match *e {
                ParseError::Exhausted(e) => Failure::Call(CallError::Exhausted(e)),
                syntax => {
                    let cause = Cause::Failed(parse_error_text(source.name, &syntax));
                    let quoted = strconv::quote(text);
                    let said = Level::Said(format!("cannot parse template {quoted}"));
                    Failure::Nested(Box::new(ExecError { cause, levels: Vec::new() }).within(said))
                }
            })?;
        self.parsed.insert(text, parsed);
        Ok(parsed)
    }

    fn without_no_value(&self, text: &[u8]) -> Value<'h> {
        let mut out = Vec::new();
        self.erase_no_value(text, &mut out);
        self.heap.str(&out)
    }
}
