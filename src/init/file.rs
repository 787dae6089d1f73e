//! Writing whole files or none: into a file beside it first, then under its name at once. What is there stays, unless told
//! otherwise.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use crate::diagnostic::{Kind, Place, Refusal};

/// A file to be written.
pub struct Draft {
    pub path: PathBuf,
    pub text: String,
    /// For the owner's eyes only.
    pub secret: bool,
}

/// Writes all of them, or says what stands in the way before the first is written.
///
/// # Errors
/// [`Kind::Usage`] with the file: it is there and `force` is not, or it cannot be written.
pub fn write(drafts: &[Draft], force: bool) -> Result<(), Refusal> {
    for (n, draft) in drafts.iter().enumerate() {
        if drafts.iter().take(n).any(|other| other.path == draft.path) {
            return Err(refused(&draft.path, "two files of one name"));
        }
        if !force && draft.path.symlink_metadata().is_ok() {
            return Err(refused(&draft.path, "is there already; --force replaces it"));
        }
        if draft.path.is_dir() {
            return Err(refused(&draft.path, "is a folder"));
        }
    }
    drafts.iter().try_for_each(|draft| one(draft, force))
}

fn refused(path: &Path, words: impl std::fmt::Display) -> Refusal {
    Refusal::new(Kind::Usage, words.to_string()).at(Place::file(path.to_string_lossy()))
}

fn one(draft: &Draft, force: bool) -> Result<(), Refusal> {
    let fail = |e: std::io::Error| match e.kind() {
        ErrorKind::AlreadyExists => refused(&draft.path, "is there already; --force replaces it"),
        _ => refused(&draft.path, format!("cannot be written: {e}")),
    };
    let folder = draft.path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(fail)?;
    let name = draft.path.file_name().unwrap_or_default().to_string_lossy();
    let beside = folder.join(format!(".{name}.{}", std::process::id()));
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if draft.secret {
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    }
    let mut file = options.open(&beside).map_err(fail)?;
    let written = file.write_all(draft.text.as_bytes()).and_then(|()| file.sync_all()).and_then(|()| {
        // A link is refused where the name is taken, whoever took it meanwhile.
        if force { fs::rename(&beside, &draft.path) } else { fs::hard_link(&beside, &draft.path) }
    });
    // After a rename there is nothing left.
    let _ = fs::remove_file(&beside);
    written.map_err(fail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_overwritten_and_nothing_is_left_behind() {
        let folder = tempfile::tempdir().unwrap();
        let draft = |name: &str, text: &str| Draft { path: folder.path().join(name), text: text.into(), secret: true };
        write(&[draft("a/b", "one")], false).unwrap();
        let told = write(&[draft("c", "x"), draft("a/b", "two")], false).unwrap_err();
        assert!(told.message.contains("--force") && told.place.unwrap().file.ends_with("a/b"));
        assert!(!folder.path().join("c").exists(), "the first was written although the second could not be");
        write(&[draft("a/b", "two")], true).unwrap();
        assert_eq!(fs::read_to_string(folder.path().join("a/b")).unwrap(), "two");
        assert_eq!(fs::read_dir(folder.path().join("a")).unwrap().count(), 1);
        assert!(write(&[draft("d", "1"), draft("d", "2")], true).is_err());
        assert!(write(&[draft("a", "1")], true).unwrap_err().message.contains("folder"));
    }
}
