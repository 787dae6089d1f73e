//! What stands in for what is empty. Source: sprig defaults.go (its JSON functions are in `yaml_json_toml`).

use super::Func;
use super::args::{any, flag, rest};
use super::deep_copy::deep_copy;
use crate::value::{Ty, Value, truth};

pub(super) const FUNCS: &[Func] = &[
    Func::new("all", &[], |_, a| Ok(Value::Bool(a.iter().all(|v| !empty(*v))))).variadic(Ty::Any),
    Func::new("any", &[], |_, a| Ok(Value::Bool(a.iter().any(|v| !empty(*v))))).variadic(Ty::Any),
    Func::new("coalesce", &[], |_, a| Ok(a.iter().copied().find(|v| !empty(*v)).unwrap_or(Value::Nil)))
        .variadic(Ty::Any),
    Func::new("deepCopy", &[Ty::Any], |c, a| deep_copy(c.heap, any(a, 0))),
    Func::new("default", &[Ty::Any], |_, a| match rest(a, 1) {
        [given, ..] if !empty(*given) => Ok(*given),
        _ => Ok(any(a, 0)),
    })
    .variadic(Ty::Any),
    Func::new("empty", &[Ty::Any], |_, a| Ok(Value::Bool(empty(any(a, 0))))),
    Func::new("mustDeepCopy", &[Ty::Any], |c, a| deep_copy(c.heap, any(a, 0))),
    Func::new("ternary", &[Ty::Any, Ty::Any, Ty::Bool], |_, a| Ok(any(a, if flag(a, 2) { 0 } else { 1 }))),
];

/// Sprig's `empty`: the opposite of Go's truth; a struct or a pointer to one is never empty.
pub(super) fn empty(value: Value<'_>) -> bool {
    !truth(value)
}
