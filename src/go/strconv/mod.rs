//! Package strconv.

mod quote;

pub use quote::quote;
