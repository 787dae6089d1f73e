//! TOML as BurntSushi/toml (v1.6.0, in both Helms) reads and writes it.

mod decode;
mod encode;
mod key;
mod lex;
mod scalar;
mod tables;

pub use decode::{Times, decode};
pub use encode::encode;
