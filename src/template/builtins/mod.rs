//! Functions of text/template itself (text/template/funcs.go), and Helm's that need nothing of the executor but its words.

mod compare;
mod escape;
mod index;
mod lookup;

use super::callee::Builtin;
use super::error::warn;
use crate::go::fmt;
use crate::value::{CallError, Heap, Value, truth};

pub(super) use lookup::lookup;

type Result<T> = std::result::Result<T, CallError>;

/// Runs a function whose arguments have been checked against its signature.
pub(super) fn run<'h>(builtin: Builtin, heap: &Heap<'h>, args: &[Value<'h>]) -> Result<Value<'h>> {
    let nothing = Value::Invalid;
    let (first, rest) = args.split_first().unwrap_or((&nothing, &[]));
    let second = rest.first().unwrap_or(&nothing);
    match builtin {
        Builtin::Eq => compare::eq(heap, *first, rest).map(Value::Bool),
        Builtin::Ne => compare::eq(heap, *first, &[*second]).map(|equal| Value::Bool(!equal)),
        Builtin::Lt => compare::lt(heap, *first, *second).map(Value::Bool),
        Builtin::Le => compare::le(heap, *first, *second).map(Value::Bool),
        Builtin::Gt => compare::le(heap, *first, *second).map(|le| Value::Bool(!le)),
        Builtin::Ge => compare::lt(heap, *first, *second).map(|lt| Value::Bool(!lt)),
        Builtin::Index => index::index(heap, *first, rest),
        Builtin::Len => index::len(heap, *first),
        Builtin::Not => Ok(Value::Bool(!truth(*first))),
        Builtin::Print => Ok(heap.str(fmt::sprint(heap, args)?)),
        Builtin::Println => Ok(heap.str(fmt::sprintln(heap, args)?)),
        Builtin::Printf => {
            let format = first.as_str().unwrap_or_default();
            Ok(heap.str(fmt::sprintf(heap, format, rest)?))
        }
        Builtin::Html => escape::html(heap, args),
        Builtin::Js => escape::js(heap, args),
        Builtin::Urlquery => escape::urlquery(heap, args),
        Builtin::Required => match second {
            Value::Invalid | Value::Nil => Err(CallError::failed(warn(&text(*first)))),
            Value::Str(s) if s.is_empty() => Err(CallError::failed(warn(&text(*first)))),
            value => Ok(*value),
        },
        Builtin::Fail => Err(CallError::failed(warn(&text(*first)))),
        // Helm asks no name server unless it is told to.
        Builtin::GetHostByName => Ok(Value::str("")),
        // The executor has them.
        Builtin::And | Builtin::Or | Builtin::Call | Builtin::Include | Builtin::Tpl | Builtin::Lookup => {
            Ok(Value::Invalid)
        }
    }
}

/// `call` of a value: no template can get hold of a function, so it only fails.
pub(super) fn call<'h>(heap: &Heap<'h>, name: &str, function: Value<'h>) -> CallError {
    match function {
        Value::Invalid | Value::Nil => CallError::failed("call of nil"),
        value if !heap.dialect().names_what_is_called => {
            CallError::failed(format!("non-function of type {}", value.type_name(heap)))
        }
        value => CallError::failed(format!("non-function {name} of type {}", value.type_name(heap))),
    }
}

fn text(value: Value<'_>) -> String {
    value.as_str().map(|s| s.to_string()).unwrap_or_default()
}
