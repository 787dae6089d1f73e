//! Which sets of values a chart is judged with: those that the user gives, or the defaults and the chart's own cases.

use std::path::Path;

use crate::go::glob::filepath_match;
use crate::values::Overrides;

/// Where chart-testing's convention keeps the values that a chart is tested with.
pub const CONVENTION: &str = "ci/*-values.yaml";

/// More cases than this are no cases any more.
const MANY: usize = 1_000;

/// One set of values.
#[derive(Clone, Debug)]
pub struct Case {
    /// `default`, `given`, or the path of the file below the chart.
    pub name: String,
    pub overrides: Overrides,
    /// The chart's values alone, though it has cases of its own: such defaults need not render.
    pub is_bare: bool,
}

/// The cases of a chart folder. `patterns` are `folder/*.yaml`: in their last part a star stands for any text.
pub fn cases(chart: &Path, given: Option<&Overrides>, patterns: &[String]) -> Vec<Case> {
    if let Some(overrides) = given {
        return vec![Case { name: "given".into(), overrides: overrides.clone(), is_bare: false }];
    }
    let files = own_values(chart, patterns);
    let mut cases = vec![Case { name: "default".into(), overrides: Overrides::default(), is_bare: !files.is_empty() }];
    cases.extend(files.into_iter().map(|name| {
        let file = chart.join(&name).to_string_lossy().into_owned();
        Case { name, overrides: Overrides { files: vec![file], ..Overrides::default() }, is_bare: false }
    }));
    cases
}

/// The values files of a chart folder that patterns name, by their paths below it, in order, each once.
pub fn own_values(chart: &Path, patterns: &[String]) -> Vec<String> {
    let mut files: Vec<String> = patterns.iter().flat_map(|pattern| matching(chart, pattern)).collect();
    files.sort();
    files.dedup();
    files.truncate(MANY);
    files
}

fn matching(chart: &Path, pattern: &str) -> Vec<String> {
    let (folder, last) = pattern.rsplit_once('/').unwrap_or(("", pattern));
    let entries = std::fs::read_dir(chart.join(folder)).into_iter().flatten().flatten();
    let names = entries.filter(|e| e.path().is_file()).filter_map(|e| e.file_name().into_string().ok());
    let fits = |name: &String| filepath_match(last.as_bytes(), name.as_bytes()).unwrap_or(false);
    names.filter(fits).map(|name| if folder.is_empty() { name } else { format!("{folder}/{name}") }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases_are_found_by_convention_and_given_values_stand_alone() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("ci")).unwrap();
        for name in ["b-values.yaml", "a-values.yaml", "notes.txt"] {
            std::fs::write(folder.path().join("ci").join(name), "").unwrap();
        }
        let names = |given: Option<&Overrides>| {
            let found = cases(folder.path(), given, &[CONVENTION.to_string()]);
            found.iter().map(|c| format!("{}{}", c.name, if c.is_bare { " bare" } else { "" })).collect::<Vec<_>>()
        };
        assert_eq!(names(None), ["default bare", "ci/a-values.yaml", "ci/b-values.yaml"]);
        assert_eq!(names(Some(&Overrides::default())), ["given"]);
        assert_eq!(cases(Path::new("/nowhere"), None, &[CONVENTION.into()]).len(), 1);
    }
}
