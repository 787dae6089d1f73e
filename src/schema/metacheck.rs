//! Whether a schema is one: what its draft's own schema says of it (santhosh-tekuri/jsonschema v6, `roots.go` `validate`).

use std::collections::{HashMap, HashSet};

use bumpalo::Bump;
use serde_json::Value;

use super::compiled::{Compiled, Judge, URL};
use super::document::quoted;
use super::draft::Draft;
use super::failure::quote;
use super::metaschema;
use super::pointer::{encode, lookup};
use super::text;
use super::walk::{self, Meta};
use crate::limits::{Exhausted, Stack};

/// The library's words for a schema that its metaschema refuses. `fresh` are places that only references make schemas:
/// they are looked at one by one, after the whole.
pub fn refusal(schema: &Value, fresh: &[String], stack: Stack) -> Result<Option<String>, Exhausted> {
    let mut own = Compiled::new(false, Judge::NEWEST);
    // What cannot even be taken apart has been complained about already.
    if own.add(URL, schema).is_err() {
        return Ok(None);
    }
    let before = own.resources();
    let places: Vec<(&String, Draft)> =
        fresh.iter().filter_map(|pointer| Some((pointer, own.visit(pointer)?))).collect();
    let after = own.resources();
    let drafts: HashSet<Draft> = after.values().copied().chain(places.iter().map(|(_, draft)| *draft)).collect();
    let mut metaschemas = Compiled::new(true, Judge::NEWEST);
    let mut meta = Meta { drafts: HashMap::new(), resources: before };
    for draft in drafts {
        let url = metaschema::url(draft);
        let Some(root) = metaschema::find(url) else { continue };
        let Ok(at) = metaschemas.add(url, root) else { continue };
        if metaschemas.compile(at).is_ok() {
            meta.drafts.insert(draft, at);
        }
    }
    let check = |schema: &Value, pointer: &str, draft: Draft, meta: &Meta<'static>| {
        let arena = Bump::new();
        let Some(root) = meta.drafts.get(&draft) else { return Ok(None) };
        let checked = walk::validate(&metaschemas, *root, text::tree(schema, &arena), Some(meta), stack)?;
        let refused = checked.err().map(|failure| {
            let own = quoted(&format!("{URL}#{}", encode(pointer)));
            let head = quote(format!("{}#", metaschema::url(draft)));
            let lines = failure.lines()?;
            Ok(format!("{own} is not valid against metaschema: jsonschema validation failed with {head}\n{lines}"))
        });
        refused.transpose()
    };
    let draft = meta.resources.get("").copied().unwrap_or(Draft::V2020);
    if let Some(words) = check(schema, "", draft, &meta)? {
        return Ok(Some(words));
    }
    meta.resources = after;
    for (pointer, draft) in places {
        if let Ok(schema) = lookup(schema, pointer, |_| ())
            && let Some(words) = check(schema, pointer, draft, &meta)?
        {
            return Ok(Some(words));
        }
    }
    Ok(None)
}
