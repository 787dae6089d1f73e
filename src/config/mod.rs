//! `.plimsoll.yaml` at the root of a repository: which charts there are, with which versions and values they are looked at,
//! and what is allowed although a rule refuses it. `schemas/config.schema.json` describes it.

mod date;

pub use date::Date;

use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::diagnostic::{Kind, Place, Refusal, nearest};
use crate::report::FailOn;
use crate::rules;

/// The name of the file.
pub const FILE: &str = ".plimsoll.yaml";

/// What `apiVersion` says.
pub const VERSION: &str = "plimsoll/v1";

/// A larger one is no configuration.
const LONGEST: u64 = 1 << 20;

/// What the file says.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Config {
    pub api_version: String,
    /// Folders and archives, from the folder of the file.
    #[serde(default)]
    pub charts: Vec<PathBuf>,
    /// Every case is looked at with each of them; empty: the default.
    #[serde(default)]
    pub helm_versions: Vec<String>,
    #[serde(default)]
    pub kubernetes_versions: Vec<String>,
    /// Patterns of values files from the chart's folder. None given: `ci/*-values.yaml`.
    pub cases: Option<Vec<String>>,
    #[serde(default)]
    pub allow: Vec<Allow>,
    /// `error`, `warning`, `info` or `nothing`.
    pub fail_on: Option<String>,
    /// Where it was read; empty for the configuration of nobody.
    #[serde(skip)]
    pub path: PathBuf,
}

/// A finding that is known and accepted.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Allow {
    pub rule: String,
    /// A pattern of the chart, file, subject or values path that it is about; everywhere, if there is none.
    #[serde(rename = "where")]
    pub place: Option<String>,
    pub reason: String,
    /// The last day on which it counts, `2027-01-31`.
    pub until: Option<String>,
}

impl Config {
    /// The file that rules in a folder: there or above, up to the root of the repository.
    pub fn find(folder: &Path) -> Option<PathBuf> {
        for folder in folder.ancestors() {
            let file = folder.join(FILE);
            if file.is_file() {
                return Some(file);
            }
            if folder.join(".git").exists() {
                break;
            }
        }
        None
    }

    /// Reads a file.
    ///
    /// # Errors
    /// Kind [`Kind::Usage`] with the place: it cannot be read, is not of this version, says a key, rule or date that there
    /// is not.
    pub fn read(path: &Path) -> Result<Config, Refusal> {
        let shown = path.to_string_lossy().into_owned();
        let fail = |words: String| Refusal::new(Kind::Usage, words).at(Place::file(shown.as_str()));
        let size = std::fs::metadata(path).map_err(|e| fail(format!("cannot be read: {e}")))?.len();
        if size > LONGEST {
            return Err(fail("is larger than a configuration can be".into()));
        }
        let text = std::fs::read_to_string(path).map_err(|e| fail(format!("cannot be read: {e}")))?;
        Config::parse(&text).map(|config| Config { path: path.into(), ..config }).map_err(|wrong| {
            let (line, column) = wrong.at.unwrap_or((0, 0));
            Refusal::new(Kind::Usage, wrong.message).at(Place::at(shown.as_str(), line, column))
        })
    }

    fn parse(text: &str) -> Result<Config, Wrong> {
        let config: Config = serde_yaml::from_str(text).map_err(|e| {
            let at = e.location().map(|l| (l.line() as u32, l.column() as u32));
            Wrong { message: with_nearest(&e.to_string()), at }
        })?;
        let wrong = |message: String| Err(Wrong { message, at: None });
        if config.api_version != VERSION {
            return wrong(format!("apiVersion is {:?}; this program knows {VERSION}", config.api_version));
        }
        for allow in &config.allow {
            if !is_id(&allow.rule) {
                let ids = rules::RULES.iter().map(|r| r.id);
                let near = nearest(&allow.rule, ids).map(|n| format!("; is {n} meant?")).unwrap_or_default();
                return wrong(format!("allow: no rule is called {:?}{near}", allow.rule));
            }
            if allow.reason.trim().is_empty() {
                return wrong(format!("allow: {} is allowed without a reason", allow.rule));
            }
            if let Some(date) = allow.until.as_deref().filter(|d| Date::parse(d).is_none()) {
                return wrong(format!("allow: until is {date:?} and not a day like 2027-01-31"));
            }
        }
        if let Some(level) = config.fail_on.as_deref().filter(|l| fail_on(l).is_none()) {
            return wrong(format!("failOn is {level:?}; known: error, warning, info, nothing"));
        }
        Ok(config)
    }

