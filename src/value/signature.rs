//! What a Go function or method takes: text/template checks arguments against it and words its errors by it.

use crate::limits::Exhausted;

/// A parameter's Go type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ty {
    /// `interface {}`
    Any,
    Bool,
    Int,
    Int64,
    Uint8,
    Uint32,
    Float64,
    Str,
    /// `map[string]interface {}`
    MapAny,
    /// `map[string]string`
    MapStr,
    /// `[]interface {}`
    ListAny,
    /// `[]string`
    ListStr,
    /// `[]byte`
    Bytes,
    /// `reflect.Value`: built-in functions of text/template take whatever there is, nothing included.
    Reflect,
    /// `time.Duration`
    Duration,
    /// A struct, by its Go type name, star included.
    Object(&'static str),
}

/// Parameters of a function. With `variadic`, any number of further arguments of that type may follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signature {
    pub params: &'static [Ty],
    pub variadic: Option<Ty>,
}

/// Why a function did not return.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallError {
    /// The function's own error, in Go's words; the executor puts `error calling X: ` before it.
    Failed(String),
    /// A budget ran out inside of the function.
    Exhausted(Exhausted),
}

impl From<Exhausted> for CallError {
    fn from(e: Exhausted) -> Self {
        CallError::Exhausted(e)
    }
}

impl CallError {
    pub fn failed(message: impl Into<String>) -> Self {
        CallError::Failed(message.into())
    }
}
