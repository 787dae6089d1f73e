//! Values: files and flags become one tree, charts are enabled and their values coalesced as Helm does it.

mod coalesce;
mod dependencies;
mod draft;
mod graph;
mod instance;
mod overrides;
mod prepare;
mod prepared;
mod set;

pub use overrides::Overrides;
pub use prepare::prepare;
pub use prepared::{Enabled, Prepared};
