//! Methods that values have beside their keys and fields: one file for each Go type.

mod files;
mod numbers;
mod values;
mod version_set;

use crate::go::json::{self, Escape};
use crate::value::{CallError, Heap, ListType, MapType, Object, Signature, Ty, Value};
use crate::yaml::{json_to_yaml, value_to_yaml};

/// A method with its receiver.
pub(super) enum Method<'h> {
    Own(&'static Own, Value<'h>),
    OfObject(&'h dyn Object<'h>, &'h str, &'static Signature),
}

/// A method of a type that is not an [`Object`].
pub(super) struct Own {
    name: &'static str,
    signature: Signature,
    body: for<'h> fn(&Heap<'h>, Value<'h>, &[Value<'h>]) -> Result<Value<'h>, CallError>,
}

impl Own {
    const fn new(
        name: &'static str,
        params: &'static [Ty],
        body: for<'h> fn(&Heap<'h>, Value<'h>, &[Value<'h>]) -> Result<Value<'h>, CallError>,
    ) -> Self {
        Own { name, signature: Signature { params, variadic: None }, body }
    }
}

/// The letters that names of methods begin with, as bits.
const fn initials(methods: &[Own]) -> u32 {
    let (mut bits, mut at) = (0, 0);
    while at < methods.len() {
        bits |= 1 << (methods[at].name.as_bytes()[0] - b'A');
        at += 1;
    }
    bits
}

fn begins_like_one(name: &[u8], initials: u32) -> bool {
    name.first().is_some_and(|first| first.is_ascii_uppercase() && initials >> (first - b'A') & 1 == 1)
}

/// The method of that name, when the value's type has one.
pub(super) fn find<'h>(value: Value<'h>, name: &'h [u8]) -> Option<Method<'h>> {
    let methods: &'static [Own] = match value {
        Value::Object(object) => {
            let name = std::str::from_utf8(name).ok()?;
            return object.method(name).map(|signature| Method::OfObject(object, name, signature));
        }
        Value::Map(map) => match map.ty() {
            // Asked at nearly every step of a render, about names that are keys.
            MapType::Values if !begins_like_one(name, values::INITIALS) => return None,
            MapType::Values => values::METHODS,
            MapType::Files => files::METHODS,
            MapType::Any | MapType::Str => return None,
        },
        Value::List(list) if list.ty() == ListType::VersionSet => version_set::METHODS,
        Value::Int(ty, _) => numbers::methods(ty),
        _ => return None,
    };
    methods.iter().find(|m| m.name.as_bytes() == name).map(|own| Method::Own(own, value))
}

impl<'h> Method<'h> {
    pub(super) fn signature(&self) -> &'static Signature {
        match self {
            Method::Own(own, _) => &own.signature,
            Method::OfObject(_, _, signature) => signature,
        }
    }

    /// Calls it with arguments that have been checked against its signature.
    pub(super) fn call(&self, heap: &Heap<'h>, args: &[Value<'h>]) -> Result<Value<'h>, CallError> {
        match self {
            Method::Own(own, receiver) => (own.body)(heap, *receiver, args),
            Method::OfObject(object, name, _) => object.call(heap, name, args),
        }
    }
}

/// What sigs.k8s.io/yaml marshals a value to.
fn yaml<'h>(heap: &Heap<'h>, value: Value<'h>) -> Result<Vec<u8>, CallError> {
    if let Ok(text) = value_to_yaml(heap, value) {
        return Ok(text);
    }
    let json = json::marshal(heap, value, Escape::Html)?;
    json_to_yaml(&json).map_err(|e| CallError::failed(e.to_string()))
}
