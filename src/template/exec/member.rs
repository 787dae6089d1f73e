//! `.name` of a value: a method, a map's key or a struct's field (`evalField`).

use bstr::BStr;

use super::call::Target;
use super::{Held, Result, Run, Trace};
use crate::template::ast::Expr;
use crate::template::methods;
use crate::template::text::At;
use crate::value::{Map, MapType, Value};

impl<'h, T: Trace<'h>> Run<'_, 'h, T> {
    pub(super) fn member(
        &mut self,
        dot: Held<'h>,
        receiver: Held<'h>,
        node: &'h Expr<'h>,
        name: &'h BStr,
        args: &'h [Expr<'h>],
        last: Option<Held<'h>>,
    ) -> Result<Held<'h>> {
        match receiver.value {
            Value::Invalid => return Ok(receiver),
            Value::Nil => return Err(self.failure(format!("nil pointer evaluating interface {{}}.{name}"))),
            _ => {}
        }
        if let Some(method) = methods::find(receiver.value, name) {
            return self.call(dot, Target::Method(method), At::Expr(node), name, args, last);
        }
        let has_args = args.len() > 1 || last.is_some();
        match receiver.value {
            Value::Map(map) => {
                if has_args {
                    return Err(self.failure(format!("{name} is not a method but has arguments")));
                }
                return Ok(entry(self.heap, map, name));
            }
            Value::Object(object) => {
                if let Some(field) = std::str::from_utf8(name).ok().and_then(|name| object.field(self.heap, name)) {
                    if !exported(name) {
                        let ty = receiver.type_name(self.heap);
                        return Err(self.failure(format!("{name} is an unexported field of struct type {ty}")));
                    }
                    if has_args {
                        return Err(self.failure(format!("{name} has arguments but cannot be invoked as function")));
                    }
                    return Ok(Held::concrete(field));
                }
            }
            _ => {}
        }
        let ty = receiver.type_name(self.heap);
        Err(self.failure(format!("can't evaluate field {name} in type {ty}")))
    }
}

/// The value of a key, or the zero value of the map's elements (`missingkey=zero`).
pub(super) fn entry<'h>(heap: &crate::value::Heap<'h>, map: &'h Map<'h>, key: &[u8]) -> Held<'h> {
    let found = map.get(heap, key);
    match map.ty() {
        MapType::Any | MapType::Values => Held::dynamic(found.unwrap_or(Value::Nil)),
        MapType::Str => Held::concrete(found.unwrap_or(Value::str(""))),
        MapType::Files => Held::concrete(found.unwrap_or(Value::Bytes(&[]))),
    }
}

/// Go exports what begins with an upper-case letter.
fn exported(name: &[u8]) -> bool {
    crate::go::utf8::decode(name).is_some_and(|rune| crate::go::unicode::is_upper(rune.char))
}
