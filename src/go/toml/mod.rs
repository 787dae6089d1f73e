//! TOML as BurntSushi/toml (v1.6.0, in both Helms) writes it.

mod encode;
mod key;

pub use encode::encode;
