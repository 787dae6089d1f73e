//! One chart through two Helms: which documents change, and which of the Helms' differences does it.
//!
//! | file | owns |
//! |---|---|
//! | `outcome` | what one Helm prints of a chart, document by document, or why it refuses |
//! | `explain` | the axes that a difference needs, found by rendering with rows between the two |
//! | `tell` | differences as a report holds them |
//!
//! The two rows are rendered. Where they print other bytes, the chart is rendered again by the first row with single axes of the
//! second ([`crate::dialect::axes`]), until the difference is there: what is told is what was tried.

mod explain;
mod outcome;
mod tell;

pub use tell::{Drifted, ID, Question, drift};
