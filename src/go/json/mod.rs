//! `encoding/json` (its first version): values to JSON and back, with Go's choices and error texts.

mod decode;
mod encode;
mod scan;

pub use decode::{Decoded, Prefix, Sink, decode, decode_prefix, unmarshal, unmarshal_list, unmarshal_map};
pub use encode::{Escape, append_string, float_text, marshal, marshal_indent};
