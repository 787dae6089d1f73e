//! The functions that templates call: one file a family, each with its own table of [`Func`]s.
//!
//! A function is a row: name, Go signature, body. The executor checks and converts arguments by the signature, in Go's
//! words, before the body runs; a body therefore only meets values of the types that it declared.
//! What needs the executor itself (`include`, `tpl`, `and`, `or`, ...) is not here but in `template::exec`.

use crate::dialect::Dialect;
use crate::value::{CallError, Heap, Signature, Value};
use crate::world::{Site, Visit};

/// What a function body may reach.
pub struct Call<'a, 'h> {
    pub heap: &'a Heap<'h>,
    pub visit: &'a Visit<'a>,
    /// Where in the template the call stands: seeds its randomness.
    pub site: Site,
}

/// A function's body. Arguments have been checked: their number and types are those of the signature.
pub type Body = for<'a, 'h> fn(&Call<'a, 'h>, &[Value<'h>]) -> Result<Value<'h>, CallError>;

/// One function that templates can call.
pub struct Func {
    pub name: &'static str,
    pub signature: Signature,
    pub body: Body,
    /// Which dialects have it.
    pub exists: fn(&Dialect) -> bool,
}

/// Every family's table.
const FAMILIES: &[&[Func]] = &[];

/// The function of a name, when the dialect has it. Looked up before Go's builtins: Sprig's `slice` hides Go's.
pub fn find(name: &str, dialect: &Dialect) -> Option<&'static Func> {
    FAMILIES.iter().copied().flatten().find(|f| f.name == name && (f.exists)(dialect))
}
