//! Symbolic links: where they lead, and whether that is still inside the chart.

use std::fs;
use std::path::{Component, Path, PathBuf};

use super::Options;
use crate::diagnostic::{Kind, Place, Refusal};
use crate::go::errno;

/// `filepath.EvalSymlinks` of an absolute path; an error is Go's text.
pub(super) fn resolve(path: &Path) -> Result<PathBuf, String> {
    // The system does not say which part of the way is missing, and gives up sooner than Go does.
    fs::canonicalize(path).or_else(|_| walk(path))
}

/// Go follows this many links of one path.
const MAX_LINKS: u32 = 255;

/// `walkSymlinks`: part by part.
fn walk(path: &Path) -> Result<PathBuf, String> {
    let parts = |path: &Path| path.components().rev().map(|c| PathBuf::from(c.as_os_str())).collect::<Vec<_>>();
    let mut todo = parts(path);
    let mut done = PathBuf::new();
    let mut links = 0;
    while let Some(part) = todo.pop() {
        match part.components().next() {
            Some(Component::ParentDir) => {
                done.pop();
                continue;
            }
            Some(Component::CurDir) | None => continue,
            _ => done.push(&part),
        }
        let fail = |verb: &str, e: &std::io::Error| format!("{verb} {}: {}", done.display(), errno::text(e));
        let found = fs::symlink_metadata(&done).map_err(|e| fail("lstat", &e))?;
        if found.is_symlink() {
            links += 1;
            if links > MAX_LINKS {
                return Err("EvalSymlinks: too many links".into());
            }
            let to = fs::read_link(&done).map_err(|e| fail("readlink", &e))?;
            done.pop();
            todo.extend(parts(&to));
        } else if !found.is_dir() && !todo.is_empty() {
            return Err("not a directory".into());
        }
    }
    Ok(done)
}

/// The folders that links may lead into.
pub(super) struct Fence<'w> {
    top: &'w Path,
    options: &'w Options,
    /// Resolved when the first link is met.
    allowed: Option<Vec<PathBuf>>,
}

impl<'w> Fence<'w> {
    pub(super) fn new(top: &'w Path, options: &'w Options) -> Self {
        Fence { top, options, allowed: None }
    }

    /// Refuses a link that leads out of the chart and out of every folder that was allowed.
    pub(super) fn check(&mut self, link: &Path, target: &Path) -> Result<(), Refusal> {
        let allowed = self.allowed.get_or_insert_with(|| {
            let outside = self.options.allow_outside.iter().map(PathBuf::as_path);
            std::iter::once(self.top).chain(outside).filter_map(|dir| fs::canonicalize(dir).ok()).collect()
        });
        if allowed.iter().any(|dir| target.starts_with(dir)) {
            return Ok(());
        }
        let text = format!("a symbolic link leads out of the chart, to {}", target.display());
        let help = "copy the file into the chart, or allow its folder with --allow-outside DIR";
        Err(Refusal::new(Kind::ChartEscapes, text).at(Place::file(link.to_string_lossy())).help(help))
    }
}
