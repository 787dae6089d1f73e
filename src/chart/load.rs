//! From a path to a chart: what kind of thing it is, and what is said before anything is loaded.

use std::os::unix::fs::FileTypeExt;
use std::path::{Path, PathBuf};

use bumpalo::Bump;

use super::read::Allowance;
use super::{Chart, File, Log, archive, assemble, decode, walk};
use crate::diagnostic::{Kind, Place, Refusal};
use crate::dialect::Dialect;
use crate::go::errno;
use crate::limits::{Bound, Limits};
use crate::value::{Origin, Sources};
use crate::yaml;

/// How far loading may go.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Folders outside of the chart that symbolic links may lead into (`--allow-outside`).
    pub allow_outside: Vec<PathBuf>,
}

/// What all parts of loading share.
pub(super) struct Loader<'c, 'l> {
    pub dialect: &'static Dialect,
    pub arena: &'c Bump,
    pub limits: &'l Limits,
    pub options: &'l Options,
    pub sources: &'l mut Sources,
    pub log: &'l mut Log,
    pub allowance: Allowance,
}

impl<'c> Chart<'c> {
    /// Loads a folder or an archive, with all charts below it. `path` is what [`locate`] gave. Warnings go to `log`, also
    /// when loading fails. Errors are Helm's (kinds [`Kind::Chart`], [`Kind::Values`], [`Kind::Unreadable`]) or ours
    /// ([`Kind::ChartEscapes`], [`Kind::Limit`]).
    pub fn load(
        path: &Path,
        options: &Options,
        dialect: &'static Dialect,
        arena: &'c Bump,
        limits: &Limits,
        sources: &mut Sources,
        log: &mut Log,
    ) -> Result<Chart<'c>, Refusal> {
        let allowance = Allowance::new(limits);
        let mut loader = Loader { dialect, arena, limits, options, sources, log, allowance };
        let shown = path.to_string_lossy();
        let found = std::fs::metadata(path).map_err(|e| {
            let text = format!("stat {shown}: {}", errno::text(&e));
            Refusal::new(Kind::Unreadable, text).at(Place::file(&*shown))
        })?;
        let loaded = Self::load_found(&mut loader, path, &found);
        loaded.map_err(|refusal| match refusal.place {
            None if refusal.kind.is_ours() => refusal.at(Place::file(&*shown)),
            _ => refusal,
        })
    }

    fn load_found(loader: &mut Loader<'c, '_>, path: &Path, found: &std::fs::Metadata) -> Result<Chart<'c>, Refusal> {
        let files = if found.is_dir() {
            if loader.dialect.detects_chart_kind {
                detect_folder(loader, path)?;
            }
            walk::files(loader, path)?
        } else if !found.is_file() && !found.file_type().is_char_device() {
            // Helm would wait for a writer.
            let shown = path.to_string_lossy();
            let text = format!("cannot load irregular file {shown} as it has file mode type bits set");
            return Err(Refusal::new(Kind::Unreadable, text).at(Place::file(&*shown)));
        } else {
            let files = archive::open(loader, path)?;
            if loader.dialect.detects_chart_kind {
                detect_archive(loader, &files)?;
            }
            files
        };
        assemble::chart(loader, files, "", 0)
    }
}

/// Finds a chart as `LocateChart` does: the absolute path of what is there. A name that only a repository could resolve is
/// refused, in Helm's words where it has no repository to ask either.
pub fn locate(name: &str) -> Result<PathBuf, Refusal> {
    let name = name.trim();
    if std::fs::metadata(name).is_ok() {
        let absolute = std::path::absolute(name).map_err(|e| Refusal::new(Kind::Unreadable, errno::text(&e)))?;
        return Ok(clean(&absolute));
    }
    if name.starts_with('/') || name.starts_with('.') {
        let quoted = crate::go::strconv::quote(name.as_bytes());
        return Err(Refusal::new(Kind::Usage, format!("path {quoted} not found")));
    }
    if name.contains("://") {
        return Err(Refusal::new(Kind::ChartEscapes, "charts are not fetched from a network")
            .at(Place::file(name))
            .help("fetch it with `helm pull --untar`, and name the folder"));
    }
    let text = match name.split_once('/') {
        Some((repository, _)) => format!("repo {repository} not found"),
        None => format!("non-absolute URLs should be in form of repo_name/path_to_chart, got: {name}"),
    };
    Err(Refusal::new(Kind::Usage, text))
}

/// `filepath.Clean` of an absolute path.
fn clean(path: &Path) -> PathBuf {
    use std::os::unix::ffi::{OsStrExt, OsStringExt};
    let cleaned = crate::go::filepath::clean(path.as_os_str().as_bytes());
    PathBuf::from(std::ffi::OsString::from_vec(cleaned))
}

/// Helm 4's look at Chart.yaml before it loads a folder.
fn detect_folder(loader: &Loader<'_, '_>, folder: &Path) -> Result<(), Refusal> {
    let path = folder.join("Chart.yaml");
    let shown = path.to_string_lossy();
    let fail = |verb: &str, e: &std::io::Error| {
        let text = format!("unable to detect chart at {shown}: {verb} {shown}: {}", errno::text(e));
        Refusal::new(Kind::Chart, text).at(Place::file(&*shown))
    };
    let found = std::fs::metadata(&path).map_err(|e| fail("open", &e))?;
    if !found.is_file() {
        // Helm would read a device or a pipe to its end, which may never come.
        const IS_A_DIRECTORY: i32 = 21;
        const INVALID_ARGUMENT: i32 = 22;
        let code = if found.is_dir() { IS_A_DIRECTORY } else { INVALID_ARGUMENT };
        return Err(fail("read", &std::io::Error::from_raw_os_error(code)));
    }
    if found.len() > loader.limits.file_bytes {
        return Err(Bound::FileBytes.refuse("Chart.yaml is too long").at(Place::file(&*shown)));
    }
    let text = std::fs::read(&path).map_err(|e| fail("open", &e))?;
    detect(loader, &text)
}

/// The same for an archive.
fn detect_archive(loader: &Loader<'_, '_>, files: &[File<'_>]) -> Result<(), Refusal> {
    match files.iter().find(|f| f.name == "Chart.yaml").and_then(File::ready) {
        Some(text) => detect(loader, text),
        None => Err(Refusal::new(Kind::Chart, "unable to detect chart version, no Chart.yaml found")),
    }
}

fn detect(loader: &Loader<'_, '_>, text: &[u8]) -> Result<(), Refusal> {
    let arena = Bump::new();
    let wrong = |r: Refusal| r.context("cannot load Chart.yaml");
    let kept = arena.alloc_slice_copy(text);
    let tree = yaml::load_fields(kept, Origin::default(), &arena, loader.limits)
        .map_err(|e| wrong(super::values_file::refusal(&e, "Chart.yaml", 0)))?;
    let version = decode::api_version(tree).map_err(|text| wrong(Refusal::new(Kind::Chart, text)))?;
    match version.as_slice() {
        // Helm loads v3 charts only to say later that it cannot install them.
        b"" | b"v1" | b"v2" | b"v3" => Ok(()),
        _ => Err(Refusal::new(Kind::Chart, "unsupported chart version")),
    }
}
