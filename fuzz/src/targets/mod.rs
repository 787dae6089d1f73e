//! The targets, one a file.

pub mod archives;
pub mod numbers;
pub mod regexps;
pub mod schema;
pub mod set;
pub mod templates;
pub mod yaml;

mod whole;
