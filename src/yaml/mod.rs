//! YAML exactly as Helm reads and writes it: goyaml v2 through sigs.k8s.io/yaml, and goyaml v3 where Helm prints prettily.
//!
//! Reading goes bytes (`reader`), tokens (`scan`), events (`parse`), nodes ([`node`]), values (`decode`). Each stage accepts
//! and refuses what goyaml does, in its words; every error and every key knows its place. Writing is [`Emitter`], and the ways
//! of whole values to it.

mod decode;
mod documents;
mod emit;
mod error;
mod gosyntax;
pub mod node;
pub mod number;
mod parse;
mod reader;
pub mod resolve;
mod scan;
mod timestamp;
mod token;
mod write;

use bumpalo::Bump;

use crate::limits::Limits;
use crate::value::{MapNode, Origin, Tree};

pub use decode::{Duplicates, Repeated, to_string_field};
pub use documents::{BadSeparator, Documents, Part, documents};
pub use emit::{Emitter, Flavour, before, sort_keys};
pub use error::{Error, Kind, Mark};
pub use reader::is_plain_text;
pub use token::Style;
pub use write::{NeedsJson, json_to_yaml, tree_to_yaml, value_to_pretty_yaml, value_to_yaml};

/// Reads the first document of a text as `sigs.k8s.io/yaml` unmarshals it into an `interface{}`: every number is a `float64`,
/// every key a string, every alias a copy of its own, and nothing at all is nil.
///
/// The place of an entry is the place of its key.
pub fn load<'c>(text: &'c [u8], source: Origin, arena: &'c Bump, limits: &Limits) -> Result<Tree<'c>, Error> {
    load_with(text, source, arena, limits, Duplicates::Last)
}

/// [`load`], but integers stay [`Tree::Int`]: for texts whose scalars go to fields of type string, where `1000000` and
/// `1e6` are not the same.
pub fn load_fields<'c>(text: &'c [u8], source: Origin, arena: &'c Bump, limits: &Limits) -> Result<Tree<'c>, Error> {
    let document = node::Document::parse(text, arena, limits.yaml_nodes)?;
    decode::Decoder::new(&document, arena, source, limits, Duplicates::Last, 0).keep_integers().run()
}

/// [`load_fields`], and the keys that a map of it says more than once (the last counts).
pub fn load_manifest<'c>(text: &'c [u8], arena: &'c Bump, limits: &Limits) -> Result<(Tree<'c>, Vec<Repeated>), Error> {
    let document = node::Document::parse(text, arena, limits.yaml_nodes)?;
    let decoder =
        |duplicates| decode::Decoder::new(&document, arena, Origin::default(), limits, duplicates, 0).keep_integers();
    let (tree, lost) = decoder(Duplicates::Last).run_noting_loss()?;
    Ok((tree, if lost { decoder(Duplicates::Refuse).repeated() } else { Vec::new() }))
}

/// [`load`], with a choice about duplicate keys (`yaml.UnmarshalStrict` refuses them).
pub fn load_with<'c>(
    text: &'c [u8],
    source: Origin,
    arena: &'c Bump,
    limits: &Limits,
    duplicates: Duplicates,
) -> Result<Tree<'c>, Error> {
    load_part(Part { text, first_line: 0 }, source, arena, limits, duplicates)
}

/// [`load_with`] for one of several [`documents`]: places are those in the whole text, goyaml's words count from the part.
pub fn load_part<'c>(
    part: Part<'c>,
    source: Origin,
    arena: &'c Bump,
    limits: &Limits,
    duplicates: Duplicates,
) -> Result<Tree<'c>, Error> {
    let document = node::Document::parse(part.text, arena, limits.yaml_nodes)
        .map_err(|error| error.further_down(part.first_line))?;
    decode::Decoder::new(&document, arena, source, limits, duplicates, part.first_line)
        .run()
        .map_err(|error| error.further_down(part.first_line))
}

/// Reads the first document into a map of this Go type (`map[string]interface {}`, `common.Values`); `None` is Go's nil map,
/// which is what an empty document leaves.
pub fn load_map<'c>(
    text: &'c [u8],
    source: Origin,
    arena: &'c Bump,
    limits: &Limits,
    go_type: &str,
) -> Result<Option<&'c MapNode<'c>>, Error> {
    match load(text, source, arena, limits)? {
        Tree::Null => Ok(None),
        Tree::Map(map) => Ok(Some(map)),
        other => Err(mismatch(other, go_type)),
    }
}

/// encoding/json's refusal to store a value of another shape in this Go type.
pub fn mismatch(value: Tree<'_>, go_type: &str) -> Error {
    let found = value.json_name();
    Error::new(Kind::Target, format!("json: cannot unmarshal {found} into Go value of type {go_type}"), None)
}
