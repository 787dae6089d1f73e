//! Go, as far as Helm shows it: the parts of Go's standard library, and of the libraries that Sprig and Helm
//! call, whose results or error texts reach a rendered manifest or a message.
//!
//! Go strings are bytes here (`&[u8]`, `BStr`), valid UTF-8 or not. Each module names the Go package that it
//! answers for, and is held to it by `tests/golibs_oracle` and its neighbours.

pub mod crypto;
pub mod encode;
pub mod errno;
pub mod filepath;
pub mod fmt;
pub mod glob;
pub mod json;
mod out;
pub mod regexp;
pub mod semver;
pub mod slog;
pub mod sort;
pub mod strconv;
pub mod strings;
pub mod time;
pub mod toml;
pub mod unicode;
pub mod url;
pub mod utf8;
