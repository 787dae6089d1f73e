//! `.plimsoll.yaml` for a repository: the charts that are found in it.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::skeleton;
use crate::config::{self, VERSION};
use crate::diagnostic::{Kind, Place, Refusal};

/// Folders that hold no charts of this repository.
const PASSED_OVER: [&str; 4] = [".git", "node_modules", "target", "vendor"];
/// A tree deeper, or larger, is no repository of charts.
const DEEPEST: usize = 12;
const MOST: usize = 100_000;

/// The root of the repository that a folder is in: the nearest one above with `.git`, else the folder itself.
pub fn root(folder: &Path) -> PathBuf {
    folder.ancestors().find(|f| f.join(".git").exists()).unwrap_or(folder).to_path_buf()
}

/// The charts below a folder, as paths from there, sorted. Charts inside of charts are theirs. Links are not followed.
///
/// # Errors
/// [`Kind::Limit`] where there is too much to look through; [`Kind::Unreadable`] with the folder that cannot be read.
pub fn charts(root: &Path) -> Result<Vec<String>, Refusal> {
    let (mut found, mut open, mut seen) = (Vec::new(), vec![(root.to_path_buf(), 0)], 0);
    while let Some((folder, depth)) = open.pop() {
        if folder.join("Chart.yaml").is_file() {
            let way = folder.strip_prefix(root).unwrap_or(&folder);
            let text = if way.as_os_str().is_empty() { Some(".") } else { way.to_str() };
            let text = text.ok_or_else(|| unreadable(&folder, "its name is not UTF-8"))?;
            found.push(text.to_string());
            continue;
        }
        for entry in fs::read_dir(&folder).map_err(|e| unreadable(&folder, e))? {
            let entry = entry.map_err(|e| unreadable(&folder, e))?;
            seen += 1;
            if seen > MOST {
                let words = format!("more than {MOST} files: name the charts by hand");
                return Err(Refusal::new(Kind::Limit, words).at(Place::file(root.to_string_lossy())));
            }
            let name = entry.file_name();
            let passed = PASSED_OVER.iter().any(|p| name == *p);
            if !passed && depth < DEEPEST && entry.file_type().is_ok_and(|t| t.is_dir()) {
                open.push((entry.path(), depth + 1));
            }
        }
    }
    found.sort();
    Ok(found)
}

fn unreadable(folder: &Path, words: impl std::fmt::Display) -> Refusal {
    Refusal::new(Kind::Unreadable, format!("cannot be read: {words}")).at(Place::file(folder.to_string_lossy()))
}

/// The file.
///
/// # Errors
/// [`Kind::Usage`]: no chart was found; [`Kind::Undecided`]: the file would not be one that this program reads.
pub fn text(charts: &[String]) -> Result<String, Refusal> {
    if charts.is_empty() {
        return Err(Refusal::new(Kind::Usage, "no chart is here: no folder with a Chart.yaml"));
    }
    let comments = [
        "Which charts `plimsoll lint` looks at; see schemas/config.schema.json of Plimsoll.",
        "Each is judged with its defaults and with the values files that `cases` names. What is known and accepted goes to `allow`:",
        "  - {rule: ID, where: PATTERN, reason: WHY, until: 2027-01-31}",
    ];
    let file = json!({"apiVersion": VERSION, "cases": [crate::lint::CONVENTION], "charts": charts, "failOn": "error"});
    let text = skeleton::print(&comments.map(String::from), &file)?;
    config::check(&text).map_err(|words| Refusal::new(Kind::Undecided, format!("no configuration: {words}")))?;
    Ok(text)
}
