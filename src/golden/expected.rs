//! The expected files of a case: `stdout.yaml`, `stderr.txt`, `notes.txt`, and beside them `stdout-3.22.0.yaml` where a
//! version answers otherwise. A missing file means nothing, except that NOTES are compared only where there is a
//! `notes.txt`.

use std::fs;
use std::path::{Path, PathBuf};

use super::answer::Answer;
use super::case::Case;
use crate::diagnostic::{Kind, Place, Refusal};

/// A larger file is no golden file.
const LONGEST: u64 = 64 << 20;

/// A file that holds a part of an answer: its stem and its ending.
pub const FILES: [(&str, &str); 3] = [("stdout", "yaml"), ("stderr", "txt"), ("notes", "txt")];

/// What a case expects of one version, and where that is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expected {
    pub answer: Answer,
    /// The files that the parts of the answer stand in, or would.
    pub stdout_file: PathBuf,
    pub stderr_file: PathBuf,
    pub notes_file: PathBuf,
}

/// `stdout.yaml` for the main version, `stdout-3.22.0.yaml` for another.
pub fn file_name(stem: &str, ending: &str, version: Option<&str>) -> String {
    match version {
        Some(version) => format!("{stem}-{version}.{ending}"),
        None => format!("{stem}.{ending}"),
    }
}

impl Expected {
    /// What the case in a folder expects of a version. `is_main`: the files without a version are its own.
    ///
    /// # Errors
    /// Kind [`Kind::Usage`]: a file that is none, or is too long.
    pub fn read(folder: &Path, case: &Case, version: &str, is_main: bool) -> Result<Expected, Refusal> {
        let part = |(stem, ending): (&str, &str)| {
            let own = folder.join(file_name(stem, ending, Some(version)));
            if !is_main && fs::symlink_metadata(&own).is_ok() {
                return bytes(&own).map(|bytes| (own, bytes));
            }
            let shared = folder.join(file_name(stem, ending, None));
            bytes(&shared).map(|bytes| (shared, bytes))
        };
        let [stdout, stderr, notes] = FILES;
        let ((stdout_file, stdout), (stderr_file, stderr), (notes_file, notes)) =
            (part(stdout)?, part(stderr)?, part(notes)?);
        let (stdout, stderr) = (stdout.unwrap_or_default(), stderr.unwrap_or_default());
        let answer = Answer { exit: case.exit_as(version), stdout, stderr, notes };
        Ok(Expected { answer, stdout_file, stderr_file, notes_file })
    }
}

/// The bytes of a file of a case; `None` where there is none. A link, a device or a file without bounds is refused.
pub fn bytes(path: &Path) -> Result<Option<Vec<u8>>, Refusal> {
    let fail = |words: String| Refusal::new(Kind::Usage, words).at(Place::file(path.to_string_lossy()));
    let Ok(found) = fs::symlink_metadata(path) else { return Ok(None) };
    if !found.is_file() {
        return Err(fail("is not a file: an expected answer stands where it is, and leads nowhere".into()));
    }
    if found.len() > LONGEST {
        return Err(fail(format!("is larger than an answer can be: {} of {LONGEST} bytes", found.len())));
    }
    fs::read(path).map(Some).map_err(|e| fail(format!("cannot be read: {e}")))
}
