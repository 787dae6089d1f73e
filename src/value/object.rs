//! Go structs that templates can reach: capabilities, versions, times, certificates, chart metadata.

use super::{CallError, Heap, Signature, Value};

/// One field of a struct.
pub struct Field<'h> {
    pub name: &'static str,
    /// The key in JSON; `None` when the field is unexported or tagged `-`.
    pub json: Option<&'static str>,
    /// JSON leaves the field out when it is empty.
    pub omit_empty: bool,
    pub value: Value<'h>,
}

/// A struct with exported fields and methods.
pub trait Object<'h> {
    /// The Go type without its pointer star: `semver.Version`.
    fn type_name(&self, heap: &Heap<'h>) -> String;

    /// Whether templates hold a pointer to it (`*semver.Version`): shows in `kindOf`, `typeOf` and `%v`.
    fn is_pointer(&self) -> bool;

    /// Fields in declaration order.
    fn fields(&self, heap: &Heap<'h>) -> Vec<Field<'h>>;

    /// Fields as encoding/json sees them: those of an embedded struct stand in the struct's place.
    fn json_fields(&self, heap: &Heap<'h>) -> Vec<Field<'h>> {
        self.fields(heap)
    }

    /// One field, without making the others.
    fn field(&self, heap: &Heap<'h>, name: &str) -> Option<Value<'h>> {
        self.fields(heap).into_iter().find(|f| f.name == name).map(|f| f.value)
    }

    /// The parameters of a method, when there is one of that name.
    fn method(&self, name: &str) -> Option<&'static Signature> {
        let _ = name;
        None
    }

    /// Calls a method; arguments have been checked against its signature.
    fn call(&self, heap: &Heap<'h>, name: &str, args: &[Value<'h>]) -> Result<Value<'h>, CallError> {
        let _ = (heap, args);
        Err(CallError::failed(format!("no method {name}")))
    }

    /// What `String()` (or `Error()`) says; printing uses it in place of the fields.
    fn text(&self, heap: &Heap<'h>) -> Option<String> {
        let _ = heap;
        None
    }

    /// What `MarshalJSON` or `MarshalText` says, as the string that JSON shows.
    fn json_text(&self, heap: &Heap<'h>) -> Option<String> {
        let _ = heap;
        None
    }

    /// Whether Go's `==` finds no difference in the fields that nobody can reach; `other` is of the same type.
    fn same_inside(&self, other: &dyn Object<'h>) -> bool {
        let _ = other;
        true
    }

    /// What is left when Go copies it into an `interface{}`, if that is less: a struct that was reached through a pointer
    /// has the pointer's methods, a copy of it has not.
    fn copied(&self, heap: &Heap<'h>) -> Option<Value<'h>> {
        let _ = heap;
        None
    }

    /// The concrete type, for functions that take one (`semverCompare`, `date`); only types without borrowed parts.
    fn concrete(&self) -> Option<&dyn std::any::Any> {
        None
    }
}
