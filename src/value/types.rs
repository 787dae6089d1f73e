//! Go's names: kinds (`kindOf`) and types (`typeOf`, `%T`, error texts).

use super::{Heap, ListType, MapType, Value};

/// Signed integers, the named ones included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IntType {
    Int,
    Int32,
    Int64,
    /// `time.Duration`, nanoseconds.
    Duration,
    /// `time.Month`, from 1.
    Month,
    /// `time.Weekday`, from 0 = Sunday.
    Weekday,
}

/// Unsigned integers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UintType {
    Uint,
    /// A byte of a string.
    Uint8,
    Uint32,
    Uint64,
}

/// `reflect.Kind`, as far as templates can meet it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Invalid,
    Bool,
    Int,
    Int32,
    Int64,
    Uint,
    Uint8,
    Uint32,
    Uint64,
    Float64,
    Complex128,
    String,
    Slice,
    Map,
    Struct,
    Ptr,
}

impl Kind {
    /// As `reflect.Kind.String` prints it.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Invalid => "invalid",
            Kind::Bool => "bool",
            Kind::Int => "int",
            Kind::Int32 => "int32",
            Kind::Int64 => "int64",
            Kind::Uint => "uint",
            Kind::Uint8 => "uint8",
            Kind::Uint32 => "uint32",
            Kind::Uint64 => "uint64",
            Kind::Float64 => "float64",
            Kind::Complex128 => "complex128",
            Kind::String => "string",
            Kind::Slice => "slice",
            Kind::Map => "map",
            Kind::Struct => "struct",
            Kind::Ptr => "ptr",
        }
    }
}

impl<'h> Value<'h> {
    /// The kind of what the value holds; both nils are invalid.
    pub fn kind(self) -> Kind {
        match self {
            Value::Invalid | Value::Nil => Kind::Invalid,
            Value::Bool(_) => Kind::Bool,
            Value::Int(IntType::Int | IntType::Month | IntType::Weekday, _) => Kind::Int,
            Value::Int(IntType::Int32, _) => Kind::Int32,
            Value::Int(IntType::Int64 | IntType::Duration, _) => Kind::Int64,
            Value::Uint(UintType::Uint, _) => Kind::Uint,
            Value::Uint(UintType::Uint8, _) => Kind::Uint8,
            Value::Uint(UintType::Uint32, _) => Kind::Uint32,
            Value::Uint(UintType::Uint64, _) => Kind::Uint64,
            Value::Float(_) => Kind::Float64,
            Value::Complex(..) => Kind::Complex128,
            Value::Str(_) => Kind::String,
            Value::Bytes(_) | Value::List(_) => Kind::Slice,
            Value::Map(_) => Kind::Map,
            Value::Object(o) if o.is_pointer() => Kind::Ptr,
            Value::Object(_) => Kind::Struct,
        }
    }

    /// The type as `%T` prints it; `<nil>` for both nils.
    pub fn type_name(self, heap: &Heap<'h>) -> String {
        let dialect = heap.dialect();
        match self {
            Value::Invalid | Value::Nil => "<nil>".into(),
            Value::Int(IntType::Duration, _) => "time.Duration".into(),
            Value::Int(IntType::Month, _) => "time.Month".into(),
            Value::Int(IntType::Weekday, _) => "time.Weekday".into(),
            Value::Bytes(_) => "[]uint8".into(),
            Value::List(l) => match l.ty() {
                ListType::Any => "[]interface {}".into(),
                ListType::Str => "[]string".into(),
                ListType::Int => "[]int".into(),
                ListType::Lists => "[][]interface {}".into(),
                ListType::Maps => "[]map[string]interface {}".into(),
                ListType::StrLists => "[][]string".into(),
                ListType::Structs(name) => name.into(),
                ListType::VersionSet => format!("{}.VersionSet", dialect.capabilities_package),
            },
            Value::Map(m) => match m.ty() {
                MapType::Any => "map[string]interface {}".into(),
                MapType::Values => dialect.values_type.into(),
                MapType::Str => "map[string]string".into(),
                MapType::Files => "engine.files".into(),
            },
            Value::Object(o) => format!("{}{}", if o.is_pointer() { "*" } else { "" }, o.type_name(heap)),
            other => other.kind().name().into(),
        }
    }
}
