//! What a value is. Source: sprig reflect.go.

use super::Func;
use super::args::{any, text};
use super::deep_equal::deep_equal;
use crate::value::{Ty, Value};

pub(super) const FUNCS: &[Func] = &[
    Func::new("deepEqual", &[Ty::Any, Ty::Any], |c, a| Ok(Value::Bool(deep_equal(c.heap, any(a, 0), any(a, 1))?))),
    Func::new("kindIs", &[Ty::Str, Ty::Any], |_, a| Ok(Value::Bool(text(a, 0) == any(a, 1).kind().name()))),
    Func::new("kindOf", &[Ty::Any], |_, a| Ok(Value::str(any(a, 0).kind().name()))),
    Func::new("typeIs", &[Ty::Str, Ty::Any], |c, a| {
        Ok(Value::Bool(text(a, 0) == any(a, 1).type_name(c.heap).as_str()))
    }),
    Func::new("typeIsLike", &[Ty::Str, Ty::Any], |c, a| {
        let name = any(a, 1).type_name(c.heap);
        Ok(Value::Bool(text(a, 0) == name.as_str() || name.strip_prefix('*').is_some_and(|n| text(a, 0) == n)))
    }),
    Func::new("typeOf", &[Ty::Any], |c, a| Ok(c.heap.str(any(a, 0).type_name(c.heap)))),
];
