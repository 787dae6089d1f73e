//! Values: files and flags become one tree, charts are enabled and their values coalesced as Helm does it.

mod draft;
mod overrides;
mod prepared;
mod set;

pub use overrides::Overrides;
pub use prepared::{Enabled, Prepared};
