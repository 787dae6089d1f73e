//! A chart folder: `loader/directory.go` and `internal/sympath`. Links are followed as Helm follows them, but not out of
//! the chart.

use std::ffi::{OsStr, OsString};
use std::fs::{self, FileType};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use bstr::{BStr, ByteSlice};

use super::ignore::Rules;
use super::links;
use super::load::Loader;
use super::{File, read};
use crate::diagnostic::{Kind, Place, Refusal};
use crate::dialect::LogPlace;
use crate::go::{errno, filepath};
use crate::limits::{Bound, Limits};

/// One folder that is being walked: its path inside the chart and what is left of it.
struct Level {
    inside: Vec<u8>,
    left: std::vec::IntoIter<(OsString, FileType)>,
}

/// All files of a folder (an absolute, clean path) that are not ignored, in Helm's order.
pub(super) fn files<'c>(loader: &mut Loader<'c, '_>, top: &Path) -> Result<Vec<File<'c>>, Refusal> {
    let rules = rules(top, loader.limits)?;
    let mut walk =
        Walk { rules, top, fence: links::Fence::new(top, loader.options), folder_bytes: 0, found: Vec::new() };
    let mut levels = vec![Level { inside: Vec::new(), left: list(top)? }];
    while let Some(level) = levels.last_mut() {
        let Some((name, kind)) = level.left.next() else {
            levels.pop();
            continue;
        };
        let mut inside = level.inside.clone();
        if !inside.is_empty() {
            inside.push(b'/');
        }
        inside.extend_from_slice(name.as_bytes());
        loader.allowance.file()?;
        if let Some(folder) = walk.visit(loader, &inside, kind)? {
            levels.push(Level { inside, left: list(&folder)? });
        }
    }
    Ok(walk.found)
}

struct Walk<'c, 'w> {
    rules: Rules,
    top: &'w Path,
    fence: links::Fence<'w>,
    folder_bytes: u64,
    found: Vec<File<'c>>,
}

impl<'c> Walk<'c, '_> {
    /// Takes in one entry; the folder to go into, if it is one.
    fn visit(
        &mut self,
        loader: &mut Loader<'c, '_>,
        inside: &[u8],
        kind: FileType,
    ) -> Result<Option<PathBuf>, Refusal> {
        let path = self.top.join(OsStr::from_bytes(inside));
        let shown = || path.to_string_lossy().into_owned();
        let mut resolved = None;
        let mut kind = kind;
        if kind.is_symlink() {
            let shown = shown();
            let target = links::resolve(&path).map_err(|e| {
                Refusal::new(Kind::Chart, format!("error evaluating symlink {shown}: {e}")).at(Place::file(&*shown))
            })?;
            let to = target.to_string_lossy().into_owned();
            loader.log.say(
                LogPlace::SymbolicLink,
                &format!(
                    "found symbolic link in path: {shown} resolves to {to}. Contents of linked file included and used"
                ),
                "INFO",
                "found symbolic link in path. Contents of linked file included and used",
                &[("path", &shown), ("resolved", &to)],
            );
            kind = fs::symlink_metadata(&target).map_err(|e| lstat(&to, &e))?.file_type();
            resolved = Some(target);
        }
        if self.rules.ignores(inside, kind.is_dir()) {
            return Ok(None);
        }
        if let Some(target) = &resolved {
            self.fence.check(&path, target)?;
        }
        if kind.is_dir() {
            return Ok(Some(path));
        }
        if !kind.is_file() {
            let shown = shown();
            let text = format!("cannot load irregular file {shown} as it has file mode type bits set");
            return Err(Refusal::new(Kind::Chart, text).at(Place::file(shown)));
        }
        let file = self.file(loader, inside, path)?;
        self.found.push(file);
        Ok(None)
    }

    fn file(&mut self, loader: &mut Loader<'c, '_>, inside: &[u8], path: PathBuf) -> Result<File<'c>, Refusal> {
        let arena = loader.arena;
        let name: &'c BStr = BStr::new(arena.alloc_slice_copy(inside));
        let unread = |text: String| {
            Refusal::new(Kind::Unreadable, format!("error reading {name}: {text}"))
                .at(Place::file(path.to_string_lossy()))
        };
        // A path is looked up once where that is enough. Of a file that cannot be opened, the size still comes first.
        let opened = read::is_needed(inside).then(|| fs::File::open(&path));
        let found = match &opened {
            Some(Ok(file)) => file.metadata(),
            _ => fs::metadata(&path),
        };
        let size = found.map_err(|e| lstat(&path.to_string_lossy(), &e))?.len();
        if let Some(max) = loader.dialect.max_chart_file
            && size > max
        {
            let last = String::from_utf8_lossy(filepath::base(inside)).into_owned();
            let quoted = crate::go::strconv::quote(last.as_bytes());
            let text = format!("chart file {quoted} is larger than the maximum file size {max}");
            return Err(Refusal::new(Kind::Chart, text));
        }
        self.folder_bytes = self.folder_bytes.saturating_add(size);
        if let Some(max) = loader.dialect.max_chart_folder
            && self.folder_bytes > max
        {
            let text = format!("error reading {name}: chart exceeds maximum decompressed size of {max} bytes");
            return Err(Refusal::new(Kind::Chart, text));
        }
        let Some(opened) = opened else {
            let path = arena.alloc_slice_copy(path.as_os_str().as_bytes());
            return Ok(File::on_disk(name, path, size));
        };
        loader.allowance.bytes(size)?;
        let bytes = opened
            .and_then(|file| super::file::read_exactly(file, size, arena))
            .map_err(|e| unread(format!("open {}: {}", path.display(), errno::text(&e))))?;
        Ok(File::read_already(name, bytes))
    }
}

/// The entries of a folder, sorted by name.
fn list(path: &Path) -> Result<std::vec::IntoIter<(OsString, FileType)>, Refusal> {
    let fail = |e: std::io::Error| {
        let shown = path.to_string_lossy();
        Refusal::new(Kind::Unreadable, format!("open {shown}: {}", errno::text(&e))).at(Place::file(&*shown))
    };
    let mut entries = Vec::new();
    for entry in fs::read_dir(path).map_err(fail)? {
        let entry = entry.map_err(fail)?;
        entries.push((entry.file_name(), entry.file_type().map_err(fail)?));
    }
    entries.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(entries.into_iter())
}

fn lstat(shown: &str, error: &std::io::Error) -> Refusal {
    Refusal::new(Kind::Unreadable, format!("lstat {shown}: {}", errno::text(error))).at(Place::file(shown))
}

/// The folder's .helmignore, if it has one, and Helm's own rules.
fn rules(top: &Path, limits: &Limits) -> Result<Rules, Refusal> {
    let path = top.join(".helmignore");
    let mut rules = Rules::default();
    // Any failure to find it is taken for its absence, as Helm does.
    if let Ok(found) = fs::metadata(&path) {
        let shown = path.to_string_lossy();
        let fail = |text: String| Refusal::new(Kind::Chart, text).at(Place::file(&*shown));
        let verb = if found.is_dir() { "read" } else { "open" };
        if !found.is_dir() && !found.is_file() {
            return Err(fail(format!("cannot load irregular file {shown} as it has file mode type bits set")));
        }
        if found.len() > limits.file_bytes {
            return Err(Bound::FileBytes.refuse(".helmignore is too long").at(Place::file(&*shown)));
        }
        let text = fs::read(&path).map_err(|e| fail(format!("{verb} {shown}: {}", errno::text(&e))))?;
        rules = Rules::parse(text.as_bytes()).map_err(fail)?;
    }
    rules.add_defaults();
    Ok(rules)
}