    /// The folder that paths in it start from.
    pub fn folder(&self) -> &Path {
        self.path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."))
    }

    /// From which findings on a run has failed, if it says so.
    pub fn fail_on(&self) -> Option<FailOn> {
        self.fail_on.as_deref().and_then(fail_on)
    }
}

/// Whether a text is a configuration. The error is in words.
pub fn check(text: &str) -> Result<(), String> {
    Config::parse(text).map(drop).map_err(|wrong| wrong.message)
}

/// The level of a name.
pub fn fail_on(name: &str) -> Option<FailOn> {
    Some(match name {
        "error" => FailOn::Error,
        "warning" => FailOn::Warning,
        "info" => FailOn::Info,
        "nothing" => FailOn::Nothing,
        _ => return None,
    })
}

/// Whether findings can carry this id: a rule's, or that of a refusal.
pub fn is_id(id: &str) -> bool {
    rules::find(id).is_some() || Kind::ALL.iter().any(|kind| kind.id() == id)
}

#[derive(Debug)]
struct Wrong {
    message: String,
    /// Line and column.
    at: Option<(u32, u32)>,
}

/// serde says "unknown field `x`, expected one of `a`, `b`": the nearest of them is what was meant.
fn with_nearest(message: &str) -> String {
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    match quoted.split_first() {
        Some((unknown, known)) if message.contains("unknown field") => match nearest(unknown, known.iter().copied()) {
            Some(near) => format!("unknown key `{unknown}`; is `{near}` meant?"),
            None => message.to_string(),
        },
        _ => message.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &str) -> String {
        Config::parse(text).unwrap_err().message
    }

    #[test]
    fn a_whole_file_is_read() {
        let text = "apiVersion: plimsoll/v1\ncharts: [chart]\nhelmVersions: [4.3.1, 3.22.0]\nkubernetesVersions: ['1.37']\n\
                    cases: ['ci/*.yaml']\nfailOn: warning\nallow:\n- rule: recreate-with-rolling-update\n  where: Deployment store\n\
                    \x20 reason: never rolled\n  until: 2027-01-31\n";
        let config = Config::parse(text).unwrap();
        assert_eq!((config.charts.len(), config.helm_versions.len(), config.allow.len()), (1, 2, 1));
        assert_eq!(config.fail_on(), Some(FailOn::Warning));
    }

    #[test]
    fn what_is_wrong_is_named() {
        assert!(message("apiVersion: plimsoll/v2\n").contains("plimsoll/v1"));
        assert!(message("apiVersion: plimsoll/v1\nchart: [a]\n").contains("is `charts` meant?"));
        let allow = |text: &str| message(&format!("apiVersion: plimsoll/v1\nallow:\n- {{{text}}}\n"));
        assert!(
            allow("rule: recreate-with-roling-update, reason: x").contains("is recreate-with-rolling-update meant?")
        );
        assert!(allow("rule: schema, reason: ' '").contains("without a reason"));
        assert!(allow("rule: schema, reason: x, until: tomorrow").contains("2027-01-31"));
        assert!(allow("rule: schema").contains("reason"));
        assert!(message("apiVersion: plimsoll/v1\nfailOn: never\n").contains("known: error"));
    }
}
