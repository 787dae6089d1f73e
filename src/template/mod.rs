//! Go's text/template with Sprig's and Helm's functions: text in, bytes out, errors in Go's words.

pub mod funcs;
