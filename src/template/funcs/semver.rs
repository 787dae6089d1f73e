//! Versions. Source: sprig semver.go; the library is `go::semver`.

use std::any::Any;
use std::cmp::Ordering;

use super::Func;
use super::args::{any, text};
use crate::go::semver::{Constraints, Error, Version};
use crate::value::{CallError, Field, Heap, Object, Signature, Ty, UintType, Value};

pub(super) const FUNCS: &[Func] = &[
    Func::new("semver", &[Ty::Str], |c, a| {
        c.heap.spend(text(a, 0).len() as u64 / 4)?;
        let version = Version::parse(text(a, 0), c.heap.dialect().semver).map_err(failed)?;
        Ok(c.heap.object(VersionObject { version, pointer: true }))
    }),
    Func::new("semverCompare", &[Ty::Str, Ty::Str], |c, a| {
        c.heap.spend(16 + text(a, 0).len() as u64 + text(a, 1).len() as u64)?;
        let release = c.heap.dialect().semver;
        let constraints = Constraints::parse(text(a, 0), release).map_err(failed)?;
        let version = Version::parse(text(a, 1), release).map_err(failed)?;
        Ok(Value::Bool(constraints.check(&version)))
    }),
];

fn failed(error: Error) -> CallError {
    CallError::failed(error.to_string())
}

/// A `*semver.Version`, or the `semver.Version` that some of its methods return.
#[derive(Debug, Clone)]
pub struct VersionObject {
    pub version: Version,
    pointer: bool,
}

const NONE: Signature = Signature { params: &[], variadic: None };
const TEXT: Signature = Signature { params: &[Ty::Str], variadic: None };
const OTHER: Signature = Signature { params: &[Ty::Object("*semver.Version")], variadic: None };

impl<'h> Object<'h> for VersionObject {
    fn type_name(&self, _: &Heap<'h>) -> String {
        "semver.Version".into()
    }

    fn is_pointer(&self) -> bool {
        self.pointer
    }

    fn fields(&self, _: &Heap<'h>) -> Vec<Field<'h>> {
        Vec::new()
    }

    fn method(&self, name: &str) -> Option<&'static Signature> {
        match name {
            "Major" | "Minor" | "Patch" | "Prerelease" | "Metadata" | "String" | "IncMajor" | "IncMinor"
            | "IncPatch" | "MarshalJSON" | "MarshalText" | "Value" => Some(&NONE),
            "SetPrerelease" | "SetMetadata" => Some(&TEXT),
            // The rest wants a pointer.
            _ if !self.pointer => None,
            "Original" => Some(&NONE),
            "LessThan" | "LessThanEqual" | "GreaterThan" | "GreaterThanEqual" | "Equal" | "Compare" => Some(&OTHER),
            _ => None,
        }
    }

    fn call(&self, heap: &Heap<'h>, name: &str, args: &[Value<'h>]) -> Result<Value<'h>, CallError> {
        let v = &self.version;
        let number = |n: u64| Ok(Value::Uint(UintType::Uint64, n));
        let next = |version: Result<Version, Error>| {
            Ok(heap.object(VersionObject { version: version.map_err(failed)?, pointer: false }))
        };
        match name {
            "Major" => number(v.major()),
            "Minor" => number(v.minor()),
            "Patch" => number(v.patch()),
            "Prerelease" => Ok(heap.str(v.prerelease())),
            "Metadata" => Ok(heap.str(v.metadata())),
            "Original" => Ok(heap.str(v.original())),
            "String" | "Value" => Ok(heap.str(v.to_string())),
            "MarshalText" => Ok(heap.bytes(v.to_string())),
            "MarshalJSON" => Ok(heap.bytes(format!("\"{v}\""))),
            "IncMajor" => next(v.inc_major()),
            "IncMinor" => next(v.inc_minor()),
            "IncPatch" => next(v.inc_patch()),
            "SetPrerelease" => next(v.with_prerelease(text(args, 0))),
            "SetMetadata" => next(v.with_metadata(text(args, 0))),
            _ => {
                let other = match any(args, 0) {
                    Value::Object(o) => o.concrete().and_then(|o| o.downcast_ref::<VersionObject>()),
                    _ => None,
                };
                let Some(other) = other else { return Err(super::panics::nil_dereference()) };
                let order = v.compare(&other.version);
                Ok(match name {
                    "LessThan" => Value::Bool(order == Ordering::Less),
                    "LessThanEqual" => Value::Bool(order != Ordering::Greater),
                    "GreaterThan" => Value::Bool(order == Ordering::Greater),
                    "GreaterThanEqual" => Value::Bool(order != Ordering::Less),
                    "Equal" => Value::Bool(order == Ordering::Equal),
                    _ => Value::int(order as i64),
                })
            }
        }
    }

    fn text(&self, _: &Heap<'h>) -> Option<String> {
        Some(self.version.to_string())
    }

    fn json_text(&self, _: &Heap<'h>) -> Option<String> {
        Some(self.version.to_string())
    }

    fn concrete(&self) -> Option<&dyn Any> {
        Some(self)
    }
}
