//! Objects that exist beside a chart, in manifests that somebody else applies: read as a render is, under ids that no
//! document of a render has.

use bumpalo::Bump;

use super::{DocId, Input, Manifests, read_input};
use crate::chart::Log;
use crate::diagnostic::{Kind, Place, Refusal};
use crate::dialect::Dialect;
use crate::limits::Limits;
use crate::render::RenderedFile;

/// Of a render no document has so high a number.
const FIRST: u32 = 1 << 31;

/// Reads files of manifests; what names no namespace is in `namespace`.
///
/// # Errors
/// Kind [`Kind::Unreadable`]: a document that is no object, with its file and line.
pub fn read_beside<'m>(
    files: &'m [RenderedFile],
    namespace: &'m str,
    dialect: &'static Dialect,
    limits: &'m Limits,
    arena: &'m Bump,
) -> Result<Manifests<'m>, Refusal> {
    let input = Input { files, crds: &[], chart: "", namespace, dialect, limits };
    let mut read = read_input(&input, arena, &mut Log::new(dialect));
    if let Some(broken) = read.broken.first() {
        let place = Place::at(broken.template, broken.line, broken.column);
        return Err(Refusal::new(Kind::Unreadable, broken.message.clone()).at(place));
    }
    for document in &mut read.documents {
        document.id = DocId(FIRST.saturating_add(document.id.0));
        document.root = document.root.owned_by(document.id);
    }
    Ok(read)
}
