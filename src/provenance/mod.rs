//! Where output comes from: which values stand behind a field, and what the same chart says in another world.
//!
//! | file | owns |
//! |---|---|
//! | `variant` | the same chart rendered with other values, another release, another world |
//! | `leaves` | paths into values, and values with some of them changed |
//! | `differ` | what differs between two objects |
//! | `pairs` | which document of one render is which of another |
//! | `behind` | from a field to the values that change it, by perturbation |
//! | `lines` | from a line of the output to the lines of templates that wrote it |
//! | `live` | what a cluster would hold after a render: for `lookup` in a later one |
//!
//! Values are not tagged: a leaf is changed, the chart rendered again, and the outputs compared. That sees through hashes,
//! encodings and branches.

mod behind;
mod differ;
mod leaves;
mod lines;
mod live;
mod pairs;
#[cfg(test)]
mod tests;
mod variant;

pub use behind::{Behind, Influence, Search};
pub use differ::{differences, is_same};
pub use leaves::{Change, ValuesPath, leaves, nudge};
pub use lines::{LineOrigin, Lines};
pub use live::live;
pub use pairs::{counterpart, pairs};
pub use variant::{Otherwise, Provenance, Rendering, Stop, Variant};
