//! Go's text/template with Sprig's and Helm's functions: text in, bytes out, errors in Go's words.
//!
//! | module | owns |
//! |---|---|
//! | `lex`, `parse`, [`ast`] | text to nodes |
//! | `callee`, [`funcs`] | what a name calls |
//! | [`program`] | which template a name means |
//! | [`objects`] | what templates are given beside values |
//! | [`exec`] | nodes and data to bytes |
//! | [`error`] | what a failed render says |

pub mod ast;
mod builtins;
mod callee;
pub mod error;
pub mod exec;
pub mod funcs;
mod lex;
mod methods;
pub mod objects;
mod parse;
pub mod program;
pub mod text;

pub use error::ExecError;
pub use program::{Ahead, Library, Parsed, Program, SourceFile, helm_order};
