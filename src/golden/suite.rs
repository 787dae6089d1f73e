//! Where the cases of a chart are: in `golden/<chart>/<case>/` beside the chart's folder, and in the chart's own values
//! files (`ci/*-values.yaml`), which are unproven until a case names them.
//!
//! Beside the chart and not in it: what stands in the chart's folder is in `.Files` of every template.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::case::{self, Case};
use super::expected::{FILES, file_name};
use crate::chart;
use crate::diagnostic::{Kind, Place, Refusal};
use crate::lint::own_values;

/// The folder beside a chart that holds the cases of all charts there.
pub const FOLDER: &str = "golden";

/// More cases than this are no suite any more.
const MANY: usize = 10_000;

/// The cases of one chart.
#[derive(Clone, Debug, Default)]
pub struct Suite {
    /// As the user named the chart.
    pub chart: String,
    /// Where it is.
    pub path: PathBuf,
    /// Where its cases are, or would be.
    pub folder: PathBuf,
    /// In the order of their names.
    pub cases: Vec<Found>,
}

/// One case.
#[derive(Clone, Debug)]
pub struct Found {
    pub name: String,
    /// Its folder, whether there is one or not.
    pub folder: PathBuf,
    pub case: Case,
    /// The chart that it is about.
    pub chart: PathBuf,
    /// Nobody has said yet what is to come of it: there is no expected answer.
    pub is_unproven: bool,
}

impl Suite {
    /// Finds the cases of a chart, in `folder` where one is given. `patterns` are those of its own values files. All that
    /// is wrong is told at once.
    ///
    /// # Errors
    /// The chart that is missing, cases that cannot be read, two cases of one name, links that lead elsewhere.
    pub fn find(chart: &str, folder: Option<&Path>, patterns: &[String]) -> Result<Suite, Vec<Refusal>> {
        let path = chart::locate(chart).map_err(|refusal| vec![refusal])?;
        let stem = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let stem = stem.strip_suffix(".tgz").unwrap_or(&stem);
        let beside = path.parent().unwrap_or(Path::new("/")).to_path_buf();
        let suite = Suite {
            chart: chart.into(),
            folder: folder.map_or_else(|| from_here(&beside.join(FOLDER).join(stem)), Path::to_path_buf),
            path,
            cases: Vec::new(),
        };
        let mut wrong = Vec::new();
        if folder.is_none() {
            stays_beside(&suite, &beside).unwrap_or_else(|refusal| wrong.push(refusal));
        } else if !suite.folder.is_dir() {
            wrong.push(fail(&suite.folder, "is no folder of cases"));
        }
        if !wrong.is_empty() {
            return Err(wrong);
        }
        let suite = suite.with_stored(&mut wrong).with_own_values(patterns, &mut wrong);
        if wrong.is_empty() { Ok(suite) } else { Err(wrong) }
    }

    /// The cases that have a folder.
    fn with_stored(mut self, wrong: &mut Vec<Refusal>) -> Self {
        let mut names: Vec<(String, bool)> = Vec::new();
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            let is_folder = entry.file_type().is_ok_and(|t| t.is_dir());
            let is_link = entry.file_type().is_ok_and(|t| t.is_symlink());
            let name = entry.file_name().to_string_lossy().into_owned();
            if (is_folder || is_link) && !name.starts_with('.') {
                names.push((name, is_link));
            }
        }
        names.sort();
        if names.len() > MANY {
            wrong.push(fail(&self.folder, &format!("holds {} cases, more than {MANY}", names.len())));
            return self;
        }
        let mut known: BTreeMap<String, String> = BTreeMap::new();
        for (name, is_link) in names {
            let folder = self.folder.join(&name);
            if is_link {
                wrong.push(fail(&folder, "is a symbolic link: a case stands where it is, and leads nowhere"));
                continue;
            }
            // Where names are told apart by more than their case they would be one folder elsewhere.
            if let Some(other) = known.insert(name.to_lowercase(), name.clone()) {
                wrong.push(fail(&folder, &format!("has the name of another case, {other}")));
                continue;
            }
            if fs::symlink_metadata(folder.join(case::FILE)).is_err() {
                wrong.push(fail(&folder, &format!("is no case: it has no {}", case::FILE)));
                continue;
            }
            match self.stored(&name, folder) {
                Ok(found) => self.cases.push(found),
                Err(refusal) => wrong.push(refusal),
            }
        }
        self
    }

    fn stored(&self, name: &str, folder: PathBuf) -> Result<Found, Refusal> {
        let case = Case::read(&folder)?;
        let own = folder.join("chart");
        let chart = match &case.chart {
            Some(chart) => {
                let path = folder.join(chart);
                let shown = path.to_string_lossy();
                let missing = |_| {
                    let words = format!("`chart` is {}, and there is no chart", chart.display());
                    fail(&folder.join(case::FILE), &words)
                };
                chart::locate(&shown).map_err(missing)?
            }
            None if own.is_dir() => chart::locate(&own.to_string_lossy())?,
            None => self.path.clone(),
        };
        let is_unproven = !has_answer(&folder);
        Ok(Found { name: name.into(), folder, case, chart, is_unproven })
    }

    /// The chart's own values files that no case names; without any case at all, its defaults.
    fn with_own_values(mut self, patterns: &[String], wrong: &mut Vec<Refusal>) -> Self {
        let proven: HashSet<String> = self
            .cases
            .iter()
            .filter(|found| same_file(&found.chart, &self.path))
            .flat_map(|found| found.case.command.iter().flatten().chain(&found.case.args))
            .filter_map(|argument| argument.strip_prefix("chart/").map(str::to_string))
            .collect();
        let mut taken: BTreeMap<String, String> =
            self.cases.iter().map(|found| (found.name.to_lowercase(), found.name.clone())).collect();
        for file in own_values(&self.path, patterns) {
            if proven.contains(&file) {
                continue;
            }
            let mut name = case_name(&file);
            if self.cases.iter().any(|found| found.is_stored() && found.name == name) {
                name = format!("ci-{name}");
            }
            if let Some(other) = taken.insert(name.to_lowercase(), file.clone()) {
                let words = format!("its case would be called {name}, and so is that of {other}");
                wrong.push(fail(&from_here(&self.path.join(&file)), &words));
                continue;
            }
            let args = vec!["-f".to_string(), format!("chart/{file}")];
            let why = format!("{file} renders as it did when this was written");
            self.unproven(name, why, args);
        }
        if self.cases.is_empty() && wrong.is_empty() {
            let why = "the defaults render as they did when this was written".to_string();
            self.unproven("default".into(), why, Vec::new());
        }
        self
    }

    fn unproven(&mut self, name: String, why: String, args: Vec<String>) {
        let folder = self.folder.join(&name);
        let case = Case { why, args, ..Case::default() };
        self.cases.push(Found { name, folder, case, chart: self.path.clone(), is_unproven: true });
    }
}

