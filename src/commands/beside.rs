//! `--beside FILE`: Secrets and ConfigMaps that exist beside a chart, as manifests or as `plimsoll record` kept them.

use std::path::Path;

use super::configuration::Usage;
use crate::diagnostic::Plain;
use crate::render::RenderedFile;
use crate::world::{LONGEST_RECORDING, Recording};

/// Reads the files; what a recording left out is not there.
pub(super) fn read(paths: &[String]) -> Result<Vec<RenderedFile>, Usage> {
    paths
        .iter()
        .map(|path| one(path).map_err(|words| Usage::new(format!("--beside: {}: {words}", Plain(path)))))
        .collect()
}

fn one(path: &str) -> Result<RenderedFile, String> {
    let found = std::fs::metadata(Path::new(path)).map_err(|e| e.to_string())?;
    if !found.is_file() || found.len() > LONGEST_RECORDING {
        return Err(format!("is no file of at most {LONGEST_RECORDING} bytes"));
    }
    let text = std::fs::read_to_string(path).map_err(|e| e.to_string())?;
    let content = match Recording::is_one(&text) {
        true => Recording::read(&text)?.stores(),
        false => text,
    };
    Ok(RenderedFile { path: path.into(), content: content.into_bytes() })
}
