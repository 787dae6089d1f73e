//! Calls: arguments are counted, evaluated, checked against the signature and passed (`evalCall`).

use bstr::BStr;

use super::{Held, Result, Run, Trace, Way};
use crate::template::ast::{Expr, Function};
use crate::template::builtins;
use crate::template::callee::{Builtin, Callee};
use crate::template::error::{Cause, ExecError};
use crate::template::funcs::Call;
use crate::template::methods::Method;
use crate::template::text::At;
use crate::value::{CallError, Heap, IntType, ListType, MapType, Signature, Ty, UintType, Value, truth};
use crate::world::Site;

/// What is called.
pub(super) enum Target<'h> {
    Function(Callee),
    Method(Method<'h>),
}

impl Target<'_> {
    fn signature(&self) -> &'static Signature {
        match self {
            Target::Function(callee) => callee.signature(),
            Target::Method(method) => method.signature(),
        }
    }
}

/// Why a call gave nothing: its own error, or that of a template that it rendered.
pub(super) enum Failure {
    Call(CallError),
    Nested(Box<ExecError>),
}

impl From<CallError> for Failure {
    fn from(e: CallError) -> Self {
        Failure::Call(e)
    }
}

impl From<Box<ExecError>> for Failure {
    fn from(e: Box<ExecError>) -> Self {
        Failure::Nested(e)
    }
}

impl<'h, T: Trace<'h>> Run<'_, 'h, T> {
    pub(super) fn function(
        &mut self,
        dot: Held<'h>,
        function: &'h Function<'h>,
        node: At<'h>,
        args: &'h [Expr<'h>],
        last: Option<Held<'h>>,
    ) -> Result<Held<'h>> {
        if let Callee::Builtin(builtin @ (Builtin::And | Builtin::Or)) = function.callee {
            return self.short_circuit(dot, builtin == Builtin::Or, function.name, args, last);
        }
        self.call(dot, Target::Function(function.callee), node, function.name, args, last)
    }

    /// Calls with the arguments after the first of `args` (which is the function itself) and the pipeline's last value.
    /// `node` is where an error of the function stands.
    pub(super) fn call(
        &mut self,
        dot: Held<'h>,
        target: Target<'h>,
        node: At<'h>,
        name: &'h BStr,
        args: &'h [Expr<'h>],
        last: Option<Held<'h>>,
    ) -> Result<Held<'h>> {
        let args = args.get(1..).unwrap_or_default();
        let signature = target.signature();
        self.check_count(signature, name, args.len(), last.is_some())?;
        self.spend(1)?;

        let base = self.args.len();
        for (i, arg) in args.iter().enumerate() {
            let value = self.argument(dot, parameter(signature, i), arg)?;
            self.args.push(value);
        }
        if let Some(last) = last {
            let value = self.validate(last, parameter(signature, args.len()))?;
            self.args.push(value);
        }
        let result = match target {
            Target::Function(Callee::Func(func)) => {
                let site = self.site(node);
                let call = Call { heap: self.heap, visit: self.visit, site, memo: &self.memo };
                (func.body)(&call, &self.args[base..]).map_err(Failure::Call)
            }
            Target::Function(Callee::Builtin(builtin)) => self.builtin(builtin, args, base),
            Target::Method(method) => method.call(self.heap, &self.args[base..]).map_err(Failure::Call),
        };
        self.args.truncate(base);
        match result {
            Ok(value) => Ok(Held::concrete(value)),
            Err(failure) => Err(self.call_failed(failure, node, name)),
        }
    }

    fn check_count(&self, signature: &Signature, name: &BStr, args: usize, piped: bool) -> Result<()> {
        let fixed = signature.params.len();
        let given = args + usize::from(piped);
        if signature.variadic.is_some() {
            if given < fixed {
                let message = format!("wrong number of args for {name}: want at least {fixed} got {args}");
                return Err(self.failure(message));
            }
        } else if given != fixed {
            return Err(self.failure(format!("wrong number of args for {name}: want {fixed} got {given}")));
        }
        Ok(())
    }

    #[cold]
    fn call_failed(&mut self, failure: Failure, node: At<'h>, name: &'h BStr) -> Box<ExecError> {
        self.at(node);
        match failure {
            Failure::Call(CallError::Exhausted(e)) => self.exhausted(e),
            Failure::Call(CallError::Failed(message)) => {
                let error = ExecError { cause: Cause::Failed(message), levels: Vec::new() };
                Box::new(error).within(self.level(Some(name)))
            }
            Failure::Nested(error) => error.within(self.level(Some(name))),
        }
    }

    fn site(&self, node: At<'h>) -> Site {
        Site { template: self.frame.map_or(0, |f| f.template.source.id), offset: node.pos() }
    }

    /// `and` and `or` evaluate no more than they need.
    fn short_circuit(
        &mut self,
        dot: Held<'h>,
        or: bool,
        name: &'h BStr,
        args: &'h [Expr<'h>],
        last: Option<Held<'h>>,
    ) -> Result<Held<'h>> {
        let pos = args.first().map_or(0, |name| name.pos);
        let args = args.get(1..).unwrap_or_default();
        if args.is_empty() && last.is_none() {
            return Err(self.failure(format!("wrong number of args for {name}: want at least 1 got 0")));
        }
        self.spend(1)?;
        let mut value = Value::Invalid;
        for (n, arg) in args.iter().enumerate() {
            value = self.argument(dot, Ty::Reflect, arg)?;
            if truth(value) == or {
                let is_last = n + 1 == args.len() && last.is_none();
                self.tell_way(pos, if is_last { Way::Whole } else { Way::Short });
                return Ok(Held::concrete(value));
            }
        }
        self.tell_way(pos, Way::Whole);
        Ok(Held::concrete(last.map_or(value, |last| last.value)))
    }

    /// Functions that need what only the executor has; the others are plain functions of their arguments.
    fn builtin(
        &mut self,
        builtin: Builtin,
        args: &'h [Expr<'h>],
        base: usize,
    ) -> std::result::Result<Value<'h>, Failure> {
        let values = &self.args[base..];
        match (builtin, values) {
            (Builtin::Include, [Value::Str(name), data]) => {
                let (name, data) = (*name, *data);
                self.include(name, data)
            }
            (Builtin::Tpl, [Value::Str(text), data]) => {
                let (text, data) = (*text, *data);
                self.tpl(text, data)
            }
            (Builtin::Call, [function, ..]) => {
                let name = args.first().map_or_else(|| callee_name(*function, self.heap), |arg| At::Expr(arg).text());
                Err(builtins::call(self.heap, &name, *function).into())
            }
            (Builtin::Lookup, values) => builtins::lookup(self.heap, self.visit, values).map_err(Failure::Call),
            _ => builtins::run(builtin, self.heap, values).map_err(Failure::Call),
        }
    }
}

