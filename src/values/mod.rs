//! Values: files and flags become one tree, charts are enabled and their values coalesced as Helm does it.

mod prepared;

pub use prepared::{Enabled, Prepared};
