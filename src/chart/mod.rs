//! Charts as they lie on disk: a folder or a .tgz becomes an immutable [`Chart`] in the caller's arena.
//!
//! Loading only: which subcharts take part, and with which values, is for `values` to decide.

mod archive;
mod assemble;
mod decode;
mod file;
mod ignore;
mod links;
mod load;
mod log;
mod metadata;
mod read;
mod sniff;
mod validate;
mod values_file;
mod walk;

pub use file::File;
pub use load::{Options, locate};
pub use log::Log;
pub use metadata::{Dependency, ImportValue, Maintainer, Metadata};
pub use values_file::load_values;

use crate::value::{Origin, Tree};

/// A loaded chart with all charts in its `charts/`. Plain data: share it freely, also between threads.
#[derive(Debug)]
pub struct Chart<'c> {
    pub metadata: Metadata<'c>,
    /// values.yaml; [`Tree::Null`] when there is none (Go's nil map), otherwise a map.
    pub values: Tree<'c>,
    /// The origin that the leaves of `values` carry.
    pub values_origin: Origin,
    /// values.schema.json.
    pub schema: Option<&'c [u8]>,
    /// Everything under `templates/`, in the order in which Helm loads it. Always [`File::ready`].
    pub templates: &'c [File<'c>],
    /// Everything else that `.Files` shows, `crds/` included, in the same order.
    pub files: &'c [File<'c>],
    /// Charts under `charts/`, enabled or not, by name of their folder or archive.
    pub dependencies: &'c [Chart<'c>],
}

impl<'c> Chart<'c> {
    /// The files of `crds/` of this chart alone that Helm takes for manifests.
    pub fn crds(&self) -> impl Iterator<Item = &'c File<'c>> + use<'c> {
        self.files.iter().filter(|f| f.name.starts_with(b"crds/") && has_manifest_extension(f.name))
    }
}

fn has_manifest_extension(name: &[u8]) -> bool {
    let lower = name.to_ascii_lowercase();
    [b".yaml".as_slice(), b".yml", b".json"].iter().any(|ext| lower.ends_with(ext))
}