impl Found {
    /// Whether it has a folder of its own.
    pub fn is_stored(&self) -> bool {
        fs::symlink_metadata(self.folder.join(case::FILE)).is_ok()
    }

    /// What follows `helm template`.
    pub fn arguments(&self) -> Vec<String> {
        self.case.arguments(&self.folder)
    }

    /// Its case.yaml.
    pub fn place(&self) -> Place {
        Place::file(self.folder.join(case::FILE).to_string_lossy())
    }
}

/// Whether a case has an expected answer: Helm says something on one stream or the other, whatever it is asked.
fn has_answer(folder: &Path) -> bool {
    let (stdout, stderr) = (FILES[0], FILES[1]);
    [stdout, stderr]
        .iter()
        .any(|(stem, ending)| fs::symlink_metadata(folder.join(file_name(stem, ending, None))).is_ok())
}

/// `ci/tls-values.yaml` is the case `tls`.
fn case_name(file: &str) -> String {
    let base = file.rsplit('/').next().unwrap_or(file);
    let stem = base.rsplit_once('.').map_or(base, |(stem, _)| stem);
    let name = stem.strip_suffix("-values").filter(|name| !name.is_empty()).unwrap_or(stem);
    name.trim_start_matches('.').to_string()
}

/// Whether two paths lead to one file.
pub fn same_file(a: &Path, b: &Path) -> bool {
    a == b || a.canonicalize().ok().is_some_and(|a| b.canonicalize().is_ok_and(|b| a == b))
}

/// A golden folder may be a link, but not one that leads away from the chart's neighbourhood.
fn stays_beside(suite: &Suite, beside: &Path) -> Result<(), Refusal> {
    let Ok(real) = suite.folder.canonicalize() else {
        return match fs::symlink_metadata(&suite.folder) {
            Ok(_) => Err(fail(&suite.folder, "is a symbolic link that leads nowhere")),
            Err(_) => Ok(()),
        };
    };
    let inside = beside.canonicalize().is_ok_and(|beside| real.starts_with(beside));
    if !inside {
        return Err(fail(&suite.folder, "is a symbolic link that leads out of the folder of the chart")
            .help("name the folder of the cases: --golden DIR"));
    }
    if !real.is_dir() {
        return Err(fail(&suite.folder, "is no folder of cases"));
    }
    Ok(())
}

fn fail(path: &Path, words: &str) -> Refusal {
    Refusal::new(Kind::Usage, words).at(Place::file(path.to_string_lossy()))
}

/// A path as somebody who stands here would write it.
fn from_here(path: &Path) -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(&here).map_or_else(|_| path.to_path_buf(), Path::to_path_buf)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_give_cases_their_names() {
        for (file, name) in
            [("ci/tls-values.yaml", "tls"), ("ci/x.yml", "x"), ("-values.yaml", "-values"), ("a/b.c.yaml", "b.c")]
        {
            assert_eq!(case_name(file), name);
        }
    }
}
