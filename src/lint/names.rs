//! Names inside of a chart (`mychart/templates/a.yaml`) as files that somebody can open, and their lines.

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::diagnostic::Place;
use crate::redact::{REDACTED, is_secret};

/// A larger file is not opened for one line of it.
const LARGEST: u64 = 8 << 20;

/// The files of one chart.
pub struct Names {
    /// As the user named it; a folder or an archive.
    chart: PathBuf,
    /// The first part of all names inside.
    root: String,
    files: RefCell<HashMap<String, Option<Rc<Vec<String>>>>>,
}

impl Names {
    pub fn new(chart: &str, root: &str) -> Self {
        Names { chart: PathBuf::from(chart), root: format!("{root}/"), files: RefCell::default() }
    }

    /// A name inside of the chart as the path of a file, where there is one; else as it is.
    pub fn file(&self, name: &str) -> String {
        let inside = name.strip_prefix(&self.root).filter(|_| self.chart.is_dir());
        let path = inside.map(|rest| self.chart.join(rest)).filter(|path| path.is_file());
        path.map_or_else(|| name.to_string(), |path| clean(&path))
    }

    /// A place inside of the chart, or in a file of the user's, as one that can be opened.
    pub fn place(&self, place: &Place) -> Place {
        Place { file: self.file(&place.file).into(), ..place.clone() }
    }

    /// The lines of a file that [`Names::file`] has named. Read once.
    pub fn lines(&self, file: &str) -> Option<Rc<Vec<String>>> {
        let mut files = self.files.borrow_mut();
        let lines = files.entry(file.to_string()).or_insert_with(|| {
            let path = Path::new(file);
            let small = std::fs::metadata(path).is_ok_and(|m| m.is_file() && m.len() <= LARGEST);
            let bytes = small.then(|| std::fs::read(path).ok()).flatten()?;
            Some(Rc::new(String::from_utf8_lossy(&bytes).lines().map(str::to_string).collect()))
        });
        lines.clone()
    }

    /// The line that a place is about, without a value that is a secret by its key.
    pub fn source(&self, place: &Place) -> Option<String> {
        let lines = self.lines(&place.file)?;
        lines.get((place.line as usize).checked_sub(1)?).map(|line| without_secret(line.trim_end()))
    }
}

/// `./a//b` as `a/b`.
fn clean(path: &Path) -> String {
    let clean: PathBuf = path.components().filter(|c| !matches!(c, std::path::Component::CurDir)).collect();
    clean.to_string_lossy().into_owned()
}

/// A line of YAML whose key promises a secret, with its value taken out. A template in its place is no secret.
fn without_secret(line: &str) -> String {
    let Some((key, value)) = line.split_once(':') else { return line.to_string() };
    let name = key.trim_start_matches(['-', ' ', '"', '\'', '#', '{']).trim_end_matches(['"', '\'', ' ']);
    let plain = value.trim();
    let empty = matches!(plain, "" | "\"\"" | "''" | "true" | "false" | "null" | "{}" | "[]");
    if empty || plain.contains("{{") || plain.starts_with(['#', '&', '*']) || !is_secret(name, plain) {
        return line.to_string();
    }
    format!("{key}: {REDACTED}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_secret_keys_are_not_shown() {
        assert_eq!(without_secret("  password: geheim # x"), "  password: [redacted]");
        assert_eq!(without_secret("- \"apiToken\": geheim"), "- \"apiToken\": [redacted]");
        for line in ["password: {{ .Values.p | quote }}", "mode: require", "password:", "existingSecret: db"] {
            assert_eq!(without_secret(line), line);
        }
    }

    #[test]
    fn names_become_paths_where_there_is_a_file() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("values.yaml"), "a: 1\nb: 2\n").unwrap();
        let names = Names::new(folder.path().to_str().unwrap(), "c");
        let file = names.file("c/values.yaml");
        assert_eq!(file, folder.path().join("values.yaml").to_str().unwrap());
        assert_eq!(names.source(&Place::at(file, 2, 1)).as_deref(), Some("b: 2"));
        assert_eq!(names.file("c/templates/gone.yaml"), "c/templates/gone.yaml");
    }
}
