//! TOML as BurntSushi/toml reads and writes it, in the releases that Helm links ([`crate::dialect::TomlRelease`]).

mod decode;
mod encode;
mod key;
mod lex;
mod scalar;
mod tables;

pub use decode::{Times, decode};
pub use encode::encode;