/// How `call` names a function that came through the pipeline (`reflect.Value.String`).
fn callee_name<'h>(function: Value<'h>, heap: &Heap<'h>) -> String {
    match function {
        Value::Str(text) => text.to_string(),
        Value::Invalid | Value::Nil => "<invalid Value>".into(),
        other => format!("<{} Value>", other.type_name(heap)),
    }
}

/// The type of the parameter at an index; the count has been checked.
#[inline]
fn parameter(signature: &Signature, index: usize) -> Ty {
    signature.params.get(index).copied().or(signature.variadic).unwrap_or(Ty::Any)
}

/// `reflect.Type.AssignableTo`, and one dereference of a pointer.
pub(super) fn assignable<'h>(value: Value<'h>, ty: Ty, heap: &Heap<'h>) -> bool {
    match (ty, value) {
        (Ty::Any | Ty::Reflect, _) => true,
        (Ty::Bool, Value::Bool(_)) => true,
        (Ty::Int, Value::Int(IntType::Int, _)) => true,
        (Ty::Int64, Value::Int(IntType::Int64, _)) => true,
        (Ty::Duration, Value::Int(IntType::Duration, _)) => true,
        (Ty::Uint8, Value::Uint(UintType::Uint8, _)) => true,
        (Ty::Uint32, Value::Uint(UintType::Uint32, _)) => true,
        (Ty::Float64, Value::Float(_)) => true,
        (Ty::Str, Value::Str(_)) => true,
        (Ty::Bytes, Value::Bytes(_)) => true,
        (Ty::MapAny, Value::Map(map)) => matches!(map.ty(), MapType::Any | MapType::Values),
        (Ty::MapStr, Value::Map(map)) => map.ty() == MapType::Str,
        (Ty::ListAny, Value::List(list)) => list.ty() == ListType::Any,
        (Ty::ListStr, Value::List(list)) => matches!(list.ty(), ListType::Str | ListType::VersionSet),
        (Ty::Object(name), Value::Object(object)) => {
            let pointed = object.type_name(heap);
            pointed == name || object.is_pointer() && name.strip_prefix('*') == Some(&pointed)
        }
        _ => false,
    }
}
