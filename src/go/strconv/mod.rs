//! Package strconv.

mod quote;

pub use quote::{can_backquote, quote};
